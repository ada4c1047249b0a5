// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The commands' constraints.
#include "AccelDialect.h"
#include "accel.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace accel;

#include "AccelDialect.cpp.inc"
#define GET_OP_CLASSES
#include "AccelOps.cpp.inc"

void AccelDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "AccelOps.cpp.inc"
      >();
}

static bool isTile(Value value) {
  return cast<MemRefType>(value.getType()).getMemorySpaceAsInt() == 1;
}

LogicalResult FillOp::verify() {
  if (!isTile(getTile()))
    return emitOpError("expected a tile in memory space 1 [fill_c1]");
  return success();
}

/// What load and store share.
static LogicalResult verifyCopy(Operation *op, StringRef name, Value host, Value tile, size_t at,
                                ArrayRef<int64_t> extents, ArrayRef<int64_t> strides,
                                ArrayRef<int64_t> box) {
  auto memory = cast<MemRefType>(host.getType()), inside = cast<MemRefType>(tile.getType());
  auto fail = [&](StringRef expected, char number) {
    return op->emitOpError() << "expected " << expected << " [" << name << "_c" << number << "]";
  };
  if (extents.empty() || extents.size() > ACCEL_DIMS || at != extents.size() ||
      strides.size() != extents.size() || box.size() != extents.size())
    return fail("one to five dimensions, as many in all lists", '1');
  // From the first element to behind the last one, of the memory and of the tensor.
  auto [steps, offset] = memory.getStridesAndOffset();
  int64_t size = 1, last = 0, volume = 1;
  for (auto [count, stride] : llvm::zip_equal(memory.getShape(), steps)) {
    if (ShapedType::isDynamic(count) || ShapedType::isDynamic(stride))
      return fail("memory of static shape and strides", '2');
    size += (count - 1) * stride;
  }
  for (auto [extent, stride, count] : llvm::zip_equal(extents, strides, box)) {
    if (extent < 1 || stride < 0 || count < 1)
      return fail("positive extents and boxes, and strides that are not negative", '1');
    last += (extent - 1) * stride;
    volume *= count;
  }
  if (last >= size || memory.getElementType() != inside.getElementType())
    return fail("a tensor inside of the memory, of the tile's element type", '2');
  if (!isTile(tile) || volume > inside.getNumElements())
    return fail("a box that fits into the tile, in memory space 1", '3');
  return success();
}

LogicalResult LoadOp::verify() {
  if (getSteps().size() != getBox().size())
    return emitOpError("expected one to five dimensions, as many in all lists [load_c1]");
  return verifyCopy(*this, "load", getSource(), getTile(), getAt().size(), getExtents(),
                    getStrides(), getBox());
}

LogicalResult StoreOp::verify() {
  return verifyCopy(*this, "store", getTarget(), getTile(), getAt().size(), getExtents(),
                    getStrides(), getBox());
}

LogicalResult MultiplyOp::verify() {
  auto sums = cast<MemRefType>(getSums().getType());
  if (!isTile(getLhs()) || !isTile(getRhs()) || !isTile(getSums()) ||
      !sums.getElementType().isInteger(32) || sums.getNumElements() != 64)
    return emitOpError("expected 64 sums of i32, and all tiles in memory space 1 [multiply_c1]");
  auto isValue = [](int64_t value, bool isSigned) {
    return isSigned ? value >= -128 && value <= 127 : value >= 0 && value <= 255;
  };
  if (getZeroPoints().size() != 2 || !isValue(getZeroPoints()[0], getLhsSigned()) ||
      !isValue(getZeroPoints()[1], getRhsSigned()))
    return emitOpError("expected two zero points, values of their sides [multiply_c2]");
  return success();
}
