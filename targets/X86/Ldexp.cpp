// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Vectors times powers of two.
#include "targets/X86/Atoms.h"
#include "targets/X86/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

/// Vectors of several registers, one register after the other.
static Value scaleParts(OpBuilder &b, Location loc, Value value, Value power) {
  static constexpr int64_t lanes = 16, stride = 1;
  auto type = cast<VectorType>(value.getType());
  Value result = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  for (int64_t first = 0; first < type.getNumElements(); first += lanes) {
    auto part = [&](Value whole) {
      return vector::ExtractStridedSliceOp::create(b, loc, whole, ArrayRef<int64_t>(first),
                                                   ArrayRef<int64_t>(lanes),
                                                   ArrayRef<int64_t>(stride));
    };
    Value scaled = pith::x86::scaleByPower(b, loc, part(value), part(power));
    result = vector::InsertStridedSliceOp::create(b, loc, scaled, result, ArrayRef<int64_t>(first),
                                                  ArrayRef<int64_t>(stride));
  }
  return result;
}

Value pith::x86::scaleByPower(OpBuilder &b, Location loc, Value value, Value power) {
  auto type = dyn_cast<VectorType>(value.getType());
  if (!type || type.getRank() != 1 || type.isScalable())
    return {};
  unsigned bits = bitsOf(type);
  if (bits > 512 && bits % 512 == 0)
    return scaleParts(b, loc, value, power);
  if (bits != 128 && bits != 256 && bits != 512)
    return {};
  Emitter e{b, loc};
  // All lanes of the mask, so that what it would leave does not count.
  Type mask = b.getIntegerType(std::max(8u, bits / 32));
  SmallVector<Value> operands{value, power, value,
                              arith::ConstantOp::create(b, loc, b.getIntegerAttr(mask, -1))};
  if (bits == 512) // rounds as the processor is set to
    operands.push_back(arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(4)));
  return e.call(("llvm.x86.avx512.mask.scalef.ps." + Twine(bits)).str(), type, operands);
}
