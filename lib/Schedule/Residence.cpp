// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Schedule/Residence.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;

Residence::Residence(func::FuncOp function) {
  function.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (op == function)
      return WalkResult::advance();
    follow(*op);
    return isa<GroupOp>(op) ? WalkResult::skip() : WalkResult::advance();
  });
}

void Residence::follow(Operation &op) {
  int64_t step = int64_t(steps.size());
  steps[&op] = step;
  for (Value operand : op.getOperands())
    if (auto known = numbers.find(operand); known != numbers.end()) {
      Tensor &tensor = tensors[known->second];
      tensor.last = step;
      if (isa<func::ReturnOp>(op))
        tensor.bytes = 0;
    }
  auto view = [&](Value source) {
    if (auto known = numbers.find(source); known != numbers.end())
      numbers[op.getResult(0)] = known->second;
  };
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::ExtractSliceOp>(op))
    return view(op.getOperand(0));
  if (auto insertion = dyn_cast<tensor::InsertSliceOp>(op)) {
    auto part = numbers.find(insertion.getSource()), whole = numbers.find(insertion.getDest());
    if (part != numbers.end() && whole != numbers.end()) {
      Tensor &written = tensors[whole->second];
      written.first = std::min(written.first, tensors[part->second].first);
      tensors[part->second].bytes = 0;
    }
    return view(insertion.getDest());
  }
  if (!isa<GroupOp, CallOp, tensor::EmptyOp>(op))
    return;
  for (Value result : op.getResults()) {
    auto type = cast<RankedTensorType>(result.getType());
    int64_t bytes =
        type.getNumElements() * int64_t(llvm::divideCeil(type.getElementTypeBitWidth(), 8));
    // The destination of a call is where its result is.
    numbers[result] = tensors.size();
    tensors.push_back({isa<CallOp>(op) ? 0 : bytes, step, step});
  }
  if (auto call = dyn_cast<CallOp>(op))
    for (auto [result, destination] : llvm::zip_equal(call.getResults(), call.getOutputs()))
      if (auto known = numbers.find(destination); known != numbers.end())
        numbers[result] = known->second;
}

int64_t Residence::bytesAt(Operation *op, ValueRange inputs, ValueRange without) const {
  int64_t step = steps.lookup(op), bytes = 0;
  llvm::SmallDenseSet<size_t> read, absent;
  for (Value value : inputs)
    if (auto known = numbers.find(value); known != numbers.end())
      read.insert(known->second);
  for (Value value : without)
    if (auto known = numbers.find(value); known != numbers.end())
      absent.insert(known->second);
  for (auto [i, tensor] : llvm::enumerate(tensors))
    if (!absent.contains(i) && tensor.first <= step && (step <= tensor.last || read.contains(i)))
      bytes += tensor.bytes;
  return bytes;
}
