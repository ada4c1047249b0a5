// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The skeleton product: convolutions and matrix products with dense weights, as
// tiles of sums that stay in registers from the first product to the result.
#include "lib/Kernels/KernelMemory.h"
#include "lib/Kernels/Product/Blocks.h"
#include "lib/Kernels/Product/TileCode.h"
#include "lib/Kernels/Product/Tiling.h"
#include "pith/Kernels/Skeleton.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace pith;
using namespace pith::product;

static int64_t bytesOf(Value tensor) {
  return llvm::divideCeil(getElementTypeOrSelf(tensor.getType()).getIntOrFloatBitWidth(), 8);
}

static Tiling tilingOf(const Geometry &geometry, Body &body, unsigned rows, const Shape &shape) {
  return tilingOf(geometry, rows, shape.joined, bytesOf(body.left()), bytesOf(body.stored));
}

static Geometry geometryOf(Body &body, LayoutAttr left, const Shape &shape) {
  return geometryOf(body.anchor, storedAs(cast<RankedTensorType>(body.left().getType()), left),
                    shape);
}

static Geometry geometryOf(Body &body, const Shape &shape) {
  auto stored = body.left().getDefiningOp<FromLayoutOp>();
  return geometryOf(body, stored ? stored.getLayout() : leftLayout(body.anchor, shape), shape);
}

//===- decisions ----------------------------------------------------------===//

/// Whether pith-fold-zero-points will put a flip of signs in front of the left side.
static bool flipsLeft(Operation *anchor, const KernelRow &row) {
  auto conv = dyn_cast<ConvOp>(anchor);
  bool isSigned = conv ? conv.getInputSigned() : cast<MatmulOp>(anchor).getLhsSigned();
  return isSigned ? row.lhs == Number::U8 : row.lhs == Number::S8;
}

/// A flip takes one register more than the row's tiles count with, and code
/// generators want one to spare.
static bool hasRoom(Operation *anchor, const KernelRow &row, Tile tile, const VectorUnit &unit) {
  return !flipsLeft(anchor, row) || tile.rows * tile.columns + tile.columns + 2 < unit.registers;
}

static std::string refuses(GroupOp group, const KernelRow &row, const VectorUnit &unit) {
  Body body = readBody(group.getBody().front());
  if (!body.refusal.empty())
    return body.refusal;
  if (row.tiles.empty())
    return "has no tiles";
  if (row.rhs == Number::S4 && row.atom.joined % 2)
    return "unpacks two steps at once";
  if (body.decode) {
    Blocks blocks = blocksOf(body.anchor, body.decode);
    if (!blocks.refusal.empty())
      return blocks.refusal;
  }
  if (llvm::none_of(row.tiles, [&](Tile tile) { return hasRoom(body.anchor, row, tile, unit); }))
    return "has no register for the sign of the left side";
  return "";
}

static Plan choose(GroupOp group, const KernelRow &row, const VectorUnit &unit) {
  Body body = readBody(group.getBody().front());
  Plan best{{}, 0};
  for (Tile tile : row.tiles) {
    if (!hasRoom(body.anchor, row, tile, unit))
      continue;
    Shape shape = shapeOf(row, tile, body.interleaved());
    Geometry geometry = geometryOf(body, shape);
    double cycles =
        cyclesOf(geometry, tilingOf(geometry, body, tile.rows, shape), row, shape.joined);
    if (!best.tile.rows || cycles < best.cycles)
      best = {tile, cycles};
  }
  return best;
}

static SmallVector<LayoutAttr> layouts(GroupOp group, const KernelRow &row, Tile tile,
                                       const VectorUnit &) {
  Block &block = group.getBody().front();
  Body body = readBody(block);
  Shape shape = shapeOf(row, tile, body.interleaved());
  SmallVector<LayoutAttr> result(group.getInputs().size());
  auto set = [&](Value value, LayoutAttr layout) {
    if (auto argument = dyn_cast_or_null<BlockArgument>(value))
      result[argument.getArgNumber()] = layout;
  };
  auto setChannels = [&](Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    set(value, channelLayout(type, type.getShape().back(), shape));
  };
  set(body.left(), leftLayout(body.anchor, shape));
  if (body.decode) {
    Blocks blocks = blocksOf(body.anchor, body.decode);
    Geometry g = geometryOf(body, shape);
    auto typeOf = [](Value value) { return cast<RankedTensorType>(value.getType()); };
    Value codes = body.decode.getInput(), scale = body.decode.getScale(),
          zero = body.decode.getZeroPoint();
    set(codes, codesLayout(typeOf(codes), blocks, g));
    set(scale, blocksLayout(typeOf(scale), blocks, g));
    if (zero && typeOf(zero).getNumElements() > 1)
      set(zero, blocksLayout(typeOf(zero), blocks, g));
  } else {
    set(rightOf(body.anchor), rightLayout(body.anchor, shape));
  }
  if (Value bias = biasOf(body.anchor))
    setChannels(bias);
  // One scale for all channels is read as a number.
  if (body.requantize &&
      cast<RankedTensorType>(body.requantize.getScale().getType()).getNumElements() > 1)
    setChannels(body.requantize.getScale());
  copySlices(group, result);
  return result;
}

static int64_t items(GroupOp group, const KernelRow &row, Tile tile, const VectorUnit &) {
  Body body = readBody(group.getBody().front());
  Shape shape = shapeOf(row, tile, body.interleaved());
  Geometry geometry = geometryOf(body, shape);
  return tilingOf(geometry, body, tile.rows, shape).items;
}

//===- loops --------------------------------------------------------------===//

namespace {
class Loops {
public:
  Loops(OpBuilder &b, Location loc, const Geometry &geometry, const Tiling &tiling, TileCode &code)
      : b(b), places{b, loc}, loc(loc), g(geometry), tiling(tiling), code(code) {}

  void run(Value begin, Value end) {
    forEach(begin, end, [&](Value item) {
      if (tiling.panelsOutside) {
        Value matrixPanel = places.divide(item, tiling.tiles);
        bool one = tiling.items == tiling.tiles;
        tile(places.divide(matrixPanel, g.panels),
             one ? places.constant(0) : places.modulo(matrixPanel, g.panels),
             one ? item : places.modulo(item, tiling.tiles));
        return;
      }
      Value batch = places.divide(item, tiling.blocks);
      Value first = places.times(places.modulo(item, tiling.blocks), tiling.blockTiles);
      Value last =
          places.smaller(places.add(first, tiling.blockTiles), places.constant(tiling.tiles));
      forEach(places.constant(0), places.constant(g.panels), [&](Value panel) {
        forEach(first, last, [&](Value number) { tile(batch, panel, number); });
      });
    });
  }

private:
  void forEach(Value low, Value high, llvm::function_ref<void(Value)> body) {
    auto loop = scf::ForOp::create(b, loc, low, high, places.constant(1));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    body(loop.getInductionVar());
  }

  void tile(Value batch, Value panel, Value number) {
    Value line = places.divide(number, tiling.perLine), inLine = number;
    if (g.lines.empty())
      line = places.constant(0);
    else
      inLine = places.modulo(number, tiling.perLine);
    Value first = places.add(places.times(inLine, tiling.rows),
                             places.smaller(inLine, places.constant(tiling.larger)));
    Value left = places.distance(line, g.lines, [](Level level) { return level.pitch; });
    Value matrix = places.constant(0);
    if (!g.batches.empty()) {
      left =
          places.add(left, places.distance(batch, g.batches, [](Batch b) { return b.leftPitch; }));
      matrix = places.distance(batch, g.batches, [](Batch b) { return b.rightPitch; });
      line = places.add(places.times(batch, g.lineCount()), line);
    }
    left = places.add(places.add(left, places.times(first, g.pixelPitch)), g.origin);
    Value weights = places.add(places.times(matrix, g.panels), panel);
    Value packed = places.times(weights, g.panelElements());
    TilePlace place{left, packed, panel, line, first, Value(), Value()};
    if (tiling.larger == 0)
      place.number = inLine;
    if (tiling.ahead)
      place.ahead = places.add(places.add(packed, g.panelElements()),
                               places.times(number, tiling.aheadOfTile));
    if (tiling.larger == 0)
      return code.emit(tiling.rows, place);
    Value isLarger = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, inLine,
                                           places.constant(tiling.larger));
    auto choice = scf::IfOp::create(b, loc, TypeRange(), isLarger, /*withElse=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(choice.thenBlock());
    code.emit(tiling.rows + 1, place);
    b.setInsertionPointToStart(choice.elseBlock());
    code.emit(tiling.rows, place);
  }

  OpBuilder &b;
  Places places;
  Location loc;
  const Geometry &g;
  const Tiling &tiling;
  TileCode &code;
};
} // namespace

/// Lines of pixels that are apart make more tiles, which cost more or not.
static bool readsPadded(GroupOp group, unsigned operand, LayoutAttr padding, const KernelRow &row,
                        Tile tile, const VectorUnit &) {
  Body body = readBody(group.getBody().front());
  auto left = dyn_cast<BlockArgument>(body.left());
  Shape shape = shapeOf(row, tile, body.interleaved());
  bool isFloat = isa<FloatType>(getElementTypeOrSelf(body.left().getType()));
  if (!left || left.getArgNumber() != operand || !left.hasOneUse() || body.decode ||
      leftLayout(body.anchor, shape) || (isFloat && shape.products > 1))
    return false;
  auto cycles = [&](LayoutAttr layout) {
    Geometry geometry = geometryOf(body, layout, shape);
    return cyclesOf(geometry, tilingOf(geometry, body, tile.rows, shape), row, shape.joined);
  };
  return cycles(padding) * 50 <= cycles(LayoutAttr()) * 51;
}

static LogicalResult lower(func::FuncOp kernel, const KernelRow &row, const VectorUnit &unit) {
  Block &block = kernel.getBody().front();
  Body body = readBody(block);
  if (!body.refusal.empty())
    return kernel.emitError() << "the skeleton of row '" << row.name << "' " << body.refusal;
  auto attr = kernel->getAttrOfType<KernelAttr>(kernelAttrName);
  auto items = kernel->getAttrOfType<IntegerAttr>(itemsAttrName);
  if (attr.getTile().size() != 2 ||
      llvm::any_of(attr.getTile(), [](int64_t n) { return n < 1 || n > 64; }) || !items ||
      kernel.getNumArguments() < 4)
    return kernel.emitError("expected a kernel with a tile of rows and columns, items, and the "
                            "arguments begin, end and scratch");
  Tile tile{unsigned(attr.getTile()[0]), unsigned(attr.getTile()[1])};
  Shape shape = shapeOf(row, tile, body.interleaved());
  if (failed(checkPaddedInMemory(kernel, body.anchor)))
    return failure();

  OpBuilder b(block.getTerminator());
  FailureOr<Operands> operands = readOperands(kernel, body, shape, b);
  if (failed(operands))
    return failure();
  Geometry geometry = geometryOf(body.anchor, operands->stored, shape);
  int64_t stored = cast<MemRefType>(operands->left.getType()).getNumElements();
  if (geometry.elementsRead() > stored)
    return kernel.emitError() << "expected at least " << geometry.elementsRead()
                              << " elements on the left side, got " << stored;
  Tiling tiling = tilingOf(geometry, body, tile.rows, shape);
  if (items.getInt() != tiling.items)
    return kernel.emitError() << "expected " << tiling.items << " items, got " << items.getInt();

  unsigned arguments = kernel.getNumArguments();
  TileCode code(b, kernel.getLoc(), geometry, body, *operands, shape, unit, tiling.ahead);
  if (int64_t bytes = code.useScratch(tiling.rows + (tiling.larger > 0 ? 1 : 0),
                                      kernel.getArgument(arguments - 1)))
    kernel->setAttr(scratchAttrName, b.getI64IntegerAttr(bytes));
  Loops(b, kernel.getLoc(), geometry, tiling, code)
      .run(kernel.getArgument(arguments - 3), kernel.getArgument(arguments - 2));
  if (!code.refusal.empty())
    return kernel.emitError()
           << "cannot compute what is behind the product on vectors of channels: " << code.refusal;
  finishVectorKernel(kernel);
  return success();
}

const Skeleton skeletons::product{
    .name = "product",
    .lower = lower,
    .refuses = refuses,
    .choose = choose,
    .layouts = layouts,
    .items = items,
    .storesParts = [](GroupOp, int64_t, const VectorUnit &) { return true; },
    .readsPadded = readsPadded,
    .runsParts = true,
};
