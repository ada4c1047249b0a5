// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The skeleton frame: writes the padding around a tensor, and nothing inside.
#include "lib/Kernels/KernelEnds.h"
#include "lib/Kernels/KernelMemory.h"
#include "pith/Kernels/Skeleton.h"
#include "pith/Target/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace pith;

namespace {

/// A row is what lies behind the last dimension but one of those that are padded;
/// it is padding as a whole, or at both of its ends.
struct Rows {
  explicit Rows(FrameOp op)
      : shape(op.getType().getShape()), low(op.getLayout().getLow()),
        high(op.getLayout().getHigh()) {
    for (unsigned i = 0; i < shape.size(); ++i)
      if (low[i] || high[i])
        last = i;
    for (unsigned i = 0; i < last; ++i)
      count *= shape[i];
    for (unsigned i = last + 1; i < shape.size(); ++i)
      inner *= shape[i];
  }
  int64_t elements() const { return shape.empty() ? 1 : shape[last] * inner; }

  ArrayRef<int64_t> shape, low, high;
  unsigned last = 0;            ///< the last dimension that is padded
  int64_t count = 1, inner = 1; ///< rows; elements of one place of `last`
};

class FrameCode {
public:
  FrameCode(OpBuilder &b, Location loc, Value memory, Value number, const VectorUnit &unit)
      : b(b), loc(loc), memory(memory), number(number),
        width(unit.scalable ? 1 : unit.lanes(number.getType().getIntOrFloatBitWidth())) {}

  void row(const Rows &rows, Value item) {
    Value isPadding, rest = item;
    for (unsigned i = rows.last; i-- > 0;) {
      Value digit = i ? Value(arith::RemUIOp::create(b, loc, rest, index(rows.shape[i]))) : rest;
      if (i)
        rest = arith::DivUIOp::create(b, loc, rest, index(rows.shape[i]));
      // Below `low` wraps to a large number.
      Value place = arith::SubIOp::create(b, loc, digit, index(rows.low[i]));
      Value outside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, place,
                                            index(rows.shape[i] - rows.low[i] - rows.high[i]));
      isPadding = isPadding ? Value(arith::OrIOp::create(b, loc, isPadding, outside)) : outside;
    }
    Value begin = arith::MulIOp::create(b, loc, item, index(rows.elements()));
    auto ends = [&] {
      fill(begin, 0, rows.low[rows.last] * rows.inner);
      int64_t behind = rows.high[rows.last] * rows.inner;
      fill(begin, rows.elements() - behind, behind);
    };
    if (!isPadding)
      return ends();
    auto choice = scf::IfOp::create(b, loc, TypeRange(), isPadding, /*withElse=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(choice.thenBlock());
    fill(begin, 0, rows.elements());
    b.setInsertionPointToStart(choice.elseBlock());
    ends();
  }

private:
  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

  /// `count` elements from `offset` behind `begin` on.
  void fill(Value begin, int64_t offset, int64_t count) {
    int64_t whole = count / width;
    Value first = arith::AddIOp::create(b, loc, begin, index(offset));
    if (whole > 0) {
      auto loop = scf::ForOp::create(b, loc, index(0), index(whole * width), index(width));
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      store(arith::AddIOp::create(b, loc, first, loop.getInductionVar()), width);
    }
    for (int64_t done = whole * width; done < count;) {
      int64_t piece = int64_t(llvm::bit_floor(uint64_t(count - done)));
      store(arith::AddIOp::create(b, loc, first, index(done)), piece);
      done += piece;
    }
  }

  void store(Value at, int64_t count) {
    Value numbers =
        vector::BroadcastOp::create(b, loc, VectorType::get(count, number.getType()), number);
    vector::StoreOp::create(b, loc, numbers, memory, ValueRange(at));
  }

  OpBuilder &b;
  Location loc;
  Value memory, number;
  int64_t width;
};

FrameOp frameOf(Block &block) {
  for (Operation &op : block)
    if (auto frame = dyn_cast<FrameOp>(op))
      return frame;
  return {};
}

} // namespace

static Plan choose(GroupOp group, const KernelRow &row, const VectorUnit &unit) {
  FrameOp frame = frameOf(group.getBody().front());
  int64_t inside = 1, all = frame.getType().getNumElements();
  for (auto [size, low, high] : llvm::zip_equal(
           frame.getType().getShape(), frame.getLayout().getLow(), frame.getLayout().getHigh()))
    inside *= size - low - high;
  double vectors =
      double(all - inside) / unit.lanes(frame.getType().getElementType().getIntOrFloatBitWidth());
  return {{}, row.cost.perAtom * (vectors + 2 * double(Rows(frame).count))};
}

static int64_t items(GroupOp group, const KernelRow &, Tile, const VectorUnit &) {
  return Rows(frameOf(group.getBody().front())).count;
}

static LogicalResult lower(func::FuncOp kernel, const KernelRow &, const VectorUnit &unit) {
  Block &block = kernel.getBody().front();
  FrameOp frame = frameOf(block);
  auto store = dyn_cast_or_null<bufferization::MaterializeInDestinationOp>(
      frame && frame->hasOneUse() ? *frame->getUsers().begin() : nullptr);
  auto memory = store ? dyn_cast<MemRefType>(store.getDest().getType()) : MemRefType();
  if (!memory || !memory.getLayout().isIdentity() || kernel.getNumArguments() < 4)
    return kernel.emitError("expected a frame in memory without gaps, and the arguments begin, end "
                            "and scratch");
  OpBuilder b(block.getTerminator());
  Location loc = kernel.getLoc();
  Value number;
  if (Value value = frame.getValue()) {
    FailureOr<Value> found = oneNumber(kernel, value, b);
    if (failed(found))
      return failure();
    number = *found;
  } else {
    number = arith::ConstantOp::create(b, loc, b.getZeroAttr(memory.getElementType()));
  }
  FrameCode code(b, loc, flatten(b, loc, store.getDest()), number, unit);
  auto loop = itemLoop(kernel, b);
  b.setInsertionPointToStart(loop.getBody());
  code.row(Rows(frame), loop.getInductionVar());
  eraseComputed(kernel);
  return success();
}

const Skeleton skeletons::frame{
    .name = "frame",
    .lower = lower,
    .choose = choose,
    .items = items,
};
