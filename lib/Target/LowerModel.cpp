// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gives the model's function and its kernels plain pointers.
#include "lib/Target/ModelFunction.h"
#include "lib/Target/Passes.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_LOWERMODEL
#include "lib/Target/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

struct LowerModel : pith::impl::LowerModelBase<LowerModel> {
  using Base::Base;

  void runOnOperation() override {
    if (failed(run(getOperation())))
      signalPassFailure();
  }

  LogicalResult run(ModuleOp module) {
    func::FuncOp model;
    SmallVector<func::FuncOp> kernels;
    for (auto function : module.getOps<func::FuncOp>()) {
      if (function->hasAttr(kernelAttrName))
        kernels.push_back(function);
      else if (function.isPublic() && std::exchange(model, function))
        return function.emitError("expected one public function, the model's");
    }
    if (!model || model.isDeclaration() || !model.getBody().hasOneBlock() || model.getNumResults())
      return module.emitError("expected one public function, the model's, without results");
    FailureOr<ArenaLayout> layout = layoutOf(module, kernels);
    if (failed(layout) || failed(describeModel(module, model)))
      return failure();

    if (failed(checkCalls(module, kernels)))
      return failure();

    Pointers pointers(module);
    Builder attributes(module.getContext());
    FailureOr<llvm::DenseSet<StringAttr>> parts =
        lowerParts(pointers, kernels, SymbolTable(module));
    if (failed(parts))
      return failure();
    model.walk([&](CallOp call) { parts->erase(call.getCalleeAttr().getAttr()); });
    llvm::DenseMap<StringAttr, Launcher> launchers;
    SmallVector<Attribute> programs;
    for (func::FuncOp kernel : kernels) {
      if (auto program = kernel->getAttrOfType<DenseI8ArrayAttr>(programAttrName)) {
        StringAttr name = kernel.getSymNameAttr();
        launchers[name] = {makeDeviceLauncher(pointers, kernel, programs.size()), true};
        programs.push_back(attributes.getDictionaryAttr(
            {attributes.getNamedAttr("bytes", program), attributes.getNamedAttr("name", name)}));
        continue;
      }
      auto items = kernel->getAttrOfType<IntegerAttr>(itemsAttrName);
      auto row = kernel->getAttrOfType<KernelAttr>(kernelAttrName);
      if (!items || kernel.isDeclaration())
        return kernel.emitError("expected a kernel with a body and a number of items");
      if (failed(lowerKernelSignature(pointers, kernel, layout->scratch)))
        return failure();
      if (parts->contains(kernel.getSymNameAttr()))
        continue;
      launchers[kernel.getSymNameAttr()] = {makeLauncher(
          pointers, kernel, items.getInt(), row && row.getCost() < worthThreads, layout->scratch)};
    }
    if (!programs.empty())
      module->setAttr(programsAttrName, attributes.getArrayAttr(programs));
    return lowerFunction(pointers, model, *layout, launchers);
  }

  FailureOr<ArenaLayout> layoutOf(ModuleOp module, ArrayRef<func::FuncOp> kernels) {
    auto bytes = [](Operation *op, StringRef name) {
      auto attr = op->getAttrOfType<IntegerAttr>(name);
      return attr ? attr.getInt() : 0;
    };
    ArenaLayout layout{bytes(module, "pith.arena"), bytes(module, scratchAttrName)};
    SymbolTable symbols(module);
    for (func::FuncOp kernel : kernels)
      layout.scratch = std::max(layout.scratch, scratchOf(kernel, symbols));
    if (layout.arena < 0 || layout.scratch < 0)
      return module.emitError("expected sizes of arena and scratch that are not negative");
    layout.arena = llvm::alignTo(layout.arena, 64);
    layout.scratch = llvm::alignTo(layout.scratch, 64);
    Builder b(module.getContext());
    module->setAttr("pith.arena", b.getI64IntegerAttr(layout.arena));
    module->setAttr(scratchAttrName, b.getI64IntegerAttr(layout.scratch));
    return layout;
  }

  /// Kernels know the strides of their operands: callers must agree.
  LogicalResult checkCalls(ModuleOp module, ArrayRef<func::FuncOp> kernels) {
    llvm::DenseMap<StringAttr, func::FuncOp> known;
    for (func::FuncOp kernel : kernels)
      known[kernel.getSymNameAttr()] = kernel;
    WalkResult walk = module.walk([&](CallOp call) {
      func::FuncOp kernel = known.lookup(call.getCalleeAttr().getAttr());
      if (!kernel)
        return WalkResult::advance();
      for (auto [operand, type] : llvm::zip(call->getOperands(), kernel.getArgumentTypes())) {
        auto have = dyn_cast<MemRefType>(operand.getType()), want = dyn_cast<MemRefType>(type);
        if (have && want && stridesAgree(have, want))
          continue;
        call.emitError() << "expected an operand with the strides of " << type << ", got "
                         << operand.getType();
        return WalkResult::interrupt();
      }
      return WalkResult::advance();
    });
    return failure(walk.wasInterrupted());
  }

  static bool stridesAgree(MemRefType a, MemRefType b) {
    SmallVector<int64_t> first = a.getStridesAndOffset().first,
                         second = b.getStridesAndOffset().first;
    for (auto [size, l, r] : llvm::zip_equal(a.getShape(), first, second))
      if (size != 1 && l != r)
        return false;
    return true;
  }

  LogicalResult lowerFunction(const Pointers &pointers, func::FuncOp model,
                              const ArenaLayout &layout,
                              const llvm::DenseMap<StringAttr, Launcher> &launchers) {
    Block &entry = model.getBody().front();
    Location loc = model.getLoc();
    unsigned io = entry.getNumArguments();
    unsigned results = model->getAttrOfType<IntegerAttr>("pith.results").getInt();
    bool hasDevice = llvm::any_of(launchers, [](const auto &each) { return each.second.onDevice; });
    SmallVector<Value> place; // inputs, outputs, arena, weights, dispatch, observer, device
    for (unsigned i = 0; i < (hasDevice ? 7 : 6); ++i)
      place.push_back(entry.addArgument(pointers.type, loc));
    OpBuilder b = OpBuilder::atBlockBegin(&entry);
    for (unsigned i = 0; i < io; ++i) {
      bool isInput = i < io - results;
      Value array =
          pointers.element(b, loc, place[isInput ? 0 : 1], isInput ? i : i - (io - results));
      Value pointer = LLVM::LoadOp::create(b, loc, pointers.type, array);
      BlockArgument argument = entry.getArgument(i);
      argument.replaceAllUsesWith(
          pointers.toMemRef(b, loc, cast<MemRefType>(argument.getType()), pointer));
    }
    Value scratch = pointers.offset(b, loc, place[2], layout.arena);
    if (failed(lowerMemory(pointers, model, place[2], place[3], layout)) ||
        failed(lowerCalls(pointers, model,
                          {scratch, place[4], place[5], hasDevice ? place[6] : Value()},
                          launchers)))
      return failure();
    lowerCopies(pointers, model);

    entry.eraseArguments(0, io);
    model.removeArgAttrsAttr();
    model.setType(b.getFunctionType(entry.getArgumentTypes(), {}));
    for (StringRef name : {StringRef("pith.results"), StringRef(batchAttrName)})
      model->removeAttr(name);
    makeInternal(model);
    return success();
  }

  /// Allocations and constants become addresses.
  LogicalResult lowerMemory(const Pointers &pointers, func::FuncOp model, Value arena,
                            Value weights, const ArenaLayout &layout) {
    WalkResult walk = model.walk([&](Operation *op) {
      OpBuilder b(op);
      Value base;
      int64_t offset = 0;
      if (auto constant = dyn_cast<ConstantOp>(op)) {
        base = weights;
        offset = *constant.getOffset();
      } else if (isa<memref::AllocOp>(op)) {
        auto type = cast<MemRefType>(op->getResult(0).getType());
        auto attr = op->getAttrOfType<IntegerAttr>(offsetAttrName);
        if (!attr || !type.hasStaticShape() || attr.getInt() < 0 || attr.getInt() > layout.arena ||
            bytesOf(type) > layout.arena - attr.getInt()) {
          op->emitError("expected an allocation of static shape with a place in the arena");
          return WalkResult::interrupt();
        }
        base = arena;
        offset = attr.getInt();
      } else if (isa<memref::DeallocOp>(op)) {
        op->erase();
        return WalkResult::skip();
      } else {
        return WalkResult::advance();
      }
      auto type = cast<MemRefType>(op->getResult(0).getType());
      Value pointer = pointers.offset(b, op->getLoc(), base, offset);
      op->getResult(0).replaceAllUsesWith(pointers.toMemRef(b, op->getLoc(), type, pointer));
      op->erase();
      return WalkResult::skip();
    });
    return failure(walk.wasInterrupted());
  }
};
} // namespace
