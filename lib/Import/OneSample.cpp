// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a program for many samples to that for one, if no operation mixes them:
// what follows the batch is copied with one sample's share of each dimension.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/BatchAxes.h"
#include "lib/Import/Passes.h"
#include "lib/Import/TensorBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace pith {
#define GEN_PASS_DEF_ONESAMPLE
#include "lib/Import/Passes.h.inc"
} // namespace pith

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

RankedTensorType shareOf(RankedTensorType type, int64_t dim, int64_t samples) {
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] /= samples;
  return RankedTensorType::get(shape, type.getElementType());
}

/// The part of a constant that one sample finds, when all find the same.
DenseElementsAttr shareOf(DenseElementsAttr value, const BatchAxis &axis, int64_t samples) {
  auto type = cast<RankedTensorType>(value.getType());
  RankedTensorType share = shareOf(type, axis.dim, samples);
  if (value.isSplat())
    return value.resizeSplat(share);
  int64_t part = axis.inner * countOf(type.getShape().drop_front(axis.dim + 1));
  SmallVector<Attribute> elements;
  for (auto [index, element] : llvm::enumerate(value.getValues<Attribute>())) {
    int64_t sample = int64_t(index) / part % samples, outer = index / (part * samples);
    if (sample == 0)
      elements.push_back(element);
    else if (elements[outer * part + index % part] != element)
      return {};
  }
  return DenseElementsAttr::get(share, elements);
}

std::string nameOf(Operation *op) {
  auto name = dyn_cast<NameLoc>(op->getLoc());
  return name ? "node '" + name.getName().str() + "'" : "an operation";
}

class OneSampleProgram {
public:
  OneSampleProgram(OpBuilder &builder, StringRef name, int64_t samples)
      : builder(builder), name(name), samples(samples) {}

  /// Makes `value` known under the type of one sample's share.
  void add(Value value, Value made, std::optional<BatchAxis> axis) {
    mapping.map(value, made);
    axes[value] = axis;
  }
  std::optional<BatchAxis> axisOf(Value value) const { return axes.lookup(value); }
  Value lookup(Value value) const { return mapping.lookupOrNull(value); }

  LogicalResult copy(Operation *op) {
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return copyLoop(loop);
    bool isBatched =
        llvm::any_of(op->getOperands(), [&](Value value) { return bool(axisOf(value)); });
    op->walk([&](Operation *inner) {
      for (Value value : inner->getOperands())
        isBatched |= bool(axisOf(value));
    });
    if (!isBatched) {
      builder.clone(*op, mapping);
      for (Value result : op->getResults())
        axes.erase(result);
      return success();
    }
    auto step = followBatch(op, samples, [&](Value value) { return axisOf(value); });
    if (!step)
      return mixes(op);
    IRMapping local = mapping;
    for (auto [operand, axis] : step->repeated) {
      Value share = shareOfValue(operand->get(), axis);
      if (!share)
        return mixes(op);
      local.map(operand->get(), share);
    }
    Operation *made = builder.clone(*op, local);
    Value result = op->getResult(0);
    if (step->result)
      shrink(made, *op, *step->result);
    add(result, made->getResult(0), step->result);
    return success();
  }

private:
  LogicalResult mixes(Operation *op) {
    InFlightDiagnostic error = emitError(op->getLoc())
                               << nameOf(op)
                               << (isa<ExternOp>(op) ? ": a custom operator may mix" : ": mixes")
                               << " the samples of dimension '" << name << "'";
    error.attachNote() << "give the dimension one size, for example --dim " << name << "="
                       << samples;
    return failure();
  }

  /// A constant, or a tensor without content, cut to one sample.
  Value shareOfValue(Value value, const BatchAxis &axis) {
    if (shapeOf(value)[axis.dim] % (axis.inner * samples))
      return {};
    TensorBuilder tensors{builder, value.getLoc()};
    if (value.getDefiningOp<tensor::EmptyOp>()) {
      RankedTensorType share = ::shareOf(tensorType(value), axis.dim, samples);
      return tensors.empty(share.getShape(), share.getElementType());
    }
    DenseElementsAttr constant;
    if (!matchPattern(value, m_Constant(&constant)))
      return {};
    DenseElementsAttr share = ::shareOf(constant, axis, samples);
    return share ? tensors.constant(share) : Value();
  }

  /// Gives the copy the sizes of one sample.
  void shrink(Operation *made, Operation &old, const BatchAxis &axis) {
    Value result = made->getResult(0);
    result.setType(::shareOf(tensorType(result), axis.dim, samples));
    if (auto expand = dyn_cast<tensor::ExpandShapeOp>(made))
      expand.setStaticOutputShape(shapeOf(result));
    auto sizes = [&](auto slice, int64_t dim) {
      SmallVector<int64_t> values(slice.getStaticSizes());
      values[dim] /= samples;
      slice.setStaticSizes(values);
    };
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(made))
      sizes(slice, axisOf(cast<tensor::ExtractSliceOp>(old).getSource())->dim);
    if (auto slice = dyn_cast<tensor::InsertSliceOp>(made))
      sizes(slice, axis.dim);
  }

  /// What a loop carries is batched as what it yields. For what starts as a
  /// constant that is not known before, so every possibility is tried.
  LogicalResult copyLoop(scf::ForOp loop) {
    constexpr int64_t maxTrials = 64;
    SmallVector<SmallVector<std::optional<BatchAxis>>> choices;
    int64_t trials = 1;
    for (Value init : loop.getInitArgs()) {
      auto &some = choices.emplace_back();
      if (auto known = axisOf(init)) {
        some.push_back(known);
        continue;
      }
      for (auto [dim, size] : llvm::enumerate(shapeOf(init)))
        if (size == samples)
          some.push_back(BatchAxis{int64_t(dim), 1});
      some.push_back(std::nullopt);
      trials = std::min<int64_t>(trials * some.size(), maxTrials);
    }
    for (int64_t trial = 0; trial < trials; ++trial) {
      SmallVector<std::optional<BatchAxis>> carried;
      int64_t rest = trial;
      for (auto &some : choices) {
        carried.push_back(some[rest % some.size()]);
        rest /= some.size();
      }
      // The diagnostics of a trial are not the user's.
      ScopedDiagnosticHandler quiet(loop.getContext(), [](Diagnostic &) { return success(); });
      if (succeeded(tryLoop(loop, carried)))
        return success();
    }
    return mixes(loop);
  }

  LogicalResult tryLoop(scf::ForOp loop, ArrayRef<std::optional<BatchAxis>> carried) {
    SmallVector<Value> inits;
    for (auto [init, axis] : llvm::zip(loop.getInitArgs(), carried)) {
      Value made = axis && !axisOf(init) ? shareOfValue(init, *axis) : lookup(init);
      if (!made)
        return failure();
      inits.push_back(made);
    }
    auto made = scf::ForOp::create(builder, loop.getLoc(), lookup(loop.getLowerBound()),
                                   lookup(loop.getUpperBound()), lookup(loop.getStep()), inits,
                                   [](OpBuilder &, Location, Value, ValueRange) {});
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(made.getBody());
    mapping.map(loop.getInductionVar(), made.getInductionVar());
    for (auto [index, argument] : llvm::enumerate(loop.getRegionIterArgs()))
      add(argument, made.getRegionIterArgs()[index], carried[index]);
    LogicalResult copied = success();
    for (Operation &op : loop.getBody()->without_terminator())
      if (copied = copy(&op); failed(copied))
        break;
    auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
    if (succeeded(copied))
      for (auto [value, axis] : llvm::zip(yield.getOperands(), carried))
        if (axisOf(value) != axis)
          copied = failure();
    if (failed(copied)) {
      made.erase();
      return failure();
    }
    SmallVector<Value> yields;
    for (Value value : yield.getOperands())
      yields.push_back(lookup(value));
    scf::YieldOp::create(builder, yield.getLoc(), yields);
    for (auto [index, result] : llvm::enumerate(loop.getResults()))
      add(result, made.getResult(index), carried[index]);
    return success();
  }

  OpBuilder &builder;
  StringRef name;
  int64_t samples;
  IRMapping mapping;
  DenseMap<Value, std::optional<BatchAxis>> axes;
};

struct OneSample : pith::impl::OneSampleBase<OneSample> {
  using Base::Base;

  void runOnOperation() override {
    if (failed(run(getOperation())))
      signalPassFailure();
  }

  LogicalResult run(func::FuncOp old) {
    OpBuilder builder(old);
    auto made = func::FuncOp::create(builder, old.getLoc(), old.getName(), old.getFunctionType());
    made->setAttrs(old->getAttrs());
    Block *block = made.addEntryBlock();
    builder.setInsertionPointToStart(block);
    OneSampleProgram program(builder, name, samples);
    BatchAxis leading{0, 1};
    for (auto [index, argument] : llvm::enumerate(old.getArguments())) {
      RankedTensorType type = tensorType(argument);
      if (type.getRank() == 0 || type.getDimSize(0) != samples)
        return old.emitError() << "input " << ioName(old.getArgAttrDict(index))
                               << ": expected dimension '" << name << "' as the leading one";
      Value share = block->getArgument(index);
      share.setType(shareOf(type, leading.dim, samples));
      program.add(argument, share, leading);
    }
    for (Operation &op : old.getBody().front().without_terminator())
      if (failed(program.copy(&op))) {
        made.erase();
        return failure();
      }
    auto terminator = cast<func::ReturnOp>(old.getBody().front().getTerminator());
    SmallVector<Value> results;
    for (auto [index, value] : llvm::enumerate(terminator.getOperands())) {
      if (program.axisOf(value) != leading || shapeOf(value)[0] != samples) {
        made.erase();
        return old.emitError() << "output " << ioName(old.getResultAttrDict(index))
                               << ": expected dimension '" << name << "' as the leading one";
      }
      results.push_back(program.lookup(value));
    }
    func::ReturnOp::create(builder, terminator.getLoc(), results);
    made.setType(
        builder.getFunctionType(block->getArgumentTypes(), ValueRange(results).getTypes()));
    made->setAttr(batchAttrName, BatchAttr::get(&getContext(), name, samples));
    old.getBody().takeBody(made.getBody());
    old->setAttrs(made->getAttrs());
    made.erase();
    return success();
  }

  static std::string ioName(DictionaryAttr attributes) {
    auto io = attributes ? attributes.getAs<IoAttr>(ioAttrName) : nullptr;
    return io ? "'" + io.getName().str() + "'" : "without a name";
  }
};

} // namespace
