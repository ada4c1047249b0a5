// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantize/IntegerSum.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace pith;
using namespace pith::quantize;

/// f32(sum) * multiplier + bias
static MapOp toFloat(PatternRewriter &rewriter, Location loc, Value sum, Value multiplier,
                     Value bias) {
  SmallVector<Value> inputs{sum, multiplier};
  if (bias)
    inputs.push_back(bias);
  Type f32 = rewriter.getF32Type();
  auto type = RankedTensorType::get(tensorOf(sum).getShape(), f32);
  return MapOp::create(rewriter, loc, type, inputs,
                       [&](OpBuilder &b, Location loc, ValueRange x) -> Value {
                         Value number = arith::SIToFPOp::create(b, loc, f32, x[0]);
                         Value scaled = arith::MulFOp::create(b, loc, number, x[1]);
                         return bias ? Value(arith::AddFOp::create(b, loc, scaled, x[2])) : scaled;
                       });
}

void quantize::replaceBySum(PatternRewriter &rewriter, Operation *old, Value sum,
                            const Multiplier &multiplier, Value bias) {
  for (Operation *user : llvm::make_early_inc_range(old->getResult(0).getUsers())) {
    auto quantize = dyn_cast<QuantizeOp>(user);
    auto parameters = quantize && !bias ? parametersOf(quantize) : std::nullopt;
    if (!parameters)
      continue;
    SmallVector<float> values = multiplier.values(parameters->scale);
    if (!llvm::all_of(values, isPlainScale))
      continue;
    rewriter.setInsertionPoint(quantize);
    Value scale = floatConstant(rewriter, quantize.getLoc(), multiplier.shape, values);
    auto codes = RequantizeOp::create(rewriter, quantize.getLoc(), quantize.getType(), sum, scale,
                                      quantize.getZeroPoint(), quantize.getIsSigned());
    setExactness(codes, "rounding");
    setCodes(codes, quantize);
    rewriter.replaceOp(quantize, codes);
  }
  if (old->use_empty())
    return rewriter.eraseOp(old);
  rewriter.setInsertionPointAfter(sum.getDefiningOp());
  Value scale =
      floatConstant(rewriter, old->getLoc(), multiplier.shape, multiplier.values(std::nullopt));
  MapOp number = toFloat(rewriter, old->getLoc(), sum, scale, bias);
  setExactness(number, "rounding");
  rewriter.replaceOp(old, number);
}
