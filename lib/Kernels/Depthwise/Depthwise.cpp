// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The skeleton depthwise: dot products run down the columns of interleaved rows.
#include "lib/Kernels/Depthwise/DepthwiseShape.h"
#include "lib/Kernels/Interleave.h"
#include "lib/Kernels/KernelEnds.h"
#include "lib/Kernels/KernelMemory.h"
#include "lib/Kernels/Requantize.h"
#include "pith/Kernels/Skeleton.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace pith;
using namespace pith::depthwise;

namespace {

/// Four vectors of sums, or of four bytes for each sum: channel 16L + 4j + t is
/// element 4L + t of vector j.
using Quartet = std::array<Value, 4>;

/// The bytes of four rows in one dword for each channel.
Quartet interleaveRows(OpBuilder &b, Location loc, ArrayRef<Value> rows) {
  Value low01 = interleave(b, loc, rows[0], rows[1], 1, false),
        low23 = interleave(b, loc, rows[2], rows[3], 1, false),
        high01 = interleave(b, loc, rows[0], rows[1], 1, true),
        high23 = interleave(b, loc, rows[2], rows[3], 1, true);
  return {interleave(b, loc, low01, low23, 2, false), interleave(b, loc, low01, low23, 2, true),
          interleave(b, loc, high01, high23, 2, false),
          interleave(b, loc, high01, high23, 2, true)};
}

/// The memory of a kernel's operands; weights and numbers for each channel have
/// one dimension.
struct Operands : ChannelNumbers {
  Value input, weights, result;
};

/// The loops over a block of channels `width` wide. Where these are few, a vector has
/// them of several pixels.
class ChannelBlock {
public:
  ChannelBlock(OpBuilder &b, Location loc, const Shape &shape, const Body &body,
               const Operands &operands, int64_t width, int64_t pixels)
      : b(b), loc(loc), shape(shape), body(body), operands(operands), width(width), pixels(pixels) {
  }

  /// The columns of the result, a few at a time.
  void columns(Value image, Value row, Value channel, int64_t atOnce) {
    this->image = image;
    this->row = row;
    this->channel = channel;
    int64_t together = atOnce * pixels;
    int64_t full = shape.columns / together * together;
    int64_t kept = std::max<int64_t>(shape.windowColumns - advance(), 0);
    SmallVector<Value> carried;
    for (int64_t i = 0; i < kept; ++i)
      append(carried, column(index(i)));
    auto loop = scf::ForOp::create(b, loc, index(0), index(full), index(together), carried);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      SmallVector<Value> next = step(loop.getInductionVar(), loop.getRegionIterArgs(), atOnce);
      if (!next.empty()) // else the loop has its terminator
        scf::YieldOp::create(b, loc, next);
    }
    if (pixels > 1) {
      pixels = 1;
      for (int64_t x = full; x < shape.columns; ++x)
        step(index(x), {}, 1);
    } else if (full < shape.columns) {
      step(index(full), loop.getResults(), shape.columns - full);
    }
  }

private:
  /// Columns of the input from the first one that a vector of results reads to that
  /// of the next vector.
  int64_t advance() const { return shape.strideColumns * pixels; }
  /// The bytes of the channels of all pixels.
  VectorType bytes() const { return VectorType::get(width * pixels, b.getI8Type()); }
  /// What is the same for each pixel.
  Value forPixels(Value numbers) {
    SmallVector<int64_t> lanes;
    int64_t count = cast<VectorType>(numbers.getType()).getNumElements();
    for (int64_t i = 0; i < count * pixels; ++i)
      lanes.push_back(i % count);
    return pixels == 1 ? numbers
                       : Value(vector::ShuffleOp::create(b, loc, numbers, numbers, lanes));
  }

  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
  Value add(Value x, int64_t y) {
    return y ? Value(arith::AddIOp::create(b, loc, x, index(y))) : x;
  }
  Value times(Value x, int64_t y) { return arith::MulIOp::create(b, loc, x, index(y)); }
  Value sum(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  void append(SmallVector<Value> &list, ArrayRef<Quartet> quartets) {
    for (const Quartet &quartet : quartets)
      list.append(quartet.begin(), quartet.end());
  }

  /// Interleaved rows of one column of the input, a quartet for each four.
  SmallVector<Quartet> column(Value at) {
    SmallVector<Value> loaded;
    for (int64_t r = 0; r < 4 * shape.groups(); ++r) {
      if (r >= shape.rowsRead()) { // its weights are zero
        loaded.push_back(arith::ConstantOp::create(b, loc, b.getZeroAttr(bytes())));
        continue;
      }
      Value y = add(times(row, shape.strideRows), r);
      Value read = readPixels(y, at);
      loaded.push_back(body.flip ? flipSign(read) : read);
    }
    SmallVector<Quartet> result;
    for (int64_t group = 0; group < shape.groups(); ++group)
      result.push_back(interleaveRows(b, loc, ArrayRef(loaded).slice(4 * group, 4)));
    return result;
  }

  /// The pixels at column `at` of the input and, for each further one of the result,
  /// a stride behind. One load where they lie in a row.
  Value readPixels(Value y, Value at) {
    if (shape.strideColumns == 1 && hasPixelsInRow(operands.input))
      return vector::LoadOp::create(b, loc, bytes(), operands.input,
                                    ValueRange{image, y, at, channel});
    SmallVector<Value> parts;
    for (int64_t i = 0; i < pixels; ++i)
      parts.push_back(
          vector::LoadOp::create(b, loc, VectorType::get(width, b.getI8Type()), operands.input,
                                 ValueRange{image, y, add(at, i * shape.strideColumns), channel}));
    for (int64_t size = width; parts.size() > 1; size *= 2) {
      SmallVector<Value> joined;
      for (size_t i = 0; i < parts.size(); i += 2)
        joined.push_back(vector::ShuffleOp::create(
            b, loc, parts[i], parts[i + 1], llvm::to_vector(llvm::seq<int64_t>(0, 2 * size))));
      parts = std::move(joined);
    }
    return parts.front();
  }

  /// Whether all channels of neighbouring pixels are neighbours in memory.
  bool hasPixelsInRow(Value memory) const {
    auto type = cast<MemRefType>(memory.getType());
    return pixels == 1 || (width == shape.channels && type.getStridesAndOffset().first[2] == width);
  }

  /// Signed codes as unsigned ones that count from -128.
  Value flipSign(Value codes) {
    auto type = cast<VectorType>(codes.getType());
    Value sign = arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(type, b.getI8IntegerAttr(int8_t(-128))));
    return arith::XOrIOp::create(b, loc, codes, sign);
  }

  /// `count` vectors of results from column `x` on, in each of the pass's rows;
  /// returns the columns of the input that the next step needs too.
  SmallVector<Value> step(Value x, ValueRange carried, int64_t count) {
    SmallVector<Value> vectors(carried.begin(), carried.end());
    int64_t perColumn = 4 * shape.groups(), first = vectors.size() / perColumn;
    Value from = times(x, shape.strideColumns);
    for (int64_t i = first; i < shape.windowColumns + (count - 1) * advance(); ++i)
      append(vectors, column(add(from, i)));
    for (int64_t r = 0; r < shape.rowsAtOnce(); ++r)
      for (int64_t i = 0; i < count; ++i) {
        Quartet sums = dots(ArrayRef(vectors).drop_front(i * advance() * perColumn), r);
        store(sums, {image, add(row, r), add(x, i * pixels), channel});
      }
    int64_t left = std::min<int64_t>(count * advance() * perColumn, vectors.size());
    return SmallVector<Value>(ArrayRef(vectors).drop_front(left));
  }

  /// The sums of one column of the result, `r` rows down, from `vectors`.
  Quartet dots(ArrayRef<Value> vectors, int64_t r) {
    auto ofChannels = VectorType::get(width, b.getI8Type());
    Quartet sums;
    for (int64_t j = 0; j < 4; ++j)
      sums[j] = numbers(operands.bias, b.getI32Type(), j);
    for (int64_t kx = 0; kx < shape.windowColumns; ++kx)
      for (int64_t group = 0; group < shape.groups(); ++group)
        for (int64_t j = 0; j < 4; ++j) {
          int64_t plane = ((1 + kx) * shape.groups() + group) * 4 + j;
          Value at = add(channel, plane * shape.channels - r * shape.strideRows);
          Value weights =
              forPixels(vector::LoadOp::create(b, loc, ofChannels, operands.weights, at));
          Value codes = vectors[(kx * shape.groups() + group) * 4 + j];
          sums[j] = DotOp::create(b, loc, sums[j], codes, weights, /*lhs_signed=*/false,
                                  /*rhs_signed=*/true, /*fits_i16=*/false);
        }
    return sums;
  }

  /// Numbers for the channels of vector `j`: [vector][block][4] in memory.
  Value numbers(Value memory, Type element, int64_t j) {
    auto type = VectorType::get(width / 4, element);
    if (!memory)
      return arith::ConstantOp::create(b, loc,
                                       b.getZeroAttr(VectorType::get(width * pixels / 4, element)));
    Value at = arith::DivUIOp::create(b, loc, channel, index(4));
    return forPixels(vector::LoadOp::create(b, loc, type, memory, add(at, j * shape.channels / 4)));
  }

  void store(const Quartet &sums, ArrayRef<Value> at) {
    SmallVector<Value> scales;
    for (int64_t j = 0; j < 4; ++j)
      scales.push_back(operands.scale ? numbers(operands.scale, b.getF32Type(), j)
                                      : operands.oneScale);
    Value bytes = requantizeToBytes(b, loc, sums, scales, body.requantize, operands.zeroPoint);
    if (hasPixelsInRow(operands.result)) {
      vector::StoreOp::create(b, loc, bytes, operands.result, at);
      return;
    }
    for (int64_t i = 0; i < pixels; ++i) {
      Value part =
          vector::ExtractStridedSliceOp::create(b, loc, bytes, ArrayRef<int64_t>(i * width),
                                                ArrayRef<int64_t>(width), ArrayRef<int64_t>(1));
      SmallVector<Value> place(at);
      place[2] = add(place[2], i);
      vector::StoreOp::create(b, loc, part, operands.result, place);
    }
  }

  OpBuilder &b;
  Location loc;
  const Shape &shape;
  const Body &body;
  const Operands &operands;
  int64_t width, pixels;
  Value image, row, channel;
};
FailureOr<Operands> readOperands(func::FuncOp kernel, const Shape &shape, Body &body,
                                 OpBuilder &b) {
  Operands operands;
  FailureOr<Source> input = sourceOf(kernel, body.input());
  if (failed(input))
    return failure();
  if (input->layout)
    return kernel.emitError() << "expected the image as it is, got the layout " << input->layout;
  operands.input = input->memory;
  MLIRContext *context = kernel.getContext();
  FailureOr<Value> weights = packed(kernel, body.conv.getFilter(), weightLayout(context, shape),
                                    "weights of a depthwise convolution", b);
  if (failed(weights))
    return failure();
  operands.weights = *weights;
  LayoutAttr perChannel = channelLayout(context, shape.channels);
  auto layoutOf = [&](RankedTensorType) { return perChannel; };
  FailureOr<Value> result = onlyResult(kernel, body.requantize.getResult());
  if (failed(result) || failed(readChannelNumbers(kernel, body.conv.getBias(), body.requantize,
                                                  layoutOf, b, operands)))
    return failure();
  operands.result = *result;
  return operands;
}

} // namespace

static LogicalResult lower(func::FuncOp kernel, const KernelRow &row, const VectorUnit &unit) {
  mlir::Block &block = kernel.getBody().front();
  Body body = readBody(block);
  if (!body.refusal.empty())
    return kernel.emitError() << "the skeleton of row '" << row.name << "' " << body.refusal;
  if (failed(checkPaddedInMemory(kernel, body.conv)))
    return failure();
  Shape shape(body.conv);
  int64_t atOnce = shape.columnsAtOnce(unit);
  auto items = kernel->getAttrOfType<IntegerAttr>(itemsAttrName);
  if (!items || items.getInt() != shape.items() || kernel.getNumArguments() < 4 || !atOnce)
    return kernel.emitError() << "expected " << shape.items()
                              << " items, the arguments begin, end and scratch, and vectors";
  OpBuilder b(block.getTerminator());
  FailureOr<Operands> operands = readOperands(kernel, shape, body, b);
  if (failed(operands))
    return failure();

  Location loc = kernel.getLoc();
  auto index = [&](int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); };
  auto loop = itemLoop(kernel, b);
  b.setInsertionPointToStart(loop.getBody());
  Value item = loop.getInductionVar(), passes = index(shape.passes());
  Value image = arith::DivUIOp::create(b, loc, item, passes);
  Value pass = arith::RemUIOp::create(b, loc, item, passes);
  // A last row without a partner is computed with the one before it.
  Value row0 = arith::MulIOp::create(b, loc, pass, index(shape.rowsAtOnce()));
  row0 = arith::MinUIOp::create(b, loc, row0, index(shape.rows - shape.rowsAtOnce()));
  int64_t channel = 0, widest = unit.bits / 8;
  constexpr unsigned manyRegisters = 32; // in which columns wait that are used again
  for (int64_t width = widest; width >= blockChannels; width /= 2) {
    int64_t last = channel + (shape.channels - channel) / width * width;
    if (last == channel)
      continue;
    auto channels = scf::ForOp::create(b, loc, index(channel), index(last), index(width));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(channels.getBody());
    int64_t pixels = widest / width;
    bool shares = unit.registers >= manyRegisters && pixels <= shape.columns;
    ChannelBlock(b, loc, shape, body, *operands, width, shares ? pixels : 1)
        .columns(image, row0, channels.getInductionVar(), shares && pixels > 1 ? 1 : atOnce);
    channel = last;
  }
  finishVectorKernel(kernel);
  return success();
}

const Skeleton skeletons::depthwise{
    .name = "depthwise",
    .lower = lower,
    .refuses = depthwise::refuses,
    .choose = depthwise::choose,
    .layouts = depthwise::layouts,
    .items = depthwise::items,
    .storesParts = [](GroupOp, int64_t, const VectorUnit &) { return true; },
    .runsParts = true,
};
