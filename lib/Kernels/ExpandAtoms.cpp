// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Atoms as plain vector arithmetic, for targets without an instruction for them.
#include "dialects/Pith/PithOps.h"
#include "lib/Kernels/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_EXPANDATOMS
#include "lib/Kernels/Passes.h.inc"
} // namespace pith

namespace {

struct ExpandDot : OpRewritePattern<pith::DotOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(pith::DotOp op, PatternRewriter &b) const override {
    Location loc = op.getLoc();
    auto operand = cast<VectorType>(op.getLhs().front().getType());
    auto sums = cast<VectorType>(op.getSum().getType());
    VectorType wide = operand.clone(sums.getElementType());
    bool isFloat = isa<FloatType>(sums.getElementType());
    auto widen = [&](Value value, bool isSigned) -> Value {
      if (isFloat)
        return arith::ExtFOp::create(b, loc, wide, value);
      return isSigned ? Value(arith::ExtSIOp::create(b, loc, wide, value))
                      : Value(arith::ExtUIOp::create(b, loc, wide, value));
    };
    auto add = [&](Value x, Value y) -> Value {
      return isFloat ? Value(arith::AddFOp::create(b, loc, x, y))
                     : Value(arith::AddIOp::create(b, loc, x, y));
    };
    Value sum = op.getSum();
    int64_t products = op.getProducts();
    for (auto [left, right] : llvm::zip_equal(op.getLhs(), op.getRhs())) {
      Value l = widen(left, op.getLhsSigned()), r = widen(right, op.getRhsSigned());
      Value product = isFloat ? Value(arith::MulFOp::create(b, loc, l, r))
                              : Value(arith::MulIOp::create(b, loc, l, r));
      for (int64_t t = 0; t < products; ++t) {
        SmallVector<int64_t> places;
        for (int64_t i = 0; i < sums.getNumElements(); ++i)
          places.push_back(products * i + t);
        sum = add(sum, vector::ShuffleOp::create(b, loc, product, product, places));
      }
    }
    b.replaceOp(op, sum);
    return success();
  }
};

struct ExpandNarrow : OpRewritePattern<pith::NarrowOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(pith::NarrowOp op, PatternRewriter &b) const override {
    Location loc = op.getLoc();
    Type i32 = b.getI32Type();
    auto type = cast<VectorType>(op.getInputs().front().getType());
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantOp::create(b, loc, b.getIntegerAttr(i32, value));
    };
    auto splat = [&](Value value) -> Value {
      return vector::BroadcastOp::create(b, loc, type, value);
    };
    bool isSigned = op.getIsSigned();
    Value z = isSigned ? Value(arith::ExtSIOp::create(b, loc, i32, op.getZeroPoint()))
                       : Value(arith::ExtUIOp::create(b, loc, i32, op.getZeroPoint()));
    // Clamped to bounds less the zero point: no sum can wrap.
    Value low = splat(arith::SubIOp::create(b, loc, constant(isSigned ? -128 : 0), z));
    Value high = splat(arith::SubIOp::create(b, loc, constant(isSigned ? 127 : 255), z));
    Value zero = splat(z);
    int64_t count = int64_t(op.getInputs().size()), elements = type.getNumElements();
    Value all;
    for (Value v : op.getInputs()) {
      v = arith::MaxSIOp::create(b, loc, v, low);
      v = arith::MinSIOp::create(b, loc, v, high);
      v = arith::AddIOp::create(b, loc, v, zero);
      v = arith::TruncIOp::create(b, loc, type.clone(b.getI8Type()), v);
      if (!all) {
        all = v;
        continue;
      }
      auto joined = cast<VectorType>(all.getType()).getNumElements() + elements;
      all =
          vector::ShuffleOp::create(b, loc, all, v, llvm::to_vector(llvm::seq<int64_t>(0, joined)));
    }
    SmallVector<int64_t> order;
    for (int64_t block = 0; block < elements / 4; ++block)
      for (int64_t j = 0; j < count; ++j)
        for (int64_t t = 0; t < 4; ++t)
          order.push_back(j * elements + 4 * block + t);
    b.replaceOpWithNewOp<vector::ShuffleOp>(op, all, all, order);
    return success();
  }
};

struct ExpandAtoms : pith::impl::ExpandAtomsBase<ExpandAtoms> {
  using Base::Base;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandDot, ExpandNarrow>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
