// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How calls and constants become operations on memory.
#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace pith;

namespace {

struct CallModel : DstBufferizableOpInterfaceExternalModel<CallModel, CallOp> {
  // A kernel overwrites its destination without reading it.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand, const AnalysisState &) const {
    return !cast<DestinationStyleOpInterface>(op).isDpsInit(&operand);
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options, BufferizationState &state) const {
    auto call = cast<CallOp>(op);
    SmallVector<Value> inputs, outputs;
    for (auto [values, buffers] :
         {std::pair(call.getInputs(), &inputs), std::pair(call.getOutputs(), &outputs)})
      for (Value value : values) {
        FailureOr<Value> buffer = getBuffer(rewriter, value, options, state);
        if (failed(buffer))
          return failure();
        buffers->push_back(*buffer);
      }
    auto inMemory =
        CallOp::create(rewriter, op->getLoc(), TypeRange(), call.getCalleeAttr(), inputs, outputs);
    inMemory->setDiscardableAttrs(call->getDiscardableAttrDictionary());
    replaceOpWithBufferizedValues(rewriter, op, outputs);
    return success();
  }
};

struct ConstantModel : BufferizableOpInterface::ExternalModel<ConstantModel, ConstantOp> {
  bool isWritable(Operation *, Value, const AnalysisState &) const { return false; }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter, const BufferizationOptions &,
                          BufferizationState &) const {
    auto constant = cast<ConstantOp>(op);
    auto tensor = cast<RankedTensorType>(constant.getResult().getType());
    auto type = MemRefType::get(tensor.getShape(), tensor.getElementType());
    // The plan gives the place; 0 until then.
    auto placed = ConstantOp::create(rewriter, op->getLoc(), type, constant.getValue(),
                                     rewriter.getI64IntegerAttr(0));
    placed->setDiscardableAttrs(constant->getDiscardableAttrDictionary());
    replaceOpWithBufferizedValues(rewriter, op, placed.getResult());
    return success();
  }
};

} // namespace

void pith::registerBufferization(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, PithDialect *) {
    CallOp::attachInterface<CallModel>(*context);
    ConstantOp::attachInterface<ConstantModel>(*context);
  });
}
