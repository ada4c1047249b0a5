/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Times bundles and the peaks of the machine, in turn, so that noise meets all
   of them. The arguments are a number of rounds and a file with a line for each
   bundle: name, shared library, bytes of each input, "|", bytes of each output. A
   line of output for each: name, least and median seconds; first come the peaks,
   as operations a second, and for copies of so much memory bytes a second. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CASES = 128, BUFFERS = 16, ROUNDS = 1000 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* clang-format off */
#define TIMES_24(M)                                                                                \
  M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7)                                                          \
  M(8) M(9) M(10) M(11) M(12) M(13) M(14) M(15)                                                    \
  M(16) M(17) M(18) M(19) M(20) M(21) M(22) M(23)
/* clang-format on */

/* Operations a second of 24 independent sums, `each` operations in an atom. */
#define PEAK(name, each, atom)                                                                     \
  static double name(void) {                                                                       \
    long count = 200000, i;                                                                        \
    double begin = now();                                                                          \
    for (i = 0; i < count; ++i)                                                                    \
      __asm__ volatile(                                                                            \
          "vpxord %%zmm30, %%zmm30, %%zmm30\nvpxord %%zmm31, %%zmm31, %%zmm31\n" TIMES_24(atom)::  \
              : "memory");                                                                         \
    return 24.0 * (double)count * (each) / (now() - begin);                                        \
  }

#define VPDPBUSD(i) "vpdpbusd %%zmm30, %%zmm31, %%zmm" #i "\n"
#define PMADDWD(i) "vpmaddwd %%zmm30, %%zmm31, %%zmm29\nvpaddd %%zmm29, %%zmm" #i ", %%zmm" #i "\n"
#define FMA(i) "vfmadd231ps %%zmm30, %%zmm31, %%zmm" #i "\n"
PEAK(peakOfBytes, 128, VPDPBUSD)
PEAK(peakOfWords, 64, PMADDWD)
PEAK(peakOfFloats, 32, FMA)

/* Bytes read and written a second by copies of so many bytes. */
static double rateOf(size_t bytes) {
  static char *from, *to;
  enum { LARGEST = 64 << 20 };
  size_t done = 0, total = bytes < (1u << 20) ? 64 << 20 : 128 << 20;
  double begin;
  if (!from) {
    from = aligned_alloc(4096, LARGEST);
    to = aligned_alloc(4096, LARGEST);
    if (!from || !to)
      exit(1);
    memset(from, 1, LARGEST);
  }
  memcpy(to, from, bytes);
  begin = now();
  for (; done < total; done += bytes) {
    memcpy(to, from, bytes);
    __asm__ volatile("" ::: "memory");
  }
  return 2.0 * (double)done / (now() - begin);
}
static double rateOf256k(void) { return rateOf(128 << 10); }
static double rateOf4m(void) { return rateOf(2 << 20); }
static double rateOf128m(void) { return rateOf(64 << 20); }

static struct {
  const char *name;
  double (*measure)(void);
  double best;
} peaks[] = {{"bytes", peakOfBytes, 0},    {"words", peakOfWords, 0}, {"floats", peakOfFloats, 0},
             {"copy.256k", rateOf256k, 0}, {"copy.4m", rateOf4m, 0},  {"copy.128m", rateOf128m, 0}};

static struct Case {
  char name[64], library[512];
  void *arena, *inputs[BUFFERS], *outputs[BUFFERS];
  int (*run)(void *, void **, void **);
  long repeats;
  double seconds[ROUNDS];
} cases[CASES];

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* Aligned as an arena is; the bytes are those of small numbers, floats too. */
static void *buffer(size_t bytes) {
  unsigned char *data = aligned_alloc(4096, (bytes + 8191) / 4096 * 4096);
  size_t i;
  for (i = 0; data && i < bytes; ++i)
    data[i] = (unsigned char)(rand() >> 8) & 0x3f;
  return data;
}

static int load(struct Case *c) {
  void *library = dlopen(c->library, RTLD_NOW | RTLD_LOCAL);
  size_t (*size)(void *);
  int (*init)(void *, void *);
  double once;
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  size = (size_t (*)(void *))dlsym(library, "kernel_arena_size");
  init = (int (*)(void *, void *))dlsym(library, "kernel_init");
  c->run = (int (*)(void *, void **, void **))dlsym(library, "kernel_run");
  c->arena = buffer(size(NULL));
  if (init(c->arena, NULL) || c->run(c->arena, c->inputs, c->outputs))
    return 1;
  once = now();
  c->run(c->arena, c->inputs, c->outputs);
  c->repeats = (long)(2e-3 / (now() - once)) + 1;
  return 0;
}

int main(int argc, char **argv) {
  FILE *list = argc == 3 ? fopen(argv[2], "r") : NULL;
  int rounds = argc == 3 ? atoi(argv[1]) : 0, count = 0, i, round;
  char line[4096];
  if (!list || rounds < 1 || rounds > ROUNDS)
    return 2;
  while (count < CASES && fgets(line, sizeof line, list)) {
    struct Case *c = &cases[count];
    void **next = c->inputs;
    char *word = strtok(line, " \n");
    snprintf(c->name, sizeof c->name, "%s", word);
    snprintf(c->library, sizeof c->library, "%s", strtok(NULL, " \n"));
    while ((word = strtok(NULL, " \n"))) {
      if (*word == '|')
        next = c->outputs;
      else if (!(*next++ = buffer((size_t)atol(word))))
        return 1;
    }
    if (load(c))
      return 1;
    ++count;
  }
  for (round = 0; round < rounds; ++round) {
    for (i = 0; i < (int)(sizeof peaks / sizeof *peaks); ++i) {
      double found = peaks[i].measure();
      peaks[i].best = found > peaks[i].best ? found : peaks[i].best;
    }
    for (i = 0; i < count; ++i) {
      struct Case *c = &cases[i];
      double begin = now();
      long n;
      for (n = 0; n < c->repeats; ++n)
        c->run(c->arena, c->inputs, c->outputs);
      c->seconds[round] = (now() - begin) / (double)c->repeats;
    }
  }
  for (i = 0; i < (int)(sizeof peaks / sizeof *peaks); ++i)
    printf("%s %.6g\n", peaks[i].name, peaks[i].best);
  for (i = 0; i < count; ++i) {
    qsort(cases[i].seconds, (size_t)rounds, sizeof(double), ascending);
    printf("%s %.6g %.6g\n", cases[i].name, cases[i].seconds[0], cases[i].seconds[rounds / 2]);
  }
  return 0;
}
