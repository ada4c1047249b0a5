// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From parsed arguments to options of the compiler.
#include "tools/pith/Options.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm::opt;
using namespace pith;
using namespace pith::tool;

/// `N=4` or `N=1..8`.
static bool parseDim(llvm::StringRef text, ShapingOptions &shaping) {
  auto [name, value] = text.rsplit('=');
  auto [first, last] = value.split("..");
  int64_t least = 0, greatest = 0;
  bool bounded = value.contains("..");
  if (name.empty() || first.getAsInteger(10, least) ||
      (bounded && last.getAsInteger(10, greatest)) || least < 1 ||
      (bounded && (least != 1 || greatest < least))) {
    usageError("expected --dim N=4 or --dim N=1..8, got '" + text + "'");
    return false;
  }
  if (!shaping.dims.try_emplace(name.str(), least, bounded ? greatest : least).second) {
    usageError("dimension '" + name + "' is given twice");
    return false;
  }
  return true;
}

static bool isIdentifier(llvm::StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) && name.size() <= 64 &&
         llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

bool tool::parseCompileOptions(const Args &args, CompileOptions &options) {
  ShapingOptions &shaping = options.shaping;
  shaping.target = args.getLastArgValue(OPT_target);
  shaping.cpu = args.getLastArgValue(OPT_cpu);
  shaping.features = args.getLastArgValue(OPT_features);
  shaping.triple = args.getLastArgValue(OPT_triple);
  for (const std::string &text : args.getAllArgValues(OPT_dim))
    if (!parseDim(text, shaping))
      return false;
  auto flag = [&](OptionId id, llvm::StringRef yes, std::optional<bool> &value) {
    if (const Arg *arg = args.getLastArg(id))
      value = arg->getValue() == yes;
  };
  flag(OPT_fusion, "on", shaping.fusion);
  flag(OPT_weights, "file", shaping.weightsInFile);
  flag(OPT_io, "quantized", shaping.quantizedIo);
  options.name = args.getLastArgValue(OPT_name);
  if (args.hasArg(OPT_name) && !isIdentifier(options.name)) {
    usageError("expected a C identifier behind --name, got '" + options.name + "'");
    return false;
  }
  if (!shaping.target.empty() && !TargetRegistry::global().lookup(shaping.target)) {
    usageError("unknown target '" + shaping.target + "'; 'pith targets' lists them");
    return false;
  }
  if (const Arg *arg = args.getLastArg(OPT_compile_from))
    options.from = stageByName(arg->getValue());
  return true;
}

bool tool::parseNumber(const Args &args, OptionId id, double least, double &value) {
  const Arg *arg = args.getLastArg(id);
  if (!arg || (!llvm::StringRef(arg->getValue()).getAsDouble(value) && value >= least))
    return true;
  usageError("expected a number of at least " + llvm::Twine(int64_t(least)) + " behind " +
             arg->getOption().getPrefixedName() + ", got '" + arg->getValue() + "'");
  return false;
}

bool tool::parseNumber(const Args &args, OptionId id, int64_t least, int64_t &value) {
  const Arg *arg = args.getLastArg(id);
  if (!arg || (!llvm::StringRef(arg->getValue()).getAsInteger(10, value) && value >= least))
    return true;
  usageError("expected a whole number of at least " + llvm::Twine(least) + " behind " +
             arg->getOption().getPrefixedName() + ", got '" + arg->getValue() + "'");
  return false;
}
