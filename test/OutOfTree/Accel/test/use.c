/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What a user of the bundle writes: the simulator is the driver. */
#include "accel.h"
#include "digits_int8.h"
#include <stdio.h>
#include <stdlib.h>

static int fails(void *context, void *stream, void *handle, void *const *buffers, uint32_t count) {
  (void)context, (void)stream, (void)handle, (void)buffers, (void)count;
  return 42;
}

int main(void) {
  static float image[64], probability[10];
  digits_int8_inputs in = {image};
  digits_int8_outputs out = {probability};
  pith_config config = {0};
  config.size = sizeof config;
  void *arena = aligned_alloc(64, (DIGITS_INT8_SELFTEST_ARENA_SIZE + 63) / 64 * 64);
  if (digits_int8_init(arena, &config) != PITH_ERROR_DRIVER ||
      digits_int8_run(arena, &in, &out) != PITH_ERROR_UNINITIALIZED)
    return puts("a model without driver must be refused"), 1;
  pith_driver *driver = accel_driver_create();
  config.driver = driver;
  if (digits_int8_init(arena, &config) || digits_int8_run(arena, &in, &out) ||
      digits_int8_selftest(arena))
    return puts("the model does not run on the simulator"), 1;
  float sum = 0;
  for (int i = 0; i < 10; ++i)
    sum += probability[i];
  if (sum < 0.999f || sum > 1.001f)
    return puts("the probabilities are none"), 1;

  pith_driver broken = *driver, old = *driver;
  broken.launch = fails;
  config.driver = &broken;
  if (digits_int8_init(arena, &config) || digits_int8_run(arena, &in, &out) != PITH_ERROR_DEVICE ||
      digits_int8_selftest(arena) != PITH_ERROR_DEVICE)
    return puts("a program that fails must be reported"), 1;
  old.size = 8;
  config.driver = &old;
  if (digits_int8_init(arena, &config) != PITH_ERROR_DRIVER)
    return puts("an older driver must be refused"), 1;
  accel_driver_destroy(driver);
  free(arena);
  puts("the bundle runs, and fails, as it should");
  return 0;
}
