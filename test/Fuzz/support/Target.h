// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What fuzz targets and the programs that run them share.
#ifndef PITH_TEST_FUZZ_SUPPORT_TARGET_H
#define PITH_TEST_FUZZ_SUPPORT_TARGET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
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

/// libFuzzer takes an input for new that makes one of these counters so. On Linux it finds
/// them by their section.
[[gnu::section("__libfuzzer_extra_counters")]] inline uint8_t counters[1 << 9];

/// Tells libFuzzer what was said: libraries that are built without coverage say by their
/// messages only how far a file got. Names, numbers and what is quoted are left out, and
/// what stands between the first words and the last, which is often a part of the file.
inline void hear(llvm::StringRef message) {
  llvm::SmallVector<unsigned> words{0};
  bool inQuotes = false;
  for (char c : message.take_front(1024)) {
    inQuotes ^= c == '\'' || c == '"' || c == '`';
    if (c >= 'a' && c <= 'z' && !inQuotes)
      words.back() = words.back() * 31 + c;
    else if (words.back())
      words.push_back(0);
  }
  unsigned hash = 0;
  for (size_t i = 0; i < words.size(); ++i)
    if (i < 6 || i + 4 > words.size())
      hash = hash * 37 + words[i];
  counters[(hash ^ hash >> 9) % std::size(counters)] = 1;
}

/// An error of a reader: one line that says something.
inline void expectMessage(llvm::Error error) {
  std::string message = llvm::toString(std::move(error));
  expect(!message.empty(), "an error without a message");
  hear(message);
}

} // namespace pith::fuzz

#endif
