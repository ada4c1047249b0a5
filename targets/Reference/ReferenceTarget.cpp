// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference: scalar, obvious, the oracle of all other targets.
#include "pith/Target/Lowering.h"
#include "pith/Target/Target.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;

namespace {

constexpr pith::Fusion None = pith::Fusion::None, Movement = pith::Fusion::Movement,
                       Map = pith::Fusion::Map, Decode = pith::Fusion::Decode,
                       Dynamic = pith::Fusion::Dynamic;

#define PITH_KERNEL(kernel, anchor, fusesBefore, fusesAfter, place)                                \
  constexpr llvm::StringRef kernel##Anchors[] = {anchor};
#include "targets/Reference/Kernels.def"
#undef PITH_KERNEL

// Cycles: one multiply-add after the other, since each sum has one accumulator.
#define PITH_KERNEL(kernel, anchor, fusesBefore, fusesAfter, place)                                \
  pith::KernelRow{.name = "reference." #kernel,                                                    \
                  .anchors = kernel##Anchors,                                                      \
                  .skeleton = &pith::skeletons::nest,                                              \
                  .before = fusesBefore,                                                           \
                  .after = fusesAfter,                                                             \
                  .inPlace = place,                                                                \
                  .cost = {.perAtom = 4.0}},
const pith::KernelRow rows[] = {
#include "targets/Reference/Kernels.def"
};
#undef PITH_KERNEL

constexpr llvm::StringRef supportedTriples[] = {
    "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "riscv64-unknown-linux-gnu"};

class ReferenceTarget : public pith::Target {
public:
  ReferenceTarget() {
    PassPipelineRegistration<>("pith-reference-lower", "the stage lower of the reference target",
                               [this](OpPassManager &manager) { buildLowering(manager); });
  }

  llvm::StringRef name() const override { return "reference"; }
  llvm::StringRef summary() const override {
    return "scalar code, the oracle of all other targets";
  }
  llvm::ArrayRef<pith::KernelRow> kernels() const override { return rows; }
  llvm::ArrayRef<llvm::StringRef> triples() const override { return supportedTriples; }

  void buildLowering(OpPassManager &manager) const override {
    manager.addPass(pith::createLowerKernels());
    pith::buildSharedLowering(manager);
  }

  // "native" is a fixed machine too: bits and bytes must not depend on where
  // pith runs. All three have fma and roundeven.
  pith::TargetAttr resolve(MLIRContext *context, llvm::StringRef triple, llvm::StringRef cpu,
                           llvm::StringRef features) const override {
    std::string added;
    if (cpu.empty() || cpu == "native") {
      switch (llvm::Triple(triple).getArch()) {
      case llvm::Triple::x86_64:
        cpu = "x86-64-v3";
        break;
      case llvm::Triple::aarch64:
        cpu = "generic";
        break;
      case llvm::Triple::riscv64:
        cpu = "generic-rv64";
        added = "+m,+a,+f,+d,+c,";
        break;
      default:
        mlir::emitError(UnknownLoc::get(context))
            << "unsupported: target 'reference' makes no code for the triple '" << triple << "'";
        return {};
      }
    }
    added += features;
    return pith::TargetAttr::get(context, name(), triple, cpu, llvm::StringRef(added).rtrim(','));
  }
};

} // namespace

PITH_REGISTER_TARGET(ReferenceTarget)
