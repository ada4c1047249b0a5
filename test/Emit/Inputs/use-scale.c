/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Uses a bundle of scale.mlir as any program would, and checks every promise of
   its header that a program can see. C99 and C++. */
#include "scale.h"
#include <fenv.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      printf("line %d: %s\n", __LINE__, #condition);                                               \
      return 1;                                                                                    \
    }                                                                                              \
  } while (0)

#if defined(BATCH)
enum { SAMPLES = 3 };
#else
enum { SAMPLES = 1 };
#endif

static const float factor[8] = {1.5f, -2.0f, 3.0f, 0.25f, 0.1f, 0.3f, 7.0f, -1.0f};

static void expect(const float *x, float *y, float *total) {
  volatile float sum = 0.1f; /* volatile: each step rounded */
  int i;
  for (i = 0; i < 32; ++i) {
    volatile float product = x[i] * factor[i % 8];
    y[i] = product + (float)(i % 8);
    sum += y[i];
  }
  *total = sum;
}

/* Denormal numbers become zero. */
static void flushToZero(int on) {
#if defined(__SSE__)
  _mm_setcsr(on ? _mm_getcsr() | 0x8040 : _mm_getcsr() & ~0x8040u);
#elif defined(__aarch64__)
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  mode = on ? mode | 1u << 24 : mode & ~((uint64_t)1 << 24);
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#endif
}

/* A pool whose threads round and flush in ways of their own. */
static void runElsewhere(void *context, void (*body)(void *, int64_t, int64_t, uint32_t),
                         void *arguments, int64_t items) {
  int mode = fegetround();
  *(int *)context += 1;
  while (items-- > 0) {
    fesetround(FE_DOWNWARD);
    flushToZero(1);
    body(arguments, items, items + 1, (uint32_t)items % 4);
  }
  fesetround(mode);
  flushToZero(0);
}

static void *aligned(void *memory) { return (void *)(((uintptr_t)memory + 63) / 64 * 64); }

static const void *weights(void) {
#ifdef SCALE_WEIGHTS_SIZE
  static char memory[SCALE_WEIGHTS_SIZE + 63];
  void *place = aligned(memory);
  FILE *file = fopen(WEIGHTS, "rb");
  if (!file || fread(place, 1, SCALE_WEIGHTS_SIZE, file) != SCALE_WEIGHTS_SIZE)
    return NULL;
  fclose(file);
  return place;
#else
  return NULL;
#endif
}

static int errors(void *arena, pith_config config, scale_inputs in, scale_outputs out) {
  pith_config bad = config;
  scale_inputs none = in;
  CHECK(scale_init(NULL, &config) == PITH_ERROR_NULL);
  CHECK(scale_init((char *)arena + 32, &config) == PITH_ERROR_ALIGNMENT);
  bad.size = 8;
  CHECK(scale_init(arena, &bad) == PITH_ERROR_CONFIG);
  CHECK(scale_arena_size(&bad) == 0);
  bad = config;
  bad.batch_max = 1000;
  CHECK(scale_init(arena, &bad) == PITH_ERROR_CONFIG);
  bad = config;
  bad.threads_max = 5000;
  CHECK(scale_init(arena, &bad) == PITH_ERROR_CONFIG);
  CHECK(scale_arena_size(&bad) == 0);
  bad = config;
  bad.features = (uint64_t)1 << 63;
#ifdef NEEDS_FEATURES
  CHECK(scale_init(arena, &bad) == PITH_ERROR_FEATURE);
#endif
#ifdef SCALE_WEIGHTS_SIZE
  bad = config;
  bad.weights = NULL;
  CHECK(scale_init(arena, &bad) == PITH_ERROR_WEIGHTS);
  bad.weights = arena;
  CHECK(scale_init(arena, &bad) == PITH_ERROR_WEIGHTS);
#endif
  memset(arena, 0, SCALE_ARENA_SIZE);
  CHECK(scale_run(arena, &in, &out) == PITH_ERROR_UNINITIALIZED);
  CHECK(scale_selftest(arena) == PITH_ERROR_UNINITIALIZED);
  CHECK(scale_init(arena, &config) == PITH_OK);
  CHECK(scale_run(NULL, &in, &out) == PITH_ERROR_NULL);
  CHECK(scale_run(arena, NULL, &out) == PITH_ERROR_NULL);
  CHECK(scale_run(arena, &in, NULL) == PITH_ERROR_NULL);
  none.x_0 = NULL;
  CHECK(scale_run(arena, &none, &out) == PITH_ERROR_NULL);
  none.x_0 = (const float *)((const char *)in.x_0 + 1);
  CHECK(scale_run(arena, &none, &out) == PITH_ERROR_ALIGNMENT);
#if defined(BATCH)
  none = in;
  none.batch = 0;
  CHECK(scale_run(arena, &none, &out) == PITH_ERROR_BATCH);
  none.batch = SAMPLES + 1;
  CHECK(scale_run(arena, &none, &out) == PITH_ERROR_BATCH);
#endif
  return 0;
}

int main(void) {
  static float x[32 * SAMPLES], y[32 * SAMPLES], total[SAMPLES];
  static float wantY[32 * SAMPLES], wantTotal[SAMPLES];
  static char memory[63 + SCALE_SELFTEST_ARENA_SIZE + 4 * 64];
  void *arena = aligned(memory);
  pith_config config;
  scale_inputs in;
  scale_outputs out;
  int i, round, called = 0;
  pith_parallel elsewhere;
  memset(&config, 0, sizeof config);
  config.size = sizeof config;
  config.features = pith_features();
  config.weights = weights();
  config.batch_max = SAMPLES;
  for (i = 0; i < 32 * SAMPLES; ++i)
    x[i] = (float)(i * i % 37) / 7 - 1.5f;
  x[8] = 1e-39f; /* its products are visible only without flush-to-zero */
  for (i = 0; i < SAMPLES; ++i)
    expect(x + 32 * i, wantY + 32 * i, wantTotal + i);
  in.x_0 = x;
  out.y = y;
  out.total = total;
#if defined(BATCH)
  in.batch = SAMPLES;
#endif
  if (errors(arena, config, in, out))
    return 1;

  elsewhere.context = &called;
  elsewhere.threads = 4;
  elsewhere.run = runElsewhere;
  for (round = 0; round < 3; ++round) { /* alone, with threads, with a strange pool */
    /* The caller's environment changes nothing and is kept; threads inherit it. */
    CHECK(fesetround(FE_UPWARD) == 0);
    flushToZero(1);
    config.parallel = round == 0 ? NULL : round == 1 ? pith_threads_create(4) : &elsewhere;
    config.threads_max = round ? 4 : 1;
    CHECK(!round || config.parallel);
    CHECK(scale_arena_size(&config) == SCALE_ARENA_SIZE + 3 * 64 * (size_t)(round > 0));
    CHECK(scale_init(arena, &config) == PITH_OK);
    memset(y, 0xff, sizeof y);
    CHECK(scale_run(arena, &in, &out) == PITH_OK);
    CHECK(scale_selftest(arena) == 0);
    flushToZero(0);
    CHECK(fegetround() == FE_UPWARD);
    CHECK(fesetround(FE_TONEAREST) == 0);
    CHECK(!memcmp(y, wantY, sizeof y) && !memcmp(total, wantTotal, sizeof total));
    if (round == 1)
      pith_threads_destroy((pith_parallel *)config.parallel);
  }
  CHECK(called == SAMPLES);
  CHECK(strstr(scale_manifest(), "\"name\": \"scale\""));
  printf("ok: %.9g\n", (double)total[0]);
  return 0;
}
