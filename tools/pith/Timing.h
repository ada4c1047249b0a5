// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Time and memory of each step of the reader and each pass.
#ifndef PITH_TOOLS_PITH_TIMING_H
#define PITH_TOOLS_PITH_TIMING_H

#include "pith/Pipeline/Compiler.h"
#include "llvm/Support/JSON.h"
#include <chrono>
#include <mutex>

namespace pith::tool {

/// Watches the stages of one compilation.
class Timing {
public:
  /// Installs itself in the options; must outlive the compilation.
  void attach(CompileOptions &options);
  /// Called when the last stage is done too.
  void finish() { endStage(); }
  llvm::json::Value toJson() const;

private:
  struct Entry {
    std::string name;
    Stage stage;
    double milliseconds = 0;
    int64_t peakKilobytes = 0, runs = 0;
  };
  struct Instrumentation;

  void beginStage(Stage stage);
  void endStage();
  void beginStep(llvm::StringRef name);
  void add(Stage stage, llvm::StringRef pass, double milliseconds);

  std::mutex mutex;
  std::vector<Entry> stages, passes;
  std::chrono::steady_clock::time_point stageBegin, stepBegin;
  std::string step;
};

} // namespace pith::tool

#endif
