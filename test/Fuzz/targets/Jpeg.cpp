// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// JPEG images.
#include "test/Fuzz/support/Image.h"
#include "test/Fuzz/support/MutateParts.h"
#include "llvm/Support/Endian.h"

using namespace pith::fuzz;
using llvm::StringRef;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  readImage(pith::decodeJpeg, {data, size});
  return 0;
}

/// Whether something follows the marker: its length, and as many bytes.
static bool hasLength(uint8_t marker) {
  bool stands = marker == 0x01 || (marker >= 0xd0 && marker <= 0xd9);
  return marker && marker != 0xff && !stands;
}

/// Segments under their markers; the pixels, which have none, under an empty name.
Parts pith::fuzz::partsOf(StringRef bytes) {
  Parts parts;
  while (!bytes.empty()) {
    if (bytes.size() >= 4 && uint8_t(bytes[0]) == 0xff && hasLength(bytes[1])) {
      size_t size = llvm::support::endian::read16be(bytes.data() + 2);
      parts.push_back(
          {bytes.substr(1, 1).str(), bytes.substr(4, std::max<size_t>(size, 2) - 2).str()});
      bytes = bytes.drop_front(std::min(bytes.size(), 2 + std::max<size_t>(size, 2)));
      continue;
    }
    size_t end = 1;
    while (end + 1 < bytes.size() && !(uint8_t(bytes[end]) == 0xff && hasLength(bytes[end + 1])))
      ++end;
    end = end + 1 < bytes.size() ? end : bytes.size();
    parts.push_back({"", bytes.take_front(end).str()});
    bytes = bytes.drop_front(end);
  }
  return parts;
}

std::string pith::fuzz::join(llvm::ArrayRef<Part> parts, bool) {
  std::string file;
  for (const auto &[name, bytes] : parts) {
    StringRef body = StringRef(bytes).take_front(0xffff - 2);
    file += name.empty() ? bytes : "\xff" + name + big(body.size() + 2, 2) + body.str();
  }
  return file;
}

llvm::ArrayRef<StringRef> pith::fuzz::wordsOfParts() {
  // Frames, tables, scans, intervals, applications, comments.
  static constexpr StringRef words[] = {"",     "\xc0", "\xc1", "\xc2", "\xc3", "\xc4", "\xc9",
                                        "\xca", "\xcc", "\xda", "\xdb", "\xdc", "\xdd", "\xe0",
                                        "\xe1", "\xe2", "\xee", "\xfe", "JFIF", "Adobe"};
  return words;
}
