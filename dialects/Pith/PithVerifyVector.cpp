// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of the atoms.
#include "dialects/Pith/PithOps.h"

using namespace mlir;
using namespace pith;

static VectorType vectorOf(Value value) { return cast<VectorType>(value.getType()); }

int64_t DotOp::getProducts() {
  return vectorOf(getLhs().front()).getNumElements() / vectorOf(getSum()).getNumElements();
}

LogicalResult DotOp::verify() {
  if (getLhs().empty() || getLhs().size() != getRhs().size())
    return emitOpError() << "expected as many right as left operands, at least one, got "
                         << getRhs().size() << " and " << getLhs().size() << " [dot_c1]";
  VectorType operand = vectorOf(getLhs().front()), sum = vectorOf(getSum());
  for (Value value : llvm::concat<Value>(getLhs(), getRhs()))
    if (value.getType() != operand)
      return emitOpError() << "expected operands of one type, got " << operand << " and "
                           << value.getType() << " [dot_c2]";
  Type wide = operand.getElementType().isInteger() ? Type(IntegerType::get(getContext(), 32))
                                                   : Type(Float32Type::get(getContext()));
  if (sum.getElementType() != wide || operand.getNumElements() % sum.getNumElements())
    return emitOpError() << "expected sums of type " << wide << ", each of as many elements of "
                         << operand << ", got " << sum << " [dot_c3]";
  if (getFitsI16() && (!operand.getElementType().isInteger(8) || getProducts() % 2))
    return emitOpError("expected fits_i16 on an even number of i8 for each sum [dot_c4]");
  return success();
}

LogicalResult NarrowOp::verify() {
  if (getInputs().empty())
    return emitOpError("expected at least one vector [narrow_c1]");
  VectorType input = vectorOf(getInputs().front());
  for (Value value : getInputs())
    if (value.getType() != input || input.getNumElements() % 4)
      return emitOpError() << "expected vectors of one type with a multiple of four elements, got "
                           << value.getType() << " [narrow_c1]";
  int64_t elements = input.getNumElements() * int64_t(getInputs().size());
  if (vectorOf(getResult()).getNumElements() != elements)
    return emitOpError() << "expected a result of " << elements << " elements, got "
                         << getResult().getType() << " [narrow_c2]";
  return success();
}
