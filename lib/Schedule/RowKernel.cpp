// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernel of a chain on images: a loop over blocks of rows that calls a kernel for
// each group.
#include "lib/Schedule/Outline.h"
#include "lib/Schedule/RowChain.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace pith;

/// A kernel of the link's group for one block.
static func::FuncOp makeLinkPart(OpBuilder &kernels, const RowLink &link, const RowTable &table,
                                 const Twine &name) {
  auto typeOf = [&](Value value) { return link.typeOf(value); };
  auto cut = [&](OpBuilder &b, ValueRange inputs) {
    return cutGroup(b, link.made.group, inputs, typeOf);
  };
  return makePart(kernels, link.made.group, table, typeOf, cut, name);
}

/// A kernel of the frame around what is behind the link.
static func::FuncOp makeFramePart(OpBuilder &kernels, const RowLink &link, const RowTable &table,
                                  const Twine &name) {
  GroupOp frame = link.next.frame;
  auto typeOf = [&](Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    return type == frame.getResult(0).getType() ? link.typeBetween() : type;
  };
  auto cut = [&](OpBuilder &b, ValueRange inputs) {
    GroupOp group = cutGroup(b, frame, inputs, typeOf);
    for (auto op : group.getBody().front().getOps<FrameOp>()) {
      SmallVector<int64_t> low(op.getLayout().getLow()), high(op.getLayout().getHigh());
      low[1] = link.low;
      high[1] = link.high;
      op.setLayoutAttr(LayoutAttr::get(op.getContext(), low, high));
    }
    return group;
  };
  return makePart(kernels, frame, table, typeOf, cut, name);
}

namespace {
/// The loop over blocks.
class RowLoop {
public:
  RowLoop(OpBuilder &b, const RowChain &chain, func::FuncOp kernel)
      : b(b), chain(chain), kernel(kernel), loc(kernel.getLoc()),
        arguments(kernel.getNumArguments()), first(chain.links.size()) {}

  /// `names` are those of the groups' kernels and of the frames', null where there is none.
  void run(ArrayRef<FlatSymbolRefAttr> names, ArrayRef<FlatSymbolRefAttr> frames) {
    // No block writes into a frame.
    for (auto [i, link] : llvm::enumerate(chain.links))
      if (frames[i]) {
        GroupOp frame = link.next.frame;
        SmallVector<Value> ins =
            llvm::map_to_vector(frame.getInputs(), [&](Value input) { return argument(input); });
        CallOp::create(b, loc, TypeRange(), frames[i], ins, ValueRange(memoryBehind(i)));
      }
    auto loop = scf::ForOp::create(b, loc, kernel.getArgument(arguments - 3),
                                   kernel.getArgument(arguments - 2), constant(1));
    func::ReturnOp::create(b, loc);
    b.setInsertionPointToStart(loop.getBody());
    findRows(loop.getInductionVar());
    for (size_t i = 0; i < chain.links.size(); ++i) {
      GroupOp group = chain.links[i].made.group;
      SmallVector<Value> ins;
      for (auto [inner, outer] : llvm::zip_equal(group.getBody().getArguments(), group.getInputs()))
        ins.push_back(i && outer == chain.links[i - 1].next.read
                          ? readBehind(i - 1)
                          : partOf(i, inner, argument(outer)));
      Value out = i + 1 < chain.links.size()
                      ? writtenBehind(i)
                      : partOf(i, group.getResult(0), kernel.getArgument(arguments - 4));
      CallOp::create(b, loc, TypeRange(), names[i], ins, ValueRange(out));
    }
  }

private:
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
  Value times(Value x, int64_t y) {
    return y == 1 ? x : Value(arith::MulIOp::create(b, loc, x, constant(y)));
  }
  Value argument(Value input) {
    return kernel.getArgument(llvm::find(chain.inputs, input) - chain.inputs.begin());
  }

  /// The image of a block, and the first row that it computes of each group's result.
  void findRows(Value item) {
    int64_t blocks = chain.blocks();
    image = b.getIndexAttr(0);
    Value number = item;
    if (chain.links.back().made.images > 1) {
      image = arith::DivUIOp::create(b, loc, item, constant(blocks)).getResult();
      number = arith::RemUIOp::create(b, loc, item, constant(blocks));
    }
    first.back() = times(number, chain.links.back().count);
    for (size_t i = chain.links.size() - 1; i-- > 0;) {
      const RowLink &link = chain.links[i];
      Value row = times(first[i + 1], chain.links[i + 1].made.stride);
      if (link.low) {
        // Signed: it may be in front of the image.
        row = arith::SubIOp::create(b, loc, row, constant(link.low));
        row = arith::MaxSIOp::create(b, loc, row, constant(0));
      }
      if (link.high)
        row = arith::MinSIOp::create(b, loc, row, constant(link.made.rows - link.count));
      first[i] = row;
    }
  }

  /// The part that a block has of a value in the body of a link's group, or of its result.
  Value partOf(size_t i, Value inner, Value memory) {
    const RowLink &link = chain.links[i];
    RankedTensorType type = link.typeOf(inner);
    RowPart part = inner == link.result() ? RowPart::Made : link.made.parts.lookup(inner);
    if (part == RowPart::Whole)
      return memory;
    Value row = part == RowPart::Made ? first[i] : times(first[i], link.made.stride);
    return subview(memory, {image, row, b.getIndexAttr(0), b.getIndexAttr(0)}, type);
  }

  Value subview(Value memory, ArrayRef<OpFoldResult> offsets, RankedTensorType type) {
    SmallVector<OpFoldResult> sizes = getAsIndexOpFoldResult(b.getContext(), type.getShape());
    SmallVector<OpFoldResult> strides(sizes.size(), b.getIndexAttr(1));
    return memref::SubViewOp::create(b, loc, memory, offsets, sizes, strides);
  }

  Value memoryBehind(size_t i) {
    return memref::ViewOp::create(b, loc, memoryType(chain.links[i].typeBetween()),
                                  kernel.getArgument(arguments - 1), constant(chain.placeBehind(i)),
                                  ValueRange());
  }

  /// Where link `i` writes: always at the same place, inside of its frame.
  Value writtenBehind(size_t i) {
    const RowLink &link = chain.links[i];
    Value memory = memoryBehind(i);
    if (!link.next.frame)
      return memory;
    SmallVector<OpFoldResult> offsets = getAsIndexOpFoldResult(b.getContext(), link.next.offsets);
    return subview(memory, offsets, link.typeOf(link.result()));
  }

  /// Where the next group reads: where its rows in the padded image are behind the first
  /// one that was computed.
  Value readBehind(size_t i) {
    const RowLink &link = chain.links[i], &reader = chain.links[i + 1];
    Value memory = memoryBehind(i);
    if (!link.next.frame)
      return memory;
    OpFoldResult none = b.getIndexAttr(0), row = none;
    if (link.low || link.high)
      row = arith::SubIOp::create(b, loc, times(first[i + 1], reader.made.stride), first[i])
                .getResult();
    SmallVector<int64_t> shape(link.typeBetween().getShape());
    shape[1] = reader.reads();
    return subview(memory, {none, row, none, none}, link.typeBetween().clone(shape));
  }

  OpBuilder &b;
  const RowChain &chain;
  func::FuncOp kernel;
  Location loc;
  unsigned arguments;
  OpFoldResult image;
  SmallVector<Value> first;
};
} // namespace

func::FuncOp pith::makeRowKernel(ModuleOp module, const RowChain &chain, const RowTable &table,
                                 const std::string &name) {
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  func::FuncOp kernel = makeJoining(b, chain.groups(), chain.inputs.getArrayRef(), name,
                                    chain.items(), chain.scratchBytes());
  SmallVector<FlatSymbolRefAttr> parts, frames;
  for (auto [i, link] : llvm::enumerate(chain.links)) {
    std::string part = name + "_" + std::to_string(i);
    parts.push_back(FlatSymbolRefAttr::get(makeLinkPart(b, link, table, part).getSymNameAttr()));
    frames.push_back({});
    if (link.next.frame)
      frames.back() =
          FlatSymbolRefAttr::get(makeFramePart(b, link, table, part + "_frame").getSymNameAttr());
  }
  b.setInsertionPointToStart(kernel.addEntryBlock());
  RowLoop(b, chain, kernel).run(parts, frames);
  return kernel;
}
