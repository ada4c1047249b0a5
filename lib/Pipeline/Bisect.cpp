// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keeps a copy of the module behind every pass, then runs the copies.
#include "pith/Pipeline/Bisect.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Pipeline/Taps.h"
#include "pith/Pipeline/Execute.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/IR/Action.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace pith;

namespace {

/// A program: a module before schedule, and how to finish it.
struct Step {
  std::string stage, pass;
  OwningOpRef<ModuleOp> module;
  bool asAsked = false; ///< with the user's fusion and target
};

/// Takes a copy of the module behind each pass that changed it.
class Recorder {
public:
  explicit Recorder(MLIRContext *context) : context(context) {
    context->registerActionHandler(
        [this](llvm::function_ref<void()> run, const tracing::Action &action) {
          run();
          if (auto *pass = dyn_cast<PassExecutionAction>(&action))
            record(*pass);
        });
  }
  ~Recorder() { context->registerActionHandler(nullptr); }

  std::string stage = "import";
  std::vector<Step> steps;

private:
  void record(const PassExecutionAction &action) {
    Operation *op = action.getOp();
    auto module = isa<ModuleOp>(op) ? cast<ModuleOp>(op) : op->getParentOfType<ModuleOp>();
    llvm::StringRef pass = action.getPass().getArgument();
    if (!module || pass.empty() || !isRunnable(module))
      return;
    // Attributes of the module say how to compile, not what.
    Operation *main = module.lookupSymbol("main");
    if (!main)
      return;
    OperationFingerPrint print(main);
    if (last && *last == print)
      return;
    last.emplace(print);
    steps.push_back({stage, pass.str(), module.clone()});
  }

  /// Converted, but not scheduled.
  static bool isRunnable(ModuleOp module) {
    return !module
                ->walk([](Operation *op) {
                  llvm::StringRef dialect = op->getName().getDialectNamespace();
                  return dialect == "onnx" || dialect == "llvm" || isa<CallOp>(op)
                             ? WalkResult::interrupt()
                             : WalkResult::advance();
                })
                .wasInterrupted();
  }

  MLIRContext *context;
  std::optional<OperationFingerPrint> last;
};

class Bisection {
public:
  Bisection(const BisectOptions &options, MLIRContext *context)
      : options(options), context(context) {}

  FailureOr<BisectResult> run(llvm::StringRef path);

private:
  LogicalResult record(llvm::StringRef path);
  FailureOr<std::vector<Array>> execute(const Step &step, bool tapped);
  void findLayer(const Step &good, const Step &bad);

  const BisectOptions &options;
  MLIRContext *context;
  std::vector<Step> steps;
  OwningOpRef<ModuleOp> asked; ///< carries the user's attributes
  TargetAttr reference;
  std::optional<std::vector<Array>> inputs;
  BisectResult result;
};

} // namespace

LogicalResult Bisection::record(llvm::StringRef path) {
  Recorder recorder(context);
  CompileOptions compile = options.compile;
  compile.onStage = [&](Stage stage) { recorder.stage = stageName(stage).str(); };
  FailureOr<OwningOpRef<ModuleOp>> module = readModel(path, compile, context);
  if (failed(module) || failed(requireOneShape(**module)))
    return failure();
  if (recorder.steps.empty()) // a stage file: what was read is the beginning
    recorder.steps.push_back({"import", "the module as it was read", (**module).clone()});
  if (failed(runStages(**module, Stage::Sparsify, compile)))
    return failure();
  if (!options.passes.empty()) {
    recorder.stage = "sparsify";
    PassManager manager(context, ModuleOp::getOperationName());
    if (failed(parsePassPipeline(options.passes, manager)) || failed(manager.run(**module)))
      return failure();
  }
  steps = std::move(recorder.steps);
  asked = std::move(*module);
  Step last{"schedule", "fusion, kernels and lowering", asked->clone(), /*asAsked=*/true};
  steps.push_back(std::move(last));
  reference = targetsOf(*asked).front();
  if (const Target *target = TargetRegistry::global().lookup("reference"))
    if (TargetAttr attribute =
            target->resolve(context, reference.getMachine().getTriple(), "native", ""))
      reference = attribute;
  return success();
}

FailureOr<std::vector<Array>> Bisection::execute(const Step &step, bool tapped) {
  if (options.onStep)
    options.onStep(step.pass);
  OwningOpRef<ModuleOp> module = step.module.get().clone();
  for (NamedAttribute attribute : (*asked)->getAttrs())
    (*module)->setAttr(attribute.getName(), attribute.getValue());
  (*module)->setAttr("pith.stage", StringAttr::get(context, stageName(Stage::Sparsify)));
  if (!step.asAsked) {
    NamedAttrList shaping((*asked)->getAttrOfType<DictionaryAttr>("pith.options"));
    shaping.set("fusion", StringAttr::get(context, "off"));
    (*module)->setAttr("pith.options", shaping.getDictionary(context));
    setTargets(*module, reference);
  }
  if (tapped)
    tapLayers(*module);
  if (failed(runStages(*module, Stage::Lower, CompileOptions())))
    return failure();
  FailureOr<std::unique_ptr<LoadedModel>> model = loadModule(*module);
  if (failed(model))
    return failure();
  if (!inputs) {
    FailureOr<std::vector<Array>> read = options.inputs(**model);
    if (failed(read))
      return failure();
    inputs = std::move(*read);
  }
  ++result.steps;
  return runOnArrays(**model, *inputs, RunOptions());
}

/// The first array of `good` that `bad` has too, with other bits.
static const Array *firstDifference(llvm::ArrayRef<Array> good, llvm::ArrayRef<Array> bad,
                                    Comparison &difference) {
  for (const Array &want : good)
    for (const Array &got : bad) {
      if (got.name != want.name || got.type != want.type || got.shape != want.shape ||
          got.data == want.data)
        continue;
      difference = compareArrays(got, want, Tolerance());
      return &want;
    }
  return nullptr;
}

void Bisection::findLayer(const Step &good, const Step &bad) {
  FailureOr<std::vector<Array>> left = execute(good, /*tapped=*/true);
  FailureOr<std::vector<Array>> right = execute(bad, /*tapped=*/true);
  if (failed(left) || failed(right))
    return;
  // Outputs of the model come first, and were compared already.
  auto layers = [&](std::vector<Array> &arrays) {
    return llvm::ArrayRef<Array>(arrays).drop_front(numOutputs(*asked));
  };
  Comparison difference;
  if (const Array *layer = firstDifference(layers(*left), layers(*right), difference)) {
    result.layer = layer->name;
    result.difference = difference;
  }
}

FailureOr<BisectResult> Bisection::run(llvm::StringRef path) {
  if (failed(record(path)))
    return failure();
  std::optional<std::vector<Array>> first;
  for (auto [index, step] : llvm::enumerate(steps)) {
    FailureOr<std::vector<Array>> outputs = execute(step, /*tapped=*/false);
    if (failed(outputs))
      return failure();
    if (!first) {
      first = std::move(*outputs);
      continue;
    }
    const Array *output = firstDifference(*first, *outputs, result.difference);
    if (!output)
      continue;
    result.stage = step.stage;
    result.pass = step.pass;
    result.output = output->name;
    findLayer(steps[index - 1], step);
    break;
  }
  return result;
}

FailureOr<BisectResult> pith::bisect(llvm::StringRef path, const BisectOptions &options,
                                     MLIRContext *context) {
  return Bisection(options, context).run(path);
}
