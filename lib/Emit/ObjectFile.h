// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The finished object file: what it may contain, and where its sections lie.
#ifndef LIB_EMIT_OBJECTFILE_H
#define LIB_EMIT_OBJECTFILE_H

#include "lib/Emit/FileWriter.h"
#include "llvm/ADT/StringMap.h"

namespace pith {

struct SectionPlace {
  uint64_t offset, bytes;
};

/// Fails, naming the kernel, if the object calls anything but memcpy, memset and
/// `functions` of the caller, or has data that can be written. Otherwise returns where in the file
/// the sections .rodata.X are, by X.
mlir::FailureOr<llvm::StringMap<SectionPlace>>
checkObject(llvm::StringRef path, llvm::ArrayRef<std::string> functions, mlir::Location loc);

} // namespace pith

#endif
