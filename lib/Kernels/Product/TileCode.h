// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The code of one tile: sums in registers, then what becomes of them.
#ifndef PITH_LIB_KERNELS_PRODUCT_TILECODE_H
#define PITH_LIB_KERNELS_PRODUCT_TILECODE_H

#include "lib/Kernels/Product/Operands.h"
#include "pith/Kernels/Skeleton.h"

namespace pith::product {

/// Where a tile is, as index values.
struct TilePlace {
  mlir::Value left;    ///< element of the first pixel's first run
  mlir::Value weights; ///< element of the panel
  mlir::Value panel;   ///< its number
  mlir::Value line;    ///< of the result, those of all samples in turn
  mlir::Value first;   ///< its first pixel in the line
  mlir::Value number;  ///< of the tile in the line, where all have as many pixels
  mlir::Value ahead;   ///< element of the next panel to ask for first, if any
};

class TileCode {
public:
  TileCode(mlir::OpBuilder &b, mlir::Location loc, const Geometry &geometry, Body &body,
           const Operands &operands, const Shape &shape, const VectorUnit &unit, int64_t ahead)
      : b(b), places{b, loc}, loc(loc), g(geometry), body(body), operands(operands),
        joined(shape.joined), fitsI16(shape.fitsI16), unit(unit), ahead(ahead) {}

  /// Writes a tile of `rows` pixels at the builder's place.
  void emit(int64_t rows, const TilePlace &place);

  /// Why the code is of no use; empty: it is.
  std::string refusal;

  /// The scratch memory that tiles of at most `rows` need, of which `scratch` is
  /// the beginning; 0: none.
  int64_t useScratch(int64_t rows, mlir::Value scratch);

private:
  using Values = llvm::SmallVector<mlir::Value>;

  Values sums(int64_t rows, const TilePlace &place);
  /// Of each column the right side in step `d` of those that are joined, `iteration`
  /// times so many behind the panel's first. `bytes` keeps what is packed.
  Values rightSide(const TilePlace &place, mlir::Value iteration, int64_t d, Values &bytes);
  /// The codes in the low or high halves of `bytes`, which are as wide as what the
  /// atom reads.
  mlir::Value unpacked(mlir::Value bytes, bool high);
  /// Floats of the codes of column `j`.
  mlir::Value decoded(mlir::Value codes, const TilePlace &place, mlir::Value iteration, int64_t j);
  mlir::Value spread(mlir::Value element);
  mlir::Value fourBytes(mlir::Value at);
  mlir::Value multiplyAdd(mlir::Value sum, llvm::ArrayRef<mlir::Value> left,
                          llvm::ArrayRef<mlir::Value> right);
  /// Moves the place in the left side by a step, to the next run where one ends.
  Values advance(mlir::ValueRange state);

  void epilogue(llvm::ArrayRef<mlir::Value> sums, int64_t rows, const TilePlace &place,
                int64_t channels);
  /// The same where element-wise operators follow.
  void tail(llvm::ArrayRef<mlir::Value> sums, int64_t rows, const TilePlace &place,
            int64_t channels);
  /// Of `count` rows from the `first`th on, whose sums wait in memory.
  void stagedRows(mlir::Value first, int64_t count, int64_t rows, const TilePlace &place,
                  int64_t channels);
  /// Of one row, the `row`th of a tile of `rows`.
  void tailOfRow(llvm::ArrayRef<mlir::Value> sums, mlir::Value row, int64_t rows,
                 const TilePlace &place, int64_t channels);
  mlir::Value bytes(llvm::ArrayRef<mlir::Value> sums, mlir::Value channel);
  mlir::Value number(mlir::Value sums, mlir::Value channel);
  /// The first element of a pixel of the result.
  mlir::Value resultAt(mlir::Value pixel);
  void store(mlir::Value vector, mlir::Value at, int64_t count);

  mlir::Type elementOf(mlir::Value memory) const {
    return mlir::cast<mlir::MemRefType>(memory.getType()).getElementType();
  }
  mlir::VectorType lanesOf(mlir::Type element) const {
    return mlir::VectorType::get(g.lanes, element);
  }
  mlir::Type sumElement() const;
  mlir::Value load(mlir::VectorType type, mlir::Value memory, mlir::Value at);

  mlir::OpBuilder &b;
  Places places;
  mlir::Location loc;
  const Geometry &g;
  Body &body;
  const Operands &operands;
  int64_t joined;
  bool fitsI16;
  const VectorUnit &unit;
  int64_t ahead;     ///< elements of the next panel that each step asks for
  mlir::Value stage; ///< where sums wait for a long tail, or null
};

} // namespace pith::product

#endif
