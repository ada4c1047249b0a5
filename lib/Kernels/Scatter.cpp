// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The skeleton scatter: copies the data, then joins one update after the other. It has
// one item, since the order of updates to a place is part of the meaning.
#include "lib/Kernels/KernelEnds.h"
#include "lib/Kernels/KernelMemory.h"
#include "pith/Kernels/Skeleton.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace pith;

namespace {

/// The operands as memory of one dimension.
struct Memory {
  Value data, positions, updates, result;
};

class ScatterCode {
public:
  ScatterCode(ScatterOp op, OpBuilder &b, const VectorUnit &unit)
      : op(op), b(b), loc(op.getLoc()), elements(op.getData().getType().getShape()[1]) {
    Type element = op.getData().getType().getElementType();
    // A bool has a byte in memory, but none in a vector.
    bool hasVectors = !unit.scalable && !element.isInteger(1);
    width = hasVectors ? unit.lanes(element.getIntOrFloatBitWidth()) : 1;
  }

  void run(const Memory &memory) {
    copy(memory);
    int64_t count = op.getPositions().getType().getNumElements();
    loop(0, count, 1, [&](Value update) {
      Value place = clamped(memref::LoadOp::create(b, loc, memory.positions, update));
      loop(0, elements, 1,
           [&](Value element) { join(memory, at(place, element), at(update, element)); });
    });
  }

private:
  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
  Value at(Value row, Value element) {
    Value first = arith::MulIOp::create(b, loc, row, index(elements));
    return arith::AddIOp::create(b, loc, first, element);
  }

  void loop(int64_t begin, int64_t end, int64_t step, function_ref<void(Value)> body) {
    if (begin == end)
      return;
    auto made = scf::ForOp::create(b, loc, index(begin), index(end), index(step));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(made.getBody());
    body(made.getInductionVar());
  }

  void copy(const Memory &memory) {
    int64_t count = op.getData().getType().getNumElements(), whole = count / width * width;
    auto type = VectorType::get(width, op.getData().getType().getElementType());
    if (width > 1)
      loop(0, whole, width, [&](Value place) {
        Value read = vector::LoadOp::create(b, loc, type, memory.data, place);
        vector::StoreOp::create(b, loc, read, memory.result, place);
      });
    loop(width > 1 ? whole : 0, count, 1, [&](Value place) {
      Value read = memref::LoadOp::create(b, loc, memory.data, place);
      memref::StoreOp::create(b, loc, read, memory.result, place);
    });
  }

  Value clamped(Value position) {
    Value zero = arith::ConstantIntOp::create(b, loc, 0, 64);
    Value last = arith::ConstantIntOp::create(b, loc, op.getData().getType().getShape()[0] - 1, 64);
    position = arith::MaxSIOp::create(b, loc, position, zero);
    position = arith::MinSIOp::create(b, loc, position, last);
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), position);
  }

  void join(const Memory &memory, Value place, Value update) {
    Block &body = op.getBody().front();
    IRMapping mapping;
    if (!body.getArgument(0).use_empty())
      mapping.map(body.getArgument(0), memref::LoadOp::create(b, loc, memory.result, place));
    mapping.map(body.getArgument(1), memref::LoadOp::create(b, loc, memory.updates, update));
    for (Operation &scalar : body.without_terminator())
      b.clone(scalar, mapping);
    Value made = cast<YieldOp>(body.getTerminator()).getValues().front();
    memref::StoreOp::create(b, loc, mapping.lookup(made), memory.result, place);
  }

  ScatterOp op;
  OpBuilder &b;
  Location loc;
  int64_t elements, width;
};

} // namespace

static LogicalResult lower(func::FuncOp kernel, const KernelRow &, const VectorUnit &unit) {
  auto operators = kernel.getBody().front().getOps<ScatterOp>();
  if (!llvm::hasSingleElement(operators))
    return kernel.emitError("expected one pith.scatter");
  ScatterOp op = *operators.begin();
  OpBuilder b(kernel.getBody().front().getTerminator());
  FailureOr<Value> result = onlyResult(kernel, op.getResult());
  if (failed(result))
    return failure();
  Memory memory;
  for (auto [place, operand] :
       {std::pair(&memory.data, op.getData()), std::pair(&memory.positions, op.getPositions()),
        std::pair(&memory.updates, op.getUpdates())}) {
    FailureOr<Value> found = dense(kernel, operand, b);
    if (failed(found))
      return failure();
    *place = *found;
  }
  memory.result = flatten(b, kernel.getLoc(), *result);
  ScatterCode(op, b, unit).run(memory);
  eraseComputed(kernel);
  return success();
}

static SmallVector<LayoutAttr> layouts(GroupOp group, const KernelRow &, Tile, const VectorUnit &) {
  SmallVector<LayoutAttr> result(group.getInputs().size());
  copySlices(group, result);
  return result;
}

static int64_t items(GroupOp, const KernelRow &, Tile, const VectorUnit &) { return 1; }

const Skeleton skeletons::scatter{
    .name = "scatter",
    .lower = lower,
    .layouts = layouts,
    .items = items,
};
