// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the reader makes of valid models.
#include "test/unit/Import/OnnxFixture.h"

namespace {
using OnnxFileTest = OnnxFixture;

TEST_F(OnnxFileTest, names_the_main_function_and_its_values) {
  std::string text = readText(R"(g (float[2,3] x) => (float[2,3] y) {
    y = Relu(x)
  })");
  EXPECT_CONTAINS(text, "func.func @main(%arg0: tensor<2x3xf32> {onnx.name = "
                        "\"x\"}) -> (tensor<2x3xf32> {onnx.name = \"y\"})");
  EXPECT_CONTAINS(text, "%y = onnx.node \"Relu\"(%arg0) since 14 as [\"y\"] : "
                        "(tensor<2x3xf32>) -> tensor<2x3xf32>");
  EXPECT_CONTAINS(text, "return %y : tensor<2x3xf32>");
}

TEST_F(OnnxFileTest, reads_protobuf_text) {
  std::string text = read(write("m.textproto", R"(
    ir_version: 8 opset_import { version: 13 }
    graph { name: "g" node { name: "act" op_type: "Relu" input: "x" output: "y" }
      input { name: "x" type { tensor_type { elem_type: 1 shape { dim { dim_value: 2 } } } } }
      output { name: "y" type { tensor_type { elem_type: 1 shape { dim { dim_value: 2 } } } } } })"));
  EXPECT_CONTAINS(text, "onnx.node \"Relu\"(%arg0) since 14");
  module->walk([](pith::onnx::NodeOp node) { EXPECT_EQ(node.getNodeName(), "act"); });
}

TEST_F(OnnxFileTest, names_nodes_after_operator_and_output) {
  readText("g (float[2] x) => (float[2] y) { y = Relu(x) }");
  module->walk([](pith::onnx::NodeOp node) { EXPECT_EQ(node.getNodeName(), "Relu_y"); });
}

TEST_F(OnnxFileTest, keeps_unsigned_types) {
  std::string text = readText("g (uint8[2] x, int8[2] z, bool[2] b) => (uint8[2] y) "
                              "{ y = Identity(x) \n u = Identity(z) \n c = Identity(b) }");
  EXPECT_CONTAINS(text, "-> tensor<2xui8>");
  EXPECT_CONTAINS(text, "-> tensor<2xi8>");
  EXPECT_CONTAINS(text, "-> tensor<2xi1>");
}

TEST_F(OnnxFileTest, absent_operands_have_type_none) {
  std::string text = readText(R"(g (float[2] x, float high) => (float[2] y) {
    y = Clip(x, , high)
  })");
  EXPECT_CONTAINS(text, "%absent = onnx.absent : none");
  EXPECT_CONTAINS(text, "\"Clip\"(%arg0, %absent, %arg1)");
}

TEST_F(OnnxFileTest, trailing_absent_operands_vanish) {
  EXPECT_CONTAINS(readText("g (float[2] x) => (float[2] y) { y = Clip(x, , ) }"),
                  "\"Clip\"(%arg0) since");
}

TEST_F(OnnxFileTest, omitted_outputs_have_type_none) {
  std::string text = readText(R"(g (float[1,2,3] x, float[1,8,3] w, float[1,8,2] r)
      => (float[1,2,2] h) { , h = LSTM <hidden_size = 2> (x, w, r) })");
  EXPECT_CONTAINS(text, "%omitted, %h = onnx.node \"LSTM\"");
  EXPECT_CONTAINS(text, "-> (none, tensor<1x2x2xf32>)");
}

TEST_F(OnnxFileTest, bodies_are_regions_that_see_outer_values) {
  std::string text = readText(R"(g (bool c, float[2] x) => (float[2] y) {
    y = If (c) <
      then_branch = yes () => (float[2] a) { a = Relu(x) },
      else_branch = no () => (float[2] b) { b = Neg(x) }
    >
  })");
  EXPECT_CONTAINS(text, "with \"then_branch\" {");
  EXPECT_CONTAINS(text, "onnx.node \"Relu\"(%arg1)");
  EXPECT_CONTAINS(text, "}, \"else_branch\" {");
  EXPECT_CONTAINS(text, "onnx.yield %b : tensor<2xf32>");
}

TEST_F(OnnxFileTest, bodies_have_arguments) {
  std::string text = readText(R"(g (int64 n, bool go, float[2] x) => (float[2] y) {
    y = Loop (n, go, x) <
      body = step (int64 i, bool c, float[2] s) => (bool d, float[2] t) {
        d = Identity(c)
        t = Add(s, x)
      }
    >
  })");
  EXPECT_CONTAINS(text, "with \"body\" {\n    ^bb0(%arg3: tensor<i64>, "
                        "%arg4: tensor<i1>, %arg5: tensor<2xf32>):");
}

TEST_F(OnnxFileTest, initializers_are_constants_and_only_if_used) {
  std::string text =
      readText("g (float[2] x, float[2] w) => (float[2] y) "
               "<float[2] w = {1.0, 2.0}, float[2] unused = {3.0, 4.0}> { y = Add(x, w) }");
  EXPECT_CONTAINS(text, "@main(%arg0: tensor<2xf32> {onnx.name = \"x\"}) ->");
  EXPECT_CONTAINS(text, "%w = onnx.constant as \"w\" dense<[1.000000e+00, "
                        "2.000000e+00]> : tensor<2xf32>");
  EXPECT_LACKS(text, "unused");
}

TEST_F(OnnxFileTest, attributes_of_all_kinds) {
  std::string text = readText(R"(g (float[2] x) => (float[2] y) {
    y = com.example.Op <i = 3, f = 1.5, s = "a", is = [1, 2], fs = [1.0], ss = ["b", "c"],
      t = int32[2] {5, 6}> (x)
  })",
                              "\"\" : 21, \"com.example\" : 4");
  EXPECT_CONTAINS(text, "onnx.node \"com.example\" \"Op\"(%arg0) since 4 as "
                        "[\"y\"] {f = 1.500000e+00 : f32, fs = array<f32: "
                        "1.000000e+00>, i = 3 : i64, is = array<i64: 1, 2>, s "
                        "= \"a\", ss = [\"b\", \"c\"], t = dense<[5, 6]> : "
                        "tensor<2xi32>}");
}

// Two nibbles, four crumbs or a 6-bit stream to the byte; whole bytes here.
TEST_F(OnnxFileTest, packed_elements_are_unpacked) {
  auto tensor = [](llvm::StringRef name, int type, int dims, llvm::StringRef data) {
    return ("initializer { name: \"" + name + "\" data_type: " + llvm::Twine(type) + " dims: " +
            llvm::Twine(dims) + " " + data + " } node { op_type: \"Use\" domain: \"d\" input: \"" +
            name + "\" output: \"" + name + "_\" }\n")
        .str();
  };
  std::string text = read(write(
      "m.textproto",
      R"(
    ir_version: 13 opset_import { version: 28 } opset_import { domain: "d" version: 1 } graph { name: "g"
      output { name: "i4_" type { tensor_type { elem_type: 22 shape { dim { dim_value: 3 } } } } })" +
          tensor("bool", 9, 3, "raw_data: '\\001\\000\\007'") +
          tensor("i4", 22, 3, "raw_data: '\\x2f\\x07'") +
          tensor("u4", 21, 3, "int32_data: [0x2f, 7]") + tensor("u2", 25, 4, "raw_data: '\\xe4'") +
          tensor("f6", 27, 2, "raw_data: '\\x48\\x07'") +
          tensor("f6typed", 27, 2, "int32_data: [8, 29]") +
          tensor("f16", 10, 2, "int32_data: [0x3c00, 0xc000]") +
          tensor("bf16", 16, 1, "raw_data: '\\x80\\x3f'") +
          tensor("f8", 17, 1, "int32_data: 0x38") +
          tensor("u32", 12, 1, "uint64_data: 4294967295") +
          tensor("c64", 14, 1, "float_data: [1, 2]") + tensor("empty", 1, 0, "") + "}"));
  EXPECT_CONTAINS(text, "dense<[true, false, true]> : tensor<3xi1>");
  EXPECT_CONTAINS(text, "dense<[-1, 2, 7]> : tensor<3xi4>");
  EXPECT_CONTAINS(text, "dense<[15, 2, 7]> : tensor<3xui4>");
  EXPECT_CONTAINS(text, "dense<[0, 1, 2, 3]> : tensor<4xui2>");
  EXPECT_CONTAINS(text, "as \"f6\" dense<[1.000000e+00, 6.500000e+00]> : "
                        "tensor<2xf6E2M3FN>");
  EXPECT_CONTAINS(text, "as \"f6typed\" dense<[1.000000e+00, 6.500000e+00]>");
  EXPECT_CONTAINS(text, "dense<[1.000000e+00, -2.000000e+00]> : tensor<2xf16>");
  EXPECT_CONTAINS(text, "dense<1.000000e+00> : tensor<1xbf16>");
  EXPECT_CONTAINS(text, "dense<1.000000e+00> : tensor<1xf8E4M3FN>");
  EXPECT_CONTAINS(text, "dense<4294967295> : tensor<1xui32>");
  EXPECT_CONTAINS(text, "dense<(1.000000e+00,2.000000e+00)> : "
                        "tensor<1xcomplex<f32>>");
  EXPECT_CONTAINS(text, "dense<> : tensor<0xf32>");
}

TEST_F(OnnxFileTest, strings) {
  std::string text = readText("g (float[2] x) => (string[2] y) <string[2] s = {\"a\", \"b\"}> "
                              "{ y = Identity(s) }");
  EXPECT_CONTAINS(text, "dense<[\"a\", \"b\"]> : "
                        "tensor<2x!onnx.opaque<\"string\">>");
}

TEST_F(OnnxFileTest, sequences_are_opaque) {
  std::string text = readText("g (float[2] x) => (float[2] y) { s = SequenceConstruct(x) \n "
                              "k = Constant <value_int = 0> () \n y = SequenceAt(s, k) }");
  EXPECT_CONTAINS(text, "!onnx.opaque<\"seq(tensor(float))\">");
}

TEST_F(OnnxFileTest, converts_old_opsets) {
  std::string text = readText(R"(g (float[2,3] x) => (float[1,2,3] y) {
    y = Unsqueeze <axes = [0]> (x)
  })",
                              "\"\" : 11");
  EXPECT_CONTAINS(text, "dense<0> : tensor<1xi64>");
  EXPECT_CONTAINS(text, "onnx.node \"Unsqueeze\"(%arg0, %");
}

TEST_F(OnnxFileTest, old_models_of_operators_that_stayed) {
  // They learned types, and nothing else.
  std::string text = readText(
      "g (float[2] x, float[2] z) => (float[2] y) { t = Add(x, z) y = Relu(t) }", "\"\" : 7");
  EXPECT_CONTAINS(text, "\"Add\"(%arg0, %arg1) since 14");
  EXPECT_CONTAINS(text, "\"Relu\"");
  EXPECT_CONTAINS(text, "since 14");
}

TEST_F(OnnxFileTest, bounds_of_old_clips_have_the_type_of_the_input) {
  auto textOf = [&](std::string type) {
    return readText("g (" + type + "[2] x) => (" + type +
                        "[2] y) { y = Clip <min = 0.0, max = 6.0> (x) }",
                    "\"\" : 9");
  };
  EXPECT_CONTAINS(textOf("float16"), "\"CastLike\"");
  EXPECT_CONTAINS(textOf("float16"), "(tensor<2xf16>, tensor<f16>, tensor<f16>)");
  EXPECT_CONTAINS(textOf("double"), "(tensor<2xf64>, tensor<f64>, tensor<f64>)");
  EXPECT_LACKS(textOf("float"), "\"CastLike\"");
}

TEST_F(OnnxFileTest, old_hardmaxes_are_of_rows) {
  std::string text =
      readText("g (float[2,3,4] x) => (float[2,3,4] y) { y = Hardmax (x) }", "\"\" : 11");
  EXPECT_CONTAINS(text, "\"Flatten\"");
  EXPECT_CONTAINS(text, "-> tensor<2x12xf32>");
  EXPECT_LACKS(readText("g (float[2,3,4] x) => (float[2,3,4] y) { y = Hardmax (x) }", "\"\" : 13"),
               "\"Flatten\"");
}

TEST_F(OnnxFileTest, inlines_local_functions) {
  std::string text = read(write("m.onnxtxt", R"(
    <ir_version: 10, opset_import: ["" : 21, "local" : 1]>
    g (float[2] x) => (float[2] y) { y = local.twice <k = 0.5> (x) }
    <domain: "local", opset_import: ["" : 21]>
    twice <k> (a) => (b) { c = LeakyRelu <alpha: float = @k> (a)
      b = Add(c, c) })"));
  EXPECT_CONTAINS(text, "\"LeakyRelu\"(%arg0) since 16");
  EXPECT_CONTAINS(text, "{alpha = 5.000000e-01 : f32}");
  EXPECT_LACKS(text, "twice\"");
}

TEST_F(OnnxFileTest, computed_shapes_win_over_declared_ones) {
  std::string text = readText("g (float[N,3] x) => (float[N,3] y) <float[7,3] z> "
                              "{ z = Relu(x) \n y = Relu(z) }");
  EXPECT_CONTAINS(text, "-> tensor<1x3xf32>");
  EXPECT_LACKS(text, "7x3");
}

TEST_F(OnnxFileTest, declared_shapes_serve_unknown_operators) {
  std::string text = readText("g (float[N,3] x) => (float[N,4] y) <float[N,4] z> "
                              "{ z = com.example.Op(x) \n y = Relu(z) }",
                              "\"\" : 21, \"com.example\" : 1");
  EXPECT_CONTAINS(text, "-> tensor<1x4xf32>");
}

TEST_F(OnnxFileTest, reading_twice_gives_the_same_text) {
  const char *graph = "g (float[2] x) => (float[2] y) <float[2] w = {1.0, 2.0}>"
                      " { y = Add(x, w) }";
  EXPECT_EQ(readText(graph), readText(graph));
}
// A batch in front, and one Scan for each of it.
TEST_F(OnnxFileTest, scan_of_opset_8_is_two) {
  std::string text =
      readText(R"(g (float[2,2] i, float[2,3,2] x) => (float[2,2] y, float[2,3,2] z) {
      y, z = Scan <num_scan_inputs = 1, directions = [1],
        body = b (float[2] a, float[2] c) => (float[2] d, float[2] e) {
          d = Add(a, c) e = Identity(d) }> (, i, x) })",
               "\"\" : 8");
  EXPECT_CONTAINS(text, "\"Scan\"(%arg0, %arg1)");
  EXPECT_CONTAINS(text, "{num_scan_inputs = 2 : i64}");
  EXPECT_CONTAINS(text, "^bb0(%arg2: tensor<2xf32>, %arg3: tensor<3x2xf32>)");
  EXPECT_CONTAINS(text, "num_scan_inputs = 1 : i64, scan_input_directions = array<i64: 1>");
  EXPECT_CONTAINS(text, "-> (tensor<2x2xf32>, tensor<2x3x2xf32>)");
}

} // namespace
