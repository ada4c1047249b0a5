// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// MLIR's elimination of common subexpressions leaves regions out of its hash: of N
// maps of one value, each with other work, it compares each with each.
#include "lib/Support/MergeEqual.h"
#include "lib/Support/Passes.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/DenseSet.h"

namespace pith {
#define GEN_PASS_DEF_MERGEEQUAL
#include "lib/Support/Passes.h.inc"
} // namespace pith

using namespace mlir;
using namespace pith;

namespace {

/// The hash of an operation with what its regions hold.
class Hasher {
public:
  llvm::hash_code operator()(Operation *op) {
    llvm::hash_code hash = OperationEquivalence::computeHash(
        op, [&](Value value) { return hashOf(value); }, OperationEquivalence::ignoreHashValue,
        OperationEquivalence::IgnoreLocations);
    for (Region &region : op->getRegions())
      for (Block &block : region) {
        number(block.getArguments());
        for (Operation &inner : block) {
          hash = llvm::hash_combine(hash, (*this)(&inner));
          number(inner.getResults());
        }
      }
    return hash;
  }

private:
  void number(ValueRange values) {
    for (Value value : values)
      numbers.try_emplace(value, numbers.size());
  }
  /// What is made inside of the operation has no identity outside.
  llvm::hash_code hashOf(Value value) const {
    auto inner = numbers.find(value);
    return inner == numbers.end() ? hash_value(value) : llvm::hash_value(inner->second);
  }

  llvm::SmallDenseMap<Value, unsigned> numbers;
};

/// An operation with its hash, which a growing table would compute again.
struct Key {
  Operation *op;
  unsigned hash;
};

struct EqualOperations {
  using Pointer = llvm::DenseMapInfo<Operation *>;
  static Key getEmptyKey() { return {Pointer::getEmptyKey(), 0}; }
  static Key getTombstoneKey() { return {Pointer::getTombstoneKey(), 0}; }
  static unsigned getHashValue(Key key) { return key.hash; }
  static bool isEqual(Key a, Key b) {
    if (a.op == b.op)
      return true;
    return a.hash == b.hash && isOperation(a) && isOperation(b) &&
           OperationEquivalence::isEquivalentTo(a.op, b.op, OperationEquivalence::IgnoreLocations);
  }
  static bool isOperation(Key key) {
    return key.op != Pointer::getEmptyKey() && key.op != Pointer::getTombstoneKey();
  }
};

class Merger {
public:
  int64_t run(Operation *root) {
    for (Region &region : root->getRegions())
      visit(region);
    for (Operation *op : dead)
      op->erase();
    return merged;
  }

private:
  /// What one block holds, and those around it that its operations can read.
  struct Scope {
    llvm::SmallDenseSet<Key, 16, EqualOperations> known;
    Scope *outer;

    /// An operation like that of `key`, which is the first itself where there is none.
    Operation *first(Key key) {
      for (Scope *scope = outer; scope; scope = scope->outer)
        if (auto found = scope->known.find(key); found != scope->known.end())
          return found->op;
      return known.insert(key).first->op;
    }
  };

  void visit(Region &region, Scope *outer = nullptr) {
    if (!region.hasOneBlock()) // stages before lower have no others
      return;
    Scope scope{{}, outer};
    for (Operation &op : region.front())
      visit(op, scope);
  }

  void visit(Operation &op, Scope &scope) {
    bool isIsolated = op.hasTrait<OpTrait::IsIsolatedFromAbove>();
    for (Region &region : op.getRegions())
      visit(region, isIsolated ? nullptr : &scope);
    if (op.hasTrait<OpTrait::IsTerminator>())
      return;
    if (isOpTriviallyDead(&op)) {
      dead.push_back(&op);
      return;
    }
    if (!isMemoryEffectFree(&op) || llvm::any_of(op.getRegions(), [](Region &region) {
          return !region.empty() && !region.hasOneBlock();
        }))
      return;
    Operation *first = scope.first({&op, unsigned(Hasher()(&op))});
    if (first == &op)
      return;
    op.replaceAllUsesWith(first);
    dead.push_back(&op);
    ++merged;
    if (isa<UnknownLoc>(first->getLoc()))
      first->setLoc(op.getLoc());
  }

  SmallVector<Operation *> dead;
  int64_t merged = 0;
};

struct MergeEqual : pith::impl::MergeEqualBase<MergeEqual> {
  void runOnOperation() override { numMerged += mergeEqual(getOperation()); }
};

} // namespace

int64_t pith::mergeEqual(Operation *root) { return Merger().run(root); }
