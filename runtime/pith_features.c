/* SPDX-License-Identifier: 0BSD */
/* Asks the machine which features its CPU has, for pith_config.features. The
   bits are those of one architecture; models compiled for it know them. */
#include <stdint.h>
#include "pith_types.h"
#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

uint64_t pith_features(void) {
  uint64_t features = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
#define PITH_FEATURE_x86_64(bit, name, ask)                                                        \
  if (__builtin_cpu_supports(ask))                                                               \
    features |= (uint64_t)1 << bit;
#define PITH_FEATURE_aarch64(bit, name, capability, mask)
#elif defined(__aarch64__) && defined(__linux__)
  const unsigned long capabilities[2] = {getauxval(AT_HWCAP), getauxval(AT_HWCAP2)};
#define PITH_FEATURE_x86_64(bit, name, ask)
#define PITH_FEATURE_aarch64(bit, name, capability, mask)                                          \
  if (capabilities[capability] & mask)                                                           \
    features |= (uint64_t)1 << bit;
#else
#define PITH_FEATURE_x86_64(bit, name, ask)
#define PITH_FEATURE_aarch64(bit, name, capability, mask)
#endif
#include "pith_features.def"
  return features;
}
