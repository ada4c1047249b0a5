// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attributes: constants and the steps that make them.
#include "dialects/Pith/PithAttrs.h"
#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <cstring>

using namespace mlir;

#include "dialects/Pith/PithAttrInterfaces.cpp.inc"
#include "dialects/Pith/PithEnums.cpp.inc"

static ParseResult parseSignedness(AsmParser &parser, bool &isSigned) {
  StringRef word;
  if (failed(parser.parseKeyword(&word)))
    return failure();
  isSigned = word == "signed";
  if (isSigned || word == "unsigned")
    return success();
  return parser.emitError(parser.getCurrentLocation(), "expected signed or unsigned");
}

static void printSignedness(AsmPrinter &printer, bool isSigned) {
  printer << (isSigned ? "signed" : "unsigned");
}

// `4096, tile = [7, 4], rejected = ["..."]`, without what is empty.
static ParseResult parseKernelDetails(AsmParser &parser, int64_t &cost, SmallVector<int64_t> &tile,
                                      SmallVector<StringAttr> &rejected) {
  using Delimiter = AsmParser::Delimiter;
  if (parser.parseInteger(cost))
    return failure();
  while (succeeded(parser.parseOptionalComma())) {
    if (succeeded(parser.parseOptionalKeyword("tile"))) {
      if (parser.parseEqual() || parser.parseCommaSeparatedList(Delimiter::Square, [&] {
            return parser.parseInteger(tile.emplace_back());
          }))
        return failure();
    } else if (parser.parseKeyword("rejected") || parser.parseEqual() ||
               parser.parseCommaSeparatedList(Delimiter::Square, [&] {
                 return parser.parseAttribute(rejected.emplace_back());
               })) {
      return failure();
    }
  }
  return success();
}

static void printKernelDetails(AsmPrinter &printer, int64_t cost, ArrayRef<int64_t> tile,
                               ArrayRef<StringAttr> rejected) {
  printer << cost;
  if (!tile.empty())
    printer << ", tile = [" << tile << "]";
  if (rejected.empty())
    return;
  printer << ", rejected = [";
  llvm::interleaveComma(rejected, printer,
                        [&](StringAttr reason) { printer.printAttribute(reason); });
  printer << "]";
}

#define GET_ATTRDEF_CLASSES
#include "dialects/Pith/PithAttrs.cpp.inc"

using namespace pith;

void PithDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Pith/PithAttrs.cpp.inc"
      >();
}

int64_t pith::elementBytes(Type elementType) {
  if (isa<IndexType>(elementType))
    return 8;
  return llvm::divideCeil(elementType.getIntOrFloatBitWidth(), 8);
}

int64_t pith::storageBytes(ShapedType type) {
  return type.getNumElements() * elementBytes(type.getElementType());
}

int64_t pith::quantizeNumber(float x, float scale, int64_t zeroPoint, unsigned width,
                             bool isSigned) {
  float steps = x / scale;
  if (std::isnan(steps))
    return zeroPoint;
  // Far beyond every code, and exact in f32.
  constexpr float beyond = 1 << 20;
  steps = std::nearbyint(std::fmin(std::fmax(steps, -beyond), beyond));
  int64_t least = isSigned ? -(int64_t(1) << (width - 1)) : 0;
  return std::clamp(int64_t(steps) + zeroPoint, least, least + (int64_t(1) << width) - 1);
}

LogicalResult ConstantAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   ConstantHandle source, RankedTensorType sourceType,
                                   ArrayRef<ConstantTransformInterface> steps,
                                   RankedTensorType type) {
  if (!sourceType.hasStaticShape() || !sourceType.getElementType().isIntOrIndexOrFloat())
    return emitError() << "expected a source of static shape and numbers, got " << sourceType
                       << " [constant_attr_c1]";
  if (const AsmResourceBlob *blob = source.getBlob())
    if (int64_t(blob->getData().size()) != storageBytes(sourceType))
      return emitError() << "expected " << storageBytes(sourceType) << " bytes in blob '"
                         << source.getKey() << "', got " << blob->getData().size()
                         << " [constant_attr_c1]";
  RankedTensorType current = sourceType;
  for (ConstantTransformInterface step : steps) {
    FailureOr<RankedTensorType> next = step.resultType(current, emitError);
    if (failed(next))
      return failure();
    current = *next;
  }
  // An encoding says where zeros are; the bytes are the same.
  if (current != RankedTensorType::get(type.getShape(), type.getElementType()))
    return emitError() << "expected type " << current << " after the last step, got " << type
                       << " [constant_attr_c2]";
  return success();
}

FailureOr<ConstantAttr> ConstantAttr::then(ConstantTransformInterface step,
                                           function_ref<InFlightDiagnostic()> emitError) const {
  FailureOr<RankedTensorType> type = step.resultType(getType(), emitError);
  if (failed(type))
    return failure();
  SmallVector<ConstantTransformInterface> steps(getSteps());
  steps.push_back(step);
  return get(getContext(), getSource(), getSourceType(), steps, *type);
}

ArrayRef<char> ConstantAttr::getSourceBytes() const {
  ConstantHandle handle = getSource();
  if (AsmResourceBlob *blob = handle.getBlob())
    return blob->getData();
  return {};
}

LogicalResult SparsityAttr::verify(function_ref<InFlightDiagnostic()> emitError, SparsityPattern,
                                   int64_t zeros, int64_t elements, int64_t stored1x4,
                                   int64_t blocks1x4, int64_t stored2x4, int64_t blocks2x4,
                                   int64_t n, int64_t m) {
  constexpr StringLiteral names[] = {"zeros", "blocks_1x4", "blocks_2x4", "structured"};
  const std::pair<int64_t, int64_t> counts[] = {
      {zeros, elements}, {stored1x4, blocks1x4}, {stored2x4, blocks2x4}, {n, m}};
  for (auto [name, count] : llvm::zip_equal(names, counts))
    if (count.first < 0 || count.first > count.second)
      return emitError() << "expected " << name << " between 0 and " << count.second << ", got "
                         << count.first << " [sparsity_attr_c1]";
  return success();
}

SparsityAttr SparsityAttr::withPattern(SparsityPattern pattern) const {
  return get(getContext(), pattern, getZeros(), getElements(), getStored1x4(), getBlocks1x4(),
             getStored2x4(), getBlocks2x4(), getN(), getM());
}

double SparsityAttr::getStoredShare() const {
  auto share = [](int64_t part, int64_t whole) { return whole ? double(part) / whole : 0; };
  switch (getPattern()) {
  case SparsityPattern::Dense:
    return 1;
  case SparsityPattern::Unstructured:
    return share(getElements() - getZeros(), getElements());
  case SparsityPattern::Structured:
    return share(getN(), getM());
  case SparsityPattern::Block1x4:
    return share(getStored1x4(), getBlocks1x4());
  case SparsityPattern::Block2x4:
    return share(getStored2x4(), getBlocks2x4());
  }
  llvm_unreachable("an enumeration's value");
}

//===- forms --------------------------------------------------------------===//

/// For each kind the codes that it takes and the types of its constants: `f` is
/// f32, `i` is i32. Zero codes: one or two.
static std::pair<unsigned, StringLiteral> signatureOf(FormKind kind) {
  switch (kind) {
  case FormKind::Identity:
    return {1, ""};
  case FormKind::Clamp:
    return {1, "ii"};
  case FormKind::Offset:
    return {0, "iii"};
  case FormKind::Multiply:
    return {1, "ifiii"};
  case FormKind::MultiplyAdd:
    return {2, "ififfiii"};
  case FormKind::Product:
    return {2, "iifiii"};
  case FormKind::FixedPoint:
    return {1, "iiiii"};
  case FormKind::Reciprocal:
    return {0, "f"};
  case FormKind::Table:
    return {1, ""};
  case FormKind::Literal:
    return {0, ""};
  }
  llvm_unreachable("an enumeration's value");
}

LogicalResult TargetAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringRef name,
                                 StringRef triple, StringRef cpu, StringRef features,
                                 TargetAttr host) {
  if (host && host.getHost())
    return emitError() << "expected the host '" << host.getName()
                       << "' to have no host of its own [target_attr_c1]";
  return success();
}

LogicalResult FormAttr::verify(function_ref<InFlightDiagnostic()> emitError, FormKind kind,
                               FunctionType type, ArrayRef<TypedAttr> constants) {
  auto isCode = [](Type type) { return type.isInteger(8) && !type.isSignlessInteger(); };
  unsigned codes = type.getNumInputs();
  if (codes == 0 || type.getNumResults() != 1 || !llvm::all_of(type.getInputs(), isCode) ||
      !isCode(type.getResult(0)))
    return emitError() << "expected a function of ui8 or si8 to one of them, got " << type
                       << " [form_attr_c1]";
  auto [takes, letters] = signatureOf(kind);
  // A literal form may have any number: that is why it is literal.
  if (kind != FormKind::Literal && (takes ? codes != takes : codes > 2))
    return emitError() << "expected " << stringifyFormKind(kind) << " to take "
                       << (takes ? Twine(takes) : Twine("1 or 2")) << " codes, got " << codes
                       << " [form_attr_c2]";
  auto fits = [](TypedAttr constant, char letter) {
    return letter == 'f' ? isa<FloatAttr>(constant) && constant.getType().isF32()
                         : isa<IntegerAttr>(constant) && constant.getType().isSignlessInteger(32);
  };
  if (constants.size() != letters.size() || !llvm::all_of_zip(constants, letters, fits)) {
    InFlightDiagnostic error = emitError() << "expected the constants of "
                                           << stringifyFormKind(kind) << " to be of types [";
    llvm::interleaveComma(letters, error,
                          [&](char letter) { error << (letter == 'f' ? "f32" : "i32"); });
    return error << "] [form_attr_c3]";
  }
  return success();
}

double FormAttr::getNumber(unsigned index) const {
  TypedAttr constant = getConstants()[index];
  if (auto real = dyn_cast<FloatAttr>(constant))
    return real.getValueAsDouble();
  return double(cast<IntegerAttr>(constant).getInt());
}

//===- steps --------------------------------------------------------------===//

FailureOr<RankedTensorType>
TransposeAttr::resultType(RankedTensorType input,
                          function_ref<InFlightDiagnostic()> emitError) const {
  ArrayRef<int64_t> permutation = getPermutation();
  if (!isPermutationVector(permutation) || int64_t(permutation.size()) != input.getRank()) {
    emitError() << "expected a permutation of " << input.getRank() << " dimensions";
    return failure();
  }
  return RankedTensorType::get(applyPermutation(input.getShape(), permutation),
                               input.getElementType());
}

// Linear index into `shape` from per-dimension strides: walks the digits of the
// result's index and adds each digit's stride in the input.
static void remap(ArrayRef<int64_t> resultShape, ArrayRef<int64_t> inputStrides, int64_t base,
                  MutableArrayRef<int64_t> indices) {
  for (int64_t &index : indices) {
    int64_t rest = index, mapped = base;
    for (int64_t dim = resultShape.size() - 1; dim >= 0; --dim) {
      mapped += (rest % resultShape[dim]) * inputStrides[dim];
      rest /= resultShape[dim];
    }
    index = mapped;
  }
}

void TransposeAttr::mapIndices(RankedTensorType input, MutableArrayRef<int64_t> indices) const {
  SmallVector<int64_t> strides = computeStrides(input.getShape());
  remap(applyPermutation(input.getShape(), getPermutation()),
        applyPermutation(ArrayRef<int64_t>(strides), getPermutation()), 0, indices);
}

FailureOr<RankedTensorType>
ReshapeAttr::resultType(RankedTensorType input,
                        function_ref<InFlightDiagnostic()> emitError) const {
  auto result = RankedTensorType::get(getShape(), input.getElementType());
  if (!result.hasStaticShape() || result.getNumElements() != input.getNumElements()) {
    emitError() << "expected " << input.getNumElements() << " elements in the new shape";
    return failure();
  }
  return result;
}

void ReshapeAttr::mapIndices(RankedTensorType, MutableArrayRef<int64_t>) const {}

FailureOr<RankedTensorType>
SliceAttr::resultType(RankedTensorType input, function_ref<InFlightDiagnostic()> emitError) const {
  size_t rank = input.getRank();
  bool fits =
      getOffsets().size() == rank && getSizes().size() == rank && getStrides().size() == rank;
  for (size_t dim = 0; fits && dim < rank; ++dim) {
    int64_t size = getSizes()[dim], first = getOffsets()[dim], stride = getStrides()[dim];
    int64_t last = first + (size - 1) * stride, extent = input.getDimSize(dim);
    fits = size >= 0 && (size == 0 || (first >= 0 && first < extent && last >= 0 && last < extent));
  }
  if (!fits) {
    emitError() << "expected a box inside " << input;
    return failure();
  }
  return RankedTensorType::get(getSizes(), input.getElementType());
}

void SliceAttr::mapIndices(RankedTensorType input, MutableArrayRef<int64_t> indices) const {
  SmallVector<int64_t> strides = computeStrides(input.getShape());
  int64_t base = 0;
  for (auto [stride, offset, step] : llvm::zip_equal(strides, getOffsets(), getStrides())) {
    base += stride * offset;
    stride *= step;
  }
  remap(getSizes(), strides, base, indices);
}

FailureOr<RankedTensorType>
QuantizeAttr::resultType(RankedTensorType input,
                         function_ref<InFlightDiagnostic()> emitError) const {
  auto scale = dyn_cast<RankedTensorType>(getScale().getType());
  auto zero = dyn_cast<RankedTensorType>(getZeroPoint().getType());
  Type code = zero ? zero.getElementType() : Type();
  if (!scale || !zero || !input.getElementType().isF32() || !scale.getElementType().isF32() ||
      !(code.isSignlessInteger(8) || code.isSignlessInteger(16)) ||
      !broadcastsTo(scale.getShape(), input.getShape()) ||
      !broadcastsTo(zero.getShape(), input.getShape())) {
    emitError() << "expected f32 numbers, scales and codes of 8 or 16 bits that broadcast to them";
    return failure();
  }
  return RankedTensorType::get(input.getShape(), code);
}

void QuantizeAttr::mapIndices(RankedTensorType, MutableArrayRef<int64_t>) const {}

/// The place in a parameter that counts for element `index` of `shape`.
static int64_t parameterIndex(int64_t index, ArrayRef<int64_t> shape, ArrayRef<int64_t> parameter) {
  int64_t result = 0, stride = 1;
  for (int64_t dim = shape.size() - 1, at = parameter.size() - 1; at >= 0; --dim, --at) {
    if (parameter[at] != 1)
      result += index % shape[dim] * stride;
    stride *= parameter[at];
    index /= shape[dim];
  }
  return result;
}

void QuantizeAttr::mapElements(RankedTensorType input, ArrayRef<int64_t> indices,
                               ArrayRef<char> from, MutableArrayRef<char> to) const {
  // Read one by one: there may be more of them than a tile has elements.
  auto scales = getScale().value_begin<float>();
  auto zeros = getZeroPoint().value_begin<APInt>();
  unsigned bytes = elementBytes(getZeroPoint().getElementType());
  for (auto [i, index] : llvm::enumerate(indices)) {
    float x;
    std::memcpy(&x, &from[i * sizeof x], sizeof x);
    APInt zero =
        zeros[parameterIndex(index, input.getShape(), getZeroPoint().getType().getShape())];
    int64_t code = quantizeNumber(
        x, scales[parameterIndex(index, input.getShape(), getScale().getType().getShape())],
        getIsSigned() ? zero.getSExtValue() : int64_t(zero.getZExtValue()), 8 * bytes,
        getIsSigned());
    std::memcpy(&to[i * bytes], &code, bytes); // little-endian
  }
}

FailureOr<RankedTensorType>
RecodeAttr::resultType(RankedTensorType input, function_ref<InFlightDiagnostic()> emitError) const {
  auto table = dyn_cast<RankedTensorType>(getTable().getType());
  if (!input.getElementType().isSignlessInteger(8) || !table ||
      table.getShape() != ArrayRef<int64_t>{256} || !table.getElementType().isSignlessInteger(8)) {
    emitError() << "expected 8-bit codes and a table of 256";
    return failure();
  }
  return input;
}

void RecodeAttr::mapIndices(RankedTensorType, MutableArrayRef<int64_t>) const {}

void RecodeAttr::mapElements(RankedTensorType, ArrayRef<int64_t>, ArrayRef<char> from,
                             MutableArrayRef<char> to) const {
  auto table = llvm::to_vector(getTable().getValues<uint8_t>());
  for (auto [code, result] : llvm::zip_equal(from, to))
    result = char(table[uint8_t(code)]);
}

FailureOr<RankedTensorType>
CentreAttr::resultType(RankedTensorType input, function_ref<InFlightDiagnostic()> emitError) const {
  auto zero = dyn_cast<RankedTensorType>(getZeroPoint().getType());
  if (!input.getElementType().isSignlessInteger(8) || !zero ||
      !zero.getElementType().isSignlessInteger(8) ||
      !broadcastsTo(zero.getShape(), input.getShape()) ||
      !(getElement().isSignlessInteger(8) || getElement().isSignlessInteger(16))) {
    emitError() << "expected 8-bit codes, zero points that broadcast to them, and i8 or i16";
    return failure();
  }
  return RankedTensorType::get(input.getShape(), getElement());
}

void CentreAttr::mapIndices(RankedTensorType, MutableArrayRef<int64_t>) const {}

void CentreAttr::mapElements(RankedTensorType input, ArrayRef<int64_t> indices, ArrayRef<char> from,
                             MutableArrayRef<char> to) const {
  auto number = [&](char code) {
    return getIsSigned() ? int16_t(int8_t(code)) : int16_t(uint8_t(code));
  };
  auto zeros = llvm::to_vector(getZeroPoint().getValues<int8_t>());
  ArrayRef<int64_t> shape = getZeroPoint().getType().getShape();
  unsigned bytes = elementBytes(getElement());
  for (auto [i, index] : llvm::enumerate(indices)) {
    int64_t zero = zeros.size() == 1 ? 0 : parameterIndex(index, input.getShape(), shape);
    int16_t centred = int16_t(number(from[i]) - number(char(zeros[zero])));
    std::memcpy(&to[i * bytes], &centred, bytes); // little-endian
  }
}

//===- layouts ------------------------------------------------------------===//

LogicalResult LayoutAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 ArrayRef<int64_t> low, ArrayRef<int64_t> high,
                                 ArrayRef<int64_t> shape, ArrayRef<int64_t> order) {
  constexpr int64_t limit = int64_t(1) << 40;
  auto fits = [](int64_t amount) { return amount >= 0 && amount < limit; };
  if (low.empty() || low.size() != high.size() || !llvm::all_of(low, fits) ||
      !llvm::all_of(high, fits))
    return emitError() << "expected padding for each dimension, none negative [layout_attr_c1]";
  if (shape.size() != order.size() || !isPermutationVector(order) ||
      !llvm::all_of(shape, [](int64_t size) { return size > 0 && size < limit; }))
    return emitError() << "expected a positive shape and a permutation of its dimensions "
                          "[layout_attr_c2]";
  return success();
}

bool LayoutAttr::addsNothing() const {
  auto isZero = [](int64_t amount) { return amount == 0; };
  return llvm::all_of(getLow(), isZero) && llvm::all_of(getHigh(), isZero);
}

SmallVector<int64_t> LayoutAttr::paddedShape(ArrayRef<int64_t> shape) const {
  SmallVector<int64_t> padded(shape);
  for (auto [size, low, high] : llvm::zip_equal(padded, getLow(), getHigh()))
    size += low + high;
  return padded;
}

FailureOr<RankedTensorType>
LayoutAttr::resultType(RankedTensorType input, function_ref<InFlightDiagnostic()> emitError) const {
  auto fail = [&] {
    emitError() << "expected a layout of " << input << ", got " << *this << " [layout_attr_c3]";
    return failure();
  };
  if (input.getRank() != int64_t(getLow().size()) || !input.hasStaticShape() ||
      input.getNumElements() == 0)
    return fail();
  SmallVector<int64_t> padded = paddedShape(input.getShape());
  auto count = [](ArrayRef<int64_t> shape) {
    uint64_t product = 1;
    for (int64_t size : shape)
      product = llvm::SaturatingMultiply<uint64_t>(product, size);
    return product;
  };
  if (count(padded) > uint64_t(1) << 48 || (!onlyPads() && count(padded) != count(getShape())))
    return fail();
  return RankedTensorType::get(onlyPads() ? padded : applyPermutation(getShape(), getOrder()),
                               input.getElementType());
}

namespace {
/// Finds the element of a tensor that stands at a place of its stored form.
class Places {
public:
  Places(LayoutAttr layout, ArrayRef<int64_t> logical)
      : low(layout.getLow()), logical(logical), padded(layout.paddedShape(logical)) {
    if (layout.onlyPads())
      return;
    stored = applyPermutation(layout.getShape(), layout.getOrder());
    SmallVector<int64_t> inShape = computeStrides(layout.getShape());
    strides = applyPermutation(ArrayRef<int64_t>(inShape), layout.getOrder());
  }

  /// The linear index into the tensor, or nothing for padding.
  std::optional<int64_t> operator[](int64_t place) const {
    int64_t inPadded = stored.empty() ? place : 0;
    for (int64_t dim = int64_t(stored.size()) - 1; dim >= 0; --dim) {
      inPadded += place % stored[dim] * strides[dim];
      place /= stored[dim];
    }
    int64_t index = 0, stride = 1;
    for (int64_t dim = int64_t(padded.size()) - 1; dim >= 0; --dim) {
      int64_t digit = inPadded % padded[dim] - low[dim];
      if (digit < 0 || digit >= logical[dim])
        return std::nullopt;
      index += digit * stride;
      stride *= logical[dim];
      inPadded /= padded[dim];
    }
    return index;
  }

private:
  ArrayRef<int64_t> low, logical;
  SmallVector<int64_t> padded, stored, strides;
};
} // namespace

void LayoutAttr::mapIndices(RankedTensorType input, MutableArrayRef<int64_t> indices) const {
  Places places(*this, input.getShape());
  for (int64_t &index : indices)
    index = places[index].value_or(0); // any element: mapElements replaces it
}

void LayoutAttr::mapElements(RankedTensorType input, ArrayRef<int64_t> indices, ArrayRef<char> from,
                             MutableArrayRef<char> to) const {
  llvm::copy(from, to.begin());
  if (addsNothing())
    return;
  Places places(*this, input.getShape());
  int64_t width = elementBytes(input.getElementType());
  for (auto [i, index] : llvm::enumerate(indices))
    if (!places[index])
      std::memset(&to[i * width], 0, width);
}
