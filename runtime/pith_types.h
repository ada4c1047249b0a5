/* SPDX-License-Identifier: 0BSD */
#ifndef PITH_ABI
#define PITH_ABI 1
#ifdef __cplusplus
extern "C" {
#endif
/* What the functions of every model return. NAME_selftest also returns
   positive numbers. */
enum pith_status {
  PITH_OK = 0,
  PITH_ERROR_NULL = -1,        /* a pointer that must not be null is null */
  PITH_ERROR_ALIGNMENT = -2,   /* the arena or the weights are not aligned to 64
                                  bytes, or a buffer not to its element type */
  PITH_ERROR_CONFIG = -3,      /* config.size is unknown, or there are more threads
                                  or samples than the model or the config allows */
  PITH_ERROR_FEATURE = -4,     /* the CPU lacks a feature that the model, or each of
                                  its variants, needs */
  PITH_ERROR_WEIGHTS = -5,     /* config.weights is missing or is another file */
  PITH_ERROR_BATCH = -6,       /* batch is 0 or above config.batch_max */
  PITH_ERROR_UNINITIALIZED = -7, /* NAME_init was not called on this arena */
  PITH_ERROR_NO_SELFTEST = -8, /* compiled without expected results */
  PITH_ERROR_DRIVER = -9,      /* the model runs on a device, and config.driver is
                                  null or of an older version */
  PITH_ERROR_DEVICE = -10,     /* the driver refuses a program, or one failed */
  PITH_ERROR_SHAPE = -11       /* the model was not compiled for the sizes that the
                                  inputs state */
};

/* A pool of threads. `run` cuts [0, items) into ranges, calls body on each of
   them exactly once, from any of its threads, and returns when all are done.
   `thread` is below `threads` and differs between calls that overlap. Short work
   is not handed over. */
typedef struct pith_parallel {
  void *context;
  uint32_t threads;
  void (*run)(void *context,
              void (*body)(void *arguments, int64_t begin, int64_t end, uint32_t thread),
              void *arguments, int64_t items);
} pith_parallel;

/* A device. Its functions return 0, or an error of their own. Functions may be
   added at the end; `size` says which there are. */
typedef struct pith_driver {
  uint32_t size; /* sizeof(pith_driver) */
  void *context; /* the first argument of each function */
  /* Called by NAME_init for each program of the model: checks it and makes it
     ready. The program stays where it is; *handle is for `launch`. What is
     loaded belongs to the driver. */
  int (*load)(void *context, const char *name, const void *program, uint64_t bytes,
              void **handle);
  /* Called by NAME_run: runs a program on `count` buffers in the host's memory.
     The results are there when it returns. */
  int (*launch)(void *context, void *stream, void *handle, void *const *buffers, uint32_t count);
} pith_driver;

/* Sees the layers of a run, in their order, each when it is done: in the thread
   that called NAME_run, once for each result of the layer. `layer` counts as the
   layers in the manifest do, of the variant and shape that run. Put more behind it. */
typedef struct pith_profile {
  void (*layer)(struct pith_profile *self, int64_t layer, const void *data, int64_t bytes);
} pith_profile;

/* Set it to zero, set size to sizeof(pith_config), then what is needed. */
typedef struct pith_config {
  uint32_t size;
  uint32_t threads_max;          /* at least parallel->threads, at most 4096; 0: one */
  uint32_t batch_max;            /* largest batch of a run; 0: one */
  uint64_t features;             /* what pith_features() found. 0 on x86-64: NAME_init
                                    asks the CPU itself; elsewhere: nothing is checked
                                    and, of several variants, one is taken that any
                                    CPU of the architecture can run, or none */
  const pith_parallel *parallel; /* null: everything in the calling thread */
  const pith_driver *driver;     /* null unless the model runs on a device */
  void *stream;                  /* the device's stream, or null */
  pith_profile *profile;         /* called behind each layer of NAME_run; or null */
  const void *weights;           /* NAME.weights, mapped at 64 bytes; null when the
                                    weights are in the object */
} pith_config;

/* pith_threads.c: a pool for `threads` threads, the caller being one of them;
   null when there is no memory. A pool serves one run at a time. */
pith_parallel *pith_threads_create(uint32_t threads);
void pith_threads_destroy(pith_parallel *pool);

/* pith_features.c: the features of this CPU, for config.features. */
uint64_t pith_features(void);
#ifdef __cplusplus
}
#endif
#elif PITH_ABI != 1
#error "headers of models that were compiled by incompatible versions of pith"
#endif
