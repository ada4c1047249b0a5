// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Brings the codes of products to the numbers that a row's instruction reads.
// Sums wrap, so that each rewrite is exact whatever the values are.
#include "dialects/Pith/ConstantReader.h"
#include "lib/Schedule/GroupEdits.h"
#include "lib/Schedule/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_FOLDZEROPOINTS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// `code` as an integer of `type`.
Value extend(OpBuilder &b, Location loc, Type type, Value code, bool isSigned) {
  if (code.getType() == type)
    return code;
  return isSigned ? Value(arith::ExtSIOp::create(b, loc, type, code))
                  : Value(arith::ExtUIOp::create(b, loc, type, code));
}

/// What a zero point and a change of sign move codes by: constant, or with a
/// part that is known at run time only.
struct Shift {
  int64_t known = 0;
  Value zeroPoint; ///< outside of the group; null: all is known
  bool isNothing() const { return known == 0 && !zeroPoint; }
};

class Folding {
public:
  Folding(GroupOp group, const Product &product, const KernelRow &row, const RowTable &table)
      : group(group), product(product), row(row), table(table), loc(product.op->getLoc()),
        inside(product.op) {}

  LogicalResult run() {
    bool isFloat = isa<FloatType>(product.sum);
    bool addsSums = !isFloat && sumsAtRunTime(group, product, row);
    if (isFloat    ? failed(foldBlocks())
        : addsSums ? failed(foldBoth())
                   : failed(foldRight()) || failed(foldLeft()))
      return failure();
    // What decoded weights that are no longer read.
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(group.getBody().front())))
      if (isOpTriviallyDead(&op))
        op.erase();
    dropUnusedInputs(group);
    return success();
  }

private:
  /// What `body` makes of `values`, values inside of the group: in a group of its
  /// own where they come from outside, else where the product is.
  FailureOr<Value> inFront(ArrayRef<Value> values,
                           llvm::function_ref<Value(OpBuilder &, ValueRange)> body) {
    bool outside = llvm::all_of(values, [&](Value value) {
      return outerValue(group, value) != value ||
             isa_and_nonnull<arith::ConstantOp>(value.getDefiningOp());
    });
    if (!outside)
      return body(inside, values);
    SmallVector<Value> outer;
    for (Value value : values)
      outer.push_back(fromOutside(value));
    FailureOr<Value> result = makeGroup(group, loc, outer, table, body);
    if (failed(result))
      return failure();
    return addInput(group, *result);
  }

  /// The value outside for one inside; constants are copied there.
  Value fromOutside(Value value) {
    auto constant = value.getDefiningOp<arith::ConstantOp>();
    return constant ? makeConstant(group, loc, constant.getValue()) : outerValue(group, value);
  }

  /// Codes less their zero points in 16 bits.
  FailureOr<Value> widened(Value codes, Value zero, bool isSigned) {
    Type wide = inside.getIntegerType(16);
    SmallVector<Value> values{codes};
    if (zero)
      values.push_back(zero);
    return inFront(values, [&](OpBuilder &b, ValueRange tensors) {
      auto type = RankedTensorType::get(tensorOf(codes).getShape(), wide);
      return MapOp::create(b, loc, type, tensors,
                           [&](OpBuilder &b, Location loc, ValueRange scalars) -> Value {
                             Value code = extend(b, loc, wide, scalars[0], isSigned);
                             if (scalars.size() == 1)
                               return code;
                             return arith::SubIOp::create(
                                 b, loc, code, extend(b, loc, wide, scalars[1], isSigned));
                           })
          .getResult();
    });
  }

  LogicalResult foldRight() {
    bool wide = row.rhs == Number::S16, packed = row.rhs == Number::S4;
    bool isSigned = wide || packed || row.rhs == Number::S8;
    Type element = getElementTypeOrSelf(product.rhs.getType());
    if (row.rhs == Number::Any || !element.isInteger(8) ||
        (!wide && !packed && !product.rhsZero && product.rhsSigned == isSigned))
      return success();
    TypedAttr weights = constantValue(group, product.rhs);
    TypedAttr zero = product.rhsZero ? constantValue(group, product.rhsZero) : TypedAttr();
    Value folded = product.rhs;
    if (weights && (zero || !product.rhsZero) && (wide || packed || zero)) {
      DenseElementsAttr points = zero ? denseValue(zero)
                                      : DenseElementsAttr::get(RankedTensorType::get({}, element),
                                                               inside.getI8IntegerAttr(0));
      TypedAttr centred =
          points ? withStep(weights, CentreAttr::get(group.getContext(), points, product.rhsSigned,
                                                     inside.getIntegerType(wide ? 16 : 8)))
                 : TypedAttr();
      if (!centred)
        return group.emitError("cannot read the weights to fold their zero point");
      folded = addInput(group, makeConstant(group, loc, centred));
    } else if (wide) {
      FailureOr<Value> value = widened(product.rhs, product.rhsZero, product.rhsSigned);
      if (failed(value))
        return failure();
      folded = *value;
    }
    setRight(folded, isSigned);
    return success();
  }

  void setRight(Value value, bool isSigned) {
    product.rhs = value;
    product.rhsSigned = isSigned;
    if (auto conv = dyn_cast<ConvOp>(product.op)) {
      conv.getFilterMutable().assign(value);
      conv.getFilterZeroPointMutable().clear();
      conv.setFilterSigned(isSigned);
    } else {
      auto matmul = cast<MatmulOp>(product.op);
      matmul.getRhsMutable().assign(value);
      matmul.getRhsZeroPointMutable().clear();
      matmul.setRhsSigned(isSigned);
    }
  }

  /// A product of two sides that come at run time: with a' and b' as the
  /// instruction reads them, x and y what they are off by, the sum of (a' - x)
  /// (b' - y) is that of a' b', less y times a row's sum of a', less x times a
  /// column's sum of b' - y. Groups in front make these sums.
  LogicalResult foldBoth() {
    auto matmul = cast<MatmulOp>(product.op);
    bool leftSigned = row.lhs == Number::S8, rightSigned = row.rhs == Number::S8;
    auto flipOf = [](bool is, bool becomes) -> int64_t {
      return is == becomes ? 0 : becomes ? -128 : 128;
    };
    int64_t leftFlip = flipOf(product.lhsSigned, leftSigned),
            rightFlip = flipOf(product.rhsSigned, rightSigned);
    Shift left = shiftOf(leftFlip, product.lhsZero, product.lhsSigned),
          right = shiftOf(rightFlip, product.rhsZero, product.rhsSigned);
    SmallVector<Value> terms;
    int64_t rank = tensorOf(product.lhs).getRank();
    if (!right.isNothing()) {
      int64_t dim = matmul.getTransposeLhs() ? rank - 2 : rank - 1;
      int64_t length = tensorOf(product.lhs).getDimSize(dim);
      auto sums = sumsAlong(product.lhs, Value(), product.lhsSigned, dim, length * leftFlip, right,
                            product.rhsSigned);
      if (failed(sums))
        return failure();
      terms.push_back(inRows(*sums, /*perRow=*/true));
    }
    if (!left.isNothing()) {
      int64_t dim = matmul.getTransposeRhs() ? rank - 1 : rank - 2;
      auto sums = sumsAlong(product.rhs, product.rhsZero, product.rhsSigned, dim, /*more=*/0, left,
                            product.lhsSigned);
      if (failed(sums))
        return failure();
      terms.push_back(inRows(*sums, /*perRow=*/false));
    }
    if (rightFlip) {
      FailureOr<Value> codes =
          inFrontOf(product.rhs, {}, [&](OpBuilder &b, Value moved, ValueRange) -> Value {
            return flipped(b, moved);
          });
      if (failed(codes))
        return failure();
      setRight(addInput(group, *codes), rightSigned);
    } else {
      setRight(product.rhs, rightSigned);
    }
    setLeft(leftFlip ? flipped(inside, product.lhs) : product.lhs, leftSigned);
    if (!terms.empty())
      addBehind(terms);
    return success();
  }

  /// A flip and a zero point together.
  Shift shiftOf(int64_t flip, Value zero, bool isSigned) {
    Shift shift{flip, {}};
    TypedAttr constant = zero ? constantValue(group, zero) : TypedAttr();
    if (DenseElementsAttr value = constant ? denseValue(constant) : DenseElementsAttr()) {
      APInt number = *value.getValues<APInt>().begin();
      shift.known += isSigned ? number.getSExtValue() : int64_t(number.getZExtValue());
    } else if (zero) {
      shift.zeroPoint = fromOutside(zero);
    }
    return shift;
  }

  /// A group in front of what `body` makes of `codes` and numbers. It reads what is
  /// only moved from where it was before.
  FailureOr<Value> inFrontOf(Value codes, ArrayRef<Value> numbers,
                             llvm::function_ref<Value(OpBuilder &, Value, ValueRange)> body) {
    Value outer = fromOutside(codes);
    GroupOp moved = movementOf(outer);
    SmallVector<Value> inputs{outer};
    if (moved)
      inputs.assign(moved.getInputs().begin(), moved.getInputs().end());
    size_t count = inputs.size();
    inputs.append(numbers.begin(), numbers.end());
    return makeGroup(group, loc, inputs, table, [&](OpBuilder &b, ValueRange tensors) {
      ValueRange read = tensors.take_front(count);
      return body(b, moved ? copyBody(b, moved, read) : read.front(), tensors.drop_front(count));
    });
  }

  /// -shift * (the sum of `codes` less `zero` along `dim`, and `more`).
  FailureOr<Value> sumsAlong(Value codes, Value zero, bool isSigned, int64_t dim, int64_t more,
                             const Shift &shift, bool shiftSigned) {
    Type sum = product.sum;
    SmallVector<int64_t> shape(tensorOf(codes).getShape());
    shape.erase(shape.begin() + dim);
    auto type = RankedTensorType::get(shape, sum);
    SmallVector<Value> numbers;
    DenseElementsAttr known;
    if (TypedAttr constant = zero ? constantValue(group, zero) : TypedAttr())
      known = denseValue(constant);
    if (zero && !known)
      numbers.push_back(oneElement(fromOutside(zero)));
    if (shift.zeroPoint)
      numbers.push_back(oneElement(shift.zeroPoint));
    return inFrontOf(codes, numbers, [&](OpBuilder &b, Value tensor, ValueRange given) -> Value {
      Value point = zero && !known ? given.front() : Value();
      if (known) {
        auto one = RankedTensorType::get({}, known.getElementType());
        point = arith::ConstantOp::create(
            b, loc, DenseElementsAttr::get(one, *known.getValues<Attribute>().begin()));
      }
      Value sums =
          ReduceOp::create(b, loc, type, ReduceKind::Sum, tensor, point, ArrayRef<int64_t>(dim),
                           /*keep_dims=*/false, isSigned, TypeAttr::get(sum));
      SmallVector<Value> read{sums};
      if (shift.zeroPoint)
        read.push_back(given.back());
      return MapOp::create(b, loc, type, read,
                           [&](OpBuilder &b, Location loc, ValueRange scalars) -> Value {
                             auto number = [&](int64_t value) -> Value {
                               return arith::ConstantOp::create(b, loc,
                                                                b.getIntegerAttr(sum, value));
                             };
                             Value factor = number(-shift.known);
                             if (shift.zeroPoint)
                               factor = arith::SubIOp::create(
                                   b, loc, factor, extend(b, loc, sum, scalars[1], shiftSigned));
                             Value all = arith::AddIOp::create(b, loc, scalars[0], number(more));
                             return arith::MulIOp::create(b, loc, all, factor);
                           })
          .getResult();
    });
  }

  /// A zero point of one element as a number of no dimension.
  Value oneElement(Value zero) {
    RankedTensorType type = tensorOf(zero);
    if (type.getRank() == 0)
      return zero;
    OpBuilder b(group);
    return tensor::CollapseShapeOp::create(b, loc, RankedTensorType::get({}, type.getElementType()),
                                           zero, ArrayRef<ReassociationIndices>());
  }

  /// Numbers of rows or columns as a matrix that broadcasts to the product.
  Value inRows(Value numbers, bool perRow) {
    SmallVector<int64_t> shape(tensorOf(numbers).getShape());
    SmallVector<ReassociationIndices> dims;
    for (int64_t i = 0, count = int64_t(shape.size()); i < count; ++i)
      dims.push_back({i});
    dims.back().push_back(int64_t(shape.size()));
    shape.insert(perRow ? shape.end() : shape.end() - 1, 1);
    OpBuilder b(group);
    return tensor::ExpandShapeOp::create(b, loc, RankedTensorType::get(shape, product.sum), numbers,
                                         dims);
  }

  /// Adds what is outside of the group to its product.
  void addBehind(ArrayRef<Value> terms) {
    Value sums = product.op->getResult(0);
    OpBuilder b(group.getContext());
    b.setInsertionPointAfter(product.op);
    SmallVector<Value> read{sums};
    for (Value term : terms)
      read.push_back(addInput(group, term));
    auto added = MapOp::create(b, loc, tensorOf(sums), read,
                               [](OpBuilder &b, Location loc, ValueRange scalars) {
                                 Value all = scalars[0];
                                 for (Value term : scalars.drop_front())
                                   all = arith::AddIOp::create(b, loc, all, term);
                                 return all;
                               });
    sums.replaceAllUsesExcept(added.getResult(), added);
  }

  /// Codes that the group decodes: bytes with a sign, stored without a detour. Those
  /// without one count from 8, as their zero points do.
  LogicalResult foldBlocks() {
    DequantizeOp decode = decodingOf(product);
    auto brought = [&](Value value) -> FailureOr<TypedAttr> {
      TypedAttr codes = constantValue(group, value);
      if (codes && !decode.getIsSigned())
        codes = withStep(codes, CentreAttr::get(group.getContext(),
                                                DenseElementsAttr::get(
                                                    RankedTensorType::get({}, inside.getI8Type()),
                                                    inside.getI8IntegerAttr(8)),
                                                /*isSigned=*/false, inside.getI8Type()));
      if (!codes)
        return group.emitError("cannot read the weights to decode them");
      return codes;
    };
    auto place = [&](TypedAttr value) { return addInput(group, makeConstant(group, loc, value)); };
    FailureOr<TypedAttr> codes = brought(decode.getInput());
    TypedAttr scale = constantValue(group, decode.getScale());
    if (failed(codes) || !scale)
      return failure();
    decode.getInputMutable().assign(place(*codes));
    decode.getScaleMutable().assign(place(scale));
    if (Value given = decode.getZeroPoint()) {
      FailureOr<TypedAttr> zero = brought(given);
      if (failed(zero))
        return failure();
      DenseElementsAttr points = denseValue(*zero);
      decode.getZeroPointMutable().clear();
      if (points && !points.isSplat())
        decode.getZeroPointMutable().assign(place(*zero));
      else if (points && !points.getSplatValue<APInt>().isZero())
        decode.getZeroPointMutable().assign(oneNumber(points));
    } else if (!decode.getIsSigned()) {
      auto one = RankedTensorType::get({}, inside.getI8Type());
      decode.getZeroPointMutable().assign(
          oneNumber(DenseElementsAttr::get(one, inside.getI8IntegerAttr(-8))));
    }
    decode.setIsSigned(true);
    return success();
  }

  /// A constant inside of the group, in front of what decodes weights.
  Value oneNumber(DenseElementsAttr splat) {
    OpBuilder b(decodingOf(product));
    auto one = RankedTensorType::get({}, splat.getElementType());
    return arith::ConstantOp::create(b, loc,
                                     DenseElementsAttr::get(one, splat.getSplatValue<Attribute>()));
  }

  void setLeft(Value value, bool isSigned) {
    product.lhs = value;
    if (auto conv = dyn_cast<ConvOp>(product.op)) {
      conv.getInputMutable().assign(value);
      conv.getInputZeroPointMutable().clear();
      conv.setInputSigned(isSigned);
    } else {
      auto matmul = cast<MatmulOp>(product.op);
      matmul.getLhsMutable().assign(value);
      matmul.getLhsZeroPointMutable().clear();
      matmul.setLhsSigned(isSigned);
    }
  }

  LogicalResult foldLeft() {
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

  /// Codes of the other sign: x ^ 0x80.
  Value flipped(OpBuilder &builder, Value codes) {
    return MapOp::create(builder, loc, tensorOf(codes), codes,
                         [](OpBuilder &b, Location loc, ValueRange scalars) -> Value {
                           Value mask = arith::ConstantOp::create(b, loc, b.getI8IntegerAttr(-128));
                           return arith::XOrIOp::create(b, loc, scalars[0], mask);
                         })
        .getResult();
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

  GroupOp group;
  Product product;
  const KernelRow &row;
  const RowTable &table;
  Location loc;
  OpBuilder inside;
};

struct FoldZeroPoints : pith::impl::FoldZeroPointsBase<FoldZeroPoints> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto table = RowTable::of(module);
    if (!table)
      return signalPassFailure();
    for (GroupOp group : groupsOf(module)) {
      const KernelRow *row = table->rowOf(group);
      if (!row)
        continue;
      std::optional<Product> product;
      for (Operation &op : group.getBody().front())
        if (!product)
          product = productOf(&op);
      bool decodes = row->lhs == Number::F32 && row->rhs == Number::S4;
      if (product && (product->sum.isSignlessInteger() || decodes) &&
          failed(Folding(group, *product, *row, *table).run()))
        return signalPassFailure();
    }
    eraseUnusedConstants(module);
  }
};

} // namespace
