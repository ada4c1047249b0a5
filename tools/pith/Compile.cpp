// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pith compile: a model or a module of any stage becomes a bundle, or a module
// of a later stage.
#include "pith/Pipeline/Report.h"
#include "pith/Pipeline/Tune.h"
#include "tools/pith/Session.h"
#include "tools/pith/Timing.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace pith;
using namespace pith::tool;

static bool parseEmit(const Args &args, BundleOptions &emit) {
  if (!args.hasArg(OPT_emit))
    return true;
  emit.object = false;
  llvm::SmallVector<llvm::StringRef> kinds;
  args.getLastArgValue(OPT_emit).split(kinds, ',');
  for (llvm::StringRef kind : kinds) {
    bool *wanted = llvm::StringSwitch<bool *>(kind)
                       .Case("object", &emit.object)
                       .Case("static", &emit.archive)
                       .Case("shared", &emit.shared)
                       .Default(nullptr);
    if (!wanted) {
      usageError("expected object, static or shared behind --emit=, got '" + kind + "'");
      return false;
    }
    *wanted = true;
  }
  return true;
}

/// Stops before emit: `-o` names a folder, or with an extension the file.
static FailureOr<std::string> writeStage(ModuleOp module, llvm::StringRef output, Stage stage) {
  llvm::SmallString<128> stem(output);
  llvm::StringRef extension = llvm::sys::path::extension(output);
  if (extension == ".mlir" || extension == ".mlirbc") {
    llvm::sys::path::replace_extension(stem, "");
    return writeModule(module, stem);
  }
  if (std::error_code error = llvm::sys::fs::create_directories(stem))
    return emitError(UnknownLoc::get(module.getContext()))
           << "cannot make the folder '" << output << "': " << error.message();
  auto name = module->getAttrOfType<StringAttr>("pith.model");
  llvm::sys::path::append(stem, (name ? name.getValue() : "model") + "." + stageName(stage));
  return writeModule(module, stem);
}

/// Writes a file that appears whole or not at all.
static bool writeWhole(llvm::StringRef folder, llvm::StringRef name, llvm::StringRef text) {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  llvm::Error error = llvm::writeToOutput(path, [&](llvm::raw_ostream &os) {
    os << text;
    return llvm::Error::success();
  });
  if (!error)
    return true;
  llvm::errs() << "error: cannot write '" << path << "': " << llvm::toString(std::move(error))
               << "\n";
  return false;
}

static bool writeReport(llvm::json::Object report, llvm::StringRef folder) {
  std::string html = renderHtml(report);
  std::string json = llvm::formatv("{0:2}\n", llvm::json::Value(std::move(report))).str();
  return writeWhole(folder, "report.json", json) && writeWhole(folder, "report.html", html);
}

/// --tune: writes the tuning file that the options name.
static int measure(llvm::StringRef model, const CompileOptions &options, Session &session) {
  TuneOptions tuning;
  tuning.compile = options;
  tuning.compile.dumpFolder.clear();
  tuning.onStep = [&](llvm::StringRef step, unsigned done, unsigned total) {
    session.progress(("tune: " + step).str(), done, total);
  };
  FailureOr<TuneResult> result = tune(model, tuning, &session.context());
  session.clearProgress();
  if (failed(result))
    return session.failureCode();
  llvm::StringRef path = options.shaping.tuning;
  llvm::StringRef folder = llvm::sys::path::parent_path(path);
  std::error_code error;
  if (!folder.empty() && (error = llvm::sys::fs::create_directories(folder))) {
    llvm::errs() << "error: cannot make the folder of '" << path << "': " << error.message()
                 << "\n";
    return BadInput;
  }
  if (!writeWhole(folder, llvm::sys::path::filename(path), result->file))
    return BadInput;
  llvm::errs() << "tuned: " << result->measured << " close calls, " << result->changed
               << " of them changed; wrote " << path << "\n";
  return Done;
}

static int run(const Args &args) {
  CompileOptions options;
  BundleOptions emit;
  if (!parseCompileOptions(args, options) || !parseEmit(args, emit))
    return Usage;
  emit.folder = args.getLastArgValue(OPT_output).str();
  if (emit.folder.empty())
    return usageError("expected -o DIR");
  options.dumpFolder = args.getLastArgValue(OPT_dump_stages).str();
  Stage last = stageByName(args.getLastArgValue(OPT_compile_to, "emit")).value();
  if (options.from && *options.from > last)
    return usageError("expected --compile-to not before --compile-from");

  if (args.hasArg(OPT_tune) && options.shaping.tuning.empty())
    options.shaping.tuning = llvm::StringRef(emit.folder).rtrim('/').str() + ".tuning.json";
  Session session(args.getLastArgValue(OPT_mlir_threading, "on") == "on");
  if (args.hasArg(OPT_tune))
    if (int code = measure(args.getLastArgValue(OPT_INPUT), options, session); code != Done)
      return code;
  Timing timing;
  if (args.hasArg(OPT_timing))
    timing.attach(options);
  bool report = args.hasArg(OPT_report);
  if (report && (last != Stage::Emit || options.from == Stage::Lower))
    return usageError("expected --report only where both schedule and emit are run");
  std::optional<llvm::json::Object> content;
  OwningOpRef<ModuleOp> portable;
  options.onScheduled = [&](ModuleOp scheduled) -> LogicalResult {
    if (report)
      content = makeReport(scheduled);
    if (last != Stage::Emit || !emit.selftest)
      return success();
    FailureOr<OwningOpRef<ModuleOp>> lowered = lowerForSelftest(scheduled);
    if (failed(lowered))
      return failure();
    portable = std::move(*lowered);
    emit.selftestModule = portable ? *portable : ModuleOp();
    return success();
  };
  OwningOpRef<ModuleOp> module = session.compile(args.getLastArgValue(OPT_INPUT), last, options);
  if (!module)
    return session.failureCode();
  std::string written = emit.folder;
  if (last == Stage::Emit) {
    if (options.onStage)
      options.onStage(Stage::Emit);
    session.progress("emit", unsigned(Stage::Emit), allStages().size());
    LogicalResult emitted = writeBundle(*module, emit);
    session.clearProgress();
    if (failed(emitted)) // the model went through all stages: a file could not be written
      return session.diagnostics().unsupported() ? Unsupported : BadInput;
    if (content && !writeReport(std::move(*content), emit.folder))
      return BadInput;
  } else {
    timing.finish(); // to write the module is no part of the stage
    FailureOr<std::string> path = writeStage(*module, emit.folder, last);
    if (failed(path))
      return BadInput;
    written = *path;
  }
  timing.finish();
  if (args.hasArg(OPT_timing))
    llvm::outs() << llvm::formatv("{0:2}", timing.toJson()) << "\n";
  else
    llvm::outs() << "wrote " << written << "\n";
  return Done;
}

const Command tool::compileCommand = {
    "compile",
    "MODEL",
    "make a bundle (object, header, manifest) of a model",
    "pith compile model.onnx --target=reference --dim N=1..8 -o build/model --report",
    CompileVis,
    run};
