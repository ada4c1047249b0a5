// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stage schedule: operators become calls of kernels on planned memory.
#ifndef LIB_SCHEDULE_SCHEDULE_H
#define LIB_SCHEDULE_SCHEDULE_H

#include "mlir/Pass/PassManager.h"

namespace pith {

struct ScheduleOptions {
  bool fusion = true;
  /// Chains of convolutions are computed row by row where that saves memory.
  bool smallArena = false;
  /// The module has `pith.targets`: each gets a module and a schedule.
  bool variants = false;
  /// The module has `pith.shapes`: each has a module, and gets a schedule.
  bool shapes = false;
};

/// Expects a module with `pith.target`, or with variants or shapes.
void buildSchedulePipeline(mlir::OpPassManager &manager, const ScheduleOptions &options);

void registerSchedule();

} // namespace pith

#endif
