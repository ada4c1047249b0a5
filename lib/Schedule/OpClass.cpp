// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Schedule/OpClass.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace pith;

OpClass pith::classify(Operation *op) {
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return OpClass::View;
  // A slice at a place known only at run time stays with the loop that moves it.
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return slice.getOffsets().empty() ? OpClass::View : OpClass::Other;
  if (isa<linalg::TransposeOp, tensor::PadOp, tensor::ConcatOp>(op))
    return OpClass::Movement;
  if (isa<MapOp, QuantizeOp, DequantizeOp, RequantizeOp, LookupOp, UnpackOp>(op))
    return OpClass::Map;
  if (isa<ConvOp, MatmulOp, PoolOp, ReduceOp, SoftmaxOp, NormOp, DynamicQuantizeOp,
          linalg::GenericOp>(op))
    return OpClass::Anchor;
  return OpClass::Other;
}

Operation *pith::anchorOf(GroupOp group) {
  Block &block = group.getBody().front();
  for (Operation &op : block)
    if (classify(&op) == OpClass::Anchor)
      return &op;
  return cast<YieldOp>(block.getTerminator()).getValues().front().getDefiningOp();
}

StringRef pith::anchorName(GroupOp group) {
  Operation *anchor = anchorOf(group);
  return anchor && classify(anchor) == OpClass::Anchor ? anchor->getName().getStringRef()
                                                       : MapOp::getOperationName();
}

static uint64_t elements(Value value) { return cast<ShapedType>(value.getType()).getNumElements(); }

static uint64_t workOf(Operation *op) {
  if (auto conv = dyn_cast<ConvOp>(op)) {
    auto filter = conv.getFilter().getType();
    return llvm::SaturatingMultiply<uint64_t>(elements(conv.getResult()),
                                              filter.getNumElements() /
                                                  std::max<int64_t>(1, filter.getDimSize(0)));
  }
  if (auto matmul = dyn_cast<MatmulOp>(op)) {
    auto lhs = matmul.getLhs().getType();
    int64_t inner = lhs.getDimSize(lhs.getRank() - (matmul.getTransposeLhs() ? 2 : 1));
    return llvm::SaturatingMultiply<uint64_t>(elements(matmul.getResult()), inner);
  }
  if (auto pool = dyn_cast<PoolOp>(op)) {
    uint64_t taps = 1;
    for (int64_t size : pool.getWindow())
      taps = llvm::SaturatingMultiply<uint64_t>(taps, size);
    return llvm::SaturatingMultiply<uint64_t>(elements(pool.getResult()), taps);
  }
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return elements(reduce.getInput());
  return op->getNumResults() ? elements(op->getResult(0)) : 0;
}

int64_t pith::workOf(GroupOp group) {
  uint64_t total = 0;
  for (Operation &op : group.getBody().front().without_terminator())
    if (OpClass kind = classify(&op); kind != OpClass::Other && kind != OpClass::View)
      total = llvm::SaturatingAdd<uint64_t>(total, ::workOf(&op));
  return int64_t(std::min<uint64_t>(total, INT64_MAX));
}

func::FuncOp pith::modelFunction(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic())
      return function;
  return {};
}
