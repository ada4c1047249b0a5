// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pith targets: what can be compiled for, and which kernels are there.
#include "pith/Target/Host.h"
#include "tools/pith/Precisions.h"
#include "tools/pith/Session.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace pith;
using namespace pith::tool;

static llvm::json::Object describe(const KernelRow &row) {
  llvm::json::Array anchors, tiles;
  for (llvm::StringRef anchor : row.anchors)
    anchors.push_back(anchor);
  for (Tile tile : row.tiles)
    tiles.push_back(llvm::json::Array{tile.rows, tile.columns});
  return llvm::json::Object{{"name", row.name},
                            {"anchors", std::move(anchors)},
                            {"skeleton", row.skeleton ? row.skeleton->name : ""},
                            {"lhs", name(row.lhs)},
                            {"rhs", name(row.rhs)},
                            {"sum", name(row.sum)},
                            {"needs", row.needs},
                            {"atom", llvm::json::Object{{"instruction", row.atom.instruction},
                                                        {"lanes", row.atom.lanes},
                                                        {"products", row.atom.products}}},
                            {"tiles", std::move(tiles)},
                            {"fuses_before", name(row.before)},
                            {"fuses_after", name(row.after)},
                            {"in_place", row.inPlace},
                            {"sparsity", name(row.sparsity)},
                            {"exact", name(row.exact)},
                            {"cost", llvm::json::Object{{"per_atom", row.cost.perAtom},
                                                        {"per_load", row.cost.perLoad},
                                                        {"fixed", row.cost.fixed}}}};
}

/// The CPU that the command line names, else those that the target names, else
/// the default one. Empty after an error.
static std::vector<Cpu> cpusOf(const Target &target, const Args &args, mlir::MLIRContext *context) {
  llvm::StringRef asked = args.getLastArgValue(OPT_cpu),
                  features = args.getLastArgValue(OPT_features);
  std::vector<Cpu> cpus;
  if (asked.empty() && features.empty())
    for (const CpuVariant &variant : target.variants())
      cpus.push_back({variant.name.str(), variant.summary.str(), {}});
  if (cpus.empty())
    cpus.push_back({asked.empty() ? "native" : asked.str(), features.str(), {}});
  for (Cpu &cpu : cpus)
    if (!(cpu.machine = target.resolve(context, target.triples().front(), cpu.name, features)))
      return {};
  return cpus;
}

static llvm::json::Object describe(const Target &target, llvm::ArrayRef<Cpu> cpus) {
  llvm::json::Array triples, variants, kernels;
  for (llvm::StringRef triple : target.triples())
    triples.push_back(triple);
  for (const Cpu &cpu : cpus)
    variants.push_back(llvm::json::Object{{"name", cpu.name},
                                          {"cpu", cpu.machine.getMachine().getCpu()},
                                          {"features", cpu.machine.getMachine().getFeatures()},
                                          {"summary", cpu.summary},
                                          {"runs_here", runsHere(cpu.machine)},
                                          {"precisions", describePrecisions(target, cpu)}});
  for (const KernelRow &row : target.kernels())
    kernels.push_back(describe(row));
  return llvm::json::Object{{"name", target.name()},       {"summary", target.summary()},
                            {"host", target.host()},       {"triples", std::move(triples)},
                            {"cpus", std::move(variants)}, {"kernels", std::move(kernels)}};
}

/// One line: name and anchors, then the columns that say something.
static void print(const KernelRow &row) {
  llvm::raw_ostream &os = llvm::outs();
  llvm::SmallVector<std::string> columns;
  if (row.skeleton)
    columns.push_back("skeleton " + row.skeleton->name.str());
  if (row.lhs != Number::Any || row.rhs != Number::Any)
    columns.push_back((name(row.lhs) + " x " + name(row.rhs) +
                       (row.sum == Number::Any ? "" : " -> ") + name(row.sum))
                          .str());
  if (!row.atom.instruction.empty())
    columns.push_back(
        llvm::formatv("{0} {1} x {2}", row.atom.instruction, row.atom.lanes, row.atom.products));
  llvm::SmallVector<std::string> tiles;
  for (Tile tile : row.tiles)
    tiles.push_back(llvm::formatv("{0}x{1}", tile.rows, tile.columns));
  if (!tiles.empty())
    columns.push_back("tiles " + llvm::join(tiles, " "));
  if (row.before != Fusion::None)
    columns.push_back("before: " + name(row.before));
  if (row.after != Fusion::None)
    columns.push_back("behind: " + name(row.after));
  if (row.inPlace)
    columns.push_back("in place");
  if (row.sparsity != Sparsity::Dense)
    columns.push_back(name(row.sparsity).str());
  columns.push_back(row.exact == Exactness::Yes        ? "exact"
                    : row.exact == Exactness::IfProved ? "exact if proved"
                                                       : "not exact");
  if (!row.needs.empty())
    columns.push_back("needs " + row.needs.str());
  columns.push_back(llvm::formatv("cost {0}/atom", row.cost.perAtom));
  os << "  kernel " << llvm::left_justify(row.name, 24)
     << llvm::left_justify(llvm::join(row.anchors, " "), 24) << llvm::join(columns, "; ") << "\n";
}

static void printTable(const Target &target, llvm::ArrayRef<Cpu> cpus) {
  llvm::raw_ostream &os = llvm::outs();
  os << target.name() << ": " << target.summary()
     << "\n  triples: " << llvm::join(target.triples(), ", ") << "\n";
  if (!target.host().empty())
    os << "  host " << llvm::left_justify(target.host(), 24) << "runs what no kernel below takes\n";
  for (const Cpu &cpu : cpus) {
    os << "  cpu " << llvm::left_justify(cpu.name, 16) << cpu.summary
       << (runsHere(cpu.machine) ? "" : "; not this machine") << "\n";
    printPrecisions(target, cpu);
  }
  for (const KernelRow &row : target.kernels())
    print(row);
}

static int run(const Args &args) {
  llvm::StringRef wanted = args.getLastArgValue(OPT_target);
  llvm::StringRef required = args.getLastArgValue(OPT_require);
  const TargetRegistry &registry = TargetRegistry::global();
  if (!wanted.empty() && !registry.lookup(wanted))
    return usageError("unknown target '" + wanted + "'; 'pith targets' lists them");
  for (OptionId option : {OPT_cpu, OPT_features, OPT_require})
    if (args.hasArg(option) && wanted.empty())
      return usageError("expected --target=T beside --cpu, --features and --require");
  Session session(/*threading=*/false);
  session.context().loadDialect<PithDialect>(); // machines are its attributes
  llvm::json::Array list;
  for (const std::unique_ptr<Target> &target : registry.targets()) {
    if (!wanted.empty() && target->name() != wanted)
      continue;
    std::vector<Cpu> cpus = cpusOf(*target, args, &session.context());
    if (cpus.empty())
      return session.failureCode();
    if (!required.empty()) {
      int code = Done;
      for (const Cpu &cpu : cpus)
        code = std::max(code, requirePrecisions(*target, cpu, required, args.hasArg(OPT_fallback)));
      return code;
    }
    if (args.hasArg(OPT_json))
      list.push_back(describe(*target, cpus));
    else
      printTable(*target, cpus);
  }
  if (args.hasArg(OPT_json))
    llvm::outs() << llvm::formatv("{0:2}", llvm::json::Value(std::move(list))) << "\n";
  return Done;
}

const Command tool::targetsCommand = {
    "targets",
    "",
    "list targets, their CPUs and kernels, and what they have for a precision",
    "pith targets --target=reference --require=int8,int4",
    TargetsVis,
    run};
