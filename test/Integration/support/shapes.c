/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Runs a model with inputs `ids` and output `y` for each of its lengths, twice, in one
   arena of exactly the stated size, with as many threads as the argument says. Writes
   the outputs of the second round, one behind the other. C99 and C++. */
#include "m.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t lengths[M_SHAPES] = M_SIZES_length;
static const size_t inputBytes[M_SHAPES] = {M_INPUT_ids_BYTES_length16, M_INPUT_ids_BYTES_length32,
                                            M_INPUT_ids_BYTES_length64};
static const size_t outputBytes[M_SHAPES] = {M_OUTPUT_y_BYTES_length16, M_OUTPUT_y_BYTES_length32,
                                             M_OUTPUT_y_BYTES_length64};

static void *aligned(size_t bytes) {
  char *memory = (char *)malloc(bytes + 64);
  return memory ? memory + (64 - (uintptr_t)memory % 64) : NULL;
}

int main(int argc, char **argv) {
  pith_config config;
  m_inputs inputs;
  m_outputs outputs;
  int64_t *ids = (int64_t *)aligned(M_INPUT_ids_BYTES);
  float *y = (float *)aligned(M_OUTPUT_y_BYTES);
  void *arena;
  size_t i, shape, round, wrong[] = {0, 15, 17, 48, 65, (size_t)-1};
  if (argc != 2 || !ids || !y)
    return 2;
  memset(&config, 0, sizeof config);
  config.size = sizeof config;
  config.threads_max = (uint32_t)atoi(argv[1]);
  if (config.threads_max > 1 && !(config.parallel = pith_threads_create(config.threads_max)))
    return 3;
  arena = aligned(m_arena_size(&config) + M_SELFTEST_ARENA_SIZE - M_ARENA_SIZE);
  if (!arena || m_init(arena, &config))
    return 4;
  if (m_selftest(arena))
    return 5;
  inputs.ids = ids;
  outputs.y = y;
  for (i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
    inputs.length = wrong[i];
    if (m_run(arena, &inputs, &outputs) != PITH_ERROR_SHAPE)
      return 6;
  }
  for (round = 0; round < 2; ++round)
    for (shape = 0; shape < M_SHAPES; ++shape) {
      for (i = 0; i < lengths[shape]; ++i)
        ids[i] = (int64_t)((i * 37 + 5) % 100);
      inputs.length = lengths[shape];
      if (inputBytes[shape] != 8 * lengths[shape] || m_run(arena, &inputs, &outputs))
        return 7;
      if (round && fwrite(y, 1, outputBytes[shape], stdout) != outputBytes[shape])
        return 8;
    }
  return 0;
}
