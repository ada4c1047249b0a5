// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attributes: constants and the steps that make them.
#include "dialects/Pith/PithAttrs.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

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
  if (current != type)
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
