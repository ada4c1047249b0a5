// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Steps that make a constant of its source: shapes, places and codes.
#include "dialects/Pith/PithAttrs.h"
#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include <cstring>

using namespace mlir;
using namespace pith;

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
        zeros[broadcastIndex(index, input.getShape(), getZeroPoint().getType().getShape())];
    int64_t code = quantizeNumber(
        x, scales[broadcastIndex(index, input.getShape(), getScale().getType().getShape())],
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
    int64_t zero = zeros.size() == 1 ? 0 : broadcastIndex(index, input.getShape(), shape);
    int16_t centred = int16_t(number(from[i]) - number(char(zeros[zero])));
    std::memcpy(&to[i * bytes], &centred, bytes); // little-endian
  }
}

FailureOr<RankedTensorType>
UnpackAttr::resultType(RankedTensorType input, function_ref<InFlightDiagnostic()> emitError) const {
  auto result = RankedTensorType::get(getShape(), input.getElementType());
  if (!input.getElementType().isSignlessInteger(8) || (getWidth() != 4 && getWidth() != 2) ||
      !result.hasStaticShape() ||
      llvm::divideCeil(uint64_t(result.getNumElements()), 8 / getWidth()) !=
          uint64_t(input.getNumElements())) {
    emitError() << "expected the packed bytes of codes of 4 or 2 bits, as many as the shape needs";
    return failure();
  }
  return result;
}

void UnpackAttr::mapIndices(RankedTensorType, MutableArrayRef<int64_t> indices) const {
  for (int64_t &index : indices)
    index /= 8 / getWidth();
}

void UnpackAttr::mapElements(RankedTensorType, ArrayRef<int64_t> indices, ArrayRef<char> from,
                             MutableArrayRef<char> to) const {
  int64_t perByte = 8 / getWidth(), unused = 8 - getWidth();
  for (auto [index, byte, code] : llvm::zip_equal(indices, from, to)) {
    // To the top of the byte, and back down with its sign.
    auto top = uint8_t(uint8_t(byte) << (perByte - 1 - index % perByte) * getWidth());
    code = char(getIsSigned() ? int8_t(top) >> unused : top >> unused);
  }
}
