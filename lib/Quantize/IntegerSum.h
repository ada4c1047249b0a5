// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What folds of products and of averages share: a sum of codes in the narrowest
// type that holds it, and what takes the place of the float that it stands for.
#ifndef PITH_LIB_QUANTIZE_INTEGERSUM_H
#define PITH_LIB_QUANTIZE_INTEGERSUM_H

#include "lib/Quantize/Codes.h"
#include "lib/Quantize/SumRange.h"
#include "mlir/IR/PatternMatch.h"

namespace pith::quantize {

/// The sum that `make` makes in a type (null: it cannot), with its range.
template <typename OpT>
OpT narrowestSum(mlir::PatternRewriter &rewriter, llvm::function_ref<OpT(mlir::Type)> make) {
  for (mlir::Type wide : {rewriter.getI32Type(), rewriter.getI64Type()}) {
    OpT sum = make(wide);
    if (!sum)
      continue;
    SumRange range = rangeOf(sum);
    if (!range.fits(wide.getIntOrFloatBitWidth())) {
      rewriter.eraseOp(sum);
      continue;
    }
    sum->setAttr(rangeAttrName, toAttribute(rewriter.getContext(), range));
    setExactness(sum, "rounding");
    return sum;
  }
  return {};
}

/// What a sum is multiplied by: a shape that broadcasts to it, and its values for
/// codes of a scale, or for floats where there is none.
struct Multiplier {
  llvm::SmallVector<int64_t> shape;
  std::function<llvm::SmallVector<float>(std::optional<float> scale)> values;
};

/// Replaces the float `old`: each quantize of it by a requantize of the sum, any
/// other use by f32(sum) * multiplier + bias. With a bias, which may be null, all
/// uses are of the latter kind.
void replaceBySum(mlir::PatternRewriter &rewriter, mlir::Operation *old, mlir::Value sum,
                  const Multiplier &multiplier, mlir::Value bias = {});

} // namespace pith::quantize

#endif
