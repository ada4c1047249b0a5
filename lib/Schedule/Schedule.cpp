// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Schedule/Schedule.h"
#include "lib/Schedule/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Transforms/Passes.h"

namespace pith {
#define GEN_PASS_REGISTRATION
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

void pith::buildSchedulePipeline(mlir::OpPassManager &manager, const ScheduleOptions &options) {
  if (options.shapes || options.variants) {
    ScheduleOptions inner = options;
    inner.shapes = inner.variants = false;
    mlir::OpPassManager &shape = options.shapes ? manager.nest<mlir::ModuleOp>() : manager;
    if (options.variants)
      shape.addPass(createSplitVariants());
    buildSchedulePipeline(options.variants ? shape.nest<mlir::ModuleOp>() : shape, inner);
    manager.addPass(createShareWeights());
    return;
  }
  manager.addPass(createExposeTaps());
  manager.addPass(createSplitWindows());
  manager.addPass(createSinkViews());
  FormGroupsOptions groups;
  groups.fusion = options.fusion;
  manager.addPass(createFormGroups(groups));
  if (options.fusion)
    manager.addPass(createMergeSiblings());
  manager.addPass(createSelectKernels());
  manager.addPass(createApplyTuning());
  manager.addPass(createRequirePrecisions());
  manager.addPass(createDropEncodings());
  manager.addPass(createBoundRequantize());
  manager.addPass(createFoldZeroPoints());
  manager.addPass(createListWeights());
  ProvePairSumsOptions proof;
  proof.lists = true;
  manager.addPass(createProvePairSums(proof));
  manager.addPass(createAssignLayouts());
  manager.addPass(createApplyLayouts());
  manager.addPass(createStoreInPlace());
  if (options.fusion)
    manager.addPass(createJoinGroups());
  if (options.fusion && options.smallArena)
    manager.addPass(createJoinRows());
  manager.addPass(createOutlineGroups());
  manager.addPass(createReturnByReference());
  manager.addPass(createBufferize());
  manager.addPass(mlir::createCSEPass()); // copies to the same place are seen as such
  manager.addPass(mlir::createCanonicalizerPass());
  manager.addPass(createSpecializeKernels());
  manager.addPass(createDescribeKernels());
  manager.addPass(createTileKernels());
  manager.addPass(createPlaceWeights());
  manager.addPass(createPlanMemory());
  manager.addPass(createVerifySchedule());
}

void pith::registerSchedule() {
  registerSchedulePasses(); // generated
  mlir::PassPipelineRegistration<>(
      "pith-schedule", "the stage schedule",
      [](mlir::OpPassManager &manager) { buildSchedulePipeline(manager, ScheduleOptions()); });
  mlir::PassPipelineRegistration<>("pith-schedule-variants",
                                   "the stage schedule, of a module with several targets",
                                   [](mlir::OpPassManager &manager) {
                                     ScheduleOptions options;
                                     options.variants = true;
                                     buildSchedulePipeline(manager, options);
                                   });
}
