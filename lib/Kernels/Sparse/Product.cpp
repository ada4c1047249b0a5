// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the skeleton `sparse` needs to know of a product with listed weights.
#include "pith/Kernels/Sparse.h"

using namespace mlir;
using namespace pith;

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

SparseProduct pith::sparseProductOf(Block &body) {
  SparseProduct product;
  for (Operation &op : body) {
    if (auto conv = dyn_cast<ConvOp>(op)) {
      ArrayRef<int64_t> filter = conv.getFilter().getType().getShape();
      product.weights = &conv.getFilterMutable();
      product.depth = filter.back();
      product.rows = filter.front();
      product.rowsAreFirst = true;
    } else if (auto matmul = dyn_cast<MatmulOp>(op)) {
      RankedTensorType rhs = matmul.getRhs().getType();
      product.weights = &matmul.getRhsMutable();
      product.rowsAreFirst = matmul.getTransposeRhs();
      int64_t first = rhs.getDimSize(rhs.getRank() - 2), last = rhs.getShape().back();
      product.rows = product.rowsAreFirst ? first : last;
      product.depth = product.rowsAreFirst ? last : first;
    } else {
      continue;
    }
    product.op = &op;
    product.pixels = 1;
    for (int64_t size : typeOf(op.getOperand(0)).getShape().drop_back())
      product.pixels *= size;
    if (auto lists = product.weights->get().getDefiningOp<FromListsOp>())
      product.pattern = lists.getPattern();
    else if (auto sparsity = op.getAttrOfType<SparsityAttr>(sparsityAttrName))
      product.pattern = sparsity.getPattern();
    return product;
  }
  return product;
}
