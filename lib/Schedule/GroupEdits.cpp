// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Schedule/GroupEdits.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;

Tile pith::tileOf(GroupOp group) {
  ArrayRef<int64_t> sizes = group.getKernelAttr().getTile();
  return sizes.size() == 2 ? Tile{unsigned(sizes[0]), unsigned(sizes[1])} : Tile();
}

Value pith::addInput(GroupOp group, Value outer) {
  Block &body = group.getBody().front();
  for (auto [argument, input] : llvm::zip_equal(body.getArguments(), group.getInputs()))
    if (input == outer)
      return argument;
  group.getInputsMutable().append(outer);
  return body.addArgument(outer.getType(), outer.getLoc());
}

void pith::dropUnusedInputs(GroupOp group) {
  Block &body = group.getBody().front();
  for (unsigned i = body.getNumArguments(); i-- > 0;)
    if (body.getArgument(i).use_empty()) {
      body.eraseArgument(i);
      group.getInputsMutable().erase(i);
    }
}

GroupOp pith::movementOf(Value value) {
  auto group = value.getDefiningOp<GroupOp>();
  bool moves = group && group.getNumResults() == 1 &&
               llvm::all_of(group.getBody().front().without_terminator(),
                            llvm::IsaPred<linalg::TransposeOp, tensor::ExpandShapeOp,
                                          tensor::CollapseShapeOp, tensor::EmptyOp>);
  return moves ? group : GroupOp();
}

Value pith::copyBody(OpBuilder &b, GroupOp group, ValueRange inputs) {
  Block &body = group.getBody().front();
  IRMapping mapping;
  mapping.map(body.getArguments(), inputs);
  for (Operation &op : body.without_terminator())
    b.clone(op, mapping);
  return mapping.lookupOrDefault(body.getTerminator()->getOperand(0));
}

Value pith::tryGroup(Operation *before, Location loc, ValueRange inputs, const RowTable &table,
                     llvm::function_ref<Value(OpBuilder &, ValueRange)> body,
                     SmallVectorImpl<std::string> &reasons) {
  OpBuilder builder(before->getContext());
  // The type of the result is known once the body is there.
  Region region;
  Block *block = builder.createBlock(&region);
  for (Value input : inputs)
    block->addArgument(input.getType(), input.getLoc());
  Value result = body(builder, block->getArguments());
  YieldOp::create(builder, loc, result);
  builder.setInsertionPoint(before);
  auto group = GroupOp::create(builder, loc, result.getType(), inputs, KernelAttr());
  group.getBody().takeBody(region);
  auto choice = table.choose(group, &reasons);
  if (!choice) {
    group.erase();
    return {};
  }
  group.setKernelAttr(kernelAttr(group.getContext(), *choice, reasons));
  if (const Skeleton *skeleton = choice->row->skeleton; skeleton && skeleton->items)
    group->setAttr(itemsAttrName, builder.getI64IntegerAttr(skeleton->items(
                                      group, *choice->row, choice->plan.tile, table.vectors())));
  return group.getOutputs().front();
}

FailureOr<Value> pith::makeGroup(Operation *before, Location loc, ValueRange inputs,
                                 const RowTable &table,
                                 llvm::function_ref<Value(OpBuilder &, ValueRange)> body) {
  SmallVector<std::string> reasons;
  if (Value result = tryGroup(before, loc, inputs, table, body, reasons))
    return result;
  InFlightDiagnostic error = emitError(loc, "no kernel of the target computes this group");
  for (const std::string &reason : reasons)
    error.attachNote() << reason;
  return failure();
}

bool pith::isReadIn(OpOperand &use, LayoutAttr layout) {
  auto reader = dyn_cast<GroupOp>(use.getOwner());
  if (!reader)
    return false;
  if (auto only = onlyOperator<ToLayoutOp>(reader))
    return only.getLayout() == layout && !only.getValue();
  auto layouts = reader->getAttrOfType<ArrayAttr>(layoutsAttrName);
  return layouts && use.getOperandNumber() < layouts.size() &&
         layouts[use.getOperandNumber()] == layout;
}

Value pith::makeConstant(Operation *before, Location loc, TypedAttr value) {
  OpBuilder builder(before);
  return ConstantOp::create(builder, loc, value.getType(), value, IntegerAttr()).getResult();
}

void pith::eraseUnusedConstants(ModuleOp module) {
  module.walk([](ConstantOp constant) {
    if (constant->use_empty())
      constant.erase();
  });
}
