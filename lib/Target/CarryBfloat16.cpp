// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Target/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_CARRYBFLOAT16
#include "lib/Target/Passes.h.inc"
} // namespace pith

namespace {

/// The integer that carries a bf16, or the vector of them; null for other types.
Type bitsOf(Type type) {
  if (!getElementTypeOrSelf(type).isBF16())
    return {};
  Type integer = IntegerType::get(type.getContext(), 16);
  auto vector = dyn_cast<VectorType>(type);
  return vector ? Type(vector.clone(integer)) : integer;
}

/// Whether `op` takes and gives numbers as they are, whatever they mean.
bool onlyMoves(Operation *op) {
  return isa<LLVM::LoadOp, LLVM::StoreOp, LLVM::MaskedLoadOp, LLVM::MaskedStoreOp, LLVM::BrOp,
             LLVM::CondBrOp, LLVM::SwitchOp, LLVM::SelectOp, LLVM::BitcastOp, LLVM::ConstantOp,
             LLVM::ExtractElementOp, LLVM::InsertElementOp, LLVM::ShuffleVectorOp, LLVM::PoisonOp,
             LLVM::UndefOp, LLVM::ZeroOp>(op);
}

/// What reads a bf16 that comes from elsewhere reads its bits.
void carryFrom(Value value, OpBuilder &builder) {
  auto bits = LLVM::BitcastOp::create(builder, value.getLoc(), bitsOf(value.getType()), value);
  value.replaceAllUsesExcept(bits, bits);
}

/// Lets an operation that computes have its bf16 operands.
void convertOperands(Operation *op, llvm::DenseSet<Value> &computed) {
  OpBuilder builder(op);
  for (OpOperand &operand : op->getOpOperands())
    if (bitsOf(operand.get().getType())) {
      Type type = operand.get().getType();
      operand.set(LLVM::BitcastOp::create(builder, op->getLoc(), type, operand.get()));
      computed.insert(operand.get());
    }
}

/// Lets it have its bf16 results.
void convertResults(Operation *op, llvm::DenseSet<Value> &computed) {
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  for (Value result : op->getResults())
    if (bitsOf(result.getType())) {
      carryFrom(result, builder);
      computed.insert(result);
    }
}

void carryConstant(LLVM::ConstantOp op) {
  Type integer = IntegerType::get(op.getContext(), 16);
  if (auto number = dyn_cast<FloatAttr>(op.getValue()))
    op.setValueAttr(IntegerAttr::get(integer, number.getValue().bitcastToAPInt()));
  else if (auto numbers = dyn_cast<DenseElementsAttr>(op.getValue()))
    op.setValueAttr(numbers.bitcast(integer));
}

struct CarryBfloat16 : pith::impl::CarryBfloat16Base<CarryBfloat16> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<Operation *> work;
    auto isCarried = [](Type type) { return bool(bitsOf(type)); };
    getOperation().getBody().walk([&](Operation *op) {
      if (llvm::any_of(op->getOperandTypes(), isCarried) ||
          llvm::any_of(op->getResultTypes(), isCarried))
        work.push_back(op);
    });
    llvm::DenseSet<Value> computed;
    // All operands first: behind the results of one they would no longer be bf16.
    SmallVector<Operation *> computing = llvm::to_vector(
        llvm::make_filter_range(work, [](Operation *op) { return !onlyMoves(op); }));
    for (Operation *op : computing)
      convertOperands(op, computed);
    for (Operation *op : computing)
      convertResults(op, computed);
    if (!getOperation().getBody().empty()) {
      Block &entry = getOperation().getBody().front();
      OpBuilder builder(&entry, entry.begin());
      for (BlockArgument argument : entry.getArguments())
        if (isCarried(argument.getType()))
          carryFrom(argument, builder);
    }
    for (Block &block :
         llvm::drop_begin(getOperation().getBody(), !getOperation().getBody().empty()))
      for (BlockArgument argument : block.getArguments())
        if (Type bits = bitsOf(argument.getType()))
          argument.setType(bits);
    for (Operation *op : work)
      for (Value result : op->getResults())
        if (Type bits = bitsOf(result.getType()); bits && !computed.contains(result)) {
          if (auto constant = dyn_cast<LLVM::ConstantOp>(op))
            carryConstant(constant);
          result.setType(bits);
        }
  }
};
} // namespace
