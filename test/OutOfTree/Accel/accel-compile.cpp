// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A compiler with the coprocessor built in: accel-compile MODEL DIR writes the
// bundle and runs its self-test on the driver.
#include "pith/Pipeline/Compiler.h"
#include "pith/Pipeline/Load.h"
#include "pith/Target/AllTargets.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace pith;

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  if (argc != 3) {
    llvm::errs() << "usage: accel-compile MODEL DIR\n";
    return 2;
  }
  registerAllTargets(TargetRegistry::global());
  mlir::DialectRegistry dialects;
  registerEverything(dialects);
  mlir::MLIRContext context(dialects);
  CompileOptions options;
  options.shaping.target = "accel";
  auto module = readModel(argv[1], options, &context);
  if (failed(module) || failed(runStages(**module, Stage::Lower, options)))
    return 3;
  BundleOptions bundle;
  bundle.folder = argv[2];
  if (failed(writeBundle(**module, bundle)))
    return 3;
  auto model = LoadedModel::fromBundle(argv[2], mlir::UnknownLoc::get(&context));
  if (failed(model))
    return 3;
  auto result = (*model)->selftest();
  if (failed(result))
    return 3;
  llvm::outs() << "self-test: " << *result << "\n";
  return *result != 0;
}
