// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/KernelMemory.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace pith;

Value pith::flatten(OpBuilder &b, Location loc, Value memory) {
  int64_t rank = cast<MemRefType>(memory.getType()).getRank();
  if (rank == 1)
    return memory;
  SmallVector<ReassociationIndices> all;
  if (rank)
    all.push_back(llvm::to_vector(llvm::seq<int64_t>(0, rank)));
  if (all.empty()) {
    auto type = MemRefType::get({1}, cast<MemRefType>(memory.getType()).getElementType());
    return memref::ExpandShapeOp::create(b, loc, type, memory, all);
  }
  return memref::CollapseShapeOp::create(b, loc, memory, all);
}

Value pith::flattenParts(OpBuilder &b, Location loc, Value memory) {
  auto type = cast<MemRefType>(memory.getType());
  if (type.getLayout().isIdentity())
    return flatten(b, loc, memory);
  int64_t span = 1;
  for (auto [size, stride] : llvm::zip_equal(type.getShape(), type.getStridesAndOffset().first))
    span += (size - 1) * stride;
  return memref::ReinterpretCastOp::create(b, loc, MemRefType::get({span}, type.getElementType()),
                                           memory, /*offset=*/0, ArrayRef<int64_t>{span},
                                           ArrayRef<int64_t>{1});
}

Value pith::flattenWords(OpBuilder &b, Location loc, Value memory) {
  Value flat = flatten(b, loc, memory);
  auto type = cast<MemRefType>(flat.getType());
  if (type.getElementTypeBitWidth() != 8)
    return flat;
  Value origin = arith::ConstantIndexOp::create(b, loc, 0);
  return memref::ViewOp::create(b, loc,
                                MemRefType::get({type.getNumElements() / 4}, b.getI32Type()), flat,
                                origin, ValueRange());
}

bool pith::mayHaveGaps(Value operand) {
  Operation *op = operand.getDefiningOp();
  while (isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp>(op))
    op = op->getOperand(0).getDefiningOp();
  return isa_and_nonnull<tensor::ExtractSliceOp>(op);
}

void pith::copySlices(GroupOp group, MutableArrayRef<LayoutAttr> layouts) {
  for (auto [layout, input] : llvm::zip_equal(layouts, group.getInputs())) {
    int64_t rank = cast<RankedTensorType>(input.getType()).getRank();
    if (!layout && rank && mayHaveGaps(input)) {
      SmallVector<int64_t> none(rank, 0);
      layout = LayoutAttr::get(group.getContext(), none, none);
    }
  }
}

FailureOr<Source> pith::sourceOf(func::FuncOp kernel, Value tensor) {
  Source source;
  if (auto from = tensor.getDefiningOp<FromLayoutOp>()) {
    source.layout = from.getLayout();
    tensor = from.getInput();
  }
  auto read = tensor.getDefiningOp<bufferization::ToTensorOp>();
  if (!read || !isa<MemRefType>(read.getBuffer().getType()) ||
      !cast<MemRefType>(read.getBuffer().getType()).getLayout().isIdentity())
    return kernel.emitError("expected the operands of a product in memory, as they are or in a "
                            "layout");
  source.memory = read.getBuffer();
  return source;
}

FailureOr<Value> pith::packed(func::FuncOp kernel, Value tensor, LayoutAttr layout, StringRef what,
                              OpBuilder &b) {
  FailureOr<Source> source = sourceOf(kernel, tensor);
  if (failed(source))
    return failure();
  if (source->layout != layout) {
    InFlightDiagnostic error = kernel.emitError()
                               << "expected the " << what << " in the layout " << layout;
    source->layout ? error << ", got " << source->layout : error << ", got none";
    return failure();
  }
  return flatten(b, kernel.getLoc(), source->memory);
}

FailureOr<Value> pith::dense(func::FuncOp kernel, Value tensor, OpBuilder &b) {
  FailureOr<Source> source = sourceOf(kernel, tensor);
  if (failed(source))
    return failure();
  if (source->layout && !(source->layout.onlyPads() && source->layout.addsNothing()))
    return kernel.emitError() << "expected an operand as it is, got one in the layout "
                              << source->layout;
  return flatten(b, kernel.getLoc(), source->memory);
}

FailureOr<Value> pith::oneNumber(func::FuncOp kernel, Value tensor, OpBuilder &b) {
  Attribute value;
  if (matchPattern(tensor, m_Constant(&value))) {
    auto splat = dyn_cast<SplatElementsAttr>(value);
    if (splat)
      return arith::ConstantOp::create(b, kernel.getLoc(), splat.getSplatValue<TypedAttr>())
          .getResult();
  }
  FailureOr<Source> source = sourceOf(kernel, tensor);
  if (failed(source))
    return failure();
  SmallVector<Value> origin(cast<MemRefType>(source->memory.getType()).getRank(),
                            arith::ConstantIndexOp::create(b, kernel.getLoc(), 0));
  return memref::LoadOp::create(b, kernel.getLoc(), source->memory, origin).getResult();
}

bool pith::flipsSign(MapOp map) {
  if (map.getInputs().size() != 1 || map.getInputs()[0].getType() != map.getType())
    return false;
  Block &block = map.getBody().front();
  auto flip = cast<YieldOp>(block.getTerminator()).getValues()[0].getDefiningOp<arith::XOrIOp>();
  APInt mask;
  return flip && flip.getLhs() == block.getArgument(0) &&
         matchPattern(flip.getRhs(), m_ConstantInt(&mask)) && mask.getBitWidth() == 8 &&
         mask.isSignMask();
}
