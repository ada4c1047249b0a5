// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Steps of other libraries that hostile files crash.
#ifndef PITH_LIB_PIPELINE_GUARD_H
#define PITH_LIB_PIPELINE_GUARD_H

#include "llvm/ADT/STLExtras.h"

namespace pith {

/// Runs `step` in a child process first, and returns whether a signal ended it. The
/// child says nothing. Where no process can be made, nothing is learned: false.
bool crashes(llvm::function_ref<void()> step);

} // namespace pith

#endif
