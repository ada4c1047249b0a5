// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums up the bytes of all constants.
#include "dialects/Pith/PithOps.h"
#include "pith/Target/Plugin.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace sample {
#define GEN_PASS_DECL
#define GEN_PASS_DEF_LIMITWEIGHTS
#include "Passes.h.inc"
} // namespace sample

namespace {
struct LimitWeights : sample::impl::LimitWeightsBase<LimitWeights> {
  using Base::Base;
  void runOnOperation() override {
    auto bytesOf = [](pith::ConstantOp op) {
      return pith::storageBytes(mlir::cast<mlir::ShapedType>(op.getResult().getType()));
    };
    int64_t sum = 0, limit = bytes;
    pith::ConstantOp largest;
    getOperation().walk([&](pith::ConstantOp op) {
      sum += bytesOf(op);
      if (!largest || bytesOf(op) > bytesOf(largest))
        largest = op;
    });
    if (sum <= limit) {
      getOperation().emitRemark() << "constants of " << sum << " of " << limit << " bytes";
      return;
    }
    largest.emitError() << "expected constants of " << limit << " bytes at most, got " << sum
                        << ", of which the largest has " << bytesOf(largest);
    signalPassFailure();
  }
};
} // namespace

PITH_PASS_PLUGIN(sample::createLimitWeights)
