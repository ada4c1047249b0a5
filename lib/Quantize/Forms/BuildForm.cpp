// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantize/Forms/BuildForm.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace pith;

namespace {

/// Formulas over the constants of one form. Operations on known constants fold,
/// so that a zero point of 0 or an offset of 0 costs nothing.
struct Formula {
  OpBuilder &b;
  Location loc;
  FunctionType type;
  ValueRange codes;
  forms::ConstantBuilder constant;

  template <typename Op, typename... Args> Value make(Args... args) {
    return b.createOrFold<Op>(loc, args...);
  }
  Value integer(unsigned number) { return constant(number, b.getI32Type()); }
  Value real(unsigned number) { return constant(number, b.getF32Type()); }

  /// A code as an integer of `width` bits.
  Value wide(unsigned operand, unsigned width) {
    Type to = b.getIntegerType(width);
    return type.getInput(operand).isSignedInteger() ? make<arith::ExtSIOp>(to, codes[operand])
                                                    : make<arith::ExtUIOp>(to, codes[operand]);
  }
  Value difference(unsigned operand, unsigned zeroPoint) {
    return make<arith::SubIOp>(wide(operand, 32), integer(zeroPoint));
  }
  Value toReal(Value value) { return make<arith::SIToFPOp>(b.getF32Type(), value); }

  /// The code of an integer that is limited to constants `low` and `low` + 1.
  Value saturate(Value value, unsigned low) {
    auto limit = [&](unsigned number) {
      return make<arith::TruncIOp>(value.getType(), integer(number));
    };
    bool isWide = value.getType().isInteger(32);
    Value least = isWide ? integer(low) : limit(low);
    Value most = isWide ? integer(low + 1) : limit(low + 1);
    value = make<arith::MaxSIOp>(value, least);
    value = make<arith::MinSIOp>(value, most);
    return make<arith::TruncIOp>(b.getI8Type(), value);
  }
  /// sat(rne(value) + z); constants z, low, high from `first` on.
  Value quantize(Value value, unsigned first) {
    Value rounded = make<math::RoundEvenOp>(value);
    Value steps = make<arith::FPToSIOp>(b.getI32Type(), rounded);
    return saturate(make<arith::AddIOp>(steps, integer(first)), first + 1);
  }

  Value clamp() {
    // On bytes: four times the lanes of 32 bits.
    Value low = make<arith::TruncIOp>(b.getI8Type(), integer(0));
    Value high = make<arith::TruncIOp>(b.getI8Type(), integer(1));
    if (type.getInput(0).isSignedInteger())
      return make<arith::MinSIOp>(make<arith::MaxSIOp>(codes[0], low), high);
    return make<arith::MinUIOp>(make<arith::MaxUIOp>(codes[0], low), high);
  }
  Value offset() {
    // 255 + 255 and any useful offset fit i16.
    Value sum = wide(0, 16);
    if (codes.size() == 2)
      sum = make<arith::AddIOp>(sum, wide(1, 16));
    Value by = make<arith::TruncIOp>(b.getIntegerType(16), integer(0));
    return saturate(make<arith::AddIOp>(sum, by), 1);
  }
  Value multiply() { return quantize(make<arith::MulFOp>(toReal(difference(0, 0)), real(1)), 2); }
  Value multiplyAdd() {
    Value x = toReal(difference(0, 0)), y = toReal(difference(1, 2));
    Value c = real(4);
    bool isZero = matchPattern(c, m_AnyZeroFloat());
    Value tail = isZero ? make<arith::MulFOp>(y, real(3)) : make<math::FmaOp>(y, real(3), c);
    return quantize(make<math::FmaOp>(x, real(1), tail), 5);
  }
  Value product() {
    // At most 255 * 255: exact in f32.
    Value exact = toReal(make<arith::MulIOp>(difference(0, 0), difference(1, 1)));
    return quantize(make<arith::MulFOp>(exact, real(2)), 3);
  }
  Value fixedPoint() {
    Value product = make<arith::MulIOp>(wide(0, 32), integer(0));
    Value sum = make<arith::AddIOp>(product, integer(1));
    return saturate(make<arith::ShRSIOp>(sum, integer(2)), 3);
  }
};

} // namespace

Value forms::buildForm(OpBuilder &builder, Location loc, FormKind kind, FunctionType type,
                       ValueRange codes, ConstantBuilder constant) {
  Formula formula{builder, loc, type, codes, constant};
  switch (kind) {
  case FormKind::Identity:
    return codes[0];
  case FormKind::Clamp:
    return formula.clamp();
  case FormKind::Offset:
    return formula.offset();
  case FormKind::Multiply:
    return formula.multiply();
  case FormKind::MultiplyAdd:
    return formula.multiplyAdd();
  case FormKind::Product:
    return formula.product();
  case FormKind::FixedPoint:
    return formula.fixedPoint();
  case FormKind::Reciprocal:
  case FormKind::Table:
  case FormKind::Literal:
    break;
  }
  llvm_unreachable("not a form of arithmetic");
}

arith::DivFOp forms::findDivision(Block &block) {
  for (Operation &op : llvm::reverse(block)) {
    auto division = dyn_cast<arith::DivFOp>(op);
    if (division && division.getType().isF32() && matchPattern(division.getRhs(), m_Constant()))
      return division;
  }
  return {};
}

void forms::replaceDivision(arith::DivFOp division, Value reciprocal) {
  OpBuilder builder(division);
  Value product = arith::MulFOp::create(builder, division.getLoc(), division.getLhs(), reciprocal);
  division.replaceAllUsesWith(product);
  division.erase();
}

/// Whether the body multiplies by the form's constant where it once divided.
static bool multipliesBy(Block &block, Attribute reciprocal) {
  return llvm::any_of(block.getOps<arith::MulFOp>(), [&](arith::MulFOp product) {
    Attribute factor;
    return matchPattern(product.getRhs(), m_Constant(&factor)) && factor == reciprocal;
  });
}

LogicalResult forms::rewriteBody(MapOp map, FormAttr form) {
  if (form.getKind() == FormKind::Literal)
    return success();
  Block &old = map.getBody().front();
  Location loc = map.getLoc();
  OpBuilder builder(map.getContext());
  if (form.getKind() == FormKind::Reciprocal) {
    if (multipliesBy(old, form.getConstants()[0])) // a stage's file may have it applied already
      return success();
    arith::DivFOp division = findDivision(old);
    if (!division)
      return failure();
    builder.setInsertionPoint(division);
    replaceDivision(division,
                    arith::ConstantOp::create(builder, division.getLoc(), form.getConstants()[0]));
    return success();
  }
  SmallVector<Type> types(old.getArgumentTypes());
  auto *block = new Block;
  block->addArguments(types, SmallVector<Location>(types.size(), loc));
  builder.setInsertionPointToEnd(block);
  Value result =
      buildForm(builder, loc, form.getKind(), form.getType(), block->getArguments(),
                [&](unsigned number, Type) -> Value {
                  return arith::ConstantOp::create(builder, loc, form.getConstants()[number]);
                });
  YieldOp::create(builder, loc, result);
  old.erase();
  map.getBody().push_back(block);
  // Constants that folded away.
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(*block)))
    if (isOpTriviallyDead(&op))
      op.erase();
  return success();
}
