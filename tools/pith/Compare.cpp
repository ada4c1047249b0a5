// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pith compare: where two models, modes, targets, stages or bundles part.
#include "pith/Pipeline/Compare.h"
#include "tools/pith/Samples.h"
#include "tools/pith/Session.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace mlir;
using namespace pith;
using namespace pith::tool;

/// What is no number is null.
static llvm::json::Value number(std::optional<double> value) {
  return value && std::isfinite(*value) ? llvm::json::Value(*value) : llvm::json::Value(nullptr);
}

static llvm::json::Array names(llvm::ArrayRef<std::string> list) {
  llvm::json::Array array;
  for (const std::string &name : list)
    array.push_back(llvm::json::fixUTF8(name));
  return array;
}

static void printJson(const CompareResult &result) {
  llvm::json::Array layers;
  for (const LayerComparison &layer : result.layers) {
    const std::optional<Distance> &own = layer.own;
    layers.push_back(llvm::json::Object{
        {"name", llvm::json::fixUTF8(layer.name)},
        {"output", layer.isOutput},
        {"elements", int64_t(layer.total.elements)},
        {"differing", layer.total.share()},
        {"max_difference", number(layer.total.maxDifference)},
        {"sqnr_db", number(layer.total.sqnr())},
        {"differing_own", number(own ? std::optional(own->share()) : std::nullopt)},
        {"max_difference_own", number(own ? std::optional(own->maxDifference) : std::nullopt)},
        {"sqnr_own_db", number(own ? own->sqnr() : std::nullopt)}});
  }
  const LayerComparison *first = result.firstDivergent();
  llvm::json::Object object{
      {"samples", int64_t(result.samples)},
      {"layers", std::move(layers)},
      {"first_divergent",
       first ? llvm::json::Value(llvm::json::fixUTF8(first->name)) : llvm::json::Value(nullptr)},
      {"only_a", names(result.onlyA)},
      {"only_b", names(result.onlyB)},
      {"not_comparable", names(result.unlike)}};
  llvm::outs() << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object)));
}

static std::string share(const Distance &distance) {
  if (!distance.differing)
    return "-";
  // What is there must not read as nothing.
  return llvm::formatv("{0:F4} %", std::max(100 * distance.share(), 0.0001)).str();
}

static std::string decibels(const Distance &distance) {
  if (!distance.differing)
    return "equal";
  std::optional<double> sqnr = distance.sqnr();
  return sqnr ? llvm::formatv("{0:F1}", *sqnr).str() : "none";
}

static void printTable(const CompareResult &result) {
  llvm::raw_ostream &os = llvm::outs();
  constexpr size_t limit = 48;
  auto shorten = [&](llvm::StringRef name) {
    return name.size() <= limit ? name.str() : "..." + name.take_back(limit - 3).str();
  };
  size_t width = 5;
  for (const LayerComparison &layer : result.layers)
    width = std::max(width, shorten(layer.name).size());
  const LayerComparison *first = result.firstDivergent();
  os << "  " << llvm::left_justify("layer", width) << llvm::right_justify("differ", 12)
     << llvm::right_justify("largest", 12) << llvm::right_justify("SQNR dB", 10);
  bool hasOwn = llvm::any_of(result.layers, [](const LayerComparison &l) { return bool(l.own); });
  auto endLine = [&](llvm::StringRef own) {
    if (hasOwn)
      os << llvm::right_justify(own, 10);
    os << "\n";
  };
  endLine("own dB");
  bool outputs = false;
  for (const LayerComparison &layer : result.layers) {
    if (layer.isOutput && !outputs)
      os << "outputs of the model\n";
    outputs |= layer.isOutput;
    std::string largest;
    llvm::raw_string_ostream(largest) << llvm::format("%.4g", layer.total.maxDifference);
    os << (&layer == first ? "> " : "  ") << llvm::left_justify(shorten(layer.name), width)
       << llvm::right_justify(share(layer.total), 12) << llvm::right_justify(largest, 12)
       << llvm::right_justify(decibels(layer.total), 10);
    endLine(layer.own ? decibels(*layer.own) : "");
  }
  os << result.samples << (result.samples == 1 ? " sample; " : " samples; ");
  if (first)
    os << "first to diverge: '" << first->name << "'";
  else
    os << "no difference";
  os << "\nlayers only in A: " << result.onlyA.size() << ", only in B: " << result.onlyB.size()
     << ", of another kind or shape: " << result.unlike.size() << "\n";
}

/// The options of one side: those of both, then its own.
static bool readSide(const Args &args, OptionId own, size_t index, const CompileOptions &shared,
                     CompareSide &side) {
  side.path = args.getAllArgValues(OPT_INPUT)[index];
  side.compile = shared;
  if (!args.hasArg(own))
    return true;
  if (llvm::sys::fs::is_directory(side.path)) {
    usageError("expected no shaping options for the bundle '" + side.path +
               "': it is compiled already");
    return false;
  }
  return parseShapingList(args.getLastArgValue(own), side.compile.shaping);
}

static int badData(Session &session, llvm::Error error) {
  session.clearProgress();
  llvm::errs() << "error: " << llvm::toString(std::move(error)) << "\n";
  return BadInput;
}

static int run(const Args &args) {
  CompileOptions shared;
  CompareSide a, b;
  SampleOptions data;
  if (!parseCompileOptions(args, shared) || !readSide(args, OPT_a, 0, shared, a) ||
      !readSide(args, OPT_b, 1, shared, b))
    return Usage;
  int code = Done;
  if (!data.parse(args, code))
    return code;
  Session session;
  auto comparison = ModelComparison::create(
      a, b, &session.context(), [&](llvm::StringRef step) { session.progress(step, 0, 1); });
  session.clearProgress();
  if (failed(comparison))
    return session.diagnostics().unsupported() ? Unsupported : BadInput;
  auto samples = Samples::open(std::move(data), (*comparison)->modelA());
  if (!samples)
    return badData(session, samples.takeError());
  const CompareResult &result = (*comparison)->result();
  while (true) {
    session.progress("sample " + std::to_string(result.samples + 1), unsigned(result.samples),
                     unsigned(samples->size()));
    auto sample = samples->next();
    if (!sample)
      return badData(session, sample.takeError());
    if (!*sample)
      break;
    if (failed((*comparison)->add(**sample))) {
      session.clearProgress();
      return BadInput;
    }
  }
  session.clearProgress();
  if (args.hasArg(OPT_json))
    printJson(result);
  else
    printTable(result);
  return result.firstDivergent() ? AnswerIsNo : Done;
}

const Command tool::compareCommand = {"compare",
                                      "A B",
                                      "compare two models or ways to compile one, layer by layer",
                                      "pith compare model.onnx model.onnx --a=qdq=literal --data "
                                      "images/ --preprocess imagenet --limit 20",
                                      CompareVis,
                                      run};
