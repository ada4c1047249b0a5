// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The contract of the stage: what lowering relies on.
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_VERIFYSCHEDULE
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

bool isStructure(Operation *op) {
  if (isa<CallOp, ConstantOp, memref::AllocOp, memref::CopyOp, func::ReturnOp, scf::ForOp,
          scf::IfOp, scf::YieldOp, ViewLikeOpInterface>(op))
    return true;
  // Arithmetic on places: loop bounds, offsets, conditions.
  return isMemoryEffectFree(op) && llvm::none_of(op->getResultTypes(), llvm::IsaPred<ShapedType>);
}

/// Whether memory at an offset ends within `room` bytes, for any offset that a file may have.
bool fits(int64_t offset, ShapedType type, int64_t room) {
  return type.hasStaticShape() && offset >= 0 && room >= offset &&
         storageBytes(type) <= room - offset;
}

LogicalResult verifyModel(ModuleOp module, func::FuncOp function) {
  auto arena = module->getAttrOfType<IntegerAttr>(arenaAttrName);
  auto weights = module->getAttrOfType<IntegerAttr>(weightsAttrName);
  if (!arena || !weights)
    return module.emitError("expected the sizes of arena and weights [schedule_s2]");
  WalkResult result = function.walk([&](Operation *op) -> WalkResult {
    if (op == function)
      return WalkResult::advance();
    if (!isStructure(op))
      return op->emitOpError("expected computation in kernel calls only [schedule_s1]");
    if (auto alloc = dyn_cast<memref::AllocOp>(op)) {
      auto offset = alloc->getAttrOfType<IntegerAttr>(offsetAttrName);
      if (!offset || offset.getInt() % 64 ||
          !fits(offset.getInt(), alloc.getType(), arena.getInt()))
        return op->emitOpError("expected a place inside the arena [schedule_s2]");
    }
    if (auto constant = dyn_cast<ConstantOp>(op)) {
      auto type = cast<ShapedType>(constant.getResult().getType());
      if (!constant.getOffset() || !fits(*constant.getOffset(), type, weights.getInt()))
        return op->emitOpError("expected a place inside the weights [schedule_s2]");
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult verifyKernel(func::FuncOp kernel) {
  auto items = kernel->getAttrOfType<IntegerAttr>(itemsAttrName);
  bool memory = llvm::all_of(kernel.getArgumentTypes(),
                             [](Type type) { return isa<MemRefType, IndexType>(type); });
  if (!kernel->getAttrOfType<KernelAttr>(kernelAttrName) || !items || items.getInt() < 0 ||
      kernel.getNumArguments() < 4 || !memory)
    return kernel.emitOpError("expected a row, items, and arguments in memory [schedule_s3]");
  auto spaces = kernel->getParentOfType<ModuleOp>()->getAttrOfType<ArrayAttr>(spacesAttrName);
  WalkResult result = kernel.walk([&](memref::AllocOp alloc) -> WalkResult {
    auto offset = alloc->getAttrOfType<IntegerAttr>(offsetAttrName);
    auto memorySpace = dyn_cast_or_null<IntegerAttr>(alloc.getType().getMemorySpace());
    int64_t used = 0;
    for (Attribute each : spaces ? spaces.getValue() : ArrayRef<Attribute>()) {
      auto space = dyn_cast<DictionaryAttr>(each);
      auto number = space ? space.getAs<IntegerAttr>("number") : IntegerAttr();
      auto bytes = space ? space.getAs<IntegerAttr>("bytes") : IntegerAttr();
      if (number && bytes && memorySpace && number.getInt() == memorySpace.getInt())
        used = bytes.getInt();
    }
    if (!offset || !fits(offset.getInt(), alloc.getType(), used))
      return alloc.emitOpError(
          "expected a place inside a memory space of the target [schedule_s5]");
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

bool isForeign(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && (tensor.getEncoding() || isa<quant::QuantizedType>(tensor.getElementType()));
}

struct VerifySchedule : pith::impl::VerifyScheduleBase<VerifySchedule> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    for (auto function : module.getOps<func::FuncOp>())
      if (failed(function.isPublic() ? verifyModel(module, function) : verifyKernel(function)))
        return signalPassFailure();
    WalkResult result = module.walk([](Operation *op) -> WalkResult {
      if (llvm::any_of(op->getResultTypes(), isForeign))
        return op->emitOpError("expected no encoding and no quantized type [schedule_s4]");
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
