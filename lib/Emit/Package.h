// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Other forms of an object file.
#ifndef LIB_EMIT_PACKAGE_H
#define LIB_EMIT_PACKAGE_H

#include "mlir/IR/Diagnostics.h"

namespace pith {

/// Makes a static library of one object, the same bytes every time.
mlir::LogicalResult writeArchive(llvm::StringRef object, llvm::StringRef path, mlir::Location loc);

/// Makes a shared library of it through ld.lld.
mlir::LogicalResult linkShared(llvm::StringRef object, llvm::StringRef path, mlir::Location loc);

/// Makes one object of several, likewise.
mlir::LogicalResult joinObjects(llvm::ArrayRef<std::string> objects, llvm::StringRef path,
                                mlir::Location loc);

} // namespace pith

#endif
