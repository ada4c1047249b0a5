// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How inputs that are sequences or optional become tensors.
#include "test/unit/Import/OnnxFixture.h"

namespace {
using OnnxFileSequencesTest = OnnxFixture;

const char *join = "g (seq(float[N,3]) x) => (float[M,3] y) "
                   "{ y = ConcatFromSequence <axis = 0> (x) }";
const char *get = "g (optional(float[4]) x) => (float[4] y) { y = OptionalGetElement(x) }";

TEST_F(OnnxFileSequencesTest, elements_are_inputs) {
  options.lengths = {{"x", 2}};
  options.dims = {{"N", 5}};
  std::string text = readText(join);
  EXPECT_CONTAINS(text, "%arg0: tensor<5x3xf32> {onnx.name = \"x_0\"}, %arg1: "
                        "tensor<5x3xf32> {onnx.name = \"x_1\"}");
  EXPECT_CONTAINS(text, "\"SequenceConstruct\"(%arg0, %arg1)");
}

// N is no batch, and need not be one size.
TEST_F(OnnxFileSequencesTest, elements_have_sizes_of_their_own) {
  options.lengths = {{"x", 2}};
  options.dims = {{"x_0:0", 5}, {"x_1:0", 6}};
  EXPECT_CONTAINS(readText(join), "%arg0: tensor<5x3xf32> {onnx.name = \"x_0\"}, %arg1: "
                                  "tensor<6x3xf32> {onnx.name = \"x_1\"}");
  options.dims.clear();
  EXPECT_EQ(readText(join), "error: dimensions without a size: 'N'\n"
                            "note: give each a size, for example --dim N=128\n");
}

TEST_F(OnnxFileSequencesTest, a_sequence_may_be_empty) {
  options.lengths = {{"x", 0}};
  EXPECT_CONTAINS(readText("g (seq(float[N]) x, float[2] z) => (int64 y, float[2] w) "
                           "{ y = SequenceLength(x) w = Relu(z) }"),
                  "\"SequenceEmpty\"()");
}

TEST_F(OnnxFileSequencesTest, lengths_must_be_given) {
  EXPECT_EQ(readText("g (seq(float[2]) x, optional(seq(float[2])) z) => (int64 y) "
                     "{ y = SequenceLength(x) }"),
            "error: sequences without a length: 'x', 'z'\n"
            "note: give each the number of its elements, for example --length x=3 --length z=3\n");
}

TEST_F(OnnxFileSequencesTest, lengths_are_bounded) {
  for (int64_t length : {int64_t(-1), int64_t(1) << 40}) {
    options.lengths = {{"x", length}};
    EXPECT_CONTAINS(readText(join), "error: sequence 'x' is to have " + std::to_string(length) +
                                        " elements\n"
                                        "note: give a number from 0 to 4096 behind --length x\n");
  }
}

TEST_F(OnnxFileSequencesTest, names_of_elements_may_be_taken) {
  options.lengths = {{"x", 2}};
  for (const char *text :
       {"g (seq(float[2]) x) => (int64 x_1) { x_1 = SequenceLength(x) }",
        "g (seq(float[2]) x, float[2] x_1) => (int64 y) { y = SequenceLength(x) }"})
    EXPECT_CONTAINS(readText(text), "error: input 'x' is a sequence, whose element 1 is to be an "
                                    "input 'x_1', but the model has a value of that name\n"
                                    "note: rename the value in the model\n");
}

// Graphs inside read the optional, too.
TEST_F(OnnxFileSequencesTest, optionals_are_there) {
  EXPECT_CONTAINS(readText(get), "\"Optional\"(%arg0)");
  std::string text =
      readText("g (optional(float[4]) x, bool c) => (float[4] y) {"
               "y = If (c) <then_branch = t () => (float[4] a)"
               "{ a = OptionalGetElement(x) },"
               "else_branch = e () => (float[4] b) { b = OptionalGetElement(x) }> }");
  EXPECT_CONTAINS(text, "%arg0: tensor<4xf32> {onnx.name = \"x\"}");
  EXPECT_CONTAINS(text, "\"OptionalGetElement\"(%x.element)");
  options.lengths = {{"x", 1}};
  EXPECT_CONTAINS(readText("g (optional(seq(float[4])) x) => (seq(float[4]) y) "
                           "{ y = OptionalGetElement(x) }"),
                  "%arg0: tensor<4xf32> {onnx.name = \"x_0\"}");
}

TEST_F(OnnxFileSequencesTest, optionals_may_be_absent) {
  options.absent = {"x"};
  std::string text = readText("g (optional(float[4]) x, float[2] z) => (bool y, float[2] w) "
                              "{ y = OptionalHasElement(x) w = Relu(z) }");
  EXPECT_CONTAINS(text, "\"Optional\"() since");
  EXPECT_CONTAINS(text, "%arg0: tensor<2xf32> {onnx.name = \"z\"}");
}

TEST_F(OnnxFileSequencesTest, names_without_effect_are_warnings) {
  options.lengths = {{"x", 1}};
  options.absent = {"z"};
  std::string text = readText(get);
  EXPECT_CONTAINS(text, "warning: the model has no input 'x' that is a sequence\n"
                        "note: the option has no effect\n");
  EXPECT_CONTAINS(text, "warning: the model has no input 'z' that is optional\n");
}

// An element of unknown rank has the dimensions that are given.
TEST_F(OnnxFileSequencesTest, ranks_may_be_open) {
  options.lengths = {{"x", 1}};
  const char *model = "g (seq(float[]) x) => (int64 y) { y = SequenceLength(x) }";
  options.dims = {{"x_0:0", 2}, {"x_0:1", 3}};
  EXPECT_CONTAINS(readText(model), "%arg0: tensor<2x3xf32> {onnx.name = \"x_0\"}");
  options.dims = {{"x_0:1", 3}};
  EXPECT_CONTAINS(readText(model),
                  "error: input 'x_0' has an unknown number of dimensions\n"
                  "note: state its shape in the model, or give each dimension a size, for example "
                  "--dim x_0:0=1 --dim x_0:1=128\n");
}

} // namespace
