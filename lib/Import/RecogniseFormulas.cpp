// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds what exporters write as chains of operators and pith has an operator for.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Passes.h"
#include "lib/Import/Recognise/Recognise.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace pith {
#define GEN_PASS_DEF_RECOGNISEFORMULAS
#include "lib/Import/Passes.h.inc"
} // namespace pith

using namespace mlir;
using namespace pith;

namespace {

struct RecogniseFormulas : pith::impl::RecogniseFormulasBase<RecogniseFormulas> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    import::populateNormPatterns(patterns);
    import::populateCastPatterns(patterns);
    GreedyRewriteConfig config;
    config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      return signalPassFailure();
  }
};

} // namespace
