// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pith inspect: what is in a model, and which kernel runs each layer.
#include "pith/Pipeline/Load.h"
#include "pith/Pipeline/Report.h"
#include "tools/pith/Session.h"
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

static void printTable(const Object &report) {
  llvm::raw_ostream &os = llvm::outs();
  const Array &nodes = *report.getArray("nodes");
  size_t name = 4, kernel = 6;
  for (const llvm::json::Value &node : nodes) {
    name = std::max(name, shorten(text(*node.getAsObject(), "name")).size());
    kernel = std::max(kernel, text(*node.getAsObject(), "kernel").size());
  }
  auto row = [&](llvm::StringRef a, llvm::StringRef b, llvm::StringRef c, llvm::StringRef d,
                 llvm::StringRef e) {
    os << llvm::left_justify(a, name + 2) << llvm::left_justify(b, 12) << llvm::left_justify(c, 8)
       << llvm::left_justify(d, kernel + 2) << e << "\n";
  };
  row("node", "operator", "type", "kernel", "exactness");
  for (const llvm::json::Value &value : nodes) {
    const Object &node = *value.getAsObject();
    row(shorten(text(node, "name")), text(node, "op"), text(node, "precision"),
        text(node, "kernel"), text(node, "exactness"));
  }
  os << "arena " << report.getInteger("arena_bytes").value_or(0) << " bytes";
  if (std::optional<int64_t> bound = report.getInteger("arena_lower_bound"))
    os << " (lower bound " << *bound << ")";
  os << ", " << nodes.size() << " kernel calls\n";
  if (const Array *surviving = report.getArray("surviving_qdq"); surviving && !surviving->empty())
    os << surviving->size() << " quantize and dequantize operators run as such\n";
}

/// What the manifest of a bundle still knows.
static std::optional<Object> reportOfBundle(llvm::StringRef folder, Session &session) {
  MLIRContext *context = &session.context();
  auto model = LoadedModel::fromBundle(folder, FileLineColLoc::get(context, folder, 0, 0));
  if (failed(model))
    return std::nullopt;
  auto manifest = llvm::json::parse((*model)->manifest());
  const Object *root = manifest ? manifest->getAsObject() : nullptr;
  const Array *layers = root ? root->getArray("layers") : nullptr;
  if (!manifest)
    llvm::consumeError(manifest.takeError());
  if (!layers) {
    llvm::errs() << "error: " << folder << ": expected a manifest with layers\n";
    return std::nullopt;
  }
  Array nodes;
  for (const llvm::json::Value &value : *layers)
    if (const Object *layer = value.getAsObject())
      nodes.push_back(Object{{"name", text(*layer, "name")},
                             {"op", text(*layer, "op")},
                             {"precision", text(*layer, "precision")},
                             {"kernel", text(*layer, "row")},
                             {"exactness", text(*layer, "exactness")},
                             {"why_not", Array()}});
  return Object{{"model", (*model)->name()},
                {"arena_bytes", int64_t((*model)->arenaBytes())},
                {"arena_lower_bound", nullptr},
                {"nodes", std::move(nodes)},
                {"surviving_qdq", Array()}};
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
    printTable(*report);
  return Done;
}

const Command tool::inspectCommand = {"inspect",
                                      "MODEL|DIR",
                                      "show which kernel runs each layer, and why",
                                      "pith inspect model.onnx --target=reference --json",
                                      InspectVis,
                                      run};
