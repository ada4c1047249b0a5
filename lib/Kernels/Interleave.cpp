// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Interleave.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

Value pith::interleave(OpBuilder &b, Location loc, Value x, Value y, int64_t size, bool upper) {
  int64_t bytes = cast<VectorType>(x.getType()).getNumElements();
  SmallVector<int64_t> order;
  for (int64_t i = 0; i < bytes; ++i) {
    int64_t block = i / 16 * 16, inner = i % 16;
    int64_t pair = inner / (2 * size), half = inner / size % 2;
    order.push_back(block + (upper ? 8 : 0) + pair * size + inner % size + half * bytes);
  }
  return vector::ShuffleOp::create(b, loc, x, y, order);
}
