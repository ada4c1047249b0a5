/* SPDX-License-Identifier: 0BSD */
/* A pool of threads for pith_config.parallel: C11 and POSIX threads. Optional;
   any pool that fits the structure pith_parallel will do. Between runs of
   kernels the threads spin for some microseconds, then sleep. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include "pith_types.h"

typedef void pith_body(void *arguments, int64_t begin, int64_t end, uint32_t thread);

enum { PITH_SPINS = 4000, PITH_RANGES_PER_THREAD = 4 };

/* Items begin with the thread that had their neighbours in the run before, whose
   cache may hold what they read. A thread whose items are done helps the others. */
struct pith_worker {
  struct pith_pool *pool;
  pthread_t handle;
  uint32_t thread;
  atomic_int_fast64_t next;
  int64_t end, range;
  char apart[128]; /* no two threads' counters in one cache line */
};

typedef struct pith_pool {
  pith_parallel parallel; /* first: what the caller holds */
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  /* The work. Written by the caller while nobody is inside. */
  pith_body *body;
  void *arguments;
  /* Threads that may be at work. They leave at once where it is not open. */
  atomic_uint_fast32_t inside, open;
  /* Grows by two with each run; odd: stop. */
  atomic_uint_fast64_t generation;
  atomic_uint_fast32_t sleeping;
  uint32_t started;
  struct pith_worker workers[]; /* the first is the caller */
} pith_pool;

static void pith_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void pith_work(pith_pool *pool, uint32_t thread) {
  uint32_t threads = pool->parallel.threads, i;
  for (i = 0; i < threads; ++i) {
    struct pith_worker *owner = &pool->workers[(thread + i) % threads];
    for (;;) {
      int64_t begin = atomic_fetch_add(&owner->next, owner->range);
      if (begin >= owner->end)
        break;
      pool->body(pool->arguments, begin,
                 owner->end - begin < owner->range ? owner->end : begin + owner->range, thread);
    }
  }
}

static uint_fast64_t pith_await(pith_pool *pool, uint_fast64_t seen) {
  uint_fast64_t generation = seen;
  for (int i = 0; i < PITH_SPINS; ++i) {
    if ((generation = atomic_load(&pool->generation)) != seen)
      return generation;
    pith_pause();
  }
  pthread_mutex_lock(&pool->mutex);
  /* Who advances reads this behind its write: one of both sees the other. */
  atomic_fetch_add(&pool->sleeping, 1);
  while ((generation = atomic_load(&pool->generation)) == seen)
    pthread_cond_wait(&pool->wake, &pool->mutex);
  atomic_fetch_sub(&pool->sleeping, 1);
  pthread_mutex_unlock(&pool->mutex);
  return generation;
}

static void *pith_thread(void *argument) {
  struct pith_worker *worker = argument;
  pith_pool *pool = worker->pool;
  for (uint_fast64_t seen = 0;;) {
    seen = pith_await(pool, seen);
    if (seen & 1)
      return NULL;
    atomic_fetch_add(&pool->inside, 1);
    if (atomic_load(&pool->open))
      pith_work(pool, worker->thread);
    atomic_fetch_sub(&pool->inside, 1);
  }
}

static void pith_advance(pith_pool *pool, uint_fast64_t by) {
  atomic_fetch_add(&pool->generation, by);
  if (!atomic_load(&pool->sleeping))
    return;
  pthread_mutex_lock(&pool->mutex);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);
}

/* The others have at most the range left on which they are at work. */
static void pith_finish(pith_pool *pool) {
  atomic_store(&pool->open, 0);
  for (int i = 0; atomic_load(&pool->inside); ++i)
    if (i < PITH_SPINS)
      pith_pause();
    else
      sched_yield();
}

static void pith_run(void *context, pith_body *body, void *arguments, int64_t items) {
  pith_pool *pool = context;
  uint32_t threads = pool->parallel.threads, i;
  int64_t share = items / threads, more = items % threads, begin = 0;
  if (items <= 0)
    return;
  if (threads == 1 || items == 1) {
    body(arguments, 0, items, 0);
    return;
  }
  pool->body = body;
  pool->arguments = arguments;
  for (i = 0; i < threads; ++i) {
    struct pith_worker *worker = &pool->workers[i];
    int64_t count = share + (i < more);
    atomic_store_explicit(&worker->next, begin, memory_order_relaxed);
    worker->range = (count + PITH_RANGES_PER_THREAD - 1) / PITH_RANGES_PER_THREAD;
    worker->end = begin += count;
  }
  atomic_store(&pool->open, 1);
  pith_advance(pool, 2);
  pith_work(pool, 0);
  pith_finish(pool);
}

void pith_threads_destroy(pith_parallel *parallel) {
  if (!parallel)
    return;
  pith_pool *pool = parallel->context;
  pith_advance(pool, 1);
  for (uint32_t i = 1; i <= pool->started; ++i)
    pthread_join(pool->workers[i].handle, NULL);
  pthread_cond_destroy(&pool->wake);
  pthread_mutex_destroy(&pool->mutex);
  free(pool);
}

/* The calling thread is thread 0. */
pith_parallel *pith_threads_create(uint32_t threads) {
  if (!threads || threads > 4096)
    return NULL;
  pith_pool *pool = calloc(1, sizeof *pool + threads * sizeof pool->workers[0]);
  if (!pool)
    return NULL;
  pool->parallel.context = pool;
  pool->parallel.threads = threads;
  pool->parallel.run = pith_run;
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->wake, NULL);
  for (; pool->started < threads - 1; ++pool->started) {
    struct pith_worker *worker = &pool->workers[pool->started + 1];
    worker->pool = pool;
    worker->thread = pool->started + 1;
    if (pthread_create(&worker->handle, NULL, pith_thread, worker)) {
      pith_threads_destroy(&pool->parallel);
      return NULL;
    }
  }
  return &pool->parallel;
}
