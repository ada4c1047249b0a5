// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tuning files: measured decisions between rows and tiles, as JSON.
#ifndef PITH_LIB_PIPELINE_TUNINGFILE_H
#define PITH_LIB_PIPELINE_TUNINGFILE_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/JSON.h"

namespace pith {

/// On the module: the SHA-256 of the tuning file.
inline constexpr llvm::StringLiteral tuningHashAttrName = "pith.tuning_hash";

inline constexpr int64_t tuningSchema = 1;

/// Reads the file at `path` and leaves what it says, and its hash, on the module. Any
/// bytes are either a tuning file or a diagnostic.
mlir::LogicalResult recordTuning(mlir::ModuleOp module, llvm::StringRef path);

/// What the text of a tuning file says, as the attribute `pith.tuning`, or a message
/// that says what is wrong with it.
llvm::Expected<mlir::Attribute> parseTuning(llvm::StringRef text, mlir::MLIRContext *context);

/// The attribute `pith.tuning` for `cpus`, the list of that name of a tuning file, or
/// a message that says what is wrong with it.
llvm::Expected<mlir::Attribute> tuningAttribute(const llvm::json::Array &cpus,
                                                mlir::MLIRContext *context);

} // namespace pith

#endif
