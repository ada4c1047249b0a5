/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Runs a bundle under conditions that must not matter. Written for the test by
   model.h: MODEL(x), INPUTS, OUTPUTS and SET_BUFFERS describe the interface.
   usage: driver MODE IN OUT, where IN and OUT hold all buffers in order. */
#define _DEFAULT_SOURCE
#include "model.h"
#include <fenv.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const size_t inputBytes[] = INPUT_BYTES, outputBytes[] = OUTPUT_BYTES;

static void fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

/* Memory whose end (or begin) touches a page that cannot be touched. */
static void *guarded(size_t bytes, size_t alignment, int atEnd) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE), inner = (bytes + page - 1) / page * page;
  char *block = (char *)mmap(NULL, inner + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED || (inner && mprotect(block + page, inner, PROT_READ | PROT_WRITE)))
    fail("no memory");
  memset(block + page, 0xa5, inner);
  return block + page + (atEnd ? (inner - bytes) / alignment * alignment : 0);
}

typedef struct {
  void *arena;
  void *inputs[COUNT(inputBytes)], *outputs[COUNT(outputBytes)];
} Memory;

static Memory makeMemory(const pith_config *config, int atEnd) {
  Memory memory;
  size_t i;
  memory.arena = guarded(MODEL(arena_size)(config), 64, atEnd);
  for (i = 0; i < COUNT(inputBytes); ++i)
    memory.inputs[i] = guarded(inputBytes[i], 8, atEnd);
  for (i = 0; i < COUNT(outputBytes); ++i)
    memory.outputs[i] = guarded(outputBytes[i], 8, atEnd);
  if (MODEL(init)(memory.arena, config))
    fail("init failed");
  return memory;
}

static int runModel(Memory *memory) {
  MODEL(inputs) inputs;
  MODEL(outputs) outputs;
  memset(&inputs, 0, sizeof inputs);
  memset(&outputs, 0, sizeof outputs);
  SET_BUFFERS(inputs, memory->inputs, outputs, memory->outputs)
  return MODEL(run)(memory->arena, &inputs, &outputs);
}

static void readInputs(Memory *memory, const char *path) {
  FILE *file = fopen(path, "rb");
  size_t i;
  for (i = 0; file && i < COUNT(inputBytes); ++i)
    if (fread(memory->inputs[i], 1, inputBytes[i], file) != inputBytes[i])
      fail("the input is short");
  if (!file)
    fail("no input");
  fclose(file);
}

static void writeOutputs(const Memory *memory, const char *path) {
  FILE *file = fopen(path, "wb");
  size_t i;
  for (i = 0; file && i < COUNT(outputBytes); ++i)
    if (fwrite(memory->outputs[i], 1, outputBytes[i], file) != outputBytes[i])
      fail("cannot write");
  if (!file || fclose(file))
    fail("cannot write");
}

typedef struct {
  Memory memory;
  int failed;
} Worker;

static void *work(void *argument) {
  Worker *worker = (Worker *)argument;
  int i;
  for (i = 0; i < 100; ++i)
    worker->failed |= runModel(&worker->memory) != 0;
  return NULL;
}

static void runThreads(Memory *memory, const char *path) {
  Worker workers[2];
  pthread_t threads[2];
  int i;
  for (i = 0; i < 2; ++i) {
    workers[i].memory = makeMemory(NULL, 1);
    workers[i].failed = 0;
    readInputs(&workers[i].memory, path);
    if (pthread_create(&threads[i], NULL, work, &workers[i]))
      fail("no thread");
  }
  for (i = 0; i < 2; ++i) {
    size_t j;
    pthread_join(threads[i], NULL);
    if (workers[i].failed)
      fail("run failed in a thread");
    for (j = 0; j < COUNT(outputBytes); ++j) {
      if (i && memcmp(workers[0].memory.outputs[j], workers[1].memory.outputs[j], outputBytes[j]))
        fail("the threads differ");
      memcpy(memory->outputs[j], workers[i].memory.outputs[j], outputBytes[j]);
    }
  }
}

/* Flushes denormals and rounds upwards; afterwards it still must. */
static void runOddFloats(Memory *memory) {
#if defined(__x86_64__)
  unsigned before = (_mm_getcsr() & ~0x6000u) | 0x8040u | 0x4000u;
  _mm_setcsr(before);
  if (runModel(memory))
    fail("run failed");
  if ((_mm_getcsr() & ~0x3fu) != (before & ~0x3fu))
    fail("the caller's floating-point mode was changed");
#elif defined(__aarch64__)
  unsigned long before, after;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  before |= (1ul << 24) | (1ul << 22);
  __asm__ volatile("msr fpcr, %0" : : "r"(before));
  if (runModel(memory))
    fail("run failed");
  __asm__ volatile("mrs %0, fpcr" : "=r"(after));
  if (after != before)
    fail("the caller's floating-point mode was changed");
#endif
  fesetround(FE_TONEAREST);
}

typedef struct {
  pith_profile profile; /* first */
  int64_t seen;
} Counter;

/* Layers come in order, from 0, each once for each of its results. */
static void countLayer(pith_profile *self, int64_t layer, const void *data, int64_t bytes) {
  Counter *counter = (Counter *)self;
  if ((layer != counter->seen && layer != counter->seen - 1) || !data || bytes <= 0)
    fail("a layer is out of order");
  counter->seen = layer + 1;
}

static Memory makeProfiled(pith_config *config, Counter *counter) {
  config->profile = &counter->profile;
  if (MODEL(init)(makeMemory(NULL, 1).arena, config) != PITH_ERROR_NULL)
    fail("a profile without function was accepted");
  counter->profile.layer = countLayer;
  return makeMemory(config, 1);
}

/* Twice, as a run begins anew. */
static void runProfiled(Memory *memory, Counter *counter) {
  int i;
  for (i = 0; i < 2; ++i) {
    counter->seen = 0;
    if (runModel(memory))
      fail("run failed");
    if (counter->seen != LAYERS)
      fail("not all layers were seen");
  }
}

int main(int argc, char **argv) {
  Memory memory;
  pith_config config;
  pith_parallel *pool = NULL;
  Counter counter = {{NULL}, 0};
  if (argc != 4)
    fail("usage: driver MODE IN OUT");
  memset(&config, 0, sizeof config);
  config.size = sizeof config;
  if (!strcmp(argv[1], "pool")) {
    pool = pith_threads_create(3);
    config.threads_max = 3;
    config.parallel = pool;
  }
  if (!strcmp(argv[1], "profile"))
    memory = makeProfiled(&config, &counter);
  else
    memory = makeMemory(&config, strcmp(argv[1], "begin") != 0);
  readInputs(&memory, argv[2]);
  if (!strcmp(argv[1], "threads"))
    runThreads(&memory, argv[2]);
  else if (!strcmp(argv[1], "floats"))
    runOddFloats(&memory);
  else if (!strcmp(argv[1], "profile"))
    runProfiled(&memory, &counter);
  else if (runModel(&memory) || runModel(&memory))
    fail("run failed");
  writeOutputs(&memory, argv[3]);
  if (pool)
    pith_threads_destroy(pool);
  return 0;
}
