/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Prints what m_init, m_run and m_selftest return on a CPU with the features of
   the first argument, 0 for this one, and a sum over the bits of the outputs. */
#include "model.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const size_t inputBytes[] = INPUT_BYTES, outputBytes[] = OUTPUT_BYTES;

static void *buffer(size_t bytes) {
  float *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  size_t i;
  for (i = 0; i < bytes / sizeof *memory; ++i)
    memory[i] = (float)((int)(i * 37 % 101) - 50) / 16;
  return memory;
}

int main(int argc, char **argv) {
  void *inputMemory[COUNT(inputBytes)], *outputMemory[COUNT(outputBytes)];
  m_inputs inputs;
  m_outputs outputs;
  pith_config config;
  void *arena = buffer(M_SELFTEST_ARENA_SIZE);
  uint64_t sum = 0;
  size_t i, j;
  int status;
  if (argc != 2)
    return 2;
  memset(&config, 0, sizeof config);
  config.size = sizeof config;
  config.features = strtoull(argv[1], NULL, 0);
  for (i = 0; i < COUNT(inputBytes); ++i)
    inputMemory[i] = buffer(inputBytes[i]);
  for (i = 0; i < COUNT(outputBytes); ++i)
    outputMemory[i] = buffer(outputBytes[i]);
  SET_BUFFERS(inputs, inputMemory, outputs, outputMemory)
  status = m_init(arena, &config);
  if (status) {
    printf("init %d\n", status);
    return 0;
  }
  status = m_run(arena, &inputs, &outputs);
  for (i = 0; i < COUNT(outputBytes); ++i)
    for (j = 0; j < outputBytes[i]; ++j)
      sum = sum * 31 + ((unsigned char *)outputMemory[i])[j];
  printf("run %d selftest %d sum %016llx\n", status, m_selftest(arena), (unsigned long long)sum);
  return 0;
}
