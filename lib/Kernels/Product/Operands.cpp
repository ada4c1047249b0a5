// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Product/Operands.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace pith;
using namespace pith::product;

Value Places::constant(int64_t value) const {
  return arith::ConstantIndexOp::create(b, loc, value);
}
Value Places::add(Value x, Value y) const { return b.createOrFold<arith::AddIOp>(loc, x, y); }
Value Places::add(Value x, int64_t y) const { return y ? add(x, constant(y)) : x; }
Value Places::times(Value x, int64_t y) const {
  return b.createOrFold<arith::MulIOp>(loc, x, constant(y));
}
Value Places::divide(Value x, int64_t y) const {
  return y == 1 ? x : b.createOrFold<arith::DivUIOp>(loc, x, constant(y));
}
Value Places::modulo(Value x, int64_t y) const {
  return y == 1 ? constant(0) : b.createOrFold<arith::RemUIOp>(loc, x, constant(y));
}
Value Places::smaller(Value x, Value y) const { return b.createOrFold<arith::MinUIOp>(loc, x, y); }

/// One dimension over all elements of a memory reference.
static Value flatten(OpBuilder &b, Location loc, Value memory) {
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

namespace {
/// A tensor's memory, and the layout in which it lies there: null, as it is.
struct Source {
  Value memory;
  LayoutAttr layout;
};
} // namespace

static FailureOr<Source> sourceOf(func::FuncOp kernel, Value tensor) {
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

/// The memory of an operand that has to lie in `layout`.
static FailureOr<Value> packed(func::FuncOp kernel, Value tensor, LayoutAttr layout, StringRef what,
                               OpBuilder &b) {
  FailureOr<Source> source = sourceOf(kernel, tensor);
  if (failed(source))
    return failure();
  if (source->layout != layout)
    return kernel.emitError() << "expected the " << what << " in the layout " << layout
                              << (source->layout ? ", got " : ", got none") << source->layout;
  return flatten(b, kernel.getLoc(), source->memory);
}

/// The only element of a tensor.
static FailureOr<Value> oneNumber(func::FuncOp kernel, Value tensor, OpBuilder &b) {
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

static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

FailureOr<Operands> product::readOperands(func::FuncOp kernel, Body &body, const Shape &shape,
                                          OpBuilder &b) {
  Operands operands;
  Location loc = kernel.getLoc();
  int64_t channels = tensorOf(body.anchor->getResult(0)).getShape().back();

  FailureOr<Source> left = sourceOf(kernel, body.left());
  if (failed(left))
    return failure();
  if (left->layout && !left->layout.onlyPads())
    return kernel.emitError() << "expected the left side of a product as it is, or padded, got "
                              << left->layout;
  operands.stored = storedAs(tensorOf(body.left()), left->layout);
  operands.left = flatten(b, loc, left->memory);

  FailureOr<Value> right = packed(kernel, rightOf(body.anchor), rightLayout(body.anchor, shape),
                                  "right side of a product", b);
  if (failed(right))
    return failure();
  operands.right = *right;

  if (Value bias = biasOf(body.anchor)) {
    FailureOr<Value> memory =
        packed(kernel, bias, channelLayout(tensorOf(bias), channels, shape), "bias", b);
    if (failed(memory))
      return failure();
    operands.bias = *memory;
  }
  if (body.requantize) {
    Value scale = body.requantize.getScale();
    bool one = tensorOf(scale).getNumElements() == 1;
    FailureOr<Value> value =
        one ? oneNumber(kernel, scale, b)
            : packed(kernel, scale, channelLayout(tensorOf(scale), channels, shape), "scale", b);
    if (failed(value))
      return failure();
    (one ? operands.oneScale : operands.scale) = *value;
    operands.zeroPoint = arith::ConstantOp::create(b, loc, b.getI8IntegerAttr(0));
    if (Value zero = body.requantize.getZeroPoint()) {
      FailureOr<Value> number = oneNumber(kernel, zero, b);
      if (failed(number))
        return failure();
      operands.zeroPoint = *number;
    }
  }

  for (auto store : kernel.getBody().front().getOps<bufferization::MaterializeInDestinationOp>()) {
    if (operands.result || store.getSource() != body.result() ||
        !isa<MemRefType>(store.getDest().getType()))
      return kernel.emitError("expected one result, in memory");
    operands.result = flatten(b, loc, store.getDest());
  }
  if (!operands.result)
    return kernel.emitError("expected one result, in memory");
  return operands;
}
