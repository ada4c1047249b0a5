// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The code of a tile: all its pixels, all channels.
#ifndef PITH_LIB_KERNELS_PAIRS_PAIRSCODE_H
#define PITH_LIB_KERNELS_PAIRS_PAIRSCODE_H

#include "lib/Kernels/Pairs/PairsShape.h"
#include "lib/Kernels/Product/Operands.h"

namespace pith::pairs {

/// Memory references of one dimension; null where there is no such operand.
struct Operands : ChannelNumbers {
  mlir::Value left, weights, places, counts, result;
  mlir::Value destination; ///< the result's memory in its own shape
  mlir::Value scratch;
};

class TileCode {
public:
  TileCode(mlir::OpBuilder &b, mlir::Location loc, const Shape &shape, product::Body &body,
           const Operands &operands, const VectorUnit &unit)
      : b(b), places{b, loc}, loc(loc), s(shape), body(body), operands(operands), unit(unit) {}

  /// Writes the code for the tile from pixel `first` on at the builder's place.
  void emit(mlir::Value first);

  /// Why the code is of no use; empty: it is.
  std::string refusal;

private:
  using Values = llvm::SmallVector<mlir::Value>;

  // Pack.cpp: the windows of a part of the sum, those of all pixels side by side.
  void storeAddresses(mlir::Value first);
  void pack(mlir::Value part);
  void packGroup(llvm::ArrayRef<mlir::Value> from, mlir::Value to);
  mlir::Value flipSigns(mlir::Value codes);

  // Sums.cpp
  void panel(mlir::Value part, mlir::Value number);
  Values initial(mlir::Value part, mlir::Value number);
  Values blocks(mlir::Value count, mlir::Value row, int64_t depth, bool fits, Values sums);
  mlir::Value spread(mlir::Value few);

  // Results.cpp
  void narrow(mlir::Value panel, llvm::ArrayRef<mlir::Value> sums);
  void turn();
  void store(mlir::Value first);
  void copyRow(mlir::Value from, mlir::Value to);
  void tail(mlir::Value from, mlir::Value pixel);

  void forEach(mlir::Value low, mlir::Value high, int64_t step,
               llvm::function_ref<void(mlir::Value)> code);
  mlir::Value view(int64_t offset, int64_t count, mlir::Type element);
  mlir::Value load(mlir::Value memory, mlir::Value at, int64_t count, mlir::Type element);
  mlir::Value bytes(mlir::Value memory, mlir::Value at, int64_t count) {
    return load(memory, at, count, b.getI8Type());
  }

  mlir::OpBuilder &b;
  product::Places places;
  mlir::Location loc;
  const Shape &s;
  product::Body &body;
  const Operands &operands;
  const VectorUnit &unit;
  mlir::Value addresses, windows, partial, narrowed, rows; ///< views of the scratch memory
};

} // namespace pith::pairs

#endif
