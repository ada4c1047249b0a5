// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Product/Body.h"
#include "lib/Kernels/KernelMemory.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace pith;
using namespace pith::product;

static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Whether a parameter is one number, or one for each of the last dimension.
static bool isPerChannel(Value parameter, int64_t channels) {
  RankedTensorType type = tensorOf(parameter);
  return type.getNumElements() == 1 ||
         (type.getNumElements() == channels && type.getShape().back() == channels);
}

static bool leavesKernel(Operation *user) {
  return isa<YieldOp, bufferization::MaterializeInDestinationOp>(user);
}

/// Whether a value comes from outside: not from work of the group.
static bool isInMemory(Value value) {
  Operation *op = value.getDefiningOp();
  return !op || op->hasTrait<OpTrait::ConstantLike>() ||
         isa<bufferization::ToTensorOp, FromLayoutOp>(op);
}

Body product::readBody(Block &block) {
  Body body;
  auto refuse = [&](const Twine &reason) {
    body.refusal = reason.str();
    return body;
  };
  for (Operation &op : block)
    if (isa<ConvOp, MatmulOp>(op)) {
      if (body.anchor)
        return refuse("computes one product");
      body.anchor = &op;
    }
  if (!body.anchor)
    return refuse("computes products");
  body.refusal = refusesShape(body.anchor);
  if (!body.refusal.empty())
    return body;

  if (auto map = leftOf(body.anchor).getDefiningOp<MapOp>(); map && flipsSign(map))
    body.flip = map;
  if (leftOf(body.anchor) == rightOf(body.anchor))
    return refuse("reads two tensors: one of them packed");
  Value bias = biasOf(body.anchor);
  if (!isInMemory(body.left()) || !isInMemory(rightOf(body.anchor)) || (bias && !isInMemory(bias)))
    return refuse("does not fuse this work in front of the product");
  Value sums = body.anchor->getResult(0);
  int64_t channels = tensorOf(sums).getShape().back();
  if (!sums.hasOneUse())
    return refuse("has one result");
  Operation *user = *sums.getUsers().begin();
  if (auto requantize = dyn_cast<RequantizeOp>(user); requantize && requantize.getInput() == sums) {
    Value zero = requantize.getZeroPoint(), codes = requantize.getResult();
    if (!tensorOf(codes).getElementType().isInteger(8) ||
        !isPerChannel(requantize.getScale(), channels) || !isInMemory(requantize.getScale()) ||
        (zero && (tensorOf(zero).getNumElements() != 1 || !isInMemory(zero))))
      return refuse("makes bytes with a scale for each channel and one zero point, from memory");
    if (!codes.hasOneUse() || !leavesKernel(*codes.getUsers().begin()))
      return refuse("does not fuse this work behind the product");
    body.requantize = requantize;
  } else if (!leavesKernel(user)) {
    return refuse("does not fuse this work behind the product");
  }
  return body;
}
