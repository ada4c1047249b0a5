// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels get the strides of the memory that they are called with. Where calls
// of one kernel differ, each form is a kernel of its own.
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_SPECIALIZEKERNELS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

/// The type of a kernel's argument for an operand: the pointer includes the
/// offset, so that only the strides remain.
FailureOr<MemRefType> argumentType(MemRefType operand) {
  // Strides of nothing are nothing.
  if (operand.getLayout().isIdentity() || operand.getNumElements() == 0)
    return MemRefType::get(operand.getShape(), operand.getElementType());
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(operand.getStridesAndOffset(strides, offset)) ||
      llvm::any_of(strides, ShapedType::isDynamic))
    return failure();
  auto identity = MemRefType::get(operand.getShape(), operand.getElementType());
  SmallVector<int64_t> dense;
  (void)identity.getStridesAndOffset(dense, offset);
  // Strides of dimensions of size 1 mean nothing.
  for (auto [size, stride, usual] : llvm::zip_equal(operand.getShape(), strides, dense))
    if (size == 1)
      stride = usual;
  if (strides == dense)
    return identity;
  return MemRefType::get(operand.getShape(), operand.getElementType(),
                         StridedLayoutAttr::get(operand.getContext(), 0, strides));
}

struct SpecializeKernels : pith::impl::SpecializeKernelsBase<SpecializeKernels> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    std::map<std::pair<std::string, SmallVector<const void *>>, func::FuncOp> forms;
    SmallVector<CallOp> calls;
    module.walk([&](CallOp call) { calls.push_back(call); });
    llvm::SmallPtrSet<Operation *, 8> used;
    for (CallOp call : calls) {
      auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
      SmallVector<Type> types(kernel.getArgumentTypes());
      SmallVector<const void *> key;
      for (auto [index, operand] : llvm::enumerate(call.getOperandTypes())) {
        FailureOr<MemRefType> type = argumentType(cast<MemRefType>(operand));
        if (failed(type)) {
          call.emitOpError() << "expected operands with static strides, got " << operand;
          return signalPassFailure();
        }
        types[index] = *type;
        key.push_back(type->getAsOpaquePointer());
      }
      func::FuncOp &form = forms[{call.getCallee().str(), key}];
      if (!form && used.insert(kernel).second)
        form = kernel; // the first form keeps the name
      else if (!form) {
        form = kernel.clone();
        symbols.insert(form, std::next(Block::iterator(kernel)));
      }
      form.setType(FunctionType::get(&getContext(), types, {}));
      for (auto [argument, type] : llvm::zip_equal(form.getArguments(), types))
        argument.setType(type);
      call.setCalleeAttr(FlatSymbolRefAttr::get(form.getSymNameAttr()));
    }
  }
};

} // namespace
