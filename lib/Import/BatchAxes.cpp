// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/BatchAxes.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Import/TensorBuilders.h"
#include "lib/Import/Transposes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

using Step = std::optional<BatchStep>;
using Axis = std::optional<BatchAxis>;

int64_t rankOf(Value value) { return tensorType(value).getRank(); }

/// Operands that broadcast, aligned at the last dimension: all batches are one
/// dimension of the result.
Step followBroadcast(ArrayRef<OpOperand *> operands, int64_t rank, AxisOf axisOf) {
  BatchStep step;
  for (OpOperand *operand : operands)
    if (Axis axis = axisOf(operand->get())) {
      BatchAxis moved{axis->dim + rank - rankOf(operand->get()), axis->inner};
      if (step.result && *step.result != moved)
        return std::nullopt;
      step.result = moved;
    }
  for (OpOperand *operand : operands) {
    if (!step.result || axisOf(operand->get()))
      continue;
    int64_t dim = step.result->dim - (rank - rankOf(operand->get()));
    if (dim >= 0 && shapeOf(operand->get())[dim] != 1)
      step.repeated.push_back({operand, {dim, step.result->inner}});
  }
  return step;
}

/// The result has the operand's dimensions, some of which the operation may not
/// be batched along.
Step followSame(Value input, ArrayRef<int64_t> mixed, AxisOf axisOf) {
  Axis axis = axisOf(input);
  if (axis && llvm::is_contained(mixed, axis->dim))
    return std::nullopt;
  return BatchStep{axis, {}};
}

Step followReduce(ReduceOp op, AxisOf axisOf) {
  Step step = followSame(op.getInput(), op.getDims(), axisOf);
  if (step && step->result && !op.getKeepDims())
    step->result->dim -=
        llvm::count_if(op.getDims(), [&](int64_t dim) { return dim < step->result->dim; });
  return step;
}

Step followConv(ConvOp op, AxisOf axisOf) {
  Axis axis = axisOf(op.getInput());
  if (axis && axis->dim != 0)
    return std::nullopt;
  for (Value operand : op->getOperands().drop_front())
    if (axisOf(operand))
      return std::nullopt;
  return BatchStep{axis, {}};
}

Step followMatmul(MatmulOp op, AxisOf axisOf) {
  int64_t rank = rankOf(op.getLhs());
  Axis lhs = axisOf(op.getLhs()), rhs = axisOf(op.getRhs());
  if (op.getBias() && axisOf(op.getBias()))
    return std::nullopt;
  // Zero points of rows or matrices would have to be shared out too.
  for (Value zero : {op.getLhsZeroPoint(), op.getRhsZeroPoint()})
    if (zero && (axisOf(zero) || countOf(shapeOf(zero)) != shapeOf(zero).back()))
      return std::nullopt;
  bool isLhsBatch = lhs && lhs->dim < rank - 2, isRhsBatch = rhs && rhs->dim < rank - 2;
  if ((isLhsBatch || !lhs) && (isRhsBatch || !rhs)) {
    SmallVector<OpOperand *> sides{&op->getOpOperand(0), &op->getOpOperand(1)};
    return followBroadcast(sides, rank, axisOf);
  }
  if (lhs && rhs)
    return std::nullopt; // rows of one side, something of the other
  if (lhs && lhs->dim == rank - (op.getTransposeLhs() ? 1 : 2))
    return BatchStep{BatchAxis{rank - 2, lhs->inner}, {}};
  if (rhs && rhs->dim == rank - (op.getTransposeRhs() ? 2 : 1) && !op.getBias())
    return BatchStep{BatchAxis{rank - 1, rhs->inner}, {}};
  return std::nullopt;
}

Step followCollapse(tensor::CollapseShapeOp op, AxisOf axisOf) {
  Axis axis = axisOf(op.getSrc());
  if (!axis)
    return BatchStep{};
  SmallVector<ReassociationIndices> groups = op.getReassociationIndices();
  for (auto [index, group] : llvm::enumerate(groups)) {
    if (!llvm::is_contained(group, axis->dim))
      continue;
    int64_t inner = axis->inner;
    for (int64_t dim : group)
      if (dim > axis->dim)
        inner *= shapeOf(op.getSrc())[dim];
    return BatchStep{BatchAxis{int64_t(index), inner}, {}};
  }
  return std::nullopt;
}

/// One of the new dimensions must hold the samples whole.
Step followExpand(tensor::ExpandShapeOp op, int64_t samples, AxisOf axisOf) {
  Axis axis = axisOf(op.getSrc());
  if (!axis)
    return BatchStep{};
  ReassociationIndices group = op.getReassociationIndices()[axis->dim];
  int64_t behind = 1;
  for (int64_t dim : llvm::reverse(group)) {
    int64_t size = shapeOf(op.getResult())[dim];
    if (size != 1 && axis->inner % behind == 0 && (behind * size) % (axis->inner * samples) == 0)
      return BatchStep{BatchAxis{dim, axis->inner / behind}, {}};
    behind *= size;
  }
  return std::nullopt;
}

Step followTranspose(linalg::TransposeOp op, AxisOf axisOf) {
  Axis axis = axisOf(op.getInput());
  if (!axis)
    return BatchStep{};
  axis->dim = llvm::find(op.getPermutation(), axis->dim) - op.getPermutation().begin();
  return BatchStep{axis, {{op.getDpsInitOperand(0), *axis}}};
}

/// A box that is whole along the batch; what it makes may lack dimensions.
template <typename OpT> bool isWhole(OpT op, int64_t dim, int64_t size) {
  return op.getStaticOffsets()[dim] == 0 && op.getStaticSizes()[dim] == size &&
         op.getStaticStrides()[dim] == 1;
}

Step followSlice(tensor::ExtractSliceOp op, AxisOf axisOf) {
  Axis axis = axisOf(op.getSource());
  if (!axis)
    return BatchStep{};
  if (!isWhole(op, axis->dim, shapeOf(op.getSource())[axis->dim]))
    return std::nullopt;
  auto dropped = op.getDroppedDims();
  if (dropped.test(axis->dim))
    return std::nullopt;
  int64_t before = 0;
  for (int64_t dim = 0; dim < axis->dim; ++dim)
    before += dropped.test(dim);
  return BatchStep{BatchAxis{axis->dim - before, axis->inner}, {}};
}

Step followInsert(tensor::InsertSliceOp op, AxisOf axisOf) {
  Axis source = axisOf(op.getSource()), dest = axisOf(op.getDest());
  if (!source && !dest)
    return BatchStep{};
  auto dropped = op.getDroppedDims();
  // Where each dimension of the source goes.
  SmallVector<int64_t> places;
  for (int64_t dim = 0; dim < rankOf(op.getDest()); ++dim)
    if (!dropped.test(dim))
      places.push_back(dim);
  BatchAxis axis = dest ? *dest : BatchAxis{places[source->dim], source->inner};
  if (!isWhole(op, axis.dim, shapeOf(op.getDest())[axis.dim]) || dropped.test(axis.dim))
    return std::nullopt;
  int64_t inSource = llvm::find(places, axis.dim) - places.begin();
  if (source && *source != BatchAxis{inSource, axis.inner})
    return std::nullopt;
  BatchStep step{axis, {}};
  if (!source)
    step.repeated.push_back({&op.getSourceMutable(), {inSource, axis.inner}});
  if (!dest)
    step.repeated.push_back({&op.getDestMutable(), axis});
  return step;
}

Step followPad(tensor::PadOp op, AxisOf axisOf) {
  Axis axis = axisOf(op.getSource());
  if (axis && (op.getStaticLow()[axis->dim] != 0 || op.getStaticHigh()[axis->dim] != 0))
    return std::nullopt;
  return BatchStep{axis, {}};
}

/// One loop counts the samples; each batched operand is read at its index, and
/// nothing else depends on that index.
Step followGeneric(linalg::GenericOp op, AxisOf axisOf) {
  BatchStep step;
  auto join = [&](int64_t loop, const BatchAxis &axis) {
    BatchAxis moved{loop, axis.inner};
    if (step.result && *step.result != moved)
      return false;
    step.result = moved;
    return true;
  };
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  for (OpOperand *operand : op.getDpsInputOperands())
    if (Axis axis = axisOf(operand->get())) {
      auto loop = dyn_cast<AffineDimExpr>(maps[operand->getOperandNumber()].getResult(axis->dim));
      if (!loop || !join(loop.getPosition(), *axis))
        return std::nullopt;
    }
  SmallVector<tensor::ExtractOp> reads;
  op.getRegion().walk([&](tensor::ExtractOp read) { reads.push_back(read); });
  for (tensor::ExtractOp read : reads)
    if (Axis axis = axisOf(read.getTensor())) {
      auto index = read.getIndices()[axis->dim].getDefiningOp<linalg::IndexOp>();
      if (!index || !join(index.getDim(), *axis))
        return std::nullopt;
    }
  if (!step.result)
    return step;
  int64_t loop = step.result->dim;
  WalkResult other = op.getRegion().walk([&](linalg::IndexOp index) -> WalkResult {
    if (int64_t(index.getDim()) != loop)
      return WalkResult::advance();
    for (OpOperand &use : index->getUses()) {
      auto read = dyn_cast<tensor::ExtractOp>(use.getOwner());
      Axis axis = read ? axisOf(read.getTensor()) : Axis();
      if (!axis || use.getOperandNumber() != axis->dim + 1)
        return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  if (other.wasInterrupted())
    return std::nullopt;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    if (axisOf(operand->get()))
      continue;
    for (auto [dim, expr] : llvm::enumerate(maps[operand->getOperandNumber()].getResults())) {
      if (!expr.isFunctionOfDim(loop))
        continue;
      if (!isa<AffineDimExpr>(expr))
        return std::nullopt;
      step.repeated.push_back({operand, {int64_t(dim), step.result->inner}});
    }
  }
  step.repeated.push_back({op.getDpsInitOperand(0), *step.result});
  return step;
}

Step followConcat(tensor::ConcatOp op, AxisOf axisOf) {
  SmallVector<OpOperand *> operands;
  for (OpOperand &operand : op->getOpOperands())
    operands.push_back(&operand);
  Step step = followBroadcast(operands, rankOf(op.getResult()), axisOf);
  if (step && step->result && step->result->dim == int64_t(op.getDim()))
    return std::nullopt;
  return step;
}

} // namespace

std::optional<BatchStep> import::followBatch(Operation *op, int64_t samples, AxisOf axisOf) {
  auto broadcast = [&] {
    return followBroadcast(carriedOperands(op), rankOf(op->getResult(0)), axisOf);
  };
  return llvm::TypeSwitch<Operation *, Step>(op)
      .Case<MapOp, QuantizeOp, DequantizeOp, RequantizeOp>([&](auto) { return broadcast(); })
      .Case([&](LookupOp op) {
        return axisOf(op.getTable()) ? Step() : followSame(op.getInput(), {}, axisOf);
      })
      .Case([&](TapOp op) { return followSame(op.getInput(), {}, axisOf); })
      .Case([&](SoftmaxOp op) { return followSame(op.getInput(), op.getDims(), axisOf); })
      .Case([&](NormOp op) {
        Step step = followSame(op.getInput(), op.getDims(), axisOf);
        return step ? broadcast() : step;
      })
      .Case([&](PoolOp op) {
        SmallVector<int64_t> image =
            llvm::to_vector(llvm::seq<int64_t>(1, rankOf(op.getInput()) - 1));
        return followSame(op.getInput(), image, axisOf);
      })
      .Case([&](ReduceOp op) { return followReduce(op, axisOf); })
      .Case([&](ConvOp op) { return followConv(op, axisOf); })
      .Case([&](MatmulOp op) { return followMatmul(op, axisOf); })
      .Case([&](tensor::CollapseShapeOp op) { return followCollapse(op, axisOf); })
      .Case([&](tensor::ExpandShapeOp op) { return followExpand(op, samples, axisOf); })
      .Case([&](tensor::ExtractSliceOp op) { return followSlice(op, axisOf); })
      .Case([&](tensor::InsertSliceOp op) { return followInsert(op, axisOf); })
      .Case([&](tensor::PadOp op) { return followPad(op, axisOf); })
      .Case([&](tensor::ConcatOp op) { return followConcat(op, axisOf); })
      .Case([&](linalg::TransposeOp op) { return followTranspose(op, axisOf); })
      .Case([&](linalg::GenericOp op) { return followGeneric(op, axisOf); })
      .Default([](Operation *) { return Step(); });
}
