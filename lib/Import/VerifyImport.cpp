// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The contract of the stage: what quantize, sparsify and schedule rely on.
#include "dialects/Onnx/OnnxOps.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace pith {
#define GEN_PASS_DEF_VERIFYIMPORT
#include "lib/Import/Passes.h.inc"
} // namespace pith

using namespace mlir;
using namespace pith;

namespace {

constexpr int64_t maxDenseBytes = int64_t(1) << 16;

bool isStaticTensor(Type type, bool encodings = false) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() && (encodings || !tensor.getEncoding()) &&
         tensor.getElementType().isSignlessIntOrFloat();
}

LogicalResult verifyGeneric(linalg::GenericOp op) {
  if (op.getNumParallelLoops() != op.getNumLoops() || op->getNumResults() != 1 ||
      !op.getIndexingMapsArray().back().isIdentity())
    return op.emitOpError("expected parallel loops and one result in their order [import_s3]");
  return success();
}

/// Operations between the function and its computations.
LogicalResult verifyOperation(Operation *op, bool encodings) {
  if (isa_and_nonnull<onnx::OnnxDialect>(op->getDialect()))
    return op->emitOpError("expected no ONNX operator [import_s2]");
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return verifyGeneric(generic);
  // What schedule makes, in an order of its own.
  bool isScheduled = isa<GroupOp, CallOp, FrameOp, FromListsOp, FromPairSumsOp, DotOp>(op);
  bool isKnown =
      isa<PithDialect>(op->getDialect()) ||
      isa<tensor::ExtractSliceOp, tensor::InsertSliceOp, tensor::ExpandShapeOp,
          tensor::CollapseShapeOp, tensor::PadOp, tensor::ConcatOp, tensor::EmptyOp,
          linalg::TransposeOp, scf::ForOp, scf::YieldOp, arith::ConstantOp, func::ReturnOp>(op);
  if (isScheduled || (!isKnown && llvm::any_of(op->getResultTypes(), llvm::IsaPred<ShapedType>)))
    return op->emitOpError("expected an operator of the stage's contract [import_s3]");
  for (Value result : op->getResults())
    if (isa<ShapedType>(result.getType()) && !isStaticTensor(result.getType(), encodings))
      return op->emitOpError("expected tensors of static shape with signless elements [import_s4]");
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    if (auto type = dyn_cast<RankedTensorType>(constant.getType())) {
      auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
      if (!dense || (!dense.isSplat() && storageBytes(type) > maxDenseBytes))
        return op->emitOpError("expected large constants as pith.constant [import_s5]");
    }
  return success();
}

LogicalResult verifyBoundary(func::FuncOp function) {
  auto verify = [&](Type type, DictionaryAttr attributes, StringRef kind,
                    unsigned index) -> LogicalResult {
    auto io = attributes ? attributes.getAs<IoAttr>(ioAttrName) : nullptr;
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!io || !tensor || !isStaticTensor(type) || tensor.getElementType().isInteger(1))
      return function.emitOpError("expected ")
             << kind << " " << index
             << " to be a tensor in memory with a name in pith.io [import_s1]";
    return success();
  };
  for (unsigned index = 0; index < function.getNumArguments(); ++index)
    if (failed(verify(function.getArgumentTypes()[index], function.getArgAttrDict(index),
                      "argument", index)))
      return failure();
  for (unsigned index = 0; index < function.getNumResults(); ++index)
    if (failed(verify(function.getResultTypes()[index], function.getResultAttrDict(index), "result",
                      index)))
      return failure();
  return success();
}

struct VerifyImport : pith::impl::VerifyImportBase<VerifyImport> {
  using Base::Base;
  void runOnOperation() override {
    auto functions = getOperation().getOps<func::FuncOp>();
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!llvm::hasSingleElement(functions) || !main || main.isExternal()) {
      getOperation().emitError("expected one function, main [import_s1]");
      return signalPassFailure();
    }
    if (!main.getBody().hasOneBlock() ||
        !isa<func::ReturnOp>(main.getBody().front().getTerminator())) {
      main.emitOpError("expected one block, which ends in a return [import_s1]");
      return signalPassFailure();
    }
    if (failed(verifyBoundary(main)))
      return signalPassFailure();
    WalkResult result = main.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) -> WalkResult {
      if (failed(verifyOperation(op, encodings)))
        return WalkResult::interrupt();
      // The bodies of these are checked by their own verifiers.
      return isa<MapOp, linalg::LinalgOp, tensor::PadOp>(op) ? WalkResult::skip()
                                                             : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
