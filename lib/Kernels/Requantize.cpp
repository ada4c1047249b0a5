// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Requantize.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace pith;

/// Products stay far from the ends of i32 where the operator says so; else they
/// are brought there, and a NaN counts as 0.
static Value bringInside(OpBuilder &b, Location loc, Value value) {
  auto type = cast<VectorType>(value.getType());
  auto splat = [&](float number) -> Value {
    return arith::ConstantOp::create(b, loc,
                                     SplatElementsAttr::get(type, b.getF32FloatAttr(number)));
  };
  auto choose = [&](arith::CmpFPredicate predicate, Value x, Value y) -> Value {
    return arith::SelectOp::create(b, loc, arith::CmpFOp::create(b, loc, predicate, x, y), x, y);
  };
  Value isNumber = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::ORD, value, value);
  value = arith::SelectOp::create(b, loc, isNumber, value, splat(0));
  value = choose(arith::CmpFPredicate::OGT, value, splat(-65536));
  return choose(arith::CmpFPredicate::OLT, value, splat(65536));
}

Value pith::scaleAndRound(OpBuilder &b, Location loc, Value sums, Value scale, RequantizeOp op) {
  auto integers = cast<VectorType>(sums.getType());
  VectorType floats = integers.clone(b.getF32Type());
  if (scale.getType() != floats)
    scale = vector::BroadcastOp::create(b, loc, floats, scale);
  Value value = arith::SIToFPOp::create(b, loc, floats, sums);
  value = arith::MulFOp::create(b, loc, value, scale);
  if (!op->hasAttr(boundedAttrName))
    value = bringInside(b, loc, value);
  value = math::RoundEvenOp::create(b, loc, value);
  return arith::FPToSIOp::create(b, loc, integers, value);
}

Value pith::requantizeToBytes(OpBuilder &b, Location loc, ArrayRef<Value> sums,
                              ArrayRef<Value> scales, RequantizeOp op, Value zeroPoint) {
  SmallVector<Value> steps;
  for (auto [sum, scale] : llvm::zip_equal(sums, scales))
    steps.push_back(scaleAndRound(b, loc, sum, scale, op));
  int64_t lanes = cast<VectorType>(sums.front().getType()).getNumElements();
  auto type = VectorType::get(lanes * int64_t(sums.size()), b.getI8Type());
  return NarrowOp::create(b, loc, type, steps, zeroPoint, op.getIsSigned());
}
