// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Data/Image.h"
#include "lib/Support/ByteSource.h"

using namespace pith;
using llvm::createStringError;

llvm::Expected<Array> pith::makeImage(uint64_t height, uint64_t width, llvm::StringRef place,
                                      const DataLimits &limits) {
  if (!height || !width || height > limits.pixels / width)
    return createStringError("'" + place + "': an image of " + llvm::Twine(width) + " x " +
                             llvm::Twine(height) + " pixels; expected 1 to " +
                             llvm::Twine(limits.pixels) + ": scale it down");
  Array image;
  image.type = ElementType::U8;
  image.shape = {int64_t(height), int64_t(width), 3};
  image.data.resize(height * width * 3);
  return image;
}

llvm::Expected<Array> pith::readImage(llvm::StringRef path, const DataLimits &limits) {
  auto source = ByteSource::ofFile(path);
  if (!source)
    return source.takeError();
  if ((*source)->size() > limits.sampleBytes)
    return createStringError("'" + path + "': larger than the limit of " +
                             llvm::Twine(limits.sampleBytes) + " bytes for one image");
  std::vector<char> bytes((*source)->size());
  if (llvm::Error error = (*source)->read(0, bytes))
    return std::move(error);
  llvm::StringRef text(bytes.data(), bytes.size());
  if (text.starts_with("\xff\xd8\xff"))
    return decodeJpeg(llvm::arrayRefFromStringRef(text), path, limits);
  if (text.starts_with("\x89PNG\r\n\x1a\n"))
    return decodePng(llvm::arrayRefFromStringRef(text), path, limits);
  return createStringError("'" + path + "': expected a JPEG or PNG image, found " +
                           (bytes.empty() ? "an empty file" : "something else") +
                           "; remove it or replace it");
}
