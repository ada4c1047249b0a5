// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Three programs run each sample: A and B with their layers as outputs, and B
// cut at every layer that A has too, which is fed with A's values.
#include "pith/Pipeline/Compare.h"
#include "lib/Pipeline/LayerValues.h"
#include "lib/Pipeline/Taps.h"
#include "pith/Pipeline/Execute.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace pith;

namespace {

/// A model with memory for its runs.
struct Program {
  std::unique_ptr<LoadedModel> model;
  std::unique_ptr<LoadedModel::Session> session;

  LogicalResult load(FailureOr<std::unique_ptr<LoadedModel>> loaded) {
    if (failed(loaded))
      return failure();
    model = std::move(*loaded);
    auto started = model->start();
    if (failed(started))
      return failure();
    session = std::move(*started);
    return success();
  }

  /// The inputs' sizes are the model's.
  LogicalResult run(llvm::ArrayRef<const Array *> inputs) {
    for (auto [index, array] : llvm::enumerate(inputs))
      llvm::copy(array->data, session->input(index).begin());
    return session->run();
  }

  Array output(size_t index, const LayerFormat &format) const {
    llvm::ArrayRef<char> bytes = session->output(index);
    return {model->outputs()[index].name, format.type, format.shape, {bytes.begin(), bytes.end()}};
  }

  std::optional<size_t> outputNamed(llvm::StringRef name, size_t from) const {
    for (size_t i = from; i < model->outputs().size(); ++i)
      if (model->outputs()[i].name == name)
        return i;
    return std::nullopt;
  }
};

/// What is known of A or of B.
struct Side {
  OwningOpRef<ModuleOp> module; ///< before schedule; null: only outputs are seen
  Program program;
  llvm::SmallVector<Layer> layers;
  std::vector<LayerFormat> outputs; ///< of the model itself

  LogicalResult open(const CompareSide &side, MLIRContext *context);

private:
  void describeOutputs(size_t count);
};

/// A layer or an output on both sides: its places among the outputs of the programs.
struct Match {
  size_t a = 0, b = 0, own = 0;
  LayerFormat formatA, formatB;
};

LogicalResult lowerAndLoad(ModuleOp module, Program &program) {
  if (failed(runStages(module, Stage::Lower, CompileOptions())))
    return failure();
  return program.load(loadModule(module));
}

void Side::describeOutputs(size_t count) {
  func::ReturnOp end;
  if (module)
    if (auto function = module->lookupSymbol<func::FuncOp>("main"))
      end = dyn_cast<func::ReturnOp>(function.front().getTerminator());
  for (size_t i = 0; i < count; ++i) {
    const LoadedIo &io = program.model->outputs()[i];
    LayerFormat &format = outputs.emplace_back();
    if (end)
      format = formatOf(end.getOperand(i));
    format.type = elementTypeByName(io.type).value_or(format.type);
    format.shape.assign(io.shape.begin(), io.shape.end());
  }
}

LogicalResult Side::open(const CompareSide &side, MLIRContext *context) {
  if (llvm::sys::fs::is_directory(side.path)) {
    auto loaded = LoadedModel::fromBundle(side.path, FileLineColLoc::get(context, side.path, 0, 0));
    if (failed(program.load(std::move(loaded))))
      return failure();
    describeOutputs(program.model->outputs().size());
    return success();
  }
  FailureOr<OwningOpRef<ModuleOp>> read = readModel(side.path, side.compile, context);
  if (failed(read))
    return failure();
  if (*completedStage(**read) > Stage::Sparsify) {
    if (failed(lowerAndLoad(**read, program)))
      return failure();
    describeOutputs(program.model->outputs().size());
    return success();
  }
  if (failed(runStages(**read, Stage::Sparsify, side.compile)))
    return failure();
  module = std::move(*read);
  layers = findLayers(*module);
  OwningOpRef<ModuleOp> tapped = module->clone();
  tapLayers(*tapped);
  if (failed(lowerAndLoad(*tapped, program)))
    return failure();
  describeOutputs(numOutputs(*module));
  return success();
}

} // namespace

struct ModelComparison::State {
  Side a, b;
  Program cut; ///< without model where a side shows no layers
  std::vector<Match> matches;
  std::vector<size_t> given; ///< the matches that are inputs of `cut`
  CompareResult result;
  Location location;

  explicit State(Location location) : location(location) {}
  void matchLayers();
  LogicalResult matchOutputs();
  LogicalResult cutB();
  void push(llvm::StringRef name, bool isOutput, Match match) {
    result.layers.push_back({name.str(), isOutput, {}, {}});
    matches.push_back(std::move(match));
  }
};

void ModelComparison::State::matchLayers() {
  if (!a.module || !b.module)
    return;
  llvm::StringMap<Value> inB;
  for (const Layer &layer : b.layers)
    inB[layer.name] = layer.value;
  for (const Layer &layer : a.layers) {
    auto found = inB.find(layer.name);
    if (found == inB.end()) {
      result.onlyA.push_back(layer.name);
      continue;
    }
    Match match;
    match.formatA = formatOf(layer.value);
    match.formatB = formatOf(found->second);
    inB.erase(found);
    if (!areComparable(match.formatA, match.formatB)) {
      result.unlike.push_back(layer.name);
      continue;
    }
    match.a = *a.program.outputNamed(layer.name, a.outputs.size());
    match.b = *b.program.outputNamed(layer.name, b.outputs.size());
    push(layer.name, /*isOutput=*/false, std::move(match));
  }
  for (const Layer &layer : b.layers)
    if (inB.contains(layer.name))
      result.onlyB.push_back(layer.name);
}

LogicalResult ModelComparison::State::matchOutputs() {
  bool byPlace = a.outputs.size() == b.outputs.size();
  for (auto [index, format] : llvm::enumerate(a.outputs)) {
    llvm::StringRef name = a.program.model->outputs()[index].name;
    std::optional<size_t> other = b.program.outputNamed(name, 0);
    if (!other || *other >= b.outputs.size()) {
      if (!byPlace) {
        result.onlyA.push_back(name.str());
        continue;
      }
      other = index;
    }
    Match match{index, *other, *other, format, b.outputs[*other]};
    if (areComparable(match.formatA, match.formatB))
      push(name, /*isOutput=*/true, std::move(match));
    else
      result.unlike.push_back(name.str());
  }
  if (!matches.empty())
    return success();
  InFlightDiagnostic diagnostic = emitError(location);
  diagnostic << "expected a layer or an output that both models have, of one shape";
  diagnostic.attachNote()
      << "layers match by the names of their ONNX nodes, outputs by name or place";
  return failure();
}

LogicalResult ModelComparison::State::cutB() {
  if (!a.module || !b.module)
    return success();
  std::vector<std::string> names;
  for (auto [index, layer] : llvm::enumerate(result.layers))
    if (!layer.isOutput) {
      names.push_back(layer.name);
      given.push_back(index);
    }
  OwningOpRef<ModuleOp> module = b.module->clone();
  cutLayers(*module, names);
  if (failed(lowerAndLoad(*module, cut)))
    return failure();
  for (auto [match, layer] : llvm::zip_equal(matches, result.layers)) {
    layer.own.emplace();
    if (!layer.isOutput)
      match.own = *cut.outputNamed(layer.name, b.outputs.size());
  }
  return success();
}

ModelComparison::ModelComparison(std::unique_ptr<State> state) : state(std::move(state)) {}
ModelComparison::~ModelComparison() = default;
const LoadedModel &ModelComparison::modelA() const { return *state->a.program.model; }
const CompareResult &ModelComparison::result() const { return state->result; }

FailureOr<std::unique_ptr<ModelComparison>>
ModelComparison::create(const CompareSide &a, const CompareSide &b, MLIRContext *context,
                        const std::function<void(llvm::StringRef)> &onStep) {
  auto tell = [&](llvm::StringRef step) {
    if (onStep)
      onStep(step);
  };
  auto state = std::make_unique<State>(FileLineColLoc::get(context, b.path, 0, 0));
  tell("first model");
  if (failed(state->a.open(a, context)))
    return failure();
  tell("second model");
  if (failed(state->b.open(b, context)))
    return failure();
  state->matchLayers();
  if (failed(state->matchOutputs()))
    return failure();
  tell("second model, cut");
  if (failed(state->cutB()))
    return failure();
  return std::unique_ptr<ModelComparison>(new ModelComparison(std::move(state)));
}

/// The inputs of A in the order of `model`: by name, or by place where it does
/// not know all the names.
static FailureOr<llvm::SmallVector<const Array *>>
arrangeFor(const LoadedModel &model, llvm::ArrayRef<Array> inputs, Location location) {
  llvm::ArrayRef<LoadedIo> wanted = model.inputs();
  llvm::StringMap<const Array *> byName;
  for (const Array &array : inputs)
    byName[array.name] = &array;
  bool named = llvm::all_of(wanted, [&](const LoadedIo &io) { return byName.contains(io.name); });
  if (wanted.size() != inputs.size())
    return emitError(location) << "expected " << inputs.size()
                               << " inputs as the other model has, got " << wanted.size();
  llvm::SmallVector<const Array *> arranged;
  for (auto [index, io] : llvm::enumerate(wanted)) {
    const Array *array = named ? byName.at(io.name) : &inputs[index];
    if (array->data.size() != size_t(io.bytes) || elementTypeName(array->type) != io.type)
      return emitError(location) << "input '" << io.name
                                 << "': expected type and size of the other model's '"
                                 << array->name << "', " << elementTypeName(array->type) << " in "
                                 << array->data.size() << " bytes, got " << io.type << " in "
                                 << io.bytes;
    arranged.push_back(array);
  }
  return arranged;
}

LogicalResult ModelComparison::add(llvm::ArrayRef<Array> inputs) {
  State &s = *state;
  llvm::SmallVector<const Array *> forA;
  for (const Array &array : inputs)
    forA.push_back(&array);
  auto forB = arrangeFor(*s.b.program.model, inputs, s.location);
  if (failed(forB) || failed(s.a.program.run(forA)) || failed(s.b.program.run(*forB)))
    return failure();
  if (s.cut.model) {
    std::vector<Array> given;
    for (size_t index : s.given) {
      const Match &match = s.matches[index];
      given.push_back(
          convert(s.a.program.output(match.a, match.formatA), match.formatA, match.formatB));
    }
    llvm::SmallVector<const Array *> all = *forB;
    for (const Array &array : given)
      all.push_back(&array);
    if (failed(s.cut.run(all)))
      return failure();
  }
  for (auto [match, layer] : llvm::zip_equal(s.matches, s.result.layers)) {
    Array a = s.a.program.output(match.a, match.formatA);
    addDistance(layer.total, a, match.formatA, s.b.program.output(match.b, match.formatB),
                match.formatB);
    if (layer.own)
      addDistance(*layer.own, a, match.formatA, s.cut.output(match.own, match.formatB),
                  match.formatB);
  }
  ++s.result.samples;
  return success();
}

const LayerComparison *CompareResult::firstDivergent() const {
  for (const LayerComparison &layer : layers)
    if (layer.total.differing)
      return &layer;
  return nullptr;
}
