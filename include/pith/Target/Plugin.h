// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Targets in shared libraries of their own, built against the installed package.
#ifndef PITH_TARGET_PLUGIN_H
#define PITH_TARGET_PLUGIN_H

#include "pith/Target/Target.h"
#include "llvm/Support/Error.h"

namespace pith {

/// What a plugin's function pithGetTargetPlugin returns. The order of the first
/// two fields is for good: they are read before anything is believed.
struct PluginInfo {
  uint32_t schema;         ///< of this structure
  const char *pithVersion; ///< that the plugin was built against
  const char *llvmVersion;
  void (*registerTargets)(TargetRegistry &);
};
inline constexpr uint32_t pluginSchema = 1;

/// Opens a shared library and registers its targets. Between versions of pith
/// nothing is promised, so only one of this very version is accepted.
llvm::Error loadTargetPlugin(llvm::StringRef path);

/// For main functions, before they read their command line: takes every
/// `--load-target=LIB` out of the arguments and loads LIB. False after an error,
/// which was printed.
bool loadTargetPlugins(int &argc, char **argv);

} // namespace pith

/// Stands in the source that pith_add_target(Name PLUGIN) makes.
#define PITH_TARGET_PLUGIN(Name)                                                                   \
  namespace pith {                                                                                 \
  void registerTarget##Name(TargetRegistry &);                                                     \
  }                                                                                                \
  extern "C" const pith::PluginInfo *pithGetTargetPlugin() {                                       \
    static const pith::PluginInfo info = {pith::pluginSchema, PITH_VERSION, LLVM_VERSION_STRING,   \
                                          pith::registerTarget##Name};                             \
    return &info;                                                                                  \
  }

#endif
