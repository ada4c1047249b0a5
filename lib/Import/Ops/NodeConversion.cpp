// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Ops/NodeConversion.h"
#include "lib/Import/OnnxFunctions.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

static std::string print(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << "'" << type << "'";
  return text;
}

/// "1 ('axes')"
static std::string describe(onnx::NodeOp node, unsigned operand) {
  SmallVector<StringRef> names = onnxInputNames(node);
  std::string text = std::to_string(operand);
  return operand < names.size() ? text + " ('" + names[operand].str() + "')" : text;
}

std::optional<DenseElementsAttr> NodeConversion::constantValue(unsigned index) const {
  DenseElementsAttr value;
  if (operand(index) && countOf(shape(index)) == 0) // there is nothing to be known
    return DenseElementsAttr::get(type(index), ArrayRef<Attribute>());
  if (operand(index) && matchPattern(operand(index), m_Constant(&value)))
    return value;
  return std::nullopt;
}

FailureOr<SmallVector<int64_t>> NodeConversion::constantInts(unsigned index) {
  auto value = constantValue(index);
  if (!value)
    return unsupported("expected operand " + describe(node, index) +
                       " to be known at compile time; make it a constant, for example by onnxsim");
  if (!isa<IntegerType>(value->getElementType()))
    return unsupported("expected integers in operand " + Twine(index));
  bool isWithoutSign = isUnsigned(index) || value->getElementType().isInteger(1);
  SmallVector<int64_t> result;
  for (const APInt &element : value->getValues<APInt>())
    result.push_back(isWithoutSign ? int64_t(element.getZExtValue()) : element.getSExtValue());
  return result;
}

FailureOr<SmallVector<double>> NodeConversion::constantFloats(unsigned index) {
  auto value = constantValue(index);
  if (!value)
    return unsupported("expected operand " + describe(node, index) +
                       " to be known at compile time; make it a constant, for example by onnxsim");
  if (!isa<FloatType>(value->getElementType()))
    return unsupported("expected floats in operand " + Twine(index));
  SmallVector<double> result;
  for (APFloat element : value->getValues<APFloat>()) {
    bool isInexact;
    element.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &isInexact);
    result.push_back(element.convertToDouble());
  }
  return result;
}

int64_t NodeConversion::i64(StringRef name, int64_t standard) {
  auto value = dyn_cast_or_null<IntegerAttr>(node.getStated(name));
  return value ? value.getInt() : standard;
}

double NodeConversion::f32(StringRef name, double standard) {
  auto value = dyn_cast_or_null<FloatAttr>(node.getStated(name));
  // Defaults are single-precision numbers of the schema as well.
  return value ? value.getValueAsDouble() : double(float(standard));
}

StringRef NodeConversion::string(StringRef name, StringRef standard) {
  auto value = dyn_cast_or_null<StringAttr>(node.getStated(name));
  return value ? value.getValue() : standard;
}

SmallVector<int64_t> NodeConversion::ints(StringRef name, ArrayRef<int64_t> standard) {
  auto value = dyn_cast_or_null<DenseI64ArrayAttr>(node.getStated(name));
  return llvm::to_vector(value ? value.asArrayRef() : standard);
}

SmallVector<double> NodeConversion::floats(StringRef name, ArrayRef<double> standard) {
  auto value = dyn_cast_or_null<DenseF32ArrayAttr>(node.getStated(name));
  if (!value)
    return llvm::to_vector(standard);
  return llvm::map_to_vector(value.asArrayRef(), [](float entry) { return double(entry); });
}

LogicalResult NodeConversion::unsupported(const Twine &why) {
  if (reason.empty())
    reason = why.str();
  return failure();
}

LogicalResult NodeConversion::unknown(unsigned operand) {
  StringRef name = node.getResultName(0);
  std::string which = "operand " + describe(node, operand) + " is known at run time only, ";
  if (statedShape(0))
    return unsupported(which + "and no value of it gives the shape of '" + name +
                       "' that the model states, " + print(node->getResult(0).getType()));
  std::string options;
  auto type = dyn_cast<RankedTensorType>(node->getResult(0).getType());
  for (int64_t dim = 0; type && dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      options += (" --dim " + name + ":" + Twine(dim) + "=SIZE").str();
  std::string how = "state it in the model" + (options.empty() ? "" : " or by" + options);
  return unsupported(which + "and so is the shape of '" + name + "'; " + how +
                     ", or make the operand a constant, for example by onnxsim");
}

LogicalResult NodeConversion::invalid(const Twine &what, const Twine &help) {
  if (reason.empty()) {
    reason = what.str();
    remedy = help.str();
  }
  return failure();
}

LogicalResult NodeConversion::replace(ValueRange values) {
  SmallVector<Converted> converted;
  for (Value value : values) {
    Converted &result = converted.emplace_back(Converted{value, {}});
    if (!value)
      continue;
    result.elementType = elementOf(value);
    if (!operands.empty() && operands[0].value && elementOf(operands[0].value) == elementOf(value))
      result.elementType = operands[0].elementType;
  }
  return replace(converted);
}

LogicalResult NodeConversion::replace(ArrayRef<Converted> values) {
  results = llvm::to_vector(values);
  results.resize(numResults());
  for (auto [index, result] : llvm::enumerate(results)) {
    Type stated = node->getResult(index).getType();
    if (isa<NoneType>(stated) || result.sequence || result.isEmptyOptional)
      continue;
    if (!result.value)
      return unsupported("output " + Twine(index) + " is not supported");
    auto type = dyn_cast<TensorType>(stated);
    if (!type)
      continue;
    result.elementType = type.getElementType();
    if (signlessType(result.elementType) != elementOf(result.value) ||
        failed(verifyCompatibleShape(type, result.value.getType())))
      return unsupported("output " + Twine(index) + " has type " + print(result.value.getType()) +
                         ", the model states " + print(stated));
  }
  return success();
}

LogicalResult NodeConversion::inferTypes(OperationState &state) {
  auto info = state.name.getRegisteredInfo();
  auto *inference = info->getInterface<InferTypeOpInterface>();
  ScopedDiagnosticHandler handler(loc.getContext(), [&](Diagnostic &diagnostic) {
    (void)unsupported(diagnostic.str());
    return success();
  });
  state.types.clear();
  return inference->inferReturnTypes(loc.getContext(), loc, state.operands,
                                     state.attributes.getDictionary(loc.getContext()),
                                     state.getRawProperties(), {}, state.types);
}

FailureOr<int64_t> NodeConversion::dim(int64_t value, int64_t rank, StringRef what) {
  if (auto result = normalizeDim(value, rank))
    return *result;
  return unsupported("expected " + what + " in a tensor of rank " + Twine(rank) + ", got " +
                     Twine(value));
}

FailureOr<SmallVector<int64_t>> NodeConversion::dims(ArrayRef<int64_t> values, int64_t rank) {
  SmallVector<int64_t> result;
  for (int64_t value : values) {
    auto one = dim(value, rank, "axes");
    if (failed(one))
      return failure();
    result.push_back(*one);
  }
  llvm::sort(result);
  if (std::adjacent_find(result.begin(), result.end()) != result.end())
    return unsupported("expected axes without repetition");
  return result;
}

FailureOr<SmallVector<int64_t>> NodeConversion::broadcastOperands(ValueRange values) {
  SmallVector<Shape> shapes;
  for (Value value : values)
    shapes.push_back(shapeOf(value));
  if (auto result = broadcastShapes(shapes))
    return *result;
  return unsupported("expected operands that broadcast to one shape");
}

std::optional<SmallVector<int64_t>> NodeConversion::statedShape(unsigned result) {
  auto type = dyn_cast<RankedTensorType>(node->getResult(result).getType());
  if (!type || !type.hasStaticShape())
    return std::nullopt;
  return llvm::to_vector(type.getShape());
}
