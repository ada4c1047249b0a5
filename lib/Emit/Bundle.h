// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The folder of a bundle, replaced as a whole.
#ifndef LIB_EMIT_BUNDLE_H
#define LIB_EMIT_BUNDLE_H

#include "mlir/IR/Diagnostics.h"

namespace pith {

/// Files are made in a temporary folder and appear at the destination by
/// renaming:
/// - If the destination does not exist, or holds files of this bundle and no
///   others, the folders are exchanged: a reader sees either the old bundle or
///   the new one.
/// - If it holds other files too, or is a mount point, the old bundle's files
///   are removed, its manifest first; then the new ones are renamed one by one,
///   the manifest last. A bundle without manifest is none.
/// Unless commit() succeeds, the destination is unchanged or, in the second
/// case, without bundle; the temporary folder is removed in any case.
class Bundle {
public:
  /// `others`: names of further files that bundles of this kind have.
  static mlir::FailureOr<Bundle> create(llvm::StringRef directory, llvm::StringRef model,
                                        mlir::Location loc,
                                        llvm::ArrayRef<std::string> others = {});
  Bundle(Bundle &&other) = default;
  ~Bundle();

  /// Where to write a file that is called `name` in the bundle.
  std::string path(llvm::StringRef name) const;
  /// `durable`: waits for the disk, so that a power failure too leaves a whole
  /// bundle.
  mlir::LogicalResult commit(bool durable = true);

private:
  Bundle(mlir::Location loc) : loc(loc) {}
  bool owns(llvm::StringRef name) const;
  mlir::LogicalResult exchange();
  mlir::LogicalResult replaceFiles(bool durable);
  mlir::InFlightDiagnostic emitFailure(const llvm::Twine &what) const;

  mlir::Location loc;
  std::string directory, model, temporary;
  std::vector<std::string> others;
  bool whole = false; ///< the folder can be exchanged
};

} // namespace pith

#endif
