// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/Session.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace pith;
using namespace pith::tool;

static DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registerEverything(registry);
  return registry;
}

Session::Session(bool threading)
    : mlirContext(makeRegistry(),
                  threading ? MLIRContext::Threading::ENABLED : MLIRContext::Threading::DISABLED),
      collected(&mlirContext,
                [this](llvm::StringRef severity, llvm::StringRef text) {
                  clearProgress();
                  llvm::errs() << severity << ": " << text << "\n";
                }),
      terminal(llvm::sys::Process::StandardErrIsDisplayed()) {
  mlirContext.printOpOnDiagnostic(false); // users read about their model, not our IR
}

OwningOpRef<ModuleOp> Session::compile(llvm::StringRef path, Stage last, CompileOptions options) {
  auto observer = options.onStage;
  options.onStage = [&, observer](Stage stage) {
    progress(stageName(stage), unsigned(stage), allStages().size());
    if (observer)
      observer(stage);
  };
  FailureOr<OwningOpRef<ModuleOp>> module = readModel(path, options, &mlirContext);
  imported = succeeded(module);
  bool ok = imported && succeeded(runStages(**module, last, options));
  clearProgress();
  return ok ? std::move(*module) : OwningOpRef<ModuleOp>();
}

int Session::failureCode() const {
  // What was read and is well formed, but goes no further, is not supported.
  return collected.unsupported() || imported ? Unsupported : BadInput;
}

void Session::progress(llvm::StringRef what, unsigned done, unsigned total) {
  if (!terminal)
    return;
  constexpr unsigned width = 24;
  unsigned full = total ? width * done / total : width;
  llvm::errs() << "\r[" << std::string(full, '#') << std::string(width - full, '.') << "] "
               << llvm::left_justify(what, 24);
  llvm::errs().flush();
  shown = true;
}

void Session::clearProgress() {
  if (shown)
    llvm::errs() << "\r" << std::string(60, ' ') << "\r";
  shown = false;
}
