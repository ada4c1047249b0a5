// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Puts every computing operation into a group. A plan assigns operations to
// groups block by block; then each group is built where its last operation is.
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_FORMGROUPS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

/// Code generators take more than linear time for long functions, and a pass over
/// memory is little beside so much work.
constexpr size_t mostOperators = 64;

/// A group while it grows. `last` computes its only output.
struct Draft {
  SetVector<Operation *> ops;
  Operation *anchor = nullptr;
  Operation *last = nullptr;
  /// What it reads of groups that stay outside, as others read the same.
  SetVector<Value> shared;
};

bool isGroupable(Operation *op) {
  OpClass kind = classify(op);
  return kind == OpClass::Movement || kind == OpClass::Map || kind == OpClass::Anchor ||
         kind == OpClass::View;
}

ArrayRef<int64_t> shapeOf(Operation *op) {
  return cast<ShapedType>(op->getResult(0).getType()).getShape();
}

bool isConstant(Value value) {
  Operation *op = value.getDefiningOp();
  return op && op->hasTrait<OpTrait::ConstantLike>();
}

class GroupPlan {
public:
  GroupPlan(ArrayRef<KernelRow> rows, bool fusion) : rows(rows), fusion(fusion) {}

  void run(Block &block) {
    if (fusion)
      giveEachItsDecoding(block);
    for (Operation &op : block)
      if (isGroupable(&op))
        add(&op);
    llvm::erase_if(drafts, [](auto &draft) { return draft->ops.empty(); });
  }

  /// The groups, by their last operation in program order.
  std::vector<std::unique_ptr<Draft>> drafts;
  int64_t fused = 0;

private:
  /// Weights that several anchors read are decoded in each, rather than once
  /// into memory.
  void giveEachItsDecoding(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      if (classify(&op) != OpClass::Anchor || !fusesBefore(&op, Fusion::Decode))
        continue;
      for (Value value : valuesOf(&op)) {
        SetVector<Operation *> chain = decodingOf(value, isConstant);
        bool isShared = llvm::any_of(chain, [&](Operation *member) {
          return llvm::any_of(member->getUsers(), [&](Operation *user) {
            return !op.isAncestor(user) && !chain.contains(user);
          });
        });
        if (!isShared)
          continue;
        OpBuilder builder(&op);
        IRMapping mapping;
        for (Operation *member : chain)
          builder.clone(*member, mapping);
        value.replaceUsesWithIf(mapping.lookup(value),
                                [&](OpOperand &use) { return op.isAncestor(use.getOwner()); });
      }
    }
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (isGroupable(&op) && isOpTriviallyDead(&op))
        op.erase();
  }

  void add(Operation *op) {
    auto draft = std::make_unique<Draft>();
    draft->ops.insert(op);
    draft->last = op;
    if (classify(op) == OpClass::Anchor)
      draft->anchor = op;
    if (fusion) {
      bool grows = true;
      for (Value value : valuesOf(op))
        absorb(*draft, value);
      while (std::exchange(grows, false)) // the last readers of these may have come in
        for (Value value : draft->shared.takeVector())
          grows |= absorb(*draft, value);
    }
    if (fusion && draft->anchor && fusesBefore(draft->anchor, Fusion::Dynamic))
      absorbDynamic(*draft);
    for (Operation *member : draft->ops)
      owner[member] = draft.get();
    drafts.push_back(std::move(draft));
  }

  /// Takes the group that computes `value` into the draft, which has all its users.
  bool absorb(Draft &draft, Value value) {
    Operation *producer = value.getDefiningOp();
    if (!producer || draft.ops.contains(producer)) // of what is taken, the owner is no more
      return false;
    auto found = owner.find(producer);
    if (found == owner.end() || found->second->last != producer ||
        producer->getBlock() != draft.last->getBlock())
      return false;
    if (!hasAllUsers(draft, value)) {
      draft.shared.insert(value);
      return false;
    }
    Draft *other = found->second;
    if (draft.ops.size() + other->ops.size() > mostOperators ||
        !llvm::all_of(value.getUsers(), [&](Operation *user) {
          return mayFuse(draft, inBlock(draft, user), *other, value);
        }))
      return false;
    take(draft, other);
    return true;
  }

  void take(Draft &draft, Draft *other) {
    SetVector<Operation *> ops = std::move(other->ops);
    other->ops.clear(); // `run` drops what is empty
    ops.insert(draft.ops.begin(), draft.ops.end());
    draft.ops = std::move(ops);
    draft.anchor = draft.anchor ? draft.anchor : other->anchor;
    draft.shared.insert(other->shared.begin(), other->shared.end());
    ++fused;
  }

  /// Takes the dynamic quantization of the anchor's left side into the draft,
  /// when codes, scale and zero point have no other users.
  void absorbDynamic(Draft &draft) {
    auto dynamic = draft.anchor->getOperand(0).getDefiningOp<DynamicQuantizeOp>();
    auto found = dynamic ? owner.find(dynamic) : owner.end();
    if (found == owner.end() || draft.ops.contains(dynamic) || found->second->last != dynamic ||
        !llvm::all_of(dynamic->getUsers(),
                      [&](Operation *user) { return draft.ops.contains(user); }))
      return;
    take(draft, found->second);
  }

  bool mayFuse(const Draft &draft, Operation *op, const Draft &producer, Value value) const {
    OpClass kind = classify(op);
    bool decode = isDecode(producer);
    // Views are free in memory: as the end of a group they gain nothing, but in
    // the middle of a decoding.
    if (kind == OpClass::View)
      return (isMovement(producer) || decode) && !isView(producer);
    if (isView(producer))
      return false;
    if (decode && kind == OpClass::Anchor && fusesBefore(op, Fusion::Decode))
      return true;
    // Parameters of a decoding belong to it, though they broadcast.
    if (decode && kind == OpClass::Map && isDecode(joined(draft, producer)))
      return true;
    if (producer.anchor) // element-wise work behind an anchor
      return !draft.anchor && kind == OpClass::Map && fusesAfter(producer.anchor, Fusion::Map) &&
             shapeOf(op) == shapeOf(producer.last);
    if (kind == OpClass::Anchor) {
      if (isMovement(producer))
        return fusesBefore(op, Fusion::Movement);
      bool primary = op->getNumOperands() && op->getOperand(0) == value;
      return primary && fusesBefore(op, Fusion::Map) &&
             (!hasMovement(producer) || fusesBefore(op, Fusion::Movement));
    }
    if (isMovement(producer))
      return true;
    if (kind == OpClass::Movement)
      return !isa<tensor::PadOp, tensor::ConcatOp>(op);
    // Both element-wise: not where broadcasting would repeat the work, but that
    // for a single number.
    return shapeOf(op) == shapeOf(producer.last) ||
           cast<ShapedType>(value.getType()).getNumElements() == 1;
  }

  static bool isDecode(const Draft &draft) {
    return pith::isDecode(draft.ops.getArrayRef(), draft.last->getResult(0), isConstant);
  }
  /// What `draft` would be with its producer.
  static Draft joined(const Draft &draft, const Draft &producer) {
    Draft result{producer.ops, nullptr, draft.last, {}};
    result.ops.insert(draft.ops.begin(), draft.ops.end());
    return result;
  }

  static bool isView(const Draft &draft) {
    return llvm::all_of(draft.ops, [](Operation *op) { return classify(op) == OpClass::View; });
  }
  static bool isMovement(const Draft &draft) {
    return llvm::all_of(draft.ops, [](Operation *op) {
      return classify(op) == OpClass::View || classify(op) == OpClass::Movement;
    });
  }
  static bool hasMovement(const Draft &draft) {
    return llvm::any_of(draft.ops, [](Operation *op) { return classify(op) != OpClass::Map; });
  }

  /// The operation of the draft's block in which `user` stands.
  static Operation *inBlock(const Draft &draft, Operation *user) {
    return draft.last->getBlock()->findAncestorOpInBlock(*user);
  }
  static bool hasAllUsers(const Draft &draft, Value value) {
    return llvm::all_of(value.getUsers(), [&](Operation *user) {
      Operation *at = inBlock(draft, user);
      return at && draft.ops.contains(at);
    });
  }

  bool fusesAfter(Operation *anchor, Fusion what) const {
    return llvm::any_of(rows, [&](const KernelRow &row) {
      return llvm::is_contained(row.anchors, anchor->getName().getStringRef()) &&
             (row.after & what);
    });
  }
  bool fusesBefore(Operation *anchor, Fusion what) const {
    return llvm::any_of(rows, [&](const KernelRow &row) {
      return llvm::is_contained(row.anchors, anchor->getName().getStringRef()) &&
             (row.before & what);
    });
  }

  ArrayRef<KernelRow> rows;
  bool fusion;
  llvm::DenseMap<Operation *, Draft *> owner;
};

/// Constants that are cloned into groups rather than passed: one number, or a
/// destination whose content is never read.
bool isInlined(Operation *op) {
  DenseElementsAttr value;
  if (isa<tensor::EmptyOp>(op))
    return true;
  if (!matchPattern(op, m_Constant(&value)))
    return isa<arith::ConstantOp>(op) && !isa<TensorType>(op->getResult(0).getType());
  return value.isSplat();
}

/// The operation that names a group: its anchor, else the last that computes
/// rather than quantizes, else the last that is not mere movement.
Operation *namingOperation(const Draft &draft) {
  if (draft.anchor)
    return draft.anchor;
  Operation *best = draft.last;
  auto rank = [](Operation *op) {
    return classify(op) != OpClass::Map ? 0 : isa<QuantizeOp, DequantizeOp>(op) ? 1 : 2;
  };
  for (Operation *op : draft.ops)
    if (rank(op) > rank(best) || (rank(op) == rank(best) && best->isBeforeInBlock(op)))
      best = op;
  return best;
}

void build(const Draft &draft) {
  OpBuilder builder(draft.last);
  SetVector<Value> inputs;
  SetVector<Operation *> inlined;
  for (Operation *op : draft.ops)
    for (Value value : valuesOf(op)) {
      Operation *producer = value.getDefiningOp();
      if (producer && draft.ops.contains(producer))
        continue;
      if (producer && isInlined(producer))
        inlined.insert(producer);
      else
        inputs.insert(value);
    }
  Location location = namingOperation(draft)->getLoc();
  auto group = GroupOp::create(builder, location, draft.last->getResultTypes(),
                               inputs.getArrayRef(), KernelAttr());
  Block *body = builder.createBlock(&group.getBody());
  IRMapping mapping;
  for (Value input : inputs)
    mapping.map(input, body->addArgument(input.getType(), input.getLoc()));
  for (Operation *op : inlined)
    if (DenseElementsAttr splat; isa<ConstantOp>(op) && matchPattern(op, m_Constant(&splat)))
      mapping.map(op->getResult(0), arith::ConstantOp::create(builder, op->getLoc(), splat));
    else
      builder.clone(*op, mapping);
  for (Operation *op : draft.ops)
    builder.clone(*op, mapping);
  SmallVector<Value> results;
  for (Value result : draft.last->getResults())
    results.push_back(mapping.lookup(result));
  YieldOp::create(builder, location, results);
  draft.last->replaceAllUsesWith(group.getResults());
  for (Operation *op : llvm::reverse(draft.ops))
    op->erase();
}

/// Constants that kernels read through memory. What only groups used, and have
/// a copy of, is dropped.
void moveConstantsToWeights(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
  for (Operation &op : llvm::make_early_inc_range(block)) {
    DenseElementsAttr value;
    auto type = op.getNumResults() == 1 ? dyn_cast<RankedTensorType>(op.getResult(0).getType())
                                        : RankedTensorType();
    if (!type || isa<ConstantOp>(op) || !matchPattern(&op, m_Constant(&value)))
      continue;
    OpBuilder builder(&op);
    auto constant = ConstantOp::create(builder, op.getLoc(), type, value, IntegerAttr());
    op.getResult(0).replaceAllUsesWith(constant.getResult());
    op.erase();
  }
}

struct FormGroups : pith::impl::FormGroupsBase<FormGroups> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    const Target *target = requireTarget(module);
    if (!target)
      return signalPassFailure();
    func::FuncOp function = modelFunction(module);
    if (!function)
      return;
    SmallVector<Block *> blocks;
    function.walk([&](Block *block) {
      if (isa<func::FuncOp, LoopLikeOpInterface>(block->getParentOp()) ||
          block->getParentOp()->hasTrait<OpTrait::HasRecursiveMemoryEffects>())
        if (!isGroupable(block->getParentOp()) && !isa<GroupOp>(block->getParentOp()))
          blocks.push_back(block);
    });
    SmallVector<KernelRow> rows = rowsOf(*target);
    for (Block *block : blocks) {
      GroupPlan plan(rows, fusion);
      plan.run(*block);
      numFused += plan.fused;
      for (auto &draft : plan.drafts) {
        // Views alone stay: bufferization makes them free.
        if (llvm::all_of(draft->ops, [](Operation *op) { return classify(op) == OpClass::View; }))
          continue;
        build(*draft);
        ++numGroups;
      }
    }
    function.walk([&](Block *block) {
      if (!isa<GroupOp, MapOp>(block->getParentOp()) && !isGroupable(block->getParentOp()))
        moveConstantsToWeights(*block);
    });
  }
};

} // namespace
