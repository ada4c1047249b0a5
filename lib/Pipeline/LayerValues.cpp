// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Pipeline/LayerValues.h"
#include "dialects/Pith/PithOps.h"
#include "pith/Support/CompareArrays.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include <cmath>

using namespace mlir;
using namespace pith;

static constexpr double infinity = std::numeric_limits<double>::infinity();

static ElementType elementTypeOf(Type type, bool isUnsigned) {
  if (type.isF16())
    return ElementType::F16;
  if (type.isBF16())
    return ElementType::BF16;
  if (type.isF64())
    return ElementType::F64;
  if (isa<FloatType>(type))
    return type.getIntOrFloatBitWidth() == 8 ? ElementType::U8 : ElementType::F32;
  switch (type.getIntOrFloatBitWidth()) {
  case 8:
    return isUnsigned ? ElementType::U8 : ElementType::I8;
  case 16:
    return isUnsigned ? ElementType::U16 : ElementType::I16;
  case 32:
    return isUnsigned ? ElementType::U32 : ElementType::I32;
  default:
    return isUnsigned ? ElementType::U64 : ElementType::I64;
  }
}

/// Codes with constant parameters for the whole tensor.
template <typename Op> static std::optional<CodeMeaning> parametersOf(Op op) {
  DenseElementsAttr scale, zeroPoint;
  if (!matchPattern(op.getScale(), m_Constant(&scale)) || !scale.isSplat() ||
      !scale.getElementType().isF32())
    return std::nullopt;
  CodeMeaning meaning;
  meaning.scale = scale.getSplatValue<float>();
  meaning.isSigned = op.getIsSigned();
  if (Value value = op.getZeroPoint()) {
    if (!matchPattern(value, m_Constant(&zeroPoint)) || !zeroPoint.isSplat())
      return std::nullopt;
    APInt bits = zeroPoint.getSplatValue<APInt>();
    meaning.zeroPoint = meaning.isSigned ? bits.getSExtValue() : int64_t(bits.getZExtValue());
  }
  return meaning;
}

static CodeMeaning meaningOf(CodesAttr codes) {
  return {codes.getScale().getValue().convertToFloat(), codes.getZeroPoint(), codes.getIsSigned()};
}

static std::optional<CodeMeaning> meaningOf(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (auto codes = op->getAttrOfType<CodesAttr>(codesAttrName))
      return meaningOf(codes);
    if (auto quantize = dyn_cast<QuantizeOp>(op))
      return parametersOf(quantize);
    if (auto requantize = dyn_cast<RequantizeOp>(op))
      return parametersOf(requantize);
    auto pool = dyn_cast<PoolOp>(op);
    bool moves = isa<TapOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::ExtractSliceOp,
                     tensor::PadOp, linalg::TransposeOp>(op) ||
                 (pool && pool.getKind() == PoolKind::Max);
    if (auto concat = dyn_cast<tensor::ConcatOp>(op)) {
      std::optional<CodeMeaning> first = meaningOf(concat.getOperand(0));
      bool alike = llvm::all_of(concat.getOperands(),
                                [&](Value operand) { return meaningOf(operand) == first; });
      return alike ? first : std::nullopt;
    }
    if (!moves)
      break;
    value = op->getOperand(0);
  }
  if (auto argument = dyn_cast<BlockArgument>(value))
    if (auto function = dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp()))
      if (auto codes = function.getArgAttrOfType<CodesAttr>(argument.getArgNumber(), codesAttrName))
        return meaningOf(codes);
  return std::nullopt;
}

LayerFormat pith::formatOf(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  LayerFormat format;
  if (type.getElementType().isInteger(8) || type.getElementType().isInteger(16))
    format.codes = meaningOf(value);
  format.type = elementTypeOf(type.getElementType(), format.codes && !format.codes->isSigned);
  format.shape.assign(type.getShape().begin(), type.getShape().end());
  return format;
}

bool pith::areComparable(const LayerFormat &a, const LayerFormat &b) {
  auto isReal = [](const LayerFormat &format) { return format.isFloat() || format.codes; };
  return a.shape == b.shape && (a.sameNumbers(b) || (isReal(a) && isReal(b)));
}

/// The element in its own unit, computed as dequantize_c1 does.
static double realAt(const Array &array, const LayerFormat &format, int64_t index) {
  double raw = elementAsDouble(array, index);
  if (!format.codes)
    return raw;
  return float(int64_t(raw) - format.codes->zeroPoint) * format.codes->scale;
}

template <typename T> static void store(Array &array, int64_t index, T value) {
  std::memcpy(&array.data[index * sizeof(T)], &value, sizeof(T));
}

static void storeFloat(Array &array, int64_t index, double value) {
  auto half = [&](const llvm::fltSemantics &semantics) {
    llvm::APFloat number(value);
    bool lost;
    number.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &lost);
    store(array, index, uint16_t(number.bitcastToAPInt().getZExtValue()));
  };
  switch (array.type) {
  case ElementType::F16:
    return half(llvm::APFloat::IEEEhalf());
  case ElementType::BF16:
    return half(llvm::APFloat::BFloat());
  case ElementType::F64:
    return store(array, index, value);
  default:
    return store(array, index, float(value));
  }
}

/// As quantize_c1 to c3: a float division, half to even, saturated.
static void storeCode(Array &array, int64_t index, double value, const CodeMeaning &codes) {
  unsigned bits = 8 * byteWidth(array.type);
  double least = codes.isSigned ? -double(1 << (bits - 1)) : 0;
  double greatest = codes.isSigned ? double((1 << (bits - 1)) - 1) : double((1 << bits) - 1);
  double code = std::isnan(value)
                    ? double(codes.zeroPoint)
                    : std::nearbyint(float(value) / codes.scale) + double(codes.zeroPoint);
  int64_t clamped = int64_t(std::min(std::max(code, least), greatest));
  if (bits == 8)
    store(array, index, uint8_t(clamped));
  else
    store(array, index, uint16_t(clamped));
}

Array pith::convert(const Array &array, const LayerFormat &from, const LayerFormat &to) {
  if (from.sameNumbers(to))
    return array;
  Array result{array.name, to.type, to.shape, {}};
  result.data.resize(size_t(array.numElements()) * byteWidth(to.type));
  for (int64_t i = 0, count = array.numElements(); i < count; ++i) {
    double value = realAt(array, from, i);
    if (to.codes)
      storeCode(result, i, value, *to.codes);
    else
      storeFloat(result, i, value);
  }
  return result;
}

void pith::addDistance(Distance &distance, const Array &a, const LayerFormat &formatA,
                       const Array &b, const LayerFormat &formatB) {
  // Codes of one meaning are compared as codes.
  bool asCodes = formatA.codes && formatA.sameNumbers(formatB);
  bool exact = !formatA.isFloat() && formatA.sameNumbers(formatB);
  size_t width = byteWidth(a.type);
  int64_t count = a.numElements();
  distance.elements += uint64_t(count);
  for (int64_t i = 0; i < count; ++i) {
    double left = realAt(a, formatA, i), right = realAt(b, formatB, i);
    if (std::isfinite(left))
      distance.signal += left * left;
    bool equal = exact ? !std::memcmp(&a.data[size_t(i) * width], &b.data[size_t(i) * width], width)
                       : left == right || (std::isnan(left) && std::isnan(right));
    if (equal)
      continue;
    ++distance.differing;
    double apart = std::isfinite(left) && std::isfinite(right) ? std::fabs(left - right) : infinity;
    distance.noise += apart * apart;
    if (asCodes)
      apart = std::fabs(elementAsDouble(a, i) - elementAsDouble(b, i));
    distance.maxDifference = std::max(distance.maxDifference, apart);
  }
}

std::optional<double> Distance::sqnr() const {
  double ratio = 10 * std::log10(signal / noise);
  return std::isfinite(ratio) ? std::optional<double>(ratio) : std::nullopt;
}
