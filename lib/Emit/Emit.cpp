// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/Emit.h"
#include "dialects/Pith/ConstantManager.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Emit/Bundle.h"
#include "lib/Emit/EntryModel.h"
#include "lib/Emit/Features.h"
#include "lib/Emit/Manifest.h"
#include "lib/Emit/ObjectFile.h"
#include "lib/Emit/Package.h"
#include "lib/Emit/Program.h"
#include "lib/Emit/Runtime.h"
#include "lib/Emit/Weights.h"
#include "pith/Pipeline/CustomLibrary.h"
#include "pith/Pipeline/Load.h"
#include "pith/Target/Host.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/IR/Threading.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace pith;

namespace {

/// One object file in the making.
class ObjectWriter {
public:
  /// `info` learns what its variants need and can test.
  ObjectWriter(ModelInfo &info, std::string object, std::string weights, Location loc)
      : info(info), object(std::move(object)), weights(std::move(weights)), loc(loc) {}

  /// `known`: whether the self-test of a variant can be had from elsewhere.
  LogicalResult write(bool weightsFile, llvm::function_ref<bool(const VariantInfo &)> known,
                      bool selftest, unsigned optimize);
  LogicalResult writeExpected(ArrayRef<uint64_t> hashes);
  std::string manifest;

private:
  LogicalResult generate(MutableArrayRef<std::unique_ptr<Program>> programs, unsigned optimize);
  LogicalResult fill(StringRef suffix, uint64_t bytes, StringRef content);
  LogicalResult fillWeights(bool weightsFile);

  ModelInfo &info;
  std::string object, weights;
  Location loc;
  llvm::StringMap<SectionPlace> places;
};

/// The programs to run in place of the variant's own; empty: there are none.
SmallVector<ModuleOp> substitutesOf(const EmitOptions &options, const VariantInfo &variant) {
  SmallVector<ModuleOp> programs;
  if (ModuleOp module = options.selftestModule)
    module.walk([&](ModuleOp program) {
      if (program->getAttr(targetAttrName) == variant.target && program.getOps<ModuleOp>().empty())
        programs.push_back(program);
    });
  return programs;
}

/// Whether the model can be run here, for the results of its self-test.
bool canCall(const ModelInfo &info, Location loc) {
  for (const std::string &name : info.functions())
    if (!findCustomFunction(name)) {
      InFlightDiagnostic warning = emitWarning(loc) << "the model gets no self-test: '" << name
                                                    << "', the function of a custom operator, is "
                                                       "not loaded";
      warning.attachNote() << "give the shared library that has it: --custom-library=LIB";
      return false;
    }
  return true;
}

/// Whether the self-test, which the compiler runs once itself, is of a bearable size.
bool canHold(const ModelInfo &info, Location loc) {
  constexpr int64_t mostBytes = int64_t(1) << 29;
  int64_t bytes = info.arenaBytes() + info.selftestBytes();
  if (bytes <= mostBytes)
    return true;
  emitWarning(loc) << "the model gets no self-test: with inputs, outputs and arena it would take "
                   << (bytes >> 20) << " MiB, more than " << (mostBytes >> 20);
  return false;
}

/// Differs between models, also where only their large weights do.
uint64_t magicFor(StringRef manifest, const ModelInfo &info) {
  llvm::BLAKE3 hash;
  hash.update(manifest);
  for (auto [offset, value] : info.weightTable)
    if (auto constant = dyn_cast<ConstantAttr>(value))
      hash.update(ConstantManager::of(constant.getContext()).nameOf(constant.getSource()));
  return llvm::support::endian::read64le(hash.final<8>().data());
}

LogicalResult ObjectWriter::fill(StringRef suffix, uint64_t bytes, StringRef content) {
  auto place = places.find((info.name + suffix).str());
  if (place == places.end() || place->second.bytes != bytes)
    return emitError(loc) << "the object lacks the section of " << info.name << suffix;
  auto file = FileWriter::open(object, /*create=*/false, loc);
  return failed(file) ? failure() : file->write(place->second.offset, content);
}

LogicalResult ObjectWriter::fillWeights(bool weightsFile) {
  auto file = FileWriter::open(weightsFile ? weights : object, weightsFile, loc);
  if (failed(file))
    return failure();
  uint64_t base = ENTRY_WEIGHTS_HEADER;
  if (weightsFile && failed(file->resize(base + info.weights)))
    return failure();
  if (!weightsFile) {
    if (failed(fill(weightsSection, info.weights, "")))
      return failure();
    base = places.lookup(info.name + weightsSection).offset;
  }
  auto hash = writeWeights(info, *file, base, loc);
  if (failed(hash))
    return failure();
  if (weightsFile) {
    std::array<char, ENTRY_WEIGHTS_HEADER> header = weightsHeader(info, *hash);
    StringRef bytes(header.data(), header.size());
    if (failed(file->write(0, bytes)) || failed(fill(weightsHeaderSection, bytes.size(), bytes)))
      return failure();
  }
  manifest = renderManifest(info, weightsFile, llvm::toHex(*hash, /*LowerCase=*/true));
  return fill(manifestSection, manifest.size() + 1, manifest);
}

/// On several threads, since each program has an LLVM of its own.
LogicalResult ObjectWriter::generate(MutableArrayRef<std::unique_ptr<Program>> programs,
                                     unsigned optimize) {
  if (programs.size() == 1)
    return generateObject(*programs.front(), optimize, object, loc);
  std::vector<std::string> parts;
  for (size_t i = 0; i < programs.size(); ++i)
    parts.push_back(object + "." + std::to_string(i));
  LogicalResult result = failableParallelForEachN(
      loc.getContext(), 0, programs.size(), [&](size_t i) -> LogicalResult {
        LogicalResult result = generateObject(*programs[i], optimize, parts[i], loc);
        programs[i].reset();
        return result;
      });
  if (succeeded(result))
    result = joinObjects(parts, object, loc);
  for (const std::string &part : parts)
    llvm::sys::fs::remove(part);
  return result;
}

LogicalResult ObjectWriter::write(bool weightsFile,
                                  llvm::function_ref<bool(const VariantInfo &)> known,
                                  bool selftest, unsigned optimize) {
  std::vector<std::unique_ptr<Program>> programs;
  for (VariantInfo &variant : info.variants) {
    bool portable = true;
    for (size_t shape = 0; shape < info.shapes.size(); ++shape) {
      auto program = buildProgram(info, programs.size());
      if (failed(program))
        return failure();
      variant.features = featureBits(*(*program)->machine->getMCSubtargetInfo());
      portable &= isPortable(*(*program)->module);
      programs.push_back(std::move(*program));
    }
    variant.selftest = selftest && (known(variant) || portable);
  }
  ProgramOptions options;
  options.weightsFile = weightsFile;
  std::string draft = renderManifest(info, weightsFile, std::string(64, '0'));
  options.manifestBytes = draft.size() + 1;
  options.magic = magicFor(draft, info);
  if (failed(addEntry(*programs.front(), info, options, loc)) ||
      failed(generate(programs, optimize)))
    return failure();
  programs.clear();
  auto found = checkObject(object, info.functions(), loc);
  if (failed(found))
    return failure();
  places = std::move(*found);
  return fillWeights(weightsFile);
}

LogicalResult ObjectWriter::writeExpected(ArrayRef<uint64_t> hashes) {
  std::string bytes(8 * hashes.size(), '\0');
  for (auto [i, hash] : llvm::enumerate(hashes))
    llvm::support::endian::write64le(&bytes[8 * i], hash);
  return bytes.empty() ? success() : fill(expectedSection, bytes.size(), bytes);
}

/// What the self-test of each variant must give: of those that this machine can
/// run, by running them; else by running the same program, compiled for this
/// machine, or `elsewhere`, a module that stands for it.
class Expectation {
public:
  Expectation(const ModelInfo &info, const Bundle &bundle, const EmitOptions &options,
              bool weightsFile, Location loc)
      : info(info), bundle(bundle), options(options), weightsFile(weightsFile), loc(loc) {}

  FailureOr<std::vector<uint64_t>> compute() {
    std::vector<uint64_t> all;
    std::unique_ptr<LoadedModel> model; // of the bundle, once for all that run here
    for (const VariantInfo &variant : info.variants) {
      if (!variant.selftest)
        continue;
      auto hashes = runsHere(variant.target) ? runHere(variant, model) : elsewhere(variant);
      if (failed(hashes))
        return failure();
      all.insert(all.end(), hashes->begin(), hashes->end());
    }
    return all;
  }

private:
  std::string file(StringRef name) const { return bundle.path(name); }
  std::string weights(const std::string &stem) const {
    return weightsFile ? file(stem + ".weights") : "";
  }

  FailureOr<std::vector<uint64_t>> runHere(const VariantInfo &variant,
                                           std::unique_ptr<LoadedModel> &model) {
    if (!model) {
      auto loaded = LoadedModel::fromObject(file(info.name + ".o"), weights(info.name), loc);
      if (failed(loaded))
        return failure();
      model = std::move(*loaded);
    }
    return model->selftestHashes(variant.name);
  }

  FailureOr<std::vector<uint64_t>> elsewhere(const VariantInfo &variant) {
    SmallVector<ModuleOp> others = substitutesOf(options, variant);
    FailureOr<VariantInfo> read = others.empty() ? variant : VariantInfo::read(others);
    if (failed(read))
      return failure();
    VariantInfo here = *read;
    here.target = hostTarget(variant.target);
    ModelInfo local = info.only(here);
    std::string object = file(".host.o"), table = file(".host.weights");
    ObjectWriter writer(local, object, table, loc);
    auto known = [](const VariantInfo &) { return true; };
    if (failed(writer.write(weightsFile, known, /*selftest=*/true, options.optimize)))
      return failure();
    auto model = LoadedModel::fromObject(object, weights(".host"), loc);
    FailureOr<std::vector<uint64_t>> hashes = failure();
    if (succeeded(model))
      hashes = (*model)->selftestHashes(here.name);
    llvm::sys::fs::remove(object);
    llvm::sys::fs::remove(table);
    return hashes;
  }

  const ModelInfo &info;
  const Bundle &bundle;
  const EmitOptions &options;
  bool weightsFile;
  Location loc;
};

} // namespace

LogicalResult pith::emitBundle(ModuleOp lowered, const EmitOptions &options) {
  Location loc = lowered.getLoc();
  FailureOr<ModelInfo> info = ModelInfo::read(lowered);
  if (failed(info))
    return failure();
  SmallVector<TargetAttr> targets;
  for (const VariantInfo &variant : info->variants)
    targets.push_back(variant.target);
  if (failed(checkPreference(targets, loc)))
    return failure();
  bool weightsFile = options.weightsFile || info->weights > options.weightsLimit;
  ArrayRef<RuntimeFile> sources;
  if (const Target *target =
          TargetRegistry::global().lookup(info->variants.front().target.getName()))
    sources = target->runtimeFiles();
  std::vector<std::string> names;
  for (const RuntimeFile &source : sources)
    names.push_back(source.name.str());
  FailureOr<Bundle> bundle = Bundle::create(options.directory, info->name, loc, names);
  if (failed(bundle))
    return failure();
  std::string object = bundle->path(info->name + ".o");
  std::string weights = bundle->path(info->name + ".weights");
  ObjectWriter writer(*info, object, weights, loc);
  auto known = [&](const VariantInfo &variant) {
    return runsHere(variant.target) || !substitutesOf(options, variant).empty();
  };
  bool selftest = options.selftest && canCall(*info, loc) && canHold(*info, loc);
  if (failed(writer.write(weightsFile, known, selftest, options.optimize)))
    return failure();
  for (const VariantInfo &variant : info->variants)
    if (selftest && !variant.selftest)
      emitWarning(loc) << "variant '" << variant.name << "' gets no self-test: this machine cannot "
                       << "run its code, which uses instructions of its CPU by name";
  FailureOr<std::vector<uint64_t>> expected =
      Expectation(*info, *bundle, options, weightsFile, loc).compute();
  if (failed(expected) || failed(writer.writeExpected(*expected)))
    return failure();

  if ((options.archive && failed(writeArchive(object, bundle->path(info->name + ".a"), loc))) ||
      (options.shared && failed(linkShared(object, bundle->path(info->name + ".so"), loc))))
    return failure();
  if (!options.object)
    llvm::sys::fs::remove(object);
  const std::pair<std::string, std::string> texts[] = {
      {info->name + ".h", renderHeader(*info, weightsFile)},
      {info->name + ".manifest.json", writer.manifest},
      {"pith_threads.c", runtimeText("pith_threads.c")},
      {"pith_features.c", runtimeText("pith_features.c")}};
  for (const auto &[name, text] : texts)
    if (failed(writeFile(bundle->path(name), text, loc)))
      return failure();
  for (const RuntimeFile &source : sources)
    if (failed(writeFile(bundle->path(source.name), expandIncludes(source.text), loc)))
      return failure();
  return bundle->commit(options.durable);
}
