// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of the operators that do not infer their type, and of the structure.
#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace pith;

static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Several dictionaries of the same dimensions, with other sizes.
static LogicalResult verifyShapes(Operation *op, Attribute attribute) {
  auto list = dyn_cast<ArrayAttr>(attribute);
  auto first = list && list.size() > 1 ? dyn_cast<DictionaryAttr>(list[0]) : DictionaryAttr();
  llvm::SmallPtrSet<Attribute, 4> seen;
  bool valid = first && !first.empty() && llvm::all_of(list, [&](Attribute each) {
                 auto sizes = dyn_cast<DictionaryAttr>(each);
                 return sizes && sizes.size() == first.size() && seen.insert(each).second &&
                        llvm::all_of(sizes, [&](NamedAttribute dim) {
                          auto size = dyn_cast<IntegerAttr>(dim.getValue());
                          return size && size.getType().isInteger(64) && size.getInt() > 0 &&
                                 first.contains(dim.getName());
                        });
               });
  if (!valid)
    return op->emitError() << "expected 'pith.shapes' to be several dictionaries of different "
                              "sizes of the same dimensions [shapes_c1]";
  return success();
}

LogicalResult PithDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  if (attribute.getName() == shapesAttrName)
    return verifyShapes(op, attribute.getValue());
  if (attribute.getName() != targetsAttrName)
    return success();
  auto list = dyn_cast<ArrayAttr>(attribute.getValue());
  auto first = list && list.size() > 1 ? dyn_cast<TargetAttr>(list[0]) : TargetAttr();
  llvm::SmallPtrSet<Attribute, 4> seen;
  bool valid = first && !op->hasAttr(targetAttrName) && llvm::all_of(list, [&](Attribute each) {
                 auto target = dyn_cast<TargetAttr>(each);
                 return target && !target.getHost() && target.getName() == first.getName() &&
                        target.getTriple() == first.getTriple() && seen.insert(each).second;
               });
  if (!valid)
    return op->emitError() << "expected 'pith.targets' to be several targets that differ in CPU "
                              "and features alone, in the place of 'pith.target' [targets_c1]";
  return success();
}

LogicalResult ConstantOp::verify() {
  auto result = cast<ShapedType>(getResult().getType());
  auto value = dyn_cast<RankedTensorType>(getValue().getType());
  if (!value || value.getShape() != result.getShape() ||
      value.getElementType() != result.getElementType())
    return emitOpError() << "expected a value of shape and element type of " << result << ", got "
                         << getValue().getType() << " [constant_c1]";
  bool placed = getOffset().has_value();
  if (placed != isa<MemRefType>(result) || (placed && (*getOffset() < 0 || *getOffset() % 64)))
    return emitOpError("expected an offset, a multiple of 64, exactly on memory references "
                       "[constant_c2]");
  return success();
}

/// Checks that a region holds scalar operations alone; `code` is the constraint.
static LogicalResult verifyScalars(Operation *op, Block &block, StringRef code) {
  for (Operation &scalar : block.without_terminator())
    if (scalar.getNumRegions() || !isMemoryEffectFree(&scalar))
      return op->emitOpError()
             << "expected scalar operations without side effects in the region, got '"
             << scalar.getName() << "' [" << code << "]";
  return success();
}

LogicalResult MapOp::verify() {
  RankedTensorType result = getResult().getType();
  for (Value input : getInputs())
    if (!broadcastsTo(tensorOf(input).getShape(), result.getShape()))
      return emitOpError() << "expected operands that broadcast to " << result << ", got "
                           << input.getType() << " [map_c1]";
  Block &block = getBody().front();
  if (block.getNumArguments() != getInputs().size())
    return emitOpError() << "expected " << getInputs().size() << " region arguments, got "
                         << block.getNumArguments() << " [map_c2]";
  for (auto [argument, input] : llvm::zip_equal(block.getArguments(), getInputs()))
    if (argument.getType() != tensorOf(input).getElementType())
      return emitOpError() << "expected region arguments of the operands' element types [map_c2]";
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield || yield.getValues().size() != 1 ||
      yield.getValues().front().getType() != result.getElementType())
    return emitOpError() << "expected one value of type " << result.getElementType()
                         << " to be yielded [map_c3]";
  return verifyScalars(*this, block, "map_c4");
}

LogicalResult ScatterOp::verify() {
  RankedTensorType data = tensorOf(getData()), updates = tensorOf(getUpdates());
  RankedTensorType positions = tensorOf(getPositions());
  bool fits = data.getRank() == 2 && updates.getRank() == 2 &&
              updates.getDimSize(1) == data.getDimSize(1) &&
              positions.getElementType().isInteger(64) &&
              positions.getShape() == updates.getShape().take_front();
  if (!fits || data.getDimSize(0) < 1)
    return emitOpError() << "expected data of [places, elements], updates of [count, elements] and "
                            "i64 positions of [count]"
                         << (fits ? ", with at least one place, got " : ", got ") << data << ", "
                         << updates << ", " << positions << " [scatter_op_c1]";
  Type element = data.getElementType();
  if (updates.getElementType() != element || getResult().getType() != data)
    return emitOpError() << "expected updates and a result of the data's element type, and the "
                            "data's shape [scatter_op_c2]";
  Block &block = getBody().front();
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (block.getNumArguments() != 2 || !llvm::all_equal(block.getArgumentTypes()) ||
      block.getArgument(0).getType() != element || !yield || yield.getValues().size() != 1 ||
      yield.getValues().front().getType() != element)
    return emitOpError() << "expected a region of two arguments that yields one value, all of type "
                         << element << " [scatter_op_c3]";
  return verifyScalars(*this, block, "scatter_op_c4");
}

/// Checks what quantize and dequantize share: parameters that broadcast.
static LogicalResult verifyParameters(Operation *op, RankedTensorType input, Value scale,
                                      Value zeroPoint, StringRef code) {
  for (Value parameter : {scale, zeroPoint})
    if (parameter && !broadcastsTo(tensorOf(parameter).getShape(), input.getShape()))
      return op->emitOpError() << "expected scale and zero point that broadcast to the input ["
                               << code << "]";
  return success();
}

LogicalResult QuantizeOp::verify() {
  RankedTensorType input = tensorOf(getInput()), result = tensorOf(getResult());
  if (failed(verifyParameters(*this, input, getScale(), getZeroPoint(), "quantize_op_c1")))
    return failure();
  Type element = result.getElementType();
  if (input.getShape() != result.getShape() ||
      !(element.isSignlessInteger(8) || element.isSignlessInteger(16)))
    return emitOpError("expected a result of the input's shape with 8- or 16-bit elements "
                       "[quantize_op_c2]");
  if (getZeroPoint() && tensorOf(getZeroPoint()).getElementType() != element)
    return emitOpError("expected a zero point of the result's element type [quantize_op_c3]");
  return success();
}

LogicalResult DequantizeOp::verify() {
  RankedTensorType input = tensorOf(getInput()), result = tensorOf(getResult());
  if (failed(verifyParameters(*this, input, getScale(), getZeroPoint(), "dequantize_op_c1")))
    return failure();
  if (input.getShape() != result.getShape() ||
      result.getElementType() != tensorOf(getScale()).getElementType())
    return emitOpError("expected a result of the input's shape and the scale's element type "
                       "[dequantize_op_c2]");
  Type element = input.getElementType();
  if (!element.isSignlessInteger() || element.getIntOrFloatBitWidth() > 32 ||
      (getZeroPoint() && tensorOf(getZeroPoint()).getElementType() != element))
    return emitOpError("expected integers of at most 32 bits, and a zero point of their type "
                       "[dequantize_op_c3]");
  return success();
}

LogicalResult RequantizeOp::verify() {
  RankedTensorType input = tensorOf(getInput()), result = tensorOf(getResult());
  if (failed(verifyParameters(*this, input, getScale(), getZeroPoint(), "requantize_op_c1")))
    return failure();
  Type element = result.getElementType();
  if (input.getShape() != result.getShape() ||
      !(element.isSignlessInteger(8) || element.isSignlessInteger(16)))
    return emitOpError("expected a result of the input's shape with 8- or 16-bit elements "
                       "[requantize_op_c2]");
  if (getZeroPoint() && tensorOf(getZeroPoint()).getElementType() != element)
    return emitOpError("expected a zero point of the result's element type [requantize_op_c3]");
  return success();
}

LogicalResult DynamicQuantizeOp::verify() {
  if (tensorOf(getCodes()).getShape() != tensorOf(getInput()).getShape() ||
      tensorOf(getScale()).getRank() != 0 || tensorOf(getZeroPoint()).getRank() != 0)
    return emitOpError("expected codes of the input's shape, and one scale and zero point "
                       "[dynamic_quantize_op_c1]");
  return success();
}

LogicalResult UnpackOp::verify() {
  if (getWidth() != 4 && getWidth() != 2)
    return emitOpError() << "expected a width of 4 or 2, got " << getWidth() << " [unpack_c1]";
  int64_t count = tensorOf(getResult()).getNumElements();
  int64_t bytes = llvm::divideCeil(uint64_t(count), 8 / getWidth());
  if (tensorOf(getInput()).getNumElements() != bytes)
    return emitOpError() << "expected " << bytes << " packed bytes, got "
                         << tensorOf(getInput()).getNumElements() << " [unpack_c2]";
  return success();
}

/// What `layout` makes of `logical`; null where it is no layout of it.
static RankedTensorType storedType(LayoutAttr layout, RankedTensorType logical) {
  ScopedDiagnosticHandler silent(layout.getContext(), [](Diagnostic &) { return success(); });
  FailureOr<RankedTensorType> stored =
      layout.resultType(logical, [&] { return emitError(UnknownLoc::get(layout.getContext())); });
  return succeeded(stored) ? *stored : RankedTensorType();
}

LogicalResult ToLayoutOp::verify() {
  if (storedType(getLayout(), tensorOf(getInput())) != tensorOf(getResult()))
    return emitOpError() << "expected " << getResult().getType() << " to be the stored form of "
                         << getInput().getType() << " [to_layout_c1]";
  if (getLayout().getBits())
    return emitOpError("expected a layout that packs no codes [to_layout_c3]");
  if (getValue() &&
      (tensorOf(getValue()).getRank() != 0 ||
       tensorOf(getValue()).getElementType() != tensorOf(getInput()).getElementType()))
    return emitOpError("expected a value of one number, of the input's element type "
                       "[to_layout_c2]");
  return success();
}

LogicalResult FromLayoutOp::verify() {
  if (storedType(getLayout(), tensorOf(getResult())) != tensorOf(getInput()))
    return emitOpError() << "expected " << getInput().getType() << " to be the stored form of "
                         << getResult().getType() << " [from_layout_c1]";
  return success();
}

LogicalResult FrameOp::verify() {
  RankedTensorType result = tensorOf(getResult());
  ArrayRef<int64_t> low = getLayout().getLow(), high = getLayout().getHigh();
  bool fits = getLayout().onlyPads() && int64_t(low.size()) == result.getRank();
  for (int64_t i = 0; fits && i < result.getRank(); ++i)
    fits = low[i] >= 0 && high[i] >= 0 && low[i] < result.getDimSize(i) &&
           high[i] < result.getDimSize(i) - low[i];
  if (!fits)
    return emitOpError() << "expected a layout that pads to " << result << " [frame_c1]";
  if (getValue() && (tensorOf(getValue()).getRank() != 0 ||
                     tensorOf(getValue()).getElementType() != result.getElementType()))
    return emitOpError("expected a value of one number, of the result's element type [frame_c2]");
  return success();
}

int64_t FromListsOp::getRows() {
  return getTransposed() ? tensorOf(getResult()).getDimSize(0)
                         : tensorOf(getResult()).getShape().back();
}

int64_t FromListsOp::getDepth() {
  return getTransposed() ? tensorOf(getResult()).getShape().back()
                         : tensorOf(getResult()).getDimSize(0);
}

LogicalResult FromListsOp::verify() {
  RankedTensorType lists = tensorOf(getLists()), result = tensorOf(getResult());
  bool isList = getPattern() == SparsityPattern::Unstructured,
       isPair = getPattern() == SparsityPattern::Block2x4;
  if (!(isList || isPair || getPattern() == SparsityPattern::Block1x4) ||
      result.getElementType().getIntOrFloatBitWidth() != (isList ? 32 : 8))
    return emitOpError("expected a pattern unstructured on 32 bits, or block_1x4 or block_2x4 on "
                       "bytes [from_lists_c1]");
  ArrayRef<int64_t> shape = result.getShape();
  if (result.getRank() < 2 || (!getTransposed() && result.getRank() != 2) ||
      llvm::any_of(shape.drop_front().drop_back(), [](int64_t size) { return size != 1; }))
    return emitOpError() << "expected weights of output and input channels only, got " << result
                         << " [from_lists_c3]";
  int64_t number = isPair ? llvm::divideCeil(uint64_t(getRows()), 2) : getRows();
  if (lists.getRank() != 1 || lists.getNumElements() <= number)
    return emitOpError() << "expected more than " << number << " entries, got " << lists
                         << " [from_lists_c2]";
  return success();
}

LogicalResult FromPairSumsOp::verify() {
  RankedTensorType weights = tensorOf(getWeights()), places = tensorOf(getPlaces()),
                   counts = tensorOf(getCounts());
  bool lists = weights.getRank() == 2 && weights.getDimSize(1) % 4 == 0 &&
               weights.getElementType().isInteger(8) && places.getRank() == 1 &&
               places.getDimSize(0) == weights.getDimSize(0) &&
               places.getElementType().isInteger(32) && counts.getRank() == 3 &&
               counts.getDimSize(2) == 6 && counts.getElementType().isInteger(32);
  if (!lists)
    return emitOpError() << "expected rows of weights, the place of each, and six counts for each "
                            "part and panel, got "
                         << weights << ", " << places << " and " << counts
                         << " [from_pair_sums_c1]";
  if (!tensorOf(getResult()).getElementType().isInteger(8) || getPitch() < 1)
    return emitOpError("expected weights of i8, and a pitch of at least 1 [from_pair_sums_c2]");
  return success();
}

LogicalResult GroupOp::verify() {
  Block &block = getBody().front();
  if (block.getArgumentTypes() != getInputs().getTypes())
    return emitOpError("expected one body argument for each operand, of its type [group_c1]");
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield || yield.getValues().getTypes() != getOutputs().getTypes())
    return emitOpError("expected the body to yield values of the result types [group_c2]");
  return success();
}

LogicalResult CallOp::verify() {
  bool tensors = llvm::all_of(getOperandTypes(), llvm::IsaPred<RankedTensorType>);
  bool memory = llvm::all_of(getOperandTypes(), llvm::IsaPred<MemRefType>);
  if (!(tensors && getResultTypes() == getOutputs().getTypes()) &&
      !(memory && getNumResults() == 0))
    return emitOpError("expected tensors with one result for each destination, or memory "
                       "references without results [call_c1]");
  return success();
}

LogicalResult CallOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto callee = symbols.lookupNearestSymbolFrom<func::FuncOp>(*this, getCalleeAttr());
  auto fail = [&] {
    return emitOpError() << "expected '" << getCallee()
                         << "' to be a kernel with arguments of these shapes [call_c2]";
  };
  if (!callee || !callee->hasAttr(kernelAttrName) || !callee->hasAttr(itemsAttrName) ||
      callee.getNumArguments() != getNumOperands() + 3)
    return fail();
  for (auto [operand, argument] : llvm::zip(getOperandTypes(), callee.getArgumentTypes())) {
    auto given = cast<ShapedType>(operand);
    auto wanted = dyn_cast<MemRefType>(argument);
    if (!wanted || given.getShape() != wanted.getShape() ||
        given.getElementType() != wanted.getElementType())
      return fail();
  }
  return success();
}
