// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/KernelEnds.h"
#include "lib/Kernels/KernelMemory.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"

using namespace mlir;
using namespace pith;

static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

LogicalResult pith::readChannelNumbers(func::FuncOp kernel, Value bias, RequantizeOp requantize,
                                       llvm::function_ref<LayoutAttr(RankedTensorType)> layoutOf,
                                       OpBuilder &b, ChannelNumbers &numbers) {
  auto set = [](Value &number, FailureOr<Value> found) {
    if (succeeded(found))
      number = *found;
    return success(succeeded(found));
  };
  auto ofChannels = [&](Value tensor, StringRef what) {
    return packed(kernel, tensor, layoutOf(tensorOf(tensor)), what, b);
  };
  if (bias && failed(set(numbers.bias, ofChannels(bias, "bias"))))
    return failure();
  if (!requantize)
    return success();
  Value scale = requantize.getScale(), zero = requantize.getZeroPoint();
  bool one = tensorOf(scale).getNumElements() == 1;
  if (failed(one ? set(numbers.oneScale, oneNumber(kernel, scale, b))
                 : set(numbers.scale, ofChannels(scale, "scale"))))
    return failure();
  if (zero)
    return set(numbers.zeroPoint, oneNumber(kernel, zero, b));
  numbers.zeroPoint = arith::ConstantOp::create(b, kernel.getLoc(), b.getI8IntegerAttr(0));
  return success();
}

FailureOr<Value> pith::onlyResult(func::FuncOp kernel, Value stored) {
  auto stores = kernel.getBody().front().getOps<bufferization::MaterializeInDestinationOp>();
  if (!llvm::hasSingleElement(stores) || (*stores.begin()).getSource() != stored ||
      !isa<MemRefType>((*stores.begin()).getDest().getType()))
    return kernel.emitError("expected one result, in memory");
  return Value((*stores.begin()).getDest());
}

LogicalResult pith::checkPaddedInMemory(func::FuncOp kernel, Operation *anchor) {
  auto conv = dyn_cast<ConvOp>(anchor);
  if (!conv || llvm::all_of(llvm::concat<const int64_t>(conv.getLow(), conv.getHigh()),
                            [](int64_t amount) { return amount == 0; }))
    return success();
  return kernel.emitError("expected a convolution of an image that is padded in memory");
}

scf::ForOp pith::itemLoop(func::FuncOp kernel, OpBuilder &b) {
  Value one = arith::ConstantIndexOp::create(b, kernel.getLoc(), 1);
  unsigned arguments = kernel.getNumArguments();
  return scf::ForOp::create(b, kernel.getLoc(), kernel.getArgument(arguments - 3),
                            kernel.getArgument(arguments - 2), one);
}

void pith::eraseComputed(func::FuncOp kernel) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(kernel.getBody().front())))
    if (isa<bufferization::MaterializeInDestinationOp>(op) || isOpTriviallyDead(&op))
      op.erase();
}

void pith::finishVectorKernel(func::FuncOp kernel) {
  eraseComputed(kernel);
  Builder b(kernel.getContext());
  kernel->setAttr("passthrough", b.getArrayAttr(b.getStrArrayAttr({"alignstack", "64"})));
}
