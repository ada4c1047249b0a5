// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/Emit.h"
#include "lib/Emit/Bundle.h"
#include "lib/Emit/EntryModel.h"
#include "lib/Emit/Manifest.h"
#include "lib/Emit/ObjectFile.h"
#include "lib/Emit/Package.h"
#include "lib/Emit/Program.h"
#include "lib/Emit/Runtime.h"
#include "lib/Emit/Selftest.h"
#include "lib/Emit/Weights.h"
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
  ObjectWriter(ModuleOp module, const ModelInfo &info, std::string object, std::string weights)
      : module(module), info(info), object(std::move(object)), weights(std::move(weights)),
        loc(module.getLoc()) {}

  LogicalResult write(bool weightsFile, bool selftest, unsigned optimize);
  LogicalResult writeExpected(ArrayRef<uint64_t> hashes);
  std::string manifest;

private:
  LogicalResult fill(StringRef suffix, uint64_t bytes, StringRef content);
  LogicalResult fillWeights(bool weightsFile);

  ModuleOp module;
  const ModelInfo &info;
  std::string object, weights;
  Location loc;
  uint64_t features = 0;
  llvm::StringMap<SectionPlace> places;
};

/// Differs between models, also where only their large weights do.
uint64_t magicFor(StringRef manifest, const ModelInfo &info) {
  llvm::BLAKE3 hash;
  hash.update(manifest);
  for (auto [offset, value] : info.weightTable)
    if (auto constant = dyn_cast<ConstantAttr>(value))
      hash.update(constant.getSource().getKey()); // a hash of the content
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
  manifest = renderManifest(info, weightsFile, features, llvm::toHex(*hash, /*LowerCase=*/true));
  return fill(manifestSection, manifest.size() + 1, manifest);
}

LogicalResult ObjectWriter::write(bool weightsFile, bool selftest, unsigned optimize) {
  auto machine = createMachine(info.target, loc);
  if (failed(machine))
    return failure();
  features = neededFeatures(**machine);
  ProgramOptions options;
  options.weightsFile = weightsFile;
  options.selftest = selftest;
  std::string draft = renderManifest(info, weightsFile, features, std::string(64, '0'));
  options.manifestBytes = draft.size() + 1;
  options.magic = magicFor(draft, info);
  auto program = buildProgram(module, info, options);
  if (failed(program) || failed(generateObject(**program, optimize, object, loc)))
    return failure();
  program->reset();
  auto found = checkObject(object, loc);
  if (failed(found))
    return failure();
  places = std::move(*found);
  return fillWeights(weightsFile);
}

LogicalResult ObjectWriter::writeExpected(ArrayRef<uint64_t> hashes) {
  std::string bytes(8 * hashes.size(), '\0');
  for (auto [i, hash] : llvm::enumerate(hashes))
    llvm::support::endian::write64le(&bytes[8 * i], hash);
  return fill(expectedSection, bytes.size(), bytes);
}

} // namespace

LogicalResult pith::emitBundle(ModuleOp lowered, const EmitOptions &options) {
  Location loc = lowered.getLoc();
  FailureOr<ModelInfo> info = ModelInfo::read(lowered);
  if (failed(info))
    return failure();
  bool weightsFile = options.weightsFile || info->weights > options.weightsLimit;
  FailureOr<Bundle> bundle = Bundle::create(options.directory, info->name, loc);
  if (failed(bundle))
    return failure();
  std::string object = bundle->path(info->name + ".o");
  std::string weights = bundle->path(info->name + ".weights");
  ObjectWriter writer(lowered, *info, object, weights);
  if (failed(writer.write(weightsFile, options.selftest, options.optimize)))
    return failure();

  if (options.selftest) {
    FailureOr<std::vector<uint64_t>> hashes = failure();
    if (runsHere(info->target)) {
      hashes = hashesOf(object, weightsFile ? weights : "", loc);
    } else { // the same program for this machine, beside the bundle
      ModuleOp module = options.selftestModule ? options.selftestModule : lowered;
      FailureOr<ModelInfo> local = ModelInfo::read(module);
      if (failed(local))
        return failure();
      local->target = hostTarget(local->target);
      std::string path = bundle->path(".host.o"), file = bundle->path(".host.weights");
      ObjectWriter host(module, *local, path, file);
      if (failed(host.write(weightsFile, /*selftest=*/true, options.optimize)))
        return failure();
      hashes = hashesOf(path, weightsFile ? file : "", loc);
      llvm::sys::fs::remove(path);
      llvm::sys::fs::remove(file);
    }
    if (failed(hashes) || failed(writer.writeExpected(*hashes)))
      return failure();
  }

  if ((options.archive && failed(writeArchive(object, bundle->path(info->name + ".a"), loc))) ||
      (options.shared && failed(linkShared(object, bundle->path(info->name + ".so"), loc))))
    return failure();
  if (!options.object)
    llvm::sys::fs::remove(object);
  const std::pair<std::string, std::string> texts[] = {
      {info->name + ".h", renderHeader(*info, weightsFile, options.selftest)},
      {info->name + ".manifest.json", writer.manifest},
      {"pith_threads.c", runtimeText("pith_threads.c")},
      {"pith_features.c", runtimeText("pith_features.c")}};
  for (const auto &[name, text] : texts)
    if (failed(writeFile(bundle->path(name), text, loc)))
      return failure();
  return bundle->commit(options.durable);
}
