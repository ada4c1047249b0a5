// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Makes a bundle of a lowered module that stands in a file.
#include "lib/Emit/Emit.h"
#include "pith/Support/Dialects.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SourceMgr.h"

namespace cl = llvm::cl;

int main(int argc, char **argv) {
  cl::opt<std::string> input(cl::Positional, cl::Required);
  cl::opt<std::string> directory("o", cl::Required);
  cl::opt<bool> object("object", cl::init(true)), archive("archive"), shared("shared");
  cl::opt<bool> weightsFile("weights-file"), selftest("selftest", cl::init(true));
  cl::opt<unsigned> optimize("optimize", cl::init(3));
  cl::opt<int64_t> limit("weights-limit", cl::init(int64_t(1) << 30));
  cl::opt<bool> threading("threading", cl::init(true));
  cl::ParseCommandLineOptions(argc, argv);

  mlir::DialectRegistry registry;
  pith::registerDialects(registry);
  mlir::MLIRContext context(registry);
  context.disableMultithreading(!threading);
  llvm::SourceMgr sources;
  mlir::SourceMgrDiagnosticHandler handler(sources, &context);
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(input, mlir::ParserConfig(&context));
  if (!module)
    return 3;
  pith::EmitOptions options;
  options.directory = directory;
  options.object = object;
  options.archive = archive;
  options.shared = shared;
  options.weightsFile = weightsFile;
  options.weightsLimit = limit;
  options.selftest = selftest;
  options.optimize = optimize;
  return mlir::succeeded(pith::emitBundle(*module, options)) ? 0 : 3;
}
