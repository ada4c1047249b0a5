/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The simulator alone: one program that uses every command, its numbers worked
   out here, and for each check a program that differs in one word. */
#include "accel.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "pith_types.h"

/* sums[8 x 8] = image rows of 16 bytes times filter rows, twice by a loop. */
typedef struct {
  accel_header header;
  uint32_t sizes[3];
  accel_fill fill;
  accel_copy image, filter;
  accel_loop loop;
  accel_multiply multiply;
  uint32_t end;
  accel_copy sums;
} Program;

static Program make(void) {
  Program p;
  memset(&p, 0, sizeof p);
  p.header = (accel_header){ACCEL_MAGIC, ACCEL_VERSION, 3, (sizeof p - sizeof p.header) / 4 - 3};
  p.sizes[0] = 6 * 10; /* 6 rows of 10 bytes: tails in both dimensions */
  p.sizes[1] = 8 * 16;
  p.sizes[2] = 4 * 5 * 8; /* 5 of 8 rows are stored */
  p.fill = (accel_fill){ACCEL_FILL, 0, 256, {512, {0}}};
  p.image = (accel_copy){ACCEL_LOAD, 0, 1, 7, 2, {0, {0}}, {{0}}};
  p.image.dim[0] = (accel_dim){6, 10, 8, 1, {-1, {0}}};
  p.image.dim[1] = (accel_dim){10, 1, 16, 1, {0, {0}}};
  p.filter = (accel_copy){ACCEL_LOAD, 1, 1, 0, 2, {128, {0}}, {{0}}};
  p.filter.dim[0] = (accel_dim){8, 16, 8, 1, {0, {0}}};
  p.filter.dim[1] = (accel_dim){16, 1, 16, 1, {0, {0}}};
  p.loop = (accel_loop){ACCEL_LOOP, 2};
  p.multiply = (accel_multiply){ACCEL_MULTIPLY, ACCEL_RHS_SIGNED, 7,         -3, 16, 16,
                                {0, {0}},       {128, {0}},       {512, {0}}};
  p.end = ACCEL_END;
  p.sums = (accel_copy){ACCEL_STORE, 2, 4, 0, 2, {512, {0}}, {{0}}};
  p.sums.dim[0] = (accel_dim){5, 32, 8, 1, {0, {0}}};
  p.sums.dim[1] = (accel_dim){8, 4, 8, 1, {0, {0}}};
  return p;
}

static int failures = 0;

static void expect(int condition, const char *what) {
  if (!condition) {
    printf("FAILED: %s\n", what);
    ++failures;
  }
}

static int loads(const Program *p, uint64_t bytes) {
  pith_driver *driver = accel_driver_create();
  void *handle = NULL;
  int status = driver->load(driver->context, "test", p, bytes, &handle);
  accel_driver_destroy(driver);
  return status;
}

static void numbers(void) {
  unsigned char image[60];
  signed char filter[128];
  int32_t sums[40];
  for (int i = 0; i < 60; ++i)
    image[i] = (unsigned char)(i * 37);
  for (int i = 0; i < 128; ++i)
    filter[i] = (signed char)(i * 91);
  memset(sums, 0, sizeof sums);
  void *buffers[] = {image, filter, sums};
  Program p = make();
  pith_driver *driver = accel_driver_create();
  void *handle = NULL;
  expect(!driver->load(driver->context, "test", &p, sizeof p, &handle), "the program loads");
  expect(driver->launch(driver->context, NULL, handle, buffers, 2) == ACCEL_BAD_BUFFERS,
         "two buffers for three");
  expect(!driver->launch(driver->context, NULL, handle, buffers, 3), "the program runs");
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 8; ++j) {
      int32_t sum = 0;
      for (int k = 0; k < 10; ++k) /* the row in front of the first one is padding: 7 - 7 */
        sum += i ? (image[10 * (i - 1) + k] - 7) * (filter[16 * j + k] + 3) : 0;
      expect(sums[8 * i + j] == 2 * sum, "a sum");
    }
  buffers[1] = NULL;
  expect(driver->launch(driver->context, NULL, handle, buffers, 3) == ACCEL_BAD_BUFFERS,
         "a null pointer");
  accel_driver_destroy(driver);
}

#define REFUSED(change, status)                                                                    \
  do {                                                                                             \
    Program p = make();                                                                            \
    change;                                                                                        \
    expect(loads(&p, sizeof p) == (status), #change);                                              \
  } while (0)

int main(void) {
  numbers();
  REFUSED(p.header.magic = 1, ACCEL_BAD_HEADER);
  REFUSED(p.header.version = 2, ACCEL_BAD_HEADER);
  REFUSED(p.header.words -= 1, ACCEL_BAD_HEADER);
  Program whole = make();
  expect(loads(&whole, sizeof whole - 4) == ACCEL_BAD_HEADER, "a program that is cut off");
  REFUSED(p.fill.opcode = 77, ACCEL_BAD_COMMAND);
  REFUSED(p.fill.value = 256, ACCEL_BAD_COMMAND);
  REFUSED(p.fill.tile.base = 65536 - 240, ACCEL_BAD_BOUNDS);
  REFUSED(p.fill.tile.base = -16, ACCEL_BAD_BOUNDS);
  REFUSED(p.fill.tile.base = 8, ACCEL_BAD_ALIGNMENT);
  REFUSED(p.fill.tile.per_level[0] = 16, ACCEL_BAD_COMMAND); /* outside of all loops */
  REFUSED(p.image.buffer = 3, ACCEL_BAD_COMMAND);
  REFUSED(p.image.width = 2, ACCEL_BAD_COMMAND);
  REFUSED(p.image.dims = 6, ACCEL_BAD_COMMAND);
  REFUSED(p.image.dim[0].extent = 7, ACCEL_BAD_BOUNDS); /* the buffer has 6 rows */
  REFUSED(p.image.dim[1].stride = -1, ACCEL_BAD_COMMAND);
  REFUSED(p.image.dim[0].box = 8192, ACCEL_BAD_BOUNDS);
  REFUSED(p.loop.count = 0, ACCEL_BAD_COMMAND);
  REFUSED(p.end = ACCEL_LOOP, ACCEL_BAD_COMMAND);
  REFUSED(p.loop.opcode = p.loop.count = ACCEL_END, ACCEL_BAD_COMMAND);
  REFUSED(p.multiply.flags = 4, ACCEL_BAD_COMMAND);
  REFUSED(p.multiply.rhs_zero = 128, ACCEL_BAD_COMMAND); /* a signed side */
  REFUSED(p.multiply.rhs_stride = 8, ACCEL_BAD_ALIGNMENT);
  REFUSED(p.multiply.lhs.per_level[0] = 65536, ACCEL_BAD_BOUNDS); /* in the second round */
  REFUSED(p.sums.dim[0].extent = 6, ACCEL_BAD_BOUNDS);
  if (!failures)
    printf("the simulator computes and refuses as it should\n");
  return failures != 0;
}
