// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernel of a chain: a loop over blocks that calls a kernel for each group.
#include "lib/Schedule/Chain.h"
#include "lib/Schedule/Outline.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;

/// A kernel that computes one block of what `group` does.
static func::FuncOp makePart(OpBuilder &kernels, const Chain &chain, GroupOp group,
                             const RowTable &table, const std::string &name) {
  OpBuilder b(group);
  SmallVector<Value> standIns;
  for (Value argument : group.getBody().getArguments()) {
    RankedTensorType type = chain.slices->typeOf(argument);
    standIns.push_back(
        tensor::EmptyOp::create(b, group.getLoc(), type.getShape(), type.getElementType()));
  }
  GroupOp cut = chain.slices->cutGroup(b, group, standIns);
  const KernelRow *row = table.rowOf(group);
  ArrayRef<int64_t> tile = group.getKernelAttr().getTile();
  cut->removeAttr(itemsAttrName);
  if (row->skeleton->items && tile.size() == 2) {
    Tile chosen{unsigned(tile[0]), unsigned(tile[1])};
    int64_t items = row->skeleton->items(cut, *row, chosen, table.vectors());
    cut->setAttr(itemsAttrName, b.getI64IntegerAttr(items));
  }
  func::FuncOp part = makeKernel(kernels, cut, name);
  cut.erase();
  for (Value each : standIns)
    each.getDefiningOp()->erase();
  return part;
}

namespace {
/// The loop over blocks.
class Loop {
public:
  Loop(OpBuilder &b, const Chain &chain, func::FuncOp kernel)
      : b(b), chain(chain), kernel(kernel), loc(kernel.getLoc()),
        arguments(kernel.getNumArguments()) {}

  /// `names` are those of the groups' kernels.
  void run(ArrayRef<FlatSymbolRefAttr> names) {
    auto loop = scf::ForOp::create(b, loc, kernel.getArgument(arguments - 3),
                                   kernel.getArgument(arguments - 2), constant(1));
    func::ReturnOp::create(b, loc);
    b.setInsertionPointToStart(loop.getBody());
    findPlace(loop.getInductionVar());
    for (auto [i, group] : llvm::enumerate(SmallVector<GroupOp>(chain.groups))) {
      SmallVector<Value> ins;
      for (Value input : group.getInputs())
        ins.push_back(chain.isBetween(input) ? between(input)
                                             : partOf(input, kernel.getArgument(numberOf(input))));
      Value result = group.getResult(0);
      Value out = group == chain.last() ? partOf(result, kernel.getArgument(arguments - 4))
                                        : between(result);
      CallOp::create(b, loc, TypeRange(), names[i], ins, ValueRange(out));
    }
  }

private:
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

  int64_t numberOf(Value input) const {
    return llvm::find(chain.inputs, input) - chain.inputs.begin();
  }

  /// Where the block of a number begins in each dimension that is cut.
  void findPlace(Value number) {
    place.assign(chain.sizes.size(), b.getIndexAttr(0));
    for (int64_t i = int64_t(chain.sizes.size()) - 1; i >= 0; --i) {
      int64_t count = chain.sizes[i] / chain.block[i];
      if (count == 1)
        continue;
      Value along = arith::RemUIOp::create(b, loc, number, constant(count));
      place[i] = arith::MulIOp::create(b, loc, along, constant(chain.block[i])).getResult();
      number = arith::DivUIOp::create(b, loc, number, constant(count));
    }
  }

  /// The block's part of `tensor`, which is in `memory`.
  Value partOf(Value tensor, Value memory) {
    if (chain.slices->isUncut(tensor))
      return memory;
    SmallVector<OpFoldResult> offsets, sizes;
    for (int64_t dim : chain.slices->of(tensor))
      offsets.push_back(dim == uncut ? OpFoldResult(b.getIndexAttr(0)) : place[dim]);
    for (int64_t size : chain.slices->typeOf(tensor).getShape())
      sizes.push_back(b.getIndexAttr(size));
    SmallVector<OpFoldResult> strides(sizes.size(), b.getIndexAttr(1));
    return memref::SubViewOp::create(b, loc, memory, offsets, sizes, strides);
  }

  /// The block of `tensor` in scratch memory.
  Value between(Value tensor) {
    return memref::ViewOp::create(b, loc, memoryType(chain.slices->typeOf(tensor)),
                                  kernel.getArgument(arguments - 1),
                                  constant(chain.placeBetween(tensor)), ValueRange());
  }

  OpBuilder &b;
  const Chain &chain;
  func::FuncOp kernel;
  Location loc;
  unsigned arguments;
  SmallVector<OpFoldResult> place;
};
} // namespace

/// The row of the last group, for which the kernel counts as one.
static KernelAttr kernelAttrOf(const Chain &chain) {
  double cost = 0;
  for (GroupOp group : chain.groups)
    cost += double(group.getKernelAttr().getCost());
  GroupOp last = chain.last();
  KernelAttr row = last.getKernelAttr();
  return KernelAttr::get(last.getContext(), row.getRow(), wholeCycles(cost), row.getTile(),
                         row.getRejected(),
                         /*next=*/StringAttr(), /*nextCost=*/0);
}

func::FuncOp pith::makeJoinedKernel(ModuleOp module, const Chain &chain, const RowTable &table,
                                    const std::string &name) {
  GroupOp last = chain.last();
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  SmallVector<Type> tensors;
  for (Value input : chain.inputs)
    tensors.push_back(input.getType());
  tensors.push_back(last.getResult(0).getType());
  auto kernel = func::FuncOp::create(b, last.getLoc(), name,
                                     b.getFunctionType(kernelArguments(b, tensors), {}));
  kernel.setPrivate();
  kernel->setAttr(kernelAttrName, kernelAttrOf(chain));
  kernel->setAttr(itemsAttrName, b.getI64IntegerAttr(chain.items()));
  kernel->setAttr(scratchAttrName, b.getI64IntegerAttr(chain.bytesBetween()));
  SmallVector<FlatSymbolRefAttr> parts;
  for (auto [i, group] : llvm::enumerate(chain.groups))
    parts.push_back(FlatSymbolRefAttr::get(
        makePart(b, chain, group, table, name + "_" + std::to_string(i)).getSymNameAttr()));
  b.setInsertionPointToStart(kernel.addEntryBlock());
  Loop(b, chain, kernel).run(parts);
  return kernel;
}
