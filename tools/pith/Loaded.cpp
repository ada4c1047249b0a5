// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/Loaded.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace pith;
using namespace pith::tool;

static std::nullopt_t report(llvm::StringRef source, llvm::Error error) {
  llvm::errs() << "error: '" << source << "': " << llvm::toString(std::move(error)) << "\n";
  return std::nullopt;
}

static std::optional<Loaded> loadFolder(llvm::StringRef path, const CompileOptions &options,
                                        Session &session, int &code) {
  ShapingOptions other = options.shaping;
  other.dims.clear();
  Location location = FileLineColLoc::get(&session.context(), path, 0, 0);
  FailureOr<std::unique_ptr<LoadedModel>> model = failure();
  if (!options.from && other.empty())
    model = LoadedModel::fromBundle(path, location);
  // A dimension chooses one of several shapes.
  if (options.from || !other.empty() ||
      (succeeded(model) && !options.shaping.dims.empty() && (*model)->shapes().size() == 1)) {
    code = usageError("expected no shaping options with a bundle: it is compiled already");
    return std::nullopt;
  }
  code = BadInput;
  if (failed(model))
    return std::nullopt;
  if (!options.shaping.dims.empty())
    if (llvm::Error error = chooseShape(**model, options.shaping.dims))
      return report(path, std::move(error));
  Loaded loaded{std::move(*model)};
  loaded.shapeIsOpen = loaded.model->shapes().size() > 1 && options.shaping.dims.empty();
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
  if (failed(model)) { // what went through all stages lacks nothing that pith has to have
    code = session.diagnostics().unsupported() ? Unsupported : BadInput;
    return std::nullopt;
  }
  loaded.model = std::move(*model);
  loaded.shapeIsOpen = loaded.model->shapes().size() > 1;
  return loaded;
}

std::optional<Loaded> tool::loadOneShape(llvm::StringRef path, const CompileOptions &options,
                                         const std::map<std::string, DimSizes> &dims,
                                         Session &session, int &code) {
  std::optional<Loaded> loaded = loadOrCompile(path, options, session, code);
  if (!loaded || !loaded->shapeIsOpen)
    return loaded;
  code = BadInput;
  if (llvm::Error error = chooseShape(*loaded->model, dims))
    return report(path, std::move(error));
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
  return report(source, arranged.takeError());
}

std::optional<std::vector<Array>> tool::readInputs(llvm::StringRef source, Loaded &loaded,
                                                   uint32_t &batch) {
  if (loaded.shapeIsOpen && source.starts_with("random:")) {
    if (llvm::Error error = chooseShape(*loaded.model, std::map<std::string, DimSizes>()))
      return report(source, std::move(error));
  } else if (loaded.shapeIsOpen) {
    std::optional<std::vector<Array>> arrays = readArraysOrReport(source, "input");
    if (!arrays)
      return std::nullopt;
    if (llvm::Error error = chooseShape(*loaded.model, *arrays))
      return report(source, std::move(error));
  }
  return readInputs(source, *loaded.model, batch);
}
