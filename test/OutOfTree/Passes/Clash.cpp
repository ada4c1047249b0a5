// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pass with a name of pith's own, which is refused.
#include "pith/Target/Plugin.h"
#include "mlir/Pass/Pass.h"

namespace {
struct Clash : mlir::PassWrapper<Clash, mlir::OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Clash)
  llvm::StringRef getArgument() const override { return "pith-form-groups"; }
  void runOnOperation() override {}
};
std::unique_ptr<mlir::Pass> make() { return std::make_unique<Clash>(); }
} // namespace

PITH_PASS_PLUGIN(make)
