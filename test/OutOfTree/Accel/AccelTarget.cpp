// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The coprocessor: two rows, a scratchpad, a driver. The reference target's
// machine calls it and runs everything else.
#include "AccelDialect.h"
#include "Passes.h"
#include "Product.h"
#include "accel.h"
#include "pith/Target/ModuleTarget.h"

using namespace mlir;

namespace {

/// Why the coprocessor does not compute a group: its anchor is all it takes.
std::string refuses(pith::GroupOp group) {
  for (Operation &op : group.getBody().front())
    if (isa<pith::ConvOp, pith::MatmulOp>(op)) {
      accel::Product product;
      return accel::Product::read(&op, product);
    }
  return "not a product";
}

#define PITH_KERNEL(kernel, anchor) constexpr llvm::StringRef kernel##Anchors[] = {anchor};
#include "Kernels.def"
#undef PITH_KERNEL

#define PITH_KERNEL(kernel, anchor)                                                                \
  pith::KernelRow{.name = "accel." #kernel,                                                        \
                  .anchors = kernel##Anchors,                                                      \
                  .atom = {"multiply", 64, 16},                                                    \
                  .refuses = refuses},
const pith::KernelRow rows[] = {
#include "Kernels.def"
};
#undef PITH_KERNEL

constexpr llvm::StringLiteral hostName = "reference";
constexpr pith::MemorySpace spaces[] = {{1, "scratchpad", ACCEL_SCRATCHPAD, ACCEL_ALIGNMENT}};

constexpr char header[] = {
#include "accel.h.inc"
};
constexpr char simulator[] = {
#include "accel_sim.c.inc"
};
const pith::RuntimeFile files[] = {{"accel.h", {header, sizeof header}},
                                   {"accel_sim.c", {simulator, sizeof simulator}}};

class AccelTarget : public pith::Target {
public:
  ~AccelTarget() override { accel_driver_destroy(device); }

  llvm::StringRef name() const override { return "accel"; }
  llvm::StringRef summary() const override {
    return "a simulated coprocessor for products of 8-bit integers";
  }
  llvm::ArrayRef<pith::KernelRow> kernels() const override { return rows; }
  llvm::StringRef host() const override { return hostName; }
  llvm::ArrayRef<pith::MemorySpace> memorySpaces() const override { return spaces; }
  llvm::ArrayRef<pith::RuntimeFile> runtimeFiles() const override { return files; }
  const pith_driver *driver() const override { return device; }

  void registerDialects(DialectRegistry &registry) const override {
    registry.insert<accel::AccelDialect>();
  }
  void registerPasses() const override { accel::registerAccelPasses(); }

  void buildTiling(OpPassManager &manager) const override {
    manager.addPass(accel::createTileKernels());
  }
  void buildLowering(OpPassManager &manager) const override {
    manager.addPass(accel::createEncodeKernels());
    pith::hostOf(*this)->buildLowering(manager);
  }

  // The host's machine is all there is to choose.
  llvm::ArrayRef<llvm::StringRef> triples() const override {
    const Target *host = pith::hostOf(*this);
    return host ? host->triples() : llvm::ArrayRef<llvm::StringRef>();
  }
  pith::TargetAttr resolve(MLIRContext *context, llvm::StringRef triple, llvm::StringRef cpu,
                           llvm::StringRef features) const override {
    const Target *known = pith::hostOf(*this);
    pith::TargetAttr machine = known ? known->resolve(context, triple, cpu, features) : nullptr;
    return machine ? pith::TargetAttr::get(context, name(), "", "", "", machine) : machine;
  }

private:
  pith_driver *device = accel_driver_create();
};

} // namespace

PITH_REGISTER_TARGET(AccelTarget)
