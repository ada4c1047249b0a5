// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What fuzz targets and the programs that run them share.
#ifndef PITH_TEST_FUZZ_SUPPORT_TARGET_H
#define PITH_TEST_FUZZ_SUPPORT_TARGET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>

/// libFuzzer's interface. A target defines the first; mutators define the next two.
extern "C" {
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t firstSize, const uint8_t *second,
                                 size_t secondSize, uint8_t *out, size_t maxSize, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);
}

namespace pith::fuzz {

inline llvm::StringRef textOf(const uint8_t *data, size_t size) {
  return {reinterpret_cast<const char *>(data), size};
}

/// Ends the process as a finding does.
[[noreturn]] inline void find(const llvm::Twine &what) {
  llvm::errs() << "finding: " << what << "\n";
  std::abort();
}

inline void expect(bool holds, const llvm::Twine &what) {
  if (!holds)
    find(what);
}

/// An error of a reader: one line that says something.
inline void expectMessage(llvm::Error error) {
  std::string message = llvm::toString(std::move(error));
  expect(!message.empty(), "an error without a message");
}

} // namespace pith::fuzz

#endif
