// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Ops/Bounded.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Scalars.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

// More places are made only where the model or the user asks for them.
static constexpr int64_t mostUnasked = int64_t(1) << 16;

FailureOr<Picked> import::pickedFrom(NodeConversion &node) {
  if (!node.has("axis"))
    return Picked{node.reshape(node.operand(0), {countOf(node.shape(0))}), 0};
  FailureOr<int64_t> axis = node.dim(node.i64("axis"), node.rank(0));
  if (failed(axis))
    return failure();
  return Picked{node.operand(0), *axis};
}

FailureOr<int64_t> import::boundOf(NodeConversion &node, ArrayRef<OpenDim> open, int64_t largest) {
  for (auto [result, dim] : open) {
    auto type = result < node.numResults()
                    ? dyn_cast<RankedTensorType>(node.node->getResult(result).getType())
                    : RankedTensorType();
    if (type && dim < type.getRank() && !type.isDynamicDim(dim))
      return type.getDimSize(dim);
  }
  if (largest <= mostUnasked)
    return largest;
  auto [result, dim] = open.front();
  StringRef name = cast<StringAttr>(node.node.getResultNames()[result]).getValue();
  return node.invalid("there may be up to " + Twine(largest) +
                          " results, and the model does not say for how many there is a place",
                      "give a bound, for example --dim " + name + ":" + Twine(dim) +
                          "=1000; what is beyond it is cut off");
}

TruePlaces::TruePlaces(TensorBuilder &builder, Value bits)
    : builder(builder), size(countOf(shapeOf(bits))) {
  Type i64 = builder.builder.getI64Type();
  levels = llvm::Log2_64_Ceil(size);
  int64_t leaves = int64_t(1) << levels;
  Value level = builder.map(bits, i64, [&](OpBuilder &b, Location loc, ValueRange in) -> Value {
    return arith::ExtUIOp::create(b, loc, i64, in[0]);
  });
  Value none = arith::ConstantIntOp::create(builder.builder, builder.loc, 0, 64);
  level = builder.pad(level, {0}, {leaves - size}, none);
  SmallVector<Value> all = {level};
  for (int64_t nodes = leaves / 2; nodes > 0; nodes /= 2) {
    Value pairs = builder.reshape(level, {nodes, 2});
    level = ReduceOp::create(builder.builder, builder.loc, RankedTensorType::get({nodes}, i64),
                             ReduceKind::Sum, pairs, ArrayRef<int64_t>{1}, /*keep_dims=*/false,
                             /*is_signed=*/true);
    all.push_back(level);
  }
  std::reverse(all.begin(), all.end());
  sums = builder.concat(all, 0);
}

Value TruePlaces::places(int64_t bound) {
  Type i64 = builder.builder.getI64Type();
  return generate(builder, {bound}, i64, [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
    Scalars s{b, loc};
    auto sumAt = [&](Value node) {
      Value index = s.make<arith::IndexCastOp>(b.getIndexType(), node);
      return tensor::ExtractOp::create(b, loc, sums, index).getResult();
    };
    // Nodes are numbered through all levels: below i are 2 i + 1 and 2 i + 2.
    Value one = s.number(i64, 1), rank = s.make<arith::IndexCastOp>(i64, at[0]);
    Value total = sumAt(s.number(i64, 0)), isThere = s.less(rank, total);
    Value node = s.number(i64, 0);
    for (int64_t level = 0; level < levels; ++level) {
      Value left = s.add(s.add(node, node), one), before = sumAt(left);
      Value isLeft = s.less(rank, before);
      node = s.select(isLeft, left, s.add(left, one));
      rank = s.select(isLeft, rank, s.sub(rank, before));
    }
    Value place = s.sub(node, s.number(i64, double((int64_t(1) << levels) - 1)));
    return s.select(isThere, place, s.number(i64, -1));
  });
}

Value TruePlaces::count(int64_t bound) {
  Value total = builder.slice(sums, {0}, {1});
  return builder.map(total, elementOf(total), [&](OpBuilder &b, Location loc, ValueRange in) {
    Scalars s{b, loc};
    return s.min(in[0], s.number(in[0].getType(), double(bound)));
  });
}

Value import::pick(TensorBuilder &builder, Value input, int64_t dim, Value places) {
  SmallVector<int64_t> shape(shapeOf(input));
  int64_t size = std::exchange(shape[dim], countOf(shapeOf(places)));
  Type element = elementOf(input);
  return generate(builder, shape, element, [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
    Scalars s{b, loc};
    Value place = tensor::ExtractOp::create(b, loc, places, at[dim]);
    Value isThere = s.lessOrEqual(s.number(place.getType(), 0), place);
    SmallVector<Value> from(at);
    // -1 stands for the last element, so that there always is one to read.
    from[dim] = readPosition(b, loc, places, at[dim], size);
    Value none = arith::ConstantOp::create(b, loc, b.getZeroAttr(element));
    return s.select(isThere, tensor::ExtractOp::create(b, loc, input, from), none);
  });
}
