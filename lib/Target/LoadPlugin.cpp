// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Opens shared libraries with targets, and checks what they were built against.
#include "pith/Target/Plugin.h"
#include "pith/Version.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <dlfcn.h>

using namespace llvm;

namespace pith {

static Error fail(StringRef path, const Twine &what) {
  return createStringError("--load-target: '" + path + "': " + what);
}

static Error checkVersion(const PluginInfo &info, StringRef path) {
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
  return fail(path, "built against " + built + ", but this is " + here +
                        "\nnote: build it again against the installed package of this version");
}

static Error addTargets(TargetRegistry &&loaded, StringRef path) {
  TargetRegistry &known = TargetRegistry::global();
  if (loaded.targets().empty())
    return fail(path, "registers no target");
  for (const std::unique_ptr<Target> &target : loaded.targets()) {
    if (known.lookup(target->name()))
      return fail(path, "a target '" + target->name() + "' exists already");
    if (StringRef host = target->host(); !host.empty() && !known.lookup(host))
      return fail(path, "target '" + target->name() + "' needs the target '" + host +
                            "' as its host, which this program lacks");
  }
  known.take(std::move(loaded));
  return Error::success();
}

Error loadTargetPlugin(StringRef path) {
  SmallString<128> absolute(path); // dlopen would search for a mere name
  sys::fs::make_absolute(absolute);
  if (!sys::fs::exists(absolute))
    return fail(path, "no such file");
  // Never closed: the registry has objects of its classes to the end.
  void *library = dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!library)
    return fail(path, Twine("not a library that can be loaded: ") + dlerror());
  using Entry = const PluginInfo *();
  auto *entry = reinterpret_cast<Entry *>(dlsym(library, "pithGetTargetPlugin"));
  if (!entry)
    return fail(path, "no plugin: it lacks the symbol 'pithGetTargetPlugin'\n"
                      "note: pith_add_target(NAME PLUGIN SOURCES ...) makes one");
  const PluginInfo *info = entry();
  if (Error error = checkVersion(*info, path))
    return error;
  TargetRegistry loaded;
  info->registerTargets(loaded);
  return addTargets(std::move(loaded), path);
}

bool loadTargetPlugins(int &argc, char **argv) {
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    StringRef argument = argv[i], path;
    if (argument == "--load-target" && i + 1 < argc) {
      path = argv[++i];
    } else if (argument.consume_front("--load-target=")) {
      path = argument;
    } else {
      argv[kept++] = argv[i];
      continue;
    }
    if (Error error = loadTargetPlugin(path)) {
      errs() << "error: " << toString(std::move(error)) << "\n";
      return false;
    }
  }
  argc = kept;
  argv[argc] = nullptr;
  return true;
}

} // namespace pith
