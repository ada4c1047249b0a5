// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tuning files.
#include "lib/Schedule/Tuning.h"
#include "lib/Pipeline/TuningFile.h"
#include "test/Fuzz/support/Module.h"
#include "test/Fuzz/support/MutateText.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

using namespace pith;

llvm::ArrayRef<llvm::StringRef> fuzz::wordsOfText() {
  static constexpr llvm::StringRef words[] = {"\"schema\"",
                                              "\"cpus\"",
                                              "\"target\"",
                                              "\"cpu\"",
                                              "\"features\"",
                                              "\"groups\"",
                                              "\"key\"",
                                              "\"layer\"",
                                              "\"row\"",
                                              "\"tile\"",
                                              "\"measured\"",
                                              "\"ns\"",
                                              "{",
                                              "}",
                                              "[",
                                              "]",
                                              ":",
                                              ",",
                                              "null",
                                              "true",
                                              "[1, 1]",
                                              "\"reference.matmul\"",
                                              "\"reference.map\"",
                                              "\"reference.nest\""};
  return words;
}

/// Two groups that the seeds have entries for.
static constexpr llvm::StringLiteral model = R"(
module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
  func.func @main(%x: tensor<4x3xf32>, %w: tensor<3x2xf32>) -> tensor<4x2xf32> {
    %0 = pith.group (%x, %w : tensor<4x3xf32>, tensor<3x2xf32>) -> (tensor<4x2xf32>) {
    ^bb0(%a: tensor<4x3xf32>, %b: tensor<3x2xf32>):
      %p = pith.matmul %a, %b : tensor<4x3xf32>, tensor<3x2xf32> -> tensor<4x2xf32>
      pith.yield %p : tensor<4x2xf32>
    } loc("product")
    %1 = pith.group (%0 : tensor<4x2xf32>) -> (tensor<4x2xf32>) {
    ^bb0(%a: tensor<4x2xf32>):
      %m = pith.map (%a : tensor<4x2xf32>) -> tensor<4x2xf32> {
      ^bb0(%e: f32):
        %n = arith.negf %e : f32
        pith.yield %n : f32
      }
      pith.yield %m : tensor<4x2xf32>
    } loc("negated")
    return %1 : tensor<4x2xf32>
  }
})";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz::Context context;
  auto tuning = parseTuning(fuzz::textOf(data, size), context.get());
  if (!tuning) {
    fuzz::expectMessage(tuning.takeError());
    return 0;
  }
  fuzz::expect(bool(*tuning), "success without a result");
  auto module = mlir::parseSourceString<mlir::ModuleOp>(model, context.get());
  (*module)->setAttr(tuningAttrName, *tuning);
  mlir::PassManager passes(context.get());
  fuzz::expect(
      succeeded(mlir::parsePassPipeline("pith-select-kernels,pith-apply-tuning", passes)) &&
          succeeded(passes.run(*module)),
      "a tuning file keeps a model from being compiled");
  return 0;
}
