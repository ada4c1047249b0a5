// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values of layers: between floats and codes, and how far they are apart.
#include "lib/Pipeline/LayerValues.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace pith;

namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

template <typename T> Array arrayOf(ElementType type, std::vector<T> values) {
  Array array{"layer", type, {int64_t(values.size())}, {}};
  array.data.resize(values.size() * sizeof(T));
  std::memcpy(array.data.data(), values.data(), array.data.size());
  return array;
}

template <typename T> std::vector<T> valuesOf(const Array &array) {
  std::vector<T> values(array.data.size() / sizeof(T));
  std::memcpy(values.data(), array.data.data(), array.data.size());
  return values;
}

LayerFormat floats(int64_t size) { return {ElementType::F32, {size}, std::nullopt}; }

LayerFormat codes(ElementType type, int64_t size, float scale, int64_t zeroPoint) {
  bool isSigned = type == ElementType::I8 || type == ElementType::I16;
  return {type, {size}, CodeMeaning{scale, zeroPoint, isSigned}};
}

TEST(LayerValues, quantizes_half_to_even_and_saturates) {
  Array input = arrayOf<float>(ElementType::F32, {0.25f, 0.75f, -0.25f, 1e9f, -1e9f, nan});
  Array u8 = convert(input, floats(6), codes(ElementType::U8, 6, 0.5f, 10));
  EXPECT_EQ(valuesOf<uint8_t>(u8), (std::vector<uint8_t>{10, 12, 10, 255, 0, 10}));
  Array s8 = convert(input, floats(6), codes(ElementType::I8, 6, 0.5f, -1));
  EXPECT_EQ(valuesOf<int8_t>(s8), (std::vector<int8_t>{-1, 1, -1, 127, -128, -1}));
  Array s16 = convert(input, floats(6), codes(ElementType::I16, 6, 0.5f, 0));
  EXPECT_EQ(valuesOf<int16_t>(s16), (std::vector<int16_t>{0, 2, 0, 32767, -32768, 0}));
}

TEST(LayerValues, dequantizes) {
  Array input = arrayOf<uint8_t>(ElementType::U8, {0, 128, 255});
  Array output = convert(input, codes(ElementType::U8, 3, 0.1f, 128), floats(3));
  EXPECT_EQ(valuesOf<float>(output), (std::vector<float>{-128 * 0.1f, 0, 127 * 0.1f}));
}

TEST(LayerValues, moves_between_scales) {
  Array input = arrayOf<uint8_t>(ElementType::U8, {128, 130, 255});
  Array output =
      convert(input, codes(ElementType::U8, 3, 0.5f, 128), codes(ElementType::I8, 3, 0.25f, 0));
  EXPECT_EQ(valuesOf<int8_t>(output), (std::vector<int8_t>{0, 4, 127}));
}

TEST(LayerValues, knows_what_can_be_compared) {
  LayerFormat sums{ElementType::I32, {4}, std::nullopt};
  EXPECT_TRUE(areComparable(sums, sums));
  EXPECT_FALSE(areComparable(sums, floats(4))) << "a sum has no scale";
  EXPECT_TRUE(areComparable(floats(4), codes(ElementType::U8, 4, 1, 0)));
  EXPECT_FALSE(areComparable(floats(4), floats(5)));
}

TEST(LayerValues, counts_codes_in_codes) {
  LayerFormat format = codes(ElementType::U8, 4, 0.5f, 10);
  Distance distance;
  for (int sample = 0; sample < 2; ++sample)
    addDistance(distance, arrayOf<uint8_t>(ElementType::U8, {10, 12, 14, 16}), format,
                arrayOf<uint8_t>(ElementType::U8, {10, 12, 14, 19}), format);
  EXPECT_EQ(distance.elements, 8u);
  EXPECT_EQ(distance.share(), 0.25);
  EXPECT_EQ(distance.maxDifference, 3) << "codes, not values";
  // Values 0, 1, 2, 3 against a difference of 1.5.
  EXPECT_NEAR(*distance.sqnr(), 10 * std::log10(14 / 2.25), 1e-12);
}

TEST(LayerValues, compares_floats_with_codes_by_value) {
  Distance distance;
  addDistance(distance, arrayOf<float>(ElementType::F32, {0, 1, 2.25f}), floats(3),
              arrayOf<uint8_t>(ElementType::U8, {10, 12, 14}), codes(ElementType::U8, 3, 0.5f, 10));
  EXPECT_EQ(distance.differing, 1u);
  EXPECT_EQ(distance.maxDifference, 0.25);
}

TEST(LayerValues, says_where_a_ratio_is_none) {
  Distance equal, silent, odd;
  addDistance(equal, arrayOf<float>(ElementType::F32, {nan, 1, -0.0f}), floats(3),
              arrayOf<float>(ElementType::F32, {nan, 1, 0.0f}), floats(3));
  EXPECT_EQ(equal.differing, 0u);
  EXPECT_FALSE(equal.sqnr());
  addDistance(silent, arrayOf<float>(ElementType::F32, {0}), floats(1),
              arrayOf<float>(ElementType::F32, {1}), floats(1));
  EXPECT_FALSE(silent.sqnr());
  addDistance(odd, arrayOf<float>(ElementType::F32, {1, 2}), floats(2),
              arrayOf<float>(ElementType::F32, {nan, 2}), floats(2));
  EXPECT_TRUE(std::isinf(odd.maxDifference));
  EXPECT_FALSE(odd.sqnr());
  EXPECT_EQ(odd.share(), 0.5);
}

} // namespace
