// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/Loaded.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace pith;
using namespace pith::tool;

static std::optional<Loaded> loadFolder(llvm::StringRef path, const CompileOptions &options,
                                        Session &session, int &code) {
  if (options.from || !options.shaping.empty()) {
    code = usageError("expected no shaping options with a bundle: it is compiled already");
    return std::nullopt;
  }
  MLIRContext *context = &session.context();
  auto model = LoadedModel::fromBundle(path, FileLineColLoc::get(context, path, 0, 0));
  code = BadInput;
  if (failed(model))
    return std::nullopt;
  Loaded loaded{std::move(*model)};
  llvm::SmallString<128> object(path);
  llvm::sys::path::append(object, loaded.model->name() + ".o");
  if (llvm::sys::fs::file_size(object, loaded.objectBytes))
    loaded.objectBytes = 0; // a bundle of a shared library only
  return loaded;
}

std::optional<Loaded> tool::loadOrCompile(llvm::StringRef path, const CompileOptions &options,
                                          Session &session, int &code) {
  if (llvm::sys::fs::is_directory(path))
    return loadFolder(path, options, session, code);
  OwningOpRef<ModuleOp> module = session.compile(path, Stage::Lower, options);
  if (!module) {
    code = session.failureCode();
    return std::nullopt;
  }
  session.progress("emit", unsigned(Stage::Emit), allStages().size());
  Loaded loaded;
  auto model = loadModule(*module, &loaded.objectBytes);
  session.clearProgress();
  if (failed(model)) {
    code = session.failureCode();
    return std::nullopt;
  }
  loaded.model = std::move(*model);
  return loaded;
}

std::optional<std::vector<Array>> tool::readArraysOrReport(llvm::StringRef path,
                                                           llvm::StringRef prefix) {
  auto arrays = readArrays(path, prefix);
  if (arrays)
    return std::move(*arrays);
  llvm::errs() << "error: " << llvm::toString(arrays.takeError()) << "\n";
  return std::nullopt;
}

std::optional<std::vector<Array>> tool::readInputs(llvm::StringRef source, const LoadedModel &model,
                                                   uint32_t &batch) {
  uint64_t seed;
  batch = 1;
  if (llvm::StringRef text = source; text.consume_front("random:")) {
    if (!text.getAsInteger(10, seed))
      return randomInputs(model, seed);
    llvm::errs() << "error: expected a number behind 'random:', got '" << text << "'\n";
    return std::nullopt;
  }
  std::optional<std::vector<Array>> arrays = readArraysOrReport(source, "input");
  if (!arrays)
    return std::nullopt;
  auto arranged = arrangeInputs(model, std::move(*arrays), batch);
  if (arranged)
    return std::move(*arranged);
  llvm::errs() << "error: '" << source << "': " << llvm::toString(arranged.takeError()) << "\n";
  return std::nullopt;
}
