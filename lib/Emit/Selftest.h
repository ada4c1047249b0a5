// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Computes what a model's self-test expects by running it.
#ifndef LIB_EMIT_SELFTEST_H
#define LIB_EMIT_SELFTEST_H

#include "dialects/Pith/PithAttrs.h"
#include "mlir/IR/Diagnostics.h"

namespace pith {

/// Whether this machine can execute code for the target.
bool runsHere(TargetAttr target);

/// The same target, but for this machine.
TargetAttr hostTarget(TargetAttr target);

/// Loads the object and runs the self-test of one of its variants.
mlir::FailureOr<std::vector<uint64_t>> hashesOf(llvm::StringRef object, llvm::StringRef weights,
                                                llvm::StringRef variant, mlir::Location loc);

} // namespace pith

#endif
