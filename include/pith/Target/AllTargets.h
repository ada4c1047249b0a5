// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers the targets that were built into this program. For tools.
#ifndef PITH_TARGET_ALLTARGETS_H
#define PITH_TARGET_ALLTARGETS_H

#include "pith/Target/Target.h"

namespace pith {

#define PITH_TARGET(Name) void registerTarget##Name(TargetRegistry &);
#include "pith/Targets.def"
#undef PITH_TARGET

inline void registerAllTargets(TargetRegistry &registry) {
#define PITH_TARGET(Name) registerTarget##Name(registry);
#include "pith/Targets.def"
#undef PITH_TARGET
  (void)registry;
}

} // namespace pith

#endif
