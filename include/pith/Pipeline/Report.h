// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What became of a model: which kernel runs each node, and why.
#ifndef PITH_PIPELINE_REPORT_H
#define PITH_PIPELINE_REPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/JSON.h"

namespace pith {

/// Describes a module that has completed schedule. The keys are part of the
/// command line's contract (DESIGN §10, inspect). Of several variants the
/// preferred one is described, with the arena that is enough for all; `variants`
/// has such a description of each, with its name.
llvm::json::Object makeReport(mlir::ModuleOp scheduled);

/// What a node of a report does: "integer" or "float" computation, "movement",
/// or nothing but "quantization".
llvm::StringRef kindOf(const llvm::json::Object &node);

/// How many nodes of a report are of each kind.
llvm::json::Object summarize(const llvm::json::Array &nodes);

/// The same on one page that needs no other file.
std::string renderHtml(const llvm::json::Object &report);

} // namespace pith

#endif
