// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantize/Codes.h"
#include "dialects/Pith/ConstantReader.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace mlir;
using namespace pith;
using namespace pith::quantize;

int64_t TensorParameters::quantize(float x) const {
  return quantizeNumber(x, scale, zeroPoint, width, isSigned);
}

float TensorParameters::dequantize(int64_t code) const { return float(code - zeroPoint) * scale; }

/// The bytes of a constant of moderate size, wherever it lies.
static std::optional<std::vector<char>> bytesOf(Value value) {
  constexpr int64_t most = 1 << 24;
  Attribute constant;
  if (!matchPattern(value, m_Constant(&constant)) || tensorOf(value).getNumElements() > most)
    return std::nullopt;
  // Bytes that are not loaded are an error of who needs them: here they are unknown.
  auto reader = ConstantReader::create(constant, [] { return InFlightDiagnostic(); });
  if (failed(reader))
    return std::nullopt;
  std::vector<char> bytes(storageBytes(tensorOf(value)));
  reader->read(0, bytes);
  return bytes;
}

std::optional<SmallVector<float>> quantize::scalesOf(Value scale) {
  if (!tensorOf(scale).getElementType().isF32())
    return std::nullopt;
  auto bytes = bytesOf(scale);
  if (!bytes)
    return std::nullopt;
  SmallVector<float> values(bytes->size() / sizeof(float));
  std::memcpy(values.data(), bytes->data(), bytes->size());
  return values;
}

std::optional<SmallVector<int64_t>> quantize::integersOf(Value value, bool isSigned) {
  Type element = tensorOf(value).getElementType();
  auto bytes = element.isSignlessInteger() ? bytesOf(value) : std::nullopt;
  if (!bytes)
    return std::nullopt;
  SmallVector<int64_t> values;
  unsigned width = elementBytes(element);
  for (size_t at = 0; at < bytes->size(); at += width) {
    uint64_t bits = 0; // little-endian
    std::memcpy(&bits, &(*bytes)[at], width);
    values.push_back(isSigned ? llvm::SignExtend64(bits, 8 * width) : int64_t(bits));
  }
  return values;
}

bool quantize::isOneNumber(Value parameter) { return tensorOf(parameter).getNumElements() == 1; }

static std::optional<TensorParameters> parametersOf(Value scale, Value zeroPoint, Type code,
                                                    bool isSigned) {
  if (!isPerTensor(scale, zeroPoint) || code.getIntOrFloatBitWidth() > 16)
    return std::nullopt;
  auto scales = scalesOf(scale);
  if (!scales)
    return std::nullopt;
  TensorParameters result{scales->front(), 0, code.getIntOrFloatBitWidth(), isSigned};
  if (zeroPoint) {
    auto zero = integersOf(zeroPoint, isSigned);
    if (!zero)
      return std::nullopt;
    result.zeroPoint = zero->front();
  }
  return result;
}

std::optional<TensorParameters> quantize::parametersOf(QuantizeOp op) {
  return ::parametersOf(op.getScale(), op.getZeroPoint(), tensorOf(op.getResult()).getElementType(),
                        op.getIsSigned());
}

std::optional<TensorParameters> quantize::parametersOf(DequantizeOp op) {
  return ::parametersOf(op.getScale(), op.getZeroPoint(), tensorOf(op.getInput()).getElementType(),
                        op.getIsSigned());
}

Value quantize::reshapeParameter(OpBuilder &builder, Value value, ArrayRef<int64_t> shape) {
  RankedTensorType type = tensorOf(value);
  if (type.getShape() == shape)
    return value;
  auto made = RankedTensorType::get(shape, type.getElementType());
  DenseElementsAttr constant;
  if (matchPattern(value, m_Constant(&constant)))
    return arith::ConstantOp::create(builder, value.getLoc(), constant.reshape(made));
  ConstantAttr large;
  if (!shape.empty() && matchPattern(value, m_Constant(&large))) // a step has dimensions
    if (auto reshaped = large.then(ReshapeAttr::get(builder.getContext(), shape),
                                   [&] { return emitError(value.getLoc()); });
        succeeded(reshaped))
      return ConstantOp::create(builder, value.getLoc(), made, *reshaped, IntegerAttr());
  // Through one dimension: collapse, then expand.
  if (type.getRank() > 1) {
    auto flat = RankedTensorType::get({type.getNumElements()}, type.getElementType());
    ReassociationIndices all = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
    value = tensor::CollapseShapeOp::create(builder, value.getLoc(), flat, value,
                                            ArrayRef<ReassociationIndices>{all});
  }
  if (shape.size() == 1)
    return value;
  if (shape.empty())
    return tensor::CollapseShapeOp::create(builder, value.getLoc(), made, value,
                                           ArrayRef<ReassociationIndices>{});
  SmallVector<ReassociationIndices> groups;
  if (tensorOf(value).getRank())
    groups.push_back(llvm::to_vector(llvm::seq<int64_t>(0, shape.size())));
  return tensor::ExpandShapeOp::create(builder, value.getLoc(), made, value, groups);
}

Value quantize::floatConstant(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape,
                              ArrayRef<float> values) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, values));
}

DequantizeOp quantize::codesBehind(Value value) {
  auto op = value.getDefiningOp<DequantizeOp>();
  if (!op || tensorOf(op.getInput()).getElementType().getIntOrFloatBitWidth() > 16 ||
      !tensorOf(op.getResult()).getElementType().isF32())
    return {};
  return op;
}

void quantize::setCodes(Operation *made, QuantizeOp op) {
  auto parameters = parametersOf(op);
  if (parameters && isPlainScale(parameters->scale))
    made->setAttr(codesAttrName,
                  CodesAttr::get(op.getContext(), Builder(op).getF32FloatAttr(parameters->scale),
                                 parameters->zeroPoint, parameters->isSigned));
}

void quantize::setExactness(Operation *op, StringRef exactness) {
  static constexpr StringRef order[] = {"exact", "rounding", "approximate"};
  auto rank = [](StringRef name) { return llvm::find(order, name) - std::begin(order); };
  if (auto known = op->getAttrOfType<StringAttr>(exactnessAttrName))
    if (rank(known.getValue()) >= rank(exactness))
      return;
  op->setAttr(exactnessAttrName, StringAttr::get(op->getContext(), exactness));
}

void quantize::joinExactness(Operation *op, Operation *part) {
  if (auto known = part->getAttrOfType<StringAttr>(exactnessAttrName))
    setExactness(op, known.getValue());
}

static Value widen(OpBuilder &builder, Location loc, Value code, bool isSigned) {
  Type i32 = builder.getI32Type();
  if (code.getType() == i32)
    return code;
  return isSigned ? Value(arith::ExtSIOp::create(builder, loc, i32, code))
                  : Value(arith::ExtUIOp::create(builder, loc, i32, code));
}

/// A float in f32, or f32 in another float type.
static Value convert(OpBuilder &builder, Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  if (value.getType().getIntOrFloatBitWidth() < type.getIntOrFloatBitWidth())
    return arith::ExtFOp::create(builder, loc, type, value);
  return arith::TruncFOp::create(builder, loc, type, value);
}

Value quantize::dequantizeScalar(OpBuilder &builder, Location loc, Value code, Value scale,
                                 Value zeroPoint, bool isSigned) {
  Type f32 = builder.getF32Type();
  Value difference = widen(builder, loc, code, isSigned);
  if (zeroPoint)
    difference =
        arith::SubIOp::create(builder, loc, difference, widen(builder, loc, zeroPoint, isSigned));
  Value number = arith::SIToFPOp::create(builder, loc, f32, difference);
  Value product = arith::MulFOp::create(builder, loc, number, convert(builder, loc, scale, f32));
  return convert(builder, loc, product, scale.getType());
}

Value quantize::quantizeScalar(OpBuilder &builder, Location loc, Value x, Value scale,
                               Value zeroPoint, Type code, bool isSigned) {
  FloatType f32 = builder.getF32Type();
  auto number = [&](double value) -> Value {
    return arith::ConstantOp::create(builder, loc, builder.getFloatAttr(f32, value));
  };
  Value zero = number(0);
  if (zeroPoint)
    zero = arith::SIToFPOp::create(builder, loc, f32, widen(builder, loc, zeroPoint, isSigned));
  Value quotient = arith::DivFOp::create(builder, loc, convert(builder, loc, x, f32),
                                         convert(builder, loc, scale, f32));
  Value moved =
      arith::AddFOp::create(builder, loc, math::RoundEvenOp::create(builder, loc, quotient), zero);
  // A NaN becomes the zero point before the conversion, which would be undefined.
  Value isNaN = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO, moved, moved);
  moved = arith::SelectOp::create(builder, loc, isNaN, zero, moved);
  unsigned width = code.getIntOrFloatBitWidth();
  double least = isSigned ? -double(1 << (width - 1)) : 0.0;
  moved = arith::MaximumFOp::create(builder, loc, moved, number(least));
  moved = arith::MinimumFOp::create(builder, loc, moved, number(least + double((1 << width) - 1)));
  Value wide = arith::FPToSIOp::create(builder, loc, builder.getI32Type(), moved);
  return arith::TruncIOp::create(builder, loc, code, wide);
}
