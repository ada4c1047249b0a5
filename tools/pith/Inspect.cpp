// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pith inspect: what is in a model, and which kernel runs each layer.
#include "pith/Pipeline/Load.h"
#include "pith/Pipeline/Report.h"
#include "tools/pith/Session.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace pith;
using namespace pith::tool;
using llvm::json::Array;
using llvm::json::Object;

static llvm::StringRef text(const Object &object, llvm::StringRef key) {
  return object.getString(key).value_or("");
}

/// The end of a long name says most.
static std::string shorten(llvm::StringRef name) {
  constexpr size_t limit = 48;
  return name.size() <= limit ? name.str() : "..." + name.take_back(limit - 3).str();
}

static std::string joined(const Array *list) {
  std::string text;
  for (const llvm::json::Value &value : list ? *list : Array())
    text += (text.empty() ? "" : ",") + value.getAsString().value_or("").str();
  return text;
}

/// Each reason once, with the operators that have it.
static void printSurviving(const Array &surviving) {
  llvm::raw_ostream &os = llvm::outs();
  llvm::MapVector<llvm::StringRef, std::vector<std::string>> byReason;
  for (const llvm::json::Value &value : surviving)
    if (const Object *op = value.getAsObject())
      byReason[text(*op, "reason")].push_back(shorten(text(*op, "name")) + " (" +
                                              text(*op, "op").str() + ")");
  os << surviving.size() << " quantize and dequantize steps left\n";
  constexpr size_t shown = 4;
  for (const auto &[reason, names] : byReason) {
    os << "  " << names.size() << ": " << reason << ": ";
    llvm::interleaveComma(llvm::ArrayRef(names).take_front(shown), os);
    os << (names.size() > shown ? ", ...\n" : "\n");
  }
}

/// What the zeros in the weights are worth, layer by layer.
static void printSparsity(const Array &nodes) {
  llvm::raw_ostream &os = llvm::outs();
  auto percent = [](const Object &from, llvm::StringRef key) {
    return llvm::formatv("{0:P0}", from.getNumber(key).value_or(0)).str();
  };
  bool first = true;
  for (const llvm::json::Value &value : nodes) {
    const Object &node = *value.getAsObject();
    const Object *sparsity = node.getObject("sparsity");
    if (!sparsity)
      continue;
    if (std::exchange(first, false))
      os << "zeros in weights\n";
    os << "  " << shorten(text(node, "name")) << ": " << percent(*sparsity, "zeros")
       << " zeros; absent blocks 1x4 " << percent(*sparsity, "absent_1x4") << ", 2x4 "
       << percent(*sparsity, "absent_2x4");
    if (llvm::StringRef structured = text(*sparsity, "structured"); !structured.empty())
      os << "; " << structured;
    os << "; used as " << text(*sparsity, "pattern");
    for (const llvm::json::Value &entry : *sparsity->getArray("targets")) {
      const Object &target = *entry.getAsObject();
      os << "; " << text(target, "target") << ": ";
      if (llvm::StringRef kernel = text(target, "kernel"); kernel.empty())
        os << "no kernel for it";
      else
        os << llvm::formatv("{0}, about {1:f1} x dense", kernel,
                            target.getNumber("speed_up").value_or(1));
    }
    os << "\n";
  }
}

static void printFallbacks(const Array &nodes) {
  for (const llvm::json::Value &value : nodes) {
    const Object &node = *value.getAsObject();
    if (llvm::StringRef lacking = text(node, "fallback"); !lacking.empty())
      llvm::outs() << "fallback: no instruction for " << lacking << " in "
                   << shorten(text(node, "name")) << " (" << text(node, "op") << "), which "
                   << text(node, "kernel") << " runs with the same results\n";
  }
}

static void printTable(const Object &report) {
  llvm::raw_ostream &os = llvm::outs();
  const Array &nodes = *report.getArray("nodes");
  size_t name = 4, op = 8, kernel = 6;
  for (const llvm::json::Value &node : nodes) {
    name = std::max(name, shorten(text(*node.getAsObject(), "name")).size());
    op = std::max(op, text(*node.getAsObject(), "op").size());
    kernel = std::max(kernel, text(*node.getAsObject(), "kernel").size());
  }
  auto row = [&](llvm::StringRef a, llvm::StringRef b, llvm::StringRef c, llvm::StringRef d,
                 llvm::StringRef e, llvm::StringRef f) {
    os << llvm::left_justify(a, name + 2) << llvm::left_justify(b, op + 2)
       << llvm::left_justify(c, 8) << llvm::left_justify(d, kernel + 2);
    if (f.empty())
      os << e << "\n";
    else
      os << llvm::left_justify(e, 13) << f << "\n";
  };
  row("node", "operator", "type", "kernel", "exactness", "form");
  for (const llvm::json::Value &value : nodes) {
    const Object &node = *value.getAsObject();
    row(shorten(text(node, "name")), text(node, "op"), text(node, "precision"),
        text(node, "kernel"), text(node, "exactness"), joined(node.getArray("forms")));
  }
  os << "arena " << report.getInteger("arena_bytes").value_or(0) << " bytes";
  if (std::optional<int64_t> bound = report.getInteger("arena_lower_bound"))
    os << " (lower bound " << *bound << ")";
  os << ", " << nodes.size() << " kernel calls";
  if (const Object *summary = report.getObject("summary"))
    os << ", " << summary->getInteger("integer").value_or(0) << " layers on integers, "
       << summary->getInteger("float").value_or(0) << " in float";
  os << "\n";
  if (const Array *spaces = report.getArray("memory_spaces"))
    for (const llvm::json::Value &value : *spaces)
      if (const Object *space = value.getAsObject())
        os << text(*space, "name") << " " << space->getInteger("bytes").value_or(0) << " of "
           << space->getInteger("capacity").value_or(0) << " bytes\n";
  printSparsity(nodes);
  printFallbacks(nodes);
  if (const Array *surviving = report.getArray("surviving_qdq"); surviving && !surviving->empty())
    printSurviving(*surviving);
}

static void printReport(const Object &report) {
  if (const Array *shapes = report.getArray("shapes")) {
    for (const llvm::json::Value &value : *shapes) {
      llvm::outs() << "shape " << text(*value.getAsObject(), "name") << "\n";
      printReport(*value.getAsObject());
    }
    return;
  }
  const Array *variants = report.getArray("variants");
  if (!variants)
    return printTable(report);
  for (const llvm::json::Value &value : *variants) {
    const Object &variant = *value.getAsObject();
    llvm::outs() << "variant " << text(variant, "name");
    if (const Object *target = variant.getObject("target"))
      llvm::outs() << ": CPU " << text(*target, "cpu") << text(*target, "features");
    llvm::outs() << "\n";
    printTable(variant);
  }
}

static Array copyOf(const Array *array) { return array ? *array : Array(); }

/// A node of a report.
static Object describeLayer(const Object &layer) {
  Object node{{"name", text(layer, "name").str()},
              {"op", text(layer, "op").str()},
              {"precision", text(layer, "precision").str()},
              {"kernel", text(layer, "row").str()},
              {"exactness", text(layer, "exactness").str()},
              {"forms", copyOf(layer.getArray("forms"))},
              {"cost", layer.getInteger("cost").value_or(0)},
              {"items", layer.getInteger("items").value_or(0)},
              {"why_not", Array()}};
  if (llvm::StringRef lacking = text(layer, "fallback"); !lacking.empty())
    node["fallback"] = lacking.str();
  return node;
}

/// What a manifest knows of a program: `variant` is what the manifest says of its CPU,
/// `code` what it says of the shape too, which is the same where there is one shape.
// Strings are copied: the manifest that they are read from does not last.
static Object describeProgram(const Object &variant, const Object &code) {
  Array nodes;
  for (const llvm::json::Value &value : copyOf(code.getArray("layers")))
    if (const Object *layer = value.getAsObject())
      nodes.push_back(describeLayer(*layer));
  Object summary = summarize(nodes);
  Object report{{"summary", std::move(summary)},
                {"arena_lower_bound", nullptr},
                {"nodes", std::move(nodes)},
                {"surviving_qdq", copyOf(code.getArray("surviving_qdq"))}};
  if (const Object *target = variant.getObject("target"))
    report["target"] = Object(*target);
  if (const Object *device = variant.getObject("device"))
    report["memory_spaces"] = copyOf(device->getArray("memory_spaces"));
  if (const Object *arena = code.getObject("arena")) {
    report["arena_bytes"] = arena->getInteger("program_bytes").value_or(0);
    if (std::optional<int64_t> bound = arena->getInteger("program_lower_bound"))
      report["arena_lower_bound"] = *bound;
  }
  return report;
}

/// The first of several reports in the whole's place, with all of them under `key`.
static Object gather(Array reports, llvm::StringRef key) {
  Object whole = *reports.front().getAsObject();
  whole.erase("name");
  whole[key] = std::move(reports);
  return whole;
}

/// All variants of one shape; null: what a manifest has where there is one.
static std::optional<Object> describeShape(const Object &manifest, std::optional<size_t> shape) {
  auto describe = [&](const Object &variant) -> std::optional<Object> {
    const Array *codes = shape ? variant.getArray("codes") : nullptr;
    const Object *code = !shape                            ? &variant
                         : codes && *shape < codes->size() ? (*codes)[*shape].getAsObject()
                                                           : nullptr;
    if (!code || !code->getArray("layers"))
      return std::nullopt;
    return describeProgram(variant, *code);
  };
  const Array *list = manifest.getArray("variants");
  if (!list)
    return describe(manifest);
  Array variants;
  for (const llvm::json::Value &value : *list) {
    const Object *entry = value.getAsObject();
    std::optional<Object> variant = entry ? describe(*entry) : std::nullopt;
    if (!variant)
      return std::nullopt;
    (*variant)["name"] = text(*entry, "name").str();
    variants.push_back(std::move(*variant));
  }
  return variants.empty() ? std::nullopt : std::optional(gather(std::move(variants), "variants"));
}

static std::optional<Object> describeManifest(const Object &manifest) {
  const Array *list = manifest.getArray("shapes");
  if (!list)
    return describeShape(manifest, std::nullopt);
  Array shapes;
  for (auto [index, value] : llvm::enumerate(*list)) {
    std::optional<Object> shape = describeShape(manifest, index);
    if (!shape)
      return std::nullopt;
    (*shape)["name"] = text(*value.getAsObject(), "name").str();
    shapes.push_back(std::move(*shape));
  }
  return shapes.empty() ? std::nullopt : std::optional(gather(std::move(shapes), "shapes"));
}

/// What the manifest of a bundle still knows, like makeReport.
static std::optional<Object> reportOfBundle(llvm::StringRef folder, Session &session) {
  MLIRContext *context = &session.context();
  auto model = LoadedModel::fromBundle(folder, FileLineColLoc::get(context, folder, 0, 0));
  if (failed(model))
    return std::nullopt;
  auto manifest = llvm::json::parse((*model)->manifest());
  const Object *root = manifest ? manifest->getAsObject() : nullptr;
  if (!manifest)
    llvm::consumeError(manifest.takeError());
  std::optional<Object> report = root ? describeManifest(*root) : std::nullopt;
  if (!report) {
    llvm::errs() << "error: " << folder << ": expected a manifest with layers\n";
    return std::nullopt;
  }
  (*report)["model"] = (*model)->name().str();
  (*report)["arena_bytes"] = int64_t((*model)->arenaBytes());
  if (const Object *weights = root->getObject("weights"))
    (*report)["weight_bytes"] = weights->getInteger("bytes").value_or(0);
  return report;
}

static int run(const Args &args) {
  CompileOptions options;
  if (!parseCompileOptions(args, options))
    return Usage;
  Session session;
  std::optional<Object> report;
  llvm::StringRef path = args.getLastArgValue(OPT_INPUT);
  if (llvm::sys::fs::is_directory(path)) {
    report = reportOfBundle(path, session);
    if (!report)
      return BadInput;
  } else {
    OwningOpRef<ModuleOp> module = session.compile(path, Stage::Schedule, options);
    if (!module)
      return session.failureCode();
    report = makeReport(*module);
  }
  if (const llvm::opt::Arg *html = args.getLastArg(OPT_html)) {
    std::error_code error;
    llvm::raw_fd_ostream os(html->getValue(), error);
    if (!error) {
      os << renderHtml(*report);
      os.close();
      error = os.error();
      os.clear_error();
    }
    if (error) {
      llvm::errs() << "error: cannot write '" << html->getValue() << "': " << error.message()
                   << "\n";
      return BadInput;
    }
  }
  if (args.hasArg(OPT_json))
    llvm::outs() << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(*report)));
  else
    printReport(*report);
  return Done;
}

const Command tool::inspectCommand = {"inspect",
                                      "MODEL|DIR",
                                      "show which kernel runs each layer, and why",
                                      "pith inspect model.onnx --target=reference --json",
                                      InspectVis,
                                      run};
