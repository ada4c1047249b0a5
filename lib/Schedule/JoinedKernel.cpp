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

func::FuncOp pith::makeJoinedKernel(ModuleOp module, const Chain &chain, const RowTable &table,
                                    const std::string &name) {
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  func::FuncOp kernel = makeJoining(b, chain.groups, chain.inputs.getArrayRef(), name,
                                    chain.items(), chain.bytesBetween());
  SmallVector<FlatSymbolRefAttr> parts;
  auto typeOf = [&](Value value) { return chain.slices->typeOf(value); };
  for (auto [i, each] : llvm::enumerate(chain.groups)) {
    GroupOp group = each;
    auto cut = [&](OpBuilder &b, ValueRange inputs) {
      return chain.slices->cutGroup(b, group, inputs);
    };
    func::FuncOp part = makePart(b, group, table, typeOf, cut, name + "_" + Twine(i));
    parts.push_back(FlatSymbolRefAttr::get(part.getSymNameAttr()));
  }
  b.setInsertionPointToStart(kernel.addEntryBlock());
  Loop(b, chain, kernel).run(parts);
  return kernel;
}
