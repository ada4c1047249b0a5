// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Opens shared libraries with targets or passes, and checks what they were built against.
#include "pith/Target/Plugin.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <dlfcn.h>

using namespace llvm;

namespace pith {

namespace {

/// One library, with the option that names it.
struct Library {
  StringRef option, path;

  Error fail(const Twine &what) const {
    return createStringError(option + ": '" + path + "': " + what);
  }
  Error checkVersion(const PluginInfo &info) const;
  /// What its entry function returns, of this version.
  Expected<const PluginInfo *> open() const;
  Error addTargets(TargetRegistry &&loaded) const;
  Error addPasses(ArrayRef<PassMaker *> makers) const;
};

} // namespace

Error Library::checkVersion(const PluginInfo &info) const {
  if (info.schema == pluginSchema && StringRef(info.pithVersion) == PITH_VERSION &&
      StringRef(info.llvmVersion) == LLVM_VERSION_STRING)
    return Error::success();
  std::string built = "pith " + std::string(info.pithVersion), here = "pith " PITH_VERSION;
  if (info.schema != pluginSchema) {
    built += ", plugin schema " + std::to_string(info.schema);
    here += ", plugin schema " + std::to_string(pluginSchema);
  } else if (StringRef(info.llvmVersion) != LLVM_VERSION_STRING) {
    built += " and LLVM " + std::string(info.llvmVersion);
    here += " and LLVM " LLVM_VERSION_STRING;
  }
  return fail("built against " + built + ", but this is " + here +
              "\nnote: build it again against the installed package of this version");
}

Expected<const PluginInfo *> Library::open() const {
  SmallString<128> absolute(path); // dlopen would search for a mere name
  sys::fs::make_absolute(absolute);
  if (!sys::fs::exists(absolute))
    return fail("no such file");
  // Never closed: there are objects of its classes to the end.
  void *library = dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!library)
    return fail(Twine("not a library that can be loaded: ") + dlerror());
  using Entry = const PluginInfo *();
  auto *entry = reinterpret_cast<Entry *>(dlsym(library, "pithGetPlugin"));
  if (!entry)
    return fail("no plugin: it lacks the symbol 'pithGetPlugin'\nnote: pith_add_target(NAME "
                "PLUGIN SOURCES ...) and pith_add_passes(NAME SOURCES ...) make one");
  const PluginInfo *info = entry();
  if (Error error = checkVersion(*info))
    return error;
  return info;
}

Error Library::addTargets(TargetRegistry &&loaded) const {
  TargetRegistry &known = TargetRegistry::global();
  if (loaded.targets().empty())
    return fail("registers no target");
  for (const std::unique_ptr<Target> &target : loaded.targets()) {
    if (known.lookup(target->name()))
      return fail("a target '" + target->name() + "' exists already");
    if (StringRef host = target->host(); !host.empty() && !known.lookup(host))
      return fail("target '" + target->name() + "' needs the target '" + host +
                  "' as its host, which this program lacks");
  }
  known.take(std::move(loaded));
  return Error::success();
}

Error Library::addPasses(ArrayRef<PassMaker *> makers) const {
  if (makers.empty())
    return fail("has no passes");
  StringSet<> names; // all are checked before one is registered
  for (PassMaker *maker : makers) {
    std::string name = maker()->getArgument().str();
    if (name.empty())
      return fail("has a pass without argument");
    if (mlir::PassInfo::lookup(name) || mlir::PassPipelineInfo::lookup(name) ||
        !names.insert(name).second)
      return fail("a pass '" + name + "' exists already");
  }
  for (PassMaker *maker : makers)
    mlir::registerPass(maker);
  return Error::success();
}

Error loadTargetPlugin(StringRef path) {
  Library library{"--load-target", path};
  Expected<const PluginInfo *> info = library.open();
  if (!info)
    return info.takeError();
  TargetRegistry loaded;
  if ((*info)->registerTargets)
    (*info)->registerTargets(loaded);
  return library.addTargets(std::move(loaded));
}

Error loadPassPlugin(StringRef path) {
  Library library{"--load-pass", path};
  Expected<const PluginInfo *> info = library.open();
  if (!info)
    return info.takeError();
  return library.addPasses({(*info)->passes, (*info)->passCount});
}

/// Takes `option=LIB` and `option LIB` out of the arguments.
static std::vector<StringRef> takeOption(StringRef option, int &argc, char **argv) {
  std::vector<StringRef> values;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    StringRef argument = argv[i];
    if (argument == option && i + 1 < argc)
      values.push_back(argv[++i]);
    else if (argument.consume_front(option) && argument.consume_front("="))
      values.push_back(argument);
    else
      argv[kept++] = argv[i];
  }
  argc = kept;
  argv[argc] = nullptr;
  return values;
}

bool loadPlugins(int &argc, char **argv, function_ref<void()> registerOthers) {
  auto load = [](ArrayRef<StringRef> paths, Error (*loadOne)(StringRef)) {
    for (StringRef path : paths)
      if (Error error = loadOne(path)) {
        errs() << "error: " << toString(std::move(error)) << "\n";
        return false;
      }
    return true;
  };
  std::vector<StringRef> targets = takeOption("--load-target", argc, argv);
  std::vector<StringRef> passes = takeOption("--load-pass", argc, argv);
  if (!load(targets, loadTargetPlugin))
    return false;
  if (!passes.empty())
    registerOthers();
  return load(passes, loadPassPlugin);
}

} // namespace pith
