// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Vectors times powers of two, register by register.
#include "targets/X86/Atoms.h"
#include "targets/X86/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

Value pith::x86::byRegisters(OpBuilder &b, Location loc, ValueRange operands,
                             llvm::function_ref<Value(ValueRange)> make) {
  auto type = dyn_cast<VectorType>(operands.front().getType());
  if (!type || type.getRank() != 1 || type.isScalable())
    return {};
  unsigned bits = bitsOf(type);
  if (bits == 128 || bits == 256 || bits == 512)
    return make(operands);
  if (bits == 0 || bits % 512)
    return {};
  static constexpr int64_t lanes = 16, stride = 1;
  Value result = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  for (int64_t first = 0; first < type.getNumElements(); first += lanes) {
    SmallVector<Value> parts;
    for (Value operand : operands)
      parts.push_back(vector::ExtractStridedSliceOp::create(
          b, loc, operand, ArrayRef<int64_t>(first), ArrayRef<int64_t>(lanes),
          ArrayRef<int64_t>(stride)));
    result = vector::InsertStridedSliceOp::create(
        b, loc, make(parts), result, ArrayRef<int64_t>(first), ArrayRef<int64_t>(stride));
  }
  return result;
}

std::optional<APFloat> pith::x86::splatOf(Value value) {
  if (auto spread = value.getDefiningOp<vector::BroadcastOp>())
    value = spread.getSource();
  FloatAttr number;
  DenseFPElementsAttr all;
  if (matchPattern(value, m_Constant(&all)) && all.isSplat())
    return all.getSplatValue<APFloat>();
  if (matchPattern(value, m_Constant(&number)))
    return number.getValue();
  return std::nullopt;
}

Value pith::x86::scaleByPower(OpBuilder &b, Location loc, Value value, Value power) {
  return byRegisters(b, loc, {value, power}, [&](ValueRange parts) -> Value {
    Value x = parts[0];
    unsigned bits = bitsOf(cast<VectorType>(x.getType()));
    // All lanes of the mask, so that what it would leave does not count.
    Type mask = b.getIntegerType(std::max(8u, bits / 32));
    SmallVector<Value> operands{x, parts[1], x,
                                arith::ConstantOp::create(b, loc, b.getIntegerAttr(mask, -1))};
    if (bits == 512) // rounds as the processor is set to
      operands.push_back(arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(4)));
    return Emitter{b, loc}.call(("llvm.x86.avx512.mask.scalef.ps." + Twine(bits)).str(),
                                x.getType(), operands);
  });
}
