// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Support/Work.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace pith;

int64_t pith::productsOf(Operation *op) {
  if (auto conv = dyn_cast<ConvOp>(op)) {
    ShapedType filter = conv.getFilter().getType();
    return conv.getType().getNumElements() * (filter.getNumElements() / filter.getDimSize(0));
  }
  if (auto matmul = dyn_cast<MatmulOp>(op))
    return matmul.getType().getNumElements() * matmul.getLhs().getType().getShape().back();
  return 0;
}

/// A polynomial, and what is around it.
constexpr int64_t function = 16;

static int64_t instructionsOfBody(pith::MapOp map) {
  int64_t count = 0;
  for (Operation &op : map.getBody().front().without_terminator()) {
    bool isOne = !isa<math::MathDialect>(op.getDialect()) ||
                 isa<math::AbsFOp, math::CeilOp, math::CopySignOp, math::FloorOp, math::FmaOp,
                     math::RoundEvenOp, math::SqrtOp, math::TruncOp>(op);
    if (!op.hasTrait<OpTrait::ConstantLike>())
      count += isOne ? 1 : function;
  }
  return count;
}

int64_t pith::instructionsOf(Operation *op) {
  return TypeSwitch<Operation *, int64_t>(op)
      .Case([](MapOp map) { return instructionsOfBody(map); })
      // Scale, round, add the zero point, saturate.
      .Case<QuantizeOp, RequantizeOp>([](auto) { return 4; })
      .Case([](DequantizeOp) { return 2; }) // convert, scale
      // Greatest, difference, function, sum, quotient.
      .Case([](SoftmaxOp) { return 4 + function; })
      // Mean, difference, square, sum, scale, bias.
      .Case([](NormOp) { return 6; })
      .Case([](DynamicQuantizeOp) { return 6; }) // least, greatest, quantize
      .Case<ReduceOp, LookupOp>([](auto) { return 1; })
      .Case([](PoolOp pool) { return llvm::product_of(pool.getWindow()); })
      .Default([](Operation *) { return 0; });
}

int64_t pith::operationsOf(Operation *op) {
  int64_t each = instructionsOf(op);
  if (!each)
    return 0;
  // A reduction takes an instruction for what it reads.
  auto type = cast<ShapedType>(isa<ReduceOp>(op) ? op->getOperand(0).getType()
                                                 : op->getResult(0).getType());
  int64_t bits = 32;
  if (isa<LookupOp, PoolOp, ReduceOp>(op))
    bits = std::min<int64_t>(type.getElementTypeBitWidth(), 32);
  return type.getNumElements() * each * bits / 32;
}
