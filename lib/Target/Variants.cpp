// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Modules with several variants of one program, or with the program for several shapes.
#include "dialects/Pith/PithOps.h"
#include "pith/Target/ModuleTarget.h"

using namespace mlir;
using namespace pith;

SmallVector<TargetAttr> pith::targetsOf(ModuleOp module) {
  if (auto target = module->getAttrOfType<TargetAttr>(targetAttrName))
    return {target};
  auto list = module->getAttrOfType<ArrayAttr>(targetsAttrName);
  return list ? llvm::to_vector(list.getAsRange<TargetAttr>()) : SmallVector<TargetAttr>();
}

void pith::setTargets(ModuleOp module, ArrayRef<TargetAttr> targets) {
  module->removeAttr(targetAttrName);
  module->removeAttr(targetsAttrName);
  if (targets.size() == 1)
    module->setAttr(targetAttrName, targets.front());
  else
    module->setAttr(targetsAttrName,
                    ArrayAttr::get(module.getContext(),
                                   SmallVector<Attribute>(targets.begin(), targets.end())));
}

FailureOr<SmallVector<ModuleOp>> pith::variantsOf(ModuleOp module) {
  if (!module->hasAttr(targetsAttrName))
    return SmallVector<ModuleOp>{module};
  SmallVector<ModuleOp> variants;
  SmallVector<TargetAttr> targets;
  for (Operation &op : *module.getBody())
    if (auto variant = dyn_cast<ModuleOp>(op)) {
      variants.push_back(variant);
      targets.push_back(variant->getAttrOfType<TargetAttr>(targetAttrName));
    }
  if (targets != targetsOf(module) || variants.size() != module.getBody()->getOperations().size() ||
      llvm::any_of(variants, [](ModuleOp variant) { return !variant.getName(); })) {
    InFlightDiagnostic error =
        module.emitError("expected nothing but a named module for each of 'pith.targets'");
    error.attachNote() << "stage schedule makes them";
    return failure();
  }
  return variants;
}

FailureOr<SmallVector<ModuleOp>> pith::shapesOf(ModuleOp module) {
  auto list = module->getAttrOfType<ArrayAttr>(shapesAttrName);
  if (!list)
    return SmallVector<ModuleOp>{module};
  SmallVector<ModuleOp> shapes(module.getOps<ModuleOp>());
  bool named = llvm::all_of(shapes, [&](ModuleOp shape) {
    return shape.getName() && targetsOf(shape) == targetsOf(module);
  });
  if (named && shapes.size() == list.size() &&
      shapes.size() == module.getBody()->getOperations().size())
    return shapes;
  InFlightDiagnostic error = module.emitError("expected nothing but a named module, for the same "
                                              "targets, for each of 'pith.shapes'");
  error.attachNote() << "stage import makes them";
  return failure();
}

FailureOr<SmallVector<SmallVector<ModuleOp>>> pith::programsOf(ModuleOp module) {
  FailureOr<SmallVector<ModuleOp>> shapes = shapesOf(module);
  if (failed(shapes))
    return failure();
  SmallVector<SmallVector<ModuleOp>> programs;
  for (ModuleOp shape : *shapes) {
    FailureOr<SmallVector<ModuleOp>> variants = variantsOf(shape);
    if (failed(variants))
      return failure();
    programs.resize(variants->size());
    for (auto [list, variant] : llvm::zip_equal(programs, *variants))
      list.push_back(variant);
  }
  return programs;
}

std::string pith::variantName(TargetAttr attribute) {
  const Target *target = TargetRegistry::global().lookup(attribute.getName());
  for (const CpuVariant &variant : target ? target->variants() : llvm::ArrayRef<CpuVariant>())
    if (target->resolve(attribute.getContext(), attribute.getMachine().getTriple(), variant.name,
                        "") == attribute)
      return variant.name.str();
  return attribute.getMachine().getCpu().str();
}
