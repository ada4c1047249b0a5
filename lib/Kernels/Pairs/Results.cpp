// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From sums to the result: bytes of a panel, rows of channels, what stands behind.
#include "lib/Kernels/Interleave.h"
#include "lib/Kernels/Nest/Elements.h"
#include "lib/Kernels/Pairs/PairsCode.h"
#include "lib/Kernels/Requantize.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace pith;
using namespace pith::pairs;

/// Channels of a panel are one behind the other; of each, blocks of four pixels in
/// turn from four vectors.
void TileCode::narrow(Value panel, ArrayRef<Value> sums) {
  Value scale = operands.oneScale;
  if (!scale)
    scale = spread(load(operands.scale, places.times(panel, s.panelChannels), s.panelChannels,
                        b.getF32Type()));
  Value to = places.times(panel, s.chunks() * s.vectorBytes());
  for (int64_t chunk = 0; chunk < s.chunks(); ++chunk) {
    Values four;
    for (int64_t i = 0; i < pairs::narrowed; ++i)
      four.push_back(sums[std::min(chunk * pairs::narrowed + i, s.tileVectors - 1)]);
    Value packed = requantizeToBytes(b, loc, four, Values(four.size(), scale), body.requantize,
                                     operands.zeroPoint);
    vector::StoreOp::create(b, loc, packed, narrowed,
                            ValueRange(places.add(to, chunk * s.vectorBytes())));
  }
}

/// Sixteen channels of each pixel side by side.
void TileCode::turn() {
  int64_t rowBytes = s.vectorBytes() / s.panelChannels;
  forEach(
      places.constant(0), places.constant(s.storedChannels()), blockChannels, [&](Value channel) {
        Value panel = places.divide(channel, s.panelChannels);
        forEach(places.constant(0), places.constant(s.chunks()), 1, [&](Value chunk) {
          Values lines;
          for (int64_t i = 0; i < blockChannels; ++i) {
            Value number =
                places.add(places.times(places.add(panel, i / s.panelChannels), s.chunks()), chunk);
            lines.push_back(bytes(
                narrowed,
                places.add(places.times(number, s.vectorBytes()), i % s.panelChannels * rowBytes),
                rowBytes));
          }
          // Four times this, and rows are columns in every 16 bytes.
          for (unsigned round = 0; round < 4; ++round) {
            Values next;
            for (int64_t i = 0; i < blockChannels / 2; ++i)
              for (bool upper : {false, true})
                next.push_back(
                    interleave(b, loc, lines[i], lines[i + blockChannels / 2], 1, upper));
            lines = next;
          }
          Value first = places.times(chunk, pairs::narrowed * s.vectorPixels());
          Value to = places.add(places.times(first, s.storedChannels()), channel);
          for (int64_t i = 0; i < blockChannels; ++i)
            for (int64_t lane = 0; lane < rowBytes / 16; ++lane) {
              int64_t pixel = i / 4 * s.vectorPixels() + lane * 4 + i % 4;
              Value piece = vector::ExtractStridedSliceOp::create(
                  b, loc, lines[i], ArrayRef<int64_t>{lane * 16}, ArrayRef<int64_t>{16},
                  ArrayRef<int64_t>{1});
              vector::StoreOp::create(b, loc, piece, rows,
                                      ValueRange(places.add(to, pixel * s.storedChannels())));
            }
        });
      });
}

void TileCode::copyRow(Value from, Value to) {
  int64_t width = s.vectorBytes(), done = 0;
  for (; width > 0; width /= 2) {
    int64_t end = done + (s.channels - done) / width * width;
    auto copy = [&](Value i) {
      vector::StoreOp::create(b, loc, bytes(rows, places.add(from, i), width), operands.result,
                              ValueRange(places.add(to, i)));
    };
    if (end - done > width)
      forEach(places.constant(done), places.constant(end), width, copy);
    else if (end > done)
      copy(places.constant(done));
    done = end;
  }
}

/// What stands behind the codes of a pixel, on vectors of channels.
void TileCode::tail(Value from, Value pixel) {
  auto vectors = [&](Value channel, int64_t low, int64_t high, int64_t active) {
    nest::Elements elements(b.getInsertionBlock(), loc, unit);
    nest::Scopes &scopes = elements.scopes;
    ArrayRef<int64_t> shape = cast<RankedTensorType>(body.stored.getType()).getShape();
    nest::Indices at =
        scopes.space.delinearize(scopes.index(pixel, {0, s.pixels() - 1}), shape.drop_back());
    at.push_back(scopes.index(channel, {low, high}) +
                 scopes.space.lanes(unsigned(blockChannels), unsigned(active)));
    Value codes = bytes(rows, places.add(from, channel), blockChannels);
    elements.bind(body.computed(), [&](ArrayRef<nest::Index>) { return codes; });
    elements.store(elements.vectorAt(body.stored, at), operands.destination, at);
    if (!scopes.refusal().empty())
      refusal = scopes.refusal().str();
  };
  int64_t whole = s.channels / blockChannels * blockChannels;
  if (whole)
    forEach(places.constant(0), places.constant(whole), blockChannels,
            [&](Value channel) { vectors(channel, 0, whole - blockChannels, blockChannels); });
  if (whole < s.channels)
    forEach(places.constant(whole), places.constant(s.channels), blockChannels,
            [&](Value channel) { vectors(channel, whole, whole, s.channels - whole); });
}

void TileCode::store(Value first) {
  Value left = b.createOrFold<arith::SubIOp>(loc, places.constant(s.pixels()), first);
  Value count = places.smaller(left, places.constant(s.tilePixels()));
  forEach(places.constant(0), count, 1, [&](Value i) {
    Value pixel = places.add(first, i), from = places.times(i, s.storedChannels());
    if (body.hasTail())
      tail(from, pixel);
    else
      copyRow(from, places.times(pixel, s.channels));
  });
}
