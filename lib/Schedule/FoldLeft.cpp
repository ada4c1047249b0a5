// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Takes what the left side is off by into the bias.
#include "dialects/Pith/ConstantReader.h"
#include "lib/Schedule/Folding.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;

namespace {

/// Codes with the sign that the row reads; their zero point becomes part of the bias.
class LeftSide : Folding {
public:
  explicit LeftSide(const Folding &folding) : Folding(folding) {}

  LogicalResult run() {
    if (row.lhs == Number::Any || !getElementTypeOrSelf(product.lhs.getType()).isInteger(8))
      return success();
    if (row.lhs == Number::S16) {
      FailureOr<Value> value = widened(product.lhs, product.lhsZero, product.lhsSigned);
      if (failed(value))
        return failure();
      setLeft(*value, /*isSigned=*/true);
      return success();
    }
    bool isSigned = row.lhs == Number::S8;
    bool flips = product.lhsSigned != isSigned;
    Shift shift = shiftOf(flips ? (isSigned ? -128 : 128) : 0, product.lhsZero, product.lhsSigned);
    Value value = product.lhs;
    // Zeros of the convolution's own stand for other codes once a sign has flipped.
    if (flips || !shift.isNothing()) {
      FailureOr<Value> padded = withHalo(value);
      if (failed(padded))
        return failure();
      value = *padded;
    }
    if (!shift.isNothing() && failed(correctBias(shift)))
      return failure();
    if (flips)
      value = flipped(inside, value);
    setLeft(value, isSigned);
    return success();
  }

private:
  /// The image with its padding, whose codes are the zero point.
  FailureOr<Value> withHalo(Value image) {
    auto conv = dyn_cast<ConvOp>(product.op);
    SmallVector<int64_t> low{0}, high{0};
    if (conv) {
      low.append(conv.getLow().begin(), conv.getLow().end());
      high.append(conv.getHigh().begin(), conv.getHigh().end());
    }
    low.push_back(0);
    high.push_back(0);
    if (!conv || LayoutAttr::get(group.getContext(), low, high).addsNothing())
      return image;
    auto layout = LayoutAttr::get(group.getContext(), low, high);
    auto type = RankedTensorType::get(layout.paddedShape(tensorOf(image).getShape()),
                                      tensorOf(image).getElementType());
    SmallVector<Value> values{image};
    if (product.lhsZero)
      values.push_back(product.lhsZero);
    FailureOr<Value> padded = inFront(values, [&](OpBuilder &b, ValueRange tensors) -> Value {
      Value zero = tensors.size() > 1 ? tensors[1] : Value();
      if (zero && tensorOf(zero).getRank()) {
        auto one = RankedTensorType::get({}, tensorOf(zero).getElementType());
        zero = tensor::CollapseShapeOp::create(b, loc, one, zero, ArrayRef<ReassociationIndices>());
      }
      return ToLayoutOp::create(b, loc, type, tensors[0], zero, layout);
    });
    SmallVector<int64_t> none(low.size() - 2, 0);
    conv.setLow(none);
    conv.setHigh(none);
    return padded;
  }

  /// For each channel the sum of its weights; wraps.
  std::optional<SmallVector<int32_t, 0>> weightSums() {
    DenseElementsAttr weights;
    if (TypedAttr value = constantValue(group, product.rhs))
      weights = denseValue(value);
    if (!weights)
      return std::nullopt;
    ArrayRef<int64_t> shape = weights.getType().getShape();
    auto matmul = dyn_cast<MatmulOp>(product.op);
    bool last = matmul && !matmul.getTransposeRhs(); // channels are the last dimension
    int64_t channels = last ? shape.back() : matmul ? shape[shape.size() - 2] : shape[0];
    int64_t each = weights.getNumElements() / channels;
    SmallVector<int32_t, 0> sums(channels, 0);
    ArrayRef<char> codes = weights.getRawData();
    for (int64_t i = 0, end = weights.getNumElements(); i < end; ++i) {
      char code = codes[weights.isSplat() ? 0 : i];
      int32_t number = product.rhsSigned ? int8_t(code) : int32_t(uint8_t(code));
      sums[last ? i % channels : i / each] += number;
    }
    return sums;
  }

  /// bias - shift * sums.
  LogicalResult correctBias(const Shift &shift) {
    auto sums = weightSums();
    if (!sums)
      return group.emitError("cannot read the weights to fold the zero point of the left side");
    Type sum = product.sum;
    auto type = RankedTensorType::get({int64_t(sums->size())}, sum);
    DenseElementsAttr known;
    if (product.bias)
      if (TypedAttr value = constantValue(group, product.bias))
        known = denseValue(value);
    Value result;
    if (!shift.zeroPoint && (known || !product.bias)) {
      SmallVector<APInt> values;
      for (auto [i, each] : llvm::enumerate(*sums)) {
        APInt bias = known ? known.getValues<APInt>()[i] : APInt(sum.getIntOrFloatBitWidth(), 0);
        APInt amount(bias.getBitWidth(), uint64_t(shift.known * each), true,
                     /*implicitTrunc=*/true);
        values.push_back(bias - amount);
      }
      result = addInput(group, makeConstant(group, loc, DenseElementsAttr::get(type, values)));
    } else {
      SmallVector<APInt> values;
      for (int32_t each : *sums)
        values.push_back(APInt(sum.getIntOrFloatBitWidth(), uint64_t(int64_t(each)), true,
                               /*implicitTrunc=*/true));
      SmallVector<Value> outer{makeConstant(group, loc, DenseElementsAttr::get(type, values))};
      if (shift.zeroPoint)
        outer.push_back(shift.zeroPoint);
      if (product.bias)
        outer.push_back(fromOutside(product.bias));
      FailureOr<Value> corrected =
          makeGroup(group, loc, outer, table, [&](OpBuilder &b, ValueRange tensors) {
            return correction(b, type, tensors, shift);
          });
      if (failed(corrected))
        return failure();
      result = addInput(group, *corrected);
    }
    if (auto conv = dyn_cast<ConvOp>(product.op))
      conv.getBiasMutable().assign(result);
    else
      cast<MatmulOp>(product.op).getBiasMutable().assign(result);
    return success();
  }

  /// Operands: the sums, the zero point if it is known at run time only, the bias.
  Value correction(OpBuilder &b, RankedTensorType type, ValueRange tensors, const Shift &shift) {
    return MapOp::create(
               b, loc, type, tensors,
               [&](OpBuilder &b, Location loc, ValueRange scalars) -> Value {
                 Type sum = type.getElementType();
                 Value amount =
                     arith::ConstantOp::create(b, loc, b.getIntegerAttr(sum, shift.known));
                 if (shift.zeroPoint)
                   amount = arith::AddIOp::create(
                       b, loc, amount, extend(b, loc, sum, scalars[1], product.lhsSigned));
                 Value taken = arith::MulIOp::create(b, loc, scalars[0], amount);
                 Value bias = arith::ConstantOp::create(b, loc, b.getIntegerAttr(sum, 0));
                 if (product.bias)
                   bias = scalars.back();
                 return arith::SubIOp::create(b, loc, bias, taken);
               })
        .getResult();
  }
};

} // namespace

LogicalResult pith::foldLeft(const Folding &folding) { return LeftSide(folding).run(); }
