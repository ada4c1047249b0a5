// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Expansion of operators by the function bodies of their schemas.
#include "lib/Import/OnnxFunctions.h"
#include "test/unit/Import/OnnxFixture.h"
#include "mlir/IR/Verifier.h"

namespace {
using pith::onnx::NodeOp;

class OnnxFunctionsTest : public OnnxFixture {
protected:
  NodeOp find(llvm::StringRef op) {
    NodeOp found;
    module->walk([&](NodeOp node) {
      if (!found && node.getOpType() == op)
        found = node;
    });
    return found;
  }

  /// Expands the first `op` of the graph; the text is then the module's.
  std::string expand(llvm::StringRef op, llvm::StringRef graph,
                     llvm::StringRef opsets = "\"\" : 21") {
    std::string text = readText(graph, opsets);
    if (!module)
      return text;
    mlir::IRRewriter rewriter(&context);
    auto expanded = pith::expandOnnxFunction(find(op), rewriter);
    if (failed(expanded))
      return "failed";
    if (!*expanded)
      return "no body";
    EXPECT_TRUE(succeeded(mlir::verify(*module)));
    text.clear();
    module->print(*std::make_unique<llvm::raw_string_ostream>(text));
    return text;
  }
};

TEST_F(OnnxFunctionsTest, binds_the_default_of_an_attribute) {
  std::string text = expand("Elu", "g (float[2] x) => (float[2] y) { y = Elu(x) }");
  EXPECT_LACKS(text, "\"Elu\"");
  EXPECT_CONTAINS(text, "{value_float = 1.000000e+00 : f32}");
  EXPECT_CONTAINS(text, "return %y : tensor<2xf32>");
}

TEST_F(OnnxFunctionsTest, binds_a_stated_attribute) {
  EXPECT_CONTAINS(expand("Elu", "g (float[2] x) => (float[2] y) { y = Elu <alpha = 0.25> (x) }"),
                  "{value_float = 2.500000e-01 : f32}");
}

// Graphs that a node has are parts of its function; they read values around the node, too.
TEST_F(OnnxFunctionsTest, inlines_graphs) {
  std::string text =
      expand("FlexAttention",
             "g (float[1,2,3,4] q, float[1,2,5,4] k, float[1,2,5,6] v, float[1,2,3,5] mask)"
             " => (float[1,2,3,6] y) {"
             "y = ai.onnx.preview.FlexAttention <score_mod = s (float[1,2,3,5] x) => "
             "(float[1,2,3,5] z) { h = Tanh(x) z = Add(h, mask) }> (q, k, v) }",
             "\"\" : 28, \"ai.onnx.preview\" : 1");
  EXPECT_LACKS(text, "FlexAttention\"");
  EXPECT_LACKS(text, "pith.body");
  EXPECT_CONTAINS(text, "onnx.node \"Tanh\"");
  EXPECT_CONTAINS(text, "onnx.node \"Add\"(%h, %arg3)");
  EXPECT_CONTAINS(text, "onnx.node \"Softmax\"(%z)");
}

TEST_F(OnnxFunctionsTest, names_are_scoped) {
  expand("Softplus", R"(g (float[2] x) => (float[2] y) { y = Softplus(x) })");
  bool last = false;
  module->walk([&](NodeOp node) {
    EXPECT_TRUE(node.getNodeName().starts_with("Softplus_y/")) << node.getNodeName().str();
    EXPECT_TRUE(node.getResultName(0).starts_with("Softplus_y/") || node.getResultName(0) == "y");
    last = node.getResultName(0) == "y";
  });
  EXPECT_TRUE(last);
}

TEST_F(OnnxFunctionsTest, types_are_inferred) {
  std::string text = expand("LayerNormalization", R"(
    g (float[2,3] x, float[3] s) => (float[2,3] y) {
      y = LayerNormalization(x, s) })");
  EXPECT_LACKS(text, "LayerNormalization\"(");
  EXPECT_LACKS(text, "unknown");
  EXPECT_CONTAINS(text, "tensor<2x1xf32>");
}

// The bias is absent: the body is built for that.
TEST_F(OnnxFunctionsTest, context_decides_the_body) {
  std::string two = expand("Clip", "g (float[2] x, float h) => (float[2] y) "
                                   "{ y = Clip(x, , h) }");
  EXPECT_CONTAINS(two, "\"Less\"");
  EXPECT_LACKS(two, "\"Clip\"");
  EXPECT_LACKS(two, "absent,");
}

TEST_F(OnnxFunctionsTest, versions_are_those_of_the_body) {
  expand("ReduceLogSumExp", "g (float[2,3] x) => (float[1,1] y) "
                            "{ y = ReduceLogSumExp(x) }");
  EXPECT_TRUE(find("ReduceSum"));
  EXPECT_GE(find("ReduceSum").getVersion(), 13u);
}

TEST_F(OnnxFunctionsTest, bodies_with_graphs) {
  std::string text = expand("Range", "g (int64 a, int64 b, int64 c) => (int64[?] y) "
                                     "{ y = Range(a, b, c) }");
  EXPECT_CONTAINS(text, "onnx.node \"Loop\"");
  EXPECT_CONTAINS(text, "with \"body\"");
}

TEST_F(OnnxFunctionsTest, repeated_expansion_ends) {
  std::string text = readText(R"(
    g (float[2,3] x, int64[2] t) => (float l) {
      l = SoftmaxCrossEntropyLoss <reduction = "mean"> (x, t) })");
  mlir::IRRewriter rewriter(&context);
  for (int round = 0; round < 10; ++round) {
    llvm::SmallVector<NodeOp> nodes;
    module->walk([&](NodeOp node) { nodes.push_back(node); });
    bool any = false;
    for (NodeOp node : nodes) {
      auto expanded = pith::expandOnnxFunction(node, rewriter);
      ASSERT_TRUE(succeeded(expanded));
      any |= *expanded;
    }
    EXPECT_TRUE(succeeded(mlir::verify(*module)));
    if (!any)
      return;
  }
  FAIL() << "still expanding";
}

// Its body uses the standard domain without importing it.
TEST_F(OnnxFunctionsTest, bodies_of_the_preview_domain) {
  std::string text = readText(R"(g (float[1,2,3,4] q, float[1,2,3,4] k, float[1,2,3,4] v)
      => (float[1,2,3,4] y) { y = ai.onnx.preview.FlexAttention(q, k, v) })",
                              "\"\" : 28, \"ai.onnx.preview\" : 1");
  ASSERT_TRUE(module) << text;
  NodeOp attention;
  module->walk([&](NodeOp node) { attention = node; });
  mlir::IRRewriter rewriter(&context);
  auto expanded = pith::expandOnnxFunction(attention, rewriter);
  ASSERT_TRUE(succeeded(expanded) && *expanded);
  EXPECT_TRUE(find("MatMul"));
}

TEST_F(OnnxFunctionsTest, primitives_have_no_body) {
  EXPECT_EQ(expand("Add", "g (float[2] x) => (float[2] y) { y = Add(x, x) }"), "no body");
}

TEST_F(OnnxFunctionsTest, unknown_domains_have_no_schema) {
  readText("g (float[2] x) => (float[2] y) { y = d.Elu(x) }", "\"\" : 21, \"d\" : 1");
  module->walk([&](NodeOp node) {
    mlir::IRRewriter rewriter(&context);
    auto expanded = pith::expandOnnxFunction(node, rewriter);
    EXPECT_TRUE(succeeded(expanded) && !*expanded);
    EXPECT_FALSE(pith::onnxDefaultAttribute(node, "alpha"));
    EXPECT_TRUE(pith::onnxInputNames(node).empty());
  });
}

TEST_F(OnnxFunctionsTest, defaults_and_names_of_the_schema) {
  readText("g (float[2,3] x, float[3,4] w) => (float[2,4] y) "
           "{ y = Gemm <beta = 2.0> (x, w) }");
  NodeOp gemm = find("Gemm");
  auto alpha = mlir::cast<mlir::FloatAttr>(pith::onnxAttribute(gemm, "alpha"));
  auto beta = mlir::cast<mlir::FloatAttr>(pith::onnxAttribute(gemm, "beta"));
  EXPECT_EQ(alpha.getValueAsDouble(), 1.0);
  EXPECT_EQ(beta.getValueAsDouble(), 2.0);
  EXPECT_FALSE(pith::onnxAttribute(gemm, "gamma"));
  EXPECT_EQ(pith::onnxInputNames(gemm)[2], "C");
  EXPECT_EQ(pith::onnxInput(gemm, "B"), gemm.getInputs()[1]);
  EXPECT_FALSE(pith::onnxInput(gemm, "C"));
}
} // namespace
