// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where lanes lie, by the arithmetic of indices.
#include "lib/Kernels/Nest/Index.h"
#include "gtest/gtest.h"
#include "mlir/IR/MLIRContext.h"

using namespace mlir;
using namespace pith::nest;

static SmallVector<int64_t> distancesOf(const IndexSpace &space, Index index) {
  return space.distances(index).value_or(SmallVector<int64_t>{});
}

TEST(IndexTest, lanes_of_a_row_are_neighbours) {
  MLIRContext context;
  IndexSpace space(&context);
  Index block = space.counter({0, 9}), lane = space.lanes(4, 3);
  EXPECT_EQ(distancesOf(space, block * 4 + lane), (SmallVector<int64_t>{0, 1, 2}));
  EXPECT_EQ(space.range(block * 4 + lane).high, 38);
  EXPECT_EQ(space.lanesOf(block), nullptr);
}

TEST(IndexTest, quotient_and_rest_join) {
  MLIRContext context;
  IndexSpace space(&context);
  Index place = space.counter({0, 80}) + space.lanes(4, 4);
  SmallVector<int64_t> shape{4, 7, 3};
  Index linear = space.linearize(space.delinearize(place, shape), shape);
  EXPECT_EQ(space.distance(space.simplify(linear), place), 0);
  EXPECT_EQ(distancesOf(space, space.simplify(linear)), (SmallVector<int64_t>{0, 1, 2, 3}));
  // Which row a lane is in depends on where the vector starts.
  EXPECT_EQ(space.distances(space.divide(place, 3)), std::nullopt);
}

TEST(IndexTest, lanes_share_a_quotient) {
  MLIRContext context;
  IndexSpace space(&context);
  Index place = space.counter({0, 9}) * 4 + space.lanes(4, 4);
  EXPECT_EQ(distancesOf(space, space.divide(place, 2)), (SmallVector<int64_t>{0, 0, 1, 1}));
}

TEST(IndexTest, interleaved_lanes_are_neighbours_in_packed_order) {
  MLIRContext context;
  IndexSpace space(&context);
  // Vector 1 of 2 in a panel of 16 channels, 8 lanes each.
  Index panel = space.counter({0, 3}), channel = panel * 16 + space.interleavedLanes(8, 2, 1);
  EXPECT_EQ(distancesOf(space, channel), (SmallVector<int64_t>{0, 1, 2, 3, 8, 9, 10, 11}));
  // Stored as [panel][block][part][lane in block], that is order [0, 2, 1, 3].
  SmallVector<int64_t> shape{4, 2, 2, 4}, packed{4, 2, 2, 4};
  Indices parts = space.delinearize(channel, shape);
  Index stored = space.linearize({parts[0], parts[2], parts[1], parts[3]}, packed);
  EXPECT_EQ(distancesOf(space, space.simplify(stored)),
            (SmallVector<int64_t>{0, 1, 2, 3, 4, 5, 6, 7}));
}
