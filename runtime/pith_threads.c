/* SPDX-License-Identifier: 0BSD */
/* A pool of threads for pith_config.parallel: C11 and POSIX threads. Optional;
   any pool that fits the structure pith_parallel will do. Between runs of
   kernels the threads spin for some microseconds, then sleep. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include "pith_types.h"

typedef void pith_body(void *arguments, int64_t begin, int64_t end, uint32_t thread);

enum { PITH_SPINS = 4000, PITH_RANGES_PER_THREAD = 4 };

typedef struct pith_pool {
  pith_parallel parallel; /* first: what the caller holds */
  pthread_mutex_t mutex;
  pthread_cond_t wake, idle;
  /* The work. Written by the caller while no thread is busy. */
  pith_body *body;
  void *arguments;
  int64_t items, range;
  /* Grows by two with each run; odd: stop. */
  atomic_uint_fast64_t generation;
  atomic_int_fast64_t next;
  atomic_uint_fast32_t busy;
  uint32_t started;
  struct pith_worker {
    struct pith_pool *pool;
    pthread_t handle;
    uint32_t thread;
  } workers[];
} pith_pool;

static void pith_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void pith_work(pith_pool *pool, uint32_t thread) {
  for (;;) {
    int64_t begin = atomic_fetch_add(&pool->next, pool->range);
    if (begin >= pool->items)
      return;
    int64_t end = pool->items - begin < pool->range ? pool->items : begin + pool->range;
    pool->body(pool->arguments, begin, end, thread);
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
  while ((generation = atomic_load(&pool->generation)) == seen)
    pthread_cond_wait(&pool->wake, &pool->mutex);
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
    pith_work(pool, worker->thread);
    /* Under the lock, else the caller could miss the signal. */
    if (atomic_fetch_sub(&pool->busy, 1) == 1) {
      pthread_mutex_lock(&pool->mutex);
      pthread_cond_signal(&pool->idle);
      pthread_mutex_unlock(&pool->mutex);
    }
  }
}

static void pith_advance(pith_pool *pool, uint_fast64_t by) {
  pthread_mutex_lock(&pool->mutex);
  atomic_fetch_add(&pool->generation, by);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->mutex);
}

static void pith_run(void *context, pith_body *body, void *arguments, int64_t items) {
  pith_pool *pool = context;
  uint32_t threads = pool->parallel.threads;
  if (items <= 0)
    return;
  if (threads == 1 || items == 1) {
    body(arguments, 0, items, 0);
    return;
  }
  int64_t ranges = (int64_t)threads * PITH_RANGES_PER_THREAD;
  pool->body = body;
  pool->arguments = arguments;
  pool->items = items;
  pool->range = items / ranges + (items % ranges != 0);
  atomic_store(&pool->next, 0);
  atomic_store(&pool->busy, threads - 1);
  pith_advance(pool, 2);
  pith_work(pool, 0);
  for (int i = 0; i < PITH_SPINS; ++i) {
    if (!atomic_load(&pool->busy))
      return;
    pith_pause();
  }
  pthread_mutex_lock(&pool->mutex);
  while (atomic_load(&pool->busy))
    pthread_cond_wait(&pool->idle, &pool->mutex);
  pthread_mutex_unlock(&pool->mutex);
}

void pith_threads_destroy(pith_parallel *parallel) {
  if (!parallel)
    return;
  pith_pool *pool = parallel->context;
  pith_advance(pool, 1);
  for (uint32_t i = 0; i < pool->started; ++i)
    pthread_join(pool->workers[i].handle, NULL);
  pthread_cond_destroy(&pool->idle);
  pthread_cond_destroy(&pool->wake);
  pthread_mutex_destroy(&pool->mutex);
  free(pool);
}

/* The calling thread is thread 0. */
pith_parallel *pith_threads_create(uint32_t threads) {
  if (!threads || threads > 4096)
    return NULL;
  pith_pool *pool = calloc(1, sizeof *pool + (threads - 1) * sizeof pool->workers[0]);
  if (!pool)
    return NULL;
  pool->parallel.context = pool;
  pool->parallel.threads = threads;
  pool->parallel.run = pith_run;
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pthread_cond_init(&pool->idle, NULL);
  for (; pool->started < threads - 1; ++pool->started) {
    struct pith_worker *worker = &pool->workers[pool->started];
    worker->pool = pool;
    worker->thread = pool->started + 1;
    if (pthread_create(&worker->handle, NULL, pith_thread, worker)) {
      pith_threads_destroy(&pool->parallel);
      return NULL;
    }
  }
  return &pool->parallel;
}
