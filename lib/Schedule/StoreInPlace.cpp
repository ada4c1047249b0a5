// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Results go where padding or a concatenation would copy them.
#include "lib/Schedule/GroupEdits.h"
#include "lib/Schedule/Passes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <optional>

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_STOREINPLACE
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// A concatenation that is a part of another one, perhaps with fewer dimensions there.
struct Nest {
  tensor::ConcatOp inner;
  tensor::CollapseShapeOp view; ///< null: as it is
  int64_t dim, begin;           ///< where the outer one has it
};

/// A result that becomes a part of a larger tensor.
struct Part {
  GroupOp writer;
  tensor::CollapseShapeOp view;            ///< in which the larger tensor has it; null: as it is
  int64_t dim = 0, begin = 0;              ///< of a concatenation
  SmallVector<Nest, 1> nests = {};         ///< around it, the outermost first
  SmallVector<OpOperand *, 2> others = {}; ///< that read it besides
  SmallVector<OpOperand *, 2> padded = {}; ///< and those that can read it with its padding

  Value value() { return writer.getResult(0); }
};

/// What the larger tensor is behind each part that is written to it.
struct Version {
  Operation *insertion;
  Value whole;
};

struct StoreInPlace : pith::impl::StoreInPlaceBase<StoreInPlace> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto table = RowTable::of(module);
    if (!table)
      return signalPassFailure();
    // A result that is read by both goes where more is copied.
    for (GroupOp group : groupsOf(module)) {
      ValueRange made = group.getBody().front().getTerminator()->getOperands();
      auto concat = made.front().getDefiningOp<tensor::ConcatOp>();
      if (concat && made.size() == 1)
        storeInParts(*table, group, concat);
    }
    for (GroupOp group : groupsOf(module))
      if (auto pad = onlyOperator<ToLayoutOp>(group))
        storeInFrame(*table, group, pad);
  }

  /// Whether `use` is that of a kernel that can read a part of a tensor.
  static bool readsParts(const RowTable &table, OpOperand &use) {
    auto group = dyn_cast<GroupOp>(use.getOwner());
    const KernelRow *row = group ? table.rowOf(group) : nullptr;
    return row && row->skeleton && row->skeleton->readsParts &&
           row->skeleton->readsParts(group, table.vectors());
  }

  /// Whether it is that of a kernel that can read a tensor with this padding instead.
  static bool readsPadded(const RowTable &table, OpOperand &use, LayoutAttr padding) {
    auto group = dyn_cast<GroupOp>(use.getOwner());
    const KernelRow *row = group ? table.rowOf(group) : nullptr;
    return row && row->skeleton && row->skeleton->readsPadded &&
           row->skeleton->readsPadded(group, use.getOperandNumber(), padding, *row, tileOf(group),
                                      table.vectors());
  }

  /// Lets the kernel of `use` do so.
  static void readPadded(const RowTable &table, OpOperand &use, Value padded, LayoutAttr padding) {
    auto group = cast<GroupOp>(use.getOwner());
    Block &body = group.getBody().front();
    BlockArgument argument = body.getArgument(use.getOperandNumber());
    OpBuilder b(&body, body.begin());
    auto own = FromLayoutOp::create(b, group.getLoc(), argument.getType(), argument, padding);
    argument.replaceAllUsesExcept(own.getResult(), own);
    argument.setType(padded.getType());
    use.set(padded);
    const KernelRow *row = table.rowOf(group);
    if (row->skeleton->items)
      group->setAttr(itemsAttrName, b.getI64IntegerAttr(row->skeleton->items(
                                        group, *row, tileOf(group), table.vectors())));
  }

  /// The part that `reader` has of `value`: of a group with no other result, whose
  /// kernel can write to a part of a tensor with gaps behind each `run` of elements,
  /// while all others that read it can find it there, perhaps as padding around it
  /// lets them. Null: it is not so.
  static std::optional<Part> partOf(const RowTable &table, Value value, int64_t run, GroupOp reader,
                                    LayoutAttr padding = {}) {
    Part part;
    part.view = value.getDefiningOp<tensor::CollapseShapeOp>();
    if (part.view && !part.view->hasOneUse())
      return std::nullopt;
    Value made = part.view ? part.view.getSrc() : value;
    part.writer = made.getDefiningOp<GroupOp>();
    if (!part.writer || part.writer.getNumResults() != 1 ||
        part.writer->getBlock() != reader->getBlock())
      return std::nullopt;
    const KernelRow *row = table.rowOf(part.writer);
    if (!row || !row->skeleton || !row->skeleton->storesParts ||
        !row->skeleton->storesParts(part.writer, run, table.vectors()))
      return std::nullopt;
    int64_t here = 0;
    for (OpOperand &use : made.getUses()) {
      Operation *user = use.getOwner();
      if (user == reader || user == part.view) {
        ++here;
        continue;
      }
      // One that is seen with more dimensions is read by kernels again.
      bool expands = isa<tensor::ExpandShapeOp>(user);
      if (user->getBlock() != reader->getBlock() || part.view)
        return std::nullopt;
      if (padding && readsPadded(table, use, padding)) {
        part.padded.push_back(&use);
        continue;
      }
      if (!(expands ? llvm::all_of(user->getUses(),
                                   [&](OpOperand &each) {
                                     return each.getOwner()->getBlock() == reader->getBlock() &&
                                            readsParts(table, each);
                                   })
                    : readsParts(table, use)))
        return std::nullopt;
      part.others.push_back(&use);
    }
    return here == 1 ? std::optional(part) : std::nullopt;
  }

  static SmallVector<OpFoldResult> fold(MLIRContext *context, ArrayRef<int64_t> list) {
    return getAsIndexOpFoldResult(context, list);
  }

  /// `part` in `whole`, right behind the group that makes it.
  static Version insert(Part &part, Value whole, ArrayRef<int64_t> offsets) {
    MLIRContext *context = part.writer.getContext();
    OpBuilder b(part.writer);
    Location loc = part.writer.getLoc();
    // What concatenations around the part have of the whole.
    SmallVector<std::pair<tensor::ExtractSliceOp, Nest>> around;
    for (Nest nest : part.nests) {
      RankedTensorType all = tensorOf(whole), inner = nest.inner.getResultType();
      RankedTensorType type = nest.view ? nest.view.getResultType() : inner;
      SmallVector<int64_t> at(all.getRank(), 0), ones(all.getRank(), 1);
      at[nest.dim] = nest.begin;
      auto slice =
          tensor::ExtractSliceOp::create(b, loc, type, whole, fold(context, at),
                                         fold(context, type.getShape()), fold(context, ones));
      around.push_back({slice, nest});
      whole = nest.view ? tensor::ExpandShapeOp::create(b, loc, inner, slice,
                                                        nest.view.getReassociationIndices())
                              .getResult()
                        : slice.getResult();
    }
    RankedTensorType type = tensorOf(part.value()), all = tensorOf(whole);
    SmallVector<int64_t> at(offsets);
    Value target = whole;
    if (part.view) {
      // The larger tensor is seen with the dimensions that the part has.
      SmallVector<int64_t> shape(type.getShape());
      at.assign(shape.size(), 0);
      for (auto [i, group] : llvm::enumerate(part.view.getReassociationIndices()))
        if (group.size() == 1) {
          shape[group.front()] = all.getDimSize(int64_t(i));
          at[group.front()] = offsets[i];
        }
      target = tensor::ExpandShapeOp::create(b, loc, all.clone(shape), whole,
                                             part.view.getReassociationIndices());
    }
    b.setInsertionPointAfter(part.writer);
    SmallVector<int64_t> ones(at.size(), 1);
    Operation *insertion =
        tensor::InsertSliceOp::create(b, loc, part.value(), target, fold(context, at),
                                      fold(context, type.getShape()), fold(context, ones));
    Value result = insertion->getResult(0);
    if (part.view)
      result =
          tensor::CollapseShapeOp::create(b, loc, all, result, part.view.getReassociationIndices());
    for (auto [slice, nest] : llvm::reverse(around)) {
      if (nest.view)
        result = tensor::CollapseShapeOp::create(b, loc, slice.getType(), result,
                                                 nest.view.getReassociationIndices());
      result =
          tensor::InsertSliceOp::create(b, loc, result, slice.getSource(), slice.getMixedOffsets(),
                                        slice.getMixedSizes(), slice.getMixedStrides());
    }
    return {insertion, result};
  }

  /// Lets others that read `part` do so from the larger tensor, as it is by then.
  static void readThere(Part &part, ArrayRef<Version> versions, ArrayRef<int64_t> offsets) {
    MLIRContext *context = part.writer.getContext();
    RankedTensorType type = tensorOf(part.value());
    SmallVector<int64_t> ones(offsets.size(), 1);
    auto partBefore = [&](Operation *user) -> Value {
      const Version *last = &versions.front();
      for (const Version &version : versions)
        if (version.insertion->isBeforeInBlock(user))
          last = &version;
      OpBuilder b(user);
      return tensor::ExtractSliceOp::create(b, user->getLoc(), type, last->whole,
                                            fold(context, offsets), fold(context, type.getShape()),
                                            fold(context, ones));
    };
    for (OpOperand *use : part.others) {
      auto view = dyn_cast<tensor::ExpandShapeOp>(use->getOwner());
      if (!view) {
        use->set(partBefore(use->getOwner()));
        continue;
      }
      for (OpOperand &each : llvm::make_early_inc_range(view->getUses())) {
        Value there = partBefore(each.getOwner());
        OpBuilder b(each.getOwner());
        each.set(tensor::ExpandShapeOp::create(b, view.getLoc(), view.getResultType(), there,
                                               view.getReassociationIndices()));
      }
      view.erase();
    }
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
    std::optional<Part> part = partOf(table, source, run, group, layout);
    if (!part || part->view)
      return;
    GroupOp writer = part->writer;
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
    Version padded = insert(*part, frame, layout.getLow());
    readThere(*part, padded, layout.getLow());
    for (OpOperand *use : part->padded)
      readPadded(table, *use, padded.whole, layout);
    group.replaceAllUsesWith(ValueRange(padded.whole));
    group.erase();
  }

  /// Adds the parts of a concatenation, and of those that are its parts, to `parts`;
  /// `seen` gets the operators. False where one has to be copied.
  static bool addParts(const RowTable &table, GroupOp group, tensor::ConcatOp concat,
                       ArrayRef<Nest> nests, SmallVectorImpl<Part> &parts,
                       llvm::SmallPtrSetImpl<Operation *> &seen) {
    int64_t dim = int64_t(concat.getDim()), place = 0;
    seen.insert(concat);
    for (Value input : concat.getInputs()) {
      int64_t begin = place;
      place += tensorOf(input).getDimSize(dim);
      auto view = input.getDefiningOp<tensor::CollapseShapeOp>();
      Value source = view ? view.getSrc() : input;
      if (auto inner = source.getDefiningOp<tensor::ConcatOp>()) {
        SmallVector<Nest> inside(nests);
        inside.push_back({inner, view, dim, begin});
        if (view)
          seen.insert(view);
        if (!source.hasOneUse() || !input.hasOneUse() ||
            !addParts(table, group, inner, inside, parts, seen))
          return false;
        continue;
      }
      int64_t run = ShapedType::getNumElements(tensorOf(input).getShape().drop_front(dim));
      std::optional<Part> part = isa<BlockArgument>(input)
                                     ? partOf(table, outerValue(group, input), run, group)
                                     : std::nullopt;
      if (!part || (part->view && part->view.getReassociationIndices()[dim].size() != 1) ||
          (!nests.empty() && !part->others.empty()))
        return false;
      part->dim = dim;
      part->begin = begin;
      part->nests.assign(nests.begin(), nests.end());
      parts.push_back(*part);
    }
    return true;
  }

  void storeInParts(const RowTable &table, GroupOp group, tensor::ConcatOp concat) {
    RankedTensorType type = concat.getResultType();
    SmallVector<Part> parts;
    llvm::SmallPtrSet<Operation *, 8> seen;
    if (!addParts(table, group, concat, {}, parts, seen))
      return;
    for (Operation &op : group.getBody().front().without_terminator())
      if (!seen.contains(&op) && !op.hasTrait<OpTrait::ConstantLike>())
        return;
    // A kernel writes its results to one place; a value that stands twice is copied.
    llvm::SmallPtrSet<Operation *, 8> writers;
    for (Part &part : parts)
      if (!writers.insert(part.writer).second)
        return;
    // A kernel cannot read the tensor that it writes to.
    auto writes = [&](Operation *op) {
      return llvm::any_of(parts, [&](Part &each) { return each.writer == op; });
    };
    for (Part &part : parts)
      for (OpOperand *use : part.others)
        if (Operation *user = use->getOwner();
            writes(user) ||
            (isa<tensor::ExpandShapeOp>(user) && llvm::any_of(user->getUsers(), writes)))
          return;
    llvm::sort(parts, [](const Part &left, const Part &right) {
      return left.writer->isBeforeInBlock(right.writer);
    });
    OpBuilder b(parts.front().writer);
    Value whole =
        tensor::EmptyOp::create(b, group.getLoc(), type.getShape(), type.getElementType());
    // Bufferization finds a place for one use of an empty tensor; nests make several.
    if (llvm::any_of(parts, [](Part &part) { return !part.nests.empty(); }))
      whole = tensor::CastOp::create(b, group.getLoc(), type, whole);
    auto offsetsOf = [&](Part &part) {
      RankedTensorType around = part.nests.empty() ? type : part.nests.back().inner.getResultType();
      SmallVector<int64_t> offsets(around.getRank(), 0);
      offsets[part.dim] = part.begin;
      return offsets;
    };
    SmallVector<Version> versions;
    for (Part &part : parts)
      versions.push_back(
          insert(part, versions.empty() ? whole : versions.back().whole, offsetsOf(part)));
    for (auto [i, part] : llvm::enumerate(parts))
      readThere(part, ArrayRef(versions).drop_front(i), offsetsOf(part));
    ++numParts;
    SmallVector<Operation *> views;
    for (Part &part : parts)
      if (part.view)
        views.push_back(part.view);
    group.replaceAllUsesWith(ValueRange(versions.back().whole));
    group.erase();
    for (Operation *view : views)
      view->erase();
  }
};

} // namespace
