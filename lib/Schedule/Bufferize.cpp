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

struct Bufferize : pith::impl::BufferizeBase<Bufferize> {
  using Base::Base;
  void runOnOperation() override {
    func::FuncOp function = modelFunction(getOperation());
    if (!function)
      return;
    keepLoopValuesInPlace(function);
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
