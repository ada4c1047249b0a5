// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Kernels/External.h"
#include "pith/Target/ModuleTarget.h"

using namespace pith;

void TargetRegistry::add(std::unique_ptr<Target> target) { list.push_back(std::move(target)); }

void TargetRegistry::take(TargetRegistry &&other) {
  for (std::unique_ptr<Target> &target : other.list)
    list.push_back(std::move(target));
  other.list.clear();
}

const Target *TargetRegistry::lookup(llvm::StringRef name) const {
  for (const std::unique_ptr<Target> &target : list)
    if (target->name() == name)
      return target.get();
  return nullptr;
}

const KernelRow *TargetRegistry::lookupRow(llvm::StringRef name) const {
  for (const std::unique_ptr<Target> &target : list)
    for (const KernelRow &row : target->kernels())
      if (row.name == name)
        return &row;
  for (const KernelRow &row : sharedRows())
    if (row.name == name)
      return &row;
  return nullptr;
}

const Target *pith::findTarget(mlir::ModuleOp module) {
  auto attribute = module->getAttrOfType<TargetAttr>(targetAttrName);
  return attribute ? TargetRegistry::global().lookup(attribute.getName()) : nullptr;
}

const Target *pith::requireTarget(mlir::ModuleOp module) {
  const Target *target = findTarget(module);
  if (!target) {
    mlir::InFlightDiagnostic error =
        module.emitError("expected the attribute 'pith.target' with the name of a known target");
    if (module->hasAttr(targetsAttrName))
      error.attachNote() << "'pith-split-variants' makes a module for each of several targets";
    return nullptr;
  }
  auto host = module->getAttrOfType<TargetAttr>(targetAttrName).getHost();
  if (target->host() == (host ? host.getName() : "") && (!host || hostOf(*target)))
    return target;
  module.emitError() << "expected the host of target '" << target->name() << "' to be '"
                     << target->host() << "', a known target, got '" << (host ? host.getName() : "")
                     << "'";
  return nullptr;
}

const Target *pith::hostOf(const Target &target) {
  return target.host().empty() ? nullptr : TargetRegistry::global().lookup(target.host());
}

const Target &pith::machineOf(const Target &target) {
  const Target *host = hostOf(target);
  return host ? *host : target;
}

llvm::SmallVector<KernelRow> pith::rowsOf(const Target &target) {
  llvm::SmallVector<KernelRow> rows(target.kernels());
  if (const Target *host = hostOf(target))
    llvm::append_range(rows, host->kernels());
  llvm::append_range(rows, sharedRows());
  return rows;
}

TargetRegistry &TargetRegistry::global() {
  static TargetRegistry registry;
  return registry;
}
