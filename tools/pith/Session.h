// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A context with everything registered, whose diagnostics reach the user.
#ifndef PITH_TOOLS_PITH_SESSION_H
#define PITH_TOOLS_PITH_SESSION_H

#include "pith/Pipeline/Diagnostics.h"
#include "tools/pith/Options.h"
#include "mlir/IR/MLIRContext.h"

namespace pith::tool {

class Session {
public:
  explicit Session(bool threading = true);

  mlir::MLIRContext &context() { return mlirContext; }
  Diagnostics &diagnostics() { return collected; }

  /// Reads `path` and runs the stages up to `last`. Null: failed, as reported.
  mlir::OwningOpRef<mlir::ModuleOp> compile(llvm::StringRef path, Stage last,
                                            CompileOptions options);

  /// The exit code for a failure that was reported.
  int failureCode() const;

  /// Shows the name of what is being done, when standard error is a terminal.
  void progress(llvm::StringRef what, unsigned done, unsigned total);
  void clearProgress();

private:
  mlir::MLIRContext mlirContext;
  Diagnostics collected;
  bool terminal, shown = false, imported = false;
};

} // namespace pith::tool

#endif
