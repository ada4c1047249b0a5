// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns MLIR's diagnostics into the lines that users read.
#ifndef PITH_PIPELINE_DIAGNOSTICS_H
#define PITH_PIPELINE_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace pith {

/// Collects what is reported in a context while it lives, in lines like
/// `error: node 'conv1': expected 3 channels, got 4`.
class Diagnostics {
public:
  struct Line {
    mlir::DiagnosticSeverity severity;
    std::string text; ///< with the place, without the severity
  };

  /// Each line also goes to `echo`, at once, when it is given.
  using Echo = std::function<void(llvm::StringRef severity, llvm::StringRef text)>;
  explicit Diagnostics(mlir::MLIRContext *context, Echo echo = nullptr);

  llvm::ArrayRef<Line> lines() const { return collected; }
  /// The first error, or an empty string.
  llvm::StringRef firstError() const;
  /// Whether an error says that the model needs what this version lacks.
  bool unsupported() const;

private:
  void add(mlir::Diagnostic &diagnostic, bool note);

  std::mutex mutex;
  Echo echo;
  std::vector<Line> collected;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace pith

#endif
