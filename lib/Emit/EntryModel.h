/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What the emitter tells the entry functions about one model: constants of
   which it makes LLVM constants of the same layout. C and C++. */
#ifndef LIB_EMIT_ENTRYMODEL_H
#define LIB_EMIT_ENTRYMODEL_H
#include <stdint.h>

struct EntryModel {
  uint64_t magic;   /* in the arena: initialised, and by this very model */
  int64_t program;  /* where in the arena the program's own arena begins */
  int64_t arena;    /* bytes of the program's arena, without scratch, enough for
                       each variant and shape */
  int64_t scratch;  /* bytes for each thread, likewise */
  int64_t selftest; /* bytes of the buffers of the self-test; 0: there is none */
  int64_t inputs, outputs, variants;
  int64_t shapes, dims; /* choices of sizes, and how many sizes choose one */
  int64_t batchMax;     /* 0: the model has no run-time batch */
  int64_t weightsFile;  /* the weights are not in the object */
  int64_t programs;     /* of a device */
};

/* A program for the device: places in the bytes of all programs. */
struct EntryProgram {
  int64_t name, data, bytes;
};

/* The program compiled for one CPU; the preferred one first. */
struct EntryVariant {
  uint64_t features; /* bits of pith_features.def that it needs */
  int64_t expected;  /* its first hash in the table for the self-test; -1: none */
};

/* Inputs, then outputs, of each shape. */
struct EntryIo {
  int64_t bytes;   /* of one sample */
  int64_t width;   /* of an element */
  int64_t batched; /* advances with the samples */
  int64_t alignment;
  /* Self-test: an element is random & mask | fixed, or for floats sign,
     exponent and mantissa that make a number of magnitude 2^-7 to 1. */
  uint64_t mask;
  int64_t mantissa;  /* bits; 0: an integer */
  uint64_t exponent; /* of 2^-7 */
};

enum {
  ENTRY_ALIGNMENT = 64,
  ENTRY_HEADER_BYTES = 64,
  ENTRY_WEIGHTS_HEADER = 64,
  ENTRY_THREADS_MAX = 4096
};
#endif
