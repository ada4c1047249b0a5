/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Times calls of a C function, so that no interpreter stands between them. */
#include <time.h>

/* The function gets up to eight arguments; it may take fewer. */
typedef void *function(void *, void *, void *, void *, void *, void *, void *, void *);

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Calls until `seconds` have passed, at least three times; returns how many
   times stand in `times`. */
long time_calls(function *call, void **a, double seconds, double *times, long capacity) {
  const double begin = now();
  double before = begin;
  long count = 0;
  while (count < capacity && (count < 3 || before - begin < seconds)) {
    double after;
    call(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
    after = now();
    times[count++] = after - before;
    before = after;
  }
  return count;
}
