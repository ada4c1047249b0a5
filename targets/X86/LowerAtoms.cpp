// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The instructions of atoms, by vector width and features.
#include "targets/X86/Atoms.h"
#include "targets/X86/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

using namespace mlir;
using pith::x86::bitsOf, pith::x86::Emitter, pith::x86::Features;

namespace pith::x86 {
#define GEN_PASS_DEF_LOWERATOMS
#include "targets/X86/Passes.h.inc"
} // namespace pith::x86

namespace {

template <typename Op> struct AtomPattern : OpRewritePattern<Op> {
  AtomPattern(MLIRContext *context, const Features &features)
      : OpRewritePattern<Op>(context), features(features) {}
  const Features &features;
};

struct LowerDot : AtomPattern<pith::DotOp> {
  using AtomPattern::AtomPattern;

  LogicalResult matchAndRewrite(pith::DotOp op, PatternRewriter &b) const override {
    auto operand = cast<VectorType>(op.getLhs().front().getType());
    auto sum = cast<VectorType>(op.getSum().getType());
    unsigned bits = bitsOf(operand);
    Type element = operand.getElementType();
    int64_t products = op.getProducts();
    Emitter e{b, op.getLoc()};
    auto apply = [&](llvm::function_ref<Value(Value, Value, Value)> step) {
      Value result = op.getSum();
      for (auto [l, r] : llvm::zip_equal(op.getLhs(), op.getRhs()))
        result = step(result, l, r);
      b.replaceOp(op, result);
      return success();
    };
    auto accumulate = [&](const Twine &name) {
      std::string full = (name + "." + Twine(bits)).str();
      return apply([&](Value s, Value l, Value r) { return e.call(full, sum, {s, l, r}); });
    };

    // Unsigned first: the instructions are not symmetric.
    if (element.isInteger(8) && products == 4 && !op.getLhsSigned() && op.getRhsSigned()) {
      if (features.hasVnni(bits))
        return accumulate("llvm.x86.avx512.vpdpbusd");
      if (op.getFitsI16() && features.hasPairs(bits)) {
        b.replaceOp(op, inWords(op, bits, e));
        return success();
      }
      if (features.hasIntegers(bits))
        return apply([&](Value s, Value l, Value r) { return widened(s, l, r, bits, e); });
    }
    if (element.isBF16() && products == 2 && features.hasBf16(bits))
      return accumulate("llvm.x86.avx512bf16.dpbf16ps");
    if (element.isInteger(16) && products == 2 && op.getLhsSigned() && op.getRhsSigned()) {
      if (features.hasVnni(bits))
        return accumulate("llvm.x86.avx512.vpdpwssd");
      if (features.hasIntegers(bits))
        return apply(
            [&](Value s, Value l, Value r) { return e.add(s, addPairs(l, r, sum, bits, e)); });
    }
    return b.notifyMatchFailure(op, "no instruction for these numbers, this width and target");
  }

private:
  /// Sums of two neighbouring products of 16 bits each.
  static Value addPairs(Value l, Value r, Type sum, unsigned bits, const Emitter &e) {
    StringRef name = bits == 512   ? "llvm.x86.avx512.pmaddw.d.512"
                     : bits == 256 ? "llvm.x86.avx2.pmadd.wd"
                                   : "llvm.x86.sse2.pmadd.wd";
    return e.call(name, sum, {l, r});
  }

  /// Each pair fits 16 bits, so that none saturates, and so does their sum: what
  /// wraps on the way to it comes back.
  static Value inWords(pith::DotOp op, unsigned bits, const Emitter &e) {
    StringRef name = bits == 512   ? "llvm.x86.avx512.pmaddubs.w.512"
                     : bits == 256 ? "llvm.x86.avx2.pmadd.ub.sw"
                                   : "llvm.x86.ssse3.pmadd.ub.sw.128";
    auto words = VectorType::get(bits / 16, e.b.getI16Type());
    Value total;
    for (auto [l, r] : llvm::zip_equal(op.getLhs(), op.getRhs())) {
      Value pairs = e.call(name, words, {l, r});
      total = total ? e.add(total, pairs) : pairs;
    }
    Value ones = e.splat(words, 1);
    return e.add(op.getSum(), addPairs(total, ones, op.getType(), bits, e));
  }

  /// The bytes at even and at odd places as words of their own.
  static Value widened(Value sum, Value l, Value r, unsigned bits, const Emitter &e) {
    auto words = VectorType::get(bits / 16, e.b.getI16Type());
    Value byte = e.splat(words, 8);
    l = vector::BitCastOp::create(e.b, e.loc, words, l);
    r = vector::BitCastOp::create(e.b, e.loc, words, r);
    Value evenLeft = arith::AndIOp::create(e.b, e.loc, l, e.splat(words, 255));
    Value oddLeft = arith::ShRUIOp::create(e.b, e.loc, l, byte);
    Value evenRight = arith::ShLIOp::create(e.b, e.loc, r, byte);
    evenRight = arith::ShRSIOp::create(e.b, e.loc, evenRight, byte);
    Value oddRight = arith::ShRSIOp::create(e.b, e.loc, r, byte);
    Value even = addPairs(evenLeft, evenRight, sum.getType(), bits, e);
    Value odd = addPairs(oddLeft, oddRight, sum.getType(), bits, e);
    return e.add(sum, e.add(even, odd));
  }
};

struct LowerNarrow : AtomPattern<pith::NarrowOp> {
  using AtomPattern::AtomPattern;

  LogicalResult matchAndRewrite(pith::NarrowOp op, PatternRewriter &b) const override {
    auto input = cast<VectorType>(op.getInputs().front().getType());
    unsigned bits = bitsOf(input), count = op.getInputs().size();
    if (!features.hasIntegers(bits) || count > 4)
      return b.notifyMatchFailure(op, "no instructions for this width or number of vectors");
    Emitter e{b, op.getLoc()};
    bool isSigned = op.getIsSigned();
    Type i16 = b.getI16Type(), i8 = b.getI8Type();
    Value z = isSigned ? Value(arith::ExtSIOp::create(b, e.loc, i16, op.getZeroPoint()))
                       : Value(arith::ExtUIOp::create(b, e.loc, i16, op.getZeroPoint()));
    auto addZero = [&](Value words) -> Value {
      Value splat = vector::BroadcastOp::create(b, e.loc, words.getType(), z);
      return LLVM::SAddSat::create(b, e.loc, words.getType(), words, splat);
    };
    // LLVM knows saturation by its shape; constants have the type's own sign.
    auto saturate = [&](Value value, Type narrow, int64_t low, int64_t high) -> Value {
      auto type = cast<VectorType>(value.getType());
      value = arith::MaxSIOp::create(b, e.loc, value, e.splat(type, low));
      value = arith::MinSIOp::create(b, e.loc, value, e.splat(type, high));
      return arith::TruncIOp::create(b, e.loc, type.clone(narrow), value);
    };
    auto toBytes = [&](Value words) {
      return isSigned ? saturate(words, i8, -128, 127) : saturate(words, i8, 0, 255);
    };

    auto v = op.getInputs();
    if (count == 1) {
      b.replaceOp(op, toBytes(addZero(saturate(v[0], i16, -32768, 32767))));
      return success();
    }
    auto words = VectorType::get(input.getNumElements() * 2, i16);
    auto packWords = [&](Value x, Value y) {
      StringRef name = bits == 512   ? "llvm.x86.avx512.packssdw.512"
                       : bits == 256 ? "llvm.x86.avx2.packssdw"
                                     : "llvm.x86.sse2.packssdw.128";
      return addZero(e.call(name, words, {x, y}));
    };
    Value low = packWords(v[0], v[1]);
    if (count == 2) {
      b.replaceOp(op, toBytes(low));
      return success();
    }
    auto bytes = VectorType::get(input.getNumElements() * 4, i8);
    StringRef kind = isSigned ? "packsswb" : "packuswb";
    std::string name = bits == 512   ? ("llvm.x86.avx512." + kind + ".512").str()
                       : bits == 256 ? ("llvm.x86.avx2." + kind).str()
                                     : ("llvm.x86.sse2." + kind + ".128").str();
    Value packed = e.call(name, bytes, {low, packWords(v[2], v[count - 1])});
    if (count == 3) { // three of four blocks count
      auto blocks = VectorType::get(input.getNumElements(), b.getI32Type());
      SmallVector<int64_t> kept;
      for (int64_t i = 0; i < input.getNumElements(); ++i)
        if (i % 4 != 3)
          kept.push_back(i);
      Value inBlocks = vector::BitCastOp::create(b, e.loc, blocks, packed);
      inBlocks = vector::ShuffleOp::create(b, e.loc, inBlocks, inBlocks, kept);
      packed = vector::BitCastOp::create(b, e.loc, op.getType(), inBlocks);
    }
    b.replaceOp(op, packed);
    return success();
  }
};

struct LowerAtoms : pith::x86::impl::LowerAtomsBase<LowerAtoms> {
  using Base::Base;

  void runOnOperation() override {
    auto target = getOperation()->getAttrOfType<pith::TargetAttr>(pith::targetAttrName);
    Features features(target ? target.getMachine().getFeatures() : "");
    RewritePatternSet patterns(&getContext());
    patterns.add<LowerDot, LowerNarrow>(&getContext(), features);
    pith::x86::addLookup(patterns, features);
    pith::x86::addExtremes(patterns, features);
    pith::x86::addSigmoid(patterns, features);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
