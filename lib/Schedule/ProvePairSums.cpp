// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The saturation proof of products with constant weights: as an attribute, or, in
// groups whose kernel needs it, as the lists that the kernel runs over.
#include "lib/Schedule/GroupEdits.h"
#include "lib/Schedule/Passes.h"
#include "lib/Support/PairLists.h"

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
    if (lists)
      return storeLists();
    getOperation().walk([&](Operation *op) {
      if (std::optional<ProductWeights> weights = ProductWeights::of(op))
        if (DictionaryAttr proved = prove(*weights))
          op->setAttr(pairSumsAttrName, proved);
    });
  }

private:
  void storeLists() {
    ModuleOp module = getOperation();
    auto table = RowTable::of(module);
    if (!table)
      return signalPassFailure();
    for (GroupOp group : groupsOf(module)) {
      const KernelRow *row = table->rowOf(group);
      if (row && row->skeleton == &skeletons::pairs && failed(store(group, *row)))
        return signalPassFailure();
    }
    eraseUnusedConstants(module);
  }

  /// The weights of the group's product become lists. A tile has so many vectors
  /// of pixels, and of channels in a panel.
  LogicalResult store(GroupOp group, const KernelRow &row) {
    ArrayRef<int64_t> tile = group.getKernelAttr().getTile();
    Operation *op = nullptr;
    for (Operation &each : group.getBody().front())
      if (productOf(&each))
        op = &each;
    if (op && productOf(op)->rhs.getDefiningOp<FromPairSumsOp>())
      return success();
    std::optional<ProductWeights> weights = op ? ProductWeights::of(op) : std::nullopt;
    if (!weights || tile.size() != 2 || tile[0] < 1 || tile[1] < 1 || row.atom.lanes % tile[1])
      return group.emitError("expected a product with constant weights and a tile of vectors of "
                             "pixels and of channels");
    int64_t panel = tile[1], pitch = tile[0] * row.atom.lanes / panel * windowBytes;
    FailureOr<PairLists> made =
        makePairLists(*weights, panel, pairChannels(weights->channels()), pitch, assumeSafe);
    if (failed(made))
      return group.emitError("expected weights less their zero point to fit 8 bits");
    OpBuilder b(op);
    Location loc = op->getLoc();
    auto operand = [&](ArrayRef<int64_t> shape, Type element, auto &numbers) {
      auto type = RankedTensorType::get(shape, element);
      return addInput(group,
                      makeConstant(group, loc, DenseElementsAttr::get(type, ArrayRef(numbers))));
    };
    Value rows = operand({made->rows, panel * windowBytes}, b.getI8Type(), made->weights);
    Value places = operand({made->rows}, b.getI32Type(), made->places);
    Value counts = operand({made->parts, made->panels, 6}, b.getI32Type(), made->counts);
    Value right = productOf(op)->rhs;
    Value stored = FromPairSumsOp::create(b, loc, right.getType(), rows, places, counts, pitch);
    if (auto conv = dyn_cast<ConvOp>(op))
      conv.getFilterMutable().assign(stored);
    else
      cast<MatmulOp>(op).getRhsMutable().assign(stored);
    const WindowCounts &windows = made->windows;
    op->setAttr(
        pairSumsAttrName,
        b.getDictionaryAttr({b.getNamedAttr("blocks", b.getDenseI64ArrayAttr(windows.blocks)),
                             b.getNamedAttr("channels", b.getI64IntegerAttr(panel)),
                             b.getNamedAttr("wide", b.getI64IntegerAttr(windows.wide))}));
    dropUnusedInputs(group);
    return success();
  }

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
