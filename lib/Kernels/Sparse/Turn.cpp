// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Sparse/Turn.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace pith;

/// A square of vectors, in as many steps as the number of lanes has bits: step s
/// swaps element c | s of row r with element c of row r | s.
SmallVector<Value> Turn::transpose(SmallVector<Value> rows) const {
  for (int64_t step = 1; step < lanes; step *= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t c = 0; c < lanes; ++c) { // elements of the second vector count from `lanes`
      low.push_back(c & step ? lanes + c - step : c);
      high.push_back(c & step ? lanes + c : c + step);
    }
    for (int64_t r = 0; r < lanes; ++r) {
      if (r & step)
        continue;
      Value a = rows[r], b = rows[r + step];
      rows[r] = vector::ShuffleOp::create(builder, loc, a, b, low);
      rows[r + step] = vector::ShuffleOp::create(builder, loc, a, b, high);
    }
  }
  return rows;
}

void Turn::turn(Value image, Value first, int64_t words, Value pixels, bool toTile) const {
  OpBuilder &b = builder;
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  auto add = [&](Value x, Value y) -> Value { return arith::AddIOp::create(b, loc, x, y); };
  auto times = [&](Value x, int64_t y) -> Value {
    return arith::MulIOp::create(b, loc, x, index(y));
  };
  auto loop = [&](int64_t low, int64_t high, int64_t step, llvm::function_ref<void(Value)> body) {
    if (low >= high)
      return;
    auto made = scf::ForOp::create(b, loc, index(low), index(high), index(step));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(made.getBody());
    body(made.getInductionVar());
  };
  Value from = toTile ? image : pixels, to = toTile ? pixels : image;
  auto load = VectorType::get({lanes}, cast<MemRefType>(from.getType()).getElementType());
  auto store = VectorType::get({lanes}, cast<MemRefType>(to.getType()).getElementType());
  int64_t whole = lanes > 1 ? words / lanes * lanes : 0;
  loop(0, tile, lanes, [&](Value pixel) {
    auto inImage = [&](int64_t i, Value word) {
      return add(times(add(add(first, pixel), index(i)), words), word);
    };
    auto inTile = [&](Value word, int64_t j) {
      return add(times(add(word, index(j)), tile), pixel);
    };
    loop(0, whole, lanes, [&](Value word) {
      SmallVector<Value> rows;
      for (int64_t i = 0; i < lanes; ++i)
        rows.push_back(vector::LoadOp::create(b, loc, load, from,
                                              toTile ? inImage(i, word) : inTile(word, i)));
      if (toTile && flip) {
        auto mask = SplatElementsAttr::get(load, b.getI32IntegerAttr(int32_t(0x80808080)));
        Value bits = arith::ConstantOp::create(b, loc, mask);
        for (Value &row : rows)
          row = arith::XOrIOp::create(b, loc, row, bits);
      }
      rows = transpose(rows);
      for (int64_t i = 0; i < lanes; ++i) {
        Value row = load == store ? rows[i] : vector::BitCastOp::create(b, loc, store, rows[i]);
        vector::StoreOp::create(b, loc, row, to, toTile ? inTile(word, i) : inImage(i, word));
      }
    });
    loop(whole, words, 1, [&](Value word) {
      for (int64_t i = 0; i < lanes; ++i) {
        Value a = inImage(i, word), t = add(inTile(word, 0), index(i));
        Value element = memref::LoadOp::create(b, loc, from, toTile ? a : t);
        if (load != store)
          element = arith::BitcastOp::create(b, loc, store.getElementType(), element);
        if (toTile && flip)
          element = arith::XOrIOp::create(
              b, loc, element,
              arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(int32_t(0x80808080))));
        memref::StoreOp::create(b, loc, element, to, toTile ? t : a);
      }
    });
  });
}

void Turn::toTile(Value image, Value first, int64_t words, Value into) const {
  turn(image, first, words, into, /*toTile=*/true);
}

void Turn::fromTile(Value from, Value image, Value first, int64_t words) const {
  turn(image, first, words, from, /*toTile=*/false);
}
