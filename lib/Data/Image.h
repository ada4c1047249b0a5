// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compressed images to pixels.
#ifndef PITH_LIB_DATA_IMAGE_H
#define PITH_LIB_DATA_IMAGE_H

#include "pith/Data/DataSet.h"

namespace pith {

/// Red, green and blue, 8 bits each: u8 [height x width x 3]. Grey becomes
/// three equal channels, transparency is dropped, 16 bits are rounded to 8.
llvm::Expected<Array> readImage(llvm::StringRef path, const DataLimits &limits);

/// `place` names the file in errors.
llvm::Expected<Array> decodeJpeg(llvm::ArrayRef<uint8_t> bytes, llvm::StringRef place,
                                 const DataLimits &limits);
llvm::Expected<Array> decodePng(llvm::ArrayRef<uint8_t> bytes, llvm::StringRef place,
                                const DataLimits &limits);

/// Memory for an image of this size, or an error.
llvm::Expected<Array> makeImage(uint64_t height, uint64_t width, llvm::StringRef place,
                                const DataLimits &limits);

} // namespace pith

#endif
