// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sequences of tensors whose length and places are known at compile time: nothing is
// left of them, since each element is a value of its own. So it is with optionals.
#include "lib/Import/Ops/ConverterTable.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

using Sequence = std::vector<Converted>;

// As many as unrolled loops have iterations, and then some.
static constexpr int64_t mostElements = 1 << 14;

static LogicalResult replaceBy(NodeConversion &node, Sequence elements) {
  if (int64_t(elements.size()) > mostElements)
    return node.unsupported("expected at most " + Twine(mostElements) + " elements, got " +
                            Twine(elements.size()));
  Converted result;
  result.sequence = std::make_shared<Sequence>(std::move(elements));
  return node.replace(ArrayRef(result));
}

static FailureOr<Sequence> sequenceOf(NodeConversion &node) {
  if (const Sequence *sequence = node.sequence(0))
    return *sequence;
  return node.unsupported("expected a sequence in operand 0");
}

/// The place that operand `index` states among `count`; where it may be absent,
/// `standard` then.
static FailureOr<int64_t> placeOf(NodeConversion &node, unsigned index, int64_t count,
                                  int64_t length, std::optional<int64_t> standard) {
  if (!node.operand(index) && standard)
    return *standard;
  if (!node.operand(index))
    return node.unsupported("expected a position in operand " + Twine(index));
  FailureOr<SmallVector<int64_t>> place = node.constantInts(index);
  if (failed(place))
    return failure();
  if (place->size() != 1 || place->front() < -length || place->front() >= count)
    return node.unsupported("expected a position in a sequence of " + Twine(length) +
                            " elements, got " + (place->empty() ? "none" : Twine(place->front())));
  return place->front() < 0 ? place->front() + length : place->front();
}

static LogicalResult convertEmpty(NodeConversion &node) { return replaceBy(node, {}); }

static LogicalResult convertConstruct(NodeConversion &node) {
  Sequence elements;
  for (unsigned index = 0; index < node.numOperands(); ++index)
    elements.push_back(node.converted(index));
  return replaceBy(node, std::move(elements));
}

static LogicalResult convertInsert(NodeConversion &node) {
  FailureOr<Sequence> elements = sequenceOf(node);
  if (failed(elements))
    return failure();
  int64_t length = elements->size();
  FailureOr<int64_t> place = placeOf(node, 2, length + 1, length, length);
  if (failed(place))
    return failure();
  elements->insert(elements->begin() + *place, node.converted(1));
  return replaceBy(node, std::move(*elements));
}

static LogicalResult convertErase(NodeConversion &node) {
  FailureOr<Sequence> elements = sequenceOf(node);
  if (failed(elements))
    return failure();
  if (elements->empty())
    return node.unsupported("expected a sequence with elements");
  int64_t length = elements->size();
  FailureOr<int64_t> place = placeOf(node, 1, length, length, length - 1);
  if (failed(place))
    return failure();
  elements->erase(elements->begin() + *place);
  return replaceBy(node, std::move(*elements));
}

static LogicalResult convertAt(NodeConversion &node) {
  FailureOr<Sequence> elements = sequenceOf(node);
  if (failed(elements))
    return failure();
  FailureOr<int64_t> place = placeOf(node, 1, elements->size(), elements->size(), std::nullopt);
  return failed(place) ? failure() : node.replace(ArrayRef((*elements)[*place]));
}

static LogicalResult convertLength(NodeConversion &node) {
  FailureOr<Sequence> elements = sequenceOf(node);
  if (failed(elements))
    return failure();
  return node.replace(node.splat({}, node.builder.getI64Type(), double(elements->size())));
}

/// The sizes of the parts: operand 1 has all of them, or one for all but the last.
static FailureOr<SmallVector<int64_t>> partSizes(NodeConversion &node, int64_t size) {
  int64_t each = 1;
  if (node.operand(1)) {
    FailureOr<SmallVector<int64_t>> sizes = node.constantInts(1);
    if (failed(sizes) || node.rank(1) == 1)
      return sizes;
    if (sizes->size() != 1)
      return node.unsupported("expected one size or a list of them in operand 1");
    each = sizes->front();
  }
  if (each < 1 || llvm::divideCeil(size, each) > uint64_t(mostElements))
    return node.unsupported("expected parts of at least 1, and at most " + Twine(mostElements) +
                            " of them");
  SmallVector<int64_t> sizes;
  for (int64_t done = 0; done < size; done += each)
    sizes.push_back(std::min(each, size - done));
  return sizes;
}

static LogicalResult convertSplitToSequence(NodeConversion &node) {
  FailureOr<int64_t> axis = node.dim(node.i64("axis"), node.rank(0));
  if (failed(axis))
    return failure();
  SmallVector<int64_t> shape(node.shape(0)), offsets(shape.size(), 0);
  FailureOr<SmallVector<int64_t>> sizes = partSizes(node, shape[*axis]);
  if (failed(sizes))
    return failure();
  int64_t rest = shape[*axis];
  for (int64_t size : *sizes) {
    if (size < 0 || size > rest)
      break;
    rest -= size;
  }
  if (rest != 0 || llvm::any_of(*sizes, [](int64_t size) { return size < 0; }))
    return node.unsupported("expected parts that add up to " + Twine(shape[*axis]));
  bool drops = !node.operand(1) && node.i64("keepdims", 1) == 0;
  Sequence elements;
  for (int64_t size : *sizes) {
    shape[*axis] = size;
    Value part = node.slice(node.operand(0), offsets, shape);
    offsets[*axis] += size;
    if (drops) {
      SmallVector<int64_t> dropped(shape);
      dropped.erase(dropped.begin() + *axis);
      part = node.reshape(part, dropped);
    }
    elements.push_back({part, node.onnxElement(0)});
  }
  return replaceBy(node, std::move(elements));
}

static LogicalResult convertConcat(NodeConversion &node) {
  FailureOr<Sequence> elements = sequenceOf(node);
  if (failed(elements))
    return failure();
  if (elements->empty() || llvm::any_of(*elements, [](const Converted &e) { return !e.value; }))
    return node.unsupported("expected a sequence with tensors");
  bool isNew = node.i64("new_axis") != 0;
  SmallVector<int64_t> first(shapeOf(elements->front().value));
  FailureOr<int64_t> axis = node.dim(node.i64("axis"), int64_t(first.size()) + (isNew ? 1 : 0));
  if (failed(axis))
    return failure();
  SmallVector<Value> parts;
  for (const Converted &element : *elements) {
    SmallVector<int64_t> shape(shapeOf(element.value));
    SmallVector<int64_t> here(shape), there(first);
    if (!isNew && shape.size() == first.size())
      here[*axis] = there[*axis] = 0;
    if (here != there || elementOf(element.value) != elementOf(elements->front().value))
      return node.unsupported("expected elements of one type that differ along the axis alone");
    if (isNew)
      shape.insert(shape.begin() + *axis, 1);
    parts.push_back(node.reshape(element.value, shape));
  }
  Converted result{node.concat(parts, *axis), elements->front().elementType};
  return node.replace(ArrayRef(result));
}

static bool hasElement(NodeConversion &node) { return node.operand(0) || node.sequence(0); }

static LogicalResult convertOptional(NodeConversion &node) {
  if (hasElement(node))
    return node.replace(ArrayRef(node.converted(0)));
  Converted empty;
  empty.isEmptyOptional = true;
  return node.replace(ArrayRef(empty));
}

static LogicalResult convertHasElement(NodeConversion &node) {
  return node.replace(node.splat({}, node.builder.getI1Type(), hasElement(node)));
}

static LogicalResult convertGetElement(NodeConversion &node) {
  if (hasElement(node))
    return node.replace(ArrayRef(node.converted(0)));
  return node.unsupported("expected an optional that has an element");
}

void import::addSequenceConverters(ConverterTable &table) {
  table.add("Optional", 15, convertOptional);
  table.add("OptionalHasElement", 15, convertHasElement);
  table.add("OptionalGetElement", 15, convertGetElement);
  table.add("SequenceEmpty", 11, convertEmpty);
  table.add("SequenceConstruct", 11, convertConstruct);
  table.add("SequenceInsert", 11, convertInsert);
  table.add("SequenceErase", 11, convertErase);
  table.add("SequenceAt", 11, convertAt);
  table.add("SequenceLength", 11, convertLength);
  table.add("SplitToSequence", 11, convertSplitToSequence);
  table.add("ConcatFromSequence", 11, convertConcat);
}
