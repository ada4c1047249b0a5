// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pith targets: what can be compiled for, and which kernels are there.
#include "tools/pith/Options.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace pith;
using namespace pith::tool;

static llvm::json::Object describe(const Target &target) {
  llvm::json::Array triples, variants, kernels;
  for (llvm::StringRef triple : target.triples())
    triples.push_back(triple);
  for (const CpuVariant &variant : target.variants())
    variants.push_back(llvm::json::Object{{"name", variant.name},
                                          {"cpu", variant.cpu},
                                          {"features", variant.features},
                                          {"summary", variant.summary}});
  for (const KernelRow &row : target.kernels()) {
    llvm::json::Array anchors;
    for (llvm::StringRef anchor : row.anchors)
      anchors.push_back(anchor);
    kernels.push_back(llvm::json::Object{{"name", row.name},
                                         {"anchors", std::move(anchors)},
                                         {"needs", row.needs},
                                         {"exact", row.exact},
                                         {"cycles_per_item", row.cyclesPerItem}});
  }
  return llvm::json::Object{{"name", target.name()},
                            {"summary", target.summary()},
                            {"triples", std::move(triples)},
                            {"cpus", std::move(variants)},
                            {"kernels", std::move(kernels)}};
}

static void printTable(const Target &target) {
  llvm::raw_ostream &os = llvm::outs();
  os << target.name() << ": " << target.summary()
     << "\n  triples: " << llvm::join(target.triples(), ", ") << "\n";
  for (const CpuVariant &variant : target.variants())
    os << "  cpu " << llvm::left_justify(variant.name, 16) << variant.summary << "\n";
  for (const KernelRow &row : target.kernels())
    os << "  kernel " << llvm::left_justify(row.name, 24)
       << llvm::left_justify(llvm::join(row.anchors, " "), 32)
       << (row.exact ? "exact" : "not exact") << (row.needs.empty() ? "" : ", needs ") << row.needs
       << "\n";
}

static int run(const Args &args) {
  llvm::StringRef wanted = args.getLastArgValue(OPT_target);
  const TargetRegistry &registry = TargetRegistry::global();
  if (!wanted.empty() && !registry.lookup(wanted))
    return usageError("unknown target '" + wanted + "'; 'pith targets' lists them");
  llvm::json::Array list;
  for (const std::unique_ptr<Target> &target : registry.targets()) {
    if (!wanted.empty() && target->name() != wanted)
      continue;
    if (args.hasArg(OPT_json))
      list.push_back(describe(*target));
    else
      printTable(*target);
  }
  if (args.hasArg(OPT_json))
    llvm::outs() << llvm::formatv("{0:2}", llvm::json::Value(std::move(list))) << "\n";
  return Done;
}

const Command tool::targetsCommand = {"targets",
                                      "",
                                      "list targets, their CPUs and kernels",
                                      "pith targets --target=reference --json",
                                      TargetsVis,
                                      run};
