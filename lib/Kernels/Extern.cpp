// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The skeleton external: a call of a C function that the caller links. Shapes and
// attributes are constants of the object; the structures that point to them are
// made on the stack, since constants with addresses would need relocation.
#include "dialects/Pith/PithExtern.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Kernels/KernelEnds.h"
#include "lib/Kernels/KernelMemory.h"
#include "pith/Kernels/External.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace pith;

namespace {

/// A tensor of the call: null memory where it is absent.
struct Argument {
  Value memory;
  Type type; ///< ONNX's element type, or none
  ArrayRef<int64_t> shape() const {
    return memory ? cast<MemRefType>(memory.getType()).getShape() : ArrayRef<int64_t>();
  }
};

class CallCode {
public:
  CallCode(func::FuncOp kernel, ExternOp op)
      : kernel(kernel), op(op), module(kernel->getParentOfType<ModuleOp>()),
        b(kernel.getBody().front().getTerminator()), loc(kernel.getLoc()),
        pointer(LLVM::LLVMPointerType::get(b.getContext())) {}

  LogicalResult run() {
    SmallVector<Argument> inputs, outputs;
    if (failed(readInputs(inputs)) || failed(readOutputs(outputs)) || failed(declare()))
      return failure();
    makeShapes(inputs, outputs);
    Value arguments[] = {table(inputs, 0), number(inputs.size()),
                         table(outputs, shapesOf(inputs).size()), number(outputs.size()), text()};
    LLVM::CallOp::create(b, loc, functionType(), op.getSymbol(), arguments);
    describe(inputs, outputs);
    return success();
  }

private:
  static bool isDense(Value memory) {
    auto type = dyn_cast<MemRefType>(memory.getType());
    return type && type.hasStaticShape() && type.getLayout().isIdentity();
  }

  LogicalResult readInputs(SmallVectorImpl<Argument> &inputs) {
    auto next = op.getInputs().begin();
    for (Type type : op.getInputTypes().getAsValueRange<TypeAttr>()) {
      Argument &input = inputs.emplace_back(Argument{{}, type});
      if (isa<NoneType>(type))
        continue;
      FailureOr<Source> source = sourceOf(kernel, *next++);
      if (failed(source))
        return failure();
      if (source->layout && !(source->layout.onlyPads() && source->layout.addsNothing()))
        return kernel.emitError() << "expected the operands of a C function as they are, got one "
                                     "in the layout "
                                  << source->layout;
      input.memory = source->memory;
    }
    return success();
  }

  LogicalResult readOutputs(SmallVectorImpl<Argument> &outputs) {
    auto next = op.getOutputs().begin();
    for (Type type : op.getOutputTypes().getAsValueRange<TypeAttr>()) {
      Argument &output = outputs.emplace_back(Argument{{}, type});
      if (isa<NoneType>(type))
        continue;
      Value result = *next++;
      auto store = dyn_cast_or_null<bufferization::MaterializeInDestinationOp>(
          result.hasOneUse() ? *result.getUsers().begin() : nullptr);
      if (!store || !isDense(store.getDest()))
        return kernel.emitError("expected the results of a C function in memory without gaps, "
                                "each once");
      output.memory = store.getDest();
    }
    return success();
  }

  LLVM::LLVMFunctionType functionType() {
    Type count = b.getI32Type();
    return LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()),
                                       {pointer, count, pointer, count, pointer});
  }

  LogicalResult declare() {
    Operation *known = SymbolTable::lookupSymbolIn(module, op.getSymbol());
    if (auto function = dyn_cast_or_null<LLVM::LLVMFuncOp>(known);
        function && function.isExternal() && function.getFunctionType() == functionType())
      return success();
    if (known) {
      InFlightDiagnostic error = kernel.emitError()
                                 << "the name '" << op.getSymbol()
                                 << "' of a C function is that of a function of the program";
      error.attachNote() << "give the function another name";
      return error;
    }
    OpBuilder outer = OpBuilder::atBlockEnd(module.getBody());
    LLVM::LLVMFuncOp::create(outer, UnknownLoc::get(b.getContext()), op.getSymbol(),
                             functionType());
    return success();
  }

  static SmallVector<int64_t> shapesOf(ArrayRef<Argument> arguments) {
    SmallVector<int64_t> sizes;
    for (const Argument &argument : arguments)
      llvm::append_range(sizes, argument.shape());
    return sizes;
  }

  LLVM::GlobalOp constant(const Twine &suffix, Type type, Attribute value) {
    OpBuilder outer(kernel);
    return LLVM::GlobalOp::create(outer, loc, type, /*isConstant=*/true, LLVM::Linkage::Internal,
                                  (kernel.getName() + suffix).str(), value);
  }

  void makeShapes(ArrayRef<Argument> inputs, ArrayRef<Argument> outputs) {
    SmallVector<int64_t> sizes = shapesOf(inputs);
    llvm::append_range(sizes, shapesOf(outputs));
    if (sizes.empty())
      return;
    auto type = LLVM::LLVMArrayType::get(b.getI64Type(), sizes.size());
    shapes = constant(".shapes", type, b.getI64TensorAttr(sizes));
  }

  /// The text of the attributes, with a zero behind it.
  Value text() {
    std::string bytes = op.getNodeAttributes().str() + '\0';
    auto type = LLVM::LLVMArrayType::get(b.getI8Type(), bytes.size());
    return LLVM::AddressOfOp::create(b, loc, constant(".attributes", type, b.getStringAttr(bytes)));
  }

  Value number(int64_t value) {
    return LLVM::ConstantOp::create(b, loc, b.getI32Type(), b.getI32IntegerAttr(value));
  }

  /// An array of pith_tensor whose shapes begin at entry `shape` of the constant.
  Value table(ArrayRef<Argument> arguments, int32_t shape) {
    Value null = LLVM::ZeroOp::create(b, loc, pointer);
    if (arguments.empty())
      return null;
    Type entry = LLVM::LLVMStructType::getLiteral(
        b.getContext(), {pointer, pointer, b.getI32Type(), b.getI32Type()});
    Value array;
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(&kernel.getBody().front());
      array = LLVM::AllocaOp::create(b, loc, pointer, entry, number(arguments.size()));
    }
    for (auto [index, argument] : llvm::enumerate(arguments)) {
      int32_t rank = argument.shape().size();
      Value extents = null;
      if (rank)
        extents = LLVM::GEPOp::create(b, loc, pointer, b.getI64Type(),
                                      LLVM::AddressOfOp::create(b, loc, shapes),
                                      ArrayRef<LLVM::GEPArg>{shape});
      int32_t type = argument.memory ? *onnxTypeNumber(argument.type) : 0;
      Value fields[] = {argument.memory ? addressOf(argument.memory) : null, extents, number(rank),
                        number(type)};
      for (auto [field, value] : llvm::enumerate(fields)) {
        Value place = LLVM::GEPOp::create(b, loc, pointer, entry, array,
                                          ArrayRef<LLVM::GEPArg>{int32_t(index), int32_t(field)});
        LLVM::StoreOp::create(b, loc, value, place);
      }
      shape += rank;
    }
    return array;
  }

  Value addressOf(Value memory) {
    Value index = memref::ExtractAlignedPointerAsIndexOp::create(b, loc, memory);
    Value address = arith::IndexCastOp::create(b, loc, b.getI64Type(), index);
    return LLVM::IntToPtrOp::create(b, loc, pointer, address);
  }

  /// For the header and the manifest, since the operator goes.
  void describe(ArrayRef<Argument> inputs, ArrayRef<Argument> outputs) {
    auto types = [&](ArrayRef<Argument> arguments) {
      SmallVector<Type> list;
      for (const Argument &argument : arguments)
        list.push_back(argument.memory ? RankedTensorType::get(argument.shape(), argument.type)
                                       : argument.type);
      return b.getTypeArrayAttr(list);
    };
    kernel->setAttr(externAttrName,
                    b.getDictionaryAttr({b.getNamedAttr("symbol", op.getSymbolAttr()),
                                         b.getNamedAttr("attributes", op.getNodeAttributesAttr()),
                                         b.getNamedAttr("inputs", types(inputs)),
                                         b.getNamedAttr("outputs", types(outputs))}));
  }

  func::FuncOp kernel;
  ExternOp op;
  ModuleOp module;
  OpBuilder b;
  Location loc;
  LLVM::LLVMPointerType pointer;
  LLVM::GlobalOp shapes;
};

} // namespace

static LogicalResult lower(func::FuncOp kernel, const KernelRow &, const VectorUnit &) {
  auto operators = kernel.getBody().front().getOps<ExternOp>();
  if (!llvm::hasSingleElement(operators))
    return kernel.emitError("expected one operator that a C function computes");
  if (failed(CallCode(kernel, *operators.begin()).run()))
    return failure();
  eraseComputed(kernel);
  return success();
}

static SmallVector<LayoutAttr> layouts(GroupOp group, const KernelRow &, Tile, const VectorUnit &) {
  SmallVector<LayoutAttr> result(group.getInputs().size());
  copySlices(group, result);
  return result;
}

static int64_t items(GroupOp, const KernelRow &, Tile, const VectorUnit &) { return 1; }

const Skeleton skeletons::external{
    .name = "external",
    .lower = lower,
    .layouts = layouts,
    .items = items,
};
