// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax and norms of several rows at a time.
#include "lib/Kernels/Nest/Loops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace pith;
using namespace pith::nest;

namespace {
/// A few rows whose numbers stay in the first cache.
constexpr int64_t fewRows = 4, longestRow = 2048;
} // namespace

Operation *KernelLoops::statisticsOp() {
  Operation *found = nullptr;
  unsigned number = 0;
  for (Operation &op : kernel.getBody().front())
    if (isa<SoftmaxOp, NormOp>(op)) {
      found = &op;
      ++number;
    }
  if (number != 1 || plan.lanes != LanePlan::Row || unit.scalable || items() < fewRows)
    return nullptr;
  auto softmax = dyn_cast<SoftmaxOp>(found);
  ArrayRef<int64_t> dims = softmax ? softmax.getDims() : cast<NormOp>(found).getDims();
  ArrayRef<int64_t> shape = cast<RankedTensorType>(found->getResult(0).getType()).getShape();
  bool inRows = llvm::equal(dims, llvm::seq<int64_t>(outer, shape.size())) &&
                llvm::all_of(stores, [&](Store store) { return shapeOf(store) == shape; });
  int64_t length = ShapedType::getNumElements(shape.drop_front(outer));
  return inRows && length <= longestRow && !(softmax && softmax.getLog()) ? found : nullptr;
}

void KernelLoops::rowsTogether(Operation *op, Value begin, Value end) {
  Scopes &scopes = elements.scopes;
  OpBuilder &b = scopes.builder;
  auto tensor = cast<RankedTensorType>(op->getResult(0).getType());
  int64_t length = ShapedType::getNumElements(tensor.getShape().drop_front(outer));
  Type wide = wideType(tensor.getElementType());
  SmallVector<unsigned> parts = Elements::statisticsOf(op);
  SmallVector<Value> known;
  for (size_t i = 0; i < parts.size(); ++i)
    known.push_back(elements.scratchView(scopes.constantIndex(elements.takeScratch(fewRows, wide)),
                                         fewRows, wide));
  int64_t rowBytes = int64_t(llvm::alignTo(length * wide.getIntOrFloatBitWidth() / 8, 64));
  int64_t powers = isa<SoftmaxOp>(op) ? elements.takeScratch(fewRows * rowBytes, b.getI8Type()) : 0;
  Trip blocks{begin, end, bounds(), b.getIndexAttr(fewRows)};
  scopes.loops(blocks, {}, [&](ArrayRef<Index> block, ValueRange) {
    Value first = scopes.materialize(block.front());
    Value last = arith::MinUIOp::create(
        b, scopes.loc, end,
        arith::AddIOp::create(b, scopes.loc, first, scopes.constantIndex(fewRows)));
    for (size_t stage = 0; stage <= parts.size(); ++stage)
      scopes.loops(Trip{first, last, bounds()}, {}, [&](ArrayRef<Index> item, ValueRange) {
        Indices at = placeOf(item.front()), row = at;
        row.resize(tensor.getRank(), scopes.space.constant(0));
        Value number =
            arith::SubIOp::create(b, scopes.loc, scopes.materialize(item.front()), first);
        for (size_t i = 0; i < stage; ++i)
          scopes.memoize(op, parts[i], row, [&]() -> Value {
            return memref::LoadOp::create(b, scopes.loc, known[i], number);
          });
        if (isa<SoftmaxOp>(op))
          scopes.memoize(op, Elements::powersPart, row, [&] {
            Value offset =
                arith::MulIOp::create(b, scopes.loc, number, scopes.constantIndex(rowBytes));
            offset = arith::AddIOp::create(b, scopes.loc, offset, scopes.constantIndex(powers));
            return elements.scratchView(offset, length, wide);
          });
        if (stage == parts.size())
          results(at);
        else
          memref::StoreOp::create(b, scopes.loc, elements.statistic(op, parts[stage], row),
                                  known[stage], number);
        return SmallVector<Value>();
      });
    return SmallVector<Value>();
  });
}
