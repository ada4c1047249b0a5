// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bytes of files, read without mapping them: a file that another process cuts
// off must be an error, and what was read must not stay in memory.
#ifndef PITH_LIB_SUPPORT_BYTESOURCE_H
#define PITH_LIB_SUPPORT_BYTESOURCE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace pith {

/// Bytes at places: of a file, or of memory.
class ByteSource {
public:
  virtual ~ByteSource() = default;
  virtual uint64_t size() const = 0;
  /// Fills `into` from `offset` on; fails where there are fewer bytes.
  virtual llvm::Error read(uint64_t offset, llvm::MutableArrayRef<char> into) const = 0;

  /// The bytes must outlive the source.
  static std::unique_ptr<ByteSource> ofMemory(llvm::StringRef bytes);
  /// Regular files only.
  static llvm::Expected<std::unique_ptr<ByteSource>> ofFile(llvm::StringRef path);
};

/// Bytes in order.
class ByteStream {
public:
  virtual ~ByteStream() = default;
  /// Fills `into`; fails where there are fewer bytes.
  virtual llvm::Error read(llvm::MutableArrayRef<char> into) = 0;
  /// Fails unless all bytes were read and are as the file's checksum says.
  virtual llvm::Error finish() = 0;
};

/// All of a source, from its beginning.
std::unique_ptr<ByteStream> streamOf(std::shared_ptr<ByteSource> source);

} // namespace pith

#endif
