// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/Conformance/Job.h"
#include "pith/Pipeline/Diagnostics.h"
#include "pith/Pipeline/Execute.h"
#include "pith/Support/CompareArrays.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"
#include <cmath>
#include <cstring>

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

/// Numbers by name; nothing where there are none.
static bool parseNumbers(const Object *object, std::map<std::string, int64_t> &numbers) {
  if (!object)
    return true;
  for (const auto &[key, value] : *object) {
    std::optional<int64_t> number = value.getAsInteger();
    if (!number)
      return false;
    numbers[llvm::StringRef(key).str()] = *number;
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
  std::vector<std::string> absent;
  const llvm::json::Array *names = object->getArray("absent");
  if (!parseNumbers(object->getObject("lengths"), job.lengths) ||
      !parseNumbers(object->getObject("dims"), job.dims) || (names && !parseStrings(names, absent)))
    return std::nullopt;
  job.absent = {absent.begin(), absent.end()};
  job.ofLargest = object->getNumber("of_largest");
  return job;
}

Object conformance::failed(const Job &job, llvm::StringRef cpu, llvm::StringRef kind,
                           llvm::StringRef message) {
  return Object{{"name", job.name},
                {"cpu", cpu},
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

/// The first `count` slices along a dimension.
static Array firstSlices(const Array &array, size_t dim, int64_t count) {
  Array result = array;
  result.shape[dim] = count;
  result.data.clear();
  int64_t outer = 1, slice = int64_t(byteWidth(array.type));
  for (auto [other, size] : llvm::enumerate(array.shape))
    (other < dim ? outer : slice) *= other == dim ? 1 : size;
  for (int64_t at = 0; at < outer; ++at) {
    auto begin = array.data.begin() + at * array.shape[dim] * slice;
    result.data.insert(result.data.end(), begin, begin + count * slice);
  }
  return result;
}

/// Behind what the test expects only numbers stand, each that of an output. Where the size
/// of that is its bound here, one of its dimensions is the number; else the one in which it is
/// larger than expected has so many slices that count, which are left.
static std::optional<std::string> applyCounts(llvm::ArrayRef<Array> counts,
                                              std::vector<Array> &outputs,
                                              llvm::ArrayRef<Array> expected) {
  for (const Array &count : counts) {
    auto of = llvm::find_if(
        outputs, [&](const Array &output) { return output.name + "_count" == count.name; });
    auto wrong = "output '" + count.name + "' is not the number of another output's elements";
    if (of == outputs.end() || count.numElements() != 1)
      return wrong;
    auto number = int64_t(elementAsDouble(count, 0));
    llvm::ArrayRef<int64_t> wanted = expected[of - outputs.begin()].shape;
    auto [larger, smaller] =
        std::mismatch(of->shape.begin(), of->shape.end(), wanted.begin(), wanted.end());
    bool isWhole = larger == of->shape.end() && llvm::is_contained(of->shape, number);
    bool isPart = larger != of->shape.end() && smaller != wanted.end() && *smaller == number &&
                  number < *larger;
    if (!isWhole && !isPart)
      return wrong;
    if (isPart)
      *of = firstSlices(*of, larger - of->shape.begin(), number);
  }
  return std::nullopt;
}

static std::optional<std::string> compareAll(llvm::ArrayRef<Array> all,
                                             llvm::ArrayRef<Array> expected,
                                             std::optional<double> ofLargest) {
  if (all.size() < expected.size())
    return llvm::formatv("expected {0} outputs, got {1}", expected.size(), all.size()).str();
  std::vector<Array> outputs = all.take_front(expected.size()).vec();
  if (auto difference = applyCounts(all.drop_front(expected.size()), outputs, expected))
    return difference;
  // As ONNX's own runner has it; but what is expected in 16 bits was rounded to
  // them more than once.
  Tolerance tolerance;
  tolerance.units = 2;
  tolerance.maxRelative = ofLargest;
  for (auto [got, want] : llvm::zip_equal(outputs, expected))
    if (Comparison result = compareArrays(got, want, tolerance); !result.agree)
      return "output '" + got.name + "': " + result.message;
  return std::nullopt;
}

/// Element by element; one NaN is as good as another.
static bool sameBits(const Array &got, const Array &want) {
  if (got.type != want.type || got.shape != want.shape)
    return false;
  size_t width = got.numElements() ? got.data.size() / got.numElements() : 0;
  for (int64_t i = 0; i < got.numElements(); ++i)
    if (std::memcmp(&got.data[i * width], &want.data[i * width], width) != 0 &&
        !(std::isnan(elementAsDouble(got, i)) && std::isnan(elementAsDouble(want, i))))
      return false;
  return true;
}

/// The first difference in a bit; none: all are the same.
static std::optional<std::string> compareBits(llvm::ArrayRef<Array> outputs,
                                              llvm::ArrayRef<Array> oracle) {
  if (outputs.size() != oracle.size())
    return llvm::formatv("expected {0} outputs, got {1}", oracle.size(), outputs.size()).str();
  for (auto [got, want] : llvm::zip_equal(outputs, oracle))
    if (!sameBits(got, want))
      return "output '" + got.name + "' is not the oracle's, bit for bit";
  return std::nullopt;
}

namespace {
/// How far one machine came.
struct Result {
  std::vector<Array> outputs;
  llvm::StringRef kind; ///< of the failure; empty: there are outputs
  std::string message;
};

Result stopped(const Diagnostics &diagnostics, llvm::StringRef kind) {
  // The note behind the first error names the node at fault.
  std::string message = diagnostics.firstError().str();
  for (auto [index, line] : llvm::enumerate(diagnostics.lines()))
    if (line.severity == DiagnosticSeverity::Note && index == 1)
      message += "; " + line.text;
  return {{}, diagnostics.unsupported() ? "unsupported" : kind, message};
}

/// Compiles an imported module, which it changes, and runs it.
Result runOn(const Machine &machine, const Job &job, ModuleOp module) {
  Diagnostics diagnostics(module.getContext());
  const Target *target = TargetRegistry::global().lookup(machine.target);
  auto recorded = module->getAttrOfType<TargetAttr>("pith.target");
  TargetAttr resolved =
      target ? target->resolve(module.getContext(), recorded.getMachine().getTriple(),
                               machine.cpu.empty() ? "native" : machine.cpu, "")
             : TargetAttr();
  if (!resolved)
    return stopped(diagnostics, "unsupported");
  module->setAttr("pith.target", resolved);
  for (Stage stage : {Stage::Quantize, Stage::Sparsify, Stage::Schedule, Stage::Lower})
    if (failed(runStages(module, stage, {})))
      return stopped(diagnostics, stageName(stage));
  auto model = loadModule(module);
  if (failed(model))
    return stopped(diagnostics, stageName(Stage::Emit));
  auto inputs = readAll(job.inputs);
  if (!inputs)
    return {{}, "unsupported", llvm::toString(inputs.takeError())};
  RunOptions options;
  options.guardPages = true;
  auto arranged = arrangeInputs(**model, std::move(*inputs), options.batch);
  if (!arranged)
    return {{}, "run", llvm::toString(arranged.takeError())};
  auto outputs = runOnArrays(**model, *arranged, options);
  if (failed(outputs))
    return stopped(diagnostics, "run");
  return {std::move(*outputs), "", ""};
}
} // namespace

void conformance::runJob(const Job &job, const std::vector<Machine> &machines,
                         const std::optional<Machine> &oracle, MLIRContext *context,
                         llvm::function_ref<void(Object)> report) {
  auto failAll = [&](const Result &result) {
    for (const Machine &machine : machines)
      report(failed(job, machine.cpu, result.kind, result.message));
  };
  CompileOptions options;
  options.shaping.target = machines.front().target;
  options.shaping.cpu = machines.front().cpu;
  options.shaping.lengths = job.lengths;
  options.shaping.absent = job.absent;
  for (const auto &[name, size] : job.dims)
    options.shaping.dims[name].sizes = {size};
  Diagnostics diagnostics(context);
  FailureOr<OwningOpRef<ModuleOp>> module = readModel(job.model, options, context);
  if (failed(module))
    return failAll(stopped(diagnostics, stageName(Stage::Import)));
  auto expected = readAll(job.outputs);
  if (!expected)
    return failAll({{}, "unsupported", llvm::toString(expected.takeError())});
  bool folded = isFolded(**module);
  std::optional<Result> truth;
  if (oracle)
    truth = runOn(*oracle, job, OwningOpRef<ModuleOp>(module->get().clone()).get());
  for (const Machine &machine : machines) {
    OwningOpRef<ModuleOp> copy = module->get().clone();
    Result result = runOn(machine, job, *copy);
    std::optional<std::string> difference;
    if (!result.kind.empty())
      report(failed(job, machine.cpu, result.kind, result.message));
    else if ((difference = compareAll(result.outputs, *expected, job.ofLargest)))
      report(failed(job, machine.cpu, "wrong", *difference));
    else if (truth && truth->kind.empty() &&
             (difference = compareBits(result.outputs, truth->outputs)))
      report(failed(job, machine.cpu, "differs", *difference));
    else if (folded)
      report(failed(job, machine.cpu, "folded", "no output depends on an input"));
    else
      report(Object{{"name", job.name}, {"cpu", machine.cpu}, {"passed", true}});
  }
}
