// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NAME.manifest.json: what went into a bundle and what it consists of.
#ifndef LIB_EMIT_MANIFEST_H
#define LIB_EMIT_MANIFEST_H

#include "lib/Emit/ModelInfo.h"

namespace pith {

/// The text. `weightsHash` is 64 characters long, so that the size of the text
/// is known before the weights are.
std::string renderManifest(const ModelInfo &info, bool weightsFile, llvm::StringRef weightsHash);

/// NAME.h: the declarations and their documentation, in C99 and C++.
std::string renderHeader(const ModelInfo &info, bool weightsFile);

} // namespace pith

#endif
