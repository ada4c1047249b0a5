// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Entries of a table of 256 bytes: each half of a code chooses in registers.
#include "targets/X86/Atoms.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include <functional>

using namespace mlir;
using namespace pith::x86;

namespace {

/// The codes of a gather of bytes from a table of 256; null: it is another.
Value codesOf(vector::GatherOp op) {
  auto table = dyn_cast<MemRefType>(op.getBase().getType());
  auto widened = op.getIndices().getDefiningOp<arith::ExtUIOp>();
  auto codes = widened ? dyn_cast<VectorType>(widened.getIn().getType()) : VectorType();
  DenseElementsAttr mask;
  bool all =
      matchPattern(op.getMask(), m_Constant(&mask)) && mask.isSplat() && mask.getSplatValue<bool>();
  if (!all || !table || !table.getLayout().isIdentity() || table.getRank() != 1 ||
      table.getDimSize(0) != 256 || !table.getElementType().isInteger(8) || !codes ||
      !codes.getElementType().isInteger(8) || codes.getRank() != 1 || codes.isScalable() ||
      !llvm::all_of(op.getOffsets(), [](Value offset) { return matchPattern(offset, m_Zero()); }))
    return {};
  return widened.getIn();
}

class LowerLookup : public OpRewritePattern<vector::GatherOp> {
public:
  LowerLookup(MLIRContext *context, const Features &features)
      : OpRewritePattern(context), features(features) {}

  LogicalResult matchAndRewrite(vector::GatherOp op, PatternRewriter &b) const override {
    Value codes = codesOf(op);
    int64_t width = 16; // bytes of a register
    if (!codes || !features.hasShuffles(unsigned(width) * 8))
      return b.notifyMatchFailure(op, "no bytes of a table, or no instruction to look them up");
    int64_t count = cast<VectorType>(codes.getType()).getNumElements();
    while (width < 64 && 2 * width <= count && features.hasShuffles(unsigned(width) * 16))
      width *= 2;
    Emitter e{b, op.getLoc()};
    if (count % width && count > width)
      return b.notifyMatchFailure(op, "no whole registers");
    auto type = cast<VectorType>(op.getType());
    if (count < width) {
      SmallVector<int64_t> lanes = llvm::to_vector(llvm::seq<int64_t>(0, count));
      Value bytes = lookUp(op.getBase(), part(codes, 0, width, e), e);
      b.replaceOpWithNewOp<vector::ShuffleOp>(op, bytes, bytes, lanes);
      return success();
    }
    Value result = arith::ConstantOp::create(b, e.loc, b.getZeroAttr(type));
    for (int64_t first = 0; first < count; first += width) {
      Value bytes = lookUp(op.getBase(), part(codes, first, width, e), e);
      result = count == width
                   ? bytes
                   : Value(vector::InsertStridedSliceOp::create(
                         b, e.loc, bytes, result, ArrayRef<int64_t>(first), ArrayRef<int64_t>(1)));
    }
    b.replaceOp(op, result);
    return success();
  }

private:
  /// `width` elements from `first` on; any where there are none.
  static Value part(Value vector, int64_t first, int64_t width, const Emitter &e) {
    int64_t count = cast<VectorType>(vector.getType()).getNumElements();
    SmallVector<int64_t> lanes;
    for (int64_t i = 0; i < width; ++i)
      lanes.push_back(std::min(first + i, count - 1));
    return vector::ShuffleOp::create(e.b, e.loc, vector, vector, lanes);
  }

  /// One register. The low half of a code chooses from each sixteen entries, the
  /// bits of the high half one of two from what is left, in turn.
  Value lookUp(Value table, Value codes, const Emitter &e) const {
    OpBuilder &b = e.b;
    auto type = cast<VectorType>(codes.getType());
    unsigned bits = bitsOf(type);
    StringRef name = bits == 512   ? "llvm.x86.avx512.pshuf.b.512"
                     : bits == 256 ? "llvm.x86.avx2.pshuf.b"
                                   : "llvm.x86.ssse3.pshuf.b.128";
    Value low = arith::AndIOp::create(b, e.loc, codes, e.splat(type, 15));
    SmallVector<Value> conditions;
    for (int64_t bit : {16, 32, 64, 128}) {
      // Constants have the type's own sign.
      Value mask = e.splat(type, int8_t(bit));
      Value masked = arith::AndIOp::create(b, e.loc, codes, mask);
      conditions.push_back(arith::CmpIOp::create(b, e.loc, arith::CmpIPredicate::eq, masked, mask));
    }
    std::function<Value(int64_t, int64_t)> choose = [&](int64_t first, int64_t level) -> Value {
      if (level == 0)
        return e.call(name, type, {entries(table, first, type, e), low});
      Value unset = choose(first, level - 1);
      Value set = choose(first + (int64_t(8) << level), level - 1);
      return arith::SelectOp::create(b, e.loc, conditions[level - 1], set, unset);
    };
    return choose(0, 4);
  }

  /// Sixteen entries in each 128 bits.
  static Value entries(Value table, int64_t first, VectorType type, const Emitter &e) {
    Value at = arith::ConstantIndexOp::create(e.b, e.loc, first);
    Value few =
        vector::LoadOp::create(e.b, e.loc, VectorType::get(16, type.getElementType()), table, at);
    SmallVector<int64_t> lanes;
    for (int64_t i = 0; i < type.getNumElements(); ++i)
      lanes.push_back(i % 16);
    return vector::ShuffleOp::create(e.b, e.loc, few, few, lanes);
  }

  const Features &features;
};

} // namespace

void pith::x86::addLookup(RewritePatternSet &patterns, const Features &features) {
  patterns.add<LowerLookup>(patterns.getContext(), features);
}
