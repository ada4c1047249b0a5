// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What stands around the product in a group or kernel.
#ifndef PITH_LIB_KERNELS_PRODUCT_BODY_H
#define PITH_LIB_KERNELS_PRODUCT_BODY_H

#include "lib/Kernels/Product/Geometry.h"

namespace pith::product {

struct Body {
  mlir::Operation *anchor = nullptr;
  /// The map that makes unsigned codes of signed ones, or null: x ^ 0x80.
  MapOp flip;
  /// What makes floats of the right side's codes, or null.
  DequantizeOp decode;
  /// What makes bytes of the sums, all of them; null: the sums stay.
  RequantizeOp requantize;
  /// What leaves the kernel: the bytes, the sums, or what element-wise operators
  /// make of them.
  mlir::Value stored;
  /// Brings that to the layout in which it leaves, or null: it leaves as it is.
  ToLayoutOp layout;
  /// Why the skeleton does not compute the group; empty: it does.
  std::string refusal;

  /// The left side in memory.
  mlir::Value left() { return flip ? flip.getInputs().front() : leftOf(anchor); }
  bool interleaved() const { return bool(requantize); }
  /// What is computed on whole tiles.
  mlir::Value computed() { return requantize ? requantize->getResult(0) : anchor->getResult(0); }
  bool hasTail() { return stored != computed(); }
  /// Whether what is behind the product needs so many registers that they must
  /// not all hold sums.
  bool hasLongTail = false;
};

/// Reads the operators of a group's body or of a kernel; `refuses` says why the
/// skeleton cannot compute an anchor. A layout of the result is refused where not
/// `withLayout`.
Body readBody(mlir::Block &block, std::string (*refuses)(mlir::Operation *) = refusesShape,
              bool withLayout = false);

} // namespace pith::product

#endif
