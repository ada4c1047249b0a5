// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Result types of the operators, and the structure operations' interfaces.
#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace pith;

// A constant's type is that of its value, unless it lies in memory.
static ParseResult parseConstantValue(OpAsmParser &parser, TypedAttr &value, IntegerAttr &offset,
                                      Type &type) {
  if (parser.parseAttribute(value))
    return failure();
  type = value.getType();
  if (failed(parser.parseOptionalKeyword("at")))
    return success();
  int64_t place;
  if (parser.parseInteger(place) || parser.parseKeyword("as") || parser.parseType(type))
    return failure();
  offset = parser.getBuilder().getI64IntegerAttr(place);
  return success();
}

static void printConstantValue(OpAsmPrinter &printer, Operation *, TypedAttr value,
                               IntegerAttr offset, Type type) {
  printer << value;
  if (offset)
    printer << " at " << offset.getInt() << " as " << type;
}

#define GET_OP_CLASSES
#include "dialects/Pith/PithOps.cpp.inc"

namespace {

/// Emits `'pith.<op>' op <message> [<code>]` where a location is known.
struct Check {
  std::optional<Location> location;
  StringRef op;

  LogicalResult fail(const Twine &message, StringRef code) const {
    return emitOptionalError(location, "'pith.", op, "' op ", message, " [", code, "]");
  }
};

struct Window {
  ArrayRef<int64_t> size, strides, low, high, dilations;
};

/// Sizes of the spatial dimensions behind a sliding window; nothing where the
/// window is larger than the padded input.
std::optional<SmallVector<int64_t>> slide(ArrayRef<int64_t> input, const Window &window) {
  SmallVector<int64_t> result;
  for (size_t dim = 0; dim < input.size(); ++dim) {
    int64_t padded = input[dim] + window.low[dim] + window.high[dim];
    int64_t extent = (window.size[dim] - 1) * window.dilations[dim] + 1;
    if (padded < extent)
      return std::nullopt;
    result.push_back((padded - extent) / window.strides[dim] + 1);
  }
  return result;
}

bool isWellFormed(const Window &window, size_t spatial) {
  auto positive = [](int64_t value) { return value > 0 && value < (1 << 30); };
  auto padding = [](int64_t value) { return value >= 0 && value < (1 << 30); };
  return window.size.size() == spatial && window.strides.size() == spatial &&
         window.low.size() == spatial && window.high.size() == spatial &&
         window.dilations.size() == spatial && llvm::all_of(window.size, positive) &&
         llvm::all_of(window.strides, positive) && llvm::all_of(window.dilations, positive) &&
         llvm::all_of(window.low, padding) && llvm::all_of(window.high, padding);
}

LogicalResult checkDims(const Check &check, ArrayRef<int64_t> dims, int64_t rank, StringRef code) {
  for (size_t i = 0; i < dims.size(); ++i)
    if (dims[i] < 0 || dims[i] >= rank || (i && dims[i] <= dims[i - 1]))
      return check.fail("expected ascending dimensions below " + Twine(rank), code);
  return success();
}

RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// An operand of a product or sum of integers, with its zero point.
struct Factor {
  Value value, zeroPoint;
  /// A dimension along which the zero point must not vary, or -1.
  int64_t summed;
};

struct SumCodes {
  StringRef floats, integers, zeroPoints;
};

/// The element type of a product: that of floats, the accumulator of integers.
FailureOr<Type> sumType(const Check &check, ArrayRef<Factor> factors, Value bias,
                        std::optional<Type> accumulator, const SumCodes &codes) {
  Type element = tensorOf(factors[0].value).getElementType();
  auto biasType = bias ? tensorOf(bias).getElementType() : Type();
  if (isa<FloatType>(element)) {
    bool uniform = !accumulator && (!bias || biasType == element);
    for (const Factor &factor : factors)
      uniform &= tensorOf(factor.value).getElementType() == element && !factor.zeroPoint;
    if (!uniform)
      return check.fail("expected floats of one element type, without zero points", codes.floats);
    return element;
  }
  Type wide = accumulator.value_or(element);
  bool fits = wide.isSignlessInteger() && (!bias || biasType == wide);
  for (const Factor &factor : factors) {
    Type narrow = tensorOf(factor.value).getElementType();
    fits &= narrow.isSignlessInteger() && wide.isSignlessInteger() &&
            narrow.getIntOrFloatBitWidth() <= wide.getIntOrFloatBitWidth();
  }
  if (!fits)
    return check.fail("expected integers and an accumulator at least as wide, of the bias's type",
                      codes.integers);
  for (const Factor &factor : factors) {
    if (!factor.zeroPoint)
      continue;
    RankedTensorType value = tensorOf(factor.value), zero = tensorOf(factor.zeroPoint);
    int64_t missing = value.getRank() - zero.getRank();
    bool varies = factor.summed >= missing && zero.getDimSize(factor.summed - missing) != 1;
    if (zero.getElementType() != value.getElementType() ||
        !broadcastsTo(zero.getShape(), value.getShape()) || varies)
      return check.fail("expected zero points of their operand's element type that broadcast to "
                        "it and do not vary inside a sum",
                        codes.zeroPoints);
  }
  return wide;
}

/// The element type of a sum over parts of one operand.
FailureOr<Type> partSumType(const Check &check, bool isSum, Value input, Value zeroPoint,
                            std::optional<Type> accumulator, StringRef accumulatorCode,
                            StringRef zeroPointCode) {
  Type element = tensorOf(input).getElementType();
  if (accumulator && (!isSum || !element.isSignlessInteger() || !accumulator->isSignlessInteger() ||
                      element.getIntOrFloatBitWidth() > accumulator->getIntOrFloatBitWidth()))
    return check.fail("expected an accumulator only for a sum of integers, at least as wide",
                      accumulatorCode);
  if (zeroPoint && (!accumulator || tensorOf(zeroPoint).getNumElements() != 1 ||
                    tensorOf(zeroPoint).getElementType() != element))
    return check.fail("expected a zero point only for a sum with an accumulator, one number of the "
                      "input's element type",
                      zeroPointCode);
  return accumulator.value_or(element);
}

} // namespace

bool pith::broadcastsTo(ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  if (from.size() > to.size())
    return false;
  for (auto [a, b] : llvm::zip(llvm::reverse(from), llvm::reverse(to)))
    if (a != b && a != 1)
      return false;
  return true;
}

LogicalResult ConvOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                       Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Check check{location, "conv"};
  RankedTensorType input = tensorOf(adaptor.getInput()), filter = tensorOf(adaptor.getFilter());
  if (input.getRank() < 3 || input.getRank() != filter.getRank())
    return check.fail("expected input and filter of one rank, at least 3, got " +
                          Twine(input.getRank()) + " and " + Twine(filter.getRank()),
                      "conv_c1");
  int64_t channels = input.getShape().back(), groups = adaptor.getGroups();
  int64_t perGroup = filter.getShape().back(), filters = filter.getDimSize(0);
  if (groups < 1 || filters % groups)
    return check.fail("expected a number of groups that divides " + Twine(filters) +
                          " filters, got " + Twine(groups),
                      "conv_c3");
  if (perGroup * groups != channels)
    return check.fail("expected " + Twine(channels) + " / " + Twine(groups) +
                          " input channels in the filter, got " + Twine(perGroup),
                      "conv_c2");
  ArrayRef<int64_t> image = input.getShape().drop_front().drop_back();
  Window window{filter.getShape().drop_front().drop_back(), adaptor.getStrides(), adaptor.getLow(),
                adaptor.getHigh(), adaptor.getDilations()};
  if (!isWellFormed(window, image.size()))
    return check.fail("expected " + Twine(image.size()) +
                          " positive strides and dilations and non-negative paddings",
                      "conv_c4");
  auto spatial = slide(image, window);
  if (!spatial)
    return check.fail("expected a filter that fits the padded input", "conv_c5");
  if (Value bias = adaptor.getBias())
    if (tensorOf(bias).getShape() != ArrayRef<int64_t>{filters})
      return check.fail("expected a bias of " + Twine(filters) + " entries", "conv_c6");
  Factor image_{adaptor.getInput(), adaptor.getInputZeroPoint(), -1};
  Factor filter_{adaptor.getFilter(), adaptor.getFilterZeroPoint(), -1};
  for (Value zero : {image_.zeroPoint, filter_.zeroPoint})
    if (zero && tensorOf(zero).getNumElements() != 1 &&
        (zero == image_.zeroPoint || tensorOf(zero).getRank() != filter.getRank() ||
         tensorOf(zero).getNumElements() != tensorOf(zero).getDimSize(0)))
      return check.fail("expected one zero point of the input, and one or one for each filter of "
                        "the filter",
                        "conv_c9");
  FailureOr<Type> element = sumType(check, {image_, filter_}, adaptor.getBias(),
                                    adaptor.getAccumulator(), {"conv_c7", "conv_c8", "conv_c9"});
  if (failed(element))
    return failure();
  if (adaptor.getAbsentZeros() && !isa<FloatType>(*element))
    return check.fail("expected absent_zeros on floats only", "conv_c10");
  SmallVector<int64_t> shape{input.getDimSize(0)};
  shape.append(*spatial);
  shape.push_back(filters);
  types.push_back(RankedTensorType::get(shape, *element));
  return success();
}

LogicalResult MatmulOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                         Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Check check{location, "matmul"};
  RankedTensorType lhs = tensorOf(adaptor.getLhs()), rhs = tensorOf(adaptor.getRhs());
  int64_t rank = lhs.getRank();
  if (rank < 2 || rank != rhs.getRank())
    return check.fail("expected sides of one rank, at least 2, got " + Twine(rank) + " and " +
                          Twine(rhs.getRank()),
                      "matmul_c1");
  auto dims = [&](RankedTensorType type, bool transposed) {
    int64_t row = type.getDimSize(rank - 2), column = type.getDimSize(rank - 1);
    return transposed ? std::pair(column, row) : std::pair(row, column);
  };
  auto [m, k] = dims(lhs, adaptor.getTransposeLhs());
  auto [k2, n] = dims(rhs, adaptor.getTransposeRhs());
  if (k != k2)
    return check.fail("expected equal inner dimensions, got " + Twine(k) + " and " + Twine(k2),
                      "matmul_c2");
  SmallVector<int64_t> shape;
  for (int64_t dim = 0; dim < rank - 2; ++dim) {
    int64_t a = lhs.getDimSize(dim), b = rhs.getDimSize(dim);
    if (a != b && a != 1 && b != 1)
      return check.fail("expected equal leading dimensions or 1, got " + Twine(a) + " and " +
                            Twine(b),
                        "matmul_c3");
    shape.push_back(a == 1 ? b : a);
  }
  shape.append({m, n});
  if (Value bias = adaptor.getBias())
    if (tensorOf(bias).getShape() != ArrayRef<int64_t>{n})
      return check.fail("expected a bias of " + Twine(n) + " entries", "matmul_c4");
  Factor left{adaptor.getLhs(), adaptor.getLhsZeroPoint(),
              rank - (adaptor.getTransposeLhs() ? 2 : 1)};
  Factor right{adaptor.getRhs(), adaptor.getRhsZeroPoint(),
               rank - (adaptor.getTransposeRhs() ? 1 : 2)};
  FailureOr<Type> element =
      sumType(check, {left, right}, adaptor.getBias(), adaptor.getAccumulator(),
              {"matmul_c5", "matmul_c6", "matmul_c7"});
  if (failed(element))
    return failure();
  if (adaptor.getAbsentZeros() && !isa<FloatType>(*element))
    return check.fail("expected absent_zeros on floats only", "matmul_c8");
  types.push_back(RankedTensorType::get(shape, *element));
  return success();
}

LogicalResult PoolOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                       Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Check check{location, "pool"};
  RankedTensorType input = tensorOf(adaptor.getInput());
  if (input.getRank() < 3)
    return check.fail("expected rank 3 or more, got " + Twine(input.getRank()), "pool_c1");
  ArrayRef<int64_t> image = input.getShape().drop_front().drop_back();
  Window window{adaptor.getWindow(), adaptor.getStrides(), adaptor.getLow(), adaptor.getHigh(),
                adaptor.getDilations()};
  if (!isWellFormed(window, image.size()))
    return check.fail("expected " + Twine(image.size()) +
                          " positive window sizes, strides and dilations and non-negative paddings",
                      "pool_c2");
  auto spatial = slide(image, window);
  if (!spatial)
    return check.fail("expected a window that fits the padded input", "pool_c3");
  if (adaptor.getKind() == PoolKind::Average && !isa<FloatType>(input.getElementType()))
    return check.fail("expected floats for an average", "pool_c4");
  bool isSum = adaptor.getKind() == PoolKind::Sum;
  if (isSum && !adaptor.getAccumulator())
    return check.fail("expected an accumulator for a sum", "pool_c6");
  FailureOr<Type> element = partSumType(check, isSum, adaptor.getInput(), adaptor.getZeroPoint(),
                                        adaptor.getAccumulator(), "pool_c6", "pool_c7");
  if (failed(element))
    return failure();
  for (size_t dim = 0; dim < image.size(); ++dim)
    for (int64_t out : {int64_t(0), (*spatial)[dim] - 1}) {
      int64_t first = out * window.strides[dim] - window.low[dim];
      bool inside = false;
      for (int64_t tap = 0; tap < window.size[dim] && !inside; ++tap) {
        int64_t at = first + tap * window.dilations[dim];
        inside = at >= 0 && at < image[dim];
        if (at >= image[dim])
          break;
      }
      if (!inside)
        return check.fail("expected a tap inside the image in every window", "pool_c5");
    }
  SmallVector<int64_t> shape{input.getDimSize(0)};
  shape.append(*spatial);
  shape.push_back(input.getShape().back());
  types.push_back(RankedTensorType::get(shape, *element));
  return success();
}

LogicalResult ReduceOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                         Adaptor adaptor, SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorOf(adaptor.getInput());
  Check check{location, "reduce"};
  if (failed(checkDims(check, adaptor.getDims(), input.getRank(), "reduce_c1")))
    return failure();
  FailureOr<Type> element =
      partSumType(check, adaptor.getKind() == ReduceKind::Sum, adaptor.getInput(),
                  adaptor.getZeroPoint(), adaptor.getAccumulator(), "reduce_c2", "reduce_c3");
  if (failed(element))
    return failure();
  SmallVector<int64_t> shape;
  for (auto [dim, size] : llvm::enumerate(input.getShape())) {
    if (!llvm::is_contained(adaptor.getDims(), int64_t(dim)))
      shape.push_back(size);
    else if (adaptor.getKeepDims())
      shape.push_back(1);
  }
  types.push_back(RankedTensorType::get(shape, *element));
  return success();
}

LogicalResult SoftmaxOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                          Adaptor adaptor, SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorOf(adaptor.getInput());
  types.push_back(input);
  return checkDims({location, "softmax"}, adaptor.getDims(), input.getRank(), "softmax_c1");
}

LogicalResult NormOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                       Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Check check{location, "norm"};
  RankedTensorType input = tensorOf(adaptor.getInput());
  if (failed(checkDims(check, adaptor.getDims(), input.getRank(), "norm_c1")))
    return failure();
  for (Value operand : {adaptor.getScale(), adaptor.getBias()}) {
    if (!operand)
      continue;
    if (!broadcastsTo(tensorOf(operand).getShape(), input.getShape()))
      return check.fail("expected scale and bias that broadcast to the input", "norm_c2");
    if (tensorOf(operand).getElementType() != input.getElementType())
      return check.fail("expected one element type", "norm_c3");
  }
  bool isWhole = adaptor.getKind() == NormKind::Layer && adaptor.getScale() && adaptor.getBias();
  if (adaptor.getForm() == NormForm::Affine && !isWhole)
    return check.fail("expected layer with scale and bias where the form is affine", "norm_c4");
  types.push_back(input);
  return success();
}

LogicalResult LookupOp::inferReturnTypes(MLIRContext *, std::optional<Location> location,
                                         Adaptor adaptor, SmallVectorImpl<Type> &types) {
  Check check{location, "lookup"};
  RankedTensorType input = tensorOf(adaptor.getInput()), table = tensorOf(adaptor.getTable());
  if (!input.getElementType().isInteger(8))
    return check.fail("expected 8-bit elements", "lookup_c1");
  if (table.getShape() != ArrayRef<int64_t>{256})
    return check.fail("expected a table of 256 entries", "lookup_c2");
  types.push_back(RankedTensorType::get(input.getShape(), table.getElementType()));
  return success();
}

/// A region that yields one value of arguments of these types.
static void buildScalars(OpBuilder &builder, OperationState &state, TypeRange types,
                         function_ref<Value(OpBuilder &, Location, ValueRange)> body) {
  Region *region = state.addRegion();
  OpBuilder::InsertionGuard guard(builder);
  Block *block =
      builder.createBlock(region, {}, types, SmallVector<Location>(types.size(), state.location));
  Value value = body(builder, state.location, block->getArguments());
  YieldOp::create(builder, state.location, value);
}

void MapOp::build(OpBuilder &builder, OperationState &state, RankedTensorType result,
                  ValueRange inputs, function_ref<Value(OpBuilder &, Location, ValueRange)> body) {
  state.addTypes(result);
  state.addOperands(inputs);
  SmallVector<Type> types;
  for (Value input : inputs)
    types.push_back(getElementTypeOrSelf(input.getType()));
  buildScalars(builder, state, types, body);
}

void ScatterOp::build(OpBuilder &builder, OperationState &state, Value data, Value positions,
                      Value updates, function_ref<Value(OpBuilder &, Location, ValueRange)> body) {
  state.addTypes(data.getType());
  state.addOperands({data, positions, updates});
  Type element = getElementTypeOrSelf(data.getType());
  buildScalars(builder, state, {element, element}, body);
}

void CallOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  for (OpOperand &operand : getOperation()->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    bool isOutput = operand.getOperandNumber() >= getInputs().size();
    if (isOutput)
      effects.emplace_back(MemoryEffects::Write::get(), &operand,
                           SideEffects::DefaultResource::get());
    else
      effects.emplace_back(MemoryEffects::Read::get(), &operand,
                           SideEffects::DefaultResource::get());
  }
}
