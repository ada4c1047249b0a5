// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Zip archives, as far as NumPy writes them: members stored or deflated.
#ifndef PITH_LIB_SUPPORT_ZIP_H
#define PITH_LIB_SUPPORT_ZIP_H

#include "lib/Support/ByteSource.h"
#include "pith/Support/Arrays.h"

namespace pith {

struct ZipMember {
  std::string name;
  unsigned method = 0;
  uint32_t crc = 0;
  uint64_t packed = 0, size = 0, localOffset = 0;

  bool deflated() const { return method != 0; }
};

constexpr uint32_t zipLocalMagic = 0x04034b50, zipCentralMagic = 0x02014b50,
                   zipEndMagic = 0x06054b50;

/// `place` names the archive in errors.
llvm::Expected<std::vector<ZipMember>>
readZipDirectory(const ByteSource &source, llvm::StringRef place, const ArrayLimits &limits);

/// The bytes of a member, in memory that does not grow with it. No more than
/// the directory states are ever given.
llvm::Expected<std::unique_ptr<ByteStream>>
openZipMember(std::shared_ptr<ByteSource> source, const ZipMember &member, llvm::StringRef place);

} // namespace pith

#endif
