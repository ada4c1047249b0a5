// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From parsed arguments to options of the compiler.
#include "dialects/Pith/PithExtern.h"
#include "pith/Pipeline/CustomLibrary.h"
#include "pith/Target/Precision.h"
#include "tools/pith/Options.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm::opt;
using namespace pith;
using namespace pith::tool;

/// `4`, `64,128` or `1..8`.
static std::optional<DimSizes> parseSizes(llvm::StringRef text) {
  DimSizes dim;
  dim.bounded = text.consume_front("1..");
  llvm::SmallVector<llvm::StringRef> sizes;
  text.split(sizes, ',');
  for (llvm::StringRef size : sizes)
    if (dim.sizes.emplace_back(); size.getAsInteger(10, dim.sizes.back()) || dim.sizes.back() < 1)
      return std::nullopt;
  return dim.bounded && dim.sizes.size() > 1 ? std::nullopt : std::optional(dim);
}

static bool parseDim(llvm::StringRef text, ShapingOptions &shaping) {
  auto [name, value] = text.rsplit('=');
  std::optional<DimSizes> dim = parseSizes(value);
  if (name.empty() || !dim) {
    usageError("expected --dim N=4, --dim N=64,128 or --dim N=1..8, got '" + text + "'");
    return false;
  }
  if (!shaping.dims.try_emplace(name.str(), *dim).second) {
    usageError("dimension '" + name + "' is given twice");
    return false;
  }
  return true;
}

static bool parseLength(llvm::StringRef text, ShapingOptions &shaping) {
  auto [name, value] = text.rsplit('=');
  int64_t length = 0;
  if (name.empty() || value.getAsInteger(10, length) || length < 0) {
    usageError("expected --length NAME=3, got '" + text + "'");
    return false;
  }
  if (!shaping.lengths.try_emplace(name.str(), length).second) {
    usageError("the length of '" + name + "' is given twice");
    return false;
  }
  return true;
}

static bool parseCustomOp(llvm::StringRef text, ShapingOptions &shaping) {
  auto [key, symbol] = text.rsplit('=');
  auto [domain, name] = key.rsplit("::");
  if (domain.empty() || name.empty() || symbol.empty()) {
    usageError("expected --custom-op DOMAIN::OPERATOR=SYMBOL, got '" + text + "'");
    return false;
  }
  if (std::string reason = symbolRefusal(symbol); !reason.empty()) {
    usageError("expected the name of a C function behind '" + key + "=', got '" + symbol +
               "', which " + reason);
    return false;
  }
  if (!shaping.customOps.try_emplace(key.str(), symbol.str()).second) {
    usageError("operator '" + key + "' is given twice");
    return false;
  }
  return true;
}

/// Lists pair up, and each shape is another.
static bool checkLists(const ShapingOptions &shaping) {
  std::string first;
  std::vector<std::vector<int64_t>> shapes;
  for (const auto &[name, dim] : shaping.dims) {
    if (dim.sizes.size() == 1)
      continue;
    if (first.empty()) {
      first = name;
      shapes.resize(dim.sizes.size());
    }
    if (dim.sizes.size() != shapes.size()) {
      usageError("dimension '" + name + "' has " + llvm::Twine(dim.sizes.size()) + " sizes and '" +
                 first + "' " + llvm::Twine(shapes.size()) +
                 "; the sizes at one place of the lists are one shape");
      return false;
    }
    for (auto [shape, size] : llvm::zip_equal(shapes, dim.sizes))
      shape.push_back(size);
  }
  llvm::sort(shapes);
  if (std::adjacent_find(shapes.begin(), shapes.end()) != shapes.end()) {
    usageError("a shape is given twice behind --dim " + first);
    return false;
  }
  return true;
}

static bool isIdentifier(llvm::StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) && name.size() <= 64 &&
         llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

/// One of two words, as the command line already checks where it reads `--key=`.
static bool parseFlag(llvm::StringRef key, llvm::StringRef value, llvm::StringRef yes,
                      llvm::StringRef no, std::optional<bool> &flag) {
  if (value != yes && value != no) {
    usageError("expected " + key + "=" + no + "|" + yes + ", got '" + value + "'");
    return false;
  }
  flag = value == yes;
  return true;
}

/// int8, sparse: names of precisions.
bool tool::parsePrecisions(llvm::StringRef list) {
  llvm::SmallVector<llvm::StringRef> names;
  list.split(names, ',');
  for (llvm::StringRef each : names)
    if (!precisionByName(each)) {
      usageError("expected int8, int4, f32, f16, bf16 or sparse, got '" + each + "'");
      return false;
    }
  return true;
}

static bool setShaping(llvm::StringRef key, llvm::StringRef value, ShapingOptions &shaping) {
  if (key == "fusion")
    return parseFlag(key, value, "on", "off", shaping.fusion);
  if (key == "recognise")
    return parseFlag(key, value, "on", "off", shaping.recognise);
  if (key == "sparse")
    return parseFlag(key, value, "on", "off", shaping.sparse);
  if (key == "weights")
    return parseFlag(key, value, "file", "embed", shaping.weightsInFile);
  if (key == "io")
    return parseFlag(key, value, "quantized", "float", shaping.quantizedIo);
  if (key == "arena")
    return parseFlag(key, value, "small", "fast", shaping.smallArena);
  if (key == "fast-float")
    return parseFlag(key, value, "on", "off", shaping.fastFloat);
  if (key == "qdq")
    return parseFlag(key, value, "literal", "fold", shaping.literalQdq);
  if (key == "dim")
    return parseDim(value, shaping);
  if (key == "length")
    return parseLength(value, shaping);
  if (key == "absent") {
    shaping.absent.insert(value.str());
    return true;
  }
  if (key == "custom-op")
    return parseCustomOp(value, shaping);
  if (key == "fallback")
    return parseFlag(key, value, "on", "off", shaping.fallback);
  if (key == "require" && !parsePrecisions(value))
    return false;
  std::string *text = llvm::StringSwitch<std::string *>(key)
                          .Case("target", &shaping.target)
                          .Case("cpu", &shaping.cpu)
                          .Case("features", &shaping.features)
                          .Case("triple", &shaping.triple)
                          .Case("row", &shaping.row)
                          .Case("tuning", &shaping.tuning)
                          .Case("require", &shaping.require)
                          .Default(nullptr);
  if (!text) {
    usageError(
        "expected one of target, cpu, features, triple, dim, length, absent, custom-op, recognise, "
        "fusion, "
        "sparse, qdq, io, weights, arena, fast-float, row, tuning, require, fallback, got '" +
        key + "'");
    return false;
  }
  *text = value.str();
  llvm::SmallVector<llvm::StringRef> names;
  value.split(names, ',');
  if (key == "cpu" && names.size() > 1 && llvm::is_contained(names, "")) {
    usageError("expected names of CPUs with commas between them, got '" + value + "'");
    return false;
  }
  if (key == "target" && !TargetRegistry::global().lookup(value)) {
    usageError("unknown target '" + value + "'; 'pith targets' lists them");
    return false;
  }
  return true;
}

bool tool::parseShapingList(llvm::StringRef text, ShapingOptions &shaping) {
  // Lists of features and CPUs have commas of their own.
  llvm::SmallVector<std::string> entries;
  while (!text.empty()) {
    auto [entry, rest] = text.split(',');
    if (entry.contains('=') || entries.empty())
      entries.push_back(entry.str());
    else
      entries.back() += "," + entry.str();
    text = rest;
  }
  // A dimension or a length given here is the only one of its name.
  for (llvm::StringRef entry : entries) {
    auto [key, value] = entry.split('=');
    if (key == "dim")
      shaping.dims.erase(value.rsplit('=').first.str());
    if (key == "length")
      shaping.lengths.erase(value.rsplit('=').first.str());
  }
  return llvm::all_of(entries,
                      [&](llvm::StringRef entry) {
                        auto [key, value] = entry.split('=');
                        return setShaping(key, value, shaping);
                      }) &&
         checkLists(shaping);
}

bool tool::parseCompileOptions(const Args &args, CompileOptions &options) {
  ShapingOptions &shaping = options.shaping;
  constexpr std::pair<OptionId, llvm::StringLiteral> names[] = {
      {OPT_target, "target"},       {OPT_cpu, "cpu"},      {OPT_features, "features"},
      {OPT_triple, "triple"},       {OPT_io, "io"},        {OPT_fusion, "fusion"},
      {OPT_weights, "weights"},     {OPT_qdq, "qdq"},      {OPT_sparse, "sparse"},
      {OPT_recognise, "recognise"}, {OPT_arena, "arena"},  {OPT_row, "row"},
      {OPT_require, "require"},     {OPT_tuning, "tuning"}};
  for (auto [id, name] : names)
    if (const Arg *arg = args.getLastArg(id); arg && !setShaping(name, arg->getValue(), shaping))
      return false;
  if (args.hasArg(OPT_fast_float))
    shaping.fastFloat = true;
  if (args.hasArg(OPT_fallback) && !args.hasArg(OPT_require)) {
    usageError("expected --require=P beside --fallback");
    return false;
  }
  if (args.hasArg(OPT_fallback))
    shaping.fallback = true;
  for (const std::string &text : args.getAllArgValues(OPT_dim))
    if (!parseDim(text, shaping))
      return false;
  if (!checkLists(shaping))
    return false;
  for (const std::string &text : args.getAllArgValues(OPT_length))
    if (!parseLength(text, shaping))
      return false;
  for (const std::string &name : args.getAllArgValues(OPT_absent))
    shaping.absent.insert(name);
  for (const std::string &text : args.getAllArgValues(OPT_custom_op))
    if (!parseCustomOp(text, shaping))
      return false;
  for (const std::string &library : args.getAllArgValues(OPT_custom_library))
    if (llvm::Error error = loadCustomLibrary(library)) {
      usageError("--custom-library: " + llvm::toString(std::move(error)));
      return false;
    }
  for (const std::string &text : args.getAllArgValues(OPT_pass_at)) {
    if (!isPassPlace(text)) {
      usageError("expected --pass-at=STAGE:PIPELINE or STAGE@PASS:PIPELINE with a stage of "
                 "quantize, sparsify, schedule, lower, got '" +
                 text + "'");
      return false;
    }
    shaping.passes.push_back(text);
  }
  options.name = args.getLastArgValue(OPT_name);
  if (args.hasArg(OPT_name) && !isIdentifier(options.name)) {
    usageError("expected a C identifier behind --name, got '" + options.name + "'");
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
