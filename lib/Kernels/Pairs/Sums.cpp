// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The sums of a panel over one part of the sum: a loop for each depth of blocks,
// each over as many blocks as the panel has of it.
#include "lib/Kernels/Pairs/PairsCode.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace pith;
using namespace pith::pairs;

/// One element for each channel of a panel, in the lanes of all its pixels.
Value TileCode::spread(Value few) {
  SmallVector<int64_t> order;
  for (int64_t lane = 0; lane < s.lanes; ++lane)
    order.push_back(lane / s.vectorPixels());
  return vector::ShuffleOp::create(b, loc, few, few, order);
}

SmallVector<Value> TileCode::initial(Value part, Value number) {
  auto sums = VectorType::get(s.lanes, b.getI32Type());
  auto bias = [&](OpBuilder &) -> Value {
    if (!operands.bias)
      return arith::ConstantOp::create(b, loc, b.getZeroAttr(sums));
    Value few =
        load(operands.bias, places.times(number, s.panelChannels), s.panelChannels, b.getI32Type());
    return spread(few);
  };
  if (!partial)
    return Values(s.tileVectors, bias(b));
  Value isFirst = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, part, places.constant(0));
  SmallVector<Type> types(s.tileVectors, sums);
  auto choice = scf::IfOp::create(b, loc, types, isFirst, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  scf::YieldOp::create(b, loc, Values(s.tileVectors, bias(b)));
  b.setInsertionPointToStart(choice.elseBlock());
  Values read;
  Value at = places.times(number, s.tileVectors * s.lanes);
  for (int64_t i = 0; i < s.tileVectors; ++i)
    read.push_back(load(partial, places.add(at, i * s.lanes), s.lanes, b.getI32Type()));
  scf::YieldOp::create(b, loc, read);
  return llvm::to_vector_of<Value>(choice.getResults());
}

/// `count` blocks of `depth` windows, the first of which is `row` of the lists.
SmallVector<Value> TileCode::blocks(Value count, Value row, int64_t depth, bool fits, Values sums) {
  auto loop = scf::ForOp::create(b, loc, places.constant(0), count, places.constant(1), sums);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value first = places.add(row, places.times(loop.getInductionVar(), depth));
  Values weights, at;
  for (int64_t d = 0; d < depth; ++d) {
    Value line = places.add(first, d);
    Value few = bytes(operands.weights, places.times(line, s.panelChannels * windowBytes),
                      s.panelChannels * windowBytes);
    few = vector::BitCastOp::create(b, loc, VectorType::get(s.panelChannels, b.getI32Type()), few);
    weights.push_back(vector::BitCastOp::create(
        b, loc, VectorType::get(s.vectorBytes(), b.getI8Type()), spread(few)));
    Value place = memref::LoadOp::create(b, loc, operands.places, ValueRange(line));
    at.push_back(arith::IndexCastUIOp::create(b, loc, b.getIndexType(), place));
  }
  int64_t step = s.vectorPixels() * windowBytes;
  SmallVector<int64_t> repeated;
  for (int64_t i = 0; i < s.vectorBytes(); ++i)
    repeated.push_back(i % step);
  Values next;
  for (int64_t i = 0; i < s.tileVectors; ++i) {
    Values codes;
    for (Value place : at) {
      Value few = bytes(windows, places.add(place, i * step), step);
      codes.push_back(vector::ShuffleOp::create(b, loc, few, few, repeated));
    }
    Value sum = loop.getRegionIterArgs()[i];
    next.push_back(DotOp::create(b, loc, sum.getType(), sum, codes, weights, /*lhs_signed=*/false,
                                 /*rhs_signed=*/true, fits));
  }
  scf::YieldOp::create(b, loc, next);
  return llvm::to_vector_of<Value>(loop.getResults());
}

void TileCode::panel(Value part, Value number) {
  Values sums = initial(part, number);
  Value list = places.times(places.add(places.times(part, s.panels()), number), 6);
  auto count = [&](int64_t i) -> Value {
    Value read = memref::LoadOp::create(b, loc, operands.counts, ValueRange(places.add(list, i)));
    return arith::IndexCastUIOp::create(b, loc, b.getIndexType(), read);
  };
  Value row = count(0);
  for (int64_t depth = maxDepth; depth > 0; --depth) {
    Value number = count(1 + int64_t(maxDepth) - depth);
    sums = blocks(number, row, depth, /*fits=*/true, sums);
    row = places.add(row, places.times(number, depth));
  }
  sums = blocks(count(5), row, 1, /*fits=*/false, sums);
  if (!partial)
    return narrow(number, sums);
  Value isLast = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, part,
                                       places.constant(s.parts.count() - 1));
  auto choice = scf::IfOp::create(b, loc, TypeRange(), isLast, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  narrow(number, sums);
  b.setInsertionPointToStart(choice.elseBlock());
  Value at = places.times(number, s.tileVectors * s.lanes);
  for (auto [i, sum] : llvm::enumerate(sums))
    vector::StoreOp::create(b, loc, sum, partial, ValueRange(places.add(at, int64_t(i) * s.lanes)));
}
