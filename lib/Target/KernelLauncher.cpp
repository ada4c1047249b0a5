// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels with plain pointers, and the functions that start them.
#include "dialects/Pith/PithExtern.h"
#include "lib/Target/ModelFunction.h"
#include "pith/Kernels/Skeleton.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace pith;

Value Pointers::offset(OpBuilder &b, Location loc, Value pointer, int64_t bytes) const {
  if (bytes == 0)
    return pointer;
  // A value: offsets may need more than the 32 bits of a constant index.
  Value distance = LLVM::ConstantOp::create(b, loc, b.getI64Type(), b.getI64IntegerAttr(bytes));
  return LLVM::GEPOp::create(b, loc, type, b.getI8Type(), pointer,
                             ArrayRef<LLVM::GEPArg>{distance});
}

Value Pointers::element(OpBuilder &b, Location loc, Value array, int64_t index) const {
  return index ? LLVM::GEPOp::create(b, loc, type, type, array,
                                     ArrayRef<LLVM::GEPArg>{int32_t(index)})
               : array;
}

Value Pointers::toMemRef(OpBuilder &b, Location loc, MemRefType memref, Value pointer,
                         int64_t bytes) const {
  Value descriptor;
  if (memref.hasStaticShape()) {
    descriptor = MemRefDescriptor::fromStaticShape(b, loc, converter, memref, pointer);
  } else {
    auto built = MemRefDescriptor::poison(b, loc, converter.convertType(memref));
    built.setAllocatedPtr(b, loc, pointer);
    built.setAlignedPtr(b, loc, pointer);
    built.setConstantOffset(b, loc, 0);
    built.setConstantSize(b, loc, 0, bytes);
    built.setConstantStride(b, loc, 0, 1);
    descriptor = built;
  }
  return UnrealizedConversionCastOp::create(b, loc, memref, descriptor).getResult(0);
}

Value Pointers::fromMemRef(OpBuilder &b, Location loc, Value memref) const {
  auto memrefType = cast<MemRefType>(memref.getType());
  Value descriptor =
      UnrealizedConversionCastOp::create(b, loc, converter.convertType(memrefType), memref)
          .getResult(0);
  return MemRefDescriptor(descriptor).bufferPtr(b, loc, converter, memrefType);
}

void pith::makeInternal(func::FuncOp function) {
  MLIRContext *context = function.getContext();
  function.setPrivate();
  function->setAttr("llvm.linkage", LLVM::LinkageAttr::get(context, LLVM::Linkage::Internal));
  // Profilers and debuggers show layers by their functions.
  Builder b(context);
  SmallVector<Attribute> attributes{b.getStringAttr("noinline")};
  if (auto given = function->getAttrOfType<ArrayAttr>("passthrough"))
    attributes.append(given.begin(), given.end());
  function->setAttr("passthrough", b.getArrayAttr(attributes));
}

LogicalResult pith::lowerKernelSignature(const Pointers &pointers, func::FuncOp kernel,
                                         int64_t scratch) {
  Block &entry = kernel.getBody().front();
  OpBuilder b = OpBuilder::atBlockBegin(&entry);
  for (BlockArgument argument : entry.getArguments()) {
    auto memref = dyn_cast<MemRefType>(argument.getType());
    if (!memref)
      continue;
    auto [strides, offset] = memref.getStridesAndOffset();
    bool bytes = memref.getRank() == 1 && memref.getElementType().isInteger(8);
    // Where there is no element, MLIR gives no strides.
    bool isEmpty = memref.hasStaticShape() && memref.getNumElements() == 0;
    if (!isEmpty &&
        (offset != 0 || !(memref.hasStaticShape() || bytes) || ShapedType::isDynamicShape(strides)))
      return kernel.emitError() << "expected static shape and strides and offset 0, got " << memref;
    argument.setType(pointers.type);
    Value replaced = pointers.toMemRef(b, kernel.getLoc(), memref, argument, scratch);
    // Everything but the descriptor itself reads the memory reference.
    argument.replaceUsesWithIf(
        replaced, [&](OpOperand &use) { return !isa<LLVM::InsertValueOp>(use.getOwner()); });
  }
  kernel.setType(b.getFunctionType(entry.getArgumentTypes(), {}));
  for (StringRef name : {kernelAttrName, itemsAttrName, scratchAttrName, descriptionAttrName,
                         externAttrName, scalarAttrName})
    kernel->removeAttr(name);
  makeInternal(kernel);
  return success();
}

/// A private function behind `kernel` with an empty body.
static func::FuncOp makeFunction(OpBuilder &b, func::FuncOp kernel, StringRef suffix,
                                 TypeRange arguments) {
  b.setInsertionPointAfter(kernel);
  auto function = func::FuncOp::create(b, kernel.getLoc(), (kernel.getName() + suffix).str(),
                                       b.getFunctionType(arguments, {}));
  makeInternal(function);
  b.setInsertionPointToStart(function.addEntryBlock());
  return function;
}

/// `(arguments, begin, end, thread)`: unpacks the pointers and runs some items.
static func::FuncOp makeThunk(const Pointers &pointers, func::FuncOp kernel, unsigned operands,
                              int64_t scratch) {
  OpBuilder b(kernel);
  Location loc = kernel.getLoc();
  Type i64 = b.getI64Type();
  func::FuncOp thunk = makeFunction(b, kernel, ".items", {pointers.type, i64, i64, b.getI32Type()});
  SmallVector<Value> values;
  for (unsigned i = 0; i <= operands; ++i) {
    Value place = pointers.element(b, loc, thunk.getArgument(0), i);
    values.push_back(LLVM::LoadOp::create(b, loc, pointers.type, place));
  }
  Value thread = LLVM::ZExtOp::create(b, loc, i64, thunk.getArgument(3));
  Value size = LLVM::ConstantOp::create(b, loc, i64, b.getI64IntegerAttr(scratch));
  Value mine = LLVM::MulOp::create(b, loc, thread, size);
  Value own = LLVM::GEPOp::create(b, loc, pointers.type, b.getI8Type(), values.pop_back_val(),
                                  ArrayRef<LLVM::GEPArg>{mine});
  for (unsigned i : {1u, 2u})
    values.push_back(arith::IndexCastOp::create(b, loc, b.getIndexType(), thunk.getArgument(i)));
  values.push_back(own);
  func::CallOp::create(b, loc, kernel, values);
  func::ReturnOp::create(b, loc);
  return thunk;
}

func::FuncOp pith::makeLauncher(const Pointers &pointers, func::FuncOp kernel, int64_t items,
                                bool small, int64_t scratch) {
  OpBuilder b(kernel);
  Location loc = kernel.getLoc();
  unsigned operands = kernel.getNumArguments() - 3;
  func::FuncOp thunk;
  if (items > 1 && !small)
    thunk = makeThunk(pointers, kernel, operands, scratch);
  SmallVector<Type> types(operands + 2, pointers.type);
  func::FuncOp launcher = makeFunction(b, kernel, ".launch", types);
  ValueRange arguments = launcher.getArguments();
  Value scratchPointer = arguments[operands], dispatch = arguments[operands + 1];
  auto callDirectly = [&](OpBuilder &b) {
    SmallVector<Value> values(arguments.take_front(operands));
    values.push_back(arith::ConstantIndexOp::create(b, loc, 0));
    values.push_back(arith::ConstantIndexOp::create(b, loc, items));
    values.push_back(scratchPointer);
    func::CallOp::create(b, loc, kernel, values);
  };
  if (!thunk) {
    callDirectly(b);
    func::ReturnOp::create(b, loc);
    return launcher;
  }

  Type i64 = b.getI64Type();
  Value slots = LLVM::ConstantOp::create(b, loc, i64, b.getI64IntegerAttr(operands + 1));
  Value array = LLVM::AllocaOp::create(b, loc, pointers.type, pointers.type, slots);
  Value null = LLVM::ZeroOp::create(b, loc, pointers.type);
  Value alone = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::eq, dispatch, null);
  auto branch = scf::IfOp::create(b, loc, alone, /*withElseRegion=*/true);
  OpBuilder direct = branch.getThenBodyBuilder(), threads = branch.getElseBodyBuilder();
  callDirectly(direct);

  for (unsigned i = 0; i <= operands; ++i)
    LLVM::StoreOp::create(threads, loc, arguments[i], pointers.element(threads, loc, array, i));
  // struct pith_parallel { void *context; uint32_t threads; void (*run)(...); }
  auto parallel = LLVM::LLVMStructType::getLiteral(b.getContext(),
                                                   {pointers.type, b.getI32Type(), pointers.type});
  auto field = [&](int32_t index) -> Value {
    Value place = LLVM::GEPOp::create(threads, loc, pointers.type, parallel, dispatch,
                                      ArrayRef<LLVM::GEPArg>{0, index});
    return LLVM::LoadOp::create(threads, loc, pointers.type, place);
  };
  Value context = field(0), run = field(2);
  Value function = func::ConstantOp::create(threads, loc, thunk.getFunctionType(), thunk.getName());
  Value body =
      UnrealizedConversionCastOp::create(threads, loc, pointers.type, function).getResult(0);
  Value count = LLVM::ConstantOp::create(threads, loc, i64, b.getI64IntegerAttr(items));
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()),
                                          {pointers.type, pointers.type, pointers.type, i64});
  LLVM::CallOp::create(threads, loc, type, ValueRange{run, context, body, array, count});
  func::ReturnOp::create(b, loc);
  return launcher;
}
