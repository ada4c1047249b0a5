// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/TensorBuilders.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/Narrow.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

std::optional<SmallVector<int64_t>> import::broadcastShapes(ArrayRef<Shape> shapes) {
  size_t rank = 0;
  for (Shape shape : shapes)
    rank = std::max(rank, shape.size());
  SmallVector<int64_t> result(rank, 1);
  for (Shape shape : shapes)
    for (auto [size, joined] :
         llvm::zip(shape, MutableArrayRef(result).drop_front(rank - shape.size()))) {
      if (size != 1 && joined != 1 && size != joined)
        return std::nullopt;
      joined = joined == 1 ? size : joined;
    }
  return result;
}

std::optional<int64_t> import::normalizeDim(int64_t dim, int64_t rank) {
  if (dim < -rank || dim >= rank)
    return std::nullopt;
  return dim < 0 ? dim + rank : dim;
}

int64_t import::countOf(Shape shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

SmallVector<int64_t> import::invertPermutation(ArrayRef<int64_t> permutation) {
  SmallVector<int64_t> result(permutation.size());
  for (auto [to, from] : llvm::enumerate(permutation))
    result[from] = to;
  return result;
}

bool import::isSubByte(Type elementType) {
  auto integer = dyn_cast<IntegerType>(elementType);
  return isa<Float4E2M1FNType>(elementType) ||
         (integer && (integer.getWidth() == 4 || integer.getWidth() == 2));
}

bool import::isFloat8(Type elementType) {
  return isa<Float8E4M3FNType, Float8E4M3FNUZType, Float8E5M2Type, Float8E5M2FNUZType,
             Float8E8M0FNUType, Float4E2M1FNType>(elementType);
}

/// Elements of a narrow float as integers of its width.
static DenseElementsAttr asIntegers(DenseElementsAttr value) {
  Type element = value.getElementType();
  if (!isa<FloatType>(element))
    return value;
  return value.bitcast(IntegerType::get(value.getContext(), element.getIntOrFloatBitWidth()));
}

Type import::signlessType(Type elementType) {
  if (isSubByte(elementType) || isFloat8(elementType))
    return IntegerType::get(elementType.getContext(), 8);
  if (isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(elementType) ||
      elementType.isSignlessInteger())
    return elementType;
  if (auto integer = dyn_cast<IntegerType>(elementType))
    return IntegerType::get(integer.getContext(), integer.getWidth());
  return {};
}

DenseElementsAttr import::signless(DenseElementsAttr value) {
  Type element = value.getElementType(), type = signlessType(element);
  if (type == element)
    return value;
  if (!isSubByte(element))
    return value.bitcast(type);
  return cast<DenseIntElementsAttr>(asIntegers(value))
      .mapValues(type, [isSigned = hasSign(element)](const APInt &code) {
        return isSigned ? code.sext(8) : code.zext(8);
      });
}

Value TensorBuilder::constant(TypedAttr value) {
  auto type = cast<RankedTensorType>(value.getType());
  if (isa<DenseElementsAttr>(value) && storageBytes(type) < 4096)
    return arith::ConstantOp::create(builder, loc, value);
  return ConstantOp::create(builder, loc, type, value, IntegerAttr());
}

Value TensorBuilder::unpack(Value bytes, Shape shape, Type elementType) {
  return UnpackOp::create(builder, loc, RankedTensorType::get(shape, builder.getI8Type()), bytes,
                          elementType.getIntOrFloatBitWidth(), hasSign(elementType));
}

/// Codes as ONNX packs them: the first in the lowest bits, low to high.
static DenseElementsAttr pack(DenseElementsAttr codes) {
  codes = asIntegers(codes);
  unsigned width = codes.getElementType().getIntOrFloatBitWidth(), perByte = 8 / width;
  SmallVector<char, 0> bytes(llvm::divideCeil(codes.getNumElements(), perByte), 0);
  for (auto [index, code] : llvm::enumerate(codes.getValues<APInt>()))
    bytes[index / perByte] |= char(code.getZExtValue() << (width * (index % perByte)));
  Type i8 = IntegerType::get(codes.getContext(), 8);
  return DenseElementsAttr::getFromRawBuffer(RankedTensorType::get(int64_t(bytes.size()), i8),
                                             bytes);
}

Value TensorBuilder::onnxConstant(TypedAttr value) {
  // Fewer, such as zero points, are not worth the shifts.
  constexpr int64_t fewest = 64;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  Type element = type ? signlessType(type.getElementType()) : Type();
  if (!element)
    return {};
  if (auto dense = dyn_cast<DenseElementsAttr>(value)) {
    if (isSubByte(type.getElementType()) && !dense.isSplat() && type.getNumElements() > fewest)
      return unpack(constant(pack(dense)), type.getShape(), type.getElementType());
    return constant(signless(dense));
  }
  if (auto large = dyn_cast<ConstantAttr>(value); large && !isSubByte(type.getElementType()))
    return constant(
        ConstantAttr::get(cast<RankedTensorType>(type.clone(element)), large.getSource()));
  return {};
}

Value TensorBuilder::ints(ArrayRef<int64_t> values) {
  return constant(builder.getI64TensorAttr(values));
}

Value TensorBuilder::splat(Shape shape, Type elementType, double value) {
  if (llvm::is_contained(shape, 0))
    return constant(
        DenseElementsAttr::get(RankedTensorType::get(shape, elementType), ArrayRef<Attribute>()));
  TypedAttr scalar = isa<FloatType>(elementType)
                         ? TypedAttr(builder.getFloatAttr(elementType, value))
                         : builder.getIntegerAttr(elementType, int64_t(value));
  return constant(DenseElementsAttr::get(RankedTensorType::get(shape, elementType),
                                         ArrayRef<Attribute>(scalar)));
}

Value TensorBuilder::empty(Shape shape, Type elementType) {
  return tensor::EmptyOp::create(builder, loc, shape, elementType);
}

Value TensorBuilder::map(ValueRange inputs, Shape shape, Type elementType, ScalarBody body) {
  return MapOp::create(builder, loc, RankedTensorType::get(shape, elementType), inputs, body);
}

Value TensorBuilder::map(ValueRange inputs, Type elementType, ScalarBody body) {
  SmallVector<Shape> shapes;
  for (Value input : inputs)
    shapes.push_back(shapeOf(input));
  return map(inputs, *broadcastShapes(shapes), elementType, body);
}

Value TensorBuilder::transpose(Value input, ArrayRef<int64_t> permutation) {
  if (llvm::equal(permutation, llvm::seq<int64_t>(0, permutation.size())))
    return input;
  SmallVector<int64_t> shape;
  for (int64_t from : permutation)
    shape.push_back(shapeOf(input)[from]);
  return linalg::TransposeOp::create(builder, loc, input, empty(shape, elementOf(input)),
                                     permutation)
      .getResult()[0];
}

namespace {
/// Splits two shapes of one number of elements into the smallest runs of
/// dimensions that hold equally many.
struct CommonRuns {
  SmallVector<ReassociationIndices> from, to;
  SmallVector<int64_t> middle;
};

CommonRuns findRuns(Shape from, Shape to) {
  CommonRuns runs;
  size_t i = 0, j = 0;
  while (i < from.size() && j < to.size()) {
    ReassociationIndices a{int64_t(i)}, b{int64_t(j)};
    int64_t left = from[i++], right = to[j++];
    while (left != right) {
      if ((left < right && i < from.size()) || j == to.size()) {
        a.push_back(i);
        left *= from[i++];
      } else {
        b.push_back(j);
        right *= to[j++];
      }
    }
    runs.from.push_back(a);
    runs.to.push_back(b);
    runs.middle.push_back(left);
  }
  // What is left on one side has size 1 and belongs to the last run.
  for (; i < from.size() && !runs.from.empty(); ++i)
    runs.from.back().push_back(i);
  for (; j < to.size() && !runs.to.empty(); ++j)
    runs.to.back().push_back(j);
  return runs;
}
} // namespace

Value TensorBuilder::reshape(Value input, Shape shape) {
  if (shapeOf(input) == shape)
    return input;
  Type element = elementOf(input);
  auto resultType = RankedTensorType::get(shape, element);
  CommonRuns runs;
  if (countOf(shape) == 0) { // no runs can be told apart: through one dimension
    auto all = [](size_t rank) {
      return SmallVector<ReassociationIndices>{
          ReassociationIndices(llvm::to_vector(llvm::seq<int64_t>(0, rank)))};
    };
    runs = {all(shapeOf(input).size()), all(shape.size()), {0}};
  } else {
    runs = findRuns(shapeOf(input), shape);
  }
  if (runs.middle.size() < shapeOf(input).size())
    input = tensor::CollapseShapeOp::create(
        builder, loc, RankedTensorType::get(runs.middle, element), input, runs.from);
  if (runs.middle.size() < shape.size())
    input = tensor::ExpandShapeOp::create(builder, loc, resultType, input, runs.to);
  return input;
}

static SmallVector<OpFoldResult> indices(OpBuilder &builder, ArrayRef<int64_t> values) {
  return getAsIndexOpFoldResult(builder.getContext(), values);
}

Value TensorBuilder::slice(Value input, ArrayRef<int64_t> offsets, Shape sizes,
                           ArrayRef<int64_t> strides) {
  if (shapeOf(input) == sizes)
    return input;
  // Nothing may be cut behind the end, which tensor.extract_slice refuses.
  if (llvm::is_contained(sizes, 0))
    return splat(sizes, elementOf(input), 0);
  SmallVector<int64_t> ones(sizes.size(), 1);
  return tensor::ExtractSliceOp::create(builder, loc, input, indices(builder, offsets),
                                        indices(builder, sizes),
                                        indices(builder, strides.empty() ? ones : strides));
}

Value TensorBuilder::pad(Value input, ArrayRef<int64_t> low, ArrayRef<int64_t> high, Value scalar) {
  SmallVector<int64_t> shape;
  for (auto [size, before, after] : llvm::zip(shapeOf(input), low, high))
    shape.push_back(size + before + after);
  if (shapeOf(input) == Shape(shape))
    return input;
  return tensor::PadOp::create(builder, loc, RankedTensorType::get(shape, elementOf(input)), input,
                               indices(builder, low), indices(builder, high), scalar);
}

Value TensorBuilder::concat(ValueRange inputs, int64_t dim) {
  SmallVector<Value> parts;
  for (Value input : inputs)
    if (tensorType(input).getNumElements())
      parts.push_back(input);
  if (parts.empty()) {
    SmallVector<int64_t> shape(shapeOf(inputs[0]));
    for (Value input : inputs.drop_front())
      shape[dim] += shapeOf(input)[dim];
    return splat(shape, elementOf(inputs[0]), 0);
  }
  return parts.size() == 1 ? parts[0] : Value(tensor::ConcatOp::create(builder, loc, dim, parts));
}

Value TensorBuilder::broadcast(Value input, Shape shape) {
  if (shapeOf(input) == shape)
    return input;
  return map(input, shape, elementOf(input),
             [](OpBuilder &, Location, ValueRange elements) { return elements[0]; });
}
