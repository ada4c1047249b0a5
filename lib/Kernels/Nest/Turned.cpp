// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Vectors along the last dimension but one: columns of the result, of which
// squares are turned in registers on the way to its rows.
#include "lib/Kernels/Nest/Elements.h"
#include "lib/Kernels/Planes/Turn.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace pith;
using namespace pith::nest;

/// Asks for the cache lines of `span` elements from the first lane's on, in the next
/// of the lines along which lanes are `pitch` elements apart.
void Elements::askAhead(Value buffer, ArrayRef<Index> at, int64_t span, int64_t pitch,
                        bool isWrite) {
  constexpr int64_t lineBits = 512;
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<int64_t> strides = type.getStridesAndOffset().first;
  std::optional<size_t> next;
  for (auto [dim, stride] : llvm::enumerate(strides))
    if (stride > pitch && type.getDimSize(dim) > 1 && (!next || stride < strides[*next]))
      next = dim;
  const Lanes *lanes = scopes.space.lanesOf(at);
  if (!next || !lanes || ShapedType::isDynamicShape(strides))
    return;
  Indices first;
  for (Index index : at)
    first.push_back(scopes.space.atLane(index, *lanes, 0));
  first[*next] = first[*next] + 1;
  int64_t step = lineBits / std::max(type.getElementTypeBitWidth(), 8u);
  for (int64_t element = 0; element < span; element += step) {
    Indices place(first);
    place.back() = place.back() + element / std::max<int64_t>(strides.back(), 1);
    memref::PrefetchOp::create(scopes.builder, scopes.loc, buffer, scopes.materialize(place),
                               isWrite, /*localityHint=*/3, /*isDataCache=*/true);
  }
}

void Elements::storeTurned(int64_t columns, llvm::function_ref<Value(Index)> column, Value buffer,
                           ArrayRef<Index> at) {
  IndexSpace &space = scopes.space;
  const Lanes *lanes = space.lanesOf(at[at.size() - 2]);
  auto type = cast<MemRefType>(buffer.getType());
  if (!lanes || lanes->width < turnedColumns || columns < turnedColumns)
    return scopes.refuse("no squares of rows and columns");
  if (type.getStridesAndOffset().first.back() != 1 || type.getElementType().isInteger(1))
    return scopes.refuse("a result whose elements are apart in memory");
  int64_t pitch = type.getStridesAndOffset().first[at.size() - 2];
  if (asksAhead) {
    Indices place(at);
    place.back() = space.constant(0);
    askAhead(buffer, place, lanes->active * pitch, pitch, /*isWrite=*/true);
  }
  for (int64_t first = 0; first < columns; first += turnedColumns) {
    // The last ones overlap those before.
    int64_t begin = std::min(first, columns - turnedColumns);
    SmallVector<Value> square;
    for (int64_t i = 0; i < turnedColumns; ++i)
      square.push_back(column(space.constant(begin + i)));
    if (!scopes.refusal().empty())
      return;
    square = turnSquares(scopes.builder, scopes.loc, square);
    for (int64_t row = 0; row < lanes->active; ++row) {
      int64_t inSquare = row % turnedColumns;
      Value piece = make<vector::ExtractStridedSliceOp>(
          square[inSquare], ArrayRef<int64_t>(row - inSquare), ArrayRef<int64_t>(turnedColumns),
          ArrayRef<int64_t>(1));
      Indices place;
      for (Index index : at.drop_back())
        place.push_back(space.atLane(index, *lanes, row));
      place.push_back(space.constant(begin));
      vector::StoreOp::create(scopes.builder, scopes.loc, piece, buffer, scopes.materialize(place));
    }
  }
}
