// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compiles a network once for each number of a close way, so that every group is
// measured where it stands, among the others.
#include "pith/Pipeline/Tune.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Pipeline/TuningFile.h"
#include "lib/Schedule/Tuning.h"
#include "pith/Pipeline/Execute.h"
#include "pith/Pipeline/LayerTimes.h"
#include "pith/Support/NodeName.h"
#include "pith/Target/Host.h"
#include "pith/Target/ModuleTarget.h"
#include "pith/Version.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <map>
#include <numeric>

using namespace mlir;
using namespace pith;
using JsonArray = llvm::json::Array;
using llvm::json::Object;
using Clock = std::chrono::steady_clock;

/// Another way must save so much of a group's time: less is noise.
static constexpr double clearly = 0.98;
static constexpr unsigned rounds = 8, leastRuns = 3;
static constexpr std::chrono::milliseconds turn(30);

namespace {

/// Groups of one kind.
struct CloseCall {
  std::string key, layer;
  std::vector<Object> ways; ///< row and tile; the first is the estimated choice
  std::vector<double> times;
  unsigned chosen = 0;
};

/// The network, compiled in one way.
struct Candidate {
  std::unique_ptr<LoadedModel> model;
  std::unique_ptr<LoadedModel::Session> session;
  std::vector<std::string> keys; ///< by layer; empty where nothing is close
  LayerTimes times;

  double total() const {
    std::vector<double> layers = times.minima();
    return std::accumulate(layers.begin(), layers.end(), 0.0);
  }
};

Object readWay(DictionaryAttr way) {
  Object result{{"row", way.getAs<StringAttr>("row").getValue()}};
  if (auto tile = way.getAs<DenseI64ArrayAttr>("tile"))
    result["tile"] = JsonArray{tile[0], tile[1]};
  return result;
}

/// Tunes for one CPU.
class Tuner {
public:
  Tuner(ModuleOp sparsified, const TuneOptions &options)
      : base(sparsified), options(options), machine(targetsOf(sparsified).front()) {}

  LogicalResult run(unsigned step, unsigned steps) {
    if (!runsHere(machine)) {
      InFlightDiagnostic error = emitError(UnknownLoc::get(base.getContext()));
      error << "unsupported: --tune measures on this machine, which cannot run the code for CPU '"
            << variantName(machine) << "'";
      error.attachNote() << "tune on such a machine, and compile with --tuning=FILE anywhere";
      return failure();
    }
    auto show = [&](llvm::StringRef what, unsigned part, unsigned parts) {
      if (options.onStep)
        options.onStep(what, 100 * step + 100 * part / parts, 100 * steps);
    };
    std::vector<std::unique_ptr<Candidate>> candidates;
    size_t most = 1;
    for (size_t way = 0; way < most; ++way) {
      show(llvm::formatv("compile way {0}", way + 1).str(), way, most + 2);
      auto candidate =
          compile([&](const CloseCall &call) { return way < call.ways.size() ? way : 0; });
      if (failed(candidate))
        return failure();
      candidates.push_back(std::move(*candidate));
      for (const CloseCall &call : calls)
        most = std::max(most, call.ways.size());
    }
    if (calls.empty())
      return success();
    show("measure", most, most + 2);
    if (failed(measure(candidates)))
      return failure();
    choose(candidates);
    if (changed() == 0)
      return success();
    show("compare", most + 1, most + 2);
    auto best = compile([](const CloseCall &call) { return call.chosen; });
    if (failed(best))
      return failure();
    candidates.resize(1);
    candidates.front()->times = {};
    candidates.push_back(std::move(*best));
    if (failed(measure(candidates)))
      return failure();
    // Conversions between layouts count too.
    if (candidates.back()->total() >= candidates.front()->total())
      for (CloseCall &call : calls)
        call.chosen = 0;
    return success();
  }

  /// What the file says of this CPU.
  Object describe() const {
    return cpu([](const CloseCall &call) {
      Object entry = call.ways[call.chosen];
      entry["key"] = call.key;
      entry["layer"] = llvm::json::fixUTF8(call.layer);
      JsonArray ways;
      for (auto [way, time] : llvm::zip_equal(call.ways, call.times)) {
        Object one = way;
        one["ns"] = std::max<int64_t>(1, std::llround(1000 * time));
        ways.push_back(std::move(one));
      }
      entry["measured"] = std::move(ways);
      return entry;
    });
  }

  unsigned measured() const { return calls.size(); }
  unsigned changed() const {
    return llvm::count_if(calls, [](const CloseCall &call) { return call.chosen != 0; });
  }

private:
  Object cpu(llvm::function_ref<Object(const CloseCall &)> entryOf) const {
    JsonArray groups;
    for (const CloseCall &call : calls)
      groups.push_back(entryOf(call));
    return Object{{"target", machine.getName()},
                  {"cpu", machine.getMachine().getCpu()},
                  {"features", machine.getMachine().getFeatures()},
                  {"groups", std::move(groups)}};
  }

  /// The network with a way for each close call, ready to run.
  FailureOr<std::unique_ptr<Candidate>>
  compile(llvm::function_ref<unsigned(const CloseCall &)> wayOf) {
    OwningOpRef<ModuleOp> module(base.clone());
    Builder b(base.getContext());
    JsonArray list{cpu([&](const CloseCall &call) {
      Object entry = call.ways[wayOf(call)];
      entry["key"] = call.key;
      entry["layer"] = "";
      entry["measured"] = JsonArray();
      return entry;
    })};
    auto tuning = tuningAttribute(list, base.getContext());
    if (!tuning)
      return emitError(base.getLoc()) << llvm::toString(tuning.takeError());
    (*module)->setAttr(tuningAttrName, *tuning);
    (*module)->setAttr(closeAttrName, b.getF64FloatAttr(options.close));
    auto candidate = std::make_unique<Candidate>();
    CompileOptions stages;
    stages.onScheduled = [&](ModuleOp scheduled) -> LogicalResult {
      scheduled.walk([&](CallOp call) {
        // What a kernel calls is no layer.
        if (!call->getParentOfType<func::FuncOp>()->hasAttr(kernelAttrName))
          candidate->keys.push_back(keyOf(call));
      });
      return success();
    };
    if (failed(runStages(*module, Stage::Lower, stages)))
      return failure();
    auto model = loadModule(*module);
    if (failed(model))
      return failure();
    candidate->model = std::move(*model);
    RunOptions run;
    candidate->times.watch(run);
    auto session = candidate->model->start(run);
    if (failed(session))
      return failure();
    candidate->session = std::move(*session);
    for (auto [index, array] : llvm::enumerate(randomInputs(*candidate->model, 1)))
      llvm::copy(array.data, candidate->session->input(index).begin());
    return candidate;
  }

  /// The key of a layer for which something is close, which is noted when it is new.
  std::string keyOf(CallOp call) {
    auto about = call->getAttrOfType<DictionaryAttr>(waysAttrName);
    if (!about)
      return "";
    std::string key = about.getAs<StringAttr>("key").str();
    if (known.insert(key).second) {
      CloseCall &made = calls.emplace_back();
      made.key = key;
      made.layer = nodeName(call.getLoc());
      for (auto way : about.getAs<ArrayAttr>("ways").getAsRange<DictionaryAttr>())
        made.ways.push_back(readWay(way));
    }
    return key;
  }

  /// In turn, so that noise meets all of them.
  static LogicalResult measure(std::vector<std::unique_ptr<Candidate>> &candidates) {
    for (unsigned round = 0; round < rounds; ++round)
      for (std::unique_ptr<Candidate> &each : candidates) {
        Clock::time_point begin = Clock::now();
        for (unsigned runs = 0; runs < leastRuns || Clock::now() - begin < turn; ++runs) {
          each->times.beginRun();
          if (failed(each->session->run()))
            return failure();
        }
      }
    return success();
  }

  void choose(const std::vector<std::unique_ptr<Candidate>> &candidates) {
    std::vector<std::map<std::string, double>> sums; // of all layers of a kind
    for (const std::unique_ptr<Candidate> &each : candidates) {
      sums.emplace_back();
      for (auto [key, time] : llvm::zip(each->keys, each->times.minima()))
        sums.back()[key] += time;
    }
    for (CloseCall &call : calls) {
      for (size_t way = 0; way < call.ways.size(); ++way)
        call.times.push_back(sums[way][call.key]);
      auto least = llvm::min_element(call.times);
      if (*least < clearly * call.times.front())
        call.chosen = least - call.times.begin();
    }
  }

  ModuleOp base;
  const TuneOptions &options;
  TargetAttr machine;
  std::vector<CloseCall> calls; ///< in the order of their first layers
  llvm::StringSet<> known;
};

} // namespace

FailureOr<TuneResult> pith::tune(llvm::StringRef path, const TuneOptions &options,
                                 MLIRContext *context) {
  TuneResult result;
  JsonArray cpus;
  SmallVector<llvm::StringRef> names;
  llvm::StringRef(options.compile.shaping.cpu).split(names, ',');
  for (auto [step, name] : llvm::enumerate(names)) {
    TuneOptions one = options;
    one.compile.shaping.cpu = name.str();
    one.compile.shaping.tuning.clear();
    if (options.onStep)
      options.onStep("import", 100 * step, 100 * names.size());
    auto module = readModel(path, one.compile, context);
    if (failed(module) || failed(requireOneShape(**module)))
      return failure();
    if (completedStage(**module) >= Stage::Schedule || targetsOf(**module).size() != 1) {
      InFlightDiagnostic error = emitError(FileLineColLoc::get(context, path, 0, 0));
      error << "unsupported: --tune needs a model, or a module of one CPU in front of 'schedule'";
      return error;
    }
    if (failed(runStages(**module, Stage::Sparsify, {})))
      return failure();
    Tuner tuner(**module, one);
    if (failed(tuner.run(step, names.size())))
      return failure();
    result.measured += tuner.measured();
    result.changed += tuner.changed();
    cpus.push_back(tuner.describe());
  }
  Object file{{"schema", tuningSchema}, {"pith", PITH_VERSION}, {"cpus", std::move(cpus)}};
  result.file = llvm::formatv("{0:1}\n", llvm::json::Value(std::move(file))).str();
  return result;
}
