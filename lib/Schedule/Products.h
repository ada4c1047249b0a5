// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions and matrix products as one thing: two sides, zero points, a sum.
#ifndef LIB_SCHEDULE_PRODUCTS_H
#define LIB_SCHEDULE_PRODUCTS_H

#include "dialects/Pith/PithOps.h"
#include "pith/Target/Kernel.h"

namespace pith {

struct Product {
  mlir::Operation *op;
  mlir::Value lhs, rhs, lhsZero, rhsZero, bias;
  bool lhsSigned, rhsSigned;
  mlir::Type sum;
};

/// Nothing where `op` is no product.
std::optional<Product> productOf(mlir::Operation *op);

/// The value outside of a group that stands for `value` inside of it.
mlir::Value outerValue(GroupOp group, mlir::Value value);

/// The value of a constant of codes or numbers, inside or outside of a group, or
/// of codes that the group unpacks; null for what is known at run time only.
mlir::TypedAttr constantValue(GroupOp group, mlir::Value value);

/// The bits of codes from which the group itself unpacks `value`; 0: it does not.
int64_t packedWidth(GroupOp group, mlir::Value value);

/// What decodes the right side in the group, behind reshapes at most, or null.
DequantizeOp decodingOf(const Product &product);

/// The value of a constant of whole bytes, read if need be; null where the bytes
/// are not there.
mlir::DenseElementsAttr denseValue(mlir::TypedAttr value);

/// The codes of `weights` less `zeroPoint`, which may be null and broadcasts.
struct CodeRange {
  int64_t low, high;
};
/// Reads each constant once.
class CodeRanges {
public:
  /// Nothing where the bytes are not there.
  std::optional<CodeRange> operator()(mlir::TypedAttr weights, mlir::TypedAttr zeroPoint,
                                      bool isSigned);

private:
  llvm::DenseMap<std::tuple<mlir::Attribute, mlir::Attribute, unsigned>, std::optional<CodeRange>>
      ranges;
};

/// Whether zero points or signs of a product whose right side comes at run time
/// have to be made up for by sums along its sides, for a row that reads bytes.
bool sumsAtRunTime(GroupOp group, const Product &product, const KernelRow &row);

/// Why the numbers of a product cannot be brought to those that a row's
/// instruction reads; empty: they can.
std::string refusesNumbers(GroupOp group, const Product &product, const KernelRow &row,
                           CodeRanges &ranges);

} // namespace pith

#endif
