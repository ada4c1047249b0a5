// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stores operands of groups in the layouts that were assigned to them.
#include "dialects/Pith/ConstantReader.h"
#include "lib/Schedule/GroupEdits.h"
#include "lib/Schedule/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_APPLYLAYOUTS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// The only operator of a group that does nothing but pad; null: it is another.
ToLayoutOp paddingOf(Value value) {
  auto group = value.getDefiningOp<GroupOp>();
  ToLayoutOp pad = group && value.hasOneUse() ? onlyOperator<ToLayoutOp>(group) : ToLayoutOp();
  return pad && pad.getLayout().onlyPads() && isa<BlockArgument>(pad.getInput()) ? pad
                                                                                 : ToLayoutOp();
}

/// What `value` is read from, if it lies in memory in `layout` already.
Value storedIn(Value value, LayoutAttr layout) {
  auto group = value.getDefiningOp<GroupOp>();
  FromLayoutOp from = group ? onlyOperator<FromLayoutOp>(group) : FromLayoutOp();
  bool same = from && from.getLayout() == layout && isa<BlockArgument>(from.getInput());
  return same ? outerValue(group, from.getInput()) : Value();
}

/// The group that makes `value` at so little cost that what stores it in a layout
/// may do that on the way: it moves elements, or computes each for this reader only.
GroupOp makerOf(Value value) {
  if (GroupOp moves = movementOf(value))
    return moves;
  auto group = value.getDefiningOp<GroupOp>();
  bool computes = group && group.getNumResults() == 1 && value.hasOneUse() &&
                  llvm::all_of(group.getBody().front().without_terminator(), [](Operation &op) {
                    return op.hasTrait<OpTrait::ConstantLike>() ||
                           isa<MapOp, linalg::TransposeOp, tensor::ExpandShapeOp,
                               tensor::CollapseShapeOp, tensor::EmptyOp>(op);
                  });
  return computes ? group : GroupOp();
}

SmallVector<int64_t> added(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  SmallVector<int64_t> sum;
  for (auto [x, y] : llvm::zip_equal(a, b))
    sum.push_back(x + y);
  return sum;
}

class Application {
public:
  explicit Application(const RowTable &table) : table(table) {}

  /// Makes the body of `group` store its result in the layout that was assigned.
  LogicalResult storeResult(GroupOp group) {
    auto layout = group->getAttrOfType<LayoutAttr>(resultLayoutAttrName);
    if (!layout)
      return success();
    if (group.getNumResults() != 1)
      return group.emitError("expected one result where a layout is assigned to it");
    Value result = group.getResult(0);
    if (!llvm::all_of(result.getUses(), [&](OpOperand &use) { return isReadIn(use, layout); }))
      return group.emitError() << "expected all readers of a result to ask for its layout, "
                               << layout;
    group->removeAttr(resultLayoutAttrName);
    auto type = layout.resultType(tensorOf(result), [&] { return group.emitError(); });
    if (failed(type))
      return failure();
    auto yield = cast<YieldOp>(group.getBody().front().getTerminator());
    OpBuilder b(yield);
    yield.setOperand(0, ToLayoutOp::create(b, group.getLoc(), *type, yield.getOperand(0),
                                           /*value=*/Value(), layout));
    result.setType(*type);
    inLayout[result] = layout;
    for (Operation *user : llvm::make_early_inc_range(result.getUsers()))
      if (auto reader = dyn_cast<GroupOp>(user); reader && onlyOperator<ToLayoutOp>(reader)) {
        reader.replaceAllUsesWith(ValueRange(result));
        reader.erase();
      }
    return success();
  }

  LogicalResult run(GroupOp group) {
    auto layouts = group->getAttrOfType<ArrayAttr>(layoutsAttrName);
    if (!layouts)
      return success();
    if (layouts.size() != group.getInputs().size())
      return group.emitError() << "expected layouts for " << group.getInputs().size()
                               << " operands, got " << layouts.size();
    group->removeAttr(layoutsAttrName);
    for (auto [index, attribute] : llvm::enumerate(layouts)) {
      auto layout = dyn_cast<LayoutAttr>(attribute);
      if (!layout)
        continue;
      FailureOr<Value> stored = store(group, group.getInputs()[index], layout);
      if (failed(stored))
        return failure();
      group.getInputsMutable()[index].assign(*stored);
      read(group, index, tensorOf(*stored), layout);
    }
    return success();
  }

private:
  /// `value` in `layout`, in front of `group`.
  FailureOr<Value> store(GroupOp group, Value value, LayoutAttr layout) {
    if (inLayout.lookup(value) == layout)
      return value;
    if (Value source = storedIn(value, layout))
      return source;
    Value &known = stored[{group->getBlock(), value, layout}];
    if (known)
      return known;
    Location loc = group.getLoc();
    if (auto constant = value.getDefiningOp<ConstantOp>())
      if (TypedAttr packed = withStep(constant.getValue(), layout))
        return known = makeConstant(group, loc, packed);
    Value padding;
    Value source = value;
    LayoutAttr whole = layout;
    // What is padded already is padded more, at once.
    if (ToLayoutOp pad = layout.onlyPads() ? paddingOf(value) : ToLayoutOp()) {
      auto first = cast<GroupOp>(pad->getParentOp());
      source = outerValue(first, pad.getInput());
      padding = pad.getValue();
      whole = LayoutAttr::get(group.getContext(), added(layout.getLow(), pad.getLayout().getLow()),
                              added(layout.getHigh(), pad.getLayout().getHigh()));
    }
    FailureOr<RankedTensorType> type =
        whole.resultType(tensorOf(source), [&] { return group.emitError(); });
    if (failed(type))
      return failure();
    if (GroupOp maker = makerOf(value); maker && !layout.onlyPads()) {
      FailureOr<Value> result = makeGroup(
          group, loc, maker.getInputs(), table, [&](OpBuilder &b, ValueRange tensors) -> Value {
            return ToLayoutOp::create(b, loc, *type, copyBody(b, maker, tensors), Value(), whole);
          });
      if (failed(result))
        return failure();
      return known = *result;
    }
    SmallVector<Value> inputs{source};
    bool inputPadding = padding && isa<BlockArgument>(padding);
    if (inputPadding)
      inputs.push_back(outerValue(cast<GroupOp>(padding.getParentBlock()->getParentOp()), padding));
    FailureOr<Value> result =
        makeGroup(group, loc, inputs, table, [&](OpBuilder &b, ValueRange tensors) -> Value {
          Value number;
          if (inputPadding)
            number = tensors[1];
          else if (padding)
            number = b.clone(*padding.getDefiningOp())->getResult(0);
          return ToLayoutOp::create(b, loc, *type, tensors[0], number, whole);
        });
    if (failed(result))
      return failure();
    return known = *result;
  }

  /// Makes the body read argument `index`, which lies in memory in `layout`.
  void read(GroupOp group, unsigned index, RankedTensorType type, LayoutAttr layout) {
    BlockArgument argument = group.getBody().front().getArgument(index);
    RankedTensorType logical = tensorOf(argument);
    argument.setType(type);
    OpBuilder b = OpBuilder::atBlockBegin(argument.getOwner());
    auto from = FromLayoutOp::create(b, group.getLoc(), logical, argument, layout);
    argument.replaceAllUsesExcept(from.getResult(), from);
    // A convolution that pads reads the padding that is there.
    for (Operation *user : llvm::make_early_inc_range(from->getUsers()))
      if (auto conv = dyn_cast<ConvOp>(user); conv && layout.onlyPads())
        takePadding(conv, from, logical);
    if (from.use_empty())
      from.erase();
  }

  void takePadding(ConvOp conv, FromLayoutOp from, RankedTensorType logical) {
    SmallVector<int64_t> low(from.getLayout().getLow()), high(from.getLayout().getHigh());
    SmallVector<int64_t> shape(logical.getShape());
    if (conv.getInput() != from.getResult() ||
        llvm::is_contained({conv.getFilter(), conv.getBias()}, from.getResult()))
      return;
    bool pads = false;
    for (auto [i, before, after] : llvm::enumerate(conv.getLow(), conv.getHigh())) {
      low[i + 1] -= before;
      high[i + 1] -= after;
      shape[i + 1] += before + after;
      pads |= before || after;
      if (low[i + 1] < 0 || high[i + 1] < 0)
        return;
    }
    if (!pads)
      return;
    OpBuilder b(conv);
    auto rest = LayoutAttr::get(conv.getContext(), low, high);
    Value image = from.getInput();
    if (!rest.addsNothing())
      image = FromLayoutOp::create(
          b, from.getLoc(), RankedTensorType::get(shape, logical.getElementType()), image, rest);
    SmallVector<int64_t> none(conv.getLow().size(), 0);
    conv.getInputMutable().assign(image);
    conv.setLow(none);
    conv.setHigh(none);
  }

  const RowTable &table;
  // Only looked up: their order does not matter.
  llvm::DenseMap<Value, LayoutAttr> inLayout;
  llvm::DenseMap<std::tuple<Block *, Value, Attribute>, Value> stored;
};

struct ApplyLayouts : pith::impl::ApplyLayoutsBase<ApplyLayouts> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto table = RowTable::of(module);
    if (!table)
      return signalPassFailure();
    Application application(*table);
    // Results first: a reader finds them in the layout that it asks for. Readers
    // before what they read, which may erase them.
    SmallVector<GroupOp> groups = groupsOf(module);
    for (GroupOp group : llvm::reverse(groups))
      if (group->hasAttr(resultLayoutAttrName) && failed(application.storeResult(group)))
        return signalPassFailure();
    for (GroupOp group : groupsOf(module))
      if (failed(application.run(group)))
        return signalPassFailure();
    module.walk([](GroupOp group) {
      if (group.use_empty())
        group.erase();
    });
    eraseUnusedConstants(module);
  }
};

} // namespace
