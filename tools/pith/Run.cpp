// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pith run: one run of a model or a bundle, compared with what is expected.
#include "pith/Support/CompareArrays.h"
#include "tools/pith/Loaded.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace pith;
using namespace pith::tool;

static bool writeOutputs(llvm::StringRef path, llvm::ArrayRef<Array> outputs) {
  llvm::Expected<std::string> bytes = formatNpz(outputs);
  if (!bytes) {
    llvm::errs() << "error: cannot write '" << path << "': " << llvm::toString(bytes.takeError())
                 << "\n";
    return false;
  }
  std::error_code error;
  llvm::raw_fd_ostream os(path, error);
  if (!error) {
    os << *bytes;
    os.close();
    error = os.error();
    os.clear_error();
  }
  if (error)
    llvm::errs() << "error: cannot write '" << path << "': " << error.message() << "\n";
  return !error;
}

/// The range of the numbers, for a reader to see that they are sane.
static void printSummary(const Array &array) {
  double least = INFINITY, greatest = -INFINITY;
  int64_t nans = 0, at = -1;
  for (int64_t i = 0, count = array.numElements(); i < count; ++i) {
    double value = elementAsDouble(array, i);
    nans += std::isnan(value);
    least = std::min(least, value);
    if (value > greatest) {
      greatest = value;
      at = i;
    }
  }
  std::string shape;
  for (int64_t size : array.shape)
    shape += (shape.empty() ? "" : "x") + std::to_string(size);
  llvm::outs() << array.name << ": " << elementTypeName(array.type) << " [" << shape << "]";
  if (array.numElements() > nans)
    llvm::outs() << llvm::format(" from %.6g to %.6g, largest at ", least, greatest) << at;
  if (nans)
    llvm::outs() << ", " << nans << " NaN";
  llvm::outs() << "\n";
}

/// Whether all outputs are as expected; prints a line for each.
static bool compareOutputs(llvm::ArrayRef<Array> outputs, llvm::ArrayRef<Array> expected,
                           const Tolerance &tolerance) {
  bool named = llvm::any_of(expected, [](const Array &array) { return !array.name.empty(); });
  bool agree = true;
  if (!named && outputs.size() != expected.size()) {
    llvm::outs() << "expected " << expected.size() << " outputs, got " << outputs.size() << "\n";
    return false;
  }
  for (auto [index, want] : llvm::enumerate(expected)) {
    const Array *got = named ? llvm::find_if(outputs,
                                             [&, &want = want](const Array &output) {
                                               return output.name == want.name;
                                             })
                             : &outputs[index];
    if (got == outputs.end()) {
      llvm::outs() << want.name << ": the model has no such output\n";
      agree = false;
      continue;
    }
    Comparison result = compareArrays(*got, want, tolerance);
    agree &= result.agree;
    llvm::outs() << got->name << ": " << (result.agree ? "agrees" : "differs")
                 << llvm::format(", largest difference %.3g (%.3g of the largest magnitude)",
                                 result.maxDifference, result.maxRelative)
                 << (result.message.empty() ? "" : "; ") << result.message << "\n";
  }
  return agree;
}

static int run(const Args &args) {
  CompileOptions options;
  Tolerance tolerance;
  int64_t threads = 1;
  if (!parseCompileOptions(args, options) || !parseNumber(args, OPT_threads, 1, threads) ||
      !parseNumber(args, OPT_rtol, 0.0, tolerance.relative) ||
      !parseNumber(args, OPT_atol, 0.0, tolerance.absolute))
    return Usage;
  if (args.hasArg(OPT_max_rel)) {
    double value = 0;
    if (args.hasArg(OPT_rtol, OPT_atol))
      return usageError("expected --max-rel, or --rtol and --atol, not both");
    if (!parseNumber(args, OPT_max_rel, 0.0, value))
      return Usage;
    tolerance.maxRelative = value;
  }
  if (!args.hasArg(OPT_inputs))
    return usageError("expected --inputs");

  Session session;
  int code = Done;
  std::optional<Loaded> loaded =
      loadOrCompile(args.getLastArgValue(OPT_INPUT), options, session, code);
  if (!loaded)
    return code;
  RunOptions runOptions;
  runOptions.threads = uint32_t(threads);
  // One run is to find out whether a program is right: what leaves its memory faults.
  runOptions.guardPages = true;
  std::optional<std::vector<Array>> inputs =
      readInputs(args.getLastArgValue(OPT_inputs), *loaded, runOptions.batch);
  std::optional<std::vector<Array>> expected = std::vector<Array>();
  if (inputs && args.hasArg(OPT_expect))
    expected = readArraysOrReport(args.getLastArgValue(OPT_expect), "output");
  if (!inputs || !expected)
    return BadInput;
  auto outputs = runOnArrays(*loaded->model, *inputs, runOptions);
  if (failed(outputs))
    return session.failureCode();
  if (args.hasArg(OPT_outputs) && !writeOutputs(args.getLastArgValue(OPT_outputs), *outputs))
    return BadInput;
  if (args.hasArg(OPT_expect))
    return compareOutputs(*outputs, *expected, tolerance) ? Done : AnswerIsNo;
  llvm::for_each(*outputs, printSummary);
  return Done;
}

const Command tool::runCommand = {
    "run",
    "MODEL|DIR",
    "run a model or a bundle once",
    "pith run model.onnx --inputs x.npz --expect y.npz --max-rel 1e-4",
    RunVis,
    run};
