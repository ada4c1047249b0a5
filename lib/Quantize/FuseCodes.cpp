// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Element-wise work reads and writes codes: dequantize and quantize move into
// the region that computes on their numbers. Class exact: the same operations.
#include "lib/Quantize/CodePatterns.h"
#include "lib/Quantize/Codes.h"
#include "lib/Quantize/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_FUSECODES
#include "lib/Quantize/Passes.h.inc"
} // namespace pith

using namespace pith;
using namespace pith::quantize;

namespace {

/// Copies what a region computes to the insertion point; returns what it yields.
Value inlineRegion(OpBuilder &builder, Block &body, ValueRange arguments) {
  IRMapping mapping;
  mapping.map(body.getArguments(), arguments);
  for (Operation &op : body.without_terminator())
    builder.clone(op, mapping);
  return mapping.lookupOrDefault(body.getTerminator()->getOperand(0));
}

/// Operands of a map under construction; equal ones are one.
struct Operands {
  SmallVector<Value> values;
  unsigned add(Value value) {
    unsigned place = llvm::find(values, value) - values.begin();
    if (place == values.size())
      values.push_back(value);
    return place;
  }
};

/// A map with another region; attributes that say what it is stay.
MapOp remake(PatternRewriter &rewriter, MapOp old, Location loc, Type element,
             const Operands &operands,
             function_ref<Value(OpBuilder &, Location, ValueRange)> body) {
  auto type = RankedTensorType::get(tensorOf(old.getResult()).getShape(), element);
  auto made = MapOp::create(rewriter, loc, type, operands.values, body);
  made->setDiscardableAttrs(old->getDiscardableAttrDictionary());
  setExactness(made, "exact");
  return made;
}

bool isNarrowCode(Value value) {
  Type type = tensorOf(value).getElementType();
  return type.isSignlessInteger() && type.getIntOrFloatBitWidth() > 1 &&
         type.getIntOrFloatBitWidth() <= 16;
}

struct DequantizeIntoMap : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op, PatternRewriter &rewriter) const override {
    unsigned position = 0;
    DequantizeOp dequantize;
    for (auto [index, input] : llvm::enumerate(op.getInputs()))
      if (auto producer = input.getDefiningOp<DequantizeOp>()) {
        position = index;
        dequantize = producer;
        break;
      }
    if (!dequantize)
      return rewriter.notifyMatchFailure(op, "no operand is dequantized");
    Operands operands;
    SmallVector<unsigned> places;
    for (auto [index, input] : llvm::enumerate(op.getInputs()))
      places.push_back(operands.add(index == position ? dequantize.getInput() : input));
    unsigned scale = operands.add(dequantize.getScale());
    std::optional<unsigned> zero;
    if (dequantize.getZeroPoint())
      zero = operands.add(dequantize.getZeroPoint());
    auto made = remake(rewriter, op, op.getLoc(), tensorOf(op.getResult()).getElementType(),
                       operands, [&](OpBuilder &b, Location loc, ValueRange x) {
                         SmallVector<Value> arguments;
                         for (unsigned place : places)
                           arguments.push_back(x[place]);
                         arguments[position] =
                             dequantizeScalar(b, loc, arguments[position], x[scale],
                                              zero ? x[*zero] : Value(), dequantize.getIsSigned());
                         return inlineRegion(b, op.getBody().front(), arguments);
                       });
    rewriter.replaceOp(op, made);
    return success();
  }
};

struct QuantizeIntoMap : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    auto map = op.getInput().getDefiningOp<MapOp>();
    if (!map)
      return rewriter.notifyMatchFailure(op, "quantizes no element-wise result");
    // Where others use the numbers too, they are computed once more from codes.
    constexpr unsigned fewCodes = 4;
    bool cheap = llvm::count_if(map.getInputs(), [](Value input) { return !isOneNumber(input); }) <=
                     fewCodes &&
                 llvm::all_of(map.getInputs(), [](Value input) {
                   return isNarrowCode(input) || matchPattern(input, m_Constant());
                 });
    if (!map->hasOneUse() && !cheap)
      return rewriter.notifyMatchFailure(op, "its numbers have other users");
    Operands operands{llvm::to_vector(map.getInputs())};
    unsigned first = operands.values.size();
    SmallVector<unsigned> places = llvm::to_vector(llvm::seq<unsigned>(0, first));
    unsigned scale = operands.add(op.getScale());
    std::optional<unsigned> zero;
    if (op.getZeroPoint())
      zero = operands.add(op.getZeroPoint());
    Type code = tensorOf(op.getResult()).getElementType();
    auto made = remake(rewriter, map, op.getLoc(), code, operands,
                       [&](OpBuilder &b, Location loc, ValueRange x) {
                         Value number = inlineRegion(b, map.getBody().front(), x.take_front(first));
                         return quantizeScalar(b, loc, number, x[scale], zero ? x[*zero] : Value(),
                                               code, op.getIsSigned());
                       });
    setCodes(made, op);
    rewriter.replaceOp(op, made);
    return success();
  }
};

/// Dequantized constants of moderate size are floats: scales and biases of
/// norms, say. Larger ones are decoded where they are read.
struct DequantizeOfConstant : OpRewritePattern<DequantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(DequantizeOp op, PatternRewriter &rewriter) const override {
    constexpr int64_t most = 1024; // 4 KiB, as import folds
    RankedTensorType type = tensorOf(op.getResult());
    int64_t count = type.getNumElements();
    if (count > most || !type.getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "large, or not f32");
    auto codes = integersOf(op.getInput(), op.getIsSigned());
    auto scales = scalesOf(op.getScale());
    std::optional<SmallVector<int64_t>> zeros = SmallVector<int64_t>(1, 0);
    if (op.getZeroPoint())
      zeros = integersOf(op.getZeroPoint(), op.getIsSigned());
    if (!codes || !scales || !zeros)
      return rewriter.notifyMatchFailure(op, "codes or parameters are not constant");
    SmallVector<float> values;
    for (int64_t i = 0; i < count; ++i) {
      int64_t zero = op.getZeroPoint() ? (*zeros)[placeIn(op.getZeroPoint(), type, i)] : 0;
      // The difference wraps in i32, as dequantize_c1 has it.
      values.push_back(float(int32_t(uint32_t((*codes)[i]) - uint32_t(zero))) *
                       (*scales)[placeIn(op.getScale(), type, i)]);
    }
    rewriter.replaceOp(op, floatConstant(rewriter, op.getLoc(), type.getShape(), values));
    return success();
  }

private:
  /// Where a parameter that broadcasts to `type` has the entry for element `index`.
  static int64_t placeIn(Value parameter, RankedTensorType type, int64_t index) {
    ArrayRef<int64_t> shape = tensorOf(parameter).getShape();
    int64_t place = 0, stride = 1, dim = type.getRank() - 1;
    for (int64_t size : llvm::reverse(shape)) {
      if (size != 1)
        place += index % type.getDimSize(dim) * stride;
      index /= type.getDimSize(dim--);
      stride *= size;
    }
    return place;
  }
};

/// quantize(dequantize(q)), where codes change.
struct RescaleCodes : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    auto dequantize = op.getInput().getDefiningOp<DequantizeOp>();
    if (!dequantize)
      return rewriter.notifyMatchFailure(op, "quantizes no dequantized codes");
    Operands operands;
    auto place = [&](Value value) -> std::optional<unsigned> {
      return value ? std::optional(operands.add(value)) : std::nullopt;
    };
    auto codes = place(dequantize.getInput()), from = place(dequantize.getScale()),
         fromZero = place(dequantize.getZeroPoint()), to = place(op.getScale()),
         toZero = place(op.getZeroPoint());
    RankedTensorType type = tensorOf(op.getResult());
    auto made = MapOp::create(
        rewriter, op.getLoc(), type, operands.values,
        [&](OpBuilder &b, Location loc, ValueRange x) {
          auto at = [&](std::optional<unsigned> index) { return index ? x[*index] : Value(); };
          Value number =
              dequantizeScalar(b, loc, at(codes), at(from), at(fromZero), dequantize.getIsSigned());
          return quantizeScalar(b, loc, number, at(to), at(toZero), type.getElementType(),
                                op.getIsSigned());
        });
    setExactness(made, "exact");
    setCodes(made, op);
    rewriter.replaceOp(op, made);
    return success();
  }
};

/// A map of a map's result: one region, where that repeats no work and the
/// number of operands stays.
struct MapOfMap : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op, PatternRewriter &rewriter) const override {
    for (Value input : op.getInputs())
      if (auto producer = input.getDefiningOp<MapOp>(); producer && mayFuse(op, producer)) {
        fuse(op, producer, rewriter);
        return success();
      }
    return rewriter.notifyMatchFailure(op, "no operand is a map to fuse with");
  }

private:
  static unsigned countVarying(ArrayRef<Value> values) {
    return llvm::count_if(values, [](Value value) { return !isOneNumber(value); });
  }

  static Operands joined(MapOp op, MapOp producer) {
    Operands operands;
    for (Value input : op.getInputs())
      if (input != producer.getResult())
        operands.add(input);
    for (Value input : producer.getInputs())
      operands.add(input);
    return operands;
  }

  static bool readsIntegers(MapOp op) {
    return llvm::any_of(op.getInputs(), [](Value input) {
      Type type = tensorOf(input).getElementType();
      return type.isSignlessInteger() && !type.isInteger(1);
    });
  }

  static bool isBehindIntegers(MapOp op) {
    return llvm::any_of(op.getInputs(), [](Value input) {
      auto producer = input.getDefiningOp<MapOp>();
      return producer && readsIntegers(producer);
    });
  }

  static bool mayFuse(MapOp op, MapOp producer) {
    if (tensorOf(producer.getResult()).getShape() != tensorOf(op.getResult()).getShape() ||
        producer->getBlock() != op->getBlock() ||
        llvm::any_of(producer->getUsers(), [&](Operation *user) { return user != op; }))
      return false;
    // Regions are copied for each quantize of a chain: without a limit, a chain of
    // n maps would hold n * n operations.
    constexpr unsigned mostOperands = 8, mostVarying = 4, mostOperations = 256;
    Operands operands = joined(op, producer);
    // Or what reads the same number behind a sum twice: x * sigmoid(x).
    bool readsNoMore = operands.values.size() <= op.getInputs().size() - 1;
    if (!readsIntegers(producer) && !(readsNoMore && isBehindIntegers(producer)))
      return false;
    if (operands.values.size() > mostOperands ||
        op.getBody().front().getOperations().size() +
                producer.getBody().front().getOperations().size() >
            mostOperations)
      return false;
    // Codes between two maps are rounded for a form of each; they join only to
    // become one table.
    unsigned varying = countVarying(operands.values);
    return varying <= (isNarrowCode(producer.getResult()) ? 1 : mostVarying);
  }

  static void fuse(MapOp op, MapOp producer, PatternRewriter &rewriter) {
    Operands operands = joined(op, producer);
    auto made =
        remake(rewriter, op, op.getLoc(), tensorOf(op.getResult()).getElementType(), operands,
               [&](OpBuilder &b, Location loc, ValueRange x) {
                 auto argument = [&](Value value) {
                   return x[llvm::find(operands.values, value) - operands.values.begin()];
                 };
                 SmallVector<Value> inner = llvm::map_to_vector(producer.getInputs(), argument);
                 Value middle = inlineRegion(b, producer.getBody().front(), inner);
                 SmallVector<Value> outer;
                 for (Value input : op.getInputs())
                   outer.push_back(input == producer.getResult() ? middle : argument(input));
                 return inlineRegion(b, op.getBody().front(), outer);
               });
    joinExactness(made, producer);
    rewriter.replaceOp(op, made);
  }
};

struct FuseCodes : pith::impl::FuseCodesBase<FuseCodes> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<DequantizeOfConstant>(&getContext(), /*benefit=*/2);
    patterns.add<DequantizeIntoMap, QuantizeIntoMap, RescaleCodes, MapOfMap>(&getContext());
    populateNestPatterns(patterns);
    MapOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError("the rewrites of this pass do not come to an end");
      signalPassFailure();
    }
  }
};

} // namespace
