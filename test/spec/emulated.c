// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs a compiled function over standard input, without a C library: a chunk
// of each operand, then the chunk of results to standard output.
#ifndef ARITY
#define ARITY 1
#endif
static long call(long number, long a, const void *b, long c) {
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x2 __asm__("x2") = c;
  register const void *x1 __asm__("x1") = b;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}
void f(const void *, const void *, const void *);
static _Alignas(64) char buffers[3][CHUNK];
void _start(void) {
  for (;;) {
    for (int i = 0; i < ARITY; ++i)
      for (long have = 0; have < CHUNK;) {
        long got = call(63, 0, buffers[i] + have, CHUNK - have);
        if (got <= 0)
          call(93, 0, 0, 0);
        have += got;
      }
    f(buffers[0], buffers[1], buffers[2]);
    call(64, 1, buffers[ARITY], CHUNK);
  }
}
