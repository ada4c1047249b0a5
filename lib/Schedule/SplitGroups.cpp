// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Schedule/SplitGroups.h"
#include "lib/Schedule/OpClass.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace pith;

/// The operation of the group's body in which `user` stands.
static Operation *inBody(GroupOp group, Operation *user) {
  return group.getBody().front().findAncestorOpInBlock(*user);
}

SplitGroup::SplitGroup(GroupOp group, llvm::function_ref<unsigned(Operation *)> partOf)
    : group(group), builder(group) {
  Block &body = group.getBody().front();
  for (auto [argument, input] : llvm::zip_equal(body.getArguments(), group.getInputs()))
    mapping.map(argument, input);
  // Each operation goes to the part of its users, if they are in one part that
  // is its own too; else it is the root of a part.
  llvm::DenseMap<Operation *, Operation *> rootOf;
  for (Operation &op : llvm::reverse(body.without_terminator())) {
    if (classify(&op) == OpClass::Other)
      continue;
    Operation *root = nullptr;
    bool joins = !op.use_empty();
    for (Operation *user : op.getUsers()) {
      Operation *theirs = rootOf.lookup(inBody(group, user)); // null: the terminator
      joins &= theirs && (!root || root == theirs);
      root = theirs;
    }
    joins = joins && partOf(root) == partOf(&op) && classify(root) != OpClass::View;
    rootOf[&op] = joins ? root : &op;
  }
  llvm::MapVector<Operation *, SmallVector<Operation *>> members;
  for (Operation &op : body.without_terminator())
    if (Operation *root = rootOf.lookup(&op)) {
      members[root].push_back(&op);
      if (root == &op)
        makePart(root, members[root]);
    }
}

/// The value outside of the group for one inside.
Value SplitGroup::outside(Value value) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  made.push_back(builder.clone(*value.getDefiningOp(), mapping)); // a constant
  return mapping.lookup(value);
}

void SplitGroup::makePart(Operation *root, ArrayRef<Operation *> members) {
  if (classify(root) == OpClass::View) {
    for (Value operand : root->getOperands())
      (void)outside(operand);
    made.push_back(builder.clone(*root, mapping));
    return;
  }
  llvm::SetVector<Value> inputs;
  llvm::SetVector<Operation *> constants;
  for (Operation *op : members)
    for (Value value : valuesOf(op)) {
      Operation *producer = value.getDefiningOp();
      if (producer && classify(producer) == OpClass::Other)
        constants.insert(producer);
      else if (!producer || !llvm::is_contained(members, producer))
        inputs.insert(value);
    }
  SmallVector<Value> outer;
  for (Value input : inputs)
    outer.push_back(outside(input));
  Operation *named = root;
  for (Operation *op : members)
    if (classify(op) == OpClass::Anchor)
      named = op;
  auto part =
      GroupOp::create(builder, named->getLoc(), root->getResultTypes(), outer, KernelAttr());
  OpBuilder::InsertionGuard guard(builder);
  Block *body = builder.createBlock(&part.getBody());
  IRMapping inside;
  for (Value input : inputs)
    inside.map(input, body->addArgument(input.getType(), input.getLoc()));
  for (Operation *constant : constants)
    builder.clone(*constant, inside);
  for (Operation *op : members)
    builder.clone(*op, inside);
  SmallVector<Value> results;
  for (Value result : root->getResults())
    results.push_back(inside.lookup(result));
  YieldOp::create(builder, root->getLoc(), results);
  mapping.map(root->getResults(), part.getResults());
  parts.push_back(part);
  made.push_back(part);
}

void SplitGroup::replace() {
  auto yield = cast<YieldOp>(group.getBody().front().getTerminator());
  for (auto [result, value] : llvm::zip_equal(group.getResults(), yield.getValues()))
    result.replaceAllUsesWith(outside(value));
  group.erase();
}

void SplitGroup::discard() {
  for (Operation *op : llvm::reverse(made))
    op->erase();
}

SmallVector<llvm::DenseMap<Operation *, unsigned>> pith::waysToSplit(GroupOp group) {
  Block &body = group.getBody().front();
  Operation *anchor = anchorOf(group);
  SmallVector<Operation *> ops;
  for (Operation &op : body.without_terminator())
    if (classify(&op) != OpClass::Other)
      ops.push_back(&op);
  // Without an anchor, everything is behind the first operation.
  if (!anchor || classify(anchor) != OpClass::Anchor)
    anchor = ops.empty() ? nullptr : ops.front();
  llvm::SetVector<Operation *> behind;
  bool hasFront = false;
  for (Operation *op : ops) {
    bool after = op != anchor && llvm::any_of(valuesOf(op), [&](Value value) {
                   Operation *producer = value.getDefiningOp();
                   return producer && (producer == anchor || behind.contains(producer));
                 });
    if (after)
      behind.insert(op);
    hasFront |= !after && op != anchor;
  }
  SmallVector<llvm::DenseMap<Operation *, unsigned>> ways;
  constexpr size_t most = 64; // what is longer falls apart at once
  if (behind.size() > most)
    return ways;
  enum Part : unsigned { Front, Core, Tail };
  for (bool cutsFront : {false, true})
    for (size_t cut = cutsFront ? 0 : 1; cut <= behind.size() && (!cutsFront || hasFront); ++cut) {
      llvm::DenseMap<Operation *, unsigned> &way = ways.emplace_back();
      for (Operation *op : llvm::reverse(ops)) {
        const auto *place = llvm::find(behind, op);
        if (op == anchor)
          way[op] = Core;
        else if (place != behind.end())
          way[op] = size_t(behind.end() - place) <= cut ? Tail : Core;
        else // what only the tail needs goes with it
          way[op] = llvm::all_of(op->getUsers(),
                                 [&](Operation *user) {
                                   Operation *at = inBody(group, user);
                                   return way.contains(at) && way.lookup(at) == Tail;
                                 })
                        ? Tail
                    : cutsFront ? Front
                                : Core;
      }
    }
  return ways;
}
