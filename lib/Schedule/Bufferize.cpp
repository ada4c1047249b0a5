// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One-shot bufferization of the model's function.
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_BUFFERIZE
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

/// A value that a loop carries goes to the place of the loop's argument.
void keepLoopValuesInPlace(func::FuncOp function) {
  function.walk([](scf::ForOp loop) {
    auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
    OpBuilder builder(yield);
    for (auto [index, value] : llvm::enumerate(yield.getOperands())) {
      if (!isa<TensorType>(value.getType()) || value == loop.getRegionIterArg(index))
        continue;
      auto placed = bufferization::MaterializeInDestinationOp::create(
          builder, value.getLoc(), value.getType(), value, loop.getRegionIterArg(index));
      yield.setOperand(index, placed.getResult());
    }
  });
}

/// Whether `value` is only read, by kernels, through any views.
bool isOnlyRead(Value value) {
  return llvm::all_of(value.getUses(), [](OpOperand &use) {
    Operation *user = use.getOwner();
    if (auto call = dyn_cast<CallOp>(user))
      return use.getOperandNumber() < call.getInputs().size();
    return classify(user) == OpClass::View && isOnlyRead(user->getResult(0));
  });
}

/// The memory of a value that has one of its own: an input of the model, a constant, or
/// what a kernel computes; null: it may have none.
Value ownMemory(OpBuilder &builder, OpResult value) {
  Operation *op = value.getOwner();
  if (auto input = dyn_cast<bufferization::ToTensorOp>(op))
    return input.getRestrict() ? input.getBuffer() : Value();
  auto call = dyn_cast<CallOp>(op);
  bool isComputed =
      call && call.getOutputs()[value.getResultNumber()].getDefiningOp<tensor::EmptyOp>();
  if (!isComputed && !isa<ConstantOp>(op))
    return {};
  auto type = cast<RankedTensorType>(value.getType());
  return bufferization::ToBufferOp::create(
      builder, op->getLoc(), MemRefType::get(type.getShape(), type.getElementType()), value,
      /*read_only=*/true);
}

/// The analysis compares each reader of a value with all of them. Where these are many,
/// each gets a tensor of its own on the same memory.
void separateReaders(func::FuncOp function, unsigned many) {
  SmallVector<OpResult> wide;
  function.walk([&](Operation *op) {
    for (OpResult result : op->getResults())
      if (isa<RankedTensorType>(result.getType()) && result.hasNUsesOrMore(many) &&
          isOnlyRead(result))
        wide.push_back(result);
  });
  for (OpResult value : wide) {
    OpBuilder builder(function.getContext());
    builder.setInsertionPointAfterValue(value);
    SmallVector<OpOperand *> uses =
        llvm::map_to_vector(value.getUses(), [](OpOperand &use) { return &use; });
    Value memory = ownMemory(builder, value);
    if (!memory)
      continue;
    for (OpOperand *use : uses) {
      builder.setInsertionPoint(use->getOwner());
      use->set(bufferization::ToTensorOp::create(builder, value.getLoc(), value.getType(), memory,
                                                 /*restrict=*/true));
    }
  }
}

struct Bufferize : pith::impl::BufferizeBase<Bufferize> {
  using Base::Base;
  void runOnOperation() override {
    func::FuncOp function = modelFunction(getOperation());
    if (!function)
      return;
    keepLoopValuesInPlace(function);
    separateReaders(function, many);
    bufferization::OneShotBufferizationOptions options;
    options.bufferAlignment = 64;
    options.defaultMemorySpaceFn = [](TensorType) { return Attribute(); };
    // Identity layouts for new buffers; views keep the strides that they have.
    options.unknownTypeConverterFn = [](TensorType type, Attribute space,
                                        const bufferization::BufferizationOptions &) {
      return bufferization::getMemRefTypeWithStaticIdentityLayout(type, space);
    };
    IRRewriter rewriter(&getContext());
    bufferization::BufferizationState state;
    if (failed(bufferization::eliminateEmptyTensors(rewriter, function)) ||
        failed(bufferization::runOneShotBufferize(function, options, state)))
      return signalPassFailure();
  }
};

} // namespace
