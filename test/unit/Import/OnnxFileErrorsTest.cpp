// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each limit and each diagnostic of the reader.
#include "test/unit/Import/OnnxFixture.h"
#include <sys/stat.h>

namespace {
using OnnxFileErrorsTest = OnnxFixture;

const char *valid = "g (float[2] x) => (float[2] y) { y = Relu(x) }";

std::string tensorModel(llvm::StringRef tensor) {
  return ("ir_version: 10 opset_import { version: 21 } graph { name: \"g\" "
          "output { name: \"y\" type { tensor_type { elem_type: 1 shape { } } } } "
          "node { op_type: \"Identity\" input: \"w\" output: \"y\" } "
          "initializer { name: \"w\" " +
          tensor + " } }")
      .str();
}

TEST_F(OnnxFileErrorsTest, a_missing_file) {
  EXPECT_EQ(read("/nonexistent/m.onnx"), "error: cannot open '/nonexistent/m.onnx'\n"
                                         "note: check the path and its permissions\n");
}

TEST_F(OnnxFileErrorsTest, a_folder) { EXPECT_CONTAINS(read(folder), "is not a regular file"); }

TEST_F(OnnxFileErrorsTest, a_pipe) {
  std::string path = folder + "/pipe.onnx";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_CONTAINS(read(path), "is not a regular file");
}

TEST_F(OnnxFileErrorsTest, an_empty_file) {
  EXPECT_EQ(read(write("m.onnx", "")),
            "error: the file has no graph\nnote: export the model again\n");
}

TEST_F(OnnxFileErrorsTest, not_protobuf) {
  EXPECT_CONTAINS(read(write("m.onnx", "\xff\xff\xff\xff junk")),
                  "error: the file is not an ONNX model: its protobuf cannot "
                  "be parsed\nnote: text needs the extension .onnxtxt");
}

TEST_F(OnnxFileErrorsTest, bad_onnx_text) {
  EXPECT_CONTAINS(readText("g (float[2] x => "),
                  "error: cannot parse the ONNX text: [ParseError at position "
                  "(line: 2 column: ");
}

TEST_F(OnnxFileErrorsTest, bad_protobuf_text) {
  EXPECT_EQ(read(write("m.pbtxt", "graph {\n  nodes {} }")),
            "error: cannot parse the protobuf text: line 2, column 9: Message "
            "type \"onnx.GraphProto\" has no field named \"nodes\".\n"
            "note: the text is that of an onnx.ModelProto\n");
}

TEST_F(OnnxFileErrorsTest, file_limit) {
  options.limits.fileBytes = 10;
  EXPECT_EQ(read(write("m.onnx", std::string(11, 'a'))),
            "error: the file has 11 bytes, the limit is 10\n"
            "note: store the weights as external data\n");
}

TEST_F(OnnxFileErrorsTest, text_limit) {
  options.limits.textBytes = 10;
  EXPECT_CONTAINS(readText(valid), "bytes, the limit is 10");
}

TEST_F(OnnxFileErrorsTest, text_depth) {
  std::string deep = "# \" }\n" + std::string(200, '{');
  EXPECT_CONTAINS(read(write("m.onnxtxt", deep)), "the text nests deeper than 100 brackets");
  EXPECT_CONTAINS(read(write("m.textproto", std::string(200, '{'))),
                  "cannot parse the protobuf text");
}

TEST_F(OnnxFileErrorsTest, node_limit) {
  options.limits.nodes = 1;
  EXPECT_CONTAINS(readText("g (float[2] x) => (float[2] y) { z = Relu(x) \n y = Relu(z) }"),
                  "error: the model has more than 1 nodes once its local functions are "
                  "expanded\nnote: split the model\n");
}

TEST_F(OnnxFileErrorsTest, nesting_limit) {
  options.limits.nesting = 0;
  EXPECT_CONTAINS(readText(R"(g (bool c, float[2] x) => (float[2] y) {
      y = If (c) < then_branch = t () => (float[2] a) { a = Relu(x) },
                   else_branch = e () => (float[2] b) { b = Neg(x) } > })"),
                  "error: graphs are nested deeper than 0\n");
}

TEST_F(OnnxFileErrorsTest, rank_limit) {
  options.limits.rank = 1;
  EXPECT_CONTAINS(readText("g (float[2,3] x) => (float[2,3] y) { y = Relu(x) }"),
                  "error: 'x': rank 2 is above the limit of 1\n");
}

TEST_F(OnnxFileErrorsTest, element_limit) {
  options.limits.elements = 5;
  EXPECT_CONTAINS(readText("g (float[2,3] x) => (float[2,3] y) { y = Relu(x) }"),
                  "error: 'x': its shape has more than 5 elements\n");
}

TEST_F(OnnxFileErrorsTest, element_overflow) {
  EXPECT_CONTAINS(
      read(write("m.textproto", tensorModel("data_type: 1 dims: 4294967296 dims: 4294967296 "
                                            "dims: 4294967296"))),
      "error: initializer 'w': its shape has more than");
}

TEST_F(OnnxFileErrorsTest, tensors) {
  auto text = [&](llvm::StringRef tensor) {
    return read(write("m.textproto", tensorModel(tensor)));
  };
  EXPECT_CONTAINS(text("data_type: 1 dims: -1"), "dimension -1 is negative");
  EXPECT_EQ(text("data_type: 1 dims: 2 raw_data: 'abcd'"),
            "error: initializer 'w': expected 8 bytes of data for 2 elements of "
            "type float, got 4\n"
            "note: the file is damaged; export the model again\n");
  EXPECT_CONTAINS(text("data_type: 1 dims: 2 float_data: [1, 2, 3]"),
                  "expected 8 bytes of data for 2 elements of type float, got 12");
  EXPECT_CONTAINS(text("data_type: 8 dims: 2 string_data: 'a'"), "expected 2 strings, got 1");
  EXPECT_CONTAINS(text("data_type: 99 dims: 1 raw_data: 'a'"),
                  "element type 99 is not one that ONNX 1.23 defines");
  EXPECT_CONTAINS(text("data_type: 1 segment { begin: 0 end: 1 }"),
                  "tensors in segments are not supported");
}

TEST_F(OnnxFileErrorsTest, sparse_initializers) {
  EXPECT_CONTAINS(read(write("m.textproto", "ir_version: 10 opset_import { version: 21 } graph { "
                                            "sparse_initializer { values { name: 's' } } }")),
                  "error: sparse initializer 's' is not supported\nnote: store it as a dense");
}

TEST_F(OnnxFileErrorsTest, a_newer_opset) {
  EXPECT_EQ(readText(valid, "\"\" : 99"),
            "error: opset 99 is newer than 28, the newest that is supported\n"
            "note: export the model with opset 28\n");
}

TEST_F(OnnxFileErrorsTest, scan_of_opset_8) {
  EXPECT_CONTAINS(
      readText(R"(g (int64[1] n, float[1,2] i, float[1,3,2] x) => (float[1,2] y, float[1,3,2] z) {
      y, z = Scan <num_scan_inputs = 1,
        body = b (float[2] a, float[2] c) => (float[2] d, float[2] e) {
          d = Add(a, c) e = Identity(d) }> (n, i, x) })",
               "\"\" : 8"),
      "error: node 'Scan_y' (Scan): Scan of opset 8 with sequence_lens is not supported");
  EXPECT_CONTAINS(
      readText(R"(g (float[1,3,2] x) => (float[1,3,1] z) {
      z = Scan <num_scan_inputs = 1, body = b (float[2] c) => (float[1] e) {
          e = ReduceSum <axes = [0]> (c) }> (, x) })",
               "\"\" : 8"),
      "error: node 'ReduceSum_e' (ReduceSum): not supported inside of a Scan of opset 8");
}

TEST_F(OnnxFileErrorsTest, an_invalid_model) {
  EXPECT_CONTAINS(readText("g (float[2] x) => (float[2] y) { y = NoSuchOperator(x) }"),
                  "error: the model is not valid ONNX: No Op registered for NoSuchOperator");
}

TEST_F(OnnxFileErrorsTest, an_undefined_value) {
  EXPECT_CONTAINS(readText("g (float[2] x) => (float[2] y) { y = Relu(z) }"),
                  "error: the model is not valid ONNX: ");
}

TEST_F(OnnxFileErrorsTest, attributes_that_crash_inference) {
  EXPECT_EQ(readText("g (float[2,3] x, float[3] s) => (float[2,3] y) { y = "
                     "LayerNormalization <axis = 2147483648> (x, s) }"),
            "error: node 'LayerNormalization_y' (LayerNormalization): axis "
            "2147483648 is beyond any rank up to 32\n"
            "note: an axis lies between minus the rank and the rank\n");
  EXPECT_CONTAINS(readText("g (float[2,3] x) => (float[2,1] y) { y = "
                           "ReduceMean <axes = [-99]> (x) }",
                           "\"\" : 13"),
                  "axes -99 is beyond");
  EXPECT_CONTAINS(readText("g (float[2,3] x, int64[2,1] i) => (float[2] y) { y = "
                           "GatherND <batch_dims = -1000> (x, i) }"),
                  "expected batch_dims from 0 to 32, got -1000");
  EXPECT_CONTAINS(readText("g (float[4] x) => (float[2] y, float[2] z) { y, z = "
                           "Split <num_outputs = 2000000000> (x) }"),
                  "expected num_outputs to be the number of outputs, 2, got "
                  "2000000000");
}

TEST_F(OnnxFileErrorsTest, einsum_equations_that_crash_inference) {
  for (llvm::StringRef term : {">", "i>", "i.", "....", "i...i...", "i-"})
    EXPECT_CONTAINS(readText("g (float[2] x, float[2] y) => (float z) { z = Einsum <equation = \"" +
                             term.str() + ",i\"> (x, y) }"),
                    "expected letters and at most one ellipsis in each term of the equation");
}

TEST_F(OnnxFileErrorsTest, steps_that_crash_inference) {
  for (llvm::StringRef step : {"9223372036854775807", "2147483648", "-4294967297"})
    EXPECT_CONTAINS(readText("g (float[2] x) => (float[N] y) <int64[1] a = {1}, int64[1] b = {" +
                             std::string(step.front() == '-' ? "-9" : "9") +
                             "}, int64[1] c = {0}, int64[1] s = {" + step.str() +
                             "}> { y = Slice(x, a, b, c, s) }"),
                    "-> tensor<1xf32>");
}

TEST_F(OnnxFileErrorsTest, absent_in_a_list) {
  EXPECT_EQ(
      readText("g (float[2] x) => (float[4] y) { y = Concat <axis = 0> (x, , x) }"),
      "error: node 'Concat_y' (Concat): input 1 is absent, where any number of inputs may be\n"
      "note: connect the input, or leave it out\n");
}

TEST_F(OnnxFileErrorsTest, nothing_to_compute) {
  EXPECT_EQ(readText("g (float[2] x) => () { y = Relu(x) }"),
            "error: the model has no outputs\n"
            "note: name what is to be computed as outputs of the graph\n");
}

const char *header = "<ir_version: 10, opset_import: [\"\" : 21, \"f\" : 1]>\n";

TEST_F(OnnxFileErrorsTest, attributes_through_functions) {
  std::string text = std::string(header) + R"(
    g (float[2,3] x, float[3] s) => (float[2,3] y) { y = f.outer <a = -2147483649> (x, s) }
    <domain: "f", opset_import: ["" : 21, "f" : 1]>
    outer <a> (x, s) => (y) { y = f.inner <b: int = @a> (x, s) }
    <domain: "f", opset_import: ["" : 17]>
    inner <b> (x, s) => (y) { y = LayerNormalization <axis: int = @b> (x, s) })";
  EXPECT_CONTAINS(read(write("m.onnxtxt", text)), "axis -2147483649 is beyond");
}

TEST_F(OnnxFileErrorsTest, equations_through_functions) {
  std::string text = std::string(header) + R"(
    g (float[2] x) => (float y) { y = f.product <e = ">,i"> (x) }
    <domain: "f", opset_import: ["" : 21]>
    product <e> (x) => (y) { y = Einsum <equation: string = @e> (x, x) })";
  EXPECT_CONTAINS(read(write("m.onnxtxt", text)), "letters and at most one ellipsis");
}

TEST_F(OnnxFileErrorsTest, elements_that_cannot_be_counted) {
  for (llvm::StringRef size : {"4611686018427387904, 4", "0, 4611686018427387904, 4"}) {
    EXPECT_CONTAINS(readText("g (float[" + size.str() + "] x) => (float[1] y) { y = Abs(x) }"),
                    "error: 'x': its shape has more than 1099511627776 elements");
    EXPECT_CONTAINS(readText("g (float[1] x) => (float[" + size.str() + "] y) { y = Abs(x) }"),
                    "error: 'y': its shape has more than");
    EXPECT_CONTAINS(readText("g (float[1] x) => (float[1] y) <float[" + size.str() +
                             "] w = {}> { y = Add(x, w) }"),
                    "error: initializer 'w': its shape has more than");
  }
  // Not stated, but inferred.
  EXPECT_CONTAINS(readText("g (float[1] x) => (float y) <int64[2] s = {4611686018427387904, 4}> "
                           "{ e = Expand(x, s)  y = ReduceSum <keepdims = 0> (e) }"),
                  "error: 'e': its shape has more than");
}

TEST_F(OnnxFileErrorsTest, functions_that_double) {
  std::string text = std::string(header) + "g (float[2] x) => (float[2] y) { y = f.f40(x) }\n";
  for (int i = 40; i > 0; --i) {
    std::string callee = "f.f" + std::to_string(i - 1);
    text += "<domain: \"f\", opset_import: [\"\" : 21, \"f\" : 1]>\nf" + std::to_string(i) +
            " (x) => (y) { z = " + callee + "(x) \n y = " + callee + "(z) }\n";
  }
  text += "<domain: \"f\", opset_import: [\"\" : 21]>\nf0 (x) => (y) { y = "
          "Relu(x) }\n";
  EXPECT_CONTAINS(read(write("m.onnxtxt", text)), "nodes once its local functions are expanded");
}

TEST_F(OnnxFileErrorsTest, functions_that_recur) {
  std::string text = std::string(header) + R"(
    g (float[2] x) => (float[2] y) { y = f.a(x) }
    <domain: "f", opset_import: ["f" : 1]> a (x) => (y) { y = f.a(x) })";
  EXPECT_CONTAINS(read(write("m.onnxtxt", text)),
                  "error: node 'a_y' (a): local functions call themselves or");
}

TEST_F(OnnxFileErrorsTest, graph_lists) {
  EXPECT_CONTAINS(read(write("m.textproto", R"(
    ir_version: 10 opset_import { version: 21 } opset_import { domain: "d" version: 1 }
    graph { name: "g" node { domain: "d" op_type: "Op" output: "y"
        attribute { name: "bodies" type: GRAPHS graphs { name: "a" } } }
      output { name: "y" type { tensor_type { elem_type: 1 shape { } } } } })")),
                  "error: attribute 'bodies' of node 'Op_y' (Op) is of kind "
                  "GRAPHS, which is not supported");
}
} // namespace
