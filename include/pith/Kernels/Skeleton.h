// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Skeletons: loop structures of kernels, written once for every CPU. A row of a
// kernel table names the one that it uses.
#ifndef PITH_KERNELS_SKELETON_H
#define PITH_KERNELS_SKELETON_H

#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>

namespace pith {

struct KernelRow;

/// A CPU's vectors, as far as loop structures depend on them.
struct VectorUnit {
  unsigned bits = 0; ///< of one register; 0: no vectors, scalar code
  unsigned registers = 0;
  bool scalable = false; ///< the hardware's registers are a multiple of `bits`
  /// Whether vector.gather of bytes from a table of 256 is faster than one after
  /// the other.
  bool lookups = false;

  /// Elements of `elementBits` bits in one register; 1 where there are no vectors.
  unsigned lanes(unsigned elementBits) const { return bits ? bits / elementBits : 1; }
};

/// Results that an innermost loop holds in registers: rows (pixels) times
/// vectors of columns (channels).
struct Tile {
  unsigned rows = 0, columns = 0;
  bool operator==(const Tile &) const = default;
};

/// How a skeleton would run a group, and what that costs in cycles.
struct Plan {
  Tile tile;
  double cycles;
};

/// A loop structure. All functions but `lower` are optional; they are asked in
/// this order, `refuses` and `choose` while rows are selected, `layouts` and
/// `items` behind pith-fold-zero-points.
struct Skeleton {
  llvm::StringRef name;
  /// Makes loops of a kernel's body: operators between bufferization.to_tensor
  /// and bufferization.materialize_in_destination become scf, vector and memref
  /// operations. Emits an error where it fails.
  llvm::LogicalResult (*lower)(mlir::func::FuncOp kernel, const KernelRow &row,
                               const VectorUnit &unit);
  /// Why it cannot run the group; empty: it can.
  std::string (*refuses)(GroupOp group, const KernelRow &row, const VectorUnit &unit) = nullptr;
  /// The best of the row's tiles for the group's shape; without it the cost is
  /// that of the row's atoms.
  Plan (*choose)(GroupOp group, const KernelRow &row, const VectorUnit &unit) = nullptr;
  /// The layout in which it wants each operand of the group; null: as it is.
  /// What the kernel then reads: pith-apply-layouts.
  llvm::SmallVector<LayoutAttr> (*layouts)(GroupOp group, const KernelRow &row, Tile tile,
                                           const VectorUnit &unit) = nullptr;
  /// The layout in which it can store the group's result too, at no more cost;
  /// null: only as it is. Used where all that read the result ask for it.
  LayoutAttr (*resultLayout)(GroupOp group, const KernelRow &row, Tile tile,
                             const VectorUnit &unit) = nullptr;
  /// The number of work items that threads share; without it rows of the result.
  int64_t (*items)(GroupOp group, const KernelRow &row, Tile tile,
                   const VectorUnit &unit) = nullptr;
  /// Whether it obeys `absent_zeros` on weights that are not listed.
  bool skipsZeros = false;
  /// Whether it can store the group's result as a part of a larger tensor, with
  /// gaps behind each `run` of elements, at less than the cost of a copy; without
  /// it: no.
  bool (*storesParts)(GroupOp group, int64_t run, const VectorUnit &unit) = nullptr;
  /// Whether any operand of the group may be a part of a larger tensor, with gaps
  /// behind its rows, and that costs nothing; without it: no.
  bool (*readsParts)(GroupOp group, const VectorUnit &unit) = nullptr;
  /// Whether an operand of the group may be a part of a tensor that pads it, as
  /// `pith.from_layout` in the body then says, and that costs next to nothing;
  /// without it: no.
  bool (*readsPadded)(GroupOp group, unsigned operand, LayoutAttr padding, const KernelRow &row,
                      Tile tile, const VectorUnit &unit) = nullptr;
  /// Whether a kernel of a few rows costs no more than its share of one of all: then
  /// it may be a part of a kernel that runs several, block by block.
  bool runsParts = false;
};

/// On a kernel without vectors: why its skeleton could use none.
inline constexpr llvm::StringLiteral scalarAttrName = "pith.scalar";

namespace skeletons {
/// Scalar loops over the elements of each result; takes every group.
extern const Skeleton nest;
/// The same with vectors of elements, where lanes find their elements side by
/// side in memory; else like `nest`, with the reason in `pith.scalar`.
extern const Skeleton elements;
/// Convolutions and matrix products with dense weights: tiles of sums that stay
/// in registers. Operands lie in the layouts that it asks for.
extern const Skeleton product;
/// Convolutions of one filter for each channel, on bytes: dot products of four
/// bytes run down the columns of interleaved rows.
extern const Skeleton depthwise;
/// Writes through positions: a copy of the data, then each update in its turn, by one
/// thread.
extern const Skeleton scatter;
/// The padding around a tensor that is stored with some.
extern const Skeleton frame;
/// Convolutions of several groups of channels, on floats or bytes: a multiply-add
/// for each tap, on vectors of channels.
extern const Skeleton taps;
/// Turns matrices of 32-bit words by squares of vectors: to the layout of planes
/// that other skeletons ask for, from there, and in transpositions.
extern const Skeleton turn;
/// Convolutions and matrix products of bytes whose sums are proved to fit 16 bits,
/// a few at a time, in an order of each panel's own (docs/saturation-proof.md).
/// Lanes are pixels and channels: a tile has so many vectors of pixels, and a
/// vector so many channels, as its rows and columns.
extern const Skeleton pairs;
/// What is not proved of a group for a row of the skeleton pairs; empty: nothing.
std::string unprovedPairs(GroupOp group, const KernelRow &row);
} // namespace skeletons

} // namespace pith

#endif
