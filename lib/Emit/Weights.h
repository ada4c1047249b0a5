// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluates the weights into a file, tile by tile.
#ifndef LIB_EMIT_WEIGHTS_H
#define LIB_EMIT_WEIGHTS_H

#include "lib/Emit/FileWriter.h"
#include "lib/Emit/ModelInfo.h"

namespace pith {

/// Writes the weights at `base` into a file that holds zeros there, or ends
/// before. Returns a hash of their bytes, padding included.
mlir::FailureOr<std::array<uint8_t, 32>> writeWeights(const ModelInfo &info, FileWriter &file,
                                                      uint64_t base, mlir::Location loc);

/// The first bytes of NAME.weights: magic, version, size of this header, bytes
/// of the weights, their hash.
std::array<char, 64> weightsHeader(const ModelInfo &info, const std::array<uint8_t, 32> &hash);

} // namespace pith

#endif
