// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Schedule/OpClass.h"
#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace pith;

OpClass pith::classify(Operation *op) {
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return OpClass::View;
  // A slice at a place known only at run time stays with the loop that moves it.
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return slice.getOffsets().empty() ? OpClass::View : OpClass::Other;
  if (isa<linalg::TransposeOp, tensor::PadOp, tensor::ConcatOp, ToLayoutOp, FromLayoutOp>(op))
    return OpClass::Movement;
  if (isa<MapOp, QuantizeOp, DequantizeOp, RequantizeOp, LookupOp, UnpackOp>(op))
    return OpClass::Map;
  if (isa<ConvOp, MatmulOp, PoolOp, ReduceOp, SoftmaxOp, NormOp, DynamicQuantizeOp, FrameOp,
          ScatterOp, ExternOp, linalg::GenericOp>(op))
    return OpClass::Anchor;
  return OpClass::Other;
}

/// No elementary function, whose cost each use would repeat.
static bool isCheap(MapOp op) {
  return llvm::all_of(op.getBody().front().without_terminator(), [](Operation &scalar) {
    return isa<arith::ArithDialect>(scalar.getDialect());
  });
}

static bool isDecoding(Operation *op) {
  return isa<UnpackOp, DequantizeOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp,
             tensor::ExtractSliceOp, linalg::TransposeOp>(op) ||
         (isa<MapOp>(op) && isCheap(cast<MapOp>(op)));
}

bool pith::isDecode(ArrayRef<Operation *> ops, Value result, function_ref<bool(Value)> isConstant) {
  llvm::SmallPtrSet<Operation *, 8> inside(ops.begin(), ops.end());
  llvm::SmallPtrSet<Value, 8> read;
  for (Operation *op : ops) {
    if (!isDecoding(op) || classify(op) == OpClass::Other)
      return false;
    for (Value operand : op->getOperands()) {
      if (operand.getDefiningOp() && inside.contains(operand.getDefiningOp()))
        continue;
      if (operand.getDefiningOp<tensor::EmptyOp>())
        continue;
      if (!isConstant(operand))
        return false;
      read.insert(operand);
    }
  }
  int64_t bytes = 0;
  for (Value value : read)
    bytes += storageBytes(cast<ShapedType>(value.getType()));
  return storageBytes(cast<ShapedType>(result.getType())) > bytes;
}

/// Whether a few operations in the block of `producer` compute its result of nothing but
/// constants. Nearest first, so that the answer does not take a walk over the model.
static bool comesFromConstants(Operation *producer, function_ref<bool(Value)> isConstant) {
  constexpr size_t most = 256;
  llvm::SetVector<Operation *> chain;
  chain.insert(producer);
  for (size_t i = 0; i < chain.size(); ++i) {
    if (!isDecoding(chain[i]) || chain[i]->getBlock() != producer->getBlock() ||
        classify(chain[i]) == OpClass::Other || chain.size() > most)
      return false;
    for (Value operand : chain[i]->getOperands()) {
      if (isConstant(operand) || operand.getDefiningOp<tensor::EmptyOp>())
        continue;
      if (!operand.getDefiningOp())
        return false;
      chain.insert(operand.getDefiningOp());
    }
  }
  return true;
}

llvm::SetVector<Operation *> pith::decodingOf(Value value, function_ref<bool(Value)> isConstant) {
  llvm::SetVector<Operation *> chain;
  Operation *producer = value.getDefiningOp();
  if (!producer || classify(producer) == OpClass::Other ||
      !comesFromConstants(producer, isConstant))
    return chain;
  BackwardSliceOptions options;
  options.inclusive = true;
  options.omitBlockArguments = true;
  options.filter = [&](Operation *op) {
    return op->getBlock() == producer->getBlock() && classify(op) != OpClass::Other;
  };
  (void)getBackwardSlice(producer, &chain, options);
  if (!isDecode(chain.getArrayRef(), value, isConstant))
    chain.clear();
  return chain;
}

llvm::SetVector<Value> pith::valuesOf(Operation *op) {
  llvm::SetVector<Value> values(op->getOperands().begin(), op->getOperands().end());
  for (Region &region : op->getRegions())
    getUsedValuesDefinedAbove(region, values);
  return values;
}

Operation *pith::anchorOf(GroupOp group) {
  Block &block = group.getBody().front();
  Operation *dynamic = nullptr; // in front of the anchor, or the anchor itself
  for (Operation &op : block)
    if (isa<DynamicQuantizeOp>(op))
      dynamic = &op;
    else if (classify(&op) == OpClass::Anchor)
      return &op;
  if (dynamic)
    return dynamic;
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
  if (auto scatter = dyn_cast<ScatterOp>(op))
    return elements(scatter.getData()) + elements(scatter.getUpdates());
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
