// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Code that turns a matrix of words in memory, by squares of vectors.
#ifndef PITH_LIB_KERNELS_PLANES_TURN_H
#define PITH_LIB_KERNELS_PLANES_TURN_H

#include "mlir/IR/Builders.h"

namespace pith {

/// A matrix of 32-bit elements in memory of one dimension: where its first row
/// begins, and the distance of rows.
struct WordMatrix {
  mlir::Value memory, origin;
  int64_t pitch;
};

/// Turns squares that stand side by side in as many vectors as a square has rows, a
/// power of two: element c of each square in vector r becomes element r of it in
/// vector c.
llvm::SmallVector<mlir::Value> turnSquares(mlir::OpBuilder &b, mlir::Location loc,
                                           llvm::SmallVector<mlir::Value> rows);

/// The side of the squares by which a matrix of so many rows and columns is
/// turned, for registers of `lanes` words.
int64_t turnedSquare(int64_t rows, int64_t columns, int64_t lanes);

/// Element (c, r) of `to` becomes element (r, c) of `from`, for `rows` rows and
/// `columns` columns of `from`. The last squares overlap those before.
void turnWords(mlir::OpBuilder &b, mlir::Location loc, const WordMatrix &from, int64_t rows,
               int64_t columns, const WordMatrix &to, int64_t lanes);

} // namespace pith

#endif
