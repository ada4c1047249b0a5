// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Targets and passes in shared libraries of their own, built against the
// installed package.
#ifndef PITH_TARGET_PLUGIN_H
#define PITH_TARGET_PLUGIN_H

#include "pith/Target/Target.h"
#include "pith/Version.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Error.h"

namespace pith {

using PassMaker = std::unique_ptr<mlir::Pass>();

/// What a plugin's function pithGetPlugin returns. The order of the first
/// fields is for good: they are read before anything is believed.
struct PluginInfo {
  uint32_t schema;         ///< of this structure
  const char *pithVersion; ///< that the plugin was built against
  const char *llvmVersion;
  void (*registerTargets)(TargetRegistry &); ///< null: it has none
  PassMaker *const *passes;
  size_t passCount;
};
inline constexpr uint32_t pluginSchema = 1;

/// Opens a shared library and registers its targets. Between versions of pith
/// nothing is promised, so only one of this very version is accepted.
llvm::Error loadTargetPlugin(llvm::StringRef path);

/// Opens a shared library and registers its passes, whose names must be new.
/// Expects what else is known by name to be registered.
llvm::Error loadPassPlugin(llvm::StringRef path);

/// For main functions, before they read their command line: takes every
/// `--load-target=LIB` and `--load-pass=LIB` out of the arguments and loads LIB,
/// targets first. `registerOthers` is called in front of the first library with
/// passes. False after an error, which was printed.
bool loadPlugins(int &argc, char **argv, llvm::function_ref<void()> registerOthers);

} // namespace pith

/// Stands in the source that pith_add_target(Name PLUGIN) makes.
#define PITH_TARGET_PLUGIN(Name)                                                                   \
  namespace pith {                                                                                 \
  void registerTarget##Name(TargetRegistry &);                                                     \
  }                                                                                                \
  extern "C" const pith::PluginInfo *pithGetPlugin() {                                             \
    static const pith::PluginInfo info = {pith::pluginSchema,  PITH_VERSION,                       \
                                          LLVM_VERSION_STRING, pith::registerTarget##Name,         \
                                          /*passes=*/nullptr,  /*passCount=*/0};                   \
    return &info;                                                                                  \
  }

/// Stands once in a library that pith_add_passes makes; its arguments are the
/// functions that create its passes.
#define PITH_PASS_PLUGIN(...)                                                                      \
  extern "C" const pith::PluginInfo *pithGetPlugin() {                                             \
    static pith::PassMaker *const passes[] = {__VA_ARGS__};                                        \
    static const pith::PluginInfo info = {                                                         \
        pith::pluginSchema,          PITH_VERSION, LLVM_VERSION_STRING,                            \
        /*registerTargets=*/nullptr, passes,       std::size(passes)};                             \
    return &info;                                                                                  \
  }

#endif
