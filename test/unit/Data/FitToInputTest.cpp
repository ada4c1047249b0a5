// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What becomes the input of a model, and what is refused.
#include "gtest/gtest.h"
#include "pith/Support/CompareArrays.h"
#include "test/unit/Data/Files.h"

using namespace pith;

static InputSpec spec(llvm::StringRef type, llvm::ArrayRef<int64_t> shape) {
  InputSpec input;
  input.name = "x";
  input.type = type.str();
  input.shape.assign(shape.begin(), shape.end());
  return input;
}

TEST(FitToInput, sizes_of_one_come_and_go) {
  auto fitted = fitToInput(bytes({28, 28}), spec("u8", {1, 1, 28, 28}));
  ASSERT_TRUE(bool(fitted));
  EXPECT_EQ(fitted->shape, (llvm::SmallVector<int64_t>{1, 1, 28, 28}));
  EXPECT_EQ(fitted->data, bytes({28, 28}).data);
  EXPECT_TRUE(bool(fitToInput(bytes({1, 4, 1}), spec("u8", {4}))));
  EXPECT_NE(errorOf(fitToInput(bytes({2, 3}), spec("u8", {3, 2}))), "");
  EXPECT_NE(errorOf(fitToInput(bytes({6}), spec("u8", {3, 2}))), "");
}

TEST(FitToInput, numbers_keep_their_value_or_are_refused) {
  for (llvm::StringRef type : {"i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64"}) {
    auto fitted = fitToInput(bytes({256}), spec(type, {256}));
    ASSERT_TRUE(bool(fitted)) << type.str();
    for (int64_t i = 0; i < 256; ++i)
      EXPECT_EQ(elementAsDouble(*fitted, i), double(i)) << type.str();
  }
  Array negative = bytes({1});
  negative.type = ElementType::I8;
  negative.data = {-5};
  for (llvm::StringRef type : {"i16", "i32", "i64", "f32", "f64"})
    EXPECT_EQ(elementAsDouble(*fitToInput(negative, spec(type, {1})), 0), -5) << type.str();
  for (llvm::StringRef type : {"u8", "u16", "u32", "u64", "bool", "f16", "u4"})
    EXPECT_NE(errorOf(fitToInput(negative, spec(type, {1}))), "") << type.str();
  EXPECT_NE(errorOf(fitToInput(bytes({1}), spec("i8", {1}))), "");
  EXPECT_NE(errorOf(fitToInput(floats({1}, {1}), spec("u8", {1}))), "");
  Array wide = bytes({8});
  wide.type = ElementType::I64;
  wide.shape = {1};
  EXPECT_NE(errorOf(fitToInput(wide, spec("f64", {1}))), "");
}

TEST(FitToInput, the_message_names_both_sides_and_a_remedy) {
  EXPECT_EQ(
      errorOf(fitToInput(bytes({4, 5, 3}), spec("f32", {1, 3, 4, 5}))),
      "input 'x': expected f32 [1x3x4x5], got u8 [4x5x3]; choose --preprocess=imagenet, mnist, "
      "cifar10 or a chain that ends in this form");
  EXPECT_NE(
      errorOf(fitToInput(floats({1, 3, 1, 1}, {1, 2, 3}), spec("f32", {1, 4, 1, 1}))).find("--dim"),
      std::string::npos);
}
