// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory for a model's run, of pages of its own.
#ifndef LIB_PIPELINE_MEMORY_H
#define LIB_PIPELINE_MEMORY_H

#include "mlir/Support/LLVM.h"

namespace pith {

/// Zeroed pages; with guards, the last byte touches a page that faults, and so
/// does the page in front.
class Memory {
public:
  static mlir::FailureOr<Memory> allocate(size_t bytes, bool guards);
  /// A file, read-only.
  static mlir::FailureOr<Memory> map(llvm::StringRef path);
  Memory(Memory &&other)
      : base(std::exchange(other.base, nullptr)), mapped(other.mapped), start(other.start),
        bytes(other.bytes) {}
  ~Memory();

  char *data() const { return start; }
  size_t size() const { return bytes; }

private:
  Memory() = default;
  void *base = nullptr;
  size_t mapped = 0;
  char *start = nullptr;
  size_t bytes = 0;
};

} // namespace pith

#endif
