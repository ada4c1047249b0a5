// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Schedule/Products.h"
#include "dialects/Pith/ConstantReader.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace pith;

std::optional<Product> pith::productOf(Operation *op) {
  if (auto conv = dyn_cast_or_null<ConvOp>(op))
    return Product{op,
                   conv.getInput(),
                   conv.getFilter(),
                   conv.getInputZeroPoint(),
                   conv.getFilterZeroPoint(),
                   conv.getBias(),
                   conv.getInputSigned(),
                   conv.getFilterSigned(),
                   getElementTypeOrSelf(conv.getResult().getType())};
  if (auto matmul = dyn_cast_or_null<MatmulOp>(op))
    return Product{op,
                   matmul.getLhs(),
                   matmul.getRhs(),
                   matmul.getLhsZeroPoint(),
                   matmul.getRhsZeroPoint(),
                   matmul.getBias(),
                   matmul.getLhsSigned(),
                   matmul.getRhsSigned(),
                   getElementTypeOrSelf(matmul.getResult().getType())};
  return std::nullopt;
}

Value pith::outerValue(GroupOp group, Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  return argument && argument.getOwner() == &group.getBody().front()
             ? group.getInputs()[argument.getArgNumber()]
             : value;
}

/// What a decoding operator makes of a constant, as a step; null: it is another.
static ConstantTransformInterface stepOf(Operation *op) {
  MLIRContext *context = op->getContext();
  if (auto unpack = dyn_cast<UnpackOp>(op))
    return UnpackAttr::get(context, unpack.getWidth(), unpack.getIsSigned(),
                           unpack.getType().getShape());
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return ReshapeAttr::get(context, cast<RankedTensorType>(op->getResult(0).getType()).getShape());
  if (auto transpose = dyn_cast<linalg::TransposeOp>(op))
    return TransposeAttr::get(context, transpose.getPermutation());
  auto slice = dyn_cast<tensor::ExtractSliceOp>(op);
  if (slice && slice.getOffsets().empty() &&
      slice.getType().getRank() == slice.getSourceType().getRank())
    return SliceAttr::get(context, slice.getStaticOffsets(), slice.getStaticSizes(),
                          slice.getStaticStrides());
  return {};
}

TypedAttr pith::constantValue(GroupOp group, Value value) {
  Operation *op = outerValue(group, value).getDefiningOp();
  ConstantTransformInterface step =
      op && op->getBlock() == &group.getBody().front() ? stepOf(op) : ConstantTransformInterface();
  if (step) {
    TypedAttr input = constantValue(group, op->getOperand(0));
    return input ? withStep(input, step) : input;
  }
  if (auto constant = dyn_cast_or_null<ConstantOp>(op))
    return constant.getValue();
  if (auto constant = dyn_cast_or_null<arith::ConstantOp>(op))
    return constant.getValue();
  return {};
}

int64_t pith::packedWidth(GroupOp group, Value value) {
  for (Operation *op = value.getDefiningOp();
       op && op->getBlock() == &group.getBody().front() && stepOf(op);
       op = op->getOperand(0).getDefiningOp())
    if (auto unpack = dyn_cast<UnpackOp>(op))
      return unpack.getWidth();
  return 0;
}

static FailureOr<std::vector<char>> bytesOf(TypedAttr value) {
  ScopedDiagnosticHandler silent(value.getContext(), [](Diagnostic &) { return success(); });
  auto reader =
      ConstantReader::create(value, [&] { return emitError(UnknownLoc::get(value.getContext())); });
  if (failed(reader))
    return failure();
  std::vector<char> bytes(reader->numElements() * reader->elementBytes());
  reader->read(0, bytes);
  return bytes;
}

DenseElementsAttr pith::denseValue(TypedAttr value) {
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    return dense;
  FailureOr<std::vector<char>> bytes = bytesOf(value);
  if (failed(bytes))
    return {};
  return DenseElementsAttr::getFromRawBuffer(cast<ShapedType>(value.getType()), *bytes);
}

static std::optional<CodeRange> readRange(TypedAttr weights, TypedAttr zeroPoint, bool isSigned) {
  auto type = cast<ShapedType>(weights.getType());
  FailureOr<std::vector<char>> codes = bytesOf(weights), zeros = std::vector<char>{0};
  ArrayRef<int64_t> zeroShape;
  if (zeroPoint) {
    zeros = bytesOf(zeroPoint);
    zeroShape = cast<ShapedType>(zeroPoint.getType()).getShape();
  }
  if (failed(codes) || failed(zeros) || codes->empty() || !type.getElementType().isInteger(8))
    return std::nullopt;
  auto number = [&](char code) {
    return isSigned ? int64_t(int8_t(code)) : int64_t(uint8_t(code));
  };
  CodeRange range{INT64_MAX, INT64_MIN};
  bool one = zeros->size() == 1;
  for (auto [i, code] : llvm::enumerate(*codes)) {
    int64_t centred =
        number(code) - number((*zeros)[one ? 0 : broadcastIndex(i, type.getShape(), zeroShape)]);
    range.low = std::min(range.low, centred);
    range.high = std::max(range.high, centred);
  }
  return range;
}

std::optional<CodeRange> CodeRanges::operator()(TypedAttr weights, TypedAttr zeroPoint,
                                                bool isSigned) {
  auto [known, isNew] = ranges.try_emplace({weights, zeroPoint, isSigned});
  if (isNew)
    known->second = readRange(weights, zeroPoint, isSigned);
  return known->second;
}

/// Why `value` is no operand of numbers `number`, by its element type alone.
static std::string refusesElement(Value value, StringRef side, Number number) {
  Type element = getElementTypeOrSelf(value.getType());
  bool fits = false;
  switch (number) {
  case Number::Any:
    return "";
  case Number::U8:
  case Number::S8:
    fits = element.isInteger(8);
    break;
  case Number::S16:
    fits = element.isInteger(8) || element.isInteger(16);
    break;
  case Number::S32:
  case Number::S64:
    fits = element.isInteger(number == Number::S32 ? 32 : 64);
    break;
  case Number::S4: // or what is decoded from that
    fits = element.isInteger(8) || element.isF32();
    break;
  case Number::F32:
    fits = element.isF32();
    break;
  case Number::F16:
    fits = element.isF16();
    break;
  case Number::BF16:
    fits = element.isBF16();
    break;
  }
  if (fits)
    return "";
  std::string text;
  llvm::raw_string_ostream(text) << "computes with " << name(number) << " on the " << side
                                 << ", not " << element;
  return text;
}

DequantizeOp pith::decodingOf(const Product &product) {
  Operation *op = product.rhs.getDefiningOp();
  while (isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    op = op->getOperand(0).getDefiningOp();
  return dyn_cast_or_null<DequantizeOp>(op);
}

/// Why the right side is no product of constant codes of 4 bits with f32 scales;
/// empty: it is.
static std::string refusesBlocks(GroupOp group, const Product &product) {
  DequantizeOp decode = decodingOf(product);
  if (!decode || packedWidth(group, decode.getInput()) != 4)
    return "decodes weights that the file packs to 4 bits";
  Value zero = decode.getZeroPoint();
  if (!constantValue(group, decode.getInput()) || !constantValue(group, decode.getScale()) ||
      (zero && !constantValue(group, zero)))
    return "decodes constant weights";
  return "";
}

bool pith::sumsAtRunTime(GroupOp group, const Product &product, const KernelRow &row) {
  auto isByte = [](Number number) { return number == Number::U8 || number == Number::S8; };
  auto matches = [](bool isSigned, Value zero, Number number) {
    return isSigned == (number == Number::S8) && !zero;
  };
  return isa<MatmulOp>(product.op) && isByte(row.lhs) && isByte(row.rhs) &&
         row.sparsity == Sparsity::Dense && row.exact == Exactness::Yes &&
         product.sum.isSignlessInteger() && !constantValue(group, product.rhs) &&
         packedWidth(group, product.rhs) == 0 &&
         !(matches(product.lhsSigned, product.lhsZero, row.lhs) &&
           matches(product.rhsSigned, product.rhsZero, row.rhs));
}

/// Why what zero points and signs cost cannot be added at run time; empty: it can.
static std::string refusesRunTime(const Product &product) {
  for (Value zero : {product.lhsZero, product.rhsZero})
    if (zero && cast<ShapedType>(zero.getType()).getNumElements() != 1)
      return "needs one zero point of each side to make up for them at run time";
  return "";
}

std::string pith::refusesNumbers(GroupOp group, const Product &product, const KernelRow &row,
                                 CodeRanges &ranges) {
  if (std::string no = refusesElement(product.lhs, "left", row.lhs); !no.empty())
    return no;
  if (std::string no = refusesElement(product.rhs, "right", row.rhs); !no.empty())
    return no;
  if (row.sum != Number::Any) {
    std::string no = refusesElement(product.op->getResult(0), "left", row.sum);
    if (!no.empty())
      return ("sums in " + name(row.sum)).str();
  }
  // Wide codes are not made wider: they are read as they are.
  auto asTheyAre = [](Value value, Value zero, bool isSigned) {
    return getElementTypeOrSelf(value.getType()).isInteger(8) || (isSigned && !zero);
  };
  if ((row.lhs == Number::S16 && !asTheyAre(product.lhs, product.lhsZero, product.lhsSigned)) ||
      (row.rhs == Number::S16 && !asTheyAre(product.rhs, product.rhsZero, product.rhsSigned)))
    return "reads signed codes of 16 bits without a zero point";
  // What a zero point, or a shift to unsigned codes, costs is in the bias, which
  // needs the sums of the weights.
  bool known = bool(constantValue(group, product.rhs));
  if (sumsAtRunTime(group, product, row))
    return refusesRunTime(product);
  bool shifts = row.lhs == Number::U8 && (product.lhsSigned || product.lhsZero);
  bool signedLeft = row.lhs == Number::S8 && (!product.lhsSigned || product.lhsZero);
  if (shifts || signedLeft) {
    auto weights = cast<ShapedType>(product.rhs.getType());
    auto zero = product.lhsZero ? cast<ShapedType>(product.lhsZero.getType()) : ShapedType();
    if (!known)
      return "needs constant weights to make up for the zero point or sign of the left side";
    if (isa<MatmulOp>(product.op) &&
        llvm::any_of(weights.getShape().drop_back(2), [](int64_t size) { return size != 1; }))
      return "needs one matrix of weights to make up for the zero point or sign of the left side";
    if (zero && (zero.getNumElements() != 1 || zero.getRank() > 1))
      return "needs one zero point of the left side";
  }
  bool packed = row.rhs == Number::S4;
  if (packed && row.lhs == Number::F32)
    return refusesBlocks(group, product);
  if (row.rhs != Number::S8 && row.rhs != Number::U8 && !packed)
    return "";
  if (packed && !packedWidth(group, product.rhs))
    return "reads weights that the file packs";
  bool asIs = product.rhsSigned == (row.rhs == Number::S8) && !product.rhsZero;
  if (asIs && !packed)
    return "";
  TypedAttr weights = constantValue(group, product.rhs);
  TypedAttr zero = product.rhsZero ? constantValue(group, product.rhsZero) : TypedAttr();
  if (!weights || (product.rhsZero && !zero))
    return "needs constant weights to fold their zero point or sign";
  std::optional<CodeRange> range = ranges(weights, zero, product.rhsSigned);
  int64_t low = packed ? -8 : row.rhs == Number::S8 ? -128 : 0;
  if (!range || range->low < low || range->high > low + (packed ? 15 : 255))
    return ("weights less their zero point do not fit " + name(row.rhs)).str();
  return "";
}
