// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluates constants tile by tile, without ever holding a whole tensor.
#ifndef DIALECTS_PITH_CONSTANTREADER_H
#define DIALECTS_PITH_CONSTANTREADER_H

#include "dialects/Pith/PithAttrs.h"

namespace pith {

/// Reads the elements of `#pith.constant` or `dense<>` in row-major order, each
/// in whole little-endian bytes (bool: one byte, 0 or 1).
class ConstantReader {
public:
  /// Fails, with a diagnostic, when the blob of the source is not loaded or the
  /// attribute is of another kind.
  static mlir::FailureOr<ConstantReader>
  create(mlir::Attribute value, llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

  int64_t elementBytes() const { return width; }
  int64_t numElements() const { return count; }

  /// Writes elements [first, first + out.size() / elementBytes()).
  void read(int64_t first, llvm::MutableArrayRef<char> out) const;

private:
  void readTile(int64_t first, llvm::MutableArrayRef<char> out) const;

  mlir::Attribute value;
  llvm::ArrayRef<char> source;
  int64_t width = 0, count = 0;
  bool direct = false, splat = false, bits = false;
};

/// A constant behind one more step: `#pith.constant` gets the step, others are
/// computed. Null where the step does not fit, or the value is of another kind.
mlir::TypedAttr withStep(mlir::TypedAttr value, ConstantTransformInterface step);

} // namespace pith

#endif
