// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/Timing.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "llvm/ADT/DenseMap.h"
#include <ctime>
#include <sys/resource.h>

using namespace pith;
using namespace pith::tool;

static double seconds(clockid_t clock) {
  struct timespec time = {};
  clock_gettime(clock, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

Timing::Clocks Timing::Clocks::ofProcess() {
  return {seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

Timing::Clocks Timing::Clocks::ofThread() {
  return {seconds(CLOCK_MONOTONIC), seconds(CLOCK_THREAD_CPUTIME_ID)};
}

static int64_t peakKilobytes() {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

struct Timing::Instrumentation : mlir::PassInstrumentation {
  Instrumentation(Timing &timing, Stage stage) : timing(timing), stage(stage) {}

  /// A pass on the whole module may use threads of its own.
  static Clocks now(mlir::Operation *op) {
    return isa<mlir::ModuleOp>(op) ? Clocks::ofProcess() : Clocks::ofThread();
  }
  void runBeforePass(mlir::Pass *pass, mlir::Operation *op) override {
    std::lock_guard<std::mutex> lock(timing.mutex);
    running[pass] = now(op);
  }
  void end(mlir::Pass *pass, mlir::Operation *op) {
    std::lock_guard<std::mutex> lock(timing.mutex);
    // Adaptors only hold other passes, and have no argument.
    if (!pass->getArgument().empty())
      timing.add(stage, pass->getArgument(), now(op) - running[pass]);
  }
  void runAfterPass(mlir::Pass *pass, mlir::Operation *op) override { end(pass, op); }
  void runAfterPassFailed(mlir::Pass *pass, mlir::Operation *op) override { end(pass, op); }

  Timing &timing;
  Stage stage;
  llvm::DenseMap<mlir::Pass *, Clocks> running;
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
  stageBegin = Clocks::ofProcess();
}

void Timing::endStage() {
  if (stages.empty() || stages.back().runs)
    return;
  stages.back().time = Clocks::ofProcess() - stageBegin;
  stages.back().peakKilobytes = peakKilobytes();
  stages.back().runs = 1;
}

void Timing::beginStep(llvm::StringRef name) {
  if (!step.empty())
    add(Stage::Import, step, Clocks::ofProcess() - stepBegin);
  step = name.str();
  stepBegin = Clocks::ofProcess();
}

void Timing::add(Stage stage, llvm::StringRef pass, Clocks time) {
  auto entry = llvm::find_if(
      passes, [&](const Entry &entry) { return entry.stage == stage && entry.name == pass; });
  if (entry == passes.end())
    entry = passes.insert(entry, Entry{pass.str(), stage});
  entry->time += time;
  entry->peakKilobytes = peakKilobytes();
  ++entry->runs;
}

llvm::json::Object Timing::toJson(const Entry &entry) {
  return llvm::json::Object{{"ms", 1e3 * entry.time.wall},
                            {"cpu_ms", 1e3 * entry.time.cpu},
                            {"peak_kib", entry.peakKilobytes}};
}

llvm::json::Value Timing::toJson() const {
  llvm::json::Array stageList, passList;
  for (const Entry &entry : stages) {
    llvm::json::Object object = toJson(entry);
    object["stage"] = entry.name;
    stageList.push_back(std::move(object));
  }
  for (const Entry &entry : passes) {
    llvm::json::Object object = toJson(entry);
    object["stage"] = stageName(entry.stage);
    object["pass"] = entry.name;
    object["runs"] = entry.runs;
    passList.push_back(std::move(object));
  }
  return llvm::json::Object{{"stages", std::move(stageList)}, {"passes", std::move(passList)}};
}
