// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Target/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_EXPANDDIVISIONS
#include "lib/Target/Passes.h.inc"
} // namespace pith

namespace {
struct ExpandDivisions : pith::impl::ExpandDivisionsBase<ExpandDivisions> {
  using Base::Base;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    arith::populateCeilFloorDivExpandOpsPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
