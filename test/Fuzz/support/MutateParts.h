// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_TEST_FUZZ_SUPPORT_MUTATEPARTS_H
#define PITH_TEST_FUZZ_SUPPORT_MUTATEPARTS_H

#include "test/Fuzz/support/Target.h"
#include <string>
#include <vector>

namespace pith::fuzz {

/// A chunk, a segment or a member of a file, without what follows from its bytes:
/// lengths, offsets, checksums, compression.
struct Part {
  std::string name, bytes;
};
using Parts = std::vector<Part>;

// The target defines the rest.

/// Parts of bytes that may be no such file; what cannot be understood is left out.
Parts partsOf(llvm::StringRef bytes);
/// A file whose lengths and checksums are right. `deflate`: compress where that is free.
std::string join(llvm::ArrayRef<Part> parts, bool deflate);
/// Names of parts, and words inside of them.
llvm::ArrayRef<llvm::StringRef> wordsOfParts();

/// For join(): least or most significant byte first.
inline std::string little(uint64_t value, unsigned bytes) {
  std::string text;
  for (; bytes--; value >>= 8)
    text += char(value & 0xff);
  return text;
}
inline std::string big(uint64_t value, unsigned bytes) {
  std::string text = little(value, bytes);
  return {text.rbegin(), text.rend()};
}

} // namespace pith::fuzz

#endif
