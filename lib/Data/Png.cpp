// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PNG through libpng. Its errors leave by longjmp, so nothing with a destructor
// may live in the functions that call it.
#include "lib/Data/Image.h"
#include <csetjmp>
#include <png.h>

using namespace pith;

namespace {

struct Decoder {
  png_structp state = nullptr;
  png_infop info = nullptr;
  const uint8_t *bytes = nullptr;
  size_t left = 0;
  char message[128] = "";
};

[[noreturn]] void fail(png_structp state, png_const_charp message) {
  Decoder &decoder = *static_cast<Decoder *>(png_get_error_ptr(state));
  std::strncpy(decoder.message, message, sizeof decoder.message - 1);
  png_longjmp(state, 1);
}

void readBytes(png_structp state, png_bytep to, size_t count) {
  Decoder &decoder = *static_cast<Decoder *>(png_get_io_ptr(state));
  if (count > decoder.left)
    png_error(state, "the data is cut off");
  std::memcpy(to, decoder.bytes, count);
  decoder.bytes += count;
  decoder.left -= count;
}

bool start(Decoder &decoder, uint64_t maxPixels) {
  decoder.state = png_create_read_struct(PNG_LIBPNG_VER_STRING, &decoder, fail,
                                         [](png_structp, png_const_charp) {});
  if (!decoder.state)
    return false;
  if (setjmp(png_jmpbuf(decoder.state)))
    return false;
  decoder.info = png_create_info_struct(decoder.state);
  if (!decoder.info)
    png_error(decoder.state, "not enough memory");
  png_set_user_limits(decoder.state, png_uint_32(std::min<uint64_t>(maxPixels, PNG_UINT_31_MAX)),
                      png_uint_32(std::min<uint64_t>(maxPixels, PNG_UINT_31_MAX)));
  png_set_chunk_malloc_max(decoder.state, 8 << 20); // text and profiles
  png_set_chunk_cache_max(decoder.state, 128);
  png_set_read_fn(decoder.state, &decoder, readBytes);
  png_read_info(decoder.state, decoder.info);
  return true;
}

bool decode(Decoder &decoder, uint8_t **rows, size_t rowBytes) {
  if (setjmp(png_jmpbuf(decoder.state)))
    return false;
  png_set_expand(decoder.state);
  png_set_scale_16(decoder.state);
  png_set_strip_alpha(decoder.state);
  png_set_gray_to_rgb(decoder.state);
  png_set_interlace_handling(decoder.state);
  png_read_update_info(decoder.state, decoder.info);
  if (png_get_rowbytes(decoder.state, decoder.info) != rowBytes)
    png_error(decoder.state, "unexpected form of pixels");
  png_read_image(decoder.state, rows);
  png_read_end(decoder.state, nullptr);
  return true;
}

} // namespace

llvm::Expected<Array> pith::decodePng(llvm::ArrayRef<uint8_t> bytes, llvm::StringRef place,
                                      const DataLimits &limits) {
  Decoder decoder;
  decoder.bytes = bytes.data();
  decoder.left = bytes.size();
  auto damaged = [&] {
    return llvm::createStringError("'" + place + "': damaged PNG image: " + decoder.message +
                                   "; remove it or replace it");
  };
  if (!start(decoder, limits.pixels)) {
    llvm::Error error = damaged();
    png_destroy_read_struct(&decoder.state, &decoder.info, nullptr);
    return std::move(error);
  }
  uint64_t height = png_get_image_height(decoder.state, decoder.info);
  uint64_t width = png_get_image_width(decoder.state, decoder.info);
  auto image = makeImage(height, width, place, limits);
  if (image) {
    std::vector<uint8_t *> rows(height);
    for (uint64_t y = 0; y < height; ++y)
      rows[y] = reinterpret_cast<uint8_t *>(image->data.data()) + y * width * 3;
    if (!decode(decoder, rows.data(), width * 3))
      image = damaged();
  }
  png_destroy_read_struct(&decoder.state, &decoder.info, nullptr);
  return image;
}
