// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Schedule/JoinedGroups.h"
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Outline.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;

bool pith::canBePart(GroupOp group, const RowTable &table) {
  const KernelRow *row = table.rowOf(group);
  return row && row->skeleton && row->skeleton->runsParts && group.getNumResults() == 1 &&
         llvm::none_of(group.getBody().front(),
                       [](Operation &op) { return op.hasAttr(sparsityAttrName); });
}

Value pith::throughViews(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

SmallVector<Operation *> pith::readersOf(Value value) {
  SmallVector<Operation *> readers;
  SmallVector<Value> work{value};
  while (!work.empty())
    for (Operation *user : work.pop_back_val().getUsers())
      if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(user))
        work.push_back(user->getResult(0));
      else
        readers.push_back(user);
  return readers;
}

bool pith::isDense(Value value) {
  value = throughViews(value);
  Operation *op = value.getDefiningOp();
  if (op && op->hasTrait<OpTrait::ConstantLike>())
    return true; // what is written elsewhere is a copy
  bool isOwn = op ? isa<GroupOp, CallOp, tensor::InsertSliceOp>(op)
                  : isa<func::FuncOp>(cast<BlockArgument>(value).getOwner()->getParentOp());
  return isOwn && llvm::none_of(readersOf(value), llvm::IsaPred<tensor::InsertSliceOp>);
}

GroupOp pith::cutGroup(OpBuilder &b, GroupOp group, ValueRange inputs, PartTypes typeOf) {
  auto cut = GroupOp::create(b, group.getLoc(), TypeRange(typeOf(group.getResult(0))), inputs,
                             group.getKernelAttr());
  cut->setDiscardableAttrs(group->getDiscardableAttrDictionary());
  Block *body = &cut.getBody().emplaceBlock();
  OpBuilder inner = OpBuilder::atBlockBegin(body);
  IRMapping mapping;
  Block &source = group.getBody().front();
  for (BlockArgument argument : source.getArguments())
    mapping.map(argument, body->addArgument(typeOf(argument), argument.getLoc()));
  for (Operation &op : source) {
    Operation *copy = inner.clone(op, mapping);
    for (auto [from, to] : llvm::zip_equal(op.getResults(), copy->getResults()))
      if (isa<RankedTensorType>(from.getType()))
        to.setType(typeOf(from));
  }
  return cut;
}

void pith::withCutGroup(GroupOp group, const RowTable &table, PartTypes typeOf, MakeCut make,
                        llvm::function_ref<void(GroupOp)> use) {
  OpBuilder b(group);
  SmallVector<Value> standIns;
  for (Value argument : group.getBody().getArguments()) {
    RankedTensorType type = typeOf(argument);
    standIns.push_back(
        tensor::EmptyOp::create(b, group.getLoc(), type.getShape(), type.getElementType()));
  }
  GroupOp cut = make(b, standIns);
  const KernelRow *row = table.rowOf(group);
  ArrayRef<int64_t> tile = group.getKernelAttr().getTile();
  bool decided = cut->removeAttr(itemsAttrName) != nullptr;
  if (row->skeleton->items && (decided || tile.size() == 2)) {
    Tile chosen = tile.size() == 2 ? Tile{unsigned(tile[0]), unsigned(tile[1])} : Tile();
    int64_t items = row->skeleton->items(cut, *row, chosen, table.vectors());
    cut->setAttr(itemsAttrName, b.getI64IntegerAttr(items));
  }
  use(cut);
  cut.erase();
  for (Value each : standIns)
    each.getDefiningOp()->erase();
}

func::FuncOp pith::makePart(OpBuilder &kernels, GroupOp group, const RowTable &table,
                            PartTypes typeOf, MakeCut make, const Twine &name) {
  func::FuncOp part;
  withCutGroup(group, table, typeOf, make,
               [&](GroupOp cut) { part = makeKernel(kernels, cut, name); });
  return part;
}

/// The row of the last group, at the cost of all.
static KernelAttr joinedRow(ArrayRef<GroupOp> groups) {
  double cost = 0;
  for (GroupOp group : groups)
    cost += double(group.getKernelAttr().getCost());
  GroupOp last = groups.back();
  KernelAttr row = last.getKernelAttr();
  return KernelAttr::get(last.getContext(), row.getRow(), wholeCycles(cost), row.getTile(),
                         row.getRejected(),
                         /*next=*/StringAttr(), /*nextCost=*/0);
}

func::FuncOp pith::makeJoining(OpBuilder &kernels, ArrayRef<GroupOp> groups, ValueRange inputs,
                               const std::string &name, int64_t items, int64_t scratch) {
  GroupOp last = groups.back();
  SmallVector<Type> tensors(inputs.getTypes());
  tensors.push_back(last.getResult(0).getType());
  auto kernel = func::FuncOp::create(
      kernels, last.getLoc(), name, kernels.getFunctionType(kernelArguments(kernels, tensors), {}));
  kernel.setPrivate();
  kernel->setAttr(kernelAttrName, joinedRow(groups));
  kernel->setAttr(itemsAttrName, kernels.getI64IntegerAttr(items));
  kernel->setAttr(scratchAttrName, kernels.getI64IntegerAttr(scratch));
  return kernel;
}

NamedAttrList pith::takeLayers(ArrayRef<GroupOp> groups) {
  NamedAttrList layer;
  for (GroupOp group : groups)
    for (NamedAttribute each : takeLayer(group))
      if (each.getName() == fallbackAttrName) // ways to tune are those of one group
        layer.set(each.getName(), each.getValue());
  return layer;
}

void pith::callInstead(GroupOp last, ValueRange inputs, func::FuncOp kernel,
                       const NamedAttrList &layer) {
  OpBuilder b(last);
  auto type = cast<RankedTensorType>(last.getResult(0).getType());
  Value empty = tensor::EmptyOp::create(b, last.getLoc(), type.getShape(), type.getElementType());
  auto call =
      CallOp::create(b, last.getLoc(), TypeRange(type),
                     FlatSymbolRefAttr::get(kernel.getSymNameAttr()), inputs, ValueRange(empty));
  for (NamedAttribute each : layer)
    call->setAttr(each.getName(), each.getValue());
  last.getResult(0).replaceAllUsesWith(call.getResult(0));
}

/// The readers behind them are gone.
static void eraseViews(Value value) {
  for (Operation *view : llvm::make_early_inc_range(value.getUsers())) {
    eraseViews(view->getResult(0));
    view->erase();
  }
}

void pith::eraseJoined(ArrayRef<GroupOp> groups) {
  for (GroupOp group : SmallVector<GroupOp>(llvm::reverse(groups))) {
    eraseViews(group.getResult(0));
    group.erase();
  }
}
