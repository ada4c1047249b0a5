// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// C functions of custom operators, for models that this process loads.
#ifndef PITH_PIPELINE_CUSTOMLIBRARY_H
#define PITH_PIPELINE_CUSTOMLIBRARY_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace pith {

/// Opens a shared library with such functions, until the process ends.
llvm::Error loadCustomLibrary(llvm::StringRef path);
/// The address of a function; null: no library has it.
void *findCustomFunction(llvm::StringRef symbol);

} // namespace pith

#endif // PITH_PIPELINE_CUSTOMLIBRARY_H
