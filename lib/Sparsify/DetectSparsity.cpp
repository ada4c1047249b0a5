// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds zeros in constant weights, and puts the pattern worth using in their type.
#include "lib/Sparsify/Passes.h"
#include "lib/Sparsify/Weights.h"
#include "llvm/ADT/SetVector.h"

namespace pith {
#define GEN_PASS_DEF_DETECTSPARSITY
#include "lib/Sparsify/Passes.h.inc"
} // namespace pith

using namespace mlir;
using namespace pith;

namespace {

/// Below this share of zeros, in percent, no pattern can be worth using.
constexpr int64_t leastZeros = 25;

bool reaches(int64_t part, int64_t whole, int64_t percent) { return part * 100 >= whole * percent; }

/// Pixels from which on a list is worth walking: a vector of them for each weight.
constexpr int64_t leastPixels = 16;

/// Whether each output reads the channels of one pixel, of enough pixels. What a
/// zero of f32 means changes only where kernels can make use of it.
bool isPointwise(Operation *op) {
  auto isOne = [](int64_t size) { return size == 1; };
  auto isZero = [](int64_t size) { return size == 0; };
  Value input = op->getOperand(0);
  if (auto conv = dyn_cast<ConvOp>(op)) {
    if (!llvm::all_of(conv.getFilter().getType().getShape().drop_front().drop_back(), isOne) ||
        !llvm::all_of(conv.getStrides(), isOne) || !llvm::all_of(conv.getLow(), isZero) ||
        !llvm::all_of(conv.getHigh(), isZero))
      return false;
  } else if (auto matmul = cast<MatmulOp>(op);
             matmul.getTransposeLhs() || matmul.getRhs().getType().getRank() != 2) {
    return false;
  }
  int64_t pixels = 1;
  for (int64_t size : cast<RankedTensorType>(input.getType()).getShape().drop_back())
    pixels *= size;
  return pixels >= leastPixels;
}

/// The rule of docs/sparsity.md.
SparsityPattern choose(Operation *op, SparsityAttr counted, Type element) {
  bool isByte = element.isInteger(8);
  auto absent = [](int64_t stored, int64_t blocks) { return blocks - stored; };
  bool by1x4 = isByte && reaches(absent(counted.getStored1x4(), counted.getBlocks1x4()),
                                 counted.getBlocks1x4(), 50);
  bool by2x4 = isByte && reaches(absent(counted.getStored2x4(), counted.getBlocks2x4()),
                                 counted.getBlocks2x4(), 25);
  // A 2x4 block is two products for one load: 1.4 times as fast, where it stores
  // no more zeros than that.
  if (by2x4 && (!by1x4 || 10 * 2 * counted.getStored2x4() <= 14 * counted.getStored1x4()))
    return SparsityPattern::Block2x4;
  if (by1x4)
    return SparsityPattern::Block1x4;
  if (element.isF32() && isPointwise(op) && reaches(counted.getZeros(), counted.getElements(), 70))
    return SparsityPattern::Unstructured;
  if (2 * counted.getN() <= counted.getM())
    return SparsityPattern::Structured;
  return SparsityPattern::Dense;
}

TypedAttr withType(TypedAttr value, RankedTensorType type) {
  if (auto constant = dyn_cast<ConstantAttr>(value))
    return ConstantAttr::get(type.getContext(), constant.getSource(), constant.getSourceType(),
                             constant.getSteps(), type);
  return cast<DenseElementsAttr>(value).reshape(type);
}

/// Whether the bytes are there to be read: a module may be shown without them.
bool isLoaded(TypedAttr value) {
  if (auto constant = dyn_cast<ConstantAttr>(value))
    return int64_t(constant.getSourceBytes().size()) == storageBytes(constant.getSourceType());
  return isa<DenseElementsAttr>(value);
}

struct DetectSparsity : pith::impl::DetectSparsityBase<DetectSparsity> {
  using Base::Base;

  void runOnOperation() override {
    plains.clear();
    llvm::DenseMap<std::pair<Value, Type>, Value> encoded;
    WalkResult result = getOperation()->walk([&](Operation *op) {
      std::optional<Weights> weights = weightsOf(op);
      if (!weights || weights->type().getEncoding() ||
          weights->type().getNumElements() < minElements || !isLoaded(weights->value) ||
          isPlainlyDense(*weights, leastZeros))
        return WalkResult::advance();
      FailureOr<SparsityAttr> counted = countZeros(*weights, [&] { return op->emitOpError(); });
      if (failed(counted))
        return WalkResult::interrupt();
      if (!reaches(counted->getZeros(), counted->getElements(), leastZeros))
        return WalkResult::advance();
      Type element = weights->type().getElementType();
      apply(op, *weights, counted->withPattern(choose(op, *counted, element)), encoded);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    llvm::SetVector<Operation *> replaced;
    for (Value plain : plains)
      replaced.insert(plain.getDefiningOp());
    for (Operation *constant : replaced)
      if (constant->use_empty())
        constant->erase();
  }

private:
  void apply(Operation *op, const Weights &weights, SparsityAttr sparsity,
             llvm::DenseMap<std::pair<Value, Type>, Value> &encoded) {
    op->setAttr(sparsityAttrName, sparsity);
    if (sparsity.getPattern() == SparsityPattern::Dense)
      return;
    ++numEncoded;
    Value plain = weights.operand->get();
    auto type = RankedTensorType::get(weights.type().getShape(), weights.type().getElementType(),
                                      encodingFor(weights, sparsity));
    Value &value = encoded[{plain, type}];
    if (!value) {
      OpBuilder builder(plain.getContext());
      builder.setInsertionPointAfterValue(plain);
      value = ConstantOp::create(builder, plain.getLoc(), type, withType(weights.value, type),
                                 IntegerAttr());
    }
    weights.operand->set(value);
    plains.push_back(plain);
    if (sparsity.getPattern() != SparsityPattern::Unstructured)
      return;
    if (auto conv = dyn_cast<ConvOp>(op))
      conv.setAbsentZeros(true);
    else
      cast<MatmulOp>(op).setAbsentZeros(true);
    // The product of zero and an infinity is no longer a NaN.
    op->setAttr(exactnessAttrName, StringAttr::get(&getContext(), "rounding"));
  }

  /// Constants that some product does not read any more.
  SmallVector<Value> plains;
};

} // namespace
