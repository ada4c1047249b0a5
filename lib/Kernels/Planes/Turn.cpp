// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Planes/Turn.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace pith;

// In as many steps as the number of vectors has bits: step s swaps element c | s of
// row r with element c of row r | s.
SmallVector<Value> pith::turnSquares(OpBuilder &b, Location loc, SmallVector<Value> rows) {
  int64_t lanes = cast<VectorType>(rows.front().getType()).getNumElements();
  for (size_t step = 1; step < rows.size(); step *= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t c = 0; c < lanes; ++c) { // elements of the second vector count from `lanes`
      low.push_back(c & step ? lanes + c - step : c);
      high.push_back(c & step ? lanes + c : c + step);
    }
    for (size_t r = 0; r < rows.size(); ++r) {
      if (r & step)
        continue;
      Value first = rows[r], second = rows[r + step];
      rows[r] = vector::ShuffleOp::create(b, loc, first, second, low);
      rows[r + step] = vector::ShuffleOp::create(b, loc, first, second, high);
    }
  }
  return rows;
}

int64_t pith::turnedSquare(int64_t rows, int64_t columns, int64_t lanes) {
  return llvm::bit_floor(uint64_t(std::min({rows, columns, lanes})));
}

void pith::turnWords(OpBuilder &b, Location loc, const WordMatrix &from, int64_t rows,
                     int64_t columns, const WordMatrix &to, int64_t lanes) {
  int64_t side = turnedSquare(rows, columns, lanes);
  OpBuilder::InsertionGuard guard(b);
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  // Where square `low` begins, in all squares along a dimension of `size`.
  auto loop = [&](int64_t size) -> Value {
    auto made = scf::ForOp::create(b, loc, index(0), index(size), index(side));
    b.setInsertionPointToStart(made.getBody());
    Value low = made.getInductionVar();
    return size % side ? arith::MinUIOp::create(b, loc, low, index(size - side)).getResult() : low;
  };
  Value row = loop(rows), column = loop(columns);
  auto at = [&](const WordMatrix &matrix, Value first, int64_t i, Value second) -> Value {
    Value line = arith::AddIOp::create(b, loc, first, index(i));
    line = arith::MulIOp::create(b, loc, line, index(matrix.pitch));
    line = arith::AddIOp::create(b, loc, line, second);
    return arith::AddIOp::create(b, loc, line, matrix.origin);
  };
  auto read = VectorType::get({side}, cast<MemRefType>(from.memory.getType()).getElementType());
  auto written = VectorType::get({side}, cast<MemRefType>(to.memory.getType()).getElementType());
  SmallVector<Value> square;
  for (int64_t i = 0; i < side; ++i)
    square.push_back(vector::LoadOp::create(b, loc, read, from.memory, at(from, row, i, column)));
  square = turnSquares(b, loc, square);
  for (auto [i, line] : llvm::enumerate(square)) {
    if (read != written)
      line = vector::BitCastOp::create(b, loc, written, line);
    vector::StoreOp::create(b, loc, line, to.memory, at(to, column, i, row));
  }
}
