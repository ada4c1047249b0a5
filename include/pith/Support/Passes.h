// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers the passes of every stage. For tools.
#ifndef PITH_SUPPORT_PASSES_H
#define PITH_SUPPORT_PASSES_H

namespace pith {

void registerPasses();

} // namespace pith

#endif
