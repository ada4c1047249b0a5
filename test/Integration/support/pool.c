/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* usage: pool THREADS RUNS: every item runs exactly once, and no two calls that
   overlap have the same thread. Some runs come after the threads fell asleep. */
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "pith_types.h"

enum { ITEMS = 400, MOST = 64 };

typedef struct {
  unsigned char runs[ITEMS]; /* plain: each item belongs to one thread */
  atomic_int busy[MOST];
  atomic_int wrong;
  int64_t items, threads;
} Work;

static void body(void *arguments, int64_t begin, int64_t end, uint32_t thread) {
  Work *work = arguments;
  int64_t i;
  if (thread >= work->threads || begin < 0 || begin >= end || end > work->items ||
      atomic_exchange(&work->busy[thread], 1)) {
    atomic_store(&work->wrong, 1);
    return;
  }
  for (i = begin; i < end; ++i) {
    volatile int spin = (int)(i * 7 % 300);
    while (spin)
      --spin;
    ++work->runs[i];
  }
  atomic_store(&work->busy[thread], 0);
}

int main(int argc, char **argv) {
  static Work work;
  const struct timespec nap = {0, 2000000};
  uint32_t threads = (uint32_t)atoi(argv[1]);
  int runs = atoi(argv[2]), run;
  pith_parallel *pool = pith_threads_create(threads);
  if (argc != 3 || !pool || pool->threads != threads)
    return 2;
  work.threads = threads;
  for (run = 0; run < runs; ++run) {
    int64_t items = run % 7 == 0 ? run % ITEMS : run % 9, i;
    work.items = items;
    for (i = 0; i < ITEMS; ++i)
      work.runs[i] = 0;
    pool->run(pool->context, body, &work, items);
    for (i = 0; i < ITEMS; ++i)
      if (work.runs[i] != (i < items) || atomic_load(&work.wrong)) {
        printf("run %d of %lld items, item %lld: %d\n", run, (long long)items, (long long)i,
               work.runs[i]);
        return 1;
      }
    if (run % 500 == 499)
      nanosleep(&nap, NULL);
  }
  pith_threads_destroy(pool);
  return 0;
}
