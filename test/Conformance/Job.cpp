// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/Conformance/Job.h"
#include "pith/Pipeline/Diagnostics.h"
#include "pith/Pipeline/Execute.h"
#include "pith/Support/CompareArrays.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace pith;
using namespace pith::conformance;
using llvm::json::Object;

static bool parseStrings(const llvm::json::Array *array, std::vector<std::string> &strings) {
  if (!array)
    return false;
  for (const llvm::json::Value &value : *array) {
    std::optional<llvm::StringRef> text = value.getAsString();
    if (!text)
      return false;
    strings.push_back(text->str());
  }
  return true;
}

std::optional<Job> conformance::parseJob(const llvm::json::Value &value) {
  const Object *object = value.getAsObject();
  Job job;
  if (!object || !object->getString("name") || !object->getString("model") ||
      !parseStrings(object->getArray("inputs"), job.inputs) ||
      !parseStrings(object->getArray("outputs"), job.outputs))
    return std::nullopt;
  job.name = object->getString("name")->str();
  job.model = object->getString("model")->str();
  return job;
}

Object conformance::failed(const Job &job, llvm::StringRef kind, llvm::StringRef message) {
  return Object{{"name", job.name},
                {"passed", false},
                {"class", kind},
                {"message", llvm::json::fixUTF8(message)}};
}

/// Whether no result depends on an argument: then nothing is left to run.
static bool isFolded(ModuleOp module) {
  auto function = module.lookupSymbol<func::FuncOp>("main");
  if (!function || function.empty())
    return false;
  llvm::SetVector<Value> values;
  function.walk([&](func::ReturnOp op) { values.insert_range(op.getOperands()); });
  for (unsigned i = 0; i < values.size(); ++i) {
    if (auto argument = dyn_cast<BlockArgument>(values[i])) {
      if (argument.getOwner()->isEntryBlock() && argument.getOwner()->getParentOp() == function)
        return false;
      values.insert_range(argument.getOwner()->getParentOp()->getOperands());
      continue;
    }
    Operation *op = values[i].getDefiningOp();
    op->walk([&](Operation *inner) { values.insert_range(inner->getOperands()); });
  }
  return true;
}

static llvm::Expected<std::vector<Array>> readAll(llvm::ArrayRef<std::string> paths) {
  std::vector<Array> arrays;
  for (const std::string &path : paths) {
    auto read = readArrays(path, "");
    if (!read)
      return read.takeError();
    llvm::move(*read, std::back_inserter(arrays));
  }
  return arrays;
}

static std::optional<std::string> compareAll(llvm::ArrayRef<Array> outputs,
                                             llvm::ArrayRef<Array> expected) {
  if (outputs.size() != expected.size())
    return llvm::formatv("expected {0} outputs, got {1}", expected.size(), outputs.size()).str();
  // As ONNX's own runner has it; but what is expected in 16 bits was rounded to
  // them more than once.
  Tolerance tolerance;
  tolerance.units = 2;
  for (auto [got, want] : llvm::zip_equal(outputs, expected))
    if (Comparison result = compareArrays(got, want, tolerance); !result.agree)
      return "output '" + got.name + "': " + result.message;
  return std::nullopt;
}

Object conformance::runJob(const Job &job, const CompileOptions &options, MLIRContext *context) {
  Diagnostics diagnostics(context);
  auto stopped = [&](Stage stage) {
    // The note behind the first error names the node at fault.
    std::string message = diagnostics.firstError().str();
    for (auto [index, line] : llvm::enumerate(diagnostics.lines()))
      if (line.severity == DiagnosticSeverity::Note && index == 1)
        message += "; " + line.text;
    return failed(job, diagnostics.unsupported() ? "unsupported" : stageName(stage), message);
  };
  FailureOr<OwningOpRef<ModuleOp>> module = readModel(job.model, options, context);
  if (failed(module))
    return stopped(Stage::Import);
  bool folded = isFolded(**module);
  for (Stage stage : {Stage::Quantize, Stage::Sparsify, Stage::Schedule, Stage::Lower})
    if (failed(runStages(**module, stage, options)))
      return stopped(stage);
  auto model = loadModule(**module);
  if (failed(model))
    return stopped(Stage::Emit);
  auto inputs = readAll(job.inputs), expected = readAll(job.outputs);
  if (!inputs || !expected) {
    llvm::Error error = llvm::joinErrors(inputs ? llvm::Error::success() : inputs.takeError(),
                                         expected ? llvm::Error::success() : expected.takeError());
    return failed(job, "unsupported", llvm::toString(std::move(error)));
  }
  uint32_t batch = 1;
  auto arranged = arrangeInputs(**model, std::move(*inputs), batch);
  if (!arranged) {
    llvm::consumeError(expected.takeError());
    return failed(job, "run", llvm::toString(arranged.takeError()));
  }
  RunOptions runOptions;
  runOptions.batch = batch;
  runOptions.guardPages = true;
  auto outputs = runOnArrays(**model, *arranged, runOptions);
  if (failed(outputs))
    return failed(job, "run", diagnostics.firstError());
  if (std::optional<std::string> difference = compareAll(*outputs, *expected))
    return failed(job, "wrong", *difference);
  if (folded)
    return failed(job, "folded", "no output depends on an input");
  return Object{{"name", job.name}, {"passed", true}};
}
