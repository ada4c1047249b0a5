// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Codes take any value of their type. For each output the terms of one sign are
// added apart: no order of summation leaves the two sums.
#include "lib/Quantize/SumRange.h"
#include "dialects/Pith/ConstantReader.h"
#include "lib/Quantize/Codes.h"

using namespace mlir;
using namespace pith;
using namespace pith::quantize;

namespace {

/// What one factor can be, its zero point taken off.
struct Interval {
  int64_t low = 0, high = 0;
};

/// All codes of the operand's type, less any of its zero points.
Interval intervalOf(Value codes, Value zeroPoint, bool isSigned) {
  unsigned width = tensorOf(codes).getElementType().getIntOrFloatBitWidth();
  if (width > 32)
    return {INT32_MIN, INT32_MAX};                   // sums of these are not folded
  if (auto unpack = codes.getDefiningOp<UnpackOp>()) // bytes of fewer bits
    width = unpack.getWidth();
  int64_t least = isSigned ? -(int64_t(1) << (width - 1)) : 0;
  int64_t greatest = least + (int64_t(1) << width) - 1;
  if (!zeroPoint)
    return {least, greatest};
  auto zero = integersOf(zeroPoint, isSigned);
  if (!zero || zero->empty())
    return {least - greatest, greatest - least};
  auto [fewest, most] = std::minmax_element(zero->begin(), zero->end());
  return {least - *most, greatest - *fewest};
}

/// The weights that one output adds up, less their zero point.
struct Weights {
  Value tensor, zeroPoint;
  bool isSigned;
  /// Weight `i` belongs to output `i / inner % outputs`.
  int64_t outputs, inner;
};

/// For each output, the sums of its weights of either sign; nothing where the
/// weights are not constant.
std::optional<SmallVector<Interval>> weightSums(const Weights &weights) {
  Attribute value;
  RankedTensorType type = tensorOf(weights.tensor);
  if (!matchPattern(weights.tensor, m_Constant(&value)))
    return std::nullopt;
  unsigned width = type.getElementType().getIntOrFloatBitWidth();
  if (width != 8 && width != 16)
    return std::nullopt;
  SmallVector<int64_t> zero;
  if (weights.zeroPoint) {
    auto values = integersOf(weights.zeroPoint, weights.isSigned);
    if (!values || (values->size() != 1 && int64_t(values->size()) != weights.outputs))
      return std::nullopt;
    zero = *values;
  }
  auto reader = ConstantReader::create(value, [] { return InFlightDiagnostic(); });
  if (failed(reader))
    return std::nullopt;
  SmallVector<Interval> sums(weights.outputs);
  int64_t bytes = width / 8, count = type.getNumElements();
  constexpr int64_t tile = 1 << 16;
  std::vector<char> data(size_t(std::min(tile, count) * bytes));
  for (int64_t first = 0; first < count; first += tile) {
    int64_t size = std::min(tile, count - first);
    reader->read(first, MutableArrayRef<char>(data).take_front(size * bytes));
    for (int64_t i = 0; i < size; ++i) {
      int64_t output = (first + i) / weights.inner % weights.outputs;
      uint16_t bits = uint8_t(data[i * bytes]);
      if (bytes == 2)
        bits |= uint16_t(uint8_t(data[i * bytes + 1])) << 8;
      int64_t weight = weights.isSigned ? (bytes == 2 ? int16_t(bits) : int8_t(bits)) : bits;
      if (!zero.empty())
        weight -= zero[zero.size() == 1 ? 0 : output];
      (weight < 0 ? sums[output].low : sums[output].high) += weight;
    }
  }
  return sums;
}

/// Sums of `terms` products, and one bias each.
SumRange sumOfProducts(const Interval &codes, std::optional<SmallVector<Interval>> sums,
                       const Interval &anyWeight, int64_t outputs, int64_t terms, Value bias) {
  auto biases = bias ? integersOf(bias, /*isSigned=*/true) : std::nullopt;
  SumRange result;
  int64_t low = std::min<int64_t>(codes.low, 0), high = std::max<int64_t>(codes.high, 0);
  for (int64_t output = 0; output < outputs; ++output) {
    __int128 above, below;
    if (sums) {
      Interval weights = (*sums)[output];
      above = __int128(weights.high) * high + __int128(weights.low) * low;
      below = __int128(weights.high) * low + __int128(weights.low) * high;
    } else {
      __int128 corners[] = {__int128(low) * anyWeight.low, __int128(low) * anyWeight.high,
                            __int128(high) * anyWeight.low, __int128(high) * anyWeight.high};
      above = std::max<__int128>(0, *std::max_element(std::begin(corners), std::end(corners)));
      below = std::min<__int128>(0, *std::min_element(std::begin(corners), std::end(corners)));
      above *= terms;
      below *= terms;
    }
    if (biases) {
      int64_t value = (*biases)[output];
      (value < 0 ? below : above) += value;
    } else if (bias) {
      above += INT32_MAX;
      below += INT32_MIN;
    }
    result.high = std::max(result.high, above);
    result.low = std::min(result.low, below);
    if (!sums && !biases)
      break;
  }
  return result;
}

SumRange sumOfCodes(Value input, Value zeroPoint, bool isSigned, int64_t terms) {
  Interval codes = intervalOf(input, zeroPoint, isSigned);
  return {__int128(std::min<int64_t>(codes.low, 0)) * terms,
          __int128(std::max<int64_t>(codes.high, 0)) * terms};
}

} // namespace

SumRange quantize::rangeOf(ConvOp op) {
  RankedTensorType filter = tensorOf(op.getFilter());
  int64_t filters = filter.getDimSize(0), terms = filters ? filter.getNumElements() / filters : 0;
  Weights weights{op.getFilter(), op.getFilterZeroPoint(), op.getFilterSigned(), filters,
                  std::max<int64_t>(terms, 1)};
  return sumOfProducts(intervalOf(op.getInput(), op.getInputZeroPoint(), op.getInputSigned()),
                       weightSums(weights),
                       intervalOf(op.getFilter(), op.getFilterZeroPoint(), op.getFilterSigned()),
                       filters, terms, op.getBias());
}

SumRange quantize::rangeOf(MatmulOp op) {
  RankedTensorType rhs = tensorOf(op.getRhs());
  int64_t rank = rhs.getRank(), columns = rhs.getDimSize(rank - (op.getTransposeRhs() ? 2 : 1));
  int64_t terms = rhs.getDimSize(rank - (op.getTransposeRhs() ? 1 : 2));
  std::optional<SmallVector<Interval>> sums;
  bool oneMatrix = rhs.getNumElements() == columns * terms;
  bool plainZero = !op.getRhsZeroPoint() || isOneNumber(op.getRhsZeroPoint()) ||
                   tensorOf(op.getRhsZeroPoint()).getNumElements() == columns;
  if (oneMatrix && plainZero)
    sums = weightSums({op.getRhs(), op.getRhsZeroPoint(), op.getRhsSigned(), columns,
                       op.getTransposeRhs() ? std::max<int64_t>(terms, 1) : 1});
  return sumOfProducts(intervalOf(op.getLhs(), op.getLhsZeroPoint(), op.getLhsSigned()), sums,
                       intervalOf(op.getRhs(), op.getRhsZeroPoint(), op.getRhsSigned()), columns,
                       terms, op.getBias());
}

SumRange quantize::rangeOf(PoolOp op) {
  int64_t taps = 1;
  for (int64_t size : op.getWindow())
    taps *= size;
  return sumOfCodes(op.getInput(), op.getZeroPoint(), op.getIsSigned(), taps);
}

SumRange quantize::rangeOf(ReduceOp op) {
  int64_t terms = 1;
  for (int64_t dim : op.getDims())
    terms *= tensorOf(op.getInput()).getDimSize(dim);
  return sumOfCodes(op.getInput(), op.getZeroPoint(), op.getIsSigned(), terms);
}

DenseI64ArrayAttr quantize::toAttribute(MLIRContext *context, const SumRange &range) {
  if (!range.fits(64))
    return {};
  return DenseI64ArrayAttr::get(context, {int64_t(range.low), int64_t(range.high)});
}
