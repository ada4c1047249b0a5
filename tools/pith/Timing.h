// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Time and memory of each step of the reader and each pass.
#ifndef PITH_TOOLS_PITH_TIMING_H
#define PITH_TOOLS_PITH_TIMING_H

#include "pith/Pipeline/Compiler.h"
#include "llvm/Support/JSON.h"
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
  /// Seconds on the wall, and those that processors worked: on a busy machine
  /// only the second say what a pass costs.
  struct Clocks {
    double wall = 0, cpu = 0;
    /// `cpu` of the whole process.
    static Clocks ofProcess();
    /// `cpu` of this thread: passes of several functions run beside each other.
    static Clocks ofThread();
    Clocks operator-(const Clocks &begin) const { return {wall - begin.wall, cpu - begin.cpu}; }
    void operator+=(const Clocks &other) { wall += other.wall, cpu += other.cpu; }
  };
  struct Entry {
    std::string name;
    Stage stage;
    Clocks time = {};
    int64_t peakKilobytes = 0, runs = 0;
  };
  struct Instrumentation;

  void beginStage(Stage stage);
  void endStage();
  void beginStep(llvm::StringRef name);
  void add(Stage stage, llvm::StringRef pass, Clocks time);
  static llvm::json::Object toJson(const Entry &entry);

  std::mutex mutex;
  std::vector<Entry> stages, passes;
  Clocks stageBegin, stepBegin;
  std::string step;
};

} // namespace pith::tool

#endif
