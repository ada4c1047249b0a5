// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A target with one row, to see that installed headers suffice to write one.
#include "pith/Target/Lowering.h"
#include "pith/Target/Target.h"

namespace {

constexpr llvm::StringRef anchors[] = {"pith.map"};
const pith::KernelRow rows[] = {{"tiny.map", anchors}};
constexpr llvm::StringRef supported[] = {"x86_64-unknown-linux-gnu"};

class TinyTarget : public pith::Target {
public:
  llvm::StringRef name() const override { return "tiny"; }
  llvm::ArrayRef<pith::KernelRow> kernels() const override { return rows; }
  llvm::ArrayRef<llvm::StringRef> triples() const override { return supported; }
  void buildLowering(mlir::OpPassManager &manager) const override {
    pith::buildSharedLowering(manager);
  }
  pith::TargetAttr resolve(mlir::MLIRContext *context, llvm::StringRef triple, llvm::StringRef cpu,
                           llvm::StringRef features) const override {
    return pith::TargetAttr::get(context, name(), triple, cpu, features);
  }
};

} // namespace

PITH_REGISTER_TARGET(TinyTarget)
