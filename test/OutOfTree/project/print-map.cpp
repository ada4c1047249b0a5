// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parses a module with a pith.map and prints it, the number of its maps, and the
// row of the project's own target that they match.
#include "dialects/Pith/PithOps.h"
#include "pith/Support/Dialects.h"
#include "pith/Target/Target.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

namespace pith {
void registerTargetTiny(TargetRegistry &registry);
}

static constexpr llvm::StringLiteral text = R"(
  func.func @negate(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pith.map (%x : tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%e: f32):
      %1 = arith.negf %e : f32
      pith.yield %1 : f32
    }
    return %0 : tensor<4xf32>
  })";

int main() {
  mlir::DialectRegistry dialects;
  pith::registerDialects(dialects);
  mlir::MLIRContext context(dialects);
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  if (!module)
    return 1;
  module->print(llvm::outs());
  // A cast by type: it fails when the dialect exists twice in one process.
  int maps = 0;
  module->walk([&](pith::MapOp) { ++maps; });
  pith::TargetRegistry &targets = pith::TargetRegistry::global();
  pith::registerTargetTiny(targets);
  const pith::Target *tiny = targets.lookup("tiny");
  llvm::outs() << "maps: " << maps << "\nrow: " << (tiny ? tiny->kernels()[0].name : "none")
               << "\n";
  return 0;
}
