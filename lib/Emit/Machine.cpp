// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LLVM's machine for a #pith.target.
#include "lib/Emit/Features.h"
#include "lib/Emit/Program.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetOptions.h"

using namespace mlir;
using namespace pith;

/// The target's features without those that nobody could check.
static std::string checkedFeatures(const llvm::Target &machines, const llvm::Triple &triple,
                                   TargetAttr target) {
  std::string features = target.getFeatures().str();
  const Architecture *architecture = findArchitecture(triple);
  if (!architecture)
    return features;
  std::unique_ptr<llvm::MCSubtargetInfo> machine(
      machines.createMCSubtargetInfo(triple, target.getCpu(), features)),
      first(machines.createMCSubtargetInfo(triple, architecture->firstCpu, ""));
  std::string unchecked = uncheckedFeatures(*machine, *first);
  std::vector<std::string> parts{features, unchecked, architecture->tuning};
  llvm::erase(parts, "");
  return llvm::join(parts, ",");
}

static void initializeLlvm() {
  static const bool once = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
    llvm::InitializeAllAsmParsers(); // the sections are module-level assembly
    return true;
  }();
  (void)once;
}

FailureOr<std::unique_ptr<llvm::TargetMachine>> pith::createMachine(TargetAttr target,
                                                                    Location loc) {
  target = target.getMachine();
  initializeLlvm();
  llvm::Triple triple(target.getTriple());
  std::string message;
  const llvm::Target *found = llvm::TargetRegistry::lookupTarget(triple, message);
  if (!found)
    return emitError(loc) << "no code generator for the triple '" << target.getTriple() << "'";
  if (!triple.isOSBinFormatELF() || !triple.isArch64Bit() || !triple.isLittleEndian())
    return emitError(loc) << "triple '" << target.getTriple()
                          << "' is not a 64-bit little-endian ELF system";
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(found->createMCSubtargetInfo(triple, "", ""));
  if (!target.getCpu().empty() && !subtarget->isCPUStringValid(target.getCpu()))
    return emitError(loc) << "'" << target.getCpu() << "' is not a CPU of "
                          << llvm::Triple::getArchTypeName(triple.getArch());

  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict; // fused only where the program says so
  options.FunctionSections = true;
  std::unique_ptr<llvm::TargetMachine> machine(found->createTargetMachine(
      triple, target.getCpu(), checkedFeatures(*found, triple, target), options, llvm::Reloc::PIC_,
      std::nullopt, llvm::CodeGenOptLevel::Aggressive));
  if (!machine)
    return emitError(loc) << "no machine for the triple '" << target.getTriple() << "'";
  return machine;
}
