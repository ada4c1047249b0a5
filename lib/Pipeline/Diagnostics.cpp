// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Pipeline/Diagnostics.h"
#include "mlir/IR/Location.h"

using namespace mlir;
using namespace pith;

/// The place in words: the file for text, the node for imported operations.
static std::string placeOf(Location location) {
  std::string place;
  llvm::raw_string_ostream os(place);
  if (auto fused = dyn_cast<FusedLoc>(location)) {
    for (Location part : fused.getLocations())
      if (std::string text = placeOf(part); !text.empty())
        return text;
  } else if (auto call = dyn_cast<CallSiteLoc>(location)) {
    return placeOf(call.getCallee());
  } else if (auto name = dyn_cast<NameLoc>(location)) {
    os << "node '" << name.getName().getValue() << "'";
  } else if (auto file = dyn_cast<FileLineColLoc>(location)) {
    os << file.getFilename().getValue();
    if (file.getLine())
      os << ":" << file.getLine() << ":" << file.getColumn();
  }
  return place;
}

static llvm::StringRef severityWord(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Note:
    return "note";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Remark:
    return "remark";
  }
  return "error";
}

Diagnostics::Diagnostics(MLIRContext *context, Echo echo)
    : echo(std::move(echo)), handler(context, [this](Diagnostic &diagnostic) {
        std::lock_guard<std::mutex> lock(mutex);
        add(diagnostic, false);
        for (Diagnostic &note : diagnostic.getNotes())
          add(note, true);
      }) {}

void Diagnostics::add(Diagnostic &diagnostic, bool note) {
  std::string message = diagnostic.str();
  std::string place = note ? "" : placeOf(diagnostic.getLocation());
  // Importers name the node and its operator themselves.
  if (!place.empty() && !llvm::StringRef(message).starts_with("node '"))
    message = place + ": " + message;
  if (echo)
    echo(severityWord(diagnostic.getSeverity()), message);
  collected.push_back({diagnostic.getSeverity(), std::move(message)});
}

llvm::StringRef Diagnostics::firstError() const {
  for (const Line &line : collected)
    if (line.severity == DiagnosticSeverity::Error)
      return line.text;
  return "";
}

bool Diagnostics::unsupported() const {
  return llvm::any_of(collected, [](const Line &line) {
    llvm::StringRef text = line.text;
    return line.severity == DiagnosticSeverity::Error &&
           (text.contains("unsupported") || text.contains("not supported"));
  });
}
