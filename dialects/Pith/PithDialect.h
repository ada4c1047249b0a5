// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dialect and the handles of its constants.
#ifndef DIALECTS_PITH_PITHDIALECT_H
#define DIALECTS_PITH_PITHDIALECT_H

#include "mlir/IR/Dialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include "dialects/Pith/PithDialect.h.inc"

namespace pith {

/// The blob behind a large constant.
using ConstantHandle = mlir::DialectResourceBlobHandle<PithDialect>;

/// Version of the dialect in bytecode. Readers refuse newer versions.
inline constexpr uint64_t dialectVersion = 1;

/// Lets the dialect's structure operations bufferize.
void registerBufferization(mlir::DialectRegistry &registry);

} // namespace pith

#endif
