// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of two sides that come at run time: groups in front make the sums that
// their zero points are multiplied by.
#include "lib/Schedule/Folding.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;

namespace {

/// A product of two sides that come at run time: with a' and b' as the
/// instruction reads them, x and y what they are off by, the sum of (a' - x)
/// (b' - y) is that of a' b', less y times a row's sum of a', less x times a
/// column's sum of b' - y. Groups in front make these sums.
class BothSides : Folding {
public:
  explicit BothSides(const Folding &folding) : Folding(folding) {}

  LogicalResult run() {
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

private:
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
};

} // namespace

LogicalResult pith::foldBothSides(const Folding &folding) { return BothSides(folding).run(); }
