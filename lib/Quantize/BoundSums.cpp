// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Range analysis of the sums that import made (QLinearConv and the like); those
// that a fold makes have their range already.
#include "lib/Quantize/Codes.h"
#include "lib/Quantize/Passes.h"
#include "lib/Quantize/SumRange.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_BOUNDSUMS
#include "lib/Quantize/Passes.h.inc"
} // namespace pith

using namespace pith;
using namespace pith::quantize;

namespace {

/// The bias in another type, or failure where it is neither absent nor constant.
template <typename OpT> LogicalResult narrowBias(OpT op, Type wide) {
  Value bias = op.getBias();
  if (!bias)
    return success();
  auto values = integersOf(bias, /*isSigned=*/true);
  if (!values)
    return failure();
  SmallVector<APInt> numbers;
  for (int64_t value : *values) // fits: the bias is part of the range
    numbers.push_back(APInt(wide.getIntOrFloatBitWidth(), value, /*isSigned=*/true));
  OpBuilder builder(op);
  auto type = RankedTensorType::get(tensorOf(bias).getShape(), wide);
  op.getBiasMutable().assign(
      arith::ConstantOp::create(builder, bias.getLoc(), DenseElementsAttr::get(type, numbers)));
  return success();
}
LogicalResult narrowBias(PoolOp, Type) { return success(); }
LogicalResult narrowBias(ReduceOp, Type) { return success(); }

struct BoundSums : pith::impl::BoundSumsBase<BoundSums> {
  using Base::Base;

  void runOnOperation() override {
    getOperation()->walk([&](Operation *op) {
      llvm::TypeSwitch<Operation *>(op).Case<ConvOp, MatmulOp, PoolOp, ReduceOp>(
          [&](auto sum) { bound(sum); });
    });
  }

private:
  template <typename OpT> void bound(OpT op) {
    std::optional<Type> wide = op.getAccumulator();
    if (!wide || op->hasAttr(rangeAttrName))
      return;
    SumRange range = rangeOf(op);
    // What ONNX types as i32 wraps: then there is no bound.
    if (!range.fits(wide->getIntOrFloatBitWidth()))
      return;
    op->setAttr(rangeAttrName, toAttribute(&getContext(), range));
    ++numBounded;
    Type narrow = IntegerType::get(&getContext(), 32);
    bool rescaled = llvm::all_of(op->getUsers(), llvm::IsaPred<RequantizeOp>);
    if (!wide->isInteger(64) || !range.fits(32) || !rescaled || failed(narrowBias(op, narrow)))
      return;
    op.setAccumulator(narrow);
    op.getResult().setType(RankedTensorType::get(tensorOf(op.getResult()).getShape(), narrow));
    ++numNarrowed;
  }
};

} // namespace
