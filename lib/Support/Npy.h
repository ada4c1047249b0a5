// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The header of a .npy file, and arrays behind it, read from a stream.
#ifndef PITH_LIB_SUPPORT_NPY_H
#define PITH_LIB_SUPPORT_NPY_H

#include "lib/Support/ByteSource.h"
#include "pith/Support/Arrays.h"

namespace pith {

struct NpyHeader {
  ElementType type = ElementType::F32;
  bool fortran = false; ///< column-major
  llvm::SmallVector<int64_t> shape;
  uint64_t dataBytes = 0; ///< of the file, behind the header
};

/// Reads up to the data. `fileBytes` is how many the stream has in all.
llvm::Expected<NpyHeader> readNpyHeader(ByteStream &stream, uint64_t fileBytes,
                                        llvm::StringRef place);
/// Reads the data behind the header, and finishes the stream.
llvm::Expected<Array> readNpyData(ByteStream &stream, const NpyHeader &header,
                                  llvm::StringRef place, const ArrayLimits &limits);

} // namespace pith

#endif
