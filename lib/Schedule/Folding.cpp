// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the rewrites of pith-fold-zero-points share.
#include "lib/Schedule/Folding.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace pith;

Value pith::extend(OpBuilder &b, Location loc, Type type, Value code, bool isSigned) {
  if (code.getType() == type)
    return code;
  return isSigned ? Value(arith::ExtSIOp::create(b, loc, type, code))
                  : Value(arith::ExtUIOp::create(b, loc, type, code));
}

Value Folding::fromOutside(Value value) {
  auto constant = value.getDefiningOp<arith::ConstantOp>();
  return constant ? makeConstant(group, loc, constant.getValue()) : outerValue(group, value);
}

FailureOr<Value> Folding::inFront(ArrayRef<Value> values,
                                  llvm::function_ref<Value(OpBuilder &, ValueRange)> body) {
  bool outside = llvm::all_of(values, [&](Value value) {
    return outerValue(group, value) != value ||
           isa_and_nonnull<arith::ConstantOp>(value.getDefiningOp());
  });
  if (!outside)
    return body(inside, values);
  SmallVector<Value> outer;
  for (Value value : values)
    outer.push_back(fromOutside(value));
  FailureOr<Value> result = makeGroup(group, loc, outer, table, body);
  if (failed(result))
    return failure();
  return addInput(group, *result);
}

FailureOr<Value> Folding::widened(Value codes, Value zero, bool isSigned) {
  Type wide = inside.getIntegerType(16);
  SmallVector<Value> values{codes};
  if (zero)
    values.push_back(zero);
  return inFront(values, [&](OpBuilder &b, ValueRange tensors) {
    auto type = RankedTensorType::get(tensorOf(codes).getShape(), wide);
    return MapOp::create(b, loc, type, tensors,
                         [&](OpBuilder &b, Location loc, ValueRange scalars) -> Value {
                           Value code = extend(b, loc, wide, scalars[0], isSigned);
                           if (scalars.size() == 1)
                             return code;
                           return arith::SubIOp::create(b, loc, code,
                                                        extend(b, loc, wide, scalars[1], isSigned));
                         })
        .getResult();
  });
}

Shift Folding::shiftOf(int64_t flip, Value zero, bool isSigned) {
  Shift shift{flip, {}};
  TypedAttr constant = zero ? constantValue(group, zero) : TypedAttr();
  if (DenseElementsAttr value = constant ? denseValue(constant) : DenseElementsAttr()) {
    APInt number = *value.getValues<APInt>().begin();
    shift.known += isSigned ? number.getSExtValue() : int64_t(number.getZExtValue());
  } else if (zero) {
    shift.zeroPoint = fromOutside(zero);
  }
  return shift;
}

Value Folding::flipped(OpBuilder &builder, Value codes) {
  return MapOp::create(builder, loc, tensorOf(codes), codes,
                       [](OpBuilder &b, Location loc, ValueRange scalars) -> Value {
                         Value mask = arith::ConstantOp::create(b, loc, b.getI8IntegerAttr(-128));
                         return arith::XOrIOp::create(b, loc, scalars[0], mask);
                       })
      .getResult();
}

void Folding::setLeft(Value value, bool isSigned) {
  product.lhs = value;
  if (auto conv = dyn_cast<ConvOp>(product.op)) {
    conv.getInputMutable().assign(value);
    conv.getInputZeroPointMutable().clear();
    conv.setInputSigned(isSigned);
  } else {
    auto matmul = cast<MatmulOp>(product.op);
    matmul.getLhsMutable().assign(value);
    matmul.getLhsZeroPointMutable().clear();
    matmul.setLhsSigned(isSigned);
  }
}

void Folding::setRight(Value value, bool isSigned) {
  product.rhs = value;
  product.rhsSigned = isSigned;
  if (auto conv = dyn_cast<ConvOp>(product.op)) {
    conv.getFilterMutable().assign(value);
    conv.getFilterZeroPointMutable().clear();
    conv.setFilterSigned(isSigned);
  } else {
    auto matmul = cast<MatmulOp>(product.op);
    matmul.getRhsMutable().assign(value);
    matmul.getRhsZeroPointMutable().clear();
    matmul.setRhsSigned(isSigned);
  }
}
