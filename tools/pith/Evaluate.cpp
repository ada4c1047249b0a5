// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pith evaluate: a model on a data set.
#include "pith/Data/Csv.h"
#include "pith/Data/Prefetch.h"
#include "tools/pith/EvaluateReport.h"
#include "tools/pith/Loaded.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include <chrono>

using namespace pith;
using namespace pith::tool;
using Clock = std::chrono::steady_clock;

static int badInput(llvm::Error error) {
  llvm::errs() << "error: " << llvm::toString(std::move(error)) << "\n";
  return BadInput;
}

namespace {

/// A model that takes one sample after the other.
struct Runner {
  std::optional<Loaded> loaded;
  std::unique_ptr<LoadedModel::Session> running;
  std::vector<Array> outputs; ///< of the last run
  std::vector<double> times;

  bool load(llvm::StringRef path, const CompileOptions &options,
            const std::map<std::string, DimSizes> &dims, int64_t threads, Session &session,
            int &code);
  bool run(llvm::ArrayRef<Array> inputs);
  const LoadedModel &model() const { return *loaded->model; }
};

bool Runner::load(llvm::StringRef path, const CompileOptions &options,
                  const std::map<std::string, DimSizes> &dims, int64_t threads, Session &session,
                  int &code) {
  loaded = loadOneShape(path, options, dims, session, code);
  if (!loaded)
    return false;
  RunOptions runOptions;
  runOptions.threads = uint32_t(threads);
  auto started = model().start(runOptions);
  code = session.failureCode();
  if (failed(started))
    return false;
  running = std::move(*started);
  for (const LoadedIo &io : model().outputs()) {
    Array &array = outputs.emplace_back();
    array.name = io.name;
    array.type = elementTypeByName(io.type).value_or(ElementType::U8);
    array.shape.assign(io.shape.begin(), io.shape.end());
    array.data.resize(io.bytes);
  }
  return true;
}

bool Runner::run(llvm::ArrayRef<Array> inputs) {
  for (auto [index, array] : llvm::enumerate(inputs))
    llvm::copy(array.data, running->input(index).begin());
  Clock::time_point before = Clock::now();
  if (failed(running->run()))
    return false;
  times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - before).count());
  for (auto [index, array] : llvm::enumerate(outputs))
    llvm::copy(running->output(index), array.data.begin());
  return true;
}

/// One run of the command.
struct Evaluation {
  Session session;
  Runner model, reference;
  bool compared = false; ///< there is a reference
  std::unique_ptr<DataSet> data;
  llvm::StringMap<std::vector<Tally *>> slicesOf; ///< by sample
  EvaluateReport report;

  std::vector<InputSpec> inputs() const;
  int chooseMetrics(const Args &args);
  llvm::Error readSlices(llvm::StringRef path);
  llvm::Error checkReference() const;
  llvm::Error checkLabels(uint64_t count) const;
  Outcome judge(const Sample &sample) const;
  int measure(Preprocess preprocess, uint64_t count);
};

std::vector<InputSpec> Evaluation::inputs() const {
  std::vector<InputSpec> specs;
  for (const LoadedIo &io : model.model().inputs())
    specs.push_back({io.name, io.type, io.shape});
  return specs;
}

/// By default all that labels, reference and output allow.
int Evaluation::chooseMetrics(const Args &args) {
  const LoadedIo &output = model.model().outputs().front();
  bool classes = classesOf(output.shape) > 0, labels = data->labelled();
  MetricSet &metrics = report.metrics;
  if (!args.hasArg(OPT_metric)) {
    metrics.top1 = metrics.top5 = labels && classes;
    metrics.agreement = compared && classes;
    metrics.sqnr = compared;
    if (labels && !classes)
      llvm::errs() << "warning: no top1 and top5, since output '" << output.name << "' is "
                   << describeShape(output.type, output.shape) << ", not a score per class\n";
    return Done;
  }
  llvm::SmallVector<llvm::StringRef> names;
  llvm::StringRef(args.getLastArgValue(OPT_metric)).split(names, ',');
  for (llvm::StringRef name : names) {
    metrics.top1 |= name == "top1";
    metrics.top5 |= name == "top5";
    metrics.agreement |= name == "agreement";
    metrics.sqnr |= name == "sqnr";
  }
  if (metrics.labels() && !labels)
    return badInput(llvm::createStringError(
        "'" + args.getLastArgValue(OPT_data) +
        "': top1 and top5 need labels; add a labels.csv or class numbers in the names "
        "('0042_name.jpg') to a folder, or an array 'labels' to a .npz"));
  if (metrics.classes() && !classes)
    return badInput(llvm::createStringError(
        "output '" + output.name + "' is " + describeShape(output.type, output.shape) +
        ": top1, top5 and agreement need a score per class; ask for --metric=sqnr"));
  return Done;
}

llvm::Error Evaluation::readSlices(llvm::StringRef path) {
  auto rows = readCsv(path, "file", "slice");
  if (!rows)
    return rows.takeError();
  for (uint64_t i = 0; i < data->size(); ++i)
    slicesOf[data->name(i)];
  for (const CsvRow &row : *rows) {
    auto sample = slicesOf.find(row.first);
    if (sample == slicesOf.end())
      return llvm::createStringError("'" + path + "': line " + llvm::Twine(row.line) +
                                     ": the data has no sample '" + row.first +
                                     "'; the first is '" + data->name(0) + "'");
    Tally *tally = &report.slices[row.second];
    if (!llvm::is_contained(sample->second, tally))
      sample->second.push_back(tally);
  }
  return llvm::Error::success();
}

llvm::Error Evaluation::checkReference() const {
  auto describe = [](llvm::ArrayRef<LoadedIo> list) {
    return llvm::join(llvm::map_range(list,
                                      [](const LoadedIo &io) {
                                        return "'" + io.name +
                                               "': " + describeShape(io.type, io.shape);
                                      }),
                      ", ");
  };
  auto same = [](llvm::ArrayRef<LoadedIo> a, llvm::ArrayRef<LoadedIo> b, bool types) {
    return a.size() == b.size() && llvm::all_of(llvm::zip(a, b), [&](auto pair) {
             auto &[left, right] = pair;
             return left.shape == right.shape && (!types || left.type == right.type);
           });
  };
  const LoadedModel &a = model.model(), &b = reference.model();
  if (!same(a.inputs(), b.inputs(), true))
    return llvm::createStringError("expected a reference with the same inputs (" +
                                   describe(a.inputs()) + "), got " + describe(b.inputs()));
  if (!same(a.outputs(), b.outputs(), false))
    return llvm::createStringError("expected a reference with outputs of the same shapes (" +
                                   describe(a.outputs()) + "), got " + describe(b.outputs()));
  return llvm::Error::success();
}

/// Before time is spent on samples.
llvm::Error Evaluation::checkLabels(uint64_t count) const {
  if (!report.metrics.labels())
    return llvm::Error::success();
  int64_t classes = classesOf(model.model().outputs().front().shape);
  for (uint64_t i = 0; i < count; ++i)
    if (int64_t label = data->label(i); label < 0 || label >= classes)
      return llvm::createStringError(data->place(i) + ": expected a label from 0 to " +
                                     llvm::Twine(classes - 1) + ", got " + llvm::Twine(label) +
                                     "; correct it, use the model that it belongs to, or "
                                     "leave out top1 and top5 with --metric");
  return llvm::Error::success();
}

Outcome Evaluation::judge(const Sample &sample) const {
  const MetricSet &metrics = report.metrics;
  const Array &scores = model.outputs.front();
  Outcome outcome;
  if (metrics.labels()) {
    int64_t rank = rankOf(scores, *sample.label);
    outcome.top1 = rank < 1;
    outcome.top5 = rank < 5;
  }
  if (metrics.agreement) {
    int64_t best = bestClass(scores);
    outcome.agrees = best >= 0 && best == bestClass(reference.outputs.front());
  }
  if (metrics.sqnr)
    outcome.sqnr = sqnrOf(model.outputs, reference.outputs);
  return outcome;
}

int Evaluation::measure(Preprocess preprocess, uint64_t count) {
  Prefetch samples(std::move(data), std::move(preprocess), inputs(), count);
  Clock::time_point shown = Clock::now() - std::chrono::hours(1);
  while (true) {
    auto sample = samples.next();
    if (!sample) {
      session.clearProgress();
      return badInput(sample.takeError());
    }
    if (!*sample)
      break;
    if (!model.run((*sample)->inputs) || (compared && !reference.run((*sample)->inputs)))
      return session.failureCode();
    Outcome outcome = judge(**sample);
    report.all.add(outcome);
    if (auto slices = slicesOf.find((*sample)->name); slices != slicesOf.end())
      for (Tally *tally : slices->second)
        tally->add(outcome);
    if (Clock::now() - shown > std::chrono::milliseconds(100)) {
      int64_t done = report.all.count();
      session.progress(llvm::formatv("sample {0} of {1}", done, count).str(), unsigned(done),
                       unsigned(count));
      shown = Clock::now();
    }
  }
  session.clearProgress();
  return Done;
}

} // namespace

/// Names that --metric may hold; what needs a reference must have one.
static int checkMetricNames(const Args &args) {
  llvm::SmallVector<llvm::StringRef> names;
  llvm::StringRef(args.getLastArgValue(OPT_metric)).split(names, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef name : names) {
    if (!llvm::is_contained({"top1", "top5", "agreement", "sqnr", "latency"}, name))
      return usageError("unknown metric '" + name +
                        "'; expected top1, top5, agreement, sqnr or latency");
    if ((name == "agreement" || name == "sqnr") && !args.hasArg(OPT_reference))
      return usageError("metric '" + name + "' needs --reference");
  }
  return Done;
}

static int run(const Args &args) {
  CompileOptions options;
  int64_t threads = 1, limit = INT64_MAX;
  if (!parseCompileOptions(args, options) || !parseNumber(args, OPT_threads, 1, threads) ||
      !parseNumber(args, OPT_limit, 1, limit) || checkMetricNames(args) != Done)
    return Usage;
  if (!args.hasArg(OPT_data))
    return usageError("expected --data");
  auto preprocess = Preprocess::parse(args.getLastArgValue(OPT_preprocess, "raw"));
  if (!preprocess)
    return usageError(llvm::toString(preprocess.takeError()));

  llvm::StringRef path = args.getLastArgValue(OPT_INPUT),
                  other = args.getLastArgValue(OPT_reference);
  // Shaping is for what is compiled here; a bundle alone refuses it.
  bool bundle = llvm::sys::fs::is_directory(path),
       compiled = !other.empty() && !llvm::sys::fs::is_directory(other);
  Evaluation evaluation;
  int code = Done;
  if (!evaluation.model.load(path, bundle && compiled ? CompileOptions() : options,
                             options.shaping.dims, threads, evaluation.session, code))
    return code;
  if (evaluation.model.outputs.empty())
    return badInput(llvm::createStringError("'" + path + "': the model has no outputs"));
  auto data = openDataSet(args.getLastArgValue(OPT_data), evaluation.inputs());
  if (!data)
    return badInput(data.takeError());
  evaluation.data = std::move(*data);
  evaluation.compared = !other.empty();
  if (evaluation.compared) {
    if (!evaluation.reference.load(other, compiled ? options : CompileOptions(),
                                   options.shaping.dims, threads, evaluation.session, code))
      return code;
    if (llvm::Error error = evaluation.checkReference())
      return badInput(std::move(error));
  }
  if ((code = evaluation.chooseMetrics(args)) != Done)
    return code;
  if (args.hasArg(OPT_slices))
    if (llvm::Error error = evaluation.readSlices(args.getLastArgValue(OPT_slices)))
      return badInput(std::move(error));

  EvaluateReport &report = evaluation.report;
  RunOptions runOptions;
  runOptions.threads = uint32_t(threads);
  report.threads = threads;
  report.preprocess = preprocess->chain();
  report.arenaBytes = evaluation.model.model().arenaBytes(runOptions);
  report.objectBytes = evaluation.model.loaded->objectBytes;
  uint64_t count = std::min<uint64_t>(uint64_t(limit), evaluation.data->size());
  if (llvm::Error error = evaluation.checkLabels(count))
    return badInput(std::move(error));
  if ((code = evaluation.measure(std::move(*preprocess), count)) != Done)
    return code;
  if (!args.hasArg(OPT_metric) && report.all.values(report.metrics).empty())
    llvm::errs() << "note: only the time is measured; answers need labels or --reference\n";
  Latency latency(std::move(evaluation.model.times));
  if (args.hasArg(OPT_json))
    llvm::outs() << llvm::formatv("{0:2}\n", report.toJson(latency));
  else
    report.printTable(llvm::outs(), latency);
  return Done;
}

const Command tool::evaluateCommand = {
    "evaluate",
    "MODEL|DIR",
    "measure accuracy, agreement and latency on a data set",
    "pith evaluate model.onnx --data images/ --preprocess imagenet --metric top1,top5 --json",
    EvaluateVis,
    run};
