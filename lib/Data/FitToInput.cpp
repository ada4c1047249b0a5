// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Data/DataSet.h"
#include "pith/Support/CompareArrays.h"
#include "llvm/ADT/STLExtras.h"

using namespace pith;

std::string pith::describeShape(llvm::StringRef type, llvm::ArrayRef<int64_t> shape) {
  std::string text = type.str() + " [";
  for (auto [index, size] : llvm::enumerate(shape))
    text += (index ? "x" : "") + std::to_string(size);
  return text + "]";
}

namespace {

/// How many bits of magnitude a type has, and whether it has a sign.
struct Range {
  bool isFloat, hasSign;
  unsigned digits;
};

Range rangeOf(ElementType type) {
  switch (type) {
  case ElementType::F16:
    return {true, true, 11};
  case ElementType::BF16:
    return {true, true, 8};
  case ElementType::F32:
    return {true, true, 24};
  case ElementType::F64:
    return {true, true, 53};
  case ElementType::Bool:
    return {false, false, 1};
  default: {
    bool hasSign = type == ElementType::I8 || type == ElementType::I16 ||
                   type == ElementType::I32 || type == ElementType::I64;
    return {false, hasSign, 8 * byteWidth(type) - hasSign};
  }
  }
}

/// Codes of 4 and 2 bits, and float8: NumPy has their bytes as integers.
bool isNarrow(ElementType type) { return type > ElementType::F64; }

/// Whether each value of `from` is one of `to`.
bool widens(ElementType from, ElementType to) {
  if (isNarrow(from) || isNarrow(to))
    return false;
  Range narrow = rangeOf(from), wide = rangeOf(to);
  if (to == ElementType::Bool || to == ElementType::F16 || to == ElementType::BF16 ||
      narrow.digits > wide.digits)
    return false;
  if (narrow.isFloat)
    return wide.isFloat;
  return wide.isFloat || wide.hasSign || !narrow.hasSign;
}

template <typename T> void store(Array &array, int64_t index, T value) {
  std::memcpy(&array.data[index * sizeof(T)], &value, sizeof(T));
}

/// Values of at most 53 digits: those of 64-bit integers never widen.
Array widen(const Array &from, ElementType type) {
  Array to;
  to.type = type;
  to.shape = from.shape;
  int64_t count = from.numElements();
  to.data.resize(count * byteWidth(type));
  for (int64_t i = 0; i < count; ++i) {
    double value = elementAsDouble(from, i);
    switch (byteWidth(type) | unsigned(rangeOf(type).isFloat) << 4) {
    case 2:
      store(to, i, int16_t(int32_t(value)));
      break;
    case 4:
      store(to, i, int32_t(int64_t(value)));
      break;
    case 8:
      store(to, i, int64_t(value));
      break;
    case 4 | 16:
      store(to, i, float(value));
      break;
    case 8 | 16:
      store(to, i, value);
      break;
    }
  }
  return to;
}

llvm::SmallVector<int64_t> withoutOnes(llvm::ArrayRef<int64_t> shape) {
  return llvm::to_vector(llvm::make_filter_range(shape, [](int64_t size) { return size != 1; }));
}

llvm::StringRef remedy(const Array &array, const InputSpec &input) {
  bool pixels = array.type == ElementType::U8 && array.shape.size() >= 2;
  if (pixels && input.type == "f32")
    return "; choose --preprocess=imagenet, mnist, cifar10 or a chain that ends in this form";
  if (withoutOnes(array.shape) != withoutOnes(input.shape))
    return "; change the size with resize=, crop= or layout= in --preprocess, or bind the model's "
           "dimensions with --dim";
  return "; convert the data to this type";
}

/// The first element that is no code of a type of 4 or 2 bits ("u4", "i2"), where
/// bytes hold such codes.
std::optional<int64_t> firstOutside(const Array &array, llvm::StringRef type) {
  unsigned width = 0;
  if (type.size() != 2 || type.drop_front().getAsInteger(10, width) || width >= 8)
    return std::nullopt;
  double least = type[0] == 'u' ? 0 : -double(1 << (width - 1));
  double greatest = least + (1 << width) - 1;
  for (int64_t i = 0, count = array.numElements(); i < count; ++i)
    if (double value = elementAsDouble(array, i); value < least || value > greatest)
      return i;
  return std::nullopt;
}

} // namespace

llvm::Expected<Array> pith::fitToInput(Array array, const InputSpec &input) {
  std::optional<ElementType> wanted = elementTypeByName(input.type);
  // NumPy has no bfloat16: its bits come as u16.
  bool same = wanted == array.type ||
              (wanted == ElementType::BF16 && array.type == ElementType::U16) ||
              (wanted && isNarrow(*wanted) && byteWidth(array.type) == 1);
  bool fits = wanted && withoutOnes(array.shape) == withoutOnes(input.shape) &&
              (same || widens(array.type, *wanted));
  if (!fits)
    return llvm::createStringError(
        "input '" + input.name + "': expected " + describeShape(input.type, input.shape) +
        ", got " + describeShape(elementTypeName(array.type), array.shape) + remedy(array, input));
  bool bytesOfCodes = array.type == ElementType::U8 || array.type == ElementType::I8;
  if (auto outside = bytesOfCodes ? firstOutside(array, input.type) : std::nullopt)
    return llvm::createStringError(
        "input '" + input.name + "': expected codes of " + input.type + ", got " +
        std::to_string(int64_t(elementAsDouble(array, *outside))) + " at element " +
        std::to_string(*outside) + "; clip the data to the type");
  if (!same)
    array = widen(array, *wanted);
  array.type = *wanted;
  array.shape = input.shape;
  array.name = input.name;
  return array;
}
