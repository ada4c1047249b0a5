// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pith bench: the time of one run.
#include "tools/pith/Latency.h"
#include "tools/pith/Loaded.h"
#include "tools/pith/Profile.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>

using namespace pith;
using namespace pith::tool;
using Clock = std::chrono::steady_clock;

/// Times of single runs in milliseconds; empty: a run failed.
static std::vector<double> measure(LoadedModel::Session &model, double seconds, LayerTimes *layers,
                                   Session &session) {
  std::vector<double> times;
  auto begins = [&] {
    if (layers)
      layers->beginRun();
  };
  begins();
  if (failed(model.run())) // warms up
    return {};
  Clock::time_point begin = Clock::now(), shown = begin;
  while (times.size() < 3 ||
         std::chrono::duration<double>(Clock::now() - begin).count() < seconds) {
    begins();
    Clock::time_point before = Clock::now();
    if (failed(model.run()))
      return {};
    Clock::time_point after = Clock::now();
    times.push_back(std::chrono::duration<double, std::milli>(after - before).count());
    if (after - shown > std::chrono::milliseconds(200)) {
      double done = std::chrono::duration<double>(after - begin).count();
      session.progress("measure", unsigned(100 * std::min(1.0, done / seconds)), 100);
      shown = after;
    }
  }
  session.clearProgress();
  return times;
}

static int run(const Args &args) {
  CompileOptions options;
  int64_t threads = 1;
  double seconds = 2;
  if (!parseCompileOptions(args, options) || !parseNumber(args, OPT_threads, 1, threads) ||
      !parseNumber(args, OPT_seconds, 0.0, seconds))
    return Usage;
  Session session;
  int code = Done;
  std::optional<Loaded> loaded =
      loadOneShape(args.getLastArgValue(OPT_INPUT), options, options.shaping.dims, session, code);
  if (!loaded)
    return code;
  RunOptions runOptions;
  runOptions.threads = uint32_t(threads);
  LayerTimes layerTimes;
  bool perLayer = args.hasArg(OPT_per_layer);
  if (perLayer)
    layerTimes.watch(runOptions);
  auto running = loaded->model->start(runOptions);
  if (failed(running))
    return session.failureCode();
  for (auto [index, array] : llvm::enumerate(randomInputs(*loaded->model, 1)))
    llvm::copy(array.data, (*running)->input(index).begin());
  std::vector<double> times =
      measure(**running, seconds, perLayer ? &layerTimes : nullptr, session);
  if (times.empty())
    return session.failureCode();
  Latency latency(std::move(times));
  size_t arena = loaded->model->arenaBytes(runOptions);
  llvm::json::Array layers;
  if (perLayer)
    layers =
        profile(layerTimes, *loaded->model, loaded->model->variant(runOptions), runOptions.threads);
  if (args.hasArg(OPT_json)) {
    llvm::json::Object result{{"runs", int64_t(latency.runs)},
                              {"threads", threads},
                              {"arena_bytes", int64_t(arena)},
                              {"object_bytes", int64_t(loaded->objectBytes)}};
    latency.addTo(result);
    if (perLayer)
      result["layers"] = std::move(layers);
    llvm::outs() << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(result)));
  } else {
    llvm::outs() << latency.text(threads)
                 << llvm::formatv("\narena {0} bytes, object {1} bytes\n", arena,
                                  loaded->objectBytes);
    if (perLayer)
      printProfile(layers, llvm::outs());
  }
  return Done;
}

const Command tool::benchCommand = {"bench",
                                    "MODEL|DIR",
                                    "measure the time of one run",
                                    "pith bench model.onnx --threads 2 --seconds 5 --json",
                                    BenchVis,
                                    run};
