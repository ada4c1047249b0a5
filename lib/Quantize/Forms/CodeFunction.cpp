// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantize/Forms/CodeFunction.h"
#include "pith/Kernels/Math.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/bit.h"
#include <numeric>

using namespace mlir;
using namespace pith;
using namespace pith::forms;

bool forms::isCodeMap(MapOp map) {
  auto isCode = [](Type type) { return getElementTypeOrSelf(type).isInteger(8); };
  return !map.getInputs().empty() && llvm::all_of(map->getOperandTypes(), isCode) &&
         isCode(map.getResult().getType());
}

FailureOr<OwningOpRef<MapOp>> forms::cloneExpanded(MapOp map) {
  OwningOpRef<MapOp> clone(map.clone());
  if (failed(expandMath(*clone)))
    return failure();
  return clone;
}

ArrayRef<uint64_t> forms::allCodes() {
  static const std::array<uint64_t, 256> codes = [] {
    std::array<uint64_t, 256> all;
    std::iota(all.begin(), all.end(), 0);
    return all;
  }();
  return codes;
}

FailureOr<CodeBody> CodeBody::compile(MapOp map) {
  CodeBody body;
  body.codes = map.getInputs().size();
  if (body.codes > 2)
    return body;
  FailureOr<OwningOpRef<MapOp>> clone = cloneExpanded(map);
  if (failed(clone))
    return failure();
  Block &block = (*clone)->getBody().front();
  SmallVector<Value, 2> outputs(block.getTerminator()->getOperands());
  // Elementary functions round inside; the quantization comes last.
  for (Operation &op : llvm::reverse(block))
    if (isa<math::RoundEvenOp>(op) && op.getOperand(0).getType().isF32()) {
      outputs.push_back(op.getOperand(0));
      break;
    }
  body.rounds = outputs.size() > 1;
  body.program = ScalarProgram::compile(block, outputs);
  return body;
}

std::optional<CodeFunction> CodeBody::evaluate() {
  CodeFunction function;
  function.codes = codes;
  program->setArgument(codes - 1, allCodes());
  for (int64_t x = 0; x < (codes == 1 ? 1 : 256); ++x) {
    if (codes == 2)
      program->setArgument(0, uint64_t(x));
    if (failed(program->run()))
      return std::nullopt;
    llvm::append_range(function.values, program->output(0));
    if (rounds)
      for (uint64_t bits : program->output(1))
        function.unrounded.push_back(llvm::bit_cast<float>(uint32_t(bits)));
  }
  return function;
}
