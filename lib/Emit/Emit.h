// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stage emit: from a lowered module to the files of a bundle.
#ifndef LIB_EMIT_EMIT_H
#define LIB_EMIT_EMIT_H

#include "mlir/IR/BuiltinOps.h"

namespace pith {

struct EmitOptions {
  /// The folder of the bundle; made if it does not exist.
  std::string directory;
  /// What to write: an object file, a static archive, a shared library.
  bool object = true, archive = false, shared = false;
  /// Weights in a file of their own instead of the object. Above
  /// `weightsLimit` bytes they go there in any case.
  bool weightsFile = false;
  int64_t weightsLimit = int64_t(1) << 30;
  /// Whether to compute the results that NAME_selftest expects. That runs the
  /// model once on this machine.
  bool selftest = true;
  /// Programs to run in place of those that this machine cannot run, by the
  /// names of their variants. Without, the programs themselves are compiled for
  /// this machine, where that is possible.
  mlir::ModuleOp selftestModule;
  /// Whether files have reached the disk when they appear. Not for bundles that
  /// this process makes for itself.
  bool durable = true;
  /// From 0 to 3.
  unsigned optimize = 3;
};

/// Writes the bundle of a lowered module. Its files appear together or not at
/// all; see Bundle.h. Diagnostics name the kernel or file at fault.
mlir::LogicalResult emitBundle(mlir::ModuleOp lowered, const EmitOptions &options);

} // namespace pith

#endif
