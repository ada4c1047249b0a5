// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Chains: their grammar, and the arithmetic. Resizing and real images are
// compared with Pillow in test/Integration/evaluate.py.
#include "pith/Data/Preprocess.h"
#include "gtest/gtest.h"
#include "test/unit/Data/Files.h"

using namespace pith;

static Array applied(llvm::StringRef chain, Array array) {
  auto preprocess = Preprocess::parse(chain);
  EXPECT_TRUE(bool(preprocess)) << llvm::toString(preprocess.takeError());
  auto result = preprocess->apply(std::move(array));
  EXPECT_TRUE(bool(result)) << llvm::toString(result.takeError());
  return std::move(*result);
}

static std::string applyError(llvm::StringRef chain, Array array) {
  return errorOf(Preprocess::parse(chain)->apply(std::move(array)));
}

TEST(Preprocess, presets_equal_their_chains) {
  Array image = bytes({225, 230, 3});
  for (llvm::StringRef preset : {"imagenet", "mnist", "cifar10"}) {
    std::string chain = Preprocess::parse(preset)->chain();
    EXPECT_NE(chain, preset);
    EXPECT_EQ(applied(preset, image).data, applied(chain, image).data);
    EXPECT_EQ(Preprocess::parse(chain)->chain(), chain);
  }
  EXPECT_EQ(
      applied("imagenet", image).data,
      applied("crop=224, scale=1/255, mean=0.485;0.456;0.406, std=0.229:0.224:0.225, layout=nchw",
              image)
          .data);
}

TEST(Preprocess, raw_changes_nothing) {
  Array image = bytes({2, 3, 3});
  EXPECT_EQ(applied("raw", image).data, image.data);
  EXPECT_EQ(applied("raw", image).shape, image.shape);
}

TEST(Preprocess, each_operation_rounds_to_f32) {
  Array result = applied("scale=1/255,mean=0.1307,std=0.3081", bytes({16, 16}));
  EXPECT_EQ(result.shape, (llvm::SmallVector<int64_t>{1, 16, 16, 1}));
  std::vector<float> values = floatsOf(result);
  for (int i = 0; i < 256; ++i) {
    volatile float value = float(i) / 255.0f; // volatile: one rounding each
    value = value - 0.1307f;
    value = value / 0.3081f;
    EXPECT_EQ(values[i], value);
  }
}

TEST(Preprocess, mean_and_std_follow_the_channels) {
  Array result = applied("mean=1:2:3,std=1:2:4", bytes({1, 2, 3}));
  EXPECT_EQ(floatsOf(result), (std::vector<float>{-1, -0.5, -0.25, 2, 1, 0.5}));
}

TEST(Preprocess, the_centre_is_cut_out_and_halves_round_down) {
  Array result = applied("crop=2x1", bytes({5, 4})); // rows 1 and 2, column 1
  EXPECT_EQ(result.data, (std::vector<char>{5, 9}));
  EXPECT_EQ(applied("crop=2", bytes({2, 2})).data, bytes({2, 2}).data);
  EXPECT_EQ(floatsOf(applied("scale=1,crop=1", floats({3, 3}, {0, 1, 2, 3, 4, 5, 6, 7, 8}))),
            std::vector<float>{4});
}

TEST(Preprocess, layouts_and_channel_orders) {
  Array image = bytes({1, 2, 3});
  EXPECT_EQ(applied("layout=nchw", image).data, (std::vector<char>{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(applied("layout=nchw", image).shape, (llvm::SmallVector<int64_t>{1, 3, 1, 2}));
  EXPECT_EQ(applied("bgr", image).data, (std::vector<char>{2, 1, 0, 5, 4, 3}));
  // Planes come in as they go out.
  Array planes = bytes({3, 1, 2});
  EXPECT_EQ(applied("crop=1x2,layout=nchw", planes).data, planes.data);
}

TEST(Preprocess, grey_weights_add_up_to_one) {
  Array image = bytes({1, 1, 3});
  image.data = {char(200), char(200), char(200)};
  EXPECT_EQ(applied("grey", image).data, std::vector<char>{char(200)});
  image.data = {char(255), 0, 0};
  EXPECT_EQ(applied("grey", image).data, std::vector<char>{76});
  EXPECT_EQ(applied("grey", bytes({2, 2})).data, bytes({2, 2}).data);
}

TEST(Preprocess, the_short_side_and_both_sides) {
  EXPECT_EQ(applied("resize=4", bytes({2, 3})).shape, (llvm::SmallVector<int64_t>{1, 4, 6, 1}));
  EXPECT_EQ(applied("resize=3", bytes({4, 2})).shape, (llvm::SmallVector<int64_t>{1, 6, 3, 1}));
  EXPECT_EQ(applied("resize=5x2", bytes({2, 2})).shape, (llvm::SmallVector<int64_t>{1, 5, 2, 1}));
  EXPECT_EQ(applied("resize=2x2", bytes({2, 2})).data, bytes({2, 2}).data);
  // 0 and 100, to the mean.
  Array pair = bytes({1, 2});
  pair.data = {0, 100};
  EXPECT_EQ(applied("resize=1x1", pair).data, std::vector<char>{50});
}

TEST(Preprocess, mistakes_name_the_item) {
  auto error = [](llvm::StringRef text) { return errorOf(Preprocess::parse(text)); };
  EXPECT_EQ(error("imagnet").substr(0, 56),
            "preprocessing 'imagnet': unknown; expected raw, imagenet");
  EXPECT_EQ(error("crop=224,crop=3"), "preprocessing 'crop=3': 'crop' is given twice");
  EXPECT_EQ(error("std=1:0:1"), "preprocessing 'std=1:0:1': divides by 0");
  EXPECT_NE(error("mean=1:2").find("one number, or three"), std::string::npos);
  EXPECT_NE(error("mean=1:nan:2").find("one number, or three"), std::string::npos);
  EXPECT_NE(error("scale=1/0").find("a factor"), std::string::npos);
  EXPECT_NE(error("scale=").find("a factor"), std::string::npos);
  EXPECT_NE(error("resize=0").find("a size from 1"), std::string::npos);
  EXPECT_NE(error("resize=4x0").find("a size from 1"), std::string::npos);
  EXPECT_NE(error("crop=99999").find("a size from 1"), std::string::npos);
  EXPECT_NE(error("grey=1").find("takes no value"), std::string::npos);
  EXPECT_NE(error("layout=chw").find("layout=nchw or layout=nhwc"), std::string::npos);
  EXPECT_NE(error("scale=1,resize=4").find("before scale"), std::string::npos);
  EXPECT_NE(error(""), "");
  EXPECT_NE(error("crop=2,").find("''"), std::string::npos);
}

TEST(Preprocess, what_does_not_fit_the_chain) {
  EXPECT_NE(applyError("crop=4", bytes({3, 9})).find("put resize=4 before crop"),
            std::string::npos);
  EXPECT_NE(applyError("mean=1:2:3", bytes({2, 2})).find("give one value for all"),
            std::string::npos);
  EXPECT_NE(applyError("resize=2", floats({1, 1}, {1})).find("8-bit pixels"), std::string::npos);
  EXPECT_NE(applyError("bgr", bytes({2, 2})).find("3 channels"), std::string::npos);
  EXPECT_NE(applyError("scale=1", bytes({7})).find("expected pixels"), std::string::npos);
  EXPECT_NE(applyError("scale=1", bytes({2, 2, 2})).find("expected pixels"), std::string::npos);
  // One pixel high and very wide: the short side would make it enormous.
  EXPECT_NE(applyError("resize=16384", bytes({1, 5000})).find("exceed the limit"),
            std::string::npos);
}
