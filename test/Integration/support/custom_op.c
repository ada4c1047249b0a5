/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Two C functions for custom operators, as a user of the bundle writes them. */
#include "m.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the program, so that no test passes by chance. */
#define EXPECT(condition)                                                                          \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #condition);                     \
      abort();                                                                                     \
    }                                                                                              \
  } while (0)

/* The thread that runs the model, where that is known here. */
static const pthread_t *caller;

static int64_t elements(const pith_tensor *tensor) {
  int64_t count = 1;
  for (int32_t i = 0; i < tensor->rank; ++i)
    count *= tensor->shape[i];
  return count;
}

/* y = min(max(x * gain + bias, low), high), with bias along the last dimension. */
void scale_clip(const pith_tensor *inputs, int32_t num_inputs, const pith_tensor *outputs,
                int32_t num_outputs, const char *attributes) {
  EXPECT(!caller || pthread_equal(*caller, pthread_self()));
  EXPECT(num_inputs == 2 && num_outputs == 1);
  EXPECT(inputs[0].type == PITH_TYPE_F32 && inputs[1].type == PITH_TYPE_F32);
  EXPECT(outputs[0].type == PITH_TYPE_F32 && outputs[0].rank == inputs[0].rank);
  const char *gain = strstr(attributes, "\"gain\":"), *limits = strstr(attributes, "\"limits\":[");
  EXPECT(gain && limits);
  char *end;
  float by = strtof(gain + 7, 0), low = strtof(limits + 10, &end), high = strtof(end + 1, 0);
  const float *x = inputs[0].data, *bias = inputs[1].data;
  float *y = outputs[0].data;
  int64_t inner = inputs[1].shape[0];
  EXPECT(inputs[0].shape[inputs[0].rank - 1] == inner);
  for (int64_t i = 0; i < elements(&outputs[0]); ++i) {
    volatile float product = x[i] * by; /* two roundings, as in NumPy */
    float sum = product + bias[i % inner];
    y[i] = sum < low ? low : sum > high ? high : sum;
  }
}

/* Of each row of codes: whether it has the number `of`, and how often. The second
   input, an offset, is optional. */
void count_codes(const pith_tensor *inputs, int32_t num_inputs, const pith_tensor *outputs,
                 int32_t num_outputs, const char *attributes) {
  EXPECT(num_inputs == 3 && num_outputs == 2);
  EXPECT(inputs[0].type == PITH_TYPE_U8 && inputs[0].rank == 2);
  EXPECT(inputs[1].type == PITH_TYPE_ABSENT && !inputs[1].data && !inputs[1].shape);
  EXPECT(inputs[2].type == PITH_TYPE_BOOL && inputs[2].rank == 0 && !inputs[2].shape);
  EXPECT(outputs[0].type == PITH_TYPE_BOOL && outputs[1].type == PITH_TYPE_I64);
  EXPECT(strcmp(attributes, "{\"of\":7,\"why\":\"a \\\"test\\\"\"}") == 0);
  const uint8_t *codes = inputs[0].data;
  uint8_t *found = outputs[0].data, twice = *(const uint8_t *)inputs[2].data;
  int64_t *counts = outputs[1].data;
  for (int64_t row = 0; row < inputs[0].shape[0]; ++row) {
    counts[row] = 0;
    for (int64_t i = 0; i < inputs[0].shape[1]; ++i)
      counts[row] += codes[row * inputs[0].shape[1] + i] == 7;
    found[row] = counts[row] ? 255 : 0; /* any byte but 0 is true */
    counts[row] *= twice ? 2 : 1;
  }
}

#ifdef PROGRAM
static void readAll(const char *path, void *data, size_t bytes) {
  FILE *file = fopen(path, "rb");
  EXPECT(file && fread(data, 1, bytes, file) == bytes);
  fclose(file);
}

static void writeAll(const char *path, const void *data, size_t bytes) {
  FILE *file = fopen(path, "wb");
  EXPECT(file && fwrite(data, 1, bytes, file) == bytes);
  EXPECT(fclose(file) == 0);
}

pith_parallel *pith_threads_create(uint32_t threads);
void pith_threads_destroy(pith_parallel *parallel);

/* x u y found counts: files of bytes. With one argument more: the self-test. */
int main(int count, char **paths) {
  static float x[M_INPUT_x_BYTES / 4], y[M_OUTPUT_y_BYTES / 4];
  static uint8_t u[M_INPUT_u_BYTES], found[M_OUTPUT_found_BYTES];
  static int64_t counts[M_OUTPUT_counts_BYTES / 8];
  pthread_t self = pthread_self();
  caller = &self;
  pith_parallel *threads = pith_threads_create(3);
  pith_config config = {0};
  config.size = sizeof config;
  config.threads_max = 3;
  config.parallel = threads;
  size_t size = m_arena_size(&config);
#ifdef M_SELFTEST_ARENA_SIZE
  if (size < M_SELFTEST_ARENA_SIZE)
    size = M_SELFTEST_ARENA_SIZE;
#endif
  void *arena = aligned_alloc(M_ARENA_ALIGNMENT, (size + 63) / 64 * 64);
  EXPECT(count >= 6 && threads && arena && m_init(arena, &config) == PITH_OK);
  readAll(paths[1], x, sizeof x);
  readAll(paths[2], u, sizeof u);
  m_inputs inputs = {0};
  m_outputs outputs = {0};
  inputs.x = x;
  inputs.u = u;
  outputs.y = y;
  outputs.found = found;
  outputs.counts = counts;
  EXPECT(m_run(arena, &inputs, &outputs) == PITH_OK);
  writeAll(paths[3], y, sizeof y);
  writeAll(paths[4], found, sizeof found);
  writeAll(paths[5], counts, sizeof counts);
  if (count > 6)
    printf("selftest %d\n", m_selftest(arena));
  free(arena);
  pith_threads_destroy(threads);
  return 0;
}
#endif
