// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Pipeline/ReportSparsity.h"
#include "pith/Target/Target.h"

using namespace pith;
using llvm::json::Array;
using llvm::json::Object;

static double share(int64_t part, int64_t whole) { return whole ? double(part) / whole : 0; }

static Sparsity columnOf(SparsityPattern pattern) {
  switch (pattern) {
  case SparsityPattern::Dense:
    return Sparsity::Dense;
  case SparsityPattern::Unstructured:
    return Sparsity::Unstructured;
  case SparsityPattern::Structured:
    return Sparsity::Structured;
  case SparsityPattern::Block1x4:
    return Sparsity::Block1x4;
  case SparsityPattern::Block2x4:
    return Sparsity::Block2x4;
  }
  llvm_unreachable("an enumeration's value");
}

/// Whether a row reads weights in which the pattern is looked for: of f32 where
/// single elements are absent, else codes of 8 bits.
static bool readsWeights(const KernelRow &row, SparsityPattern pattern) {
  if (row.rhs == Number::Any)
    return true;
  bool isFloat = pattern == SparsityPattern::Unstructured;
  return isFloat ? row.rhs == Number::F32
                 : row.rhs == Number::U8 || row.rhs == Number::S8 || row.rhs == Number::S16;
}

/// Cycles of one product in a row's innermost step.
static double cyclesOf(const KernelRow &row) {
  return row.cost.perAtom / (row.atom.lanes * row.atom.products);
}

/// The fastest row of a target for the operator that leaves out such zeros.
static const KernelRow *fastestRow(const Target &target, llvm::StringRef anchor,
                                   SparsityPattern pattern, Sparsity zeros) {
  const KernelRow *best = nullptr;
  for (const KernelRow &row : target.kernels())
    if (row.sparsity == zeros && row.exact == Exactness::Yes &&
        llvm::is_contained(row.anchors, anchor) && readsWeights(row, pattern) &&
        (!best || cyclesOf(row) < cyclesOf(*best)))
      best = &row;
  return best;
}

Object pith::describeSparsity(SparsityAttr sparsity, llvm::StringRef anchor) {
  Array targets;
  for (const std::unique_ptr<Target> &target : TargetRegistry::global().targets()) {
    SparsityPattern pattern = sparsity.getPattern();
    const KernelRow *dense = fastestRow(*target, anchor, pattern, Sparsity::Dense);
    const KernelRow *row = pattern == SparsityPattern::Dense
                               ? nullptr
                               : fastestRow(*target, anchor, pattern, columnOf(pattern));
    Object entry{{"target", target->name()}, {"kernel", nullptr}, {"speed_up", 1.0}};
    if (row) {
      entry["kernel"] = row->name;
      entry["needs"] = row->needs;
      double cycles = sparsity.getStoredShare() * cyclesOf(*row);
      if (dense && cycles > 0)
        entry["speed_up"] = cyclesOf(*dense) / cycles;
    }
    targets.push_back(std::move(entry));
  }
  Object result{{"pattern", stringifySparsityPattern(sparsity.getPattern())},
                {"zeros", share(sparsity.getZeros(), sparsity.getElements())},
                {"absent_1x4", 1 - share(sparsity.getStored1x4(), sparsity.getBlocks1x4())},
                {"absent_2x4", 1 - share(sparsity.getStored2x4(), sparsity.getBlocks2x4())},
                {"structured", nullptr},
                {"targets", std::move(targets)}};
  if (2 * sparsity.getN() <= sparsity.getM())
    result["structured"] = std::to_string(sparsity.getN()) + ":" + std::to_string(sparsity.getM());
  return result;
}
