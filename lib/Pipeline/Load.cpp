// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Pipeline/Load.h"
#include "lib/Emit/Features.h"
#include "lib/Pipeline/LoadedCode.h"
#include "lib/Pipeline/Memory.h"
#include "pith/Target/Target.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace pith;

struct LoadedModel::State {
  explicit State(Location loc) : loc(loc) {}
  Location loc;
  std::unique_ptr<LoadedCode> code;
  std::optional<Memory> weights;
  std::vector<std::string> dims;
  std::vector<LoadedShape> shapes;
  size_t shape = 0;
  int64_t batchMax = 0, arenaBytes = 0, selftestBytes = 0;
  struct Variant {
    std::string name;
    uint64_t features;
    int64_t layers; ///< of all shapes
  };
  std::vector<Variant> variants;       ///< one without a name, where there is one
  const pith_driver *driver = nullptr; ///< of the target, where it is a device

  LogicalResult readManifest();
  bool readShapes(const llvm::json::Object &manifest);
  bool readVariants(const llvm::json::Object &manifest);
  pith_config config(const RunOptions &options) const;
};

/// What the codes of pith_types.h mean to a user of the tools.
static StringRef describe(int status) {
  switch (status) {
  case PITH_ERROR_FEATURE:
    return "this CPU lacks a feature that the model was compiled for";
  case PITH_ERROR_WEIGHTS:
    return "the file of the weights is missing or belongs to another model";
  case PITH_ERROR_CONFIG:
    return "more threads or samples than the model was compiled for";
  case PITH_ERROR_BATCH:
    return "the batch is larger than configured";
  case PITH_ERROR_SHAPE:
    return "it was not compiled for this shape";
  case PITH_ERROR_DRIVER:
    return "it runs on a device whose driver is not here; --load-target=LIB loads a target with "
           "its driver";
  case PITH_ERROR_DEVICE:
    return "the device's driver refused a program, or a program failed";
  case PITH_ERROR_NO_SELFTEST:
    return "it was compiled without self-test";
  default:
    return "it refuses its arguments";
  }
}

static LogicalResult check(int status, StringRef function, Location loc) {
  if (status >= 0)
    return success();
  return emitError(loc) << function << " of the compiled model returned " << status << ": "
                        << describe(status);
}

static bool readIo(const llvm::json::Object &manifest, StringRef key,
                   std::vector<LoadedIo> &result) {
  const llvm::json::Array *list = manifest.getArray(key);
  if (!list)
    return false;
  for (const llvm::json::Value &value : *list) {
    const llvm::json::Object *entry = value.getAsObject();
    const llvm::json::Array *shape = entry ? entry->getArray("shape") : nullptr;
    if (!shape)
      return false;
    LoadedIo &io = result.emplace_back();
    io.name = entry->getString("name").value_or("").str();
    io.type = entry->getString("type").value_or("").str();
    io.bytes = entry->getInteger("bytes").value_or(0);
    io.batched = entry->getBoolean("batched").value_or(false);
    for (const llvm::json::Value &extent : *shape)
      io.shape.push_back(extent.getAsInteger().value_or(0));
  }
  return true;
}

/// What a model with one shape says of itself, one with several says of each.
bool LoadedModel::State::readShapes(const llvm::json::Object &manifest) {
  auto read = [&](const llvm::json::Object &entry) {
    LoadedShape &shape = shapes.emplace_back();
    const llvm::json::Array *sizes = entry.getArray("sizes");
    for (const llvm::json::Value &size : sizes ? *sizes : llvm::json::Array())
      shape.sizes.push_back(size.getAsInteger().value_or(0));
    return shape.sizes.size() == dims.size() && readIo(entry, "inputs", shape.inputs) &&
           readIo(entry, "outputs", shape.outputs);
  };
  const llvm::json::Array *list = manifest.getArray("shapes"), *names = manifest.getArray("dims");
  if (!list || !names)
    return read(manifest);
  for (const llvm::json::Value &name : *names)
    dims.push_back(name.getAsString().value_or("").str());
  return !list->empty() && llvm::all_of(*list, [&](const llvm::json::Value &value) {
    const llvm::json::Object *entry = value.getAsObject();
    if (!entry || !read(*entry))
      return false;
    shapes.back().name = entry->getString("name").value_or("").str();
    return true;
  });
}

static const llvm::json::Array *layersOf(const llvm::json::Value &code) {
  return code.getAsObject() ? code.getAsObject()->getArray("layers") : nullptr;
}

/// The same for variants: each is described like a model that has but one.
bool LoadedModel::State::readVariants(const llvm::json::Object &manifest) {
  auto read = [&](const llvm::json::Object &entry) {
    const llvm::json::Array *layers = entry.getArray("layers"), *codes = entry.getArray("codes");
    const llvm::json::Object *target = entry.getObject("target");
    const llvm::json::Value *bits = target ? target->get("feature_bits") : nullptr;
    if (!(layers || (codes && codes->size() == shapes.size() && llvm::all_of(*codes, layersOf))) ||
        !bits)
      return false;
    int64_t count = layers ? layers->size() : 0;
    for (const llvm::json::Value &code : codes ? *codes : llvm::json::Array())
      count += layersOf(code)->size();
    variants.push_back(
        {entry.getString("name").value_or("").str(), bits->getAsUINT64().value_or(0), count});
    return true;
  };
  const llvm::json::Array *list = manifest.getArray("variants");
  if (!list)
    return read(manifest);
  return !list->empty() && llvm::all_of(*list, [&](const llvm::json::Value &value) {
    return value.getAsObject() && read(*value.getAsObject());
  });
}

LogicalResult LoadedModel::State::readManifest() {
  auto parsed = llvm::json::parse(code->manifest());
  if (!parsed) {
    llvm::consumeError(parsed.takeError());
    return emitError(loc) << "the manifest of '" << code->name << "' is damaged";
  }
  const llvm::json::Object *manifest = parsed->getAsObject();
  const llvm::json::Object *arena = manifest ? manifest->getObject("arena") : nullptr;
  if (!manifest || !arena || manifest->getInteger("schema") != 1 || !readShapes(*manifest) ||
      !readVariants(*manifest))
    return emitError(loc) << "the manifest of '" << code->name
                          << "' is of another version; compile the model again";
  arenaBytes = arena->getInteger("bytes").value_or(0);
  selftestBytes = arena->getInteger("selftest_bytes").value_or(0);
  if (const llvm::json::Object *made = manifest->getObject("target"))
    if (const Target *target =
            TargetRegistry::global().lookup(made->getString("name").value_or("")))
      driver = target->driver();
  if (const llvm::json::Object *batch = manifest->getObject("batch"))
    batchMax = batch->getInteger("max").value_or(0);
  return success();
}

pith_config LoadedModel::State::config(const RunOptions &options) const {
  pith_config config = {};
  config.size = sizeof config;
  config.threads_max = options.threads;
  config.batch_max = options.batch;
  config.features = options.features ? options.features : pith_features();
  config.driver = driver;
  config.weights = weights ? weights->data() : nullptr;
  return config;
}

LoadedModel::LoadedModel(std::unique_ptr<State> state) : state(std::move(state)) {}
LoadedModel::~LoadedModel() = default;
StringRef LoadedModel::name() const { return state->code->name; }
StringRef LoadedModel::manifest() const { return state->code->manifest(); }
ArrayRef<std::string> LoadedModel::dims() const { return state->dims; }
ArrayRef<LoadedShape> LoadedModel::shapes() const { return state->shapes; }
size_t LoadedModel::shape() const { return state->shape; }
void LoadedModel::chooseShape(size_t index) { state->shape = index; }
ArrayRef<LoadedIo> LoadedModel::inputs() const { return state->shapes[state->shape].inputs; }
ArrayRef<LoadedIo> LoadedModel::outputs() const { return state->shapes[state->shape].outputs; }
uint32_t LoadedModel::batchMax() const { return state->batchMax; }

size_t LoadedModel::variant(const RunOptions &options) const {
  uint64_t features = state->config(options).features;
  auto runs = [&](const State::Variant &each) { return !(each.features & ~features); };
  return llvm::find_if(state->variants, runs) - state->variants.begin();
}

size_t LoadedModel::arenaBytes(const RunOptions &options) const {
  pith_config config = state->config(options);
  return state->code->arenaSize(&config);
}

FailureOr<std::unique_ptr<LoadedModel>> LoadedModel::fromObject(StringRef path, StringRef weights,
                                                                Location loc) {
  auto state = std::make_unique<State>(loc);
  auto code = LoadedCode::load(path, loc);
  if (failed(code))
    return failure();
  state->code = std::move(*code);
  if (!weights.empty()) {
    FailureOr<Memory> mapped = Memory::map(weights);
    if (failed(mapped))
      return emitError(loc) << "cannot map '" << weights << "'";
    state->weights.emplace(std::move(*mapped));
  }
  if (failed(state->readManifest()))
    return failure();
  return std::unique_ptr<LoadedModel>(new LoadedModel(std::move(state)));
}

FailureOr<std::unique_ptr<LoadedModel>> LoadedModel::fromBundle(StringRef directory, Location loc) {
  std::vector<std::string> models;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator entry(directory, error), end; entry != end && !error;
       entry.increment(error)) {
    StringRef name = llvm::sys::path::filename(entry->path());
    if (name.consume_back(".manifest.json"))
      models.push_back(name.str());
  }
  if (models.size() != 1)
    return emitError(loc) << "expected one manifest in '" << directory << "', got "
                          << models.size();
  auto path = [&](const char *suffix) {
    llvm::SmallString<128> path(directory);
    llvm::sys::path::append(path, models.front() + suffix);
    // A path, also for dlopen, which would search for a mere name.
    llvm::sys::fs::make_absolute(path);
    return llvm::sys::fs::exists(path) ? path.str().str() : std::string();
  };
  for (const char *suffix : {".o", ".so", ".a"})
    if (std::string code = path(suffix); !code.empty())
      return fromObject(code, path(".weights"), loc);
  return emitError(loc) << "no object, library or archive of '" << models.front() << "' in '"
                        << directory << "'";
}

struct LoadedModel::Session::State {
  struct Profile {
    pith_profile base; ///< first: what the program calls
    std::function<void(int64_t)> onLayer;
  };
  const LoadedModel::State *model = nullptr;
  std::optional<Memory> arena;
  std::vector<Memory> buffers; ///< inputs, then outputs
  std::vector<void *> inputs, outputs;
  std::unique_ptr<pith_parallel, void (*)(pith_parallel *)> pool = {nullptr, pith_threads_destroy};
  Profile profile;
};

LoadedModel::Session::Session(std::unique_ptr<State> state) : state(std::move(state)) {}
LoadedModel::Session::~Session() = default;

MutableArrayRef<char> LoadedModel::Session::input(size_t index) {
  return {state->buffers[index].data(), state->buffers[index].size()};
}

ArrayRef<char> LoadedModel::Session::output(size_t index) const {
  const Memory &buffer = state->buffers[state->model->shapes.front().inputs.size() + index];
  return {buffer.data(), buffer.size()};
}

LogicalResult LoadedModel::Session::run() {
  int status =
      state->model->code->run(state->arena->data(), state->inputs.data(), state->outputs.data());
  return check(status, "run", state->model->loc);
}

FailureOr<std::unique_ptr<LoadedModel::Session>>
LoadedModel::start(const RunOptions &options) const {
  auto session = std::make_unique<Session::State>();
  session->model = state.get();
  pith_config config = state->config(options);
  if (options.threads > 1) {
    session->pool.reset(pith_threads_create(options.threads));
    if (!session->pool)
      return emitError(state->loc) << "cannot start " << options.threads << " threads";
    config.parallel = session->pool.get();
  }
  if (options.onLayer) {
    auto see = [](pith_profile *self, int64_t layer, const void *, int64_t) {
      reinterpret_cast<Session::State::Profile *>(self)->onLayer(layer);
    };
    session->profile = {{see}, options.onLayer};
    config.profile = &session->profile.base;
  }
  auto noMemory = [&] { return emitError(state->loc) << "not enough memory to run the model"; };
  FailureOr<Memory> arena = Memory::allocate(state->code->arenaSize(&config), options.guardPages);
  if (failed(arena))
    return noMemory();
  session->arena.emplace(std::move(*arena));
  if (failed(check(state->code->init(session->arena->data(), &config), "init", state->loc)))
    return failure();
  const LoadedShape &shape = state->shapes[state->shape];
  for (const std::vector<LoadedIo> *list : {&shape.inputs, &shape.outputs})
    for (const LoadedIo &io : *list) {
      FailureOr<Memory> buffer =
          Memory::allocate(io.bytes * (io.batched ? options.batch : 1), options.guardPages);
      if (failed(buffer))
        return noMemory();
      (list == &shape.inputs ? session->inputs : session->outputs).push_back(buffer->data());
      session->buffers.push_back(std::move(*buffer));
    }
  // In NAME_inputs batch and sizes stand behind the pointers.
  if (state->batchMax)
    session->inputs.push_back(reinterpret_cast<void *>(uintptr_t(options.batch)));
  for (int64_t size : shape.sizes)
    session->inputs.push_back(reinterpret_cast<void *>(uintptr_t(size)));
  session->inputs.push_back(nullptr); // a NAME_inputs is never empty
  return std::unique_ptr<Session>(new Session(std::move(session)));
}

FailureOr<LoadedModel::Buffers> LoadedModel::run(ArrayRef<ArrayRef<char>> inputs,
                                                 const RunOptions &options) const {
  auto session = start(options);
  if (failed(session))
    return failure();
  ArrayRef<LoadedIo> wanted = this->inputs();
  if (inputs.size() != wanted.size())
    return emitError(state->loc) << "expected " << wanted.size() << " inputs, got "
                                 << inputs.size();
  for (auto [i, bytes] : llvm::enumerate(inputs)) {
    MutableArrayRef<char> buffer = (*session)->input(i);
    if (bytes.size() != buffer.size())
      return emitError(state->loc) << "input '" << wanted[i].name << "' has " << bytes.size()
                                   << " bytes, expected " << buffer.size();
    llvm::copy(bytes, buffer.begin());
  }
  if (failed((*session)->run()))
    return failure();
  Buffers outputs;
  for (size_t i = 0; i < this->outputs().size(); ++i)
    outputs.emplace_back((*session)->output(i).begin(), (*session)->output(i).end());
  return outputs;
}

/// Runs the self-test; `hashes`, if not null, receives what it computed.
static FailureOr<int> runSelftest(const LoadedCode &code, const pith_config &config,
                                  int64_t arenaBytes, int64_t selftestBytes, Location loc,
                                  MutableArrayRef<uint64_t> hashes) {
  FailureOr<Memory> arena = Memory::allocate(arenaBytes + selftestBytes, /*guards=*/true);
  if (failed(arena))
    return emitError(loc) << "not enough memory to run the model";
  if (failed(check(code.init(arena->data(), &config), "init", loc)))
    return failure();
  int result = code.selftest(arena->data());
  if (failed(check(result, "selftest", loc)))
    return failure();
  // The hashes lie directly behind the arena of one thread.
  std::memcpy(hashes.data(), arena->data() + arenaBytes, 8 * hashes.size());
  return result;
}

FailureOr<int> LoadedModel::selftest() const {
  return runSelftest(*state->code, state->config({}), state->arenaBytes, state->selftestBytes,
                     state->loc, {});
}

FailureOr<std::vector<uint64_t>> LoadedModel::selftestHashes(StringRef name) const {
  const State::Variant *variant = &state->variants.front();
  RunOptions options;
  if (state->variants.size() > 1) {
    auto found =
        llvm::find_if(state->variants, [&](const auto &each) { return each.name == name; });
    if (found == state->variants.end())
      return emitError(state->loc) << "the model has no variant '" << name << "'";
    variant = &*found;
    // On a CPU with nothing else, it is the one that is chosen.
    options.features = variant->features | noFeature;
  }
  std::vector<uint64_t> hashes(variant->layers + state->shapes.size() * outputs().size());
  if (failed(runSelftest(*state->code, state->config(options), state->arenaBytes,
                         state->selftestBytes, state->loc, hashes)))
    return failure();
  return hashes;
}
