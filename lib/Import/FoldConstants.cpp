// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One evaluator ("the element at an index") and one small rule per operation.
#include "lib/Import/FoldConstants.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Import/FoldReduce.h"
#include "lib/Import/TensorBuilders.h"
#include "lib/Support/ScalarProgram.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

// Steps that one fold may take: about a tenth of a second.
constexpr int64_t maxWork = int64_t(1) << 21;
// Elements of a constant that is the same everywhere: it costs nothing here, but
// is written out where no operation takes it in.
constexpr int64_t maxSplat = int64_t(1) << 28;

using Index = ArrayRef<int64_t>;

/// Gives the element of a result, or null where it is not known. `linear` is
/// the row-major position of `index`.
struct Rule {
  std::function<Attribute(Index index, int64_t linear)> element;
  int64_t work = 1;
  /// Equal operands everywhere make an equal result everywhere.
  bool keepsSplats = false;
  /// Of an operation that only moves its first operand: where in it the element is,
  /// or none.
  std::function<std::optional<int64_t>(Index index, int64_t linear)> place = {};
};

struct Operand {
  RankedTensorType type;
  DenseElementsAttr value; // null: a destination without content

  Attribute at(int64_t linear) const {
    return value ? value.getValues<Attribute>()[linear] : Attribute();
  }
  Attribute at(Index index) const {
    std::optional<int64_t> linear = linearIndex(type.getShape(), index);
    return linear ? at(*linear) : Attribute();
  }
};

/// A rule that only moves `input`; `place` gives positions inside of it.
template <typename PlaceT> Rule moving(Operand input, PlaceT place) {
  auto element = [=](Index index, int64_t linear) {
    std::optional<int64_t> from = place(index, linear);
    return from ? input.at(*from) : Attribute();
  };
  return {element, 1, true, place};
}

RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// The body of an operation on scalars. Shared, since a rule is copied.
struct Body {
  std::shared_ptr<ScalarProgram> program; // null: no rule
  Type type;

  /// A destination has no content to read.
  Body(Block &block, ArrayRef<Operand> operands)
      : type(block.getTerminator()->getOperand(0).getType()) {
    for (auto [argument, operand] : llvm::zip_equal(block.getArguments(), operands))
      if (!operand.value && !argument.use_empty())
        return;
    if (std::optional<ScalarProgram> compiled = ScalarProgram::compile(block))
      program = std::make_shared<ScalarProgram>(std::move(*compiled));
  }

  /// Null where there is no value: a division by zero, an index outside.
  Attribute evaluate(ArrayRef<Attribute> arguments, Index index) const {
    for (auto [number, argument] : llvm::enumerate(arguments))
      if (argument)
        program->setArgument(number, ArrayRef<uint64_t>(bitsOf(argument)));
    program->setPosition(index);
    return succeeded(program->run(1)) ? numberOf(type, program->output(0)[0]) : Attribute();
  }
};

Rule ruleOf(MapOp op, ArrayRef<Operand> operands) {
  Body body(op.getBody().front(), operands);
  if (!body.program)
    return {};
  auto element = [=](Index index, int64_t) {
    SmallVector<Attribute> arguments;
    for (const Operand &operand : operands) {
      SmallVector<int64_t> at(index.take_back(operand.type.getRank()));
      for (auto [position, size] : llvm::zip_equal(at, operand.type.getShape()))
        position = size == 1 ? 0 : position;
      arguments.push_back(operand.at(at));
    }
    return body.evaluate(arguments, index);
  };
  return {element, body.program->size() + 1, true};
}

Rule ruleOf(linalg::GenericOp op, ArrayRef<Operand> operands) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (op->getNumResults() != 1 || op.getNumParallelLoops() != op.getNumLoops() ||
      !maps.back().isIdentity())
    return {};
  Body body(*op.getBody(), operands);
  if (!body.program)
    return {};
  auto element = [=](Index index, int64_t) {
    SmallVector<Attribute> arguments;
    for (auto [operand, map] : llvm::zip_equal(operands, maps))
      arguments.push_back(operand.at(map.compose(index)));
    return body.evaluate(arguments, index);
  };
  return {element, body.program->size() + 1};
}

Rule ruleOf(linalg::TransposeOp op, ArrayRef<Operand> operands) {
  SmallVector<int64_t> inverse = invertPermutationVector(op.getPermutation()),
                       shape(operands[0].type.getShape());
  return moving(operands[0], [=](Index index, int64_t) {
    return linearIndex(shape, applyPermutation(index, inverse));
  });
}

/// Offsets and strides of a box in `outer`, with the dimensions that it drops.
struct Box {
  SmallVector<int64_t> offsets, sizes, strides;
  llvm::SmallBitVector dropped;

  template <typename OpT>
  explicit Box(OpT op)
      : offsets(op.getStaticOffsets()), sizes(op.getStaticSizes()), strides(op.getStaticStrides()),
        dropped(op.getDroppedDims()) {}
  bool isStatic() const {
    return !ShapedType::isDynamicShape(sizes) && !ShapedType::isDynamicShape(offsets) &&
           !ShapedType::isDynamicShape(strides);
  }
};

Rule ruleOf(tensor::ExtractSliceOp op, ArrayRef<Operand> operands) {
  Box box(op);
  if (!box.isStatic())
    return {};
  SmallVector<int64_t> shape(operands[0].type.getShape());
  return moving(operands[0], [=](Index index, int64_t) {
    SmallVector<int64_t> at(box.offsets);
    for (size_t dim = 0, next = 0; dim < at.size(); ++dim)
      if (!box.dropped[dim])
        at[dim] += index[next++] * box.strides[dim];
    return linearIndex(shape, at);
  });
}

Rule ruleOf(tensor::InsertSliceOp op, ArrayRef<Operand> operands) {
  Box box(op);
  if (!box.isStatic() || llvm::is_contained(box.strides, 0))
    return {};
  Operand source = operands[0], destination = operands[1];
  auto element = [=](Index index, int64_t linear) {
    SmallVector<int64_t> at;
    for (size_t dim = 0; dim < index.size(); ++dim) {
      int64_t distance = index[dim] - box.offsets[dim], position = distance / box.strides[dim];
      if (distance % box.strides[dim] || position < 0 || position >= box.sizes[dim])
        return destination.at(linear);
      if (!box.dropped[dim])
        at.push_back(position);
    }
    return source.at(at);
  };
  return {element};
}

Rule ruleOf(tensor::ConcatOp op, ArrayRef<Operand> operands) {
  int64_t dim = op.getDim();
  auto element = [=](Index index, int64_t) {
    SmallVector<int64_t> at(index);
    for (const Operand &operand : operands) {
      if (at[dim] < operand.type.getDimSize(dim))
        return operand.at(at);
      at[dim] -= operand.type.getDimSize(dim);
    }
    return Attribute();
  };
  return {element};
}

Rule ruleOf(tensor::PadOp op, ArrayRef<Operand> operands) {
  Attribute padding;
  Value scalar = op.getConstantPaddingValue();
  if (!scalar || !matchPattern(scalar, m_Constant(&padding)) ||
      ShapedType::isDynamicShape(op.getStaticLow()))
    return {};
  SmallVector<int64_t> low(op.getStaticLow());
  Operand input = operands[0];
  auto element = [=](Index index, int64_t) {
    SmallVector<int64_t> at(index);
    for (auto [position, before] : llvm::zip_equal(at, low))
      position -= before;
    Attribute inside = input.at(at);
    return inside ? inside : padding;
  };
  return {element};
}

Rule ruleOf(ReduceOp op, ArrayRef<Operand> operands) {
  Operand input = operands[0];
  FoldReduce start(op.getKind(), input.type.getElementType(), op.getIsSigned());
  if (!start.isExact())
    return {};
  SmallVector<int64_t> dims(op.getDims()), extent;
  for (int64_t dim : dims)
    extent.push_back(input.type.getDimSize(dim));
  int64_t count = ShapedType::getNumElements(extent);
  bool keepDims = op.getKeepDims();
  auto element = [=](Index index, int64_t) {
    SmallVector<int64_t> at;
    for (int64_t dim = 0, next = 0; dim < input.type.getRank(); ++dim) {
      bool reduced = llvm::is_contained(dims, dim);
      at.push_back(reduced ? 0 : index[next]);
      next += !reduced || keepDims;
    }
    FoldReduce result = start;
    for (int64_t i = 0; i < count; ++i) {
      for (auto [dim, position] : llvm::zip_equal(dims, delinearize(i, computeStrides(extent))))
        at[dim] = position;
      Attribute value = input.at(at);
      if (!value)
        return Attribute();
      result.add(value);
    }
    return result.result();
  };
  return {element, std::max<int64_t>(count, 1)};
}

Rule ruleOf(Operation *op, ArrayRef<Operand> operands) {
  return TypeSwitch<Operation *, Rule>(op)
      .Case<MapOp, ReduceOp, linalg::GenericOp, linalg::TransposeOp, tensor::ExtractSliceOp,
            tensor::InsertSliceOp, tensor::ConcatOp, tensor::PadOp>(
          [&](auto typed) { return ruleOf(typed, operands); })
      .Case<tensor::ExpandShapeOp, tensor::CollapseShapeOp>([&](auto) {
        Operand input = operands[0];
        return Rule{[=](Index, int64_t linear) { return input.at(linear); }, 1, true};
      })
      .Default([](Operation *) { return Rule(); });
}

Attribute evaluateMove(RankedTensorType type, const Rule &rule, DenseElementsAttr input) {
  SmallVector<int64_t> strides = computeStrides(type.getShape());
  return moveElements(input, type,
                      [&](int64_t i) { return rule.place(delinearize(i, strides), i); });
}

Attribute evaluate(RankedTensorType type, const Rule &rule) {
  SmallVector<Attribute> elements;
  SmallVector<int64_t> strides = computeStrides(type.getShape());
  for (int64_t i = 0, count = type.getNumElements(); i < count; ++i) {
    Attribute element = rule.element(delinearize(i, strides), i);
    if (!element)
      return {};
    elements.push_back(element);
  }
  return DenseElementsAttr::get(type, elements);
}

/// The step on a constant that stays in its file, or null.
ConstantTransformInterface stepOf(Operation *op) {
  MLIRContext *context = op->getContext();
  if (auto transpose = dyn_cast<linalg::TransposeOp>(op))
    return TransposeAttr::get(context, transpose.getPermutation());
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return ReshapeAttr::get(context, tensorOf(op->getResult(0)).getShape());
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    if (Box box(slice); box.isStatic() && box.dropped.none())
      return SliceAttr::get(context, box.offsets, box.sizes, box.strides);
  return {};
}

Attribute foldStep(Operation *op) {
  ConstantAttr constant;
  if (op->getNumOperands() == 0 || !matchPattern(op->getOperand(0), m_Constant(&constant)))
    return {};
  ConstantTransformInterface step = stepOf(op);
  if (!step)
    return {};
  FailureOr<ConstantAttr> result = constant.then(step, [&] { return op->emitError(); });
  return succeeded(result) ? Attribute(*result) : Attribute();
}

Attribute foldElements(Operation *op, RankedTensorType type) {
  SmallVector<Operand> operands;
  bool sameEverywhere = true;
  for (Value value : op->getOperands()) {
    auto tensor = dyn_cast<RankedTensorType>(value.getType());
    if (!tensor)
      return {};
    Operand operand{tensor, {}};
    if (!matchPattern(value, m_Constant(&operand.value)) && !value.getDefiningOp<tensor::EmptyOp>())
      return {};
    sameEverywhere &= !operand.value || operand.value.isSplat();
    operands.push_back(operand);
  }
  Rule rule = ruleOf(op, operands);
  if (!rule.element)
    return {};
  if (rule.keepsSplats && sameEverywhere && type.getNumElements() > 0 &&
      type.getNumElements() <= maxSplat) {
    SmallVector<int64_t> first(type.getRank(), 0);
    Attribute element = rule.element(first, 0);
    return element ? Attribute(DenseElementsAttr::get(type, element)) : Attribute();
  }
  if (!isFoldable(type) || type.getNumElements() > maxWork / rule.work)
    return {};
  return rule.place && operands[0].value ? evaluateMove(type, rule, operands[0].value)
                                         : evaluate(type, rule);
}

} // namespace

DenseElementsAttr import::moveElements(DenseElementsAttr input, RankedTensorType type,
                                       llvm::function_ref<std::optional<int64_t>(int64_t)> place) {
  ArrayRef<char> from = input.getRawData();
  size_t count = type.getNumElements(), size = elementBytes(type.getElementType());
  // Elements of a splat, and single bits, do not lie one behind the other.
  bool isPlain = from.size() == size_t(input.getNumElements()) * size;
  std::vector<char> bytes(isPlain ? count * size : 0);
  SmallVector<Attribute> elements;
  for (size_t i = 0; i < count; ++i) {
    std::optional<int64_t> index = place(i);
    if (!index)
      return {};
    if (isPlain)
      std::memcpy(&bytes[i * size], &from[*index * size], size);
    else
      elements.push_back(input.getValues<Attribute>()[*index]);
  }
  return isPlain ? DenseElementsAttr::getFromRawBuffer(type, bytes)
                 : DenseElementsAttr::get(type, elements);
}

bool import::isFoldable(RankedTensorType type) {
  if (!type.hasStaticShape() || !type.getElementType().isIntOrIndexOrFloat())
    return false;
  bool isFloat = isa<FloatType>(type.getElementType());
  int64_t most = (isFloat ? 4096 : 65536) / elementBytes(type.getElementType());
  for (int64_t size : type.getShape()) {
    if (size == 0)
      return true;
    if (size > most)
      return false;
    most /= size;
  }
  return true;
}

bool import::foldConstants(Operation *op) {
  if (op->getNumResults() != 1 || isa<tensor::EmptyOp>(op))
    return false;
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || !type.hasStaticShape())
    return false;
  Attribute value = foldStep(op);
  if (!value)
    value = foldElements(op, type);
  if (!value)
    return false;
  OpBuilder builder(op);
  Value constant = TensorBuilder{builder, op->getLoc()}.constant(cast<TypedAttr>(value));
  op->replaceAllUsesWith(ValueRange(constant));
  op->erase();
  return true;
}
