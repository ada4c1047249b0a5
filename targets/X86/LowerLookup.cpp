// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Entries of a table of 256 bytes, which are chosen in registers.
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
    if (features.hasShuffles(512)) // whose own instructions serve a part of a register too
      width = 64;
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
      lanes.push_back(first + i < count ? first + i : vector::ShuffleOp::kPoisonIndex);
    return vector::ShuffleOp::create(e.b, e.loc, vector, vector, lanes);
  }

  /// One register.
  Value lookUp(Value table, Value codes, const Emitter &e) const {
    if (bitsOf(cast<VectorType>(codes.getType())) < 512)
      return fromSixteens(table, codes, e);
    return features.has("+avx512vbmi") ? fromBytes(table, codes, e) : fromWords(table, codes, e);
  }

  /// A code's low bits choose from each half of the table, its highest one a half.
  static Value fromBytes(Value table, Value codes, const Emitter &e) {
    auto type = cast<VectorType>(codes.getType());
    auto half = [&](int64_t first) {
      return e.call("llvm.x86.avx512.vpermi2var.qi.512", type,
                    {quarter(table, first, e), codes, quarter(table, first + 64, e)});
    };
    return arith::SelectOp::create(e.b, e.loc, isNegative(codes, e), half(128), half(0));
  }

  /// The same with words of two entries, for the bytes at even places and those at
  /// odd places; a code's lowest bit chooses between the two.
  static Value fromWords(Value table, Value codes, const Emitter &e) {
    OpBuilder &b = e.b;
    auto bytes = cast<VectorType>(codes.getType());
    auto words = VectorType::get(32, b.getI16Type());
    auto asWords = [&](Value v) { return vector::BitCastOp::create(b, e.loc, words, v); };
    auto asBytes = [&](Value v) { return vector::BitCastOp::create(b, e.loc, bytes, v); };
    Value eight = e.splat(words, 8);
    Value pairs = asWords(codes);
    // `index` has the bits from 1 to 6 of a code below others, which do not count.
    auto choose = [&](Value index, Value isHigh) {
      auto half = [&](int64_t first) {
        return e.call(
            "llvm.x86.avx512.vpermi2var.hi.512", words,
            {asWords(quarter(table, first, e)), index, asWords(quarter(table, first + 64, e))});
      };
      return arith::SelectOp::create(b, e.loc, isHigh, half(128), half(0));
    };
    Value even =
        choose(arith::ShRUIOp::create(b, e.loc, pairs, e.splat(words, 1)), isSet(pairs, 128, e));
    Value odd =
        choose(arith::ShRUIOp::create(b, e.loc, pairs, e.splat(words, 9)), isNegative(pairs, e));
    SmallVector<int64_t> inTurn;
    for (int64_t i = 0; i < 64; ++i)
      inTurn.push_back(i % 2 ? 64 + i : i);
    Value first = vector::ShuffleOp::create(
        b, e.loc, asBytes(even), asBytes(arith::ShLIOp::create(b, e.loc, odd, eight)), inTurn);
    Value second = vector::ShuffleOp::create(
        b, e.loc, asBytes(arith::ShRUIOp::create(b, e.loc, even, eight)), asBytes(odd), inTurn);
    return arith::SelectOp::create(b, e.loc, isSet(codes, 1, e), second, first);
  }

  /// The low half of a code chooses from each sixteen entries, the bits of the high
  /// half one of two from what is left, in turn.
  static Value fromSixteens(Value table, Value codes, const Emitter &e) {
    OpBuilder &b = e.b;
    auto type = cast<VectorType>(codes.getType());
    unsigned bits = bitsOf(type);
    StringRef name = bits == 256 ? "llvm.x86.avx2.pshuf.b" : "llvm.x86.ssse3.pshuf.b.128";
    Value low = arith::AndIOp::create(b, e.loc, codes, e.splat(type, 15));
    SmallVector<Value> conditions;
    for (int64_t bit : {16, 32, 64, 128})
      conditions.push_back(isSet(codes, int8_t(bit), e)); // constants have the type's own sign
    std::function<Value(int64_t, int64_t)> choose = [&](int64_t first, int64_t level) -> Value {
      if (level == 0)
        return e.call(name, type, {entries(table, first, type, e), low});
      Value unset = choose(first, level - 1);
      Value set = choose(first + (int64_t(8) << level), level - 1);
      return arith::SelectOp::create(b, e.loc, conditions[level - 1], set, unset);
    };
    return choose(0, 4);
  }

  static Value isSet(Value codes, int64_t bit, const Emitter &e) {
    Value mask = e.splat(cast<VectorType>(codes.getType()), bit);
    Value masked = arith::AndIOp::create(e.b, e.loc, codes, mask);
    return arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::eq, masked, mask);
  }
  static Value isNegative(Value codes, const Emitter &e) {
    Value zero = e.splat(cast<VectorType>(codes.getType()), 0);
    return arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::slt, codes, zero);
  }

  /// 64 entries.
  static Value quarter(Value table, int64_t first, const Emitter &e) {
    Value at = arith::ConstantIndexOp::create(e.b, e.loc, first);
    return vector::LoadOp::create(e.b, e.loc, VectorType::get(64, e.b.getI8Type()), table, at);
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
