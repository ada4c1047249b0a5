// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Windows of four bytes from rows of memory: sixteen bytes of a few pixels are
// turned to four windows of all of these pixels.
#include "lib/Kernels/Interleave.h"
#include "lib/Kernels/Pairs/PairsCode.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace pith;
using namespace pith::pairs;

static int64_t pitchOf(const product::Level &level) { return level.pitch; }

void TileCode::storeAddresses(Value first) {
  const product::Geometry &g = s.places;
  forEach(places.constant(0), places.constant(s.tilePixels()), 1, [&](Value i) {
    // Pixels behind the last are read as the last, and not stored.
    Value pixel = places.smaller(places.add(first, i), places.constant(s.pixels() - 1));
    Value line = places.divide(pixel, g.pixels), inLine = places.modulo(pixel, g.pixels);
    if (g.lines.empty())
      inLine = pixel;
    Value at = places.add(places.times(inLine, g.pixelPitch), g.origin);
    if (!g.lines.empty())
      at = places.add(at, places.distance(line, g.lines, pitchOf));
    Value number = arith::IndexCastUIOp::create(b, loc, b.getI64Type(), at);
    memref::StoreOp::create(b, loc, number, addresses, ValueRange(i));
  });
}

Value TileCode::flipSigns(Value codes) {
  if (!body.flip)
    return codes;
  auto type = cast<VectorType>(codes.getType());
  Value sign = arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(type, b.getI8IntegerAttr(int8_t(-128))));
  return arith::XOrIOp::create(b, loc, codes, sign);
}

/// Four windows of the pixels whose bytes begin at `from`.
void TileCode::packGroup(ArrayRef<Value> from, Value to) {
  // Sixteen bytes of every fourth pixel in one vector.
  std::array<Value, 4> rows;
  for (unsigned i = 0; i < 4; ++i)
    for (size_t pixel = i; pixel < from.size(); pixel += 4) {
      Value read = bytes(operands.left, from[pixel], 16);
      if (pixel == i) {
        rows[i] = read;
        continue;
      }
      int64_t before = cast<VectorType>(rows[i].getType()).getNumElements();
      auto whole = VectorType::get(int64_t(from.size()) * 4, b.getI8Type());
      if (before == 16)
        rows[i] = vector::InsertStridedSliceOp::create(
            b, loc, rows[i], arith::ConstantOp::create(b, loc, b.getZeroAttr(whole)),
            ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1});
      rows[i] = vector::InsertStridedSliceOp::create(
          b, loc, read, rows[i], ArrayRef<int64_t>{int64_t(pixel) / 4 * 16}, ArrayRef<int64_t>{1});
    }
  Value low01 = interleave(b, loc, rows[0], rows[1], 4, false),
        low23 = interleave(b, loc, rows[2], rows[3], 4, false),
        high01 = interleave(b, loc, rows[0], rows[1], 4, true),
        high23 = interleave(b, loc, rows[2], rows[3], 4, true);
  Value turned[] = {
      interleave(b, loc, low01, low23, 8, false), interleave(b, loc, low01, low23, 8, true),
      interleave(b, loc, high01, high23, 8, false), interleave(b, loc, high01, high23, 8, true)};
  for (auto [i, window] : llvm::enumerate(turned))
    vector::StoreOp::create(b, loc, flipSigns(window), windows,
                            ValueRange(places.add(to, int64_t(i) * s.pitch())));
}

void TileCode::pack(Value part) {
  const SumParts &p = s.parts;
  Value firstRun = places.times(places.divide(part, p.pieces), p.runsAtOnce);
  Value firstWindow = places.times(places.modulo(part, p.pieces), p.pieceWindows);
  auto left = [&](int64_t all, Value from) {
    return b.createOrFold<arith::SubIOp>(loc, places.constant(all), from);
  };
  Value runs = places.smaller(places.constant(p.runsAtOnce), left(p.runs, firstRun));
  Value count = places.smaller(places.constant(p.pieceWindows), left(p.windows, firstWindow));
  // A last window that ends with its run may begin before the end of another.
  bool ragged = p.length % windowBytes != 0;
  Value regular = ragged ? places.smaller(count, left(p.windows - 1, firstWindow)) : count;
  Value grouped = places.times(places.divide(regular, 4), 4);
  int64_t atOnce = s.vectorPixels();

  forEach(places.constant(0), places.constant(s.tilePixels()), atOnce, [&](Value pixel) {
    Values bases;
    for (int64_t i = 0; i < atOnce; ++i) {
      Value address = memref::LoadOp::create(b, loc, addresses, ValueRange(places.add(pixel, i)));
      bases.push_back(arith::IndexCastUIOp::create(b, loc, b.getIndexType(), address));
    }
    forEach(places.constant(0), runs, 1, [&](Value run) {
      Value offset = places.distance(places.add(firstRun, run), s.runs, pitchOf);
      Value to = places.add(places.times(run, p.pieceWindows * s.pitch()),
                            places.times(pixel, windowBytes));
      forEach(places.constant(0), grouped, 4, [&](Value window) {
        Value start =
            places.add(offset, places.times(places.add(firstWindow, window), windowBytes));
        Values from;
        for (Value base : bases)
          from.push_back(places.add(base, start));
        packGroup(from, places.add(to, places.times(window, s.pitch())));
      });
      forEach(grouped, count, 1, [&](Value window) {
        Value start = places.times(places.add(firstWindow, window), windowBytes);
        start = places.add(offset, places.smaller(start, places.constant(p.length - windowBytes)));
        Value at = places.add(to, places.times(window, s.pitch()));
        for (auto [i, base] : llvm::enumerate(bases))
          vector::StoreOp::create(
              b, loc, flipSigns(bytes(operands.left, places.add(base, start), windowBytes)),
              windows, ValueRange(places.add(at, int64_t(i) * windowBytes)));
      });
    });
  });
}
