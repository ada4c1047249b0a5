// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One command for each operation, in order.
#include "dialects/Pith/PithOps.h"
#include "AccelDialect.h"
#include "Passes.h"
#include "accel.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/Endian.h"

using namespace mlir;

namespace accel {
#define GEN_PASS_DEF_ENCODEKERNELS
#include "Passes.h.inc"
} // namespace accel

using namespace accel;

namespace {

class Encoder {
public:
  explicit Encoder(func::FuncOp kernel) : kernel(kernel) {}

  FailureOr<SmallVector<int8_t>> run() {
    if (failed(encode(kernel.getBody().front())))
      return failure();
    // Behind the operands stand begin, end and scratch.
    ArrayRef<Type> operands = kernel.getArgumentTypes().drop_back(3);
    SmallVector<uint32_t> program = {ACCEL_MAGIC, ACCEL_VERSION, uint32_t(operands.size()),
                                     uint32_t(words.size())};
    for (Type type : operands)
      program.push_back(extentOf(cast<MemRefType>(type)));
    program.append(words);
    SmallVector<int8_t> bytes(4 * program.size());
    for (auto [i, word] : llvm::enumerate(program))
      llvm::support::endian::write32le(&bytes[4 * i], word);
    return bytes;
  }

private:
  /// Bytes from the first element to behind the last one.
  static uint32_t extentOf(MemRefType type) {
    int64_t last = 0;
    for (auto [size, stride] : llvm::zip_equal(type.getShape(), type.getStridesAndOffset().first))
      last += (size - 1) * stride;
    return (last + 1) * widthOf(type);
  }
  static int64_t widthOf(MemRefType type) { return type.getElementTypeBitWidth() / 8; }

  void emit(ArrayRef<int64_t> values) {
    for (int64_t value : values)
      words.push_back(uint32_t(value));
  }
  /// A command takes the words of its structure.
  template <typename Command> size_t begin(uint32_t opcode) {
    size_t end = words.size() + sizeof(Command) / 4;
    words.push_back(opcode);
    return end;
  }

  LogicalResult encode(Block &block) {
    for (Operation &op : block) {
      LogicalResult result =
          llvm::TypeSwitch<Operation *, LogicalResult>(&op)
              .Case<scf::ForOp, FillOp, LoadOp, StoreOp, MultiplyOp>(
                  [&](auto each) { return encode(each); })
              .Case<memref::AllocOp, memref::DeallocOp, arith::ConstantOp, affine::AffineApplyOp,
                    scf::YieldOp, func::ReturnOp>([](auto) { return success(); })
              .Default([](Operation *each) {
                return each->emitOpError("is no command of the coprocessor");
              });
      if (failed(result))
        return failure();
    }
    return success();
  }

  LogicalResult encode(scf::ForOp loop) {
    std::optional<int64_t> low = getConstantIntValue(loop.getLowerBound()),
                           high = getConstantIntValue(loop.getUpperBound()),
                           step = getConstantIntValue(loop.getStep());
    if (!low || !high || !step || *low != 0 || *high < 1 || loop.getNumResults())
      return loop.emitOpError("expected a loop from 0 to a constant that carries nothing");
    if (loops.size() == ACCEL_LEVELS)
      return loop.emitOpError() << "expected at most " << int(ACCEL_LEVELS) << " nested loops";
    emit({ACCEL_LOOP, int64_t(llvm::divideCeil(*high, *step))});
    loops.push_back({loop.getInductionVar(), *step});
    if (failed(encode(*loop.getBody())))
      return failure();
    loops.pop_back();
    emit({ACCEL_END});
    return success();
  }

  LogicalResult encode(FillOp op) {
    emit({ACCEL_FILL, int64_t(op.getValue()),
          op.getTile().getType().getNumElements() * widthOf(op.getTile().getType())});
    return tile(op, op.getTile(), Value());
  }

  LogicalResult copy(Operation *op, uint32_t opcode, Value host, Value tileValue, OperandRange at,
                     ArrayRef<int64_t> extents, ArrayRef<int64_t> strides, ArrayRef<int64_t> box,
                     ArrayRef<int64_t> steps, int64_t fill) {
    auto argument = dyn_cast<BlockArgument>(host);
    if (!argument || argument.getOwner() != &kernel.getBody().front())
      return op->emitOpError("expected an operand of the kernel");
    int64_t width = widthOf(cast<MemRefType>(host.getType()));
    size_t end = begin<accel_copy>(opcode);
    emit({argument.getArgNumber(), width, fill & 255, int64_t(extents.size())});
    if (failed(tile(op, tileValue, Value())))
      return failure();
    for (size_t i = 0; i < extents.size(); ++i) {
      emit({extents[i], strides[i] * width, box[i], steps.empty() ? 1 : steps[i]});
      if (failed(index(op, at[i], 0)))
        return failure();
    }
    words.resize(end);
    return success();
  }

  LogicalResult encode(LoadOp op) {
    return copy(op, ACCEL_LOAD, op.getSource(), op.getTile(), op.getAt(), op.getExtents(),
                op.getStrides(), op.getBox(), op.getSteps(), op.getFill());
  }
  LogicalResult encode(StoreOp op) {
    return copy(op, ACCEL_STORE, op.getTarget(), op.getTile(), op.getAt(), op.getExtents(),
                op.getStrides(), op.getBox(), {}, 0);
  }

  LogicalResult encode(MultiplyOp op) {
    emit({ACCEL_MULTIPLY,
          (op.getLhsSigned() ? ACCEL_LHS_SIGNED : 0) | (op.getRhsSigned() ? ACCEL_RHS_SIGNED : 0),
          op.getZeroPoints()[0], op.getZeroPoints()[1], int64_t(op.getLhsStride()),
          int64_t(op.getRhsStride())});
    return success(succeeded(tile(op, op.getLhs(), op.getLhsAt())) &&
                   succeeded(tile(op, op.getRhs(), op.getRhsAt())) &&
                   succeeded(tile(op, op.getSums(), Value())));
  }

  /// The address of an element of a tile.
  LogicalResult tile(Operation *op, Value memory, Value at) {
    auto alloc = memory.getDefiningOp<memref::AllocOp>();
    auto offset = alloc ? alloc->getAttrOfType<IntegerAttr>(pith::offsetAttrName) : IntegerAttr();
    if (!offset)
      return op->emitOpError("expected tiles with a place in the scratchpad");
    return index(op, at, offset.getInt());
  }

  /// `value` + `base`, linear in the counters of the loops around.
  LogicalResult index(Operation *op, Value value, int64_t base) {
    SmallVector<int64_t> factors(ACCEL_LEVELS, 0);
    if (value && failed(add(value, 1, base, factors)))
      return op->emitOpError("expected indices that are linear in the loops' counters");
    emit(base);
    emit(factors);
    return success();
  }

  LogicalResult add(Value value, int64_t factor, int64_t &base, SmallVectorImpl<int64_t> &factors) {
    if (std::optional<int64_t> constant = getConstantIntValue(value)) {
      base += factor * *constant;
      return success();
    }
    for (auto [level, loop] : llvm::enumerate(loops))
      if (loop.first == value) {
        factors[level] += factor * loop.second;
        return success();
      }
    auto apply = value.getDefiningOp<affine::AffineApplyOp>();
    if (!apply)
      return failure();
    AffineMap map = apply.getAffineMap();
    AffineExpr expression = map.getResult(0);
    bool isLinear = true;
    expression.walk([&](AffineExpr part) {
      isLinear &= part.getKind() != AffineExprKind::FloorDiv &&
                  part.getKind() != AffineExprKind::CeilDiv &&
                  part.getKind() != AffineExprKind::Mod;
    });
    if (!isLinear || map.getNumSymbols())
      return failure();
    // The value at 0, and what each operand adds to it.
    MLIRContext *context = map.getContext();
    auto evaluate = [&](unsigned which) {
      SmallVector<AffineExpr> values(map.getNumDims(), getAffineConstantExpr(0, context));
      if (which < values.size())
        values[which] = getAffineConstantExpr(1, context);
      return cast<AffineConstantExpr>(expression.replaceDims(values)).getValue();
    };
    int64_t rest = evaluate(map.getNumDims());
    base += factor * rest;
    for (auto [dim, operand] : llvm::enumerate(apply.getMapOperands()))
      if (failed(add(operand, factor * (evaluate(dim) - rest), base, factors)))
        return failure();
    return success();
  }

  func::FuncOp kernel;
  SmallVector<uint32_t> words;
  SmallVector<std::pair<Value, int64_t>> loops; ///< counters and steps, outermost first
};

struct EncodeKernels : accel::impl::EncodeKernelsBase<EncodeKernels> {
  using Base::Base;
  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<func::FuncOp>()) {
      auto row = kernel->getAttrOfType<pith::KernelAttr>(pith::kernelAttrName);
      if (!row || !row.getRow().starts_with(rowPrefix) || kernel.isDeclaration())
        continue;
      FailureOr<SmallVector<int8_t>> program = Encoder(kernel).run();
      if (failed(program))
        return signalPassFailure();
      kernel->setAttr(pith::programAttrName, DenseI8ArrayAttr::get(&getContext(), *program));
      Block &body = kernel.getBody().front();
      while (&body.front() != body.getTerminator())
        body.getTerminator()->getPrevNode()->erase();
    }
  }
};
} // namespace
