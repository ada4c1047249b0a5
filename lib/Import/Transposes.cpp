// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Transposes.h"
#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

bool import::isIdentity(ArrayRef<int64_t> permutation) {
  return llvm::equal(permutation, llvm::seq<int64_t>(0, permutation.size()));
}

bool import::movesNothing(Shape shape, ArrayRef<int64_t> permutation) {
  int64_t last = -1;
  for (int64_t dim : permutation) {
    if (shape[dim] == 1)
      continue;
    if (dim < last)
      return false;
    last = dim;
  }
  return true;
}

Permutation import::compose(ArrayRef<int64_t> first, ArrayRef<int64_t> second) {
  return llvm::map_to_vector(second, [&](int64_t dim) { return first[dim]; });
}

Permutation import::permute(Shape shape, ArrayRef<int64_t> permutation) {
  return compose(shape, permutation);
}

Permutation import::withLeading(ArrayRef<int64_t> permutation, int64_t rank) {
  int64_t leading = rank - permutation.size();
  Permutation result = llvm::to_vector(llvm::seq<int64_t>(0, leading));
  for (int64_t dim : permutation)
    result.push_back(dim + leading);
  return result;
}

Transposed import::lookThrough(Value value) {
  Transposed result{value, llvm::to_vector(llvm::seq<int64_t>(0, tensorType(value).getRank()))};
  while (auto op = result.source.getDefiningOp<linalg::TransposeOp>())
    result = {op.getInput(), compose(op.getPermutation(), result.permutation)};
  return result;
}

//===--- which operations ---------------------------------------------------===//

static bool isFlexibleGeneric(linalg::GenericOp op) {
  return op.hasPureTensorSemantics() && op->getNumResults() == 1 &&
         op.getNumParallelLoops() == op.getNumLoops() &&
         op.getIndexingMapsArray().back().isIdentity() &&
         op.getDpsInits()[0].getDefiningOp<tensor::EmptyOp>() &&
         op.getRegionOutputArgs()[0].use_empty();
}

static bool isStaticSlice(OffsetSizeAndStrideOpInterface op) {
  auto isStatic = [](ArrayRef<int64_t> values) {
    return llvm::none_of(values, ShapedType::isDynamic);
  };
  return isStatic(op.getStaticOffsets()) && isStatic(op.getStaticSizes()) &&
         isStatic(op.getStaticStrides());
}

bool import::isFlexible(Operation *op) {
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return isStaticSlice(slice) && slice.getSourceType().getRank() == slice.getType().getRank();
  if (auto slice = dyn_cast<tensor::InsertSliceOp>(op))
    return isStaticSlice(slice) && slice.getSourceType().getRank() == slice.getType().getRank();
  if (auto pad = dyn_cast<tensor::PadOp>(op))
    return pad.getConstantPaddingValue() && pad.getLow().empty() && pad.getHigh().empty();
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return reduce.getKeepDims();
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return isFlexibleGeneric(generic);
  return isa<MapOp, SoftmaxOp, NormOp, QuantizeOp, DequantizeOp, RequantizeOp, LookupOp,
             tensor::ConcatOp>(op);
}

/// The dimensions whose elements are added up, if any.
static ArrayRef<int64_t> reducedDims(Operation *op) {
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return reduce.getDims();
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    return softmax.getDims();
  if (auto norm = dyn_cast<NormOp>(op))
    return norm.getDims();
  return {};
}

bool import::keepsOrder(Operation *op, ArrayRef<int64_t> permutation) {
  ArrayRef<int64_t> dims = reducedDims(op);
  if (dims.size() < 2)
    return true;
  Shape shape = shapeOf(op->getOperand(0));
  Permutation reduced;
  for (int64_t dim : permutation)
    if (llvm::is_contained(dims, dim) && shape[dim] != 1)
      reduced.push_back(dim);
  return llvm::is_sorted(reduced);
}

SmallVector<OpOperand *> import::carriedOperands(Operation *op) {
  SmallVector<OpOperand *> result;
  if (isa<linalg::GenericOp>(op))
    return result; // its indexing maps follow the result
  for (OpOperand &operand : op->getOpOperands())
    if (isa<RankedTensorType>(operand.get().getType()) &&
        !(isa<LookupOp>(op) && operand.getOperandNumber() == 1))
      result.push_back(&operand);
  return result;
}

//===--- in another order ---------------------------------------------------===//

static SmallVector<int64_t> permuteDims(ArrayRef<int64_t> dims, ArrayRef<int64_t> inverse) {
  SmallVector<int64_t> result;
  for (int64_t dim : dims)
    result.push_back(inverse[dim]);
  llvm::sort(result);
  return result;
}

static Value rebuildGeneric(linalg::GenericOp op, ArrayRef<int64_t> permutation,
                            RewriterBase &rewriter) {
  SmallVector<int64_t> inverse = invertPermutation(permutation);
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  TensorBuilder tensors{rewriter, op.getLoc()};
  Value init = tensors.empty(permute(type.getShape(), permutation), type.getElementType());
  SmallVector<AffineExpr> dims;
  for (int64_t dim : inverse)
    dims.push_back(rewriter.getAffineDimExpr(dim));
  SmallVector<AffineMap> maps;
  for (AffineMap map : op.getIndexingMapsArray())
    maps.push_back(map.replaceDimsAndSymbols(dims, {}, dims.size(), 0));
  maps.back() = rewriter.getMultiDimIdentityMap(dims.size());
  auto made = linalg::GenericOp::create(rewriter, op.getLoc(), init.getType(), op.getInputs(), init,
                                        maps, op.getIteratorTypesArray());
  rewriter.cloneRegionBefore(op.getRegion(), made.getRegion(), made.getRegion().begin());
  made.walk([&](linalg::IndexOp index) {
    rewriter.modifyOpInPlace(index, [&] { index.setDim(inverse[index.getDim()]); });
  });
  return made->getResult(0);
}

Value import::rebuild(Operation *op, ArrayRef<int64_t> permutation, RewriterBase &rewriter,
                      function_ref<Value(OpOperand &)> operandOf) {
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return rebuildGeneric(generic, permutation, rewriter);
  SmallVector<int64_t> inverse = invertPermutation(permutation);
  IRMapping mapping;
  SmallVector<Value> operands = llvm::to_vector(op->getOperands());
  for (OpOperand *operand : carriedOperands(op))
    operands[operand->getOperandNumber()] = operandOf(*operand);
  Operation *made = rewriter.clone(*op, mapping);
  rewriter.modifyOpInPlace(made, [&] {
    made->setOperands(operands);
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    made->getResult(0).setType(
        RankedTensorType::get(permute(type.getShape(), permutation), type.getElementType()));
    auto permuted = [&](ArrayRef<int64_t> values) { return permute(values, permutation); };
    if (auto reduce = dyn_cast<ReduceOp>(made))
      reduce.setDims(permuteDims(reduce.getDims(), inverse));
    else if (auto softmax = dyn_cast<SoftmaxOp>(made))
      softmax.setDims(permuteDims(softmax.getDims(), inverse));
    else if (auto norm = dyn_cast<NormOp>(made))
      norm.setDims(permuteDims(norm.getDims(), inverse));
    else if (auto concat = dyn_cast<tensor::ConcatOp>(made))
      concat.setDim(inverse[concat.getDim()]);
    else if (auto pad = dyn_cast<tensor::PadOp>(made)) {
      pad.setStaticLow(permuted(pad.getStaticLow()));
      pad.setStaticHigh(permuted(pad.getStaticHigh()));
    } else if (auto slice = dyn_cast<tensor::ExtractSliceOp>(made)) {
      slice.setStaticOffsets(permuted(slice.getStaticOffsets()));
      slice.setStaticSizes(permuted(slice.getStaticSizes()));
      slice.setStaticStrides(permuted(slice.getStaticStrides()));
    } else if (auto slice = dyn_cast<tensor::InsertSliceOp>(made)) {
      slice.setStaticOffsets(permuted(slice.getStaticOffsets()));
      slice.setStaticSizes(permuted(slice.getStaticSizes()));
      slice.setStaticStrides(permuted(slice.getStaticStrides()));
    }
  });
  return made->getResult(0);
}
