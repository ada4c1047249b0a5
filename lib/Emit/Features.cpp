// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/Features.h"
#include "lib/Emit/Program.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"

using namespace mlir;
using namespace pith;

namespace {

struct Row {
  StringRef architecture;
  unsigned bit;
  const char *name;
};

constexpr Row rows[] = {
#include "runtime/FeatureTable.inc"
};

constexpr Architecture architectures[] = {
#include "runtime/Architectures.inc"
};

/// Adds what the features imply, and what that implies.
void addImplied(llvm::FeatureBitset &bits, ArrayRef<llvm::SubtargetFeatureKV> features) {
  for (llvm::FeatureBitset before; before != bits;) {
    before = bits;
    for (const llvm::SubtargetFeatureKV &feature : features)
      if (bits.test(feature.Value))
        bits |= feature.Implies.getAsBitset();
  }
}

std::string describe(TargetAttr target) { return (target.getCpu() + target.getFeatures()).str(); }

} // namespace

const Architecture *pith::findArchitecture(const llvm::Triple &triple) {
  StringRef name = llvm::Triple::getArchTypeName(triple.getArch());
  for (const Architecture &each : architectures)
    if (each.name == name)
      return &each;
  return nullptr;
}

uint64_t pith::featureBits(const llvm::MCSubtargetInfo &machine) {
  StringRef architecture = llvm::Triple::getArchTypeName(machine.getTargetTriple().getArch());
  uint64_t bits = 0;
  for (const Row &row : rows)
    if (row.architecture == architecture && machine.checkFeatures(std::string("+") + row.name))
      bits |= uint64_t(1) << row.bit;
  return bits;
}

FailureOr<uint64_t> pith::neededFeatures(TargetAttr target, Location loc) {
  auto machine = createMachine(target, loc);
  if (failed(machine))
    return failure();
  return featureBits(*(*machine)->getMCSubtargetInfo());
}

std::vector<StringRef> pith::featureNames(const llvm::Triple &triple, uint64_t bits) {
  StringRef architecture = llvm::Triple::getArchTypeName(triple.getArch());
  std::vector<StringRef> names;
  for (const Row &row : rows)
    if (row.architecture == architecture && bits >> row.bit & 1)
      names.push_back(row.name);
  return names;
}

std::string pith::uncheckedFeatures(const llvm::MCSubtargetInfo &machine,
                                    const llvm::MCSubtargetInfo &first) {
  ArrayRef<llvm::SubtargetFeatureKV> all = machine.getAllProcessorFeatures();
  StringRef architecture = llvm::Triple::getArchTypeName(machine.getTargetTriple().getArch());
  // What some CPU has; the rest tells how fast it is at what.
  llvm::FeatureBitset instructions, checked = first.getFeatureBits();
  for (const llvm::SubtargetSubTypeKV &cpu : machine.getAllProcessorDescriptions())
    instructions |= cpu.Implies.getAsBitset();
  for (const llvm::SubtargetFeatureKV &feature : all)
    if (llvm::any_of(rows, [&](const Row &row) {
          return row.architecture == architecture && StringRef(row.name) == feature.Key;
        }))
      checked.set(feature.Value);
  addImplied(instructions, all);
  addImplied(checked, all);
  std::vector<std::string> unchecked;
  for (const llvm::SubtargetFeatureKV &feature : all)
    if (machine.getFeatureBits().test(feature.Value) && instructions.test(feature.Value) &&
        !checked.test(feature.Value))
      unchecked.push_back(std::string("-") + feature.Key);
  return llvm::join(unchecked, ",");
}

LogicalResult pith::checkPreference(ArrayRef<TargetAttr> targets, Location loc) {
  SmallVector<uint64_t> needed;
  for (TargetAttr target : targets) {
    FailureOr<uint64_t> bits = neededFeatures(target, loc);
    if (failed(bits))
      return failure();
    for (auto [i, other] : llvm::enumerate(needed)) {
      if (other & ~*bits)
        continue;
      InFlightDiagnostic error = emitError(loc)
                                 << "variant '" << describe(target) << "' would never be chosen: '"
                                 << describe(targets[i])
                                 << "' stands in front of it and needs no other features";
      error.attachNote() << "the first variant that the CPU can run is taken; name the one that "
                            "needs most first";
      return failure();
    }
    needed.push_back(*bits);
  }
  return success();
}
