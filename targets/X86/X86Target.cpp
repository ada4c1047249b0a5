// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// x86-64 CPUs: the table of kernels, the CPUs and what they have.
#include "pith/Target/Lowering.h"
#include "pith/Target/Target.h"
#include "targets/X86/Passes.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/X86TargetParser.h"

using namespace mlir;
using llvm::StringRef;

namespace pith::x86 {

static constexpr Fusion Movement = Fusion::Movement, Map = Fusion::Map, Decode = Fusion::Decode,
                        Dynamic = Fusion::Dynamic;
static constexpr StringRef conv[] = {"pith.conv"}, matmul[] = {"pith.matmul"},
                           pool[] = {"pith.pool"}, reduce[] = {"pith.reduce"},
                           softmax[] = {"pith.softmax"}, norm[] = {"pith.norm"},
                           dynamicQuantize[] = {"pith.dynamic_quantize"},
                           lookup[] = {"pith.lookup"}, map[] = {"pith.map"},
                           generic[] = {"linalg.generic"};
using skeletons::nest;

#define PITH_KERNEL(row, ...) KernelRow{.name = "x86." #row, __VA_ARGS__, .cyclesPerItem = 4.0},
static const KernelRow rows[] = {
#include "targets/X86/Kernels.def"
};
#undef PITH_KERNEL

// From the least to the most capable.
static constexpr CpuVariant variants[] = {
    {"baseline", "x86-64", "", "any x86-64"},
    {"avx2", "x86-64-v3", "", "AVX2 and FMA: Haswell, Zen and later"},
    {"avxvnni", "x86-64-v3", "+avxvnni", "AVX2 with VNNI: Alder Lake, Zen 5 and later"},
    {"avx512bw", "x86-64-v4", "", "AVX-512 F, BW, CD, DQ, VL: Skylake-X and later"},
    {"avx512vnni", "x86-64-v4", "+avx512vnni", "AVX-512 with VNNI: Ice Lake, Zen 4 and later"},
};

static constexpr StringRef supportedTriples[] = {"x86_64-unknown-linux-gnu"};

/// Every feature that code for `cpu` may use, and `added` ones: "+a,+b,-c".
static std::string allFeatures(StringRef cpu, StringRef added) {
  SmallVector<StringRef> known, given;
  llvm::X86::getFeaturesForCPU(cpu, known, /*NeedPlus=*/true);
  added.split(given, ',', -1, /*KeepEmpty=*/false);
  SmallVector<std::string> result;
  for (StringRef feature : known)
    if (!llvm::is_contained(given, ("-" + feature.drop_front()).str()))
      result.push_back(feature.str());
  llvm::sort(result);
  for (StringRef feature : given)
    if (!llvm::is_contained(result, feature))
      result.push_back(feature.str());
  return llvm::join(result, ",");
}

static bool has(StringRef features, StringRef feature) {
  SmallVector<StringRef> list;
  features.split(list, ',');
  return llvm::is_contained(list, feature);
}

/// The most capable variant that this machine runs.
static const CpuVariant &hostVariant() {
  llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  const CpuVariant *best = &variants[0];
  for (const CpuVariant &variant : variants) {
    SmallVector<StringRef> needed;
    std::string features = allFeatures(variant.cpu, variant.features);
    StringRef(features).split(needed, ',');
    if (llvm::all_of(needed, [&](StringRef feature) {
          // What every x86-64 CPU has is not listed.
          auto found = host.find(feature.drop_front());
          return found == host.end() || found->second;
        }))
      best = &variant;
  }
  return *best;
}

namespace {
class X86Target : public Target {
public:
  StringRef name() const override { return "x86"; }
  StringRef summary() const override { return "x86-64 CPUs, with or without AVX2, AVX-512, VNNI"; }
  llvm::ArrayRef<KernelRow> kernels() const override { return rows; }
  void registerPasses() const override { registerX86Passes(); }
  llvm::ArrayRef<StringRef> triples() const override { return supportedTriples; }
  llvm::ArrayRef<CpuVariant> variants() const override { return x86::variants; }

  VectorUnit vectorUnit(TargetAttr target) const override {
    if (has(target.getFeatures(), "+avx512vl"))
      return {512, 32};
    if (has(target.getFeatures(), "+avx2"))
      return {256, 16};
    return {128, 16};
  }

  void buildLowering(OpPassManager &manager) const override {
    manager.addPass(createLowerKernels());
    manager.addPass(createLowerAtoms());
    buildSharedLowering(manager);
  }

  TargetAttr resolve(MLIRContext *context, StringRef triple, StringRef cpu,
                     StringRef features) const override {
    std::string added;
    if (cpu.empty() || cpu == "native")
      cpu = hostVariant().name;
    for (const CpuVariant &variant : x86::variants)
      if (cpu == variant.name) {
        cpu = variant.cpu;
        added = variant.features.str();
        break;
      }
    SmallVector<StringRef> known;
    llvm::X86::fillValidCPUArchList(known, /*Only64Bit=*/true);
    if (!llvm::is_contained(known, cpu))
      return {};
    if (!features.empty())
      added += (added.empty() ? "" : ",") + features.str();
    return TargetAttr::get(context, name(), triple, cpu, allFeatures(cpu, added));
  }
};
} // namespace
} // namespace pith::x86

PITH_REGISTER_TARGET(x86::X86Target)
