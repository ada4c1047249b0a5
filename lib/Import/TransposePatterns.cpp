// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rewrites around one transpose. None adds a transpose of data: either one goes,
// or it has a single user and moves behind it.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/FoldConstants.h"
#include "lib/Import/Transposes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// transpose(transpose(x)) becomes one, or none.
struct Compose : OpRewritePattern<linalg::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::TransposeOp op, PatternRewriter &rewriter) const override {
    Transposed whole = lookThrough(op->getResult(0));
    if (!isIdentity(whole.permutation) && whole.source == op.getInput())
      return rewriter.notifyMatchFailure(op, "its input is no transpose");
    TensorBuilder tensors{rewriter, op.getLoc()};
    rewriter.replaceOp(op, tensors.transpose(whole.source, whole.permutation));
    return success();
  }
};

/// A constant takes the transpose as a step, or is made anew.
struct IntoConstant : OpRewritePattern<linalg::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::TransposeOp op, PatternRewriter &rewriter) const override {
    TypedAttr value;
    if (!matchPattern(op.getInput(), m_Constant(&value)))
      return rewriter.notifyMatchFailure(op, "its input is no constant");
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    TensorBuilder tensors{rewriter, op.getLoc()};
    auto step = TransposeAttr::get(op.getContext(), op.getPermutation());
    if (auto large = dyn_cast<ConstantAttr>(value)) {
      auto longer = large.then(step, [&] { return op.emitError(); });
      if (failed(longer))
        return failure();
      rewriter.replaceOp(op, tensors.constant(*longer));
      return success();
    }
    auto dense = dyn_cast<DenseElementsAttr>(value);
    if (!dense)
      return rewriter.notifyMatchFailure(op, "its input is another kind of constant");
    if (dense.isSplat()) {
      rewriter.replaceOp(op, tensors.constant(dense.resizeSplat(type)));
      return success();
    }
    SmallVector<int64_t> from = llvm::to_vector(llvm::seq<int64_t>(0, type.getNumElements()));
    step.mapIndices(cast<RankedTensorType>(dense.getType()), from);
    auto moved = moveElements(dense, type, [&](int64_t i) { return std::optional(from[i]); });
    rewriter.replaceOp(op, tensors.constant(moved));
    return success();
  }
};

/// A generic nest reads its operand in any order.
struct IntoGeneric : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op, PatternRewriter &rewriter) const override {
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    bool isChanged = false;
    for (OpOperand *operand : op.getDpsInputOperands()) {
      if (!operand->get().getDefiningOp<linalg::TransposeOp>())
        continue;
      Transposed from = lookThrough(operand->get());
      AffineMap &map = maps[operand->getOperandNumber()];
      SmallVector<AffineExpr> results = llvm::to_vector(map.getResults());
      for (auto [place, dim] : llvm::enumerate(from.permutation))
        results[dim] = map.getResult(place);
      map = AffineMap::get(map.getNumDims(), 0, results, op.getContext());
      rewriter.modifyOpInPlace(op, [&] { operand->set(from.source); });
      isChanged = true;
    }
    if (!isChanged)
      return rewriter.notifyMatchFailure(op, "no operand is a transpose");
    rewriter.modifyOpInPlace(op,
                             [&] { op.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps)); });
    return success();
  }
};

/// So does an access inside of one.
struct IntoExtract : OpRewritePattern<tensor::ExtractOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::ExtractOp op, PatternRewriter &rewriter) const override {
    if (!op.getTensor().getDefiningOp<linalg::TransposeOp>())
      return rewriter.notifyMatchFailure(op, "its tensor is no transpose");
    Transposed from = lookThrough(op.getTensor());
    SmallVector<Value> indices = llvm::to_vector(op.getIndices());
    for (auto [place, dim] : llvm::enumerate(from.permutation))
      indices[dim] = op.getIndices()[place];
    rewriter.replaceOpWithNewOp<tensor::ExtractOp>(op, from.source, indices);
    return success();
  }
};

/// A product takes either side transposed.
struct IntoMatmul : OpRewritePattern<MatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MatmulOp op, PatternRewriter &rewriter) const override {
    for (unsigned side : {0, 1}) {
      auto transpose = op->getOperand(side).getDefiningOp<linalg::TransposeOp>();
      if (!transpose)
        continue;
      Permutation swap = llvm::to_vector(transpose.getPermutation());
      std::swap(swap[swap.size() - 2], swap.back());
      Value zeroPoint = side == 0 ? op.getLhsZeroPoint() : op.getRhsZeroPoint();
      if (!isIdentity(swap) || (zeroPoint && countOf(shapeOf(zeroPoint)) != 1))
        continue;
      rewriter.modifyOpInPlace(op, [&] {
        op->setOperand(side, transpose.getInput());
        if (side == 0)
          op.setTransposeLhs(!op.getTransposeLhs());
        else
          op.setTransposeRhs(!op.getTransposeRhs());
      });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no side is a transpose of matrices");
  }
};

/// reduce(transpose(x)) without the reduced dimensions: transpose(reduce(x)).
struct BehindReduce : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReduceOp op, PatternRewriter &rewriter) const override {
    auto transpose = op.getInput().getDefiningOp<linalg::TransposeOp>();
    if (!transpose || op.getKeepDims())
      return rewriter.notifyMatchFailure(op, "its input is no transpose, or dimensions stay");
    if (op.getAccumulator())
      return rewriter.notifyMatchFailure(op, "a sum of codes");
    ArrayRef<int64_t> permutation = transpose.getPermutation();
    if (!keepsOrder(op, invertPermutation(permutation)))
      return rewriter.notifyMatchFailure(op, "elements would be added in another order");
    SmallVector<int64_t> dims, kept;
    for (auto [dim, from] : llvm::enumerate(permutation))
      (llvm::is_contained(op.getDims(), int64_t(dim)) ? dims : kept).push_back(from);
    llvm::sort(dims);
    // The places of what is left, among what is left.
    Permutation rest = llvm::map_to_vector(kept, [&](int64_t from) {
      return int64_t(llvm::count_if(kept, [&](int64_t other) { return other < from; }));
    });
    Shape shape = shapeOf(op.getResult());
    bool movesLess = movesNothing(permute(shape, invertPermutation(rest)), rest);
    if (!transpose->hasOneUse() && !movesLess)
      return rewriter.notifyMatchFailure(op, "the transpose has other users");
    auto reduce = ReduceOp::create(
        rewriter, op.getLoc(), op.getKind(), transpose.getInput(), /*zero_point=*/Value(), dims,
        /*keep_dims=*/false, op.getIsSigned(), /*accumulator=*/TypeAttr());
    TensorBuilder tensors{rewriter, op.getLoc()};
    rewriter.replaceOp(op, tensors.transpose(reduce, rest));
    return success();
  }
};

/// expand_shape(transpose(x)): each dimension of x splits in its own place.
struct BehindExpand : OpRewritePattern<tensor::ExpandShapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::ExpandShapeOp op,
                                PatternRewriter &rewriter) const override {
    auto transpose = op.getSrc().getDefiningOp<linalg::TransposeOp>();
    if (!transpose || !transpose->hasOneUse())
      return rewriter.notifyMatchFailure(op, "its input is no transpose of its own");
    SmallVector<ReassociationIndices> groups = op.getReassociationIndices();
    if (groups.empty())
      return rewriter.notifyMatchFailure(op, "a scalar");
    SmallVector<int64_t> inverse = invertPermutation(transpose.getPermutation());
    SmallVector<int64_t> shape, order; // order[i]: the dimension of the result
    for (int64_t place : inverse)
      for (int64_t dim : groups[place]) {
        shape.push_back(shapeOf(op.getResult())[dim]);
        order.push_back(dim);
      }
    TensorBuilder tensors{rewriter, op.getLoc()};
    Value expanded = tensors.reshape(transpose.getInput(), shape);
    rewriter.replaceOp(op, tensors.transpose(expanded, invertPermutation(order)));
    return success();
  }
};

/// collapse_shape(transpose(x)) where what is joined lies together in x.
struct BehindCollapse : OpRewritePattern<tensor::CollapseShapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::CollapseShapeOp op,
                                PatternRewriter &rewriter) const override {
    auto transpose = op.getSrc().getDefiningOp<linalg::TransposeOp>();
    if (!transpose || !transpose->hasOneUse())
      return rewriter.notifyMatchFailure(op, "its input is no transpose of its own");
    SmallVector<ReassociationIndices> groups = op.getReassociationIndices();
    Shape from = shapeOf(transpose.getInput());
    // For each dimension of the result, where its elements lie in x.
    SmallVector<std::pair<int64_t, int64_t>> places;
    for (auto [index, group] : llvm::enumerate(groups)) {
      SmallVector<int64_t> dims;
      for (int64_t dim : group)
        if (from[transpose.getPermutation()[dim]] != 1)
          dims.push_back(transpose.getPermutation()[dim]);
      for (size_t i = 1; i < dims.size(); ++i) {
        bool isNext = dims[i] > dims[i - 1];
        for (int64_t between = dims[i - 1] + 1; isNext && between < dims[i]; ++between)
          isNext = from[between] == 1;
        if (!isNext)
          return rewriter.notifyMatchFailure(op, "it joins what lies apart");
      }
      int64_t place = dims.empty() ? transpose.getPermutation()[group.front()] : dims.front();
      places.push_back({place, int64_t(index)});
    }
    llvm::sort(places);
    SmallVector<int64_t> shape, order;
    for (auto [place, index] : places) {
      shape.push_back(shapeOf(op.getResult())[index]);
      order.push_back(index);
    }
    TensorBuilder tensors{rewriter, op.getLoc()};
    Value collapsed = tensors.reshape(transpose.getInput(), shape);
    rewriter.replaceOp(op, tensors.transpose(collapsed, invertPermutation(order)));
    return success();
  }
};

} // namespace

void import::populateTransposePatterns(RewritePatternSet &patterns) {
  patterns.add<Compose, IntoConstant, IntoGeneric, IntoExtract, IntoMatmul, BehindReduce,
               BehindExpand, BehindCollapse>(patterns.getContext());
}

void import::toReshape(linalg::TransposeOp op, RewriterBase &rewriter) {
  if (!movesNothing(shapeOf(op.getInput()), op.getPermutation()))
    return;
  rewriter.setInsertionPoint(op);
  TensorBuilder tensors{rewriter, op.getLoc()};
  Operation *destination = op.getInit().getDefiningOp();
  rewriter.replaceOp(op, tensors.reshape(op.getInput(), shapeOf(op->getResult(0))));
  if (destination && isOpTriviallyDead(destination))
    rewriter.eraseOp(destination);
}
