// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The skeleton pairs: a tile of pixels is packed to windows in the scratch memory,
// all panels go over them, and their bytes are turned to rows of the result.
#include "lib/Kernels/KernelMemory.h"
#include "lib/Kernels/Pairs/PairsCode.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace pith;
using namespace pith::pairs;

static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

void TileCode::forEach(Value low, Value high, int64_t step, llvm::function_ref<void(Value)> code) {
  auto loop = scf::ForOp::create(b, loc, low, high, places.constant(step));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  code(loop.getInductionVar());
}

Value TileCode::view(int64_t offset, int64_t count, Type element) {
  return memref::ViewOp::create(b, loc, MemRefType::get({count}, element), operands.scratch,
                                places.constant(offset), ValueRange());
}

Value TileCode::load(Value memory, Value at, int64_t count, Type element) {
  return vector::LoadOp::create(b, loc, VectorType::get(count, element), memory, ValueRange(at));
}

void TileCode::emit(Value first) {
  Type i8 = b.getI8Type();
  addresses = view(s.addresses(), s.tilePixels(), b.getI64Type());
  windows = view(s.windows(), s.parts.size() * s.pitch(), i8);
  if (s.parts.count() > 1)
    partial = view(s.sums(), s.panels() * s.tileVectors * s.lanes, b.getI32Type());
  narrowed = view(s.narrow(), s.panels() * s.chunks() * s.vectorBytes(), i8);
  rows = view(s.rows(), s.scratchBytes() - s.rows(), i8);
  storeAddresses(first);
  forEach(places.constant(0), places.constant(s.parts.count()), 1, [&](Value part) {
    pack(part);
    forEach(places.constant(0), places.constant(s.panels()), 1,
            [&](Value number) { panel(part, number); });
  });
  turn();
  store(first);
}

static FailureOr<Operands> readOperands(func::FuncOp kernel, product::Body &body, OpBuilder &b,
                                        product::Stored &stored, int64_t &pitch) {
  Operands operands;
  Location loc = kernel.getLoc();
  FailureOr<Value> left = product::leftMemory(kernel, body, stored, b);
  if (failed(left))
    return failure();
  operands.left = *left;

  auto lists = product::rightOf(body.anchor).getDefiningOp<FromPairSumsOp>();
  if (!lists)
    return kernel.emitError("expected weights as lists that are proved");
  pitch = lists.getPitch();
  for (auto [list, memory] : {std::pair{lists.getWeights(), &operands.weights},
                              {lists.getPlaces(), &operands.places},
                              {lists.getCounts(), &operands.counts}}) {
    FailureOr<Source> source = sourceOf(kernel, list);
    if (failed(source))
      return failure();
    *memory = flatten(b, loc, source->memory);
  }

  int64_t channels = tensorOf(body.anchor->getResult(0)).getShape().back();
  LayoutAttr layout = channelLayout(kernel.getContext(), channels);
  if (layout.addsNothing())
    layout = {};
  auto layoutOf = [&](RankedTensorType) { return layout; };
  FailureOr<Value> destination = onlyResult(kernel, body.stored);
  if (failed(destination) || failed(readChannelNumbers(kernel, product::biasOf(body.anchor),
                                                       body.requantize, layoutOf, b, operands)))
    return failure();
  operands.destination = *destination;
  operands.result = flatten(b, loc, *destination);
  operands.scratch = kernel.getArguments().back();
  return operands;
}

static LogicalResult lower(func::FuncOp kernel, const KernelRow &row, const VectorUnit &unit) {
  mlir::Block &block = kernel.getBody().front();
  product::Body body = product::readBody(block);
  if (std::string refusal = refusesBody(body); !refusal.empty())
    return kernel.emitError() << "the skeleton of row '" << row.name << "' " << refusal;
  auto attr = kernel->getAttrOfType<KernelAttr>(kernelAttrName);
  auto items = kernel->getAttrOfType<IntegerAttr>(itemsAttrName);
  ArrayRef<int64_t> sizes = attr.getTile();
  if (sizes.size() != 2 || llvm::any_of(sizes, [](int64_t n) { return n < 1 || n > 64; }) ||
      row.atom.lanes % (sizes[1] * 4) || !items || kernel.getNumArguments() < 4)
    return kernel.emitError("expected a kernel with a tile of vectors and channels, items, and "
                            "the arguments begin, end and scratch");
  if (failed(checkPaddedInMemory(kernel, body.anchor)))
    return failure();

  OpBuilder b(block.getTerminator());
  product::Stored stored;
  int64_t pitch = 0;
  FailureOr<Operands> operands = readOperands(kernel, body, b, stored, pitch);
  if (failed(operands))
    return failure();
  Shape shape = shapeOf(body, stored, row, {unsigned(sizes[0]), unsigned(sizes[1])});
  int64_t lists = cast<MemRefType>(operands->counts.getType()).getNumElements();
  if (pitch != shape.pitch() || lists != shape.parts.count() * shape.panels() * 6)
    return kernel.emitError() << "expected lists with the pitch " << shape.pitch() << " for "
                              << shape.parts.count() << " parts and " << shape.panels()
                              << " panels";
  if (items.getInt() != shape.tiles())
    return kernel.emitError() << "expected " << shape.tiles() << " items, got " << items.getInt();

  Location loc = kernel.getLoc();
  product::Places places{b, loc};
  TileCode code(b, loc, shape, body, *operands, unit);
  auto loop = itemLoop(kernel, b);
  b.setInsertionPointToStart(loop.getBody());
  code.emit(places.times(loop.getInductionVar(), shape.tilePixels()));
  if (!code.refusal.empty())
    return kernel.emitError()
           << "cannot compute what is behind the product on vectors of channels: " << code.refusal;
  kernel->setAttr(scratchAttrName, b.getI64IntegerAttr(shape.scratchBytes()));
  finishVectorKernel(kernel);
  return success();
}

const Skeleton skeletons::pairs{
    .name = "pairs",
    .lower = lower,
    .refuses = pairs::refuses,
    .choose = pairs::choose,
    .layouts = pairs::layouts,
    .items = pairs::items,
};
