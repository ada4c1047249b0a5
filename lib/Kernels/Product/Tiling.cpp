// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Product/Tiling.h"
#include "llvm/Support/MathExtras.h"

using namespace pith;
using namespace pith::product;
using llvm::divideCeil;

/// Weights up to this stay in a first cache, or close to it, while a core goes from
/// block to block; up to that they stay in the second one.
static constexpr int64_t weightsNearby = 128 << 10, weightsInReach = 600 << 10;
/// What a block reads and writes stays in the first cache.
static constexpr int64_t blockBytes = 24 << 10;
/// Enough items for any number of threads to share evenly.
static constexpr int64_t manyItems = 32;
/// A panel larger than this does not stay in the second cache between tiles.
static constexpr int64_t panelNearby = 768 << 10;
/// A panel up to this fits there beside the next one.
static constexpr int64_t twoPanelsNearby = 256 << 10;
/// Atoms that begin before the first one ends: with fewer sums each step waits, but
/// those of a short tile run beside the next tile's.
static constexpr int64_t atomsUnderway = 8, fewSteps = 16;
static constexpr int64_t lineBytes = 64;

/// While the tiles of a panel are computed, the next panel is asked for, at most a
/// cache line in each step: weights come from afar, since those of other layers
/// have pushed them out.
static int64_t aheadOf(const Geometry &g, const Tiling &t, int64_t joined, int64_t bytes) {
  int64_t panel = g.panelElements();
  int64_t steps = t.tiles * (g.steps / joined);
  if (g.panels == 1 || panel * bytes > twoPanelsNearby)
    return 0;
  int64_t elements = int64_t(divideCeil(panel, steps));
  return elements * bytes <= lineBytes ? elements : 0;
}

Tiling product::tilingOf(const Geometry &g, int64_t rows, int64_t joined, int64_t leftBytes,
                         int64_t resultBytes) {
  Tiling t;
  t.perLine = int64_t(divideCeil(g.pixels, rows));
  // Tiles that no image's line ends in have one place in the result's memory, and
  // not one for each pixel: that pays for one more in twelve.
  int64_t ofWidth = int64_t(divideCeil(g.width, rows)), aligned = g.pixels / g.width * ofWidth;
  if (g.width % ofWidth == 0 && aligned * 12 <= t.perLine * 13)
    t.perLine = aligned;
  t.rows = g.pixels / t.perLine;
  t.larger = g.pixels % t.perLine;
  t.tiles = g.lineCount() * t.perLine;
  int64_t rightBytes = g.packed ? 1 : leftBytes;
  int64_t weights = g.panels * g.panelElements() * rightBytes;
  // Where threads take blocks of pixels, each finds what it wrote in front of the
  // kernel near itself, and reads all weights: that pays where these are less.
  int64_t pixel = g.pixelPitch * leftBytes + g.channels * resultBytes;
  bool blocksPay = weights <= weightsInReach && weights < g.pixels * g.lineCount() * pixel;
  t.panelsOutside = g.panels == 1 || (weights > weightsNearby && !blocksPay);
  t.blockTiles = t.blocks = 1;
  if (t.panelsOutside) {
    t.items = g.batchCount() * g.panels * t.tiles;
    t.ahead = aheadOf(g, t, joined, rightBytes);
    t.aheadOfTile = g.steps / joined * t.ahead;
    return t;
  }
  t.blockTiles =
      std::max<int64_t>(1, std::min(blockBytes / ((t.rows + 1) * pixel), t.tiles / manyItems));
  t.blocks = int64_t(divideCeil(t.tiles, t.blockTiles));
  t.items = g.batchCount() * t.blocks;
  return t;
}

double product::cyclesOf(const Geometry &g, const Tiling &t, const KernelRow &row, int64_t joined) {
  double steps = double(divideCeil(g.steps, joined));
  auto ofTile = [&](int64_t rows) {
    double atoms = double(std::max(rows * g.columns, steps > fewSteps ? atomsUnderway : 1));
    double loads = double(rows + g.columns);
    // Loads hide behind atoms, but not from the caches; sums leave through a few
    // instructions each.
    double step = atoms * row.cost.perAtom + loads * row.cost.perLoad;
    return steps * step + row.cost.fixed + atoms * 4 * row.cost.perLoad;
  };
  double line =
      double(t.larger) * ofTile(t.rows + 1) + double(t.perLine - t.larger) * ofTile(t.rows);
  double cycles = line * double(g.lineCount() * g.panels * g.batchCount());
  int64_t panel = g.panelElements() * (g.packed ? 1 : 4 / g.products);
  if (panel > panelNearby && t.tiles > 1)
    return cycles * 1.15;
  return panel > twoPanelsNearby && g.panels > 1 ? cycles * 1.06 : cycles; // not asked for ahead
}
