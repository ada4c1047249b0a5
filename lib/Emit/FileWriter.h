// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes into files at given places; every failure is a diagnostic.
#ifndef LIB_EMIT_FILEWRITER_H
#define LIB_EMIT_FILEWRITER_H

#include "mlir/IR/Diagnostics.h"

namespace pith {

class FileWriter {
public:
  /// Opens a file for writing; makes it, empty, if `create` is set.
  static mlir::FailureOr<FileWriter> open(llvm::StringRef path, bool create, mlir::Location loc);
  FileWriter(FileWriter &&other);
  ~FileWriter();

  mlir::LogicalResult write(uint64_t offset, llvm::ArrayRef<char> bytes);
  mlir::LogicalResult write(uint64_t offset, llvm::StringRef bytes) {
    return write(offset, llvm::ArrayRef<char>(bytes.data(), bytes.size()));
  }

  /// Makes the file `bytes` long; what was behind its end is zero.
  mlir::LogicalResult resize(uint64_t bytes);

private:
  FileWriter(int descriptor, llvm::StringRef path, mlir::Location loc)
      : descriptor(descriptor), path(path), loc(loc) {}
  int descriptor;
  std::string path;
  mlir::Location loc;
};

/// Writes a whole file.
mlir::LogicalResult writeFile(llvm::StringRef path, llvm::StringRef text, mlir::Location loc);

} // namespace pith

#endif
