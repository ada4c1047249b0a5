// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One flat loop over the steps of the sum: a nest around so many sums in
// registers makes code generators save all of them at each inner loop.
#include "lib/Kernels/Product/TileCode.h"
#include "lib/Kernels/Nest/Elements.h"
#include "lib/Kernels/Requantize.h"
#include "lib/Kernels/SideBySide.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace pith;
using namespace pith::product;

Type TileCode::sumElement() const {
  return isa<FloatType>(elementOf(operands.left)) ? Type(b.getF32Type()) : Type(b.getI32Type());
}

Value TileCode::load(VectorType type, Value memory, Value at) {
  return vector::LoadOp::create(b, loc, type, memory, ValueRange(at));
}

/// The elements of one step, 32 bits, in every lane.
Value TileCode::spread(Value at) {
  Type element = elementOf(operands.left);
  if (g.products == 1) {
    Value number = memref::LoadOp::create(b, loc, operands.left, ValueRange(at));
    return vector::BroadcastOp::create(b, loc, lanesOf(element), number);
  }
  Type i32 = b.getI32Type();
  Value few = load(VectorType::get(g.products, element), operands.left, at);
  few = vector::BitCastOp::create(b, loc, VectorType::get(1, i32), few);
  Value word = vector::ExtractOp::create(b, loc, few, ArrayRef<int64_t>{0});
  Value words = vector::BroadcastOp::create(b, loc, lanesOf(i32), word);
  if (body.flip) { // four codes at once
    auto mask = SplatElementsAttr::get(lanesOf(i32), b.getI32IntegerAttr(int32_t(0x80808080)));
    words = arith::XOrIOp::create(b, loc, words, arith::ConstantOp::create(b, loc, mask));
  }
  return vector::BitCastOp::create(b, loc, VectorType::get(g.lanes * g.products, element), words);
}

Value TileCode::multiplyAdd(Value sum, ArrayRef<Value> left, ArrayRef<Value> right) {
  if (g.products == 1) {
    for (auto [l, r] : llvm::zip_equal(left, right))
      sum = math::FmaOp::create(b, loc, l, r, sum);
    return sum;
  }
  bool isInteger = sumElement().isInteger();
  bool leftSigned = isInteger && !elementOf(operands.left).isInteger(8);
  return DotOp::create(b, loc, sum.getType(), sum, left, right, leftSigned, isInteger, fitsI16);
}

/// The state is the place, and for each level of runs, from the innermost on,
/// what is left of it: steps of a run, runs of a level.
SmallVector<Value> TileCode::advance(ValueRange state) {
  int64_t step = joined * g.products;
  Values next{places.add(state[0], step)};
  if (g.runs.empty())
    return next;
  Value one = places.constant(1), zero = places.constant(0), ends;
  int64_t inside = g.paddedRun; // elements from a level's start to behind its last run
  int64_t count = g.paddedRun / step;
  for (size_t level = 0; level < g.runs.size(); ++level) {
    Level run = g.runs[g.runs.size() - 1 - level];
    Value rest = arith::SubIOp::create(b, loc, state[level + 1], one);
    if (ends) // the level inside goes on: nothing changes here
      rest = arith::SelectOp::create(b, loc, ends, rest, state[level + 1]);
    Value done = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, rest, zero);
    // Where a level ends, its jump takes the place of the one inside.
    Value jumped = places.add(state[0], step + run.pitch - inside);
    next[0] = arith::SelectOp::create(b, loc, done, jumped, next[0]);
    next.push_back(arith::SelectOp::create(b, loc, done, places.constant(count), rest));
    ends = done;
    inside += (run.count - 1) * run.pitch;
    count = run.count;
  }
  return next;
}

Value TileCode::unpacked(Value bytes, bool high) {
  auto type = cast<VectorType>(bytes.getType());
  int64_t width = type.getElementTypeBitWidth();
  auto splat = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(
        b, loc, SplatElementsAttr::get(type, b.getIntegerAttr(type.getElementType(), value)));
  };
  if (width > 8) {
    Value top = arith::ShLIOp::create(b, loc, bytes, splat(width - (high ? 8 : 4)));
    return arith::ShRSIOp::create(b, loc, top, splat(width - 4));
  }
  // Hardware that shifts no bytes masks what crosses them; the sign costs two more.
  Value code = high ? Value(arith::ShRUIOp::create(b, loc, bytes, splat(4)))
                    : Value(arith::AndIOp::create(b, loc, bytes, splat(15)));
  code = arith::XOrIOp::create(b, loc, code, splat(8));
  return arith::SubIOp::create(b, loc, code, splat(8));
}

Value TileCode::decoded(Value codes, const TilePlace &place, Value iteration, int64_t j) {
  Value block = places.divide(iteration, operands.blockLength / joined);
  Value at = places.add(places.times(place.panel, operands.blockCount), block);
  at = places.add(places.times(at, g.panelChannels()), j * g.lanes);
  Value zero;
  if (operands.blockZeros)
    zero = load(lanesOf(b.getI8Type()), operands.blockZeros, at);
  else if (operands.oneBlockZero)
    zero = vector::BroadcastOp::create(b, loc, lanesOf(b.getI8Type()), operands.oneBlockZero);
  if (zero)
    codes =
        arith::SubIOp::create(b, loc, codes, arith::ExtSIOp::create(b, loc, codes.getType(), zero));
  VectorType floats = lanesOf(b.getF32Type());
  return arith::MulFOp::create(b, loc, arith::SIToFPOp::create(b, loc, floats, codes),
                               load(floats, operands.blockScales, at));
}

SmallVector<Value> TileCode::rightSide(const TilePlace &place, Value iteration, int64_t d,
                                       Values &bytes) {
  int64_t inPanel = g.panelElements() / g.steps; // of a step
  Value weights = places.add(place.weights, places.times(iteration, joined * inPanel));
  VectorType type = VectorType::get(g.lanes * g.products, elementOf(operands.right));
  Type number = b.getIntegerType(elementOf(operands.left).getIntOrFloatBitWidth());
  bool high = d % 2;
  if (!g.packed || !high)
    bytes.clear();
  Values right;
  for (int64_t j = 0; j < g.columns; ++j) {
    if (!g.packed || !high) {
      Value place = places.add(weights, d * inPanel + j * type.getNumElements());
      bytes.push_back(load(type, operands.right, place));
    }
    if (!g.packed) {
      right.push_back(bytes[j]);
      continue;
    }
    if (bytes[j].getType() != type.clone(number))
      bytes[j] = arith::ExtUIOp::create(b, loc, type.clone(number), bytes[j]);
    Value codes = unpacked(bytes[j], high);
    right.push_back(operands.blockScales ? decoded(codes, place, iteration, j) : codes);
  }
  return right;
}

SmallVector<Value> TileCode::sums(int64_t rows, const TilePlace &place) {
  Values initial;
  Value channel = places.times(place.panel, g.panelChannels());
  VectorType lanes = lanesOf(sumElement());
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(lanes));
  // Integers may start at the bias; of floats it is added last.
  for (int64_t j = 0; j < g.columns; ++j)
    initial.push_back(operands.bias && sumElement().isInteger()
                          ? load(lanes, operands.bias, places.add(channel, j * g.lanes))
                          : zero);
  Values state{place.left};
  int64_t count = g.paddedRun / (joined * g.products);
  for (Level run : llvm::reverse(g.runs)) {
    state.push_back(places.constant(count));
    count = run.count;
  }
  size_t states = state.size();
  for (int64_t i = 0; i < rows; ++i)
    state.append(initial.begin(), initial.begin() + g.columns);

  auto loop = scf::ForOp::create(b, loc, places.constant(0), places.constant(g.steps / joined),
                                 places.constant(1), state);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  ValueRange carried = loop.getRegionIterArgs();
  if (ahead) // into the second cache
    memref::PrefetchOp::create(b, loc, operands.right,
                               places.add(place.ahead, places.times(loop.getInductionVar(), ahead)),
                               /*isWrite=*/false,
                               /*localityHint=*/2, /*isDataCache=*/true);
  Values next = advance(carried.take_front(states)), bytes;
  Values results = llvm::to_vector_of<Value>(carried.drop_front(states));
  auto leftAt = [&](int64_t i, int64_t d) {
    return spread(places.add(carried[0], i * g.pixelPitch + d * g.products));
  };
  // Step by step where none is proved of them together: that takes fewer registers.
  int64_t together = fitsI16 ? joined : 1;
  for (int64_t first = 0; first < joined; first += together) {
    SmallVector<Values> right(g.columns);
    for (int64_t d = first; d < first + together; ++d)
      for (auto [j, vector] : llvm::enumerate(rightSide(place, loop.getInductionVar(), d, bytes)))
        right[j].push_back(vector);
    for (int64_t i = 0; i < rows; ++i) {
      Values left;
      for (int64_t d = first; d < first + together; ++d)
        left.push_back(leftAt(i, d));
      for (int64_t j = 0; j < g.columns; ++j) {
        Value &sum = results[i * g.columns + j];
        sum = multiplyAdd(sum, left, right[j]);
      }
    }
  }
  next.append(results);
  scf::YieldOp::create(b, loc, next);
  return llvm::to_vector_of<Value>(loop.getResults().drop_front(states));
}

/// One row of bytes.
Value TileCode::bytes(ArrayRef<Value> sums, Value channel) {
  Values scales;
  for (int64_t j = 0; j < int64_t(sums.size()); ++j)
    scales.push_back(operands.scale ? load(lanesOf(b.getF32Type()), operands.scale,
                                           places.add(channel, j * g.lanes))
                                    : operands.oneScale);
  return requantizeToBytes(b, loc, sums, scales, body.requantize, operands.zeroPoint);
}

/// One vector of sums as the product's result has it.
Value TileCode::number(Value sums, Value channel) {
  if (sumElement().isInteger())
    return sums;
  if (operands.bias) {
    Value bias = load(lanesOf(elementOf(operands.bias)), operands.bias, channel);
    if (bias.getType() != sums.getType())
      bias = arith::ExtFOp::create(b, loc, sums.getType(), bias);
    sums = arith::AddFOp::create(b, loc, sums, bias);
  }
  Type element = getElementTypeOrSelf(body.anchor->getResult(0).getType());
  return element == sumElement() ? sums
                                 : Value(arith::TruncFOp::create(b, loc, lanesOf(element), sums));
}

Value TileCode::resultAt(Value pixel) {
  Value at = places.constant(0);
  for (const Level &level : llvm::reverse(operands.pixels)) {
    bool outermost = &level == &operands.pixels.front();
    Value digit = outermost ? pixel : places.modulo(pixel, level.count);
    at = places.add(at, places.times(digit, level.pitch));
    if (!outermost)
      pixel = places.divide(pixel, level.count);
  }
  return at;
}

/// The first `count` elements, in pieces of a power of two: nothing behind them
/// is written.
void TileCode::store(Value vector, Value at, int64_t count) {
  int64_t size = cast<VectorType>(vector.getType()).getNumElements();
  if (count >= size) {
    vector::StoreOp::create(b, loc, vector, operands.result, ValueRange(at));
    return;
  }
  for (int64_t done = 0; done < count;) {
    int64_t piece = int64_t(llvm::bit_floor(uint64_t(count - done)));
    Value part = vector::ExtractStridedSliceOp::create(
        b, loc, vector, ArrayRef<int64_t>{done}, ArrayRef<int64_t>{piece}, ArrayRef<int64_t>{1});
    vector::StoreOp::create(b, loc, part, operands.result, ValueRange(places.add(at, done)));
    done += piece;
  }
}

void TileCode::epilogue(ArrayRef<Value> sums, int64_t rows, const TilePlace &place,
                        int64_t channels) {
  if (body.hasTail())
    return tail(sums, rows, place, channels);
  Value channel = places.times(place.panel, g.panelChannels());
  // Only from line to line there can be a gap; a tile that stays in one has none.
  int64_t pitch = operands.pixels.back().pitch;
  bool inLine = operands.pixels.size() == 1 || operands.pixels.back().count % g.pixels == 0;
  Value firstPixel = places.add(places.times(place.line, g.pixels), place.first);
  Value first = resultAt(firstPixel);
  // Where pixels follow each other without a gap, what a vector has beyond the channels
  // may be written to those behind, which come later.
  bool isDense = inLine && g.panels == 1 && pitch == g.channels;
  for (int64_t i = 0; i < rows; ++i) {
    ArrayRef<Value> row = sums.slice(i * g.columns, g.columns);
    int64_t room = isDense ? (rows - i) * pitch : channels;
    auto storeHere = [&](Value vector, Value at, int64_t first) {
      int64_t size = cast<VectorType>(vector.getType()).getNumElements();
      store(vector, places.add(at, first), size <= room - first ? size : channels - first);
    };
    Value pixel = inLine ? places.add(first, i * pitch) : resultAt(places.add(firstPixel, i));
    Value at = places.add(pixel, channel);
    if (body.requantize) {
      storeHere(bytes(row, channel), at, 0);
      continue;
    }
    for (int64_t j = 0; j * g.lanes < std::min(channels, g.panelChannels()); ++j)
      storeHere(number(row[j], places.add(channel, j * g.lanes)), at, j * g.lanes);
  }
}

int64_t TileCode::useScratch(int64_t rows, Value scratch) {
  if (!body.hasLongTail)
    return 0;
  int64_t count = rows * g.columns * g.lanes;
  stage = memref::ViewOp::create(b, loc, MemRefType::get({count}, sumElement()), scratch,
                                 places.constant(0), ValueRange());
  return 4 * count;
}

void TileCode::tail(ArrayRef<Value> sums, int64_t rows, const TilePlace &place, int64_t channels) {
  if (!stage) {
    for (int64_t i = 0; i < rows; ++i)
      tailOfRow(sums.slice(i * g.columns, g.columns), places.constant(i), rows, place, channels);
    return;
  }
  for (auto [i, sum] : llvm::enumerate(sums))
    vector::StoreOp::create(b, loc, sum, stage, ValueRange(places.constant(int64_t(i) * g.lanes)));
  // So many vectors at once that their sums and powers fit into registers.
  int64_t together = std::clamp<int64_t>(unit.registers / (8 * g.columns), 1, rows);
  int64_t whole = rows / together * together;
  auto loop = scf::ForOp::create(b, loc, places.constant(0), places.constant(whole),
                                 places.constant(together));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(loop.getBody()->getTerminator());
    stagedRows(loop.getInductionVar(), together, rows, place, channels);
  }
  if (whole < rows)
    stagedRows(places.constant(whole), rows - whole, rows, place, channels);
}

void TileCode::stagedRows(Value first, int64_t count, int64_t rows, const TilePlace &place,
                          int64_t channels) {
  SmallVector<Values> sums(count);
  Values numbers;
  for (int64_t i = 0; i < count; ++i) {
    numbers.push_back(places.add(first, i));
    Value begin = places.times(numbers.back(), g.columns * g.lanes);
    for (int64_t j = 0; j < g.columns; ++j)
      sums[i].push_back(load(lanesOf(sumElement()), stage, places.add(begin, j * g.lanes)));
  }
  SideBySide pieces(b.getInsertionBlock());
  for (auto [row, number] : llvm::zip_equal(sums, numbers))
    pieces.piece(row, [&] { tailOfRow(row, number, rows, place, channels); });
  if (refusal.empty())
    pieces.join();
}

void TileCode::tailOfRow(ArrayRef<Value> sums, Value row, int64_t rows, const TilePlace &place,
                         int64_t channels) {
  nest::Elements elements(b.getInsertionBlock(), loc, unit);
  nest::Scopes &scopes = elements.scopes;
  ArrayRef<int64_t> shape = cast<RankedTensorType>(body.stored.getType()).getShape();
  // Tiles of one size: where the line they are in is asked for, their pixels do not count.
  nest::Index first = place.number ? scopes.index(place.number, {0, g.pixels / rows - 1}) * rows
                                   : scopes.index(place.first, {0, g.pixels - rows});
  Value panelChannel = places.times(place.panel, g.panelChannels());
  nest::Index pixel = scopes.index(place.line, {0, g.batchCount() * g.lineCount() - 1}) * g.pixels +
                      first + scopes.index(row, {0, rows - 1});
  nest::Index channel = scopes.index(panelChannel, {0, g.channels - channels});
  nest::Indices at = scopes.space.delinearize(pixel, shape.drop_back());
  at.emplace_back();
  // Bytes are packed to one vector in the order of channels. So are the vectors that
  // a long tail reads: each of its instructions then stands there for all of them,
  // and none waits for the one before.
  int64_t width = body.requantize || stage ? g.panelChannels() : g.lanes;
  for (int64_t j = 0; j < channels; j += width) {
    unsigned active = unsigned(std::min(width, channels - j));
    at.back() = channel + j + scopes.space.lanes(unsigned(width), active);
    Values numbers;
    for (int64_t k = 0; k < width && !body.requantize; k += g.lanes)
      numbers.push_back(number(sums[(j + k) / g.lanes], places.add(panelChannel, j + k)));
    Value values = body.requantize ? bytes(sums, panelChannel) : sideBySide(b, loc, numbers);
    elements.bind(body.computed(), [&](ArrayRef<nest::Index>) { return values; });
    elements.store(elements.vectorAt(body.stored, at), operands.destination, at);
  }
  if (refusal.empty())
    refusal = scopes.refusal().str();
}

void TileCode::emit(int64_t rows, const TilePlace &place) {
  Values values = sums(rows, place);
  int64_t rest = g.channels % g.panelChannels();
  if (g.panels == 1 || rest == 0)
    return epilogue(values, rows, place, g.panels == 1 ? g.channels : g.panelChannels());
  Value isWhole = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, place.panel,
                                        places.constant(g.panels - 1));
  auto choice = scf::IfOp::create(b, loc, TypeRange(), isWhole, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  epilogue(values, rows, place, g.panelChannels());
  b.setInsertionPointToStart(choice.elseBlock());
  epilogue(values, rows, place, rest);
}
