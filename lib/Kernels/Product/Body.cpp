// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Product/Body.h"
#include "lib/Kernels/KernelMemory.h"
#include "lib/Kernels/Product/Blocks.h"
#include "lib/Support/Work.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
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

/// Whether a value comes from outside: not from work of the group.
static bool isInMemory(Value value) {
  Operation *op = value.getDefiningOp();
  return !op || op->hasTrait<OpTrait::ConstantLike>() ||
         isa<bufferization::ToTensorOp, FromLayoutOp, FromListsOp, FromPairSumsOp>(op);
}

/// Elements that vectors in memory can hold.
static bool hasWholeBytes(Value value) {
  Type element = tensorOf(value).getElementType();
  return element.isIntOrFloat() && element.getIntOrFloatBitWidth() % 8 == 0;
}

/// Adds what decodes `value` from packed weights, which pith-fold-zero-points
/// does away with.
static void addDecoding(Value value, llvm::SmallPtrSetImpl<Operation *> &decoding) {
  Operation *op = value ? value.getDefiningOp() : nullptr;
  if (!op || !isa<UnpackOp, DequantizeOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp,
                  tensor::ExtractSliceOp, linalg::TransposeOp, tensor::EmptyOp>(op))
    return;
  decoding.insert(op);
  for (Value operand : op->getOperands())
    addDecoding(operand, decoding);
}

/// The requantization of `sums` that the skeleton computes itself, on vectors of
/// sums that it packs to bytes.
static RequantizeOp packingOf(Value sums) {
  auto op = sums.hasOneUse() ? dyn_cast<RequantizeOp>(*sums.getUsers().begin()) : RequantizeOp();
  if (!op || op.getInput() != sums || !tensorOf(op.getResult()).getElementType().isInteger(8))
    return {};
  Value scale = op.getScale(), zero = op.getZeroPoint();
  bool reads = isPerChannel(scale, tensorOf(sums).getShape().back()) && isInMemory(scale) &&
               (!zero || (tensorOf(zero).getNumElements() == 1 && isInMemory(zero)));
  return reads ? op : RequantizeOp();
}

/// Why `op`, which stands behind or beside the product, cannot be computed on
/// vectors of channels; empty: it can.
static std::string refusesTail(Operation *op, Body &body) {
  ArrayRef<int64_t> shape = tensorOf(body.computed()).getShape();
  if (!isa<MapOp, QuantizeOp, DequantizeOp, RequantizeOp>(op) ||
      tensorOf(op->getResult(0)).getShape() != shape)
    return "does not fuse this work behind the product";
  for (Value operand : op->getOperands()) {
    bool isPacked = operand == rightOf(body.anchor) || operand == biasOf(body.anchor) ||
                    (body.requantize && operand == body.requantize.getScale());
    if (isPacked && tensorOf(operand).getNumElements() > 1)
      return "reads tensors that it packs only once";
    if (isInMemory(operand) && !hasWholeBytes(operand))
      return "reads whole bytes behind the product";
  }
  return "";
}

/// Finds what leaves the kernel and how it comes from the product.
static void readTail(Block &block, Body &body, bool withLayout,
                     const llvm::SmallPtrSetImpl<Operation *> &decoding) {
  constexpr int64_t longTail = 10;
  int64_t length = 0;
  llvm::SmallPtrSet<Operation *, 8> behind{body.anchor};
  for (Operation &op : block) {
    if (isa<YieldOp, bufferization::MaterializeInDestinationOp>(op)) {
      if (body.stored || (isa<YieldOp>(op) && op.getNumOperands() != 1) ||
          !behind.contains(op.getOperand(0).getDefiningOp())) {
        body.refusal = "has one result";
        return;
      }
      body.stored = op.getOperand(0);
      if (body.layout && body.stored == body.layout.getResult())
        body.stored = body.layout.getInput();
      else if (body.layout)
        body.refusal = "has one result";
      continue;
    }
    bool isTail = llvm::any_of(op.getOperands(), [&](Value operand) {
      return operand.getDefiningOp() && behind.contains(operand.getDefiningOp());
    });
    bool isBeside = op.getNumResults() == 1 && isa<RankedTensorType>(op.getResult(0).getType()) &&
                    !isInMemory(op.getResult(0)) && &op != body.anchor && &op != body.flip &&
                    !decoding.contains(&op);
    if (isTail)
      behind.insert(&op);
    if (auto layout = dyn_cast<ToLayoutOp>(op); layout && isTail && withLayout && !body.layout) {
      body.layout = layout;
      continue;
    }
    if ((isTail || isBeside) && &op != body.requantize) {
      body.refusal = refusesTail(&op, body);
      length += instructionsOf(&op);
    }
    if (!body.refusal.empty())
      return;
  }
  body.hasLongTail = length > longTail;
  if (!body.stored || !hasWholeBytes(body.stored))
    body.refusal = "has one result, of whole bytes";
}

Body product::readBody(Block &block, std::string (*refuses)(Operation *), bool withLayout) {
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
  body.refusal = refuses(body.anchor);
  if (!body.refusal.empty())
    return body;

  if (auto map = leftOf(body.anchor).getDefiningOp<MapOp>(); map && flipsSign(map))
    body.flip = map;
  if (leftOf(body.anchor) == rightOf(body.anchor))
    return refuse("reads two tensors: one of them packed");
  Value bias = biasOf(body.anchor);
  llvm::SmallPtrSet<Operation *, 8> decoding;
  addDecoding(rightOf(body.anchor), decoding);
  addDecoding(rightZeroOf(body.anchor), decoding);
  body.decode = decodingOf(body.anchor);
  bool isDecoded = decoding.contains(rightOf(body.anchor).getDefiningOp());
  if (!isInMemory(body.left()) || !(isDecoded || isInMemory(rightOf(body.anchor))) ||
      (bias && !isInMemory(bias)))
    return refuse("does not fuse this work in front of the product");
  body.requantize = packingOf(body.anchor->getResult(0));
  readTail(block, body, withLayout, decoding);
  return body;
}
