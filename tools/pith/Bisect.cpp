// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pith bisect: the first pass, and the first layer, that change a bit.
#include "pith/Pipeline/Bisect.h"
#include "tools/pith/Loaded.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace pith;
using namespace pith::tool;

static void print(const BisectResult &result, bool json) {
  if (json) {
    llvm::json::Object object{{"steps", int64_t(result.steps)}, {"differs", result.found()}};
    if (result.found()) {
      object["stage"] = result.stage;
      object["pass"] = result.pass;
      object["output"] = result.output;
      object["layer"] = result.layer.empty() ? llvm::json::Value(nullptr) : result.layer;
      object["max_difference"] = result.difference.maxDifference;
    }
    llvm::outs() << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object)));
    return;
  }
  if (!result.found()) {
    llvm::outs() << "all " << result.steps << " steps give the same bits\n";
    return;
  }
  llvm::outs() << "first difference behind " << result.pass << " (stage " << result.stage
               << "), in output '" << result.output << "'\n";
  if (result.layer.empty())
    llvm::outs() << "no layer differs when all are observed\n";
  else
    llvm::outs() << "first layer that differs: '" << result.layer << "'\n";
  llvm::outs() << result.difference.differing << " elements, by up to "
               << llvm::format("%.3g\n", result.difference.maxDifference);
}

static int run(const Args &args) {
  BisectOptions options;
  if (!parseCompileOptions(args, options.compile))
    return Usage;
  if (!args.hasArg(OPT_inputs))
    return usageError("expected --inputs");
  Session session(/*threading=*/false);
  options.passes = args.getLastArgValue(OPT_passes).str();
  options.inputs = [&](const LoadedModel &model) -> FailureOr<std::vector<Array>> {
    uint32_t batch = 1;
    auto inputs = readInputs(args.getLastArgValue(OPT_inputs), model, batch);
    if (!inputs)
      return failure();
    return std::move(*inputs);
  };
  options.onStep = [&](llvm::StringRef step) { session.progress(step, 0, 1); };
  FailureOr<BisectResult> result =
      bisect(args.getLastArgValue(OPT_INPUT), options, &session.context());
  session.clearProgress();
  if (failed(result))
    return session.diagnostics().unsupported() ? Unsupported : BadInput;
  print(*result, args.hasArg(OPT_json));
  return result->found() ? AnswerIsNo : Done;
}

const Command tool::bisectCommand = {"bisect",
                                     "MODEL",
                                     "find the first pass and layer that change a bit",
                                     "pith bisect model.onnx --inputs x.npz --target=reference",
                                     BisectVis,
                                     run};
