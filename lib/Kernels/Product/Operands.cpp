// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Product/Operands.h"
#include "lib/Kernels/KernelMemory.h"
#include "lib/Kernels/Product/Blocks.h"

using namespace mlir;
using namespace pith;
using namespace pith::product;

Value Places::constant(int64_t value) const {
  return arith::ConstantIndexOp::create(b, loc, value);
}
Value Places::add(Value x, Value y) const { return b.createOrFold<arith::AddIOp>(loc, x, y); }
Value Places::add(Value x, int64_t y) const { return y ? add(x, constant(y)) : x; }
Value Places::times(Value x, int64_t y) const {
  return b.createOrFold<arith::MulIOp>(loc, x, constant(y));
}
Value Places::divide(Value x, int64_t y) const {
  return y == 1 ? x : b.createOrFold<arith::DivUIOp>(loc, x, constant(y));
}
Value Places::modulo(Value x, int64_t y) const {
  return y == 1 ? constant(0) : b.createOrFold<arith::RemUIOp>(loc, x, constant(y));
}
Value Places::smaller(Value x, Value y) const { return b.createOrFold<arith::MinUIOp>(loc, x, y); }

static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// The dimensions of pixels in memory, joined where one continues the other.
static SmallVector<Level> pixelsOf(MemRefType memory) {
  SmallVector<int64_t> strides = memory.getStridesAndOffset().first;
  SmallVector<Level> levels; // innermost first
  for (int64_t i = memory.getRank() - 2; i >= 0; --i) {
    int64_t size = memory.getDimSize(i);
    if (size == 1)
      continue;
    if (!levels.empty() && strides[i] == levels.back().count * levels.back().pitch)
      levels.back().count *= size;
    else
      levels.push_back({size, strides[i]});
  }
  if (levels.empty())
    levels.push_back({1, 0});
  return SmallVector<Level>(llvm::reverse(levels));
}

/// The right side where the kernel decodes it, block by block.
static LogicalResult readBlocks(func::FuncOp kernel, Body &body, const Shape &shape,
                                Operands &operands, OpBuilder &b) {
  Blocks blocks = blocksOf(body.anchor, body.decode);
  if (!blocks.refusal.empty() || !isa<FloatType>(tensorOf(body.left()).getElementType()) ||
      !shape.packed || !tensorOf(body.decode.getResult()).getElementType().isF32() ||
      !body.decode.getIsSigned())
    return kernel.emitError("expected signed codes of 4 bits, in blocks with a scale each, where "
                            "weights are decoded");
  Geometry g = geometryOf(body.anchor, operands.stored, shape);
  Value codes = body.decode.getInput(), scale = body.decode.getScale(),
        zero = body.decode.getZeroPoint();
  FailureOr<Value> memory =
      packed(kernel, codes, codesLayout(tensorOf(codes), blocks, g), "codes of a product", b);
  if (failed(memory))
    return failure();
  operands.right = *memory;
  memory = packed(kernel, scale, blocksLayout(tensorOf(scale), blocks, g), "scales of blocks", b);
  if (failed(memory))
    return failure();
  operands.blockScales = *memory;
  operands.blockLength = blocks.length;
  operands.blockCount = blocks.count;
  if (!zero)
    return success();
  bool one = tensorOf(zero).getNumElements() == 1;
  memory = one ? oneNumber(kernel, zero, b)
               : packed(kernel, zero, blocksLayout(tensorOf(zero), blocks, g),
                        "zero points of blocks", b);
  if (failed(memory))
    return failure();
  (one ? operands.oneBlockZero : operands.blockZeros) = *memory;
  return success();
}

FailureOr<Value> product::leftMemory(func::FuncOp kernel, Body &body, Stored &stored,
                                     OpBuilder &b) {
  FailureOr<Source> left = sourceOf(kernel, body.left());
  if (failed(left))
    return failure();
  if (left->layout && !left->layout.onlyPads())
    return kernel.emitError() << "expected the left side of a product as it is, or padded, got "
                              << left->layout;
  stored = storedAs(tensorOf(body.left()), left->layout);
  return flatten(b, kernel.getLoc(), left->memory);
}

FailureOr<Operands> product::readOperands(func::FuncOp kernel, Body &body, const Shape &shape,
                                          OpBuilder &b) {
  Operands operands;
  Location loc = kernel.getLoc();
  int64_t channels = tensorOf(body.anchor->getResult(0)).getShape().back();

  FailureOr<Value> left = leftMemory(kernel, body, operands.stored, b);
  if (failed(left))
    return failure();
  operands.left = *left;

  if (body.decode) {
    if (failed(readBlocks(kernel, body, shape, operands, b)))
      return failure();
  } else {
    FailureOr<Value> right = packed(kernel, rightOf(body.anchor), rightLayout(body.anchor, shape),
                                    "right side of a product", b);
    if (failed(right))
      return failure();
    operands.right = *right;
  }

  auto layoutOf = [&](RankedTensorType type) { return channelLayout(type, channels, shape); };
  if (failed(
          readChannelNumbers(kernel, biasOf(body.anchor), body.requantize, layoutOf, b, operands)))
    return failure();

  FailureOr<Value> destination = onlyResult(kernel, body.stored);
  if (failed(destination))
    return failure();
  operands.destination = *destination;
  auto memory = cast<MemRefType>(destination->getType());
  if (memory.getStridesAndOffset().first.back() != 1)
    return kernel.emitError("expected the channels of a product's result side by side");
  operands.result = flattenParts(b, loc, *destination);
  operands.pixels = pixelsOf(memory);
  return operands;
}
