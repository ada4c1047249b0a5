// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The saturation proof of every product with constant weights, as an attribute.
#include "lib/Schedule/PairSums.h"
#include "lib/Schedule/Passes.h"
#include "lib/Schedule/ProductWeights.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_PROVEPAIRSUMS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

/// Windows in the order of memory that fit 16 bits, `depth` neighbours together.
int64_t standingWindows(const PanelWeights &panel, CodeBounds codes, int64_t depth) {
  std::vector<Window> windows;
  for (int64_t begin = 0; begin < panel.terms(); begin += panel.length)
    for (int64_t k = 0; k < panel.length; k += windowBytes) {
      int64_t used = std::min<int64_t>(windowBytes, panel.length - k);
      windows.push_back({begin + k, uint8_t((1u << used) - 1)});
    }
  int64_t result = 0;
  ArrayRef<Window> left = windows;
  while (!left.empty()) {
    ArrayRef<Window> block = left.take_front(depth ? depth : 1);
    left = left.drop_front(block.size());
    if (!depth || fitsPairSums(panel, codes, block))
      result += int64_t(block.size());
  }
  return result;
}

struct ProvePairSums : pith::impl::ProvePairSumsBase<ProvePairSums> {
  using Base::Base;

  void runOnOperation() override {
    if (channels < 1) {
      emitError(getOperation().getLoc())
          << "expected at least one channel in a panel, got " << channels.getValue();
      return signalPassFailure();
    }
    getOperation().walk([&](Operation *op) {
      if (std::optional<ProductWeights> weights = ProductWeights::of(op))
        if (DictionaryAttr proved = prove(*weights))
          op->setAttr(pairSumsAttrName, proved);
    });
  }

private:
  DictionaryAttr prove(const ProductWeights &weights) {
    CodeBounds codes; // all of a byte's codes; signed ones are counted from -128
    PairOptions options;
    options.shift = !planar;
    options.assumeSafe = assumeSafe;
    std::array<int64_t, 4> standing = {};
    std::array<int64_t, maxDepth> blocks = {};
    int64_t wide = 0;
    std::vector<int8_t> bytes;
    for (int64_t first = 0; first < weights.channels(); first += channels) {
      int64_t count = std::min<int64_t>(channels, weights.channels() - first);
      if (failed(weights.read(first, count, bytes)))
        return {};
      int64_t run = weights.run(planar);
      PanelWeights panel{bytes, count, weights.terms() / run, run};
      for (auto [number, depth] : llvm::zip_equal(standing, ArrayRef<int64_t>{0, 1, 2, 4}))
        number += standingWindows(panel, codes, depth);
      PairSums sums = provePairSums(panel, codes, options);
      for (unsigned depth = 1; depth <= maxDepth; ++depth)
        blocks[depth - 1] += sums.blocks[depth - 1] * depth;
      wide += sums.wide;
    }
    Builder b(&getContext());
    return b.getDictionaryAttr({b.getNamedAttr("channels", b.getI64IntegerAttr(channels)),
                                b.getNamedAttr("standing", b.getDenseI64ArrayAttr(standing)),
                                b.getNamedAttr("blocks", b.getDenseI64ArrayAttr(blocks)),
                                b.getNamedAttr("wide", b.getI64IntegerAttr(wide))});
  }
};

} // namespace
