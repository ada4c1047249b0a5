// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the reader hands large initializers of 4 and 2 bits to the converters: as
// onnx.constant of their bytes, in front of a node that stands for the tensor.
#ifndef PITH_LIB_IMPORT_PACKEDCONSTANT_H
#define PITH_LIB_IMPORT_PACKEDCONSTANT_H

#include "llvm/ADT/StringRef.h"

namespace pith {

/// No operator set of a file may have this domain.
inline constexpr llvm::StringLiteral packedDomain = "pith.reader", packedName = "PackedConstant";

} // namespace pith

#endif // PITH_LIB_IMPORT_PACKEDCONSTANT_H
