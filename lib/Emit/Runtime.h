// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The C sources that go into bundles; they are part of this library.
#ifndef LIB_EMIT_RUNTIME_H
#define LIB_EMIT_RUNTIME_H

#include "mlir/Support/LLVM.h"
#include <string>

namespace pith {

/// The text of a file in runtime/, with the files that it includes from there
/// in their places, so that it stands alone.
std::string runtimeText(llvm::StringRef name);

/// The same for the text of a source that a target brings.
std::string expandIncludes(llvm::StringRef text);

} // namespace pith

#endif
