// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A context for one run, in which what pith says can be held against what it does.
#ifndef PITH_TEST_FUZZ_SUPPORT_MODULE_H
#define PITH_TEST_FUZZ_SUPPORT_MODULE_H

#include "pith/Pipeline/Compiler.h"
#include "pith/Target/AllTargets.h"
#include "test/Fuzz/support/Target.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"

namespace pith::fuzz {

/// All dialects and passes; filled once.
inline const mlir::DialectRegistry &allDialects() {
  static const mlir::DialectRegistry registry = [] {
    registerAllTargets(TargetRegistry::global());
    mlir::DialectRegistry filled;
    registerEverything(filled);
    return filled;
  }();
  return registry;
}

class Context {
public:
  Context()
      : context(allDialects(), mlir::MLIRContext::Threading::DISABLED),
        handler(&context, [this](mlir::Diagnostic &diagnostic) {
          errors += diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error;
          hear(diagnostic.str());
        }) {}

  mlir::MLIRContext *get() { return &context; }

  /// Failure comes with an error, and success without.
  void expectSaid(mlir::LogicalResult result) const {
    expect(succeeded(result) || errors, "failure without an error");
    expect(failed(result) || !errors, "success with an error");
  }

private:
  mlir::MLIRContext context;
  mlir::ScopedDiagnosticHandler handler;
  unsigned errors = 0;
};

} // namespace pith::fuzz

#endif
