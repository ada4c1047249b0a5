// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Says of each quantize and dequantize that is left why it was not folded.
#include "lib/Quantize/Passes.h"
#include "lib/Quantize/ProductForm.h"
#include "pith/Support/NodeName.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_EXPLAINQUANTIZATION
#include "lib/Quantize/Passes.h.inc"
} // namespace pith

using namespace pith;
using namespace pith::quantize;

namespace {

bool isMovement(Operation *op) {
  return isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::ExtractSliceOp,
             tensor::ConcatOp, tensor::PadOp, linalg::TransposeOp>(op);
}

std::string nameOf(Operation *op) {
  StringRef name = nodeName(op->getLoc());
  std::string kind = op->getName().stripDialect().str();
  return name.empty() ? kind : kind + " '" + name.str() + "'";
}

/// Why an operation takes floats rather than codes.
std::string whyFloats(Operation *user) {
  ProductForm form;
  std::string reason;
  if (auto conv = dyn_cast<ConvOp>(user))
    reason = readProduct(conv, form);
  if (auto matmul = dyn_cast<MatmulOp>(user))
    reason = readProduct(matmul, form);
  std::string name = nameOf(user);
  return reason.empty() ? name + " computes in floats" : name + " stays in floats: " + reason;
}

/// An operation that uses a value, behind data movement; one that computes rather
/// than one that ends a region.
Operation *userBehindMovement(Value value) {
  Operation *end = nullptr;
  SmallVector<Value> todo{value};
  llvm::SmallPtrSet<Operation *, 8> seen; // concatenations may double the ways
  while (!todo.empty())
    for (Operation *user : todo.pop_back_val().getUsers()) {
      if (isMovement(user)) {
        if (seen.insert(user).second)
          todo.push_back(user->getResult(0));
      } else if (!user->hasTrait<OpTrait::IsTerminator>())
        return user;
      else
        end = user;
    }
  return end;
}

constexpr StringLiteral carried = "a loop or branch carries floats";

std::string reasonOf(DequantizeOp op) {
  Operation *user = userBehindMovement(op.getResult());
  if (!user || isa<func::ReturnOp>(user))
    return "the model's output is a float; --io=quantized gives its codes";
  if (user->hasTrait<OpTrait::IsTerminator>())
    return carried.str();
  if (!scalesOf(op.getScale()))
    return "its scale is computed at run time, or no f32";
  return whyFloats(user);
}

std::string reasonOf(QuantizeOp op) {
  Value input = op.getInput();
  while (Operation *producer = input.getDefiningOp()) {
    if (producer->hasTrait<OpTrait::ConstantLike>())
      return "its numbers are constant, its scale is computed at run time, or one is no f32";
    if (producer->getNumRegions() && !isa<MapOp, linalg::LinalgOp>(producer))
      return carried.str();
    if (!isMovement(producer))
      return whyFloats(producer);
    input = producer->getOperand(0);
  }
  if (!isa<func::FuncOp>(cast<BlockArgument>(input).getOwner()->getParentOp()))
    return carried.str();
  return "the model's input is a float; --io=quantized takes its codes";
}

struct ExplainQuantization : pith::impl::ExplainQuantizationBase<ExplainQuantization> {
  using Base::Base;
  void runOnOperation() override {
    auto explain = [&](auto op) {
      op->setAttr(reasonAttrName, StringAttr::get(&getContext(), reasonOf(op)));
      ++numLeft;
    };
    getOperation()->walk([&](Operation *op) {
      if (auto quantize = dyn_cast<QuantizeOp>(op))
        explain(quantize);
      else if (auto dequantize = dyn_cast<DequantizeOp>(op))
        explain(dequantize);
    });
  }
};

} // namespace
