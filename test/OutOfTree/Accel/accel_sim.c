/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* A simulated coprocessor: 64 KiB of scratchpad, copies of boxes between it and
   the host's memory, a matrix instruction, nested loops, nothing else. A program
   is checked as a whole when it is loaded, with the range of every index; what
   passed needs no check when it runs. */
#include "accel.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "pith_types.h"

typedef struct {
  pith_driver driver;
  unsigned char scratchpad[ACCEL_SCRATCHPAD];
} Device;

/* ---- checking ---------------------------------------------------------- */

typedef struct {
  const uint32_t *sizes; /* of the buffers */
  uint32_t buffers;
  uint32_t counts[ACCEL_LEVELS];
  int depth;
} Checker;

typedef struct {
  int64_t low, high;
} Range;

/* Levels outside of all loops must not be used. */
static int rangeOf(const Checker *checker, const accel_index *index, Range *range) {
  range->low = range->high = index->base;
  for (int level = 0; level < ACCEL_LEVELS; ++level) {
    int64_t factor = index->per_level[level];
    if (level >= checker->depth && factor)
      return ACCEL_BAD_COMMAND;
    if (level >= checker->depth || !factor)
      continue;
    int64_t most = factor * (int64_t)(checker->counts[level] - 1);
    *(most < 0 ? &range->low : &range->high) += most;
  }
  return ACCEL_OK;
}

/* `bytes` at an index lie in the scratchpad, and begin at a multiple of `alignment`. */
static int checkTile(const Checker *checker, const accel_index *index, int64_t bytes,
                     int alignment) {
  Range range;
  int status = rangeOf(checker, index, &range);
  if (status)
    return status;
  if (range.low < 0 || bytes > ACCEL_SCRATCHPAD || range.high > ACCEL_SCRATCHPAD - bytes)
    return ACCEL_BAD_BOUNDS;
  int misaligned = index->base % alignment != 0;
  for (int level = 0; level < checker->depth; ++level)
    misaligned |= index->per_level[level] % alignment != 0;
  return misaligned ? ACCEL_BAD_ALIGNMENT : ACCEL_OK;
}

static int checkCopy(const Checker *checker, const accel_copy *copy) {
  if (copy->buffer >= checker->buffers || (copy->width != 1 && copy->width != 4) || !copy->dims ||
      copy->dims > ACCEL_DIMS || copy->fill > 255)
    return ACCEL_BAD_COMMAND;
  int64_t last = 0, volume = copy->width;
  for (uint32_t i = 0; i < copy->dims; ++i) {
    const accel_dim *dim = &copy->dim[i];
    Range range;
    int status = rangeOf(checker, &dim->at, &range);
    if (status)
      return status;
    if (dim->extent < 1 || dim->stride < 0 || dim->box < 1 || dim->step < 1 ||
        dim->box > ACCEL_SCRATCHPAD || dim->step > INT16_MAX || range.low < INT32_MIN / 2 ||
        range.high > INT32_MAX / 2)
      return ACCEL_BAD_COMMAND;
    last += (int64_t)(dim->extent - 1) * dim->stride; /* below 5 * 2^62 only if each is small */
    if (last > UINT32_MAX)
      return ACCEL_BAD_BOUNDS;
    volume *= dim->box;
    if (volume > ACCEL_SCRATCHPAD)
      return ACCEL_BAD_BOUNDS;
  }
  if (last + copy->width > checker->sizes[copy->buffer])
    return ACCEL_BAD_BOUNDS;
  return checkTile(checker, &copy->tile, volume, ACCEL_ALIGNMENT);
}

static int isByte(int32_t value, int isSigned) {
  return isSigned ? value >= -128 && value <= 127 : value >= 0 && value <= 255;
}

static int checkMultiply(const Checker *checker, const accel_multiply *multiply) {
  if (multiply->flags > (ACCEL_LHS_SIGNED | ACCEL_RHS_SIGNED) ||
      multiply->lhs_stride > ACCEL_SCRATCHPAD || multiply->rhs_stride > ACCEL_SCRATCHPAD ||
      !isByte(multiply->lhs_zero, multiply->flags & ACCEL_LHS_SIGNED) ||
      !isByte(multiply->rhs_zero, multiply->flags & ACCEL_RHS_SIGNED))
    return ACCEL_BAD_COMMAND;
  if (multiply->rhs_stride % ACCEL_ALIGNMENT)
    return ACCEL_BAD_ALIGNMENT;
  int status = checkTile(checker, &multiply->lhs, 7 * (int64_t)multiply->lhs_stride + 16, 1);
  if (!status)
    status =
        checkTile(checker, &multiply->rhs, 7 * (int64_t)multiply->rhs_stride + 16, ACCEL_ALIGNMENT);
  return status ? status : checkTile(checker, &multiply->sums, 256, ACCEL_ALIGNMENT);
}

/* Words of the command that begins with `opcode`; 0: there is none. */
static uint32_t wordsOf(uint32_t opcode) {
  switch (opcode) {
  case ACCEL_LOOP:
    return sizeof(accel_loop) / 4;
  case ACCEL_END:
    return 1;
  case ACCEL_FILL:
    return sizeof(accel_fill) / 4;
  case ACCEL_LOAD:
  case ACCEL_STORE:
    return sizeof(accel_copy) / 4;
  case ACCEL_MULTIPLY:
    return sizeof(accel_multiply) / 4;
  default:
    return 0;
  }
}

static int checkCommand(Checker *checker, const uint32_t *command) {
  switch (*command) {
  case ACCEL_LOOP: {
    uint32_t count = ((const accel_loop *)command)->count;
    if (checker->depth == ACCEL_LEVELS || !count || count > INT32_MAX)
      return ACCEL_BAD_COMMAND;
    checker->counts[checker->depth++] = count;
    return ACCEL_OK;
  }
  case ACCEL_END:
    return --checker->depth < 0 ? ACCEL_BAD_COMMAND : ACCEL_OK;
  case ACCEL_FILL: {
    const accel_fill *fill = (const accel_fill *)command;
    return fill->value > 255 ? ACCEL_BAD_COMMAND
                             : checkTile(checker, &fill->tile, fill->bytes, ACCEL_ALIGNMENT);
  }
  case ACCEL_MULTIPLY:
    return checkMultiply(checker, (const accel_multiply *)command);
  default:
    return checkCopy(checker, (const accel_copy *)command);
  }
}

static int load(void *context, const char *name, const void *program, uint64_t bytes,
                void **handle) {
  (void)context;
  (void)name;
  const accel_header *header = program;
  if (!header || (uintptr_t)header % 4 || bytes < sizeof *header || header->magic != ACCEL_MAGIC ||
      header->version != ACCEL_VERSION || header->buffers > 1024 || header->words > bytes ||
      bytes != sizeof *header + 4 * ((uint64_t)header->buffers + header->words))
    return ACCEL_BAD_HEADER;
  Checker checker = {(const uint32_t *)(header + 1), header->buffers, {0}, 0};
  const uint32_t *command = checker.sizes + header->buffers, *end = command + header->words;
  while (command != end) {
    uint32_t words = wordsOf(*command);
    if (!words || words > (uint32_t)(end - command))
      return ACCEL_BAD_COMMAND;
    int status = checkCommand(&checker, command);
    if (status)
      return status;
    command += words;
  }
  if (checker.depth)
    return ACCEL_BAD_COMMAND;
  *handle = (void *)program; /* it stays where it is */
  return ACCEL_OK;
}

/* ---- running ----------------------------------------------------------- */

static int64_t valueOf(const accel_index *index, const int64_t *counters) {
  int64_t value = index->base;
  for (int level = 0; level < ACCEL_LEVELS; ++level)
    value += index->per_level[level] * counters[level];
  return value;
}

/* Copies the box from dimension `d` on; returns where in the tile the rest goes.
   A null `host`: outside of the tensor. */
static unsigned char *copyBox(const accel_copy *copy, uint32_t d, const int64_t *counters,
                              unsigned char *host, unsigned char *tile) {
  if (d == copy->dims) {
    if (copy->opcode == ACCEL_STORE && host)
      memcpy(host, tile, copy->width);
    else if (copy->opcode == ACCEL_LOAD && host)
      memcpy(tile, host, copy->width);
    else if (copy->opcode == ACCEL_LOAD)
      memset(tile, (int)copy->fill, copy->width);
    return tile + copy->width;
  }
  const accel_dim *dim = &copy->dim[d];
  int64_t at = valueOf(&dim->at, counters);
  for (int32_t i = 0; i < dim->box; ++i, at += dim->step) {
    int inside = host && at >= 0 && at < dim->extent;
    tile = copyBox(copy, d + 1, counters, inside ? host + at * dim->stride : NULL, tile);
  }
  return tile;
}

static int32_t byteAt(const unsigned char *data, int isSigned) {
  return isSigned ? (int32_t)(signed char)*data : (int32_t)*data;
}

static void multiply(const accel_multiply *m, const int64_t *counters, unsigned char *scratchpad) {
  const unsigned char *lhs = scratchpad + valueOf(&m->lhs, counters);
  const unsigned char *rhs = scratchpad + valueOf(&m->rhs, counters);
  unsigned char *sums = scratchpad + valueOf(&m->sums, counters);
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j < 8; ++j) {
      uint32_t sum; /* wraps */
      memcpy(&sum, sums + 4 * (8 * i + j), 4);
      for (int k = 0; k < 16; ++k) {
        int32_t l = byteAt(lhs + i * m->lhs_stride + k, m->flags & ACCEL_LHS_SIGNED);
        int32_t r = byteAt(rhs + j * m->rhs_stride + k, m->flags & ACCEL_RHS_SIGNED);
        sum += (uint32_t)((l - m->lhs_zero) * (r - m->rhs_zero));
      }
      memcpy(sums + 4 * (8 * i + j), &sum, 4);
    }
}

static void run(const uint32_t *command, const uint32_t *end, void *const *buffers,
                unsigned char *scratchpad) {
  const uint32_t *bodies[ACCEL_LEVELS];
  int64_t counters[ACCEL_LEVELS] = {0}, counts[ACCEL_LEVELS];
  int depth = 0;
  while (command != end) {
    const uint32_t *next = command + wordsOf(*command);
    switch (*command) {
    case ACCEL_LOOP:
      counts[depth] = ((const accel_loop *)command)->count;
      counters[depth] = 0;
      bodies[depth++] = next;
      break;
    case ACCEL_END:
      if (++counters[depth - 1] < counts[depth - 1])
        next = bodies[depth - 1];
      else
        counters[--depth] = 0;
      break;
    case ACCEL_FILL: {
      const accel_fill *fill = (const accel_fill *)command;
      memset(scratchpad + valueOf(&fill->tile, counters), (int)fill->value, fill->bytes);
      break;
    }
    case ACCEL_MULTIPLY:
      multiply((const accel_multiply *)command, counters, scratchpad);
      break;
    default: {
      const accel_copy *copy = (const accel_copy *)command;
      copyBox(copy, 0, counters, buffers[copy->buffer],
              scratchpad + valueOf(&copy->tile, counters));
    }
    }
    command = next;
  }
}

static int launch(void *context, void *stream, void *handle, void *const *buffers, uint32_t count) {
  (void)stream;
  Device *device = context;
  const accel_header *header = handle;
  if (count != header->buffers)
    return ACCEL_BAD_BUFFERS;
  for (uint32_t i = 0; i < count; ++i)
    if (!buffers[i])
      return ACCEL_BAD_BUFFERS;
  /* Nothing is kept from program to program. */
  memset(device->scratchpad, 0xa5, sizeof device->scratchpad);
  const uint32_t *commands = (const uint32_t *)(header + 1) + header->buffers;
  run(commands, commands + header->words, buffers, device->scratchpad);
  return ACCEL_OK;
}

pith_driver *accel_driver_create(void) {
  Device *device = calloc(1, sizeof *device);
  if (!device)
    return NULL;
  device->driver.size = sizeof device->driver;
  device->driver.context = device;
  device->driver.load = load;
  device->driver.launch = launch;
  return &device->driver;
}

void accel_driver_destroy(pith_driver *driver) { free(driver ? driver->context : NULL); }
