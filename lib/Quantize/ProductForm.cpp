// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantize/ProductForm.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;
using namespace pith;
using namespace pith::quantize;

namespace {

/// The codes behind an operand, with its constant scales.
std::string readSide(Value operand, StringRef name, ProductSide &side, DequantizeOp &dequantize,
                     SmallVector<float> &scales) {
  dequantize = operand.getDefiningOp<DequantizeOp>();
  if (!tensorOf(operand).getElementType().isF32())
    return "it computes in another type than f32";
  if (!dequantize)
    return ("its " + name + " is a float that no DequantizeLinear makes").str();
  dequantize = codesBehind(operand);
  if (!dequantize)
    return ("its " + name + " has codes of more than 16 bits").str();
  auto values = scalesOf(dequantize.getScale());
  if (!values)
    return ("the scale of its " + name + " is computed at run time").str();
  if (!llvm::all_of(*values, isPlainScale))
    return ("a scale of its " + name + " is no positive number").str();
  scales = *values;
  side = {dequantize.getInput(), dequantize.getZeroPoint(), dequantize.getIsSigned()};
  return "";
}

/// Whether a parameter that broadcasts to a tensor of `rank` varies along `dim`
/// at most.
bool variesOnlyAlong(Value parameter, int64_t rank, int64_t dim) {
  if (!parameter)
    return true;
  RankedTensorType type = tensorOf(parameter);
  for (int64_t i = 0; i < type.getRank(); ++i)
    if (type.getDimSize(i) != 1 && i + rank - type.getRank() != dim)
      return false;
  return true;
}

bool varyOnlyAlong(DequantizeOp op, int64_t dim) {
  int64_t rank = tensorOf(op.getInput()).getRank();
  return variesOnlyAlong(op.getScale(), rank, dim) && variesOnlyAlong(op.getZeroPoint(), rank, dim);
}

/// One f32 product for each pair; either side may be one number.
std::string multiply(ProductForm &form, ArrayRef<float> left, ArrayRef<float> right) {
  for (float a : left)
    for (float b : right)
      form.scales.push_back(a * b);
  if (form.scales.empty())
    return "it has no result";
  return llvm::all_of(form.scales, isPlainScale) ? "" : "the product of its scales is out of f32";
}

/// `value` in steps, where it is an integer but for the rounding of the step
/// and of the value itself.
std::optional<int64_t> onGrid(double value, double step) {
  double steps = value / step, nearest = std::nearbyint(steps);
  constexpr double f32Error = 1.0 / (1 << 21), hundredth = 0.01;
  if (!(std::abs(steps) < double(1 << 30) * 2) ||
      std::abs(steps - nearest) > std::max(hundredth, std::abs(steps) * f32Error))
    return std::nullopt;
  return int64_t(nearest);
}

/// A bias for each of the last dimension's entries.
void readBias(Value bias, ProductForm &form) {
  if (!bias)
    return;
  form.floatBias = bias;
  int64_t count = tensorOf(bias).getNumElements();
  // Scales of rows do not make steps of columns.
  bool perColumn = form.scaleShape.empty() || form.scaleShape.size() == 1 ||
                   int64_t(form.scales.size()) == form.scaleShape.back();
  if (!perColumn)
    return;
  auto stepOf = [&](int64_t i) { return form.scales[form.scales.size() == 1 ? 0 : i]; };
  SmallVector<int64_t> integers;
  auto add = [&](std::optional<int64_t> steps) {
    if (steps)
      integers.push_back(*steps);
  };
  if (auto dequantize = bias.getDefiningOp<DequantizeOp>()) {
    auto scales = scalesOf(dequantize.getScale());
    auto codes = integersOf(dequantize.getInput(), dequantize.getIsSigned());
    std::optional<SmallVector<int64_t>> zero;
    if (dequantize.getZeroPoint())
      zero = integersOf(dequantize.getZeroPoint(), dequantize.getIsSigned());
    bool zeroIsZero = !dequantize.getZeroPoint() ||
                      (zero && llvm::all_of(*zero, [](int64_t value) { return value == 0; }));
    if (!scales || !codes || !zeroIsZero)
      return;
    for (auto [i, code] : llvm::enumerate(*codes)) {
      float scale = (*scales)[scales->size() == 1 ? 0 : i];
      // Where the scale is the product's but for its rounding, codes are steps.
      bool same = std::abs(double(scale) / stepOf(i) - 1) < 1e-6;
      add(same ? std::optional(code) : onGrid(double(code) * scale, stepOf(i)));
    }
  } else if (auto values = scalesOf(bias)) {
    for (auto [i, value] : llvm::enumerate(*values))
      add(onGrid(value, stepOf(i)));
  }
  if (int64_t(integers.size()) != count)
    return;
  form.integerBias = std::move(integers);
  form.floatBias = {};
}

} // namespace

std::string quantize::readProduct(ConvOp op, ProductForm &form) {
  DequantizeOp left, right;
  SmallVector<float> leftScales, rightScales;
  if (op.getAccumulator())
    return "it is a sum of integers already";
  std::string reason = readSide(op.getInput(), "input", form.left, left, leftScales);
  if (reason.empty())
    reason = readSide(op.getFilter(), "filter", form.right, right, rightScales);
  if (!reason.empty())
    return reason;
  if (!isPerTensor(left.getScale(), left.getZeroPoint()))
    return "its input has several scales or zero points";
  if (!varyOnlyAlong(right, 0))
    return "the scales or zero points of its filter vary inside a sum";
  if (reason = multiply(form, leftScales, rightScales); !reason.empty())
    return reason;
  if (form.scales.size() > 1)
    form.scaleShape = {int64_t(form.scales.size())};
  readBias(op.getBias(), form);
  return "";
}

std::string quantize::readProduct(MatmulOp op, ProductForm &form) {
  DequantizeOp left, right;
  SmallVector<float> leftScales, rightScales;
  if (op.getAccumulator())
    return "it is a sum of integers already";
  std::string reason = readSide(op.getLhs(), "left side", form.left, left, leftScales);
  if (reason.empty())
    reason = readSide(op.getRhs(), "right side", form.right, right, rightScales);
  if (!reason.empty())
    return reason;
  int64_t rank = tensorOf(op.getLhs()).getRank();
  int64_t row = rank - (op.getTransposeLhs() ? 1 : 2),
          column = rank - (op.getTransposeRhs() ? 2 : 1);
  if (!varyOnlyAlong(left, row) || !varyOnlyAlong(right, column))
    return "the scales or zero points of a side vary inside a sum, or by matrix";
  if (reason = multiply(form, leftScales, rightScales); !reason.empty())
    return reason;
  int64_t rows = leftScales.size(), columns = rightScales.size();
  if (rows > 1)
    form.scaleShape = {rows, columns};
  else if (columns > 1)
    form.scaleShape = {columns};
  readBias(op.getBias(), form);
  return "";
}
