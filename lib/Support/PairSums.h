// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The saturation proof: which sums of products of 8-bit codes fit 16 bits,
// whatever the activations are (docs/saturation-proof.md).
#ifndef PITH_LIB_SUPPORT_PAIRSUMS_H
#define PITH_LIB_SUPPORT_PAIRSUMS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <array>
#include <cstdint>
#include <vector>

namespace pith {

/// A kernel reads a window, four consecutive activations, at once. A lane of 16
/// bits adds two products, of the window's first or last two activations; the
/// lanes of `depth` windows are added in 16 bits before they are widened.
constexpr unsigned windowBytes = 4, maxDepth = 4;

/// On products of 8-bit codes, by pith-prove-pair-sums: how many windows, of all
/// panels, fit together; the pass says which numbers.
inline constexpr llvm::StringLiteral pairSumsAttrName = "pith.pair_sums";

/// Weights of the output channels that share a register, and so the order of K:
/// for each channel `runs` runs of `length` weights, whose activations are
/// consecutive in memory.
struct PanelWeights {
  llvm::ArrayRef<int8_t> weights;
  int64_t channels = 0, runs = 1, length = 0;

  int64_t terms() const { return runs * length; }
  /// Of a channel, the weight of term `k`.
  int64_t at(int64_t channel, int64_t k) const { return weights[channel * terms() + k]; }
};

/// What the activations can be, both inclusive: unsigned codes of 8 bits.
struct CodeBounds {
  int64_t low = 0, high = 255;
};

/// Cost of one register's part of a block, in any unit.
struct PairCosts {
  /// Of a window whose products are widened before they are added.
  double wide = 4;
  /// Of a block that adds 1, 2, ... windows in 16 bits.
  std::array<double, maxDepth> narrow = {3, 5, 7, 9};
};

struct PairOptions {
  PairCosts costs;
  /// Most windows in a block.
  unsigned depth = maxDepth;
  /// Whether a window may start at any activation, not only at every fourth.
  bool shift = true;
  /// Whether a block may take windows that are not neighbours.
  bool permute = true;
  /// Takes all sums to fit. For tests that show what the proof is for.
  bool assumeSafe = false;
};

/// Four consecutive activations, the first of them that of term `at`. `uses`
/// has a bit for each that counts: the others belong to another window, or lie
/// behind their run, and have the weight 0 here.
struct Window {
  int64_t at = 0;
  uint8_t uses = 0;
};

/// Every term is in one window. The windows of the deepest blocks come first,
/// those of a block one behind the other; the wide ones come last.
struct PairSums {
  std::vector<Window> windows;
  /// How many blocks add 1, 2, ... windows in 16 bits.
  std::array<int64_t, maxDepth> blocks = {};
  int64_t wide = 0;
  double cost = 0;
};

/// The cheapest order that was found; the same for the same input. Windows stay
/// in their run where that has four activations, else they read behind it.
PairSums provePairSums(const PanelWeights &panel, CodeBounds codes, const PairOptions &options);

/// Whether the lanes of the block fit 16 bits for all activations: each pair of
/// products, and the sum over all windows.
bool fitsPairSums(const PanelWeights &panel, CodeBounds codes, llvm::ArrayRef<Window> block);

} // namespace pith

#endif
