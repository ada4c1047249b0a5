// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/X86/Cpus.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/TargetParser/X86TargetParser.h"
#include <map>
#include <set>

using namespace mlir;
using llvm::StringRef;

namespace pith::x86 {

static constexpr CpuVariant variants[] = {
    {"baseline", "x86-64", "", "any x86-64"},
    {"avx2", "x86-64-v3", "", "AVX2 and FMA: Haswell, Zen and later"},
    {"avxvnni", "x86-64-v3", "+avxvnni", "AVX2 with VNNI: Alder Lake, Zen 5 and later"},
    {"avx512bw", "x86-64-v4", "", "AVX-512 F, BW, CD, DQ, VL: Skylake-X and later"},
    {"avx512vnni", "x86-64-v4", "+avx512vnni", "AVX-512 with VNNI: Ice Lake, Zen 4 and later"},
};

llvm::ArrayRef<CpuVariant> cpuVariants() { return variants; }

/// Names of features that are on, or were turned off, in alphabetical order.
using Features = std::map<std::string, bool>;

static llvm::SmallVector<StringRef> cpuNames() {
  llvm::SmallVector<StringRef> names;
  llvm::X86::fillValidCPUArchList(names, /*Only64Bit=*/true);
  llvm::sort(names);
  return names;
}

static llvm::SmallVector<StringRef> featuresOf(StringRef cpu) {
  llvm::SmallVector<StringRef> names;
  llvm::X86::getFeaturesForCPU(cpu, names);
  return names;
}

/// Every feature that some CPU has.
static std::set<std::string> knownFeatures() {
  std::set<std::string> known;
  for (StringRef cpu : cpuNames())
    for (StringRef feature : featuresOf(cpu))
      known.insert(feature.str());
  return known;
}

/// What `cpu` has, changed by "+a,-b" in this order: what `a` implies comes with
/// it, and what implies `b` goes with that. An error message, or "".
static std::string collect(StringRef cpu, StringRef changes, Features &features) {
  llvm::StringMap<bool> all;
  for (StringRef feature : featuresOf(cpu)) {
    llvm::X86::updateImpliedFeatures(feature, true, all); // LLVM's lists omit some
    all[feature] = true;
  }
  llvm::StringMap<bool> own = all; // what is off without having been on is left out
  llvm::SmallVector<StringRef> list;
  changes.split(list, ',', -1, /*KeepEmpty=*/false);
  std::set<std::string> known;
  if (!list.empty())
    known = knownFeatures();
  for (StringRef change : list) {
    bool on = change.starts_with("+");
    StringRef name = change.drop_front();
    if (!on && !change.starts_with("-"))
      return ("expected + or - in front of feature '" + change + "'").str();
    if (!known.count(name.str()))
      return ("has no feature '" + name + "'; it has " + llvm::join(known, ", ")).str();
    llvm::X86::updateImpliedFeatures(name, on, all);
    all[name] = own[name] = on;
    for (const auto &[implied, state] : all)
      if (state)
        own[implied] = true;
  }
  for (const auto &[name, on] : all)
    if (on || own.count(name))
      features[name.str()] = on;
  return "";
}

/// "+a,+b,-c": code generators go from left to right, and what is off implies
/// nothing that is on.
static std::string spell(const Features &features) {
  llvm::SmallVector<std::string> parts;
  for (bool on : {true, false})
    for (const auto &[name, state] : features)
      if (state == on)
        parts.push_back((on ? "+" : "-") + name);
  return llvm::join(parts, ",");
}

/// The most capable variant that this machine runs; null: it is another kind of
/// machine.
static const CpuVariant *hostVariant() {
  if (llvm::Triple(llvm::sys::getProcessTriple()).getArch() != llvm::Triple::x86_64)
    return nullptr;
  llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  llvm::SmallVector<StringRef> everywhere = featuresOf(variants[0].cpu);
  const CpuVariant *best = &variants[0];
  for (const CpuVariant &variant : variants) {
    Features needed;
    (void)collect(variant.cpu, variant.features, needed);
    if (llvm::all_of(needed, [&](const auto &feature) {
          return llvm::is_contained(everywhere, feature.first) || host.lookup(feature.first);
        }))
      best = &variant;
  }
  return best;
}

TargetAttr resolveCpu(MLIRContext *context, StringRef target, StringRef triple, StringRef cpu,
                      StringRef features) {
  auto refuse = [&](const llvm::Twine &message, const llvm::Twine &note) -> TargetAttr {
    InFlightDiagnostic diagnostic = emitError(UnknownLoc::get(context));
    diagnostic << "unsupported: target '" << target << "' " << message;
    if (!note.isTriviallyEmpty())
      diagnostic.attachNote() << note;
    return {};
  };
  if (llvm::Triple(triple).getArch() != llvm::Triple::x86_64)
    return refuse("makes no code for the triple '" + triple + "'",
                  "give --triple=x86_64-unknown-linux-gnu, or another target");
  if (cpu.empty() || cpu == "native") {
    const CpuVariant *host = hostVariant();
    if (!host)
      return refuse("does not run on this machine, which 'native' stands for",
                    "give one of its CPUs by --cpu");
    cpu = host->name;
  }
  std::string changes;
  const CpuVariant *variant =
      llvm::find_if(variants, [&](const CpuVariant &each) { return each.name == cpu; });
  StringRef machine = variant == std::end(variants) ? cpu : variant->cpu;
  if (variant != std::end(variants))
    changes = variant->features.str() + ",";
  llvm::SmallVector<StringRef> names = cpuNames(), own;
  if (!llvm::is_contained(names, machine)) {
    for (const CpuVariant &each : variants)
      own.push_back(each.name);
    return refuse("has no CPU '" + cpu + "' for '" + triple + "'",
                  "it has native, " + llvm::join(own, ", ") + ", and by their names in LLVM " +
                      llvm::join(names, ", "));
  }
  Features result;
  if (std::string problem = collect(machine, changes + features.str(), result); !problem.empty())
    return refuse(problem, "");
  return TargetAttr::get(context, target, triple, machine, spell(result));
}

bool hasFeature(TargetAttr target, StringRef feature) {
  llvm::SmallVector<StringRef> list;
  target.getFeatures().split(list, ',');
  return llvm::is_contained(list, feature);
}

} // namespace pith::x86
