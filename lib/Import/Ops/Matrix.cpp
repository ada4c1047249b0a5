// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Det, by elimination with the largest pivot of each column.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"
#include "lib/Import/Ops/Indexing.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// One column of [batch, n, n] matrices.
struct Elimination {
  TensorBuilder &builder;
  Value matrices, step; ///< its index, an i64 tensor of one element

  int64_t batch() { return shapeOf(matrices)[0]; }
  int64_t size() { return shapeOf(matrices)[1]; }

  static Value read(Scalars s, Value tensor, ValueRange at) {
    return tensor::ExtractOp::create(s.builder, s.loc, tensor, at);
  }

  /// An index that a loop counts, read where it is needed: kernels take tensors.
  static Value counted(Scalars s, Value step) {
    Value zero = s.make<arith::ConstantIndexOp>(0);
    return s.make<arith::IndexCastOp>(s.builder.getIndexType(), read(s, step, zero));
  }

  static Value after(TensorBuilder &builder, Value step) {
    return builder.map(step, elementOf(step), [](OpBuilder &b, Location loc, ValueRange in) {
      Scalars s{b, loc};
      return s.add(in[0], s.number(in[0].getType(), 1));
    });
  }

  /// For each matrix the row, from `column` on, whose element is the largest.
  Value pivots() {
    Value best = builder.splat({batch()}, builder.builder.getI64Type(), 0);
    Type element = elementOf(matrices);
    Value largest = builder.splat({batch()}, element, -1);
    Value first = builder.splat({1}, builder.builder.getI64Type(), 0);
    return repeat(builder, size(), {best, largest, first},
                  [&](TensorBuilder &inside, Value, ValueRange carried) {
                    Value now = carried[2];
                    auto magnitude = [&](Scalars s, Value matrix) {
                      Value row = counted(s, now), column = counted(s, step);
                      Value value = s.make<math::AbsFOp>(read(s, matrices, {matrix, row, column}));
                      Value late = s.make<arith::CmpIOp>(arith::CmpIPredicate::uge, row, column);
                      return s.select(late, value, s.number(element, -1));
                    };
                    Value next =
                        generate(inside, {batch()}, builder.builder.getI64Type(),
                                 [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
                                   Scalars s{b, loc};
                                   Value above =
                                       s.less(read(s, carried[1], at), magnitude(s, at[0]));
                                   Value here = read(s, now, s.make<arith::ConstantIndexOp>(0));
                                   return s.select(above, here, read(s, carried[0], at));
                                 });
                    Value most = generate(inside, {batch()}, element,
                                          [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
                                            Scalars s{b, loc};
                                            Value here = magnitude(s, at[0]);
                                            Value old = read(s, carried[1], at);
                                            return s.select(s.less(old, here), here, old);
                                          });
                    return SmallVector<Value>{next, most, after(inside, now)};
                  })[0];
  }

  Value pivotOf(Scalars s, Value pivots, Value matrix) {
    return readPosition(s.builder, s.loc, pivots, matrix, size());
  }

  /// The product so far, times the pivot; -1 for two rows that change places.
  Value product(Value pivots, Value before) {
    return generate(builder, {batch()}, elementOf(matrices),
                    [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
                      Scalars s{b, loc};
                      Value row = pivotOf(s, pivots, at[0]), column = counted(s, step);
                      Value pivot = read(s, matrices, {at[0], row, column});
                      Value same = s.make<arith::CmpIOp>(arith::CmpIPredicate::eq, row, column);
                      return s.mul(read(s, before, at), s.select(same, pivot, s.neg(pivot)));
                    });
  }

  /// The matrices with rows changed, and zeros below the pivot.
  Value eliminated(Value pivots) {
    return generate(
        builder, shapeOf(matrices), elementOf(matrices),
        [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
          Scalars s{b, loc};
          auto same = [&](Value x, Value y) {
            return s.make<arith::CmpIOp>(arith::CmpIPredicate::eq, x, y);
          };
          Value row = pivotOf(s, pivots, at[0]), column = counted(s, step);
          Value from =
              s.select(same(at[1], column), row, s.select(same(at[1], row), column, at[1]));
          Value value = read(s, matrices, {at[0], from, at[2]});
          Value pivot = read(s, matrices, {at[0], row, column});
          Value factor = s.div(read(s, matrices, {at[0], from, column}), pivot);
          Value rest = s.sub(value, s.mul(factor, read(s, matrices, {at[0], row, at[2]})));
          Value below = s.make<arith::CmpIOp>(arith::CmpIPredicate::ugt, at[1], column);
          // Without a pivot the determinant is 0 already.
          below = s.make<arith::AndIOp>(below, s.notEqual(pivot, s.number(pivot.getType(), 0)));
          return s.select(below, rest, value);
        });
  }
};

LogicalResult convertDet(NodeConversion &node) {
  Shape shape = node.shape(0);
  Type element = elementOf(node.operand(0));
  if (shape.size() < 2 || shape[shape.size() - 1] != shape[shape.size() - 2])
    return node.unsupported("expected square matrices");
  int64_t size = shape.back(), batch = countOf(shape.drop_back(2));
  if (batch == 0 || size == 0)
    return node.replace(node.splat(shape.drop_back(2), element, 1));
  Type real = commonComputeType(node.operand(0));
  Value matrices = node.reshape(castElements(node, node.operand(0), real), {batch, size, size});
  Value first = node.splat({1}, node.builder.getI64Type(), 0);
  auto results =
      repeat(node, size, {node.splat({batch}, real, 1), matrices, first},
             [&](TensorBuilder &inside, Value, ValueRange carried) {
               Elimination step{inside, carried[1], carried[2]};
               Value pivots = step.pivots();
               return SmallVector<Value>{step.product(pivots, carried[0]), step.eliminated(pivots),
                                         Elimination::after(inside, carried[2])};
             });
  Value determinants = node.reshape(results[0], shape.drop_back(2));
  return node.replace(castElements(node, determinants, element));
}

} // namespace

void import::addMatrixConverters(ConverterTable &table) { table.add("Det", 11, convertDet); }
