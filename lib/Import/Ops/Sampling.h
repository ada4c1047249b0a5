// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pixels between the pixels of an image, by weights of the four around them.
#ifndef PITH_LIB_IMPORT_OPS_SAMPLING_H
#define PITH_LIB_IMPORT_OPS_SAMPLING_H

#include "lib/Import/Ops/NodeConversion.h"

namespace pith::import {

/// Of one place: where its neighbours lie, what they weigh, and where a neighbour
/// does not count (null: it does).
struct Neighbours {
  struct Side {
    mlir::Value position, weight, counts;
  };
  std::array<Side, 2> rows, columns;
};

/// Along one dimension of `size` pixels, at the f32 coordinate `at`. Beyond the
/// border lie zeros.
std::array<Neighbours::Side, 2> sidesWithZeros(mlir::OpBuilder &builder, mlir::Location loc,
                                               mlir::Value at, int64_t size);
/// The same with the border's pixels going on for one pixel; farther out nothing
/// counts.
std::array<Neighbours::Side, 2> sidesWithBorder(mlir::OpBuilder &builder, mlir::Location loc,
                                                mlir::Value at, int64_t size);

/// The four products of a weight and a pixel of `image` [N, C, H, W], row by row.
/// Zero is what does not count.
std::array<mlir::Value, 4> weighed(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value image,
                                   mlir::Value sample, mlir::Value channel,
                                   const Neighbours &neighbours);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_SAMPLING_H
