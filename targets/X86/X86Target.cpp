// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// x86-64 CPUs: the table of kernels, and what code generation asks.
#include "pith/Kernels/Sparse.h"
#include "pith/Target/Lowering.h"
#include "pith/Target/Target.h"
#include "targets/X86/Cpus.h"
#include "targets/X86/Passes.h"

using namespace mlir;
using llvm::StringRef;

namespace pith::x86 {

static constexpr Fusion Movement = Fusion::Movement, Map = Fusion::Map, Decode = Fusion::Decode,
                        Dynamic = Fusion::Dynamic;
static constexpr StringRef products[] = {"pith.conv", "pith.matmul"}, conv[] = {"pith.conv"},
                           matmul[] = {"pith.matmul"}, pool[] = {"pith.pool"},
                           reduce[] = {"pith.reduce"}, softmax[] = {"pith.softmax"},
                           norm[] = {"pith.norm"}, dynamicQuantize[] = {"pith.dynamic_quantize"},
                           map[] = {"pith.map"}, frames[] = {"pith.frame"},
                           generic[] = {"linalg.generic"};
using skeletons::depthwise, skeletons::elements, skeletons::frame, skeletons::nest,
    skeletons::pairs, skeletons::product, skeletons::sparse, skeletons::taps, skeletons::turn;

// Of 32 registers, and of 16: sums, a vector of weights for each column, one of
// the left side, one for a product where the sum is an instruction of its own, and
// one to spare: 4 x 3 of 16 registers is half as fast.
static constexpr Tile of32[] = {{6, 4}, {9, 3}, {14, 2}, {28, 1}},
                      of16[] = {{6, 2}, {5, 2}, {3, 3}, {12, 1}},
                      of16Separate[] = {{3, 3}, {4, 2}, {12, 1}};
// The same with packed weights: their bytes, and what makes numbers of them.
static constexpr Tile of32Bytes[] = {{5, 4}, {8, 2}, {16, 1}},
                      of32Unpacked[] = {{4, 4}, {6, 3}, {8, 2}, {16, 1}},
                      of16Unpacked[] = {{3, 2}, {2, 2}, {6, 1}},
                      of16Blocks[] = {{3, 2}, {2, 2}, {6, 1}};
// Vectors of pixels, and of channels: beside the sums four vectors of weights, one
// of codes, one of their products, and ones.
static constexpr Tile vectorsOf16[] = {{8, 2}, {7, 2}, {6, 2}, {4, 2}, {2, 2}};
static constexpr Number U8 = Number::U8, S8 = Number::S8, S4 = Number::S4, S16 = Number::S16,
                        S32 = Number::S32, F32 = Number::F32, BF16 = Number::BF16;
static constexpr Cost lanes{.perAtom = 1.0}, scalar{.perAtom = 4.0};

#define PITH_KERNEL(row, ...) KernelRow{.name = "x86." #row, __VA_ARGS__},
static const KernelRow rows[] = {
#include "targets/X86/Kernels.def"
};
#undef PITH_KERNEL

static constexpr StringRef supportedTriples[] = {"x86_64-unknown-linux-gnu"};

namespace {
class X86Target : public Target {
public:
  X86Target() {
    PassPipelineRegistration<>("pith-x86-lower", "the stage lower of the x86 target",
                               [this](OpPassManager &manager) { buildLowering(manager); });
  }

  StringRef name() const override { return "x86"; }
  StringRef summary() const override { return "x86-64 CPUs, with or without AVX2, AVX-512, VNNI"; }
  llvm::ArrayRef<KernelRow> kernels() const override { return rows; }
  void registerPasses() const override { registerX86Passes(); }
  llvm::ArrayRef<StringRef> triples() const override { return supportedTriples; }
  llvm::ArrayRef<CpuVariant> variants() const override { return cpuVariants(); }

  VectorUnit vectorUnit(TargetAttr target) const override {
    bool lookups = hasFeature(target, "+ssse3");
    if (hasFeature(target, "+avx512vl"))
      return {.bits = 512, .registers = 32, .lookups = lookups};
    if (hasFeature(target, "+avx2"))
      return {.bits = 256, .registers = 16, .lookups = lookups};
    return {.bits = 128, .registers = 16, .lookups = lookups};
  }

  Primitives primitives(TargetAttr target) const override {
    return {.fma = hasFeature(target, "+fma"),
            .rounding = hasFeature(target, "+sse4.1"),
            .half = hasFeature(target, "+f16c"),
            .ldexp = hasFeature(target, "+avx512vl") ? scaleByPower : nullptr};
  }

  void buildLowering(OpPassManager &manager) const override {
    manager.addPass(createLowerKernels());
    manager.addPass(createLowerAtoms());
    buildSharedLowering(manager);
  }

  TargetAttr resolve(MLIRContext *context, StringRef triple, StringRef cpu,
                     StringRef features) const override {
    return resolveCpu(context, name(), triple, cpu, features);
  }
};
} // namespace
} // namespace pith::x86

PITH_REGISTER_TARGET(x86::X86Target)
