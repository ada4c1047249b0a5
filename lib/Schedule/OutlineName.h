// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LIB_SCHEDULE_OUTLINENAME_H
#define LIB_SCHEDULE_OUTLINENAME_H

#include "dialects/Pith/PithOps.h"
#include <string>

namespace pith {

/// `name` with everything but letters, digits and '_' replaced, at most 48 long.
std::string toSymbol(llvm::StringRef name);

/// Text that is equal for groups which differ in nothing but their operands:
/// the body, the types and the kernel, without names and locations.
std::string structureOf(GroupOp group);

} // namespace pith

#endif
