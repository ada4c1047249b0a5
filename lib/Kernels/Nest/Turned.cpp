// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Vectors along the last dimension but one: columns of the result, of which
// squares are turned in registers on the way to its rows.
#include "lib/Kernels/Nest/Elements.h"
#include "lib/Kernels/Planes/Turn.h"

using namespace mlir;
using namespace pith;
using namespace pith::nest;

void Elements::storeTurned(int64_t columns, llvm::function_ref<Value(Index)> column, Value buffer,
                           ArrayRef<Index> at) {
  IndexSpace &space = scopes.space;
  const Lanes *lanes = space.lanesOf(at[at.size() - 2]);
  auto type = cast<MemRefType>(buffer.getType());
  if (!lanes || lanes->width < turnedColumns || columns < turnedColumns)
    return scopes.refuse("no squares of rows and columns");
  if (type.getStridesAndOffset().first.back() != 1 || type.getElementType().isInteger(1))
    return scopes.refuse("a result whose elements are apart in memory");
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
