// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attributes: their text, constants, counts of zeros, targets. Forms, steps and
// layouts have files of their own.
#include "dialects/Pith/PithAttrs.h"
#include "dialects/Pith/PithOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

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
                                      SmallVector<StringAttr> &rejected, StringAttr &next,
                                      int64_t &nextCost) {
  using Delimiter = AsmParser::Delimiter;
  if (parser.parseInteger(cost))
    return failure();
  while (succeeded(parser.parseOptionalComma())) {
    if (succeeded(parser.parseOptionalKeyword("tile"))) {
      if (parser.parseEqual() || parser.parseCommaSeparatedList(Delimiter::Square, [&] {
            return parser.parseInteger(tile.emplace_back());
          }))
        return failure();
    } else if (succeeded(parser.parseOptionalKeyword("next"))) {
      if (parser.parseEqual() || parser.parseAttribute(next))
        return failure();
    } else if (succeeded(parser.parseOptionalKeyword("next_cost"))) {
      if (parser.parseEqual() || parser.parseInteger(nextCost))
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
                               ArrayRef<StringAttr> rejected, StringAttr next, int64_t nextCost) {
  printer << cost;
  if (!tile.empty())
    printer << ", tile = [" << tile << "]";
  if (!rejected.empty()) {
    printer << ", rejected = [";
    llvm::interleaveComma(rejected, printer,
                          [&](StringAttr reason) { printer.printAttribute(reason); });
    printer << "]";
  }
  if (next)
    printer << ", next = " << next << ", next_cost = " << nextCost;
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

int64_t pith::broadcastIndex(int64_t index, ArrayRef<int64_t> shape, ArrayRef<int64_t> parameter) {
  int64_t result = 0, stride = 1;
  for (int64_t dim = shape.size() - 1, at = parameter.size() - 1; at >= 0; --dim, --at) {
    if (parameter[at] != 1)
      result += index % shape[dim] * stride;
    stride *= parameter[at];
    index /= shape[dim];
  }
  return result;
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

LogicalResult TargetAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringRef name,
                                 StringRef triple, StringRef cpu, StringRef features,
                                 TargetAttr host) {
  if (host && host.getHost())
    return emitError() << "expected the host '" << host.getName()
                       << "' to have no host of its own [target_attr_c1]";
  return success();
}
