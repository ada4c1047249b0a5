// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The skeleton turn: groups that do nothing but turn matrices of words, to
// planes of words, from there, or as a transposition.
#include "lib/Kernels/KernelEnds.h"
#include "lib/Kernels/KernelMemory.h"
#include "lib/Kernels/Planes/PlanesLayout.h"
#include "lib/Kernels/Planes/Turn.h"
#include "lib/Kernels/Product/Operands.h"
#include "pith/Kernels/Skeleton.h"
#include "pith/Target/Kernel.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;

namespace {
/// Matrices of words that lie behind each other, each of which is turned.
struct Turned {
  Value source, result;
  int64_t count = 1, rows = 0, columns = 0; ///< of the source

  int64_t side(const VectorUnit &unit) const {
    return turnedSquare(rows, columns, std::max(1u, unit.lanes(32)));
  }
  /// A work item is a line of squares.
  int64_t lines(const VectorUnit &unit) const { return llvm::divideCeil(rows, side(unit)); }
};
} // namespace

static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Rows and columns that a transposition turns; none where it is no such thing.
static void readTranspose(linalg::TransposeOp op, Turned &turned) {
  auto type = dyn_cast<RankedTensorType>(op.getInput().getType());
  if (!type || !type.getElementType().isIntOrFloat() ||
      type.getElementType().getIntOrFloatBitWidth() != 32)
    return;
  // Dimensions of size 1 do not matter. Two runs of neighbours change places,
  // behind those that stay.
  SmallVector<int64_t> order;
  for (int64_t i : op.getPermutation())
    if (type.getDimSize(i) != 1)
      order.push_back(i);
  SmallVector<int64_t> inOrder(order);
  llvm::sort(inOrder);
  size_t first = 0;
  for (; first < order.size() && order[first] == inOrder[first]; ++first)
    turned.count *= type.getDimSize(order[first]);
  ArrayRef<int64_t> moved = ArrayRef(order).drop_front(first),
                    places = ArrayRef(inOrder).drop_front(first);
  if (moved.empty())
    return;
  size_t rowDims = llvm::find(places, moved.front()) - places.begin();
  SmallVector<int64_t> swapped(places.drop_front(rowDims));
  swapped.append(places.begin(), places.begin() + rowDims);
  if (ArrayRef(swapped) != moved)
    return;
  turned.rows = turned.columns = 1;
  for (auto [i, dim] : llvm::enumerate(places))
    (i < rowDims ? turned.rows : turned.columns) *= type.getDimSize(dim);
  turned.source = op.getInput();
}

/// The only work of a group or kernel; without rows where it is something else.
static Turned turnedBy(Block &block) {
  Turned turned;
  Operation *only = nullptr;
  for (Operation &op : block) {
    if (isa<YieldOp, func::ReturnOp, bufferization::ToTensorOp, tensor::EmptyOp,
            bufferization::MaterializeInDestinationOp>(op))
      continue;
    if (only)
      return {};
    only = &op;
  }
  auto readLayout = [&](Value logical, LayoutAttr layout, bool isStored) {
    LayoutAttr planes = planesLayout(tensorOf(logical));
    if (!planes || planes != layout)
      return;
    turned.rows = planes.getShape()[0];
    turned.columns = planes.getShape()[1];
    if (isStored)
      std::swap(turned.rows, turned.columns);
    turned.source = only->getOperand(0);
  };
  if (auto to = dyn_cast_or_null<ToLayoutOp>(only))
    readLayout(to.getInput(), to.getLayout(), false);
  else if (auto from = dyn_cast_or_null<FromLayoutOp>(only))
    readLayout(from.getResult(), from.getLayout(), true);
  else if (auto transpose = dyn_cast_or_null<linalg::TransposeOp>(only))
    readTranspose(transpose, turned);
  if (turned.rows)
    turned.result = only->getResult(0);
  return turned;
}

static std::string refuses(GroupOp group, const KernelRow &, const VectorUnit &unit) {
  Turned turned = turnedBy(group.getBody().front());
  if (!turned.rows || !isa<BlockArgument>(turned.source))
    return "turns matrices of words, and does nothing else";
  if (mayHaveGaps(group.getInputs()[cast<BlockArgument>(turned.source).getArgNumber()]))
    return "reads whole tensors";
  if (turned.side(unit) < 4)
    return "turns squares of at least 4 rows and columns";
  return "";
}

static int64_t items(GroupOp group, const KernelRow &, Tile, const VectorUnit &unit) {
  Turned turned = turnedBy(group.getBody().front());
  return turned.count * turned.lines(unit);
}

static LogicalResult lower(func::FuncOp kernel, const KernelRow &row, const VectorUnit &unit) {
  Block &block = kernel.getBody().front();
  Turned turned = turnedBy(block);
  auto items = kernel->getAttrOfType<IntegerAttr>(itemsAttrName);
  if (!turned.rows || !items || items.getInt() != turned.count * turned.lines(unit) ||
      kernel.getNumArguments() < 4)
    return kernel.emitError() << "expected a matrix that the skeleton of row '" << row.name
                              << "' turns, its lines of squares as items, and the arguments "
                                 "begin, end and scratch";
  FailureOr<Source> source = sourceOf(kernel, turned.source);
  FailureOr<Value> result = onlyResult(kernel, turned.result);
  if (failed(source) || failed(result))
    return failure();
  assert(!source->layout && "what would read it is a second operator");

  OpBuilder b(block.getTerminator());
  Location loc = kernel.getLoc();
  product::Places places{b, loc};
  Value from = flattenWords(b, loc, source->memory);
  Value to = flattenWords(b, loc, *result);
  auto loop = itemLoop(kernel, b);
  b.setInsertionPointToStart(loop.getBody());
  Value item = loop.getInductionVar(), origin = places.constant(0), line = item;
  int64_t side = turned.side(unit), lines = turned.lines(unit);
  if (turned.count > 1) {
    origin = places.times(places.divide(item, lines), turned.rows * turned.columns);
    line = places.modulo(item, lines);
  }
  Value first = places.smaller(places.times(line, side), places.constant(turned.rows - side));
  WordMatrix read{from, places.add(origin, places.times(first, turned.columns)), turned.columns};
  WordMatrix written{to, places.add(origin, first), turned.rows};
  turnWords(b, loc, read, side, turned.columns, written, unit.lanes(32));
  eraseComputed(kernel);
  return success();
}

const Skeleton skeletons::turn{
    .name = "turn",
    .lower = lower,
    .refuses = refuses,
    .items = items,
};
