// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// bisect must find a pass that changes bits, and the layer where it does.
#include "pith/Pipeline/Bisect.h"
#include "gtest/gtest.h"
#include "pith/Pipeline/Execute.h"
#include "pith/Target/AllTargets.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace pith;

namespace {

/// Adds a little in every element-wise operation of the node `second`.
struct BreakBits : PassWrapper<BreakBits, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(BreakBits)
  StringRef getArgument() const override { return "test-break-bits"; }
  void runOnOperation() override {
    getOperation().walk([](arith::AddFOp add) {
      auto name = dyn_cast<NameLoc>(add->getParentOp()->getLoc());
      if (!name || name.getName() != "second")
        return;
      OpBuilder builder(add);
      Value little =
          arith::ConstantOp::create(builder, add.getLoc(), builder.getF32FloatAttr(0.5f));
      Value sum = arith::AddFOp::create(builder, add.getLoc(), add.getLhs(), little);
      add.getLhsMutable().assign(sum);
    });
  }
};

/// Changes the module, but no bit: negates an operand twice.
struct KeepBits : PassWrapper<KeepBits, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(KeepBits)
  StringRef getArgument() const override { return "test-keep-bits"; }
  void runOnOperation() override {
    getOperation().walk([](arith::AddFOp add) {
      OpBuilder builder(add);
      Value once = arith::NegFOp::create(builder, add.getLoc(), add.getLhs());
      Value twice = arith::NegFOp::create(builder, add.getLoc(), once);
      add.getLhsMutable().assign(twice);
    });
  }
};

constexpr StringLiteral model = R"(
module attributes {pith.stage = "import"} {
  func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}) {
    %0 = pith.map (%x : tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%a: f32):
      %s = arith.addf %a, %a : f32
      pith.yield %s : f32
    } loc("first")
    %1 = pith.map (%0 : tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%a: f32):
      %s = arith.addf %a, %a : f32
      pith.yield %s : f32
    } loc("second")
    %2 = pith.map (%1 : tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%a: f32):
      %s = arith.negf %a : f32
      pith.yield %s : f32
    } loc("third")
    return %2 : tensor<4xf32>
  }
}
)";

class Bisect : public testing::Test {
protected:
  static void SetUpTestSuite() {
    if (TargetRegistry::global().targets().empty())
      registerAllTargets(TargetRegistry::global());
    PassRegistration<BreakBits>();
    PassRegistration<KeepBits>();
  }

  FailureOr<BisectResult> run(StringRef passes) {
    DialectRegistry registry;
    registerEverything(registry);
    MLIRContext context(registry, MLIRContext::Threading::DISABLED);
    SmallString<128> path;
    int descriptor;
    if (llvm::sys::fs::createTemporaryFile("bisect", "mlir", descriptor, path))
      return failure();
    llvm::raw_fd_ostream(descriptor, /*shouldClose=*/true) << model;
    BisectOptions options;
    options.compile.shaping.target = "reference";
    options.passes = passes.str();
    options.inputs = [](const LoadedModel &model) { return randomInputs(model, 3); };
    FailureOr<BisectResult> result = bisect(path, options, &context);
    llvm::sys::fs::remove(path);
    return result;
  }
};

TEST_F(Bisect, nothing_to_find) {
  FailureOr<BisectResult> result = run("test-keep-bits");
  ASSERT_TRUE(succeeded(result));
  EXPECT_FALSE(result->found());
  EXPECT_EQ(result->steps, 3u) << "as read, behind the pass, as asked";
}

TEST_F(Bisect, names_pass_and_layer) {
  FailureOr<BisectResult> result = run("test-keep-bits,test-break-bits,canonicalize");
  ASSERT_TRUE(succeeded(result));
  EXPECT_EQ(result->pass, "test-break-bits");
  EXPECT_EQ(result->output, "y");
  EXPECT_EQ(result->layer, "second");
  EXPECT_NEAR(result->difference.maxDifference, 0.5, 1e-5);
}

} // namespace
