// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Chooses an order of dimensions for each region of operations that work in any
// order, so that few transposes of data are left at its border.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Passes.h"
#include "lib/Import/Transposes.h"
#include "lib/Support/MergeEqual.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include <set>

namespace pith {
#define GEN_PASS_DEF_PROPAGATETRANSPOSES
#include "lib/Import/Passes.h.inc"
} // namespace pith

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// Flexible operations of one rank that feed each other, in the order of their
/// block.
struct Region {
  int64_t rank = 0;
  llvm::SetVector<Operation *> ops;

  bool makes(Value value) const {
    return value.getDefiningOp() && ops.contains(value.getDefiningOp());
  }
  bool isInner(OpOperand &use) const {
    return ops.contains(use.getOwner()) &&
           llvm::is_contained(carriedOperands(use.getOwner()), &use);
  }
};

SmallVector<Region> findRegions(Block &block) {
  llvm::EquivalenceClasses<Operation *> classes;
  SmallVector<Operation *> flexible;
  for (Operation &op : block)
    if (isFlexible(&op)) {
      flexible.push_back(&op);
      classes.insert(&op);
    }
  for (Operation *op : flexible)
    for (OpOperand *operand : carriedOperands(op)) {
      Operation *producer = operand->get().getDefiningOp();
      if (producer && classes.contains(producer) &&
          shapeOf(operand->get()).size() == shapeOf(op->getResult(0)).size())
        classes.unionSets(op, producer);
    }
  llvm::MapVector<Operation *, Region> regions;
  for (Operation *op : flexible) {
    Region &region = regions[classes.getLeaderValue(op)];
    region.rank = shapeOf(op->getResult(0)).size();
    region.ops.insert(op);
  }
  return llvm::map_to_vector(regions, [](auto &entry) { return std::move(entry.second); });
}

/// What a transpose at a region's border may come from, or go to: transposes move
/// through these.
Value throughMoves(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    auto reduce = dyn_cast<ReduceOp>(op);
    if (!isa<linalg::TransposeOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op) &&
        !(reduce && !reduce.getKeepDims()))
      break;
    value = op->getOperand(0);
  }
  return value;
}

/// The values that a region has in common with those on which it borders.
SmallVector<Value> borderValues(const Region &region) {
  SmallVector<Value> values;
  for (Operation *op : region.ops) {
    for (OpOperand *operand : carriedOperands(op))
      if (Value source = throughMoves(operand->get());
          !region.makes(source) && !matchPattern(source, m_Constant()))
        values.push_back(source);
    Value result = op->getResult(0);
    if (!llvm::all_of(result.getUses(), [&](OpOperand &use) { return region.isInner(use); }))
      values.push_back(result);
  }
  return values;
}

/// What a carried operand is, as a tensor of the region's rank: `permutation` of
/// `source`, which may lack leading dimensions of size 1.
struct Border {
  Value source;
  SmallVector<int64_t> shape;
  Permutation permutation;
};

Border borderOf(const Region &region, Value value) {
  Transposed from = lookThrough(value);
  SmallVector<int64_t> shape(region.rank - int64_t(from.permutation.size()), 1);
  llvm::append_range(shape, shapeOf(from.source));
  return {from.source, shape, withLeading(from.permutation, region.rank)};
}

/// Transposes that move data: how many different ones, and how many elements.
class Cost {
public:
  void add(Value source, ArrayRef<int64_t> permutation) {
    if (!seen.insert({source.getAsOpaquePointer(), llvm::to_vector(permutation)}).second)
      return;
    ++count;
    elements += countOf(shapeOf(source));
  }
  bool operator<(const Cost &other) const {
    return std::pair(count, elements) < std::pair(other.count, other.elements);
  }

private:
  std::set<std::pair<void *, Permutation>> seen;
  int64_t count = 0, elements = 0;
};

/// Whether somebody outside needs this transpose anyway.
bool existsOutside(const Region &region, Value source, ArrayRef<int64_t> permutation) {
  return llvm::any_of(source.getUsers(), [&](Operation *user) {
    auto transpose = dyn_cast<linalg::TransposeOp>(user);
    return transpose && transpose.getPermutation() == permutation &&
           llvm::any_of(transpose->getUses(), [&](OpOperand &use) { return !region.isInner(use); });
  });
}

/// A user that takes its operand in any order.
bool absorbs(OpOperand &use) {
  if (isa<tensor::ExtractOp>(use.getOwner()))
    return true;
  auto generic = dyn_cast<linalg::GenericOp>(use.getOwner());
  return generic && generic.isDpsInput(&use);
}

/// What the region's border costs when all its values are transposed.
Cost costOf(const Region &region, ArrayRef<int64_t> permutation) {
  Cost cost;
  for (Operation *op : region.ops)
    for (OpOperand *operand : carriedOperands(op)) {
      Value value = operand->get();
      if (region.makes(value) || countOf(shapeOf(value)) == 1)
        continue;
      Border border = borderOf(region, value);
      Permutation whole = compose(border.permutation, permutation);
      if (matchPattern(border.source, m_Constant()) || movesNothing(border.shape, whole) ||
          existsOutside(region, border.source, whole))
        continue;
      cost.add(border.source, whole);
    }
  SmallVector<int64_t> inverse = invertPermutation(permutation);
  for (Operation *op : region.ops) {
    Value result = op->getResult(0);
    Permutation shape = permute(shapeOf(result), permutation);
    for (OpOperand &use : result.getUses()) {
      if (region.isInner(use) || absorbs(use))
        continue;
      auto transpose = dyn_cast<linalg::TransposeOp>(use.getOwner());
      Permutation whole =
          transpose ? compose(inverse, transpose.getPermutation()) : llvm::to_vector(inverse);
      if (!movesNothing(shape, whole))
        cost.add(result, whole);
    }
  }
  return cost;
}

/// Orders in which a transpose at the border would vanish.
SmallVector<Permutation> candidates(const Region &region) {
  llvm::SetVector<Permutation, SmallVector<Permutation>, std::set<Permutation>> found;
  for (Operation *op : region.ops) {
    for (OpOperand *operand : carriedOperands(op))
      if (operand->get().getDefiningOp<linalg::TransposeOp>())
        found.insert(invertPermutation(borderOf(region, operand->get()).permutation));
    for (Operation *user : op->getResult(0).getUsers())
      if (auto transpose = dyn_cast<linalg::TransposeOp>(user))
        found.insert(llvm::to_vector(transpose.getPermutation()));
  }
  return llvm::to_vector(llvm::make_filter_range(found, [&](const Permutation &candidate) {
    return llvm::all_of(region.ops, [&](Operation *op) { return keepsOrder(op, candidate); });
  }));
}

void apply(const Region &region, ArrayRef<int64_t> permutation, IRRewriter &rewriter) {
  DenseMap<Value, Value> made;
  for (Operation *op : region.ops) {
    rewriter.setInsertionPoint(op);
    TensorBuilder tensors{rewriter, op->getLoc()};
    made[op->getResult(0)] = rebuild(op, permutation, rewriter, [&](OpOperand &operand) {
      Value value = operand.get();
      if (Value known = made.lookup(value))
        return known;
      if (countOf(shapeOf(value)) == 1 && shapeOf(value).size() < size_t(region.rank))
        return value;
      Border border = borderOf(region, value);
      return tensors.transpose(tensors.reshape(border.source, border.shape),
                               compose(border.permutation, permutation));
    });
  }
  SmallVector<int64_t> inverse = invertPermutation(permutation);
  for (Operation *op : llvm::reverse(region.ops)) {
    rewriter.setInsertionPoint(op);
    TensorBuilder tensors{rewriter, op->getLoc()};
    rewriter.replaceOp(op, tensors.transpose(made[op->getResult(0)], inverse));
  }
}

Permutation bestOrder(const Region &region) {
  Permutation best = llvm::to_vector(llvm::seq<int64_t>(0, region.rank));
  SmallVector<Permutation> others = candidates(region);
  if (others.empty())
    return best;
  Cost lowest = costOf(region, best);
  for (const Permutation &candidate : others)
    if (Cost cost = costOf(region, candidate); cost < lowest) {
      lowest = cost;
      best = candidate;
    }
  return best;
}

struct PropagateTransposes : pith::impl::PropagateTransposesBase<PropagateTransposes> {
  using Base::Base;

  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet rewrites(context);
    populateTransposePatterns(rewrites);
    patterns = std::move(rewrites);
    return success();
  }

  /// Moves regions that gain; each move lowers the cost of the whole. What borders on
  /// one that moved has to wait until the transposes there are tidied.
  bool improve(IRRewriter &rewriter) {
    bool isImproved = false;
    for (Block &block : getOperation().getBody()) {
      SmallVector<Region> regions = findRegions(block);
      SmallVector<SmallVector<Value>> borders = llvm::map_to_vector(regions, borderValues);
      llvm::DenseSet<Value> moved; // from here on only keys: their operations may be gone
      for (auto [region, border] : llvm::zip_equal(regions, borders)) {
        if (llvm::any_of(border, [&](Value value) { return moved.contains(value); }))
          continue;
        Permutation best = bestOrder(region);
        if (isIdentity(best))
          continue;
        apply(region, best, rewriter);
        moved.insert_range(border);
        ++numReordered;
        isImproved = true;
      }
    }
    return isImproved;
  }

  bool hasTransposes() {
    return getOperation()
        .walk([](linalg::TransposeOp) { return WalkResult::interrupt(); })
        .wasInterrupted();
  }

  void runOnOperation() override {
    if (!hasTransposes())
      return;
    IRRewriter rewriter(&getContext());
    GreedyRewriteConfig config;
    config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    do {
      if (failed(applyPatternsGreedily(getOperation(), patterns, config)))
        return signalPassFailure();
      mergeEqual(getOperation()); // equal transposes are one
    } while (improve(rewriter));
    getOperation().walk([&](linalg::TransposeOp op) { toReshape(op, rewriter); });
  }

  FrozenRewritePatternSet patterns;
};

} // namespace
