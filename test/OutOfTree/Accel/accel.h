/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The coprocessor's programs, for the compiler that writes them and for the
   simulator that runs them. Little-endian words of 32 bits. */
#ifndef ACCEL_H
#define ACCEL_H
#include <stdint.h>

enum {
  ACCEL_MAGIC = 0x4c434341, /* "ACCL" */
  ACCEL_VERSION = 1,
  ACCEL_SCRATCHPAD = 65536,
  ACCEL_ALIGNMENT = 16, /* of tiles, and of the right side of a product */
  ACCEL_LEVELS = 8,     /* of nested loops */
  ACCEL_DIMS = 5        /* of a copy */
};

enum accel_opcode {
  ACCEL_LOOP = 1, /* everything to the matching END, `count` times */
  ACCEL_END,
  ACCEL_FILL,
  ACCEL_LOAD,
  ACCEL_STORE,
  ACCEL_MULTIPLY
};

/* base + the sum over the levels of per_level * the counter of that loop. */
typedef struct {
  int32_t base, per_level[ACCEL_LEVELS];
} accel_index;

/* Behind it lie the sizes in bytes of the buffers, one word each, then the commands. */
typedef struct {
  uint32_t magic, version, buffers, words; /* words: of all commands */
} accel_header;

typedef struct {
  uint32_t opcode, count;
} accel_loop; /* of ACCEL_END: only the opcode */

typedef struct {
  uint32_t opcode, value, bytes;
  accel_index tile;
} accel_fill;

/* One dimension of a tensor in the host's memory, and of the box that is copied. */
typedef struct {
  int32_t extent, stride; /* stride: in bytes */
  int32_t box, step;
  accel_index at;
} accel_dim;

/* Of ACCEL_LOAD, ACCEL_STORE; the first `dims` dimensions count. */
typedef struct {
  uint32_t opcode, buffer, width, fill, dims; /* width: bytes of an element, 1 or 4 */
  accel_index tile;
  accel_dim dim[ACCEL_DIMS];
} accel_copy;

enum { ACCEL_LHS_SIGNED = 1, ACCEL_RHS_SIGNED = 2 };

typedef struct {
  uint32_t opcode, flags;
  int32_t lhs_zero, rhs_zero;
  uint32_t lhs_stride, rhs_stride; /* from row to row, in bytes */
  accel_index lhs, rhs, sums;
} accel_multiply;

/* What the simulator's functions return. */
enum accel_status {
  ACCEL_OK = 0,
  ACCEL_BAD_HEADER,  /* no program, of another version, or cut off */
  ACCEL_BAD_COMMAND, /* unknown opcode or field, or loops that do not match */
  ACCEL_BAD_BOUNDS,  /* outside of the scratchpad or of a buffer */
  ACCEL_BAD_ALIGNMENT,
  ACCEL_BAD_BUFFERS /* another number of buffers, or a null pointer */
};

#ifdef __cplusplus
extern "C" {
#endif
struct pith_driver;
/* A coprocessor with its scratchpad, for config.driver; null when there is no
   memory. It runs one program at a time. */
struct pith_driver *accel_driver_create(void);
void accel_driver_destroy(struct pith_driver *driver);
#ifdef __cplusplus
}
#endif
#endif
