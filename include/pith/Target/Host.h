// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which programs this machine can run, to learn what their self-test must give.
#ifndef PITH_TARGET_HOST_H
#define PITH_TARGET_HOST_H

#include "dialects/Pith/PithAttrs.h"
#include "mlir/IR/Diagnostics.h"

namespace pith {

/// Whether this machine can execute code for the target.
bool runsHere(TargetAttr target);

/// The same target, but for this machine.
TargetAttr hostTarget(TargetAttr target);

} // namespace pith

#endif
