// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Vectors times powers of two.
#include "targets/X86/Atoms.h"
#include "targets/X86/Passes.h"

using namespace mlir;

Value pith::x86::scaleByPower(OpBuilder &b, Location loc, Value value, Value power) {
  auto type = dyn_cast<VectorType>(value.getType());
  if (!type || type.getRank() != 1 || type.isScalable())
    return {};
  unsigned bits = bitsOf(type);
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
