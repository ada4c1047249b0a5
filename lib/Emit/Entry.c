/* SPDX-License-Identifier: 0BSD */
/* The exported functions of every model. Compiled to LLVM IR when pith is
   built; the emitter links that with a model's program, gives it the constants
   of EntryModel.h and renames pith_entry_X to NAME_X. */
#include "lib/Emit/EntryModel.h"
#include "runtime/pith_types.h"
#include <stddef.h>

typedef struct {
  uint64_t words[4];
} Environment;
typedef void Body(void *arguments, int64_t begin, int64_t end, uint32_t thread);

typedef struct {
  pith_profile profile; /* first: what the program calls */
  uint64_t *hashes;
} Hasher;

typedef struct {
  const pith_driver *driver;
  void *stream;
  void **handles; /* what the driver made of the programs */
  int64_t status; /* of the first program of this run that failed; 0: none */
} Device;

typedef struct {
  uint64_t magic;
  const char *weights;
  const pith_parallel *parallel;
  uint64_t batchMax;
  int64_t variant;
  const pith_driver *driver;
  void *stream;
  pith_profile *profile;
} Header;
_Static_assert(sizeof(Header) <= ENTRY_HEADER_BYTES, "the header is larger than its place");

/* Given by the emitter. */
extern const struct EntryModel pith_entry_model;
extern const struct EntryVariant pith_entry_variants[];
extern const int64_t pith_entry_layers[]; /* of the shapes of each variant */
extern const uint64_t pith_entry_sizes[]; /* of the dimensions of each shape */
extern const struct EntryIo pith_entry_io[];
extern const char pith_entry_weights[];
extern const uint64_t pith_entry_weights_header[ENTRY_WEIGHTS_HEADER / 8];
extern const uint64_t pith_entry_expected[];
extern const char pith_entry_text[];
extern const struct EntryProgram pith_entry_programs[];
extern const char pith_entry_program_data[];
void pith_entry_program(int64_t code, const void *const *inputs, void *const *outputs, void *arena,
                        const void *weights, const pith_parallel *dispatch, pith_profile *profile,
                        Device *device);
/* What the CPU has; where it cannot be asked, what may be taken for granted. */
uint64_t pith_entry_features(void);
/* Saves the floating-point environment and sets the default one. */
void pith_entry_float_enter(Environment *saved);
void pith_entry_float_leave(const Environment *saved);

static int64_t roundUp(int64_t bytes) { return (bytes + 63) & ~(int64_t)63; }

/* A checked copy of what the caller may have given in part. */
static int readConfig(const pith_config *given, pith_config *config) {
  __builtin_memset(config, 0, sizeof *config);
  if (given) {
    /* The first version ended before `weights`. */
    if (given->size != sizeof *config && given->size != offsetof(pith_config, weights))
      return PITH_ERROR_CONFIG;
    __builtin_memcpy(config, given, given->size);
  }
  if (!config->threads_max)
    config->threads_max = 1;
  if (!config->batch_max)
    config->batch_max = 1;
  int64_t batchMax = pith_entry_model.batchMax ? pith_entry_model.batchMax : 1;
  return config->batch_max > batchMax || config->threads_max > ENTRY_THREADS_MAX ? PITH_ERROR_CONFIG
                                                                                 : PITH_OK;
}

size_t pith_entry_arena_size(const pith_config *given) {
  pith_config config;
  if (readConfig(given, &config))
    return 0;
  return (size_t)(pith_entry_model.program + pith_entry_model.arena +
                  pith_entry_model.scratch * config.threads_max);
}

static int findWeights(const pith_config *config, const char **weights) {
  *weights = pith_entry_weights;
  if (!pith_entry_model.weightsFile)
    return PITH_OK;
  const uint64_t *file = config->weights;
  if (!file)
    return PITH_ERROR_WEIGHTS;
  if ((uintptr_t)file % ENTRY_ALIGNMENT)
    return PITH_ERROR_ALIGNMENT;
  uint64_t differing = 0;
  for (int i = 0; i < ENTRY_WEIGHTS_HEADER / 8; ++i)
    differing |= file[i] ^ pith_entry_weights_header[i];
  *weights = (const char *)file + ENTRY_WEIGHTS_HEADER;
  return differing ? PITH_ERROR_WEIGHTS : PITH_OK;
}

/* Behind the pointers of inputs and outputs lie the handles. */
static Device deviceOf(void *arena) {
  const Header *header = arena;
  const int64_t pointers = 8 * (pith_entry_model.inputs + pith_entry_model.outputs);
  Device device = {header->driver, header->stream,
                   (void **)((char *)arena + ENTRY_HEADER_BYTES + roundUp(pointers)), 0};
  return device;
}

static int loadPrograms(const Device *device) {
  const pith_driver *driver = device->driver;
  if (!pith_entry_model.programs)
    return PITH_OK;
  if (!driver || driver->size < sizeof *driver || !driver->load || !driver->launch)
    return PITH_ERROR_DRIVER;
  for (int64_t i = 0; i < pith_entry_model.programs; ++i) {
    const struct EntryProgram *program = &pith_entry_programs[i];
    device->handles[i] = NULL;
    if (driver->load(driver->context, pith_entry_program_data + program->name,
                     pith_entry_program_data + program->data, (uint64_t)program->bytes,
                     &device->handles[i]))
      return PITH_ERROR_DEVICE;
  }
  return PITH_OK;
}

/* Called by the model's program for each kernel of the device. Behind a failure
   the others would work on what is not there. */
void pith_entry_launch(Device *device, int64_t program, void *const *buffers, int64_t count) {
  const pith_driver *driver = device->driver;
  if (!device->status)
    device->status = driver->launch(driver->context, device->stream, device->handles[program],
                                    buffers, (uint32_t)count);
}

/* The first that the CPU can run; as many as there are: none. */
static int64_t chooseVariant(uint64_t given) {
  uint64_t features = given ? given : pith_entry_features();
  int64_t variant = 0;
  while (variant < pith_entry_model.variants && pith_entry_variants[variant].features & ~features)
    ++variant;
  return variant;
}

int pith_entry_init(void *arena, const pith_config *given) {
  pith_config config;
  if (!arena)
    return PITH_ERROR_NULL;
  if ((uintptr_t)arena % ENTRY_ALIGNMENT)
    return PITH_ERROR_ALIGNMENT;
  int status = readConfig(given, &config);
  if (status)
    return status;
  int64_t variant = chooseVariant(config.features);
  if (variant == pith_entry_model.variants)
    return PITH_ERROR_FEATURE;
  if (config.parallel) {
    if (!config.parallel->run)
      return PITH_ERROR_NULL;
    if (config.parallel->threads > config.threads_max)
      return PITH_ERROR_CONFIG;
  }
  if (config.profile && !config.profile->layer)
    return PITH_ERROR_NULL;
  Header *header = arena;
  header->magic = 0;
  header->driver = config.driver;
  header->stream = config.stream;
  const Device device = deviceOf(arena);
  if ((status = findWeights(&config, &header->weights)) || (status = loadPrograms(&device)))
    return status;
  header->parallel = config.parallel;
  header->profile = config.profile;
  header->batchMax = config.batch_max;
  header->variant = variant;
  header->magic = pith_entry_model.magic;
  return PITH_OK;
}

/* The pool's threads have floating-point environments of their own. */
typedef struct {
  Body *body;
  void *arguments;
} Guarded;

static void guardedBody(void *arguments, int64_t begin, int64_t end, uint32_t thread) {
  Guarded *guarded = arguments;
  Environment saved;
  pith_entry_float_enter(&saved);
  guarded->body(guarded->arguments, begin, end, thread);
  pith_entry_float_leave(&saved);
}

static void guardedRun(void *context, Body *body, void *arguments, int64_t items) {
  const pith_parallel *parallel = context;
  Guarded guarded = {body, arguments};
  parallel->run(parallel->context, guardedBody, &guarded, items);
}

static int checkArena(const void *arena) {
  if (!arena)
    return PITH_ERROR_NULL;
  if ((uintptr_t)arena % ENTRY_ALIGNMENT)
    return PITH_ERROR_ALIGNMENT;
  return ((const Header *)arena)->magic == pith_entry_model.magic ? PITH_OK
                                                                  : PITH_ERROR_UNINITIALIZED;
}

static int checkPointers(const void *const *pointers, const struct EntryIo *io, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    if (!pointers[i] && io[i].bytes)
      return PITH_ERROR_NULL;
    if ((uintptr_t)pointers[i] % (uintptr_t)io[i].alignment)
      return PITH_ERROR_ALIGNMENT;
  }
  return PITH_OK;
}

/* As many as there are: none has these sizes. */
static int64_t findShape(const size_t *sizes) {
  const int64_t dims = pith_entry_model.dims;
  for (int64_t shape = 0; shape < pith_entry_model.shapes; ++shape) {
    uint64_t differing = 0;
    for (int64_t i = 0; i < dims; ++i)
      differing |= sizes[i] ^ pith_entry_sizes[shape * dims + i];
    if (!differing)
      return shape;
  }
  return pith_entry_model.shapes;
}

/* Which of the programs runs a shape. */
static int64_t codeOf(const Header *header, int64_t shape) {
  return header->variant * pith_entry_model.shapes + shape;
}

int pith_entry_run(void *arena, const void *const *inputs, void *const *outputs) {
  const int64_t count = pith_entry_model.inputs, results = pith_entry_model.outputs;
  int status = checkArena(arena);
  if (status)
    return status;
  if (!inputs || !outputs)
    return PITH_ERROR_NULL;
  Header *header = arena;
  const size_t *sizes = (const size_t *)(inputs + count); /* in NAME_inputs */
  size_t batch = 1;
  if (pith_entry_model.batchMax) {
    batch = *sizes++;
    if (batch < 1 || batch > header->batchMax)
      return PITH_ERROR_BATCH;
  }
  const int64_t shape = findShape(sizes);
  if (shape == pith_entry_model.shapes)
    return PITH_ERROR_SHAPE;
  const struct EntryIo *io = pith_entry_io + shape * (count + results);
  if ((status = checkPointers(inputs, io, count)) ||
      (status = checkPointers((const void *const *)outputs, io + count, results)))
    return status;

  const pith_parallel *parallel = header->parallel;
  pith_parallel guarded = {(void *)parallel, parallel ? parallel->threads : 1, guardedRun};
  const char **pointers = (const char **)((char *)arena + ENTRY_HEADER_BYTES);
  Device device = deviceOf(arena);
  Environment saved;
  pith_entry_float_enter(&saved);
  for (size_t sample = 0; sample < batch && !device.status; ++sample) {
    for (int64_t i = 0; i < count + results; ++i) {
      const char *base = i < count ? inputs[i] : outputs[i - count];
      pointers[i] = base + (io[i].batched ? sample * (size_t)io[i].bytes : 0);
    }
    pith_entry_program(codeOf(header, shape), (const void *const *)pointers,
                       (void *const *)(pointers + count), (char *)arena + pith_entry_model.program,
                       header->weights, parallel ? &guarded : NULL, header->profile, &device);
  }
  pith_entry_float_leave(&saved);
  return device.status ? PITH_ERROR_DEVICE : PITH_OK;
}

static uint64_t mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

static uint64_t hashBytes(uint64_t hash, const void *data, int64_t bytes) {
  const char *at = data;
  for (; bytes > 0; at += 8, bytes -= 8) {
    uint64_t word = 0;
    if (bytes >= 8)
      __builtin_memcpy(&word, at, 8);
    else
      for (int64_t i = 0; i < bytes; ++i)
        word |= (uint64_t)(unsigned char)at[i] << (8 * i);
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  }
  return mix(hash + 1);
}

static void fillInput(char *data, const struct EntryIo *io, uint64_t seed) {
  for (int64_t i = 0; i * io->width < io->bytes; ++i) {
    uint64_t random = mix(seed + (uint64_t)i * 0x9e3779b97f4a7c15u);
    uint64_t value = random & io->mask;
    if (io->mantissa) {
      uint64_t sign = random >> 63, exponent = io->exponent + (random >> 56 & 127) % 7;
      value |= exponent << io->mantissa | sign << (8 * io->width - 1);
    }
    __builtin_memcpy(data + i * io->width, &value, (size_t)io->width);
  }
}

static void hashLayer(pith_profile *self, int64_t layer, const void *data, int64_t bytes) {
  Hasher *hasher = (Hasher *)self;
  hasher->hashes[layer] = hashBytes(hasher->hashes[layer], data, bytes);
}

/* Runs one shape on data of its own; the buffers lie at `place`. */
static int hashShape(void *arena, int64_t shape, char *place, uint64_t *hashes) {
  const int64_t count = pith_entry_model.inputs, results = pith_entry_model.outputs;
  const Header *header = arena;
  const struct EntryIo *io = pith_entry_io + shape * (count + results);
  char *program = (char *)arena + pith_entry_model.program;
  char **pointers = (char **)((char *)arena + ENTRY_HEADER_BYTES);
  Hasher hasher = {{hashLayer}, hashes};
  __builtin_memset(program, 0, (size_t)pith_entry_model.arena);
  for (int64_t i = 0; i < count + results; ++i) {
    pointers[i] = place;
    place += roundUp(io[i].bytes);
    __builtin_memset(pointers[i], 0, (size_t)io[i].bytes);
    if (i < count)
      fillInput(pointers[i], &io[i], mix((uint64_t)i + 1));
  }
  Device device = deviceOf(arena);
  Environment saved;
  pith_entry_float_enter(&saved);
  pith_entry_program(codeOf(header, shape), (const void *const *)pointers,
                     (void *const *)(pointers + count), program, header->weights, NULL,
                     &hasher.profile, &device);
  pith_entry_float_leave(&saved);
  if (device.status)
    return PITH_ERROR_DEVICE;
  const int64_t layers = pith_entry_layers[codeOf(header, shape)];
  for (int64_t i = 0; i < results; ++i)
    hashLayer(&hasher.profile, layers + i, pointers[count + i], io[count + i].bytes);
  return PITH_OK;
}

int pith_entry_selftest(void *arena) {
  int status = checkArena(arena);
  if (status)
    return status;
  const Header *header = arena;
  const struct EntryVariant *variant = &pith_entry_variants[header->variant];
  if (variant->expected < 0)
    return PITH_ERROR_NO_SELFTEST;
  int64_t entries = 0;
  for (int64_t shape = 0; shape < pith_entry_model.shapes; ++shape)
    entries += pith_entry_layers[codeOf(header, shape)] + pith_entry_model.outputs;
  /* Behind the arena of one thread: hashes, inputs, outputs. */
  char *place =
      (char *)arena + pith_entry_model.program + pith_entry_model.arena + pith_entry_model.scratch;
  uint64_t *const hashes = (uint64_t *)place, *next = hashes;
  __builtin_memset(hashes, 0, (size_t)(8 * entries));
  for (int64_t shape = 0; shape < pith_entry_model.shapes; ++shape) {
    if ((status = hashShape(arena, shape, place + roundUp(8 * entries), next)))
      return status;
    next += pith_entry_layers[codeOf(header, shape)] + pith_entry_model.outputs;
  }
  for (int64_t i = 0; i < entries; ++i)
    if (hashes[i] != pith_entry_expected[variant->expected + i])
      return (int)i + 1;
  return PITH_OK;
}

const char *pith_entry_manifest(void) { return pith_entry_text; }
