// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Support/ProductWeights.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace pith;

namespace {

/// The constant behind a value, inside of a group or not; null if there is none.
Attribute constantOf(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    if (auto group = dyn_cast_or_null<GroupOp>(argument.getOwner()->getParentOp()))
      value = group.getInputs()[argument.getArgNumber()];
  Attribute constant;
  matchPattern(value, m_Constant(&constant));
  return constant;
}

std::optional<ConstantReader> readerOf(Value value) {
  Attribute constant = constantOf(value);
  if (!constant || !getElementTypeOrSelf(value.getType()).isInteger(8))
    return std::nullopt;
  FailureOr<ConstantReader> reader =
      ConstantReader::create(constant, [] { return InFlightDiagnostic(); });
  return succeeded(reader) ? std::optional(std::move(*reader)) : std::nullopt;
}

int64_t number(char code, bool isSigned) {
  return isSigned ? int64_t(int8_t(code)) : int64_t(uint8_t(code));
}

} // namespace

std::optional<ProductWeights> ProductWeights::of(Operation *op) {
  Value activations, weights, zeroPoint;
  bool isSigned;
  if (auto conv = dyn_cast<ConvOp>(op); conv && conv.getGroups() == 1) {
    activations = conv.getInput(), weights = conv.getFilter();
    zeroPoint = conv.getFilterZeroPoint(), isSigned = conv.getFilterSigned();
  } else if (auto matmul = dyn_cast<MatmulOp>(op)) {
    activations = matmul.getLhs(), weights = matmul.getRhs();
    zeroPoint = matmul.getRhsZeroPoint(), isSigned = matmul.getRhsSigned();
  } else {
    return std::nullopt;
  }
  if (!getElementTypeOrSelf(activations.getType()).isInteger(8))
    return std::nullopt;
  std::optional<ConstantReader> reader = readerOf(weights);
  if (!reader)
    return std::nullopt;
  ProductWeights result(std::move(*reader));
  result.isSigned = isSigned;

  ArrayRef<int64_t> shape = cast<RankedTensorType>(weights.getType()).getShape();
  if (auto conv = dyn_cast<ConvOp>(op)) {
    result.numChannels = shape.front();
    result.pixelRun = shape.back();
    int64_t across = shape.size() > 2 ? shape[shape.size() - 2] : 1;
    bool isDense = conv.getDilations().empty() || conv.getDilations().back() == 1;
    result.rowRun = result.pixelRun * (isDense ? across : 1);
    result.numTerms = ShapedType::getNumElements(shape.drop_front());
  } else {
    auto matmul = cast<MatmulOp>(op);
    if (ShapedType::getNumElements(shape.drop_back(2)) != 1 || matmul.getTransposeLhs())
      return std::nullopt;
    result.inColumns = !matmul.getTransposeRhs();
    result.numChannels = shape[shape.size() - (result.inColumns ? 1 : 2)];
    result.numTerms = shape[shape.size() - (result.inColumns ? 2 : 1)];
    result.rowRun = result.pixelRun = result.numTerms;
  }
  if (!result.numChannels || !result.numTerms)
    return std::nullopt;

  result.zeroPoints = {0};
  if (zeroPoint) {
    std::optional<ConstantReader> zeros = readerOf(zeroPoint);
    if (!zeros || (zeros->numElements() != 1 && zeros->numElements() != result.numChannels))
      return std::nullopt;
    std::vector<char> codes(zeros->numElements());
    zeros->read(0, codes);
    result.zeroPoints.clear();
    for (char code : codes)
      result.zeroPoints.push_back(number(code, isSigned));
  }
  return result;
}

LogicalResult ProductWeights::read(int64_t first, int64_t count,
                                   std::vector<int8_t> &weights) const {
  std::vector<char> codes(count * numTerms);
  weights.resize(codes.size());
  if (inColumns)
    for (int64_t k = 0; k < numTerms; ++k)
      reader.read(k * numChannels + first, MutableArrayRef(codes).slice(k * count, count));
  else
    reader.read(first * numTerms, codes);
  for (int64_t channel = 0; channel < count; ++channel) {
    int64_t zero = zeroPoints[zeroPoints.size() == 1 ? 0 : first + channel];
    for (int64_t k = 0; k < numTerms; ++k) {
      int64_t place = inColumns ? k * count + channel : channel * numTerms + k;
      int64_t weight = number(codes[place], isSigned) - zero;
      if (weight < INT8_MIN || weight > INT8_MAX)
        return failure();
      weights[channel * numTerms + k] = int8_t(weight);
    }
  }
  return success();
}
