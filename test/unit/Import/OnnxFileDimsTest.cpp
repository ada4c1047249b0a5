// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How symbolic dimensions of inputs get their sizes.
#include "test/unit/Import/OnnxFixture.h"

namespace {
using OnnxFileDimsTest = OnnxFixture;

const char *batched = "g (float[N,3] x) => (float[N,3] y) { y = Relu(x) }";
const char *sequence = "g (float[N,L] x, float[L] z) => (float[N,L] y) "
                       "{ y = Add(x, z) }";

TEST_F(OnnxFileDimsTest, a_leading_dimension_is_one) {
  EXPECT_CONTAINS(readText(batched), "%arg0: tensor<1x3xf32>");
}

TEST_F(OnnxFileDimsTest, a_leading_dimension_without_name_is_one) {
  EXPECT_CONTAINS(readText("g (float[?,3] x) => (float[?,3] y) { y = Relu(x) }"),
                  "%arg0: tensor<1x3xf32>");
}

TEST_F(OnnxFileDimsTest, names_bind_everywhere) {
  options.dims = {{"N", 4}, {"L", 7}};
  std::string text = readText(sequence);
  EXPECT_CONTAINS(text, "%arg0: tensor<4x7xf32> {onnx.name = \"x\"}, %arg1: "
                        "tensor<7xf32>");
  EXPECT_CONTAINS(text, "-> (tensor<4x7xf32> {onnx.name = \"y\"})");
}

TEST_F(OnnxFileDimsTest, positions_bind_their_symbol) {
  options.dims = {{"x:1", 7}};
  EXPECT_CONTAINS(readText(sequence), "%arg1: tensor<7xf32>");
}

// L leads z, but a length is no batch.
TEST_F(OnnxFileDimsTest, unbound_dimensions_are_listed_with_a_remedy) {
  EXPECT_EQ(readText(sequence), "error: dimensions without a size: 'L'\n"
                                "note: give each a size, for example --dim L=128\n");
  EXPECT_EQ(readText("g (float[1,A,B] x, float[2,?] z) => (float[1,A,B] y) "
                     "{ y = Relu(x) }"),
            "error: dimensions without a size: 'A', 'B', 'z:1'\n"
            "note: give each a size, for example --dim A=128 --dim B=128 "
            "--dim z:1=128\n");
}

TEST_F(OnnxFileDimsTest, unknown_names_are_warnings) {
  options.dims = {{"N", 2}, {"M", 3}};
  std::string text = readText(batched);
  EXPECT_CONTAINS(text, "warning: the model has no symbolic dimension 'M'\n"
                        "note: it has 'N'\n");
  EXPECT_CONTAINS(text, "%arg0: tensor<2x3xf32>");
}

TEST_F(OnnxFileDimsTest, unknown_names_in_a_fixed_model) {
  options.dims = {{"M", 3}};
  EXPECT_CONTAINS(readText("g (float[2] x) => (float[2] y) { y = Relu(x) }"),
                  "note: all its dimensions are fixed\n");
}

TEST_F(OnnxFileDimsTest, contradictions_are_errors) {
  options.dims = {{"L", 4}, {"x:1", 5}};
  EXPECT_EQ(readText(sequence), "error: dimension 'L' is bound to 5 and to 4\n"
                                "note: bind it once\n");
}

TEST_F(OnnxFileDimsTest, sizes_are_positive) {
  options.dims = {{"N", 0}};
  EXPECT_EQ(readText(batched), "error: dimension 'N' is bound to 0\n"
                               "note: give a size of at least 1\n");
}

TEST_F(OnnxFileDimsTest, huge_sizes_are_refused) {
  options.dims = {{"N", INT64_MAX}};
  EXPECT_CONTAINS(readText(batched), "error: 'x': its shape has more than");
}

TEST_F(OnnxFileDimsTest, initializers_need_no_sizes) {
  EXPECT_CONTAINS(readText("g (float[2] x, float[2] w) => (float[2] y) "
                           "<float[2] w = {1, 2}> { y = Add(x, w) }"),
                  "@main(%arg0: tensor<2xf32>");
}
} // namespace
