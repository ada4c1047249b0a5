// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the skeleton of each kernel's row.
#include "lib/Kernels/Passes.h"
#include "pith/Kernels/External.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_LOWERKERNELS
#include "lib/Kernels/Passes.h.inc"
} // namespace pith

static WalkResult isCall(pith::CallOp) { return WalkResult::interrupt(); }

namespace {
struct LowerKernels : pith::impl::LowerKernelsBase<LowerKernels> {
  using Base::Base;

  void runOnOperation() override {
    pith::VectorUnit unit;
    if (const pith::Target *target = pith::findTarget(getOperation())) {
      auto attribute = getOperation()->getAttrOfType<pith::TargetAttr>(pith::targetAttrName);
      unit = pith::machineOf(*target).vectorUnit(attribute.getMachine());
    }
    if (vectorBits)
      unit = {vectorBits, vectorRegisters, scalable};
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      auto kernel = function->getAttrOfType<pith::KernelAttr>(pith::kernelAttrName);
      // A kernel that runs others has its loops.
      if (!kernel || function.isDeclaration() || function.walk(isCall).wasInterrupted())
        continue;
      const pith::KernelRow *row = pith::TargetRegistry::global().lookupRow(kernel.getRow());
      if (!row) {
        function.emitError() << "expected the row of a known target, got '" << kernel.getRow()
                             << "'";
        return signalPassFailure();
      }
      bool hasNest =
          row->skeleton != &pith::skeletons::external && row->skeleton != &pith::skeletons::scatter;
      if (onlyNest && hasNest) {
        if (failed(checkNoLists(function, *row)))
          return signalPassFailure();
        // Other skeletons count items in their own way.
        if (row->skeleton != &pith::skeletons::nest)
          function->setAttr(pith::itemsAttrName,
                            IntegerAttr::get(IntegerType::get(&getContext(), 64), 1));
        if (failed(pith::skeletons::nest.lower(function, *row, unit)))
          return signalPassFailure();
        continue;
      }
      if (row->skeleton && failed(row->skeleton->lower(function, *row, unit)))
        return signalPassFailure();
    }
  }

  /// Of weights that are lists the nest cannot ask for one element.
  static LogicalResult checkNoLists(func::FuncOp kernel, const pith::KernelRow &row) {
    for (Operation &op : kernel.getBody().front())
      if (isa<pith::FromListsOp, pith::FromPairSumsOp>(op)) {
        InFlightDiagnostic error = op.emitError()
                                   << "expected weights that a loop nest reads, got lists, which "
                                      "only the skeleton of row '"
                                   << row.name << "' does";
        error.attachNote() << "select kernels without that row: without=" << row.name;
        return error;
      }
    return success();
  }
};
} // namespace
