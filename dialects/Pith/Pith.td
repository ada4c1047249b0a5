// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Umbrella: TableGen runs on this file.
#ifndef PITH_TD
#define PITH_TD
include "dialects/Pith/PithDialect.td"
include "dialects/Pith/PithAttrs.td"
include "dialects/Pith/PithOps.td"
include "dialects/Pith/PithStructureOps.td"
include "dialects/Pith/PithVectorOps.td"
include "dialects/Pith/PithExternOps.td"
#endif
