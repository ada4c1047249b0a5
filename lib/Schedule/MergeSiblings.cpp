// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions of one image that stand side by side in a concatenation become one,
// where its kernel costs no more than the dearest of theirs.
#include "lib/Schedule/GroupEdits.h"
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/OperationSupport.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_MERGESIBLINGS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// A group of a convolution of floats by known weights, and of work behind it that
/// does not depend on the channel.
struct Sibling {
  GroupOp group;
  ConvOp conv;

  Value outer(Value value) { return outerValue(group, value); }
  TypedAttr constant(Value value) { return constantValue(group, value); }
  int64_t channels() { return tensorOf(conv.getResult()).getShape().back(); }
};

bool isPart(Sibling sibling, Operation &op) {
  RankedTensorType type = tensorOf(sibling.conv.getResult());
  if (auto map = dyn_cast<MapOp>(op))
    return map.getResult().getType() == type && llvm::all_of(map.getInputs(), [&](Value input) {
             Operation *made = input.getDefiningOp();
             return made && (made == sibling.conv || isa<MapOp>(made) ||
                             tensorOf(input).getNumElements() == 1);
           });
  return op.hasTrait<OpTrait::ConstantLike>();
}

/// The sibling that makes `part` of a concatenation in `reader`, and for that alone.
std::optional<Sibling> siblingOf(GroupOp reader, Value part) {
  Value made = outerValue(reader, part);
  auto group = made.getDefiningOp<GroupOp>();
  if (!group || group.getNumResults() != 1 || !part.hasOneUse() || !made.hasOneUse() ||
      group->getBlock() != reader->getBlock())
    return std::nullopt;
  Sibling sibling{group, dyn_cast<ConvOp>(anchorOf(group))};
  ConvOp conv = sibling.conv;
  if (!conv || conv.getGroups() != 1 || conv.getAbsentZeros() || conv->hasAttr(sparsityAttrName) ||
      !isa<FloatType>(tensorOf(conv.getResult()).getElementType()) ||
      tensorOf(conv.getFilter()).getEncoding() || !isa<BlockArgument>(conv.getInput()) ||
      !sibling.constant(conv.getFilter()) || (conv.getBias() && !sibling.constant(conv.getBias())))
    return std::nullopt;
  for (Operation &op : group.getBody().front().without_terminator())
    if (&op != conv && !isPart(sibling, op))
      return std::nullopt;
  return sibling;
}

bool areSiblings(Sibling a, Sibling b) {
  return a.group != b.group && a.outer(a.conv.getInput()) == b.outer(b.conv.getInput()) &&
         a.conv->getAttrDictionary() == b.conv->getAttrDictionary() &&
         tensorOf(a.conv.getFilter()).getShape().drop_front() ==
             tensorOf(b.conv.getFilter()).getShape().drop_front();
}

/// The values of constants, one behind the other in their first dimension; null
/// where the bytes of one are not there.
DenseElementsAttr joined(ArrayRef<TypedAttr> constants) {
  SmallVector<APFloat> values;
  int64_t size = 0;
  for (TypedAttr constant : constants) {
    DenseElementsAttr dense = denseValue(constant);
    if (!dense)
      return {};
    llvm::append_range(values, dense.getValues<APFloat>());
    size += dense.getType().getDimSize(0);
  }
  auto first = cast<RankedTensorType>(constants.front().getType());
  SmallVector<int64_t> shape(first.getShape());
  shape.front() = size;
  return DenseElementsAttr::get(first.clone(shape), values);
}

/// For each channel the number of the sibling that it is of.
DenseElementsAttr ownersOf(ArrayRef<Sibling> siblings, Type element) {
  auto type = cast<IntegerType>(element);
  SmallVector<APInt> owners;
  for (auto [i, each] : llvm::enumerate(siblings)) {
    Sibling sibling = each;
    owners.append(sibling.channels(), APInt(type.getWidth(), i));
  }
  return DenseElementsAttr::get(RankedTensorType::get({int64_t(owners.size())}, type), owners);
}

/// What stands behind a sibling's convolution, behind `conv` instead. What does the
/// same as one of `others` is not done twice.
Value copyTail(OpBuilder &b, Sibling sibling, Value conv, SmallVectorImpl<MapOp> &others) {
  Block &body = sibling.group.getBody().front();
  IRMapping mapping;
  mapping.map(sibling.conv.getResult(), conv);
  for (Operation &op : body.without_terminator()) {
    if (&op == sibling.conv)
      continue;
    auto map = dyn_cast<MapOp>(b.clone(op, mapping));
    if (!map)
      continue;
    map.getResult().setType(tensorOf(conv));
    auto same = llvm::find_if(others, [&](MapOp each) {
      return OperationEquivalence::isEquivalentTo(each, map, OperationEquivalence::IgnoreLocations);
    });
    if (same == others.end()) {
      others.push_back(map);
      continue;
    }
    mapping.map(op.getResult(0), same->getResult());
    map.erase();
  }
  return mapping.lookup(body.getTerminator()->getOperand(0));
}

/// Of `values`, one for each sibling, every channel from its own.
Value select(OpBuilder &b, Location loc, ArrayRef<Value> values, Value owners) {
  SmallVector<Value> inputs(values);
  inputs.push_back(owners);
  return MapOp::create(b, loc, tensorOf(values.front()), inputs,
                       [](OpBuilder &b, Location loc, ValueRange scalars) -> Value {
                         Value owner = scalars.back(), result = scalars.front();
                         for (auto [i, value] : llvm::enumerate(scalars.drop_back().drop_front())) {
                           Value number = arith::ConstantOp::create(
                               b, loc, b.getIntegerAttr(owner.getType(), int64_t(i) + 1));
                           Value isOwn = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                                               owner, number);
                           result = arith::SelectOp::create(b, loc, isOwn, value, result);
                         }
                         return result;
                       })
      .getResult();
}

/// One group for all of them, in front of the first; null where weights cannot be read.
GroupOp merge(ArrayRef<Sibling> siblings) {
  Sibling first = siblings.front();
  Operation *front = first.group;
  SmallVector<Location> locations;
  SmallVector<TypedAttr> filters, biases;
  for (Sibling each : siblings) {
    if (each.group->isBeforeInBlock(front))
      front = each.group;
    locations.push_back(each.conv.getLoc());
    filters.push_back(each.constant(each.conv.getFilter()));
    if (each.conv.getBias())
      biases.push_back(each.constant(each.conv.getBias()));
  }
  DenseElementsAttr filter = joined(filters), bias;
  if (!biases.empty())
    bias = joined(biases);
  if (!filter || (!biases.empty() && !bias))
    return {};
  OpBuilder b(front);
  Location loc = b.getFusedLoc(locations);
  RankedTensorType one = tensorOf(first.conv.getResult());
  SmallVector<int64_t> shape(one.getShape());
  shape.back() = filter.getType().getDimSize(0);
  RankedTensorType type = one.clone(shape);
  auto group = GroupOp::create(b, loc, type, ValueRange(), KernelAttr());
  b.createBlock(&group.getBody());
  auto constant = [&](TypedAttr value) { return addInput(group, makeConstant(group, loc, value)); };
  IRMapping mapping;
  mapping.map(first.conv.getInput(), addInput(group, first.outer(first.conv.getInput())));
  mapping.map(first.conv.getFilter(), constant(filter));
  if (bias)
    mapping.map(first.conv.getBias(), constant(bias));
  Operation *conv = b.clone(*first.conv, mapping);
  conv->setLoc(loc);
  conv->getResult(0).setType(type);
  SmallVector<MapOp> maps;
  SmallVector<Value> results;
  for (Sibling each : siblings)
    results.push_back(copyTail(b, each, conv->getResult(0), maps));
  Value result = results.front();
  if (!llvm::all_equal(results))
    result = select(b, loc, results,
                    constant(ownersOf(siblings, b.getIntegerType(type.getElementTypeBitWidth()))));
  YieldOp::create(b, loc, result);
  return group;
}

/// Erases a group that has no users, and the constants that only it reads.
void drop(GroupOp group) {
  SmallVector<Value> inputs(group.getInputs());
  group.erase();
  for (Value input : inputs)
    if (auto constant = input.getDefiningOp<ConstantOp>(); constant && constant->use_empty())
      constant.erase();
}

struct MergeSiblings : pith::impl::MergeSiblingsBase<MergeSiblings> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto table = RowTable::of(module);
    if (!table || failed(table->obey(module)))
      return signalPassFailure();
    for (GroupOp group : groupsOf(module)) {
      SmallVector<tensor::ConcatOp> concats(group.getBody().front().getOps<tensor::ConcatOp>());
      for (tensor::ConcatOp concat : concats)
        if (int64_t(concat.getDim()) == concat.getResultType().getRank() - 1)
          visit(*table, group, concat);
    }
  }

  void visit(const RowTable &table, GroupOp reader, tensor::ConcatOp concat) {
    SmallVector<Value> parts;
    bool changed = false;
    for (size_t i = 0, count = concat.getInputs().size(); i < count;) {
      SmallVector<Sibling> siblings;
      for (Value part : concat.getInputs().drop_front(i)) {
        std::optional<Sibling> next = siblingOf(reader, part);
        if (!next || (!siblings.empty() && !areSiblings(siblings.front(), *next)))
          break;
        siblings.push_back(*next);
      }
      if (siblings.size() == count) // of which nothing would be left
        siblings.pop_back();
      GroupOp merged = mergeByCost(table, siblings);
      parts.push_back(merged ? addInput(reader, merged.getResult(0)) : concat.getInputs()[i]);
      changed |= bool(merged);
      i += merged ? siblings.size() : 1;
      numMerged += merged ? siblings.size() : 0;
    }
    if (!changed)
      return;
    SmallVector<GroupOp> old;
    for (Value part : concat.getInputs())
      if (auto group = outerValue(reader, part).getDefiningOp<GroupOp>();
          group && !llvm::is_contained(parts, part))
        old.push_back(group);
    concat->setOperands(parts);
    dropUnusedInputs(reader);
    for (GroupOp group : old)
      drop(group);
  }

  /// As many of the first siblings as one kernel computes at the cost of one of
  /// them, which are left in the list; null where that is none.
  static GroupOp mergeByCost(const RowTable &table, SmallVectorImpl<Sibling> &siblings) {
    GroupOp best;
    double dearest = 0;
    size_t count = 0;
    while (count < siblings.size()) {
      auto alone = table.choose(siblings[count].group);
      if (!alone)
        break;
      dearest = std::max(dearest, alone->plan.cycles);
      if (++count == 1)
        continue;
      GroupOp merged = merge(ArrayRef(siblings).take_front(count));
      auto choice = merged ? table.choose(merged) : std::nullopt;
      if (!choice || choice->plan.cycles > dearest) {
        if (merged)
          drop(merged);
        --count;
        break;
      }
      if (best)
        drop(best);
      best = merged;
    }
    siblings.truncate(best ? count : 0);
    return best;
  }
};

} // namespace
