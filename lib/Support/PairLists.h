// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The proved order of a product's weights as lists that a kernel runs over.
#ifndef PITH_LIB_SUPPORT_PAIRLISTS_H
#define PITH_LIB_SUPPORT_PAIRLISTS_H

#include "lib/Support/PairSums.h"
#include "lib/Support/ProductWeights.h"
#include "llvm/Support/MathExtras.h"

namespace pith {

/// The sum in parts, each of so few windows that their activations, for all
/// pixels of a tile, stay near the core while all panels go over them: whole runs,
/// or a part of one.
struct SumParts {
  int64_t runs, length; ///< of the sum, as in PanelWeights
  int64_t windows;      ///< of a run; the last ends where the run ends
  int64_t runsAtOnce;   ///< of a part
  int64_t pieces;       ///< that a run is cut into; 1, or runsAtOnce is
  int64_t pieceWindows; ///< of a piece, the last may have fewer

  /// Runs have at least as many terms as a window; all pixels of one take `pitch`
  /// bytes.
  SumParts(int64_t runs, int64_t length, int64_t pitch);
  int64_t count() const { return int64_t(llvm::divideCeil(runs, runsAtOnce)) * pieces; }
  /// Windows of a part, at most.
  int64_t size() const { return runsAtOnce * pieceWindows; }
};

/// How many windows, of all panels, stand in blocks of 1, 2, ..., and are wide;
/// those without weights are left out.
struct WindowCounts {
  std::array<int64_t, maxDepth> blocks = {};
  int64_t wide = 0;
  double total() const;
};

/// The operands of pith.from_pair_sums.
struct PairLists {
  std::vector<int8_t> weights;
  std::vector<int32_t> places, counts;
  int64_t rows = 0; ///< as many as without windows that are left out
  int64_t parts = 0, panels = 0;
  WindowCounts windows;
};

/// Channels of all panels: kernels store results sixteen channels at a time.
inline int64_t pairChannels(int64_t channels) { return int64_t(llvm::alignTo(channels, 16)); }

/// Panels of `channels`, enough for `allChannels`; those behind the last of the
/// product have no windows. Fails where weights do not fit 8 bits.
mlir::FailureOr<PairLists> makePairLists(const ProductWeights &weights, int64_t channels,
                                         int64_t allChannels, int64_t pitch, bool assumeSafe);

/// The counts of a few panels, to estimate what a kernel would cost.
mlir::FailureOr<WindowCounts> samplePairLists(const ProductWeights &weights, int64_t channels,
                                              int64_t pitch);

} // namespace pith

#endif
