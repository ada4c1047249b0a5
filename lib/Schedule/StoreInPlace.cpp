// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Results go where padding or a concatenation would copy them.
#include "lib/Schedule/GroupEdits.h"
#include "lib/Schedule/Passes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_STOREINPLACE
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

struct StoreInPlace : pith::impl::StoreInPlaceBase<StoreInPlace> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto table = RowTable::of(module);
    if (!table)
      return signalPassFailure();
    for (GroupOp group : groupsOf(module)) {
      if (auto pad = onlyOperator<ToLayoutOp>(group))
        storeInFrame(*table, group, pad);
      else if (auto concat = onlyOperator<tensor::ConcatOp>(group))
        storeInParts(*table, group, concat);
    }
  }

  /// The group whose only result is `value`, which nothing but `reader` reads, and
  /// whose kernel can write to a part of a tensor with gaps behind each `run` of
  /// elements; null: it is not so.
  static GroupOp writerOf(const RowTable &table, Value value, int64_t run, GroupOp reader) {
    auto writer = value.getDefiningOp<GroupOp>();
    if (!writer || writer.getNumResults() != 1 || !value.hasOneUse() ||
        writer->getBlock() != reader->getBlock())
      return {};
    const KernelRow *row = table.rowOf(writer);
    return row && row->skeleton && row->skeleton->storesParts &&
                   row->skeleton->storesParts(writer, run, table.vectors())
               ? writer
               : GroupOp();
  }

  /// `value` as a part of `whole`, right behind the group that makes it.
  static Value insert(GroupOp writer, Value value, Value whole, ArrayRef<int64_t> offsets) {
    OpBuilder b(writer->getContext());
    b.setInsertionPointAfter(writer);
    auto fold = [&](ArrayRef<int64_t> list) {
      return getAsIndexOpFoldResult(b.getContext(), list);
    };
    SmallVector<int64_t> ones(offsets.size(), 1);
    return tensor::InsertSliceOp::create(b, writer.getLoc(), value, whole, fold(offsets),
                                         fold(tensorOf(value).getShape()), fold(ones));
  }

  void storeInFrame(const RowTable &table, GroupOp group, ToLayoutOp pad) {
    LayoutAttr layout = pad.getLayout();
    if (!layout.onlyPads() || layout.addsNothing() || !isa<BlockArgument>(pad.getInput()))
      return;
    Value source = outerValue(group, pad.getInput());
    ArrayRef<int64_t> shape = tensorOf(source).getShape();
    size_t outermost = shape.size();
    while (outermost > 0 && !layout.getLow()[outermost - 1] && !layout.getHigh()[outermost - 1])
      --outermost;
    int64_t run = ShapedType::getNumElements(shape.drop_front(outermost ? outermost - 1 : 0));
    GroupOp writer = writerOf(table, source, run, group);
    if (!writer)
      return;
    // What fills the frame has to be there before the writer runs.
    SmallVector<Value> inputs;
    auto argument = dyn_cast_or_null<BlockArgument>(pad.getValue());
    if (argument) {
      Value outer = outerValue(group, argument);
      Operation *op = outer.getDefiningOp();
      if (op && !op->hasTrait<OpTrait::ConstantLike>() &&
          !(op->getBlock() == writer->getBlock() && op->isBeforeInBlock(writer)))
        return;
      if (auto constant = outer.getDefiningOp<ConstantOp>())
        outer = makeConstant(writer, constant.getLoc(), constant.getValue());
      inputs.push_back(outer);
    }
    auto body = [&](OpBuilder &b, ValueRange tensors) -> Value {
      Value number;
      if (argument)
        number = tensors[0];
      else if (pad.getValue())
        number = b.clone(*pad.getValue().getDefiningOp())->getResult(0);
      return FrameOp::create(b, group.getLoc(), tensorOf(pad.getResult()), number, layout);
    };
    SmallVector<std::string> reasons;
    Value frame = tryGroup(writer, group.getLoc(), inputs, table, body, reasons);
    if (!frame)
      return; // the target has no row for it
    ++numFrames;
    Value padded = insert(writer, source, frame, layout.getLow());
    group.replaceAllUsesWith(ValueRange(padded));
    group.erase();
  }

  void storeInParts(const RowTable &table, GroupOp group, tensor::ConcatOp concat) {
    SmallVector<std::pair<GroupOp, int64_t>> parts; // and where they begin
    int64_t place = 0;
    for (Value input : concat.getInputs()) {
      int64_t run = ShapedType::getNumElements(
          tensorOf(input).getShape().drop_front(int64_t(concat.getDim())));
      GroupOp writer = isa<BlockArgument>(input)
                           ? writerOf(table, outerValue(group, input), run, group)
                           : GroupOp();
      if (!writer)
        return;
      parts.emplace_back(writer, place);
      place += tensorOf(input).getDimSize(concat.getDim());
    }
    llvm::sort(parts, [](const auto &left, const auto &right) {
      return left.first->isBeforeInBlock(right.first);
    });
    OpBuilder b(parts.front().first);
    RankedTensorType type = concat.getResultType();
    Value whole =
        tensor::EmptyOp::create(b, group.getLoc(), type.getShape(), type.getElementType());
    for (auto [writer, begin] : parts) {
      SmallVector<int64_t> offsets(type.getRank(), 0);
      offsets[concat.getDim()] = begin;
      whole = insert(writer, writer.getResult(0), whole, offsets);
    }
    ++numParts;
    group.replaceAllUsesWith(ValueRange(whole));
    group.erase();
  }
};

} // namespace
