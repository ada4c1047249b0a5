// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Support/CompareArrays.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace pith;

template <typename T> static T load(const Array &array, int64_t index) {
  T value;
  std::memcpy(&value, &array.data[index * sizeof(T)], sizeof(T));
  return value;
}

static double fromBits(const llvm::fltSemantics &semantics, uint16_t bits) {
  llvm::APInt word(llvm::APFloat::semanticsSizeInBits(semantics), bits);
  return llvm::APFloat(semantics, word).convertToDouble();
}

double pith::elementAsDouble(const Array &array, int64_t index) {
  switch (array.type) {
  case ElementType::Bool:
  case ElementType::U8:
  case ElementType::U4:
  case ElementType::U2:
    return load<uint8_t>(array, index);
  case ElementType::I8:
  case ElementType::I4:
  case ElementType::I2:
    return load<int8_t>(array, index);
  case ElementType::I16:
    return load<int16_t>(array, index);
  case ElementType::U16:
    return load<uint16_t>(array, index);
  case ElementType::I32:
    return load<int32_t>(array, index);
  case ElementType::U32:
    return load<uint32_t>(array, index);
  case ElementType::I64:
    return double(load<int64_t>(array, index));
  case ElementType::U64:
    return double(load<uint64_t>(array, index));
  case ElementType::F16:
    return fromBits(llvm::APFloat::IEEEhalf(), load<uint16_t>(array, index));
  case ElementType::BF16:
    return fromBits(llvm::APFloat::BFloat(), load<uint16_t>(array, index));
  case ElementType::F32:
    return load<float>(array, index);
  case ElementType::F64:
    return load<double>(array, index);
  case ElementType::F8E4M3FN:
    return fromBits(llvm::APFloat::Float8E4M3FN(), load<uint8_t>(array, index));
  case ElementType::F8E4M3FNUZ:
    return fromBits(llvm::APFloat::Float8E4M3FNUZ(), load<uint8_t>(array, index));
  case ElementType::F8E5M2:
    return fromBits(llvm::APFloat::Float8E5M2(), load<uint8_t>(array, index));
  case ElementType::F8E5M2FNUZ:
    return fromBits(llvm::APFloat::Float8E5M2FNUZ(), load<uint8_t>(array, index));
  case ElementType::F4E2M1FN:
    return fromBits(llvm::APFloat::Float4E2M1FN(), load<uint8_t>(array, index) & 0xF);
  case ElementType::F8E8M0FNU:
    return fromBits(llvm::APFloat::Float8E8M0FNU(), load<uint8_t>(array, index));
  }
  return 0;
}

static std::string shapeText(const Array &array) {
  std::string text;
  for (int64_t size : array.shape)
    text += (text.empty() ? "" : "x") + std::to_string(size);
  return "[" + text + "] " + elementTypeName(array.type).str();
}

static std::string numberText(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.9g", value);
  return text;
}

static std::string indexText(const Array &array, int64_t index) {
  std::string text;
  for (int64_t size : llvm::reverse(array.shape)) {
    text = std::to_string(index % size) + (text.empty() ? "" : ", ") + text;
    index /= size;
  }
  return "[" + text + "]";
}

/// Distance in the order of 16-bit floats; their bits are sign and magnitude.
static unsigned unitsApart(const Array &a, const Array &b, int64_t index) {
  auto place = [&](const Array &array) {
    int bits = load<uint16_t>(array, index);
    return bits & 0x8000 ? 0x8000 - bits : bits;
  };
  return unsigned(std::abs(place(a) - place(b)));
}

Comparison pith::compareArrays(const Array &actual, const Array &expected,
                               const Tolerance &tolerance) {
  Comparison result;
  if (actual.type != expected.type || actual.shape != expected.shape) {
    result.agree = false;
    result.message = "expected " + shapeText(expected) + ", got " + shapeText(actual);
    return result;
  }
  size_t width = byteWidth(expected.type);
  bool floats = isFloatType(expected.type);
  double magnitude = 0;
  int64_t bad = 0, worst = -1;
  for (int64_t i = 0, count = expected.numElements(); i < count; ++i) {
    double want = elementAsDouble(expected, i), got = elementAsDouble(actual, i);
    if (std::isfinite(want))
      magnitude = std::max(magnitude, std::fabs(want));
    bool equal = floats ? want == got || (std::isnan(want) && std::isnan(got))
                        : !std::memcmp(&actual.data[i * width], &expected.data[i * width], width);
    if (equal)
      continue;
    ++result.differing;
    double difference = std::isfinite(want) && std::isfinite(got)
                            ? std::fabs(got - want)
                            : std::numeric_limits<double>::infinity();
    bool near =
        floats && (difference <= tolerance.absolute + tolerance.relative * std::fabs(want) ||
                   (width == 2 && unitsApart(actual, expected, i) <= tolerance.units));
    bad += !near;
    if (worst < 0 || difference > result.maxDifference) {
      result.maxDifference = difference;
      worst = i;
    }
  }
  if (result.maxDifference > 0)
    result.maxRelative = result.maxDifference / magnitude; // infinite if all expected are 0
  result.agree =
      floats && tolerance.maxRelative ? result.maxRelative <= *tolerance.maxRelative : !bad;
  if (!result.agree)
    result.message =
        llvm::formatv("{0} of {1} elements differ; at {2} expected {3}, got {4}", result.differing,
                      expected.numElements(), indexText(expected, worst),
                      numberText(elementAsDouble(expected, worst)),
                      numberText(elementAsDouble(actual, worst)))
            .str();
  return result;
}
