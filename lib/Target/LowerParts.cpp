// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels that run others for each of their blocks.
#include "lib/Target/ModelFunction.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace pith;

static int64_t numberOf(Operation *op, StringRef name) {
  auto attr = op->getAttrOfType<IntegerAttr>(name);
  return attr ? attr.getInt() : 0;
}

static SmallVector<CallOp> callsIn(func::FuncOp kernel) {
  SmallVector<CallOp> calls;
  kernel.walk([&](CallOp call) { calls.push_back(call); });
  return calls;
}

/// Where the scratch memory of the parts of `kernel` begins: behind its own.
static int64_t partsScratch(func::FuncOp kernel) {
  return llvm::alignTo(numberOf(kernel, scratchAttrName), 64);
}

int64_t pith::scratchOf(func::FuncOp kernel, const SymbolTable &symbols) {
  int64_t most = numberOf(kernel, scratchAttrName);
  for (CallOp call : callsIn(kernel))
    if (auto part = symbols.lookup<func::FuncOp>(call.getCallee()))
      most = std::max(most, partsScratch(kernel) + numberOf(part, scratchAttrName));
  return most;
}

/// What a kernel calls runs here, and calls nothing: its scratch memory is all that the
/// caller leaves room for.
static LogicalResult checkParts(ArrayRef<func::FuncOp> kernels, const SymbolTable &symbols) {
  for (func::FuncOp kernel : kernels)
    for (CallOp call : callsIn(kernel)) {
      auto part = symbols.lookup<func::FuncOp>(call.getCallee());
      if (!part || part.isDeclaration() || part->hasAttr(programAttrName) ||
          !part->getAttrOfType<IntegerAttr>(itemsAttrName) || !callsIn(part).empty())
        return call.emitError("expected a kernel to call kernels with a body, which call none");
    }
  return success();
}

FailureOr<llvm::DenseSet<StringAttr>> pith::lowerParts(const Pointers &pointers,
                                                       ArrayRef<func::FuncOp> kernels,
                                                       const SymbolTable &symbols) {
  if (failed(checkParts(kernels, symbols)))
    return failure();
  llvm::DenseSet<StringAttr> names;
  for (func::FuncOp kernel : kernels) {
    for (CallOp call : callsIn(kernel)) {
      auto part = symbols.lookup<func::FuncOp>(call.getCallee());
      OpBuilder b(call);
      Location loc = call.getLoc();
      SmallVector<Value> values;
      for (Value operand : call->getOperands())
        values.push_back(pointers.fromMemRef(b, loc, operand));
      for (int64_t bound : {int64_t(0), numberOf(part, itemsAttrName)})
        values.push_back(arith::ConstantIndexOp::create(b, loc, bound));
      Value scratch = kernel.getArgument(kernel.getNumArguments() - 1);
      values.push_back(
          pointers.offset(b, loc, pointers.fromMemRef(b, loc, scratch), partsScratch(kernel)));
      func::CallOp::create(b, loc, call.getCallee(), TypeRange(), values);
      call.erase();
      names.insert(part.getSymNameAttr());
    }
  }
  return names;
}
