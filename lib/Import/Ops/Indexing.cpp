// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/ImportLimits.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

Value import::generate(TensorBuilder &builder, Shape shape, Type elementType, IndexBody body) {
  int64_t rank = shape.size();
  auto type = RankedTensorType::get(shape, elementType);
  AffineMap identity = builder.builder.getMultiDimIdentityMap(rank);
  SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      builder.builder, builder.loc, type, ValueRange(), builder.empty(shape, elementType), identity,
      loops, [&](OpBuilder &nested, Location loc, ValueRange) {
        SmallVector<Value> indices;
        for (int64_t dim = 0; dim < rank; ++dim)
          indices.push_back(linalg::IndexOp::create(nested, loc, dim));
        linalg::YieldOp::create(nested, loc, body(nested, loc, indices));
      });
  return generic.getResult(0);
}

Value import::iota(TensorBuilder &builder, int64_t count, Type elementType, int64_t dim,
                   int64_t rank) {
  SmallVector<int64_t> shape(rank, 1);
  shape[dim] = count;
  return generate(builder, shape, elementType,
                  [&](OpBuilder &nested, Location loc, ValueRange indices) -> Value {
                    if (elementType.isIndex())
                      return indices[dim];
                    bool isFloat = isa<FloatType>(elementType);
                    Type integer = isFloat ? Type(nested.getI64Type()) : elementType;
                    Value at = arith::IndexCastOp::create(nested, loc, integer, indices[dim]);
                    return isFloat ? arith::SIToFPOp::create(nested, loc, elementType, at) : at;
                  });
}

/// The step of first, first + step, ...; nothing for other tables.
static std::optional<int64_t> stepOf(ArrayRef<int64_t> table) {
  int64_t step = table.size() > 1 ? table[1] - table[0] : 1;
  for (size_t i = 1; i < table.size(); ++i)
    if (table[i] - table[i - 1] != step)
      return std::nullopt;
  return step > 0 ? std::optional(step) : std::nullopt;
}

Value import::take(TensorBuilder &builder, Value input,
                   ArrayRef<std::optional<SmallVector<int64_t>>> tables) {
  SmallVector<int64_t> offsets, sizes, strides;
  SmallVector<int64_t> shape(shapeOf(input));
  SmallVector<Value> rest(tables.size());
  for (auto [dim, table] : llvm::enumerate(tables)) {
    std::optional<int64_t> step = table ? stepOf(*table) : 1;
    bool sliced = table && step;
    offsets.push_back(sliced && !table->empty() ? table->front() : 0);
    sizes.push_back(sliced ? int64_t(table->size()) : shape[dim]);
    strides.push_back(sliced ? *step : 1);
    if (table && !sliced)
      rest[dim] = builder.ints(*table);
    shape[dim] = table ? int64_t(table->size()) : shape[dim];
  }
  input = builder.slice(input, offsets, sizes, strides);
  if (llvm::none_of(rest, [](Value table) { return bool(table); }))
    return input;
  return generate(builder, shape, elementOf(input),
                  [&](OpBuilder &nested, Location loc, ValueRange indices) -> Value {
                    SmallVector<Value> at(indices);
                    for (auto [index, table] : llvm::zip_equal(at, rest))
                      if (table) {
                        Value entry = tensor::ExtractOp::create(nested, loc, table, index);
                        index =
                            arith::IndexCastOp::create(nested, loc, nested.getIndexType(), entry);
                      }
                    return tensor::ExtractOp::create(nested, loc, input, at);
                  });
}

Value import::readPosition(OpBuilder &builder, Location loc, Value indices, ValueRange at,
                           int64_t size) {
  Value entry = tensor::ExtractOp::create(builder, loc, indices, at);
  Value position = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), entry);
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  Value zero = index(0);
  Value negative = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, position, zero);
  Value wrapped = arith::AddIOp::create(builder, loc, position, index(size));
  position = arith::SelectOp::create(builder, loc, negative, wrapped, position);
  position = arith::MaxSIOp::create(builder, loc, position, zero);
  return arith::MinSIOp::create(builder, loc, position, index(size - 1));
}

LogicalResult import::checkIndices(NodeConversion &node, unsigned operand, Shape sizes) {
  if (countOf(node.shape(operand)) == 0)
    return success();
  if (llvm::is_contained(sizes, 0))
    return node.unsupported("expected data that is not empty where it is indexed");
  if (!node.constantValue(operand))
    return success();
  FailureOr<SmallVector<int64_t>> indices = node.constantInts(operand);
  if (failed(indices))
    return failure();
  for (auto [at, index] : llvm::enumerate(*indices)) {
    int64_t size = sizes[at % sizes.size()];
    if (index < -size || index >= size)
      return node.unsupported("expected indices from " + Twine(-size) + " to " + Twine(size - 1) +
                              ", got " + Twine(index));
  }
  return success();
}

static SmallVector<OpFoldResult> origin(TensorBuilder &builder, int64_t rank, int64_t dim,
                                        Value index) {
  SmallVector<OpFoldResult> offsets(rank, builder.builder.getIndexAttr(0));
  offsets[dim] = index;
  return offsets;
}

Value import::readAt(TensorBuilder &builder, Value input, int64_t dim, Value index) {
  SmallVector<int64_t> shape(shapeOf(input));
  shape[dim] = 1;
  SmallVector<OpFoldResult> strides(shape.size(), builder.builder.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(
      builder.builder, builder.loc, RankedTensorType::get(shape, elementOf(input)), input,
      origin(builder, shape.size(), dim, index),
      getAsIndexOpFoldResult(builder.builder.getContext(), shape), strides);
}

Value import::writeAt(TensorBuilder &builder, Value part, Value into, int64_t dim, Value index) {
  Shape shape = shapeOf(part);
  SmallVector<OpFoldResult> strides(shape.size(), builder.builder.getIndexAttr(1));
  return tensor::InsertSliceOp::create(
      builder.builder, builder.loc, part, into, origin(builder, shape.size(), dim, index),
      getAsIndexOpFoldResult(builder.builder.getContext(), shape), strides);
}

SmallVector<Value>
import::repeat(TensorBuilder &builder, int64_t count, ValueRange initial,
               function_ref<SmallVector<Value>(TensorBuilder &, Value, ValueRange)> body) {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder.builder, builder.loc, value);
  };
  auto loop =
      scf::ForOp::create(builder.builder, builder.loc, index(0), index(count), index(1), initial,
                         [&](OpBuilder &nested, Location loc, Value at, ValueRange carried) {
                           TensorBuilder inside{nested, loc};
                           scf::YieldOp::create(nested, loc, body(inside, at, carried));
                         });
  return llvm::to_vector_of<Value>(loop.getResults());
}

Value import::readScalar(TensorBuilder &builder, Value tensor) {
  Value scalar = builder.reshape(tensor, {});
  return builder.builder.createOrFold<tensor::ExtractOp>(builder.loc, scalar, ValueRange());
}

LogicalResult import::checkPositions(NodeConversion &node, int64_t size) {
  constexpr int64_t most = 1 << 24;
  if (size <= most)
    return success();
  return node.unsupported("expected at most " + Twine(most) + " positions along a dimension, got " +
                          Twine(size));
}

LogicalResult import::checkSize(NodeConversion &node, Shape shape) {
  ImportLimits limits;
  if (int64_t(shape.size()) > limits.rank)
    return node.unsupported("expected at most " + Twine(limits.rank) + " dimensions, got " +
                            Twine(shape.size()));
  if (llvm::is_contained(shape, 0))
    return success();
  int64_t most = limits.elements;
  for (int64_t size : shape) {
    if (size < 0)
      return node.unsupported("expected sizes of at least 0, got " + Twine(size));
    if (size > most)
      return node.unsupported("expected at most " + Twine(limits.elements) +
                              " elements in a result");
    most /= size;
  }
  return success();
}

FailureOr<Type> import::resultElement(NodeConversion &node, unsigned result) {
  auto type = dyn_cast<TensorType>(node.node->getResult(result).getType());
  Type element = type ? signlessType(type.getElementType()) : Type();
  if (element)
    return element;
  return node.unsupported("expected a result of known element type");
}

FailureOr<std::optional<SmallVector<int64_t>>> import::axesOf(NodeConversion &node,
                                                              unsigned index) {
  if (node.operand(index)) {
    FailureOr<SmallVector<int64_t>> axes = node.constantInts(index);
    if (failed(axes))
      return failure();
    return std::optional(*axes);
  }
  if (node.has("axes"))
    return std::optional(node.ints("axes"));
  return std::optional<SmallVector<int64_t>>();
}
