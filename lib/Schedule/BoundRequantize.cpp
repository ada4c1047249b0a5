// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Marks the roundings of sums that cannot leave i32: a sum of 32 bits times a
// scale below 1 stays within 32 bits, whatever the sum is.
#include "dialects/Pith/ConstantReader.h"
#include "lib/Schedule/Passes.h"
#include "mlir/IR/Matchers.h"
#include <cmath>

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_BOUNDREQUANTIZE
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

/// The value of a constant inside of a group, or outside where it is an operand.
TypedAttr constantOf(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    if (auto group = dyn_cast<GroupOp>(argument.getOwner()->getParentOp()))
      value = group.getInputs()[argument.getArgNumber()];
  if (auto constant = value.getDefiningOp<ConstantOp>())
    return constant.getValue();
  Attribute attribute;
  return matchPattern(value, m_Constant(&attribute)) ? dyn_cast<TypedAttr>(attribute) : TypedAttr();
}

/// The greatest amount among f32 constants; NaN where one is no number or unknown.
float greatest(TypedAttr value) {
  MLIRContext *context = value.getContext();
  ScopedDiagnosticHandler silent(context, [](Diagnostic &) { return success(); });
  auto reader = ConstantReader::create(value, [&] { return emitError(UnknownLoc::get(context)); });
  if (failed(reader) || reader->elementBytes() != sizeof(float))
    return NAN;
  std::vector<float> numbers(reader->numElements());
  reader->read(0, {reinterpret_cast<char *>(numbers.data()), numbers.size() * sizeof(float)});
  float result = 0;
  for (float number : numbers) {
    if (std::isnan(number))
      return NAN;
    result = std::max(result, std::abs(number));
  }
  return result;
}

struct BoundRequantize : pith::impl::BoundRequantizeBase<BoundRequantize> {
  using Base::Base;

  void runOnOperation() override {
    getOperation()->walk([](RequantizeOp op) {
      TypedAttr scale = constantOf(op.getScale());
      if (scale && getElementTypeOrSelf(op.getInput().getType()).isInteger(32) &&
          greatest(scale) < 1.0f)
        op->setAttr(boundedAttrName, UnitAttr::get(op.getContext()));
    });
  }
};

} // namespace
