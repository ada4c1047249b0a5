// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layouts: what they add, and where they put elements.
#include "dialects/Pith/PithAttrs.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace mlir;
using namespace pith;

LogicalResult LayoutAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 ArrayRef<int64_t> low, ArrayRef<int64_t> high,
                                 ArrayRef<int64_t> shape, ArrayRef<int64_t> order, int64_t bits) {
  constexpr int64_t limit = int64_t(1) << 40;
  auto fits = [](int64_t amount) { return amount >= 0 && amount < limit; };
  if (low.empty() || low.size() != high.size() || !llvm::all_of(low, fits) ||
      !llvm::all_of(high, fits))
    return emitError() << "expected padding for each dimension, none negative [layout_attr_c1]";
  if (shape.size() != order.size() || !isPermutationVector(order) ||
      !llvm::all_of(shape, [](int64_t size) { return size > 0 && size < limit; }))
    return emitError() << "expected a positive shape and a permutation of its dimensions "
                          "[layout_attr_c2]";
  if (bits && (bits != 4 || shape.empty()))
    return emitError() << "expected a shape and codes of 4 bits where codes are packed "
                          "[layout_attr_c4]";
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
  SmallVector<int64_t> stored = onlyPads() ? padded : applyPermutation(getShape(), getOrder());
  if (getBits() && (!input.getElementType().isInteger(8) || stored.back() % perElement())) {
    emitError() << "expected codes of 8 bits that fill whole bytes in " << *this << ", got "
                << input << " [layout_attr_c4]";
    return failure();
  }
  stored.back() /= perElement();
  return RankedTensorType::get(stored, input.getElementType());
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

int64_t LayoutAttr::fanIn() const { return perElement(); }

void LayoutAttr::mapIndices(RankedTensorType input, MutableArrayRef<int64_t> indices) const {
  Places places(*this, input.getShape());
  for (int64_t &index : indices)
    index = places[index].value_or(0); // any element: mapElements replaces it
}

void LayoutAttr::mapElements(RankedTensorType input, ArrayRef<int64_t> indices, ArrayRef<char> from,
                             MutableArrayRef<char> to) const {
  Places places(*this, input.getShape());
  if (int64_t each = perElement(); each > 1) {
    int mask = (1 << getBits()) - 1;
    for (auto [i, index] : llvm::enumerate(indices)) {
      int byte = 0;
      for (int64_t part = 0; part < each; ++part)
        if (addsNothing() || places[index * each + part])
          byte |= (from[i * each + part] & mask) << part * getBits();
      to[i] = char(byte);
    }
    return;
  }
  llvm::copy(from, to.begin());
  if (addsNothing())
    return;
  int64_t width = elementBytes(input.getElementType());
  for (auto [i, index] : llvm::enumerate(indices))
    if (!places[index])
      std::memset(&to[i * width], 0, width);
}
