/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Runs the compiled network on one image. Needs the bundle and libc only. */
#include "digits.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIXELS = 8 * 8, CLASSES = 10 };

/* Reads 64 floats from a .npy file of version 1 (little-endian, C order). */
static int read_image(const char *path, float image[PIXELS]) {
  unsigned char head[10];
  FILE *file = fopen(path, "rb");
  int good;
  if (!file)
    return 0;
  good = fread(head, 1, sizeof head, file) == sizeof head &&
         fseek(file, head[8] + 256 * head[9], SEEK_CUR) == 0 &&
         fread(image, sizeof *image, PIXELS, file) == PIXELS;
  fclose(file);
  return good;
}

static void draw(const float image[PIXELS]) {
  int i;
  for (i = 0; i < PIXELS; ++i)
    printf("%s%c%c%s", i % 8 ? "" : "    ", " .:-=+*#@"[(int)image[i] / 2],
           " .:-=+*#@"[(int)image[i] / 2], i % 8 == 7 ? "\n" : "");
}

int main(int argc, char **argv) {
  float image[PIXELS], probability[CLASSES];
  digits_inputs inputs = {0};
  digits_outputs outputs = {0};
  size_t size = digits_arena_size(NULL);
  unsigned char *memory;
  void *arena;
  int i, best = 0, error;

  if (argc != 2 || !read_image(argv[1], image)) {
    fprintf(stderr, "usage: demo IMAGE.npy (8 x 8 floats from 0 to 16)\n");
    return 2;
  }
  memory = malloc(size + DIGITS_ARENA_ALIGNMENT);
  if (!memory)
    return 1;
  arena = memory + DIGITS_ARENA_ALIGNMENT - (uintptr_t)memory % DIGITS_ARENA_ALIGNMENT;
  inputs.image = image;
  outputs.probability = probability;
  error = digits_init(arena, NULL);
  if (!error)
    error = digits_run(arena, &inputs, &outputs);
  free(memory);
  if (error) {
    fprintf(stderr, "demo: error %d, see digits.h\n", error);
    return 1;
  }
  for (i = 1; i < CLASSES; ++i)
    if (probability[i] > probability[best])
      best = i;
  draw(image);
  printf("prediction: %d (probability %.4f)\n", best, probability[best]);
  printf("arena: %lu bytes\n", (unsigned long)size);
  return 0;
}
