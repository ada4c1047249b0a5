// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the self-test of a program must give is known by running it. A program that
// this machine cannot run is lowered once more, to code for any machine.
#include "dialects/Pith/PithAttrs.h"
#include "lib/Pipeline/ModelAttributes.h"
#include "pith/Pipeline/Compiler.h"
#include "pith/Target/Host.h"
#include "pith/Target/Lowering.h"
#include "pith/Target/ModuleTarget.h"

using namespace mlir;
using namespace pith;

static bool isForeign(ModuleOp program) {
  return !runsHere(program->getAttrOfType<TargetAttr>(targetAttrName));
}

/// Whether skeletons make the code of every kernel. A device's programs run on
/// nothing else.
static bool hasSkeletons(ModuleOp program) {
  WalkResult walk = program.walk([](func::FuncOp kernel) {
    auto attribute = kernel->getAttrOfType<KernelAttr>(kernelAttrName);
    if (!attribute)
      return WalkResult::advance();
    const KernelRow *row = TargetRegistry::global().lookupRow(attribute.getRow());
    return row && row->skeleton ? WalkResult::advance() : WalkResult::interrupt();
  });
  return !walk.wasInterrupted();
}

FailureOr<OwningOpRef<ModuleOp>> pith::lowerForSelftest(ModuleOp scheduled) {
  using Programs = SmallVector<ModuleOp>;
  FailureOr<SmallVector<Programs>> variants = programsOf(scheduled);
  if (failed(variants))
    return failure();
  auto needs = [](const Programs &shapes) {
    return isForeign(shapes.front()) && llvm::all_of(shapes, hasSkeletons);
  };
  if (llvm::none_of(*variants, needs))
    return OwningOpRef<ModuleOp>();
  OwningOpRef<ModuleOp> copy(scheduled.clone());
  variants = programsOf(*copy);
  for (const Programs &shapes : *variants)
    if (!needs(shapes))
      for (ModuleOp program : shapes)
        program.erase();
  PassManager manager(scheduled.getContext(), ModuleOp::getOperationName());
  buildPortableLowering(programLevel(*copy, /*split=*/true, manager));
  if (failed(manager.run(*copy)))
    return failure();
  return copy;
}
