// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/Timing.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "llvm/ADT/DenseMap.h"
#include <sys/resource.h>

using namespace pith;
using namespace pith::tool;
using Clock = std::chrono::steady_clock;

static double millisecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

static int64_t peakKilobytes() {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

struct Timing::Instrumentation : mlir::PassInstrumentation {
  Instrumentation(Timing &timing, Stage stage) : timing(timing), stage(stage) {}

  void runBeforePass(mlir::Pass *pass, mlir::Operation *) override {
    std::lock_guard<std::mutex> lock(timing.mutex);
    running[pass] = Clock::now();
  }
  void end(mlir::Pass *pass) {
    // Adaptors only hold other passes, and have no argument.
    std::lock_guard<std::mutex> lock(timing.mutex);
    if (!pass->getArgument().empty())
      timing.add(stage, pass->getArgument(), millisecondsSince(running[pass]));
  }
  void runAfterPass(mlir::Pass *pass, mlir::Operation *) override { end(pass); }
  void runAfterPassFailed(mlir::Pass *pass, mlir::Operation *) override { end(pass); }

  Timing &timing;
  Stage stage;
  llvm::DenseMap<mlir::Pass *, Clock::time_point> running;
};

void Timing::attach(CompileOptions &options) {
  options.onStage = [this](Stage stage) { beginStage(stage); };
  options.onImportStep = [this](llvm::StringRef name) { beginStep(name); };
  options.onPasses = [this](Stage stage, mlir::PassManager &manager) {
    manager.addInstrumentation(std::make_unique<Instrumentation>(*this, stage));
  };
}

void Timing::beginStage(Stage stage) {
  endStage();
  stages.push_back({stageName(stage).str(), stage});
  stageBegin = Clock::now();
}

void Timing::endStage() {
  if (stages.empty() || stages.back().runs)
    return;
  stages.back().milliseconds = millisecondsSince(stageBegin);
  stages.back().peakKilobytes = peakKilobytes();
  stages.back().runs = 1;
}

void Timing::beginStep(llvm::StringRef name) {
  if (!step.empty())
    add(Stage::Import, step, millisecondsSince(stepBegin));
  step = name.str();
  stepBegin = Clock::now();
}

void Timing::add(Stage stage, llvm::StringRef pass, double milliseconds) {
  auto entry = llvm::find_if(
      passes, [&](const Entry &entry) { return entry.stage == stage && entry.name == pass; });
  if (entry == passes.end())
    entry = passes.insert(entry, Entry{pass.str(), stage});
  entry->milliseconds += milliseconds;
  entry->peakKilobytes = peakKilobytes();
  ++entry->runs;
}

llvm::json::Value Timing::toJson() const {
  llvm::json::Array stageList, passList;
  for (const Entry &entry : stages)
    stageList.push_back(llvm::json::Object{
        {"stage", entry.name}, {"ms", entry.milliseconds}, {"peak_kib", entry.peakKilobytes}});
  for (const Entry &entry : passes)
    passList.push_back(llvm::json::Object{{"stage", stageName(entry.stage)},
                                          {"pass", entry.name},
                                          {"ms", entry.milliseconds},
                                          {"runs", entry.runs},
                                          {"peak_kib", entry.peakKilobytes}});
  return llvm::json::Object{{"stages", std::move(stageList)}, {"passes", std::move(passList)}};
}
