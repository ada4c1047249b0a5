// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECTS_PITH_PITHATTRS_H
#define DIALECTS_PITH_PITHATTRS_H

#include "dialects/Pith/PithDialect.h"
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpImplementation.h"

#include "dialects/Pith/PithEnums.h.inc"

#include "dialects/Pith/PithAttrInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Pith/PithAttrs.h.inc"

namespace pith {

/// Bytes of one element in memory: whole bytes, at least one.
int64_t elementBytes(mlir::Type elementType);

/// saturate(round_half_to_even(x / scale) + zeroPoint), as quantize_c1 to c3 have
/// it, for codes of at most 16 bits.
int64_t quantizeNumber(float x, float scale, int64_t zeroPoint, unsigned width, bool isSigned);

/// The place in a parameter that counts for element `index` of a row-major shape,
/// to which the parameter broadcasts.
int64_t broadcastIndex(int64_t index, llvm::ArrayRef<int64_t> shape,
                       llvm::ArrayRef<int64_t> parameter);

/// Bytes of a tensor or memory reference of static shape, densely packed.
int64_t storageBytes(mlir::ShapedType type);

} // namespace pith

#endif
