// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Asks every row of the target's table; keeps the winner and all reasons.
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"
#include "pith/Target/ModuleTarget.h"
#include <cmath>

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_SELECTKERNELS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

/// What stands in a group before and behind its anchor.
struct Surroundings {
  Fusion before = Fusion::None, after = Fusion::None;
};

Fusion fusionOf(OpClass kind) {
  if (kind == OpClass::Map)
    return Fusion::Map;
  return kind == OpClass::Movement || kind == OpClass::View ? Fusion::Movement : Fusion::None;
}

/// Whether a value inside of a group, which nothing in it computes, is constant.
bool isConstant(GroupOp group, Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (argument && argument.getOwner() == &group.getBody().front())
    value = group.getInputs()[argument.getArgNumber()];
  Operation *op = value.getDefiningOp();
  return op && op->hasTrait<OpTrait::ConstantLike>();
}

/// What decodes constants for the anchor, on whichever operand.
llvm::DenseSet<Operation *> decodingOf(GroupOp group, Operation *anchor) {
  llvm::DenseSet<Operation *> result;
  for (Value value : valuesOf(anchor)) {
    auto chain = pith::decodingOf(value, [&](Value v) { return isConstant(group, v); });
    result.insert(chain.begin(), chain.end());
  }
  return result;
}

/// A dynamic quantization in front of the anchor, with all that makes its input.
llvm::DenseSet<Operation *> dynamicOf(GroupOp group, Operation *anchor) {
  llvm::DenseSet<Operation *> result;
  for (Operation &op : llvm::reverse(group.getBody().front())) {
    bool isIn = (isa<DynamicQuantizeOp>(op) && &op != anchor) ||
                llvm::any_of(op.getUsers(), [&](Operation *user) { return result.contains(user); });
    if (isIn)
      result.insert(&op);
  }
  return result;
}

bool isOneNumber(Operation &op) {
  return llvm::all_of(op.getResultTypes(), [](Type type) {
    auto shaped = dyn_cast<ShapedType>(type);
    return !shaped || shaped.getNumElements() == 1;
  });
}

/// Without the decoding of constants, where the row has its own word for it.
Surroundings surroundingsOf(GroupOp group, bool decodes) {
  Surroundings result;
  Operation *anchor = anchorOf(group);
  if (!anchor || classify(anchor) != OpClass::Anchor)
    return result;
  llvm::DenseSet<Operation *> behind{anchor}, decoding;
  if (decodes)
    decoding = decodingOf(group, anchor);
  llvm::DenseSet<Operation *> dynamic = dynamicOf(group, anchor);
  if (!dynamic.empty())
    result.before = Fusion::Dynamic;
  for (Operation &op : group.getBody().front().without_terminator()) {
    if (&op == anchor)
      continue;
    bool after = llvm::any_of(op.getOperands(), [&](Value operand) {
      return operand.getDefiningOp() && behind.contains(operand.getDefiningOp());
    });
    if (after)
      behind.insert(&op);
    Fusion &side = after ? result.after : result.before;
    // What makes a single number costs nothing wherever it stands.
    if (!decoding.contains(&op) && !dynamic.contains(&op) && !isOneNumber(op))
      side = side | fusionOf(classify(&op));
  }
  return result;
}

bool covers(Fusion row, Fusion wanted) { return (unsigned(wanted) & ~unsigned(row)) == 0; }

/// Why `row` does not run `group`; empty when it does.
std::string refusal(const KernelRow &row, GroupOp group, StringRef features) {
  StringRef name = anchorName(group);
  if (!llvm::is_contained(row.anchors, name))
    return "does not compute " + name.str();
  SmallVector<StringRef> available;
  features.split(available, ',', -1, false);
  if (!row.needs.empty() && !llvm::is_contained(available, row.needs))
    return "needs " + row.needs.str();
  Surroundings around = surroundingsOf(group, row.before & Fusion::Decode);
  if (!covers(row.before, around.before))
    return "does not fuse this work in front of its anchor";
  if (!covers(row.after, around.after))
    return "does not fuse this work behind its anchor";
  return row.refuses ? row.refuses(group) : "";
}

/// Sets the kernel of a group; false when no row takes it.
bool select(GroupOp group, ArrayRef<KernelRow> rows, StringRef features,
            SmallVectorImpl<std::string> &reasons) {
  const KernelRow *best = nullptr;
  for (const KernelRow &row : rows) {
    std::string reason = refusal(row, group, features);
    if (reason.empty() && (!best || row.cyclesPerItem < best->cyclesPerItem)) {
      if (best)
        reasons.push_back(best->name.str() + ": costs more than " + row.name.str());
      best = &row;
    } else {
      reasons.push_back(row.name.str() + ": " +
                        (reason.empty() ? "costs more than " + best->name.str() : reason));
    }
  }
  if (!best)
    return false;
  MLIRContext *context = group.getContext();
  SmallVector<StringAttr> rejected;
  // A row for another operator is no alternative worth reporting.
  for (const std::string &reason : reasons)
    if (!StringRef(reason).contains(": does not compute "))
      rejected.push_back(StringAttr::get(context, reason));
  int64_t cost = std::llround(std::ceil(double(workOf(group)) * best->cyclesPerItem));
  group.setKernelAttr(KernelAttr::get(context, best->name, cost, {}, rejected));
  return true;
}

/// Puts each operation of a group into a group of its own.
SmallVector<GroupOp> split(GroupOp group) {
  OpBuilder builder(group);
  IRMapping mapping;
  for (auto [argument, input] : llvm::zip_equal(group.getBody().getArguments(), group.getInputs()))
    mapping.map(argument, input);
  SmallVector<GroupOp> parts;
  for (Operation &op : group.getBody().front().without_terminator()) {
    if (classify(&op) == OpClass::Other || classify(&op) == OpClass::View) {
      builder.clone(op, mapping);
      continue;
    }
    llvm::SetVector<Value> inputs;
    llvm::SetVector<Operation *> constants;
    for (Value operand : op.getOperands()) {
      Operation *producer = operand.getDefiningOp();
      if (producer && classify(producer) == OpClass::Other)
        constants.insert(producer);
      else
        inputs.insert(operand);
    }
    SmallVector<Value> outer;
    for (Value input : inputs)
      outer.push_back(mapping.lookup(input));
    auto part = GroupOp::create(builder, op.getLoc(), op.getResultTypes(), outer, KernelAttr());
    OpBuilder::InsertionGuard guard(builder);
    Block *body = builder.createBlock(&part.getBody());
    IRMapping inside;
    for (Value input : inputs)
      inside.map(input, body->addArgument(input.getType(), input.getLoc()));
    for (Operation *constant : constants)
      builder.clone(*constant, inside);
    Operation *copy = builder.clone(op, inside);
    YieldOp::create(builder, op.getLoc(), copy->getResults());
    for (auto [from, to] : llvm::zip_equal(op.getResults(), part.getResults()))
      mapping.map(from, to);
    parts.push_back(part);
  }
  auto yield = cast<YieldOp>(group.getBody().front().getTerminator());
  for (auto [result, value] : llvm::zip_equal(group.getResults(), yield.getValues()))
    result.replaceAllUsesWith(mapping.lookup(value));
  group.erase();
  return parts;
}

struct SelectKernels : pith::impl::SelectKernelsBase<SelectKernels> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    const Target *target = requireTarget(module);
    if (!target)
      return signalPassFailure();
    StringRef features = module->getAttrOfType<TargetAttr>(targetAttrName).getFeatures();
    SmallVector<GroupOp> work;
    module.walk([&](GroupOp group) { work.push_back(group); });
    std::reverse(work.begin(), work.end());
    while (!work.empty()) {
      GroupOp group = work.pop_back_val();
      SmallVector<std::string> reasons;
      if (select(group, target->kernels(), features, reasons))
        continue;
      size_t computing = llvm::count_if(group.getBody().front(), [](Operation &op) {
        OpClass kind = classify(&op);
        return kind != OpClass::Other && kind != OpClass::View;
      });
      if (computing > 1) {
        SmallVector<GroupOp> parts = split(group);
        work.append(parts.rbegin(), parts.rend());
        continue;
      }
      InFlightDiagnostic error = group.emitError() << "no kernel of target '" << target->name()
                                                   << "' computes " << anchorOf(group)->getName();
      for (const std::string &reason : reasons)
        error.attachNote() << reason;
      return signalPassFailure();
    }
  }
};

} // namespace
