// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LLVM's machine for a #pith.target, and the features that it implies.
#include "lib/Emit/Program.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetOptions.h"

using namespace mlir;
using namespace pith;

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
      triple, target.getCpu(), target.getFeatures(), options, llvm::Reloc::PIC_, std::nullopt,
      llvm::CodeGenOptLevel::Aggressive));
  if (!machine)
    return emitError(loc) << "no machine for the triple '" << target.getTriple() << "'";
  return machine;
}

uint64_t pith::neededFeatures(const llvm::TargetMachine &machine) {
  static const struct {
    StringRef architecture;
    unsigned bit;
    const char *name;
  } rows[] = {
#include "runtime/FeatureTable.inc"
  };
  StringRef architecture = llvm::Triple::getArchTypeName(machine.getTargetTriple().getArch());
  uint64_t needed = 0;
  for (const auto &row : rows)
    if (row.architecture == architecture &&
        machine.getMCSubtargetInfo()->checkFeatures(std::string("+") + row.name))
      needed |= uint64_t(1) << row.bit;
  return needed;
}
