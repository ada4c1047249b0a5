// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Float operators of com.microsoft, most of them several of ONNX in one.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"
#include "lib/Import/Ops/FloatOperators.h"
#include "lib/Import/Ops/Products.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// Whether the operands that are there have the element type of the first, a float.
LogicalResult checkFloats(NodeConversion &node) {
  Type element = node.onnxElement(0);
  for (unsigned index = 0; index < node.numOperands(); ++index)
    if (!isa<FloatType>(element) || (node.operand(index) && node.onnxElement(index) != element))
      return node.unsupported("expected operands of one float type");
  return success();
}

/// The activation that attributes name; null parameters have their defaults.
LogicalResult activate(NodeConversion &node, Value &value) {
  StringRef name = node.string("activation");
  SmallVector<double> given = node.floats("activation_params");
  auto parameter = [&](size_t index, double standard) {
    return index < given.size() ? given[index] : double(float(standard));
  };
  auto apply = [&](ElementBody body) {
    value = mapFloats(static_cast<TensorBuilder &>(node), value, shapeOf(value), body);
    return success();
  };
  if (name.empty())
    return success();
  if (name == "Relu")
    return apply([](Scalars s, ValueRange x) { return s.max(x[0], s.number(x[0].getType(), 0)); });
  if (name == "Sigmoid")
    return apply([](Scalars s, ValueRange x) { return s.sigmoid(x[0]); });
  if (name == "Tanh")
    return apply([](Scalars s, ValueRange x) { return s.make<math::TanhOp>(x[0]); });
  if (name == "LeakyRelu")
    return apply([&](Scalars s, ValueRange x) { return leakyRelu(s, x[0], parameter(0, 0.01)); });
  if (name == "HardSigmoid")
    return apply([&](Scalars s, ValueRange x) {
      return hardSigmoid(s, x[0], parameter(0, 0.2), parameter(1, 0.5));
    });
  if (name == "Clip" && given.size() == 2)
    return apply([&](Scalars s, ValueRange x) {
      Type type = x[0].getType();
      return s.min(s.max(x[0], s.number(type, given[0])), s.number(type, given[1]));
    });
  return node.unsupported("expected activation Relu, Sigmoid, Tanh, LeakyRelu, HardSigmoid, or "
                          "Clip with two parameters, got '" +
                          name + "'");
}

/// activation(conv(x, w) + b + z)
LogicalResult convertFusedConv(NodeConversion &node) {
  if (failed(checkFloats(node)))
    return failure();
  auto sum = convolve(node, node.operand(0), node.operand(1), node.operand(2));
  if (failed(sum))
    return failure();
  Value value = *sum;
  if (Value more = node.operand(3)) {
    if (shapeOf(more) != shapeOf(value))
      return node.unsupported("expected an addend of the result's shape");
    value = mapFloats(static_cast<TensorBuilder &>(node), {value, more}, shapeOf(value),
                      [](Scalars s, ValueRange x) { return s.add(x[0], x[1]); });
  }
  return failed(activate(node, value)) ? failure() : node.replace(value);
}

/// With `batched`, dimension 0 goes behind the leading ones; with `plain`, the
/// last two change places.
Value turnMatrix(NodeConversion &node, Value value, bool plain, bool batched) {
  int64_t rank = shapeOf(value).size();
  if (rank < 2)
    return value;
  SmallVector<int64_t> permutation = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (batched)
    std::rotate(permutation.begin(), permutation.begin() + 1, permutation.end() - 1);
  if (plain)
    std::swap(permutation[rank - 2], permutation[rank - 1]);
  return node.transpose(value, permutation);
}

/// alpha * a * b
LogicalResult convertFusedMatMul(NodeConversion &node) {
  if (failed(checkFloats(node)))
    return failure();
  double alpha = node.f32("alpha", 1);
  Value lhs = turnMatrix(node, node.operand(0), node.i64("transA"), node.i64("transBatchA"));
  Value rhs = turnMatrix(node, node.operand(1), node.i64("transB"), node.i64("transBatchB"));
  auto product = matrixProduct(node, lhs, rhs);
  if (failed(product))
    return failure();
  if (alpha == 1)
    return node.replace(*product);
  return node.replace(mapFloats(
      static_cast<TensorBuilder &>(node), *product, shapeOf(*product),
      [=](Scalars s, ValueRange x) { return s.mul(s.number(x[0].getType(), alpha), x[0]); }));
}

/// gelu(x + bias), by erf or by tanh; the bias may be absent.
template <bool isTanh> LogicalResult convertGelu(NodeConversion &node) {
  if (failed(checkFloats(node)))
    return failure();
  if (node.numOperands() > 2)
    return node.unsupported("expected at most 2 operands");
  return mapFloats(node, [](Scalars s, ValueRange x) {
    return gelu(s, x.size() == 2 ? s.add(x[0], x[1]) : x[0], isTanh);
  });
}

/// The norm of input + skip + bias: input, skip, gamma, beta, bias.
LogicalResult convertSkipLayerNormalization(NodeConversion &node) {
  if (failed(checkFloats(node)))
    return failure();
  SmallVector<Value> inputs{node.operand(0), node.operand(1)};
  if (Value bias = node.operand(4))
    inputs.push_back(bias);
  auto shape = node.broadcastOperands(inputs);
  if (failed(shape))
    return failure();
  if (Shape(*shape) != node.shape(0) || node.rank(0) < 1)
    return node.unsupported("expected a skip and a bias that broadcast to the input");
  int64_t last = node.rank(0) - 1;
  for (unsigned index : {2, 3})
    if (node.operand(index) && node.shape(index) != Shape{node.shape(0)[last]})
      return node.unsupported("expected one gamma and one beta for each entry of the last "
                              "dimension");
  Value sum =
      mapFloats(static_cast<TensorBuilder &>(node), inputs, *shape, [](Scalars s, ValueRange x) {
        Value result = s.add(x[0], x[1]);
        return x.size() == 3 ? s.add(result, x[2]) : result;
      });
  auto result = normalize(node, NormKind::Layer, sum, node.operand(2), node.operand(3), {last},
                          node.f32("epsilon", 1e-12));
  if (failed(result))
    return failure();
  // Mean and inverse deviation are for training; `replace` refuses them.
  SmallVector<Value> results(node.numResults());
  results[0] = *result;
  if (results.size() > 3)
    results[3] = sum;
  return node.replace(results);
}

} // namespace

void import::addContribFusedConverters(ConverterTable &table) {
  table.add({microsoftDomain, "FusedConv", 1, 1, convertFusedConv, {0, 1}});
  table.add({microsoftDomain, "FusedMatMul", 1, 1, convertFusedMatMul, {0, 1}});
  table.add({microsoftDomain, "Gelu", 1, 1, convertGelu<false>, {0}});
  table.add({microsoftDomain, "FastGelu", 1, 1, convertGelu<true>, {0}});
  table.add(
      {microsoftDomain, "SkipLayerNormalization", 1, 1, convertSkipLayerNormalization, {0, 1, 2}});
}
