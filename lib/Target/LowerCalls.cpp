// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls of kernels and copies of memory in the model's function.
#include "lib/Target/ModelFunction.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Utils/MemRefUtils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace pith;

/// The function `(observer, layer, data, bytes)`, which calls the observer's
/// first field with its own arguments unless the observer is null.
static func::FuncOp makeObserve(const Pointers &pointers, func::FuncOp model) {
  OpBuilder b(model);
  Location loc = model.getLoc();
  Type i64 = b.getI64Type();
  auto function = func::FuncOp::create(
      b, loc, "observe", b.getFunctionType({pointers.type, i64, pointers.type, i64}, {}));
  function.setPrivate();
  function->setAttr("llvm.linkage",
                    LLVM::LinkageAttr::get(b.getContext(), LLVM::Linkage::Internal));
  SymbolTable(model->getParentOfType<ModuleOp>()).insert(function); // under a free name
  b.setInsertionPointToStart(function.addEntryBlock());
  Value observer = function.getArgument(0);
  Value null = LLVM::ZeroOp::create(b, loc, pointers.type);
  Value observed = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ne, observer, null);
  auto branch = scf::IfOp::create(b, loc, observed);
  func::ReturnOp::create(b, loc);
  b.setInsertionPointToStart(branch.thenBlock());
  SmallVector<Value> values = {LLVM::LoadOp::create(b, loc, pointers.type, observer)};
  llvm::append_range(values, function.getArguments());
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()),
                                          {pointers.type, i64, pointers.type, i64});
  LLVM::CallOp::create(b, loc, type, values);
  return function;
}

/// From the first element to behind the last one.
static int64_t extentOf(MemRefType type) {
  int64_t last = 0;
  for (auto [size, stride] : llvm::zip_equal(type.getShape(), type.getStridesAndOffset().first)) {
    if (size == 0)
      return 0;
    last += (size - 1) * stride;
  }
  return (last + 1) * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

LogicalResult pith::lowerCalls(const Pointers &pointers, func::FuncOp model,
                               const CallContext &context,
                               const llvm::DenseMap<StringAttr, Launcher> &launchers) {
  SmallVector<CallOp> calls;
  model.walk([&](CallOp call) { calls.push_back(call); });
  func::FuncOp observe = makeObserve(pointers, model);
  int64_t layer = 0; // calls have the order of pith.layers
  for (CallOp call : calls) {
    Launcher launcher = launchers.lookup(call.getCalleeAttr().getAttr());
    if (!launcher.function)
      return call.emitError() << "expected the kernel '" << call.getCallee() << "' in the module";
    OpBuilder b(call);
    SmallVector<Value> values;
    for (Value operand : call->getOperands())
      values.push_back(pointers.fromMemRef(b, call.getLoc(), operand));
    if (launcher.onDevice)
      values.push_back(context.device);
    else
      values.append({context.scratch, context.dispatch});
    func::CallOp::create(b, call.getLoc(), launcher.function, values);
    for (Value output : call.getOutputs()) {
      auto constant = [&](int64_t value) -> Value {
        return LLVM::ConstantOp::create(b, call.getLoc(), b.getI64Type(),
                                        b.getI64IntegerAttr(value));
      };
      Value seen[] = {context.observer, constant(layer),
                      pointers.fromMemRef(b, call.getLoc(), output),
                      constant(extentOf(cast<MemRefType>(output.getType())))};
      func::CallOp::create(b, call.getLoc(), observe, seen);
    }
    ++layer;
    call.erase();
  }
  return success();
}

static void copyBlock(const Pointers &pointers, OpBuilder &b, Location loc, Value source,
                      Value target, int64_t elements) {
  auto type = cast<MemRefType>(source.getType());
  int64_t width = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  Value size =
      LLVM::ConstantOp::create(b, loc, b.getI64Type(), b.getI64IntegerAttr(elements * width));
  LLVM::MemcpyOp::create(b, loc, pointers.fromMemRef(b, loc, target),
                         pointers.fromMemRef(b, loc, source), size, /*isVolatile=*/false);
}

/// Loops over blocks that are contiguous on both sides. A loop over single
/// elements with stride 1 would do, but LLVM may make a call of memmove of it.
static void copyStrided(const Pointers &pointers, OpBuilder &b, memref::CopyOp copy) {
  Location loc = copy.getLoc();
  auto source = cast<MemRefType>(copy.getSource().getType());
  auto target = cast<MemRefType>(copy.getTarget().getType());
  int64_t block =
      std::min(source.getNumContiguousTrailingDims(), target.getNumContiguousTrailingDims());
  int64_t loops = source.getRank() - block;
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  SmallVector<Value> counters;
  for (int64_t size : source.getShape().take_front(loops)) {
    Value end = arith::ConstantIndexOp::create(b, loc, size);
    auto loop = scf::ForOp::create(b, loc, zero, end, one);
    counters.push_back(loop.getInductionVar());
    b.setInsertionPointToStart(loop.getBody());
  }
  if (block == 0) {
    Value element = memref::LoadOp::create(b, loc, copy.getSource(), counters);
    memref::StoreOp::create(b, loc, element, copy.getTarget(), counters);
    return;
  }
  SmallVector<OpFoldResult> offsets(counters.begin(), counters.end()), sizes;
  offsets.resize(source.getRank(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(source.getRank(), b.getIndexAttr(1));
  int64_t elements = 1;
  for (auto [i, size] : llvm::enumerate(source.getShape())) {
    sizes.push_back(b.getIndexAttr(int64_t(i) < loops ? 1 : size));
    elements *= int64_t(i) < loops ? 1 : size;
  }
  Value from = memref::SubViewOp::create(b, loc, copy.getSource(), offsets, sizes, strides);
  Value to = memref::SubViewOp::create(b, loc, copy.getTarget(), offsets, sizes, strides);
  copyBlock(pointers, b, loc, from, to, elements);
}

void pith::lowerCopies(const Pointers &pointers, func::FuncOp model) {
  SmallVector<memref::CopyOp> copies;
  model.walk([&](memref::CopyOp copy) { copies.push_back(copy); });
  for (memref::CopyOp copy : copies) {
    auto source = cast<MemRefType>(copy.getSource().getType());
    auto target = cast<MemRefType>(copy.getTarget().getType());
    OpBuilder b(copy);
    if (memref::isStaticShapeAndContiguousRowMajor(source) &&
        memref::isStaticShapeAndContiguousRowMajor(target))
      copyBlock(pointers, b, copy.getLoc(), copy.getSource(), copy.getTarget(),
                source.getNumElements());
    else
      copyStrided(pointers, b, copy);
    copy.erase();
  }
}
