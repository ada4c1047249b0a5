// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Ops/QuantizeParameters.h"
#include "dialects/Pith/ConstantReader.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/Indexing.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

static std::string shapeText(Shape shape) {
  std::string text;
  for (int64_t size : shape)
    text += (text.empty() ? "" : "x") + std::to_string(size);
  return "[" + text + "]";
}

std::string import::elementText(Type elementType) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (auto integer = dyn_cast<IntegerType>(elementType))
    os << (integer.isUnsigned() ? "u" : "i") << integer.getWidth();
  else
    os << elementType;
  return text;
}

/// Visits the bits of each element of a constant, large ones too, until one is
/// refused. What is not known at compile time is not visited.
static LogicalResult visit(Value value, function_ref<LogicalResult(const APInt &)> accept) {
  Attribute constant;
  if (!matchPattern(value, m_Constant(&constant)))
    return success();
  auto type = dyn_cast<RankedTensorType>(value.getType());
  auto silent = [&] { return emitRemark(value.getLoc()); };
  if (auto dense = dyn_cast<DenseElementsAttr>(constant); dense && dense.isSplat())
    return accept(isa<FloatType>(type.getElementType())
                      ? dense.getSplatValue<APFloat>().bitcastToAPInt()
                      : dense.getSplatValue<APInt>());
  FailureOr<ConstantReader> reader = ConstantReader::create(constant, silent);
  if (failed(reader))
    return success(); // bytes that are not there are somebody else's error
  unsigned width = unsigned(reader->elementBytes());
  constexpr int64_t tile = 4096;
  SmallVector<char, 0> bytes;
  for (int64_t first = 0; first < reader->numElements(); first += tile) {
    int64_t count = std::min(tile, reader->numElements() - first);
    bytes.resize(count * width);
    reader->read(first, bytes);
    for (int64_t i = 0; i < count; ++i) {
      uint64_t bits = 0;
      std::memcpy(&bits, &bytes[i * width], width); // little-endian
      if (failed(accept(APInt(8 * width, bits))))
        return failure();
    }
  }
  return success();
}

LogicalResult import::checkScale(NodeConversion &node, unsigned index, StringRef what) {
  Value scale = node.operand(index);
  if (!scale)
    return node.invalid("expected " + what, "give the node its " + what);
  auto element = dyn_cast<FloatType>(elementOf(scale));
  if (!element || element.isF64())
    return node.invalid("expected " + what + " of f32, f16 or bf16, got " +
                            elementText(node.onnxElement(index)),
                        "export the scales as float numbers");
  int64_t place = 0;
  return visit(scale, [&](const APInt &bits) -> LogicalResult {
    APFloat value(element.getFloatSemantics(), bits);
    if (value.isFinite() && !value.isZero() && !value.isNegative()) {
      ++place;
      return success();
    }
    SmallString<16> text;
    value.toString(text, 6);
    return node.invalid("expected " + what + " above 0 and finite, got " + text +
                            (countOf(shapeOf(scale)) > 1 ? " at entry " + Twine(place) : Twine()),
                        "quantize the model again; a range of nothing but zeros takes any scale, "
                        "such as 1");
  });
}

LogicalResult import::checkZeroPoint(NodeConversion &node, unsigned index, StringRef what,
                                     Type codes) {
  Value zeroPoint = node.operand(index);
  if (!zeroPoint)
    return success();
  if (node.onnxElement(index) != codes)
    return node.invalid("expected " + what + " of the codes' type " + elementText(codes) +
                            ", got " + elementText(node.onnxElement(index)),
                        "store the zero point in the type of the codes");
  bool isZero = codes.isInteger(32) || isFloat8(codes);
  if (!isZero)
    return success();
  return visit(zeroPoint, [&](const APInt &bits) -> LogicalResult {
    if (bits.isZero())
      return success();
    return node.invalid("expected " + what + " of 0, as codes of type " + elementText(codes) +
                            " have no other",
                        "leave the zero point out, or use codes of 8 or 16 bits");
  });
}

LogicalResult import::checkResult(NodeConversion &node, Type made, StringRef by) {
  auto stated = dyn_cast<TensorType>(node.node->getResult(0).getType());
  if (!stated || stated.getElementType() == made)
    return success();
  return node.invalid("expected a result of " + elementText(made) + ", the type of " + by +
                          ", the model states " + elementText(stated.getElementType()),
                      "declare the output with the type that the node makes");
}

LogicalResult import::checkCount(NodeConversion &node, unsigned index, StringRef what,
                                 int64_t count, StringRef along) {
  Value value = node.operand(index);
  if (!value)
    return success();
  int64_t given = countOf(shapeOf(value));
  if (given == 1 || (given == count && shapeOf(value).size() == 1))
    return success();
  std::string wanted = count == 1 ? "1 entry" : "1 or " + std::to_string(count) + " entries";
  return node.invalid("expected " + wanted + " of " + what + ", got shape " +
                          shapeText(shapeOf(value)),
                      count == 1 ? Twine("only weights may have more than one")
                                 : "give one for the tensor, or one for each " + along);
}

/// Along blocks: a view in which parameters broadcast, or their repetition.
static FailureOr<Granularity> blocked(NodeConversion &node, int64_t axis, int64_t block) {
  Shape shape = node.shape(0), given = node.shape(1);
  SmallVector<int64_t> blocks(shape);
  blocks[axis] = (shape[axis] + block - 1) / block;
  if (Shape(blocks) != given)
    return node.invalid("expected scales of shape " + shapeText(blocks) + " for blocks of " +
                            Twine(block) + " along the " + Twine(shape[axis]) +
                            " entries of axis " + Twine(axis) + ", got " + shapeText(given),
                        "block_size times the number of scales along the axis must cover it, with "
                        "no block to spare");
  Granularity result{llvm::to_vector(shape), blocks, axis, 1};
  if (blocks[axis] == 1 || block == 1)
    return result;
  if (blocks[axis] * block != shape[axis]) {
    result.repeat = block;
    return result;
  }
  result.view[axis] = blocks[axis];
  result.view.insert(result.view.begin() + axis + 1, block);
  result.shape.insert(result.shape.begin() + axis + 1, 1);
  return result;
}

FailureOr<Granularity> import::granularityOf(NodeConversion &node) {
  Shape shape = node.shape(0), given = node.shape(1);
  int64_t block = node.i64("block_size");
  Value zeroPoint = node.operand(2);
  bool single = countOf(given) == 1 && (block == 0 || given.size() != shape.size());
  if (zeroPoint && node.shape(2) != given && !(single && countOf(node.shape(2)) == 1))
    return node.invalid("expected a zero point of the scale's shape " + shapeText(given) +
                            ", got " + shapeText(node.shape(2)),
                        "give one zero point for each scale");
  if (single)
    return Granularity{llvm::to_vector(shape), {}, 0, 1};
  if (block < 0)
    return node.invalid("expected a block_size of 0 or more, got " + Twine(block),
                        "leave block_size out where there is one scale for each entry of the axis");
  // Operators before opset 13 have no axis; one dimension needs none.
  int64_t stated = node.i64("axis", shape.size() == 1 ? 0 : 1);
  std::optional<int64_t> axis = normalizeDim(stated, shape.size());
  if (!axis)
    return node.invalid("expected an axis of a tensor of rank " + Twine(shape.size()) + ", got " +
                            Twine(stated),
                        "set axis to the dimension that the scales follow");
  if (block > 0) {
    if (given.size() != shape.size())
      return node.invalid("expected scales of rank " + Twine(shape.size()) +
                              ", that of the input, for block_size " + Twine(block) + ", got " +
                              shapeText(given),
                          "give one scale for each block, or leave block_size out");
    return blocked(node, *axis, block);
  }
  if (given.size() != 1 || given[0] != shape[*axis])
    return node.invalid("expected 1 or " + Twine(shape[*axis]) + " scales along axis " +
                            Twine(*axis) + ", got shape " + shapeText(given),
                        "give one scale for the tensor, or one for each entry of the axis; scales "
                        "of blocks need block_size");
  SmallVector<int64_t> along(shape.size(), 1);
  along[*axis] = given[0];
  return Granularity{llvm::to_vector(shape), along, *axis, 1};
}

FailureOr<Value> import::spread(NodeConversion &node, const Granularity &granularity,
                                unsigned index) {
  Value parameter = node.reshape(node.operand(index), granularity.shape);
  if (granularity.repeat == 1)
    return parameter;
  // [.., b, ..] -> [.., b, block, ..] -> [.., b * block, ..], cut to the input.
  int64_t dim = granularity.dim, repeat = granularity.repeat;
  SmallVector<int64_t> apart(granularity.shape), repeated(apart), joined(apart);
  apart.insert(apart.begin() + dim + 1, 1);
  repeated.insert(repeated.begin() + dim + 1, repeat);
  joined[dim] *= repeat;
  if (failed(checkSize(node, joined)))
    return failure();
  Value all = node.reshape(node.broadcast(node.reshape(parameter, apart), repeated), joined);
  return node.slice(all, SmallVector<int64_t>(joined.size(), 0), granularity.view);
}
