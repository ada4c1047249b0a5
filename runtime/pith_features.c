/* SPDX-License-Identifier: 0BSD */
/* Asks the machine which features its CPU has, for pith_config.features. The
   bits are those of one architecture; models compiled for it know them. */
#include <stdint.h>
#include "pith_types.h"

#if defined(__x86_64__)
enum {
  PITH_LEAF1_C,
  PITH_LEAF7_B,
  PITH_LEAF7_C,
  PITH_LEAF7_D,
  PITH_LEAF71_A,
  PITH_LEAF71_D,
  PITH_LEAF81_C,
  PITH_WORDS
};
/* Bits of XCR0: registers that the system saves. */
enum { PITH_NONE = 0, PITH_YMM = 0x6, PITH_ZMM = 0xe6 };

/* CPUID's answer in eax, ebx, ecx, edx; zeros where it has none. */
static void pith_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t *to) {
  uint32_t a = leaf & 0x80000000u, b, c = 0, d;
  to[0] = to[1] = to[2] = to[3] = 0;
  __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  if (a < leaf)
    return;
  if (subleaf) {
    a = leaf, c = 0;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    if (a < subleaf)
      return;
  }
  to[0] = leaf, to[2] = subleaf;
  __asm__ volatile("cpuid" : "+a"(to[0]), "=b"(to[1]), "+c"(to[2]), "=d"(to[3]));
}

uint64_t pith_features(void) {
  uint64_t features = 0;
  uint32_t words[PITH_WORDS], leaf[4], saved = 0, unused;
  pith_cpuid(1, 0, leaf);
  words[PITH_LEAF1_C] = leaf[2];
  if (leaf[2] >> 27 & 1)
    __asm__ volatile("xgetbv" : "=a"(saved), "=d"(unused) : "c"(0));
  pith_cpuid(7, 0, leaf);
  words[PITH_LEAF7_B] = leaf[1];
  words[PITH_LEAF7_C] = leaf[2];
  words[PITH_LEAF7_D] = leaf[3];
  pith_cpuid(7, 1, leaf);
  words[PITH_LEAF71_A] = leaf[0];
  words[PITH_LEAF71_D] = leaf[3];
  pith_cpuid(0x80000001u, 0, leaf);
  words[PITH_LEAF81_C] = leaf[2];
#define PITH_FEATURE_x86_64(bit, name, word, index, state)                                         \
  if ((words[PITH_##word] >> index & 1) && (saved & PITH_##state) == PITH_##state)                 \
    features |= (uint64_t)1 << bit;
#define PITH_FEATURE_aarch64(bit, name, capability, mask)
#include "pith_features.def"
  return features;
}

#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>

uint64_t pith_features(void) {
  uint64_t features = 0;
  const unsigned long capabilities[2] = {getauxval(AT_HWCAP), getauxval(AT_HWCAP2)};
#define PITH_FEATURE_x86_64(bit, name, word, index, state)
#define PITH_FEATURE_aarch64(bit, name, capability, mask)                                          \
  if (capabilities[capability] & mask)                                                           \
    features |= (uint64_t)1 << bit;
#include "pith_features.def"
  return features;
}

#else
uint64_t pith_features(void) { return 0; }
#endif
