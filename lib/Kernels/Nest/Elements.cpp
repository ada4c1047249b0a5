// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Nest/Elements.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace pith;
using namespace pith::nest;

Elements::Elements(Block *block, Location loc, const VectorUnit &unit)
    : scopes(block, loc), unit(unit) {
  Operation *parent = block->getParentOp();
  auto kernel = dyn_cast<func::FuncOp>(parent);
  scratch = (kernel ? kernel : parent->getParentOfType<func::FuncOp>()).getArguments().back();
}

Value Elements::at(Value tensor, ArrayRef<Index> indices) {
  if (!scopes.refusal().empty())
    return zero(getElementTypeOrSelf(tensor));
  auto result = dyn_cast<OpResult>(tensor);
  if (!result)
    return unsupported(tensor.getParentBlock()->getParentOp(), "a tensor argument");
  return scopes.memoize(result.getAsOpaquePointer(), 0, indices,
                        [&] { return compute(result, indices); });
}

Value Elements::compute(OpResult result, ArrayRef<Index> i) {
  if (auto element = bound.find(result); element != bound.end())
    return element->second(i);
  return llvm::TypeSwitch<Operation *, Value>(result.getOwner())
      .Case([&](bufferization::ToTensorOp op) { return load(op.getBuffer(), i); })
      .Case([&](arith::ConstantOp op) { return constant(op); })
      .Case([&](tensor::CastOp op) { return at(op.getSource(), i); })
      .Case([&](TapOp op) { return at(op.getInput(), i); })
      .Case([&](tensor::ExtractSliceOp op) { return slice(op, i); })
      .Case([&](tensor::InsertSliceOp op) { return insert(op, i); })
      .Case([&](tensor::ExpandShapeOp op) {
        return reshape(op.getSrc(), op.getResultType(), op.getReassociationIndices(), true, i);
      })
      .Case([&](tensor::CollapseShapeOp op) {
        return reshape(op.getSrc(), op.getSrcType(), op.getReassociationIndices(), false, i);
      })
      .Case([&](tensor::PadOp op) { return pad(op, i); })
      .Case([&](tensor::ConcatOp op) { return concat(op, i); })
      .Case([&](ToLayoutOp op) { return toLayout(op, i); })
      .Case([&](FromLayoutOp op) { return fromLayout(op, i); })
      .Case([&](FrameOp op) {
        return op.getValue() ? at(op.getValue(), ArrayRef<Index>())
                             : zero(op.getType().getElementType());
      })
      .Case([&](tensor::SplatOp op) { return op.getInput(); })
      .Case([&](MapOp op) { return map(op, i); })
      .Case([&](ConvOp op) { return conv(op, i); })
      .Case([&](PoolOp op) { return pool(op, i); })
      .Case([&](MatmulOp op) { return matmul(op, i); })
      .Case([&](LookupOp op) { return lookup(op, i); })
      .Case([&](ReduceOp op) { return reduce(op, i); })
      .Case([&](SoftmaxOp op) { return softmax(op, i); })
      .Case([&](NormOp op) { return norm(op, i); })
      .Case([&](QuantizeOp op) { return quantize(op, i); })
      .Case([&](DequantizeOp op) { return dequantize(op, i); })
      .Case([&](RequantizeOp op) { return requantize(op, i); })
      .Case([&](DynamicQuantizeOp op) { return dynamicQuantize(op, result.getResultNumber(), i); })
      .Case([&](UnpackOp op) { return unpack(op, i); })
      .Case([&](linalg::LinalgOp op) { return structured(op, result.getResultNumber(), i); })
      .Default([&](Operation *op) -> Value {
        if (op->getNumResults() == 1 && OpTrait::hasElementwiseMappableTraits(op))
          return elementwise(op, i);
        return unsupported(op, "the operation");
      });
}

Value Elements::unsupported(Operation *op, const Twine &what) {
  if (unit.bits)
    scopes.refuse(what + " '" + op->getName().getStringRef() + "'");
  else if (!std::exchange(failed, true))
    op->emitError() << "no loop nest can be made of " << what << " '" << op->getName()
                    << "' in a kernel";
  Type type = op->getNumResults() ? getElementTypeOrSelf(op->getResult(0)) : Type();
  return zero(type && type.isIntOrIndexOrFloat() ? type : scopes.builder.getF32Type());
}

Value Elements::constant(arith::ConstantOp op) {
  auto dense = dyn_cast<DenseElementsAttr>(op.getValue());
  if (!dense || !dense.isSplat())
    return unsupported(op, "a constant of several values, which must be an operand:");
  return make<arith::ConstantOp>(cast<TypedAttr>(dense.getSplatValue<Attribute>()));
}

Type pith::nest::wideType(Type element) {
  return element.isF16() || element.isBF16() ? Float32Type::get(element.getContext()) : element;
}

Value Elements::real(Type type, double value) {
  return make<arith::ConstantOp>(TypedAttr(scopes.builder.getFloatAttr(type, value)));
}

Value Elements::integer(Type type, int64_t value) {
  return make<arith::ConstantOp>(TypedAttr(scopes.builder.getIntegerAttr(type, value)));
}

Value Elements::zero(Type type) {
  return make<arith::ConstantOp>(scopes.builder.getZeroAttr(type));
}

Value Elements::widen(Value value) {
  Type element = getElementTypeOrSelf(value), wide = wideType(element);
  return wide == element ? value : make<arith::ExtFOp>(wide, value);
}

Value Elements::narrow(Value value, Type type) {
  return type == getElementTypeOrSelf(value) ? value : make<arith::TruncFOp>(type, value);
}

Value Elements::add(Value a, Value b) {
  return isa<FloatType>(getElementTypeOrSelf(a)) ? make<arith::AddFOp>(a, b)
                                                 : make<arith::AddIOp>(a, b);
}

Value Elements::multiplyAdd(Value a, Value b, Value sum) {
  return isa<FloatType>(getElementTypeOrSelf(a))
             ? make<math::FmaOp>(a, b, sum)
             : make<arith::AddIOp>(sum, make<arith::MulIOp>(a, b));
}
