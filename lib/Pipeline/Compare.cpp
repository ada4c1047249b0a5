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
  LogicalResult run(llvm::ArrayRef<Array> inputs) {
    for (auto [index, array] : llvm::enumerate(inputs))
      llvm::copy(array.data, session->input(index).begin());
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
  std::vector<LayerFormat> inputs, outputs; ///< of the model itself

  LogicalResult open(const CompareSide &side, MLIRContext *context);

private:
  void describeModel(size_t outputCount);
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

/// What the manifest says of an input or output, with the meaning of `value`.
static LayerFormat describe(const LoadedIo &io, Value value) {
  LayerFormat format;
  if (value)
    format = formatOf(value);
  format.type = elementTypeByName(io.type).value_or(format.type);
  format.shape.assign(io.shape.begin(), io.shape.end());
  return format;
}

void Side::describeModel(size_t outputCount) {
  func::FuncOp function;
  if (module)
    function = module->lookupSymbol<func::FuncOp>("main");
  for (auto [index, io] : llvm::enumerate(program.model->inputs()))
    inputs.push_back(describe(io, function ? function.getArgument(index) : Value()));
  for (auto [index, io] : llvm::enumerate(program.model->outputs().take_front(outputCount)))
    outputs.push_back(
        describe(io, function ? function.front().getTerminator()->getOperand(index) : Value()));
}

LogicalResult Side::open(const CompareSide &side, MLIRContext *context) {
  if (llvm::sys::fs::is_directory(side.path)) {
    auto loaded = LoadedModel::fromBundle(side.path, FileLineColLoc::get(context, side.path, 0, 0));
    if (succeeded(loaded) && (*loaded)->shapes().size() > 1)
      if (llvm::Error error = chooseShape(**loaded, side.compile.shaping.dims))
        return emitError((FileLineColLoc::get(context, side.path, 0, 0)))
               << llvm::toString(std::move(error));
    if (failed(program.load(std::move(loaded))))
      return failure();
    describeModel(program.model->outputs().size());
    return success();
  }
  FailureOr<OwningOpRef<ModuleOp>> read = readModel(side.path, side.compile, context);
  if (failed(read) || failed(requireOneShape(**read)))
    return failure();
  if (*completedStage(**read) > Stage::Sparsify) {
    if (failed(lowerAndLoad(**read, program)))
      return failure();
    describeModel(program.model->outputs().size());
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
  describeModel(numOutputs(*module));
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

/// The inputs of A as B takes them: by name, or by place where B does not know
/// all the names; quantized or dequantized where B wants that.
static FailureOr<std::vector<Array>> arrangeForB(const Side &a, const Side &b,
                                                 llvm::ArrayRef<Array> inputs, Location location) {
  llvm::ArrayRef<LoadedIo> wanted = b.program.model->inputs();
  llvm::StringMap<size_t> places;
  for (auto [index, array] : llvm::enumerate(inputs))
    places[array.name] = index;
  bool named = llvm::all_of(wanted, [&](const LoadedIo &io) { return places.contains(io.name); });
  if (wanted.size() != inputs.size())
    return emitError(location) << "expected " << inputs.size()
                               << " inputs as the other model has, got " << wanted.size();
  std::vector<Array> arranged;
  for (auto [index, io] : llvm::enumerate(wanted)) {
    size_t place = named ? places.at(io.name) : index;
    const LayerFormat &from = a.inputs[place], &to = b.inputs[index];
    if (!areComparable(from, to)) {
      InFlightDiagnostic diagnostic = emitError(location);
      diagnostic << "input '" << io.name << "': expected what the other model's '"
                 << inputs[place].name << "' takes, " << elementTypeName(from.type) << " of "
                 << inputs[place].numElements() << " elements, got " << io.type << " of "
                 << io.bytes / byteWidth(to.type);
      diagnostic.attachNote()
          << "codes are made of floats only where the model says what they mean";
      return failure();
    }
    arranged.push_back(convert(inputs[place], from, to));
  }
  return arranged;
}

LogicalResult ModelComparison::add(llvm::ArrayRef<Array> inputs) {
  State &s = *state;
  FailureOr<std::vector<Array>> forB = arrangeForB(s.a, s.b, inputs, s.location);
  if (failed(forB) || failed(s.a.program.run(inputs)) || failed(s.b.program.run(*forB)))
    return failure();
  if (s.cut.model) {
    std::vector<Array> all = std::move(*forB);
    for (size_t index : s.given) {
      const Match &match = s.matches[index];
      all.push_back(
          convert(s.a.program.output(match.a, match.formatA), match.formatA, match.formatB));
    }
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
