// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conversions that come back to the type they started from: every number of a
// type is one of the wider type too, so that none changes.
#include "lib/Import/Recognise/Formula.h"
#include "lib/Import/Recognise/Recognise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

template <typename Narrowing, typename Widening> struct RoundTrip : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op, PatternRewriter &rewriter) const override {
    auto wide = Formula(op.getResult()).template operand<Narrowing>();
    auto start = wide ? wide->template operand<Widening>() : std::nullopt;
    Value tensor = start ? start->tensor() : Value();
    if (!tensor || tensor.getType() != op.getResult().getType())
      return rewriter.notifyMatchFailure(op, "no conversion that comes back");
    rewriter.replaceOp(op, tensor);
    return success();
  }
};

} // namespace

void import::populateCastPatterns(RewritePatternSet &patterns) {
  patterns
      .add<RoundTrip<arith::TruncFOp, arith::ExtFOp>, RoundTrip<arith::TruncIOp, arith::ExtSIOp>,
           RoundTrip<arith::TruncIOp, arith::ExtUIOp>>(patterns.getContext());
}
