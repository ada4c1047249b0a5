// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PNG images.
#include "test/Fuzz/support/Image.h"
#include "test/Fuzz/support/MutateParts.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Endian.h"

using namespace pith::fuzz;
using llvm::StringRef;

static constexpr size_t magicBytes = 8, mostPixels = 1 << 16;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  readImage(pith::decodePng, {data, size});
  return 0;
}

/// The pixels, or the bytes as they are.
static std::string inflated(const std::string &bytes) {
  llvm::SmallVector<uint8_t> pixels;
  if (llvm::Error error = llvm::compression::zlib::decompress(llvm::arrayRefFromStringRef(bytes),
                                                              pixels, mostPixels)) {
    llvm::consumeError(std::move(error));
    return bytes;
  }
  return llvm::toStringRef(pixels).str();
}

Parts pith::fuzz::partsOf(StringRef bytes) {
  Parts parts;
  bytes = bytes.drop_front(std::min(bytes.size(), magicBytes));
  while (bytes.size() >= 12) {
    size_t size =
        std::min<size_t>(llvm::support::endian::read32be(bytes.data()), bytes.size() - 12);
    Part part{bytes.substr(4, 4).str(), bytes.substr(8, size).str()};
    bytes = bytes.drop_front(12 + size);
    if (part.name == "IDAT" && !parts.empty() && parts.back().name == "IDAT")
      parts.back().bytes += part.bytes;
    else
      parts.push_back(std::move(part));
  }
  for (Part &part : parts)
    if (part.name == "IDAT")
      part.bytes = inflated(part.bytes);
  return parts;
}

std::string pith::fuzz::join(llvm::ArrayRef<Part> parts, bool deflate) {
  std::string file = "\x89PNG\r\n\x1a\n";
  for (const auto &[name, bytes] : parts) {
    std::string body = name;
    body.resize(4);
    if (name == "IDAT") {
      llvm::SmallVector<uint8_t> packed;
      llvm::compression::zlib::compress(llvm::arrayRefFromStringRef(bytes), packed,
                                        deflate ? 9 : llvm::compression::zlib::NoCompression);
      body += llvm::toStringRef(packed);
    } else {
      body += bytes;
    }
    file += big(body.size() - 4, 4) + body + big(llvm::crc32(llvm::arrayRefFromStringRef(body)), 4);
  }
  return file;
}

llvm::ArrayRef<StringRef> pith::fuzz::wordsOfParts() {
  static constexpr StringRef words[] = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM",
                                        "sRGB", "iCCP", "sBIT", "bKGD", "hIST", "pHYs", "sPLT",
                                        "tIME", "tEXt", "zTXt", "iTXt", "eXIf", "acTL", "oFFs"};
  return words;
}
