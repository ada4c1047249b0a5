// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// JPEG through libjpeg. Its errors leave by longjmp, so nothing with a
// destructor may live in the functions that call it.
#include "lib/Data/Image.h"
#include <csetjmp>
#include <cstdio> // jpeglib.h needs it
// keep apart: jpeglib.h uses FILE
#include <jpeglib.h>
// keep apart: jerror.h uses jpeglib.h
#include <jerror.h>

using namespace pith;

namespace {

// A progressive file may hold any number of scans over the whole image; real
// ones have about ten.
constexpr int maxScans = 100;

struct Decoder {
  jpeg_decompress_struct state; // first: libjpeg's callbacks get its address
  jpeg_error_mgr errors;
  jpeg_progress_mgr progress;
  jmp_buf leave;
  char message[JMSG_LENGTH_MAX];
};

Decoder &decoderOf(j_common_ptr state) { return *reinterpret_cast<Decoder *>(state); }

[[noreturn]] void fail(j_common_ptr state) {
  Decoder &decoder = decoderOf(state);
  state->err->format_message(state, decoder.message);
  longjmp(decoder.leave, 1);
}

/// Warnings that mean missing or wrong pixels are errors.
void emitMessage(j_common_ptr state, int level) {
  int code = state->err->msg_code;
  if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER ||
                    code == JWRN_HUFF_BAD_CODE || code == JWRN_ARITH_BAD_CODE))
    fail(state);
}

void checkScans(j_common_ptr state) {
  Decoder &decoder = decoderOf(state);
  if (decoder.state.input_scan_number <= maxScans)
    return;
  std::snprintf(decoder.message, sizeof decoder.message, "more than %d scans", maxScans);
  longjmp(decoder.leave, 1);
}

bool start(Decoder &decoder, const uint8_t *bytes, size_t size) {
  jpeg_decompress_struct &state = decoder.state;
  std::memset(&decoder, 0, sizeof decoder);
  state.err = jpeg_std_error(&decoder.errors);
  decoder.errors.error_exit = fail;
  decoder.errors.emit_message = emitMessage;
  decoder.errors.output_message = [](j_common_ptr) {};
  if (setjmp(decoder.leave))
    return false;
  jpeg_create_decompress(&state);
  decoder.progress.progress_monitor = checkScans;
  state.progress = &decoder.progress;
  jpeg_mem_src(&state, bytes, size);
  jpeg_read_header(&state, TRUE);
  bool inks = state.jpeg_color_space == JCS_CMYK || state.jpeg_color_space == JCS_YCCK;
  state.out_color_space = inks ? JCS_CMYK : JCS_RGB;
  state.dct_method = JDCT_ISLOW;
  state.do_fancy_upsampling = TRUE;
  return true;
}

/// a * b / 255, rounded
unsigned multiply(unsigned a, unsigned b) {
  unsigned product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

/// Four inks, stored inverted as Adobe's programs do, to three colours.
void fromInks(const uint8_t *line, unsigned width, uint8_t *to) {
  for (unsigned x = 0; x < width; ++x, line += 4)
    for (unsigned channel = 0; channel < 3; ++channel)
      *to++ = uint8_t(line[3] - multiply(255 - line[channel], line[3]));
}

/// `line` has room for four inks of a row.
bool decode(Decoder &decoder, uint8_t *to, uint8_t *line) {
  jpeg_decompress_struct &state = decoder.state;
  if (setjmp(decoder.leave))
    return false;
  jpeg_start_decompress(&state);
  while (state.output_scanline < state.output_height) {
    JSAMPROW row = state.out_color_space == JCS_CMYK ? line : to;
    jpeg_read_scanlines(&state, &row, 1);
    if (row == line)
      fromInks(line, state.output_width, to);
    to += size_t(3) * state.output_width;
  }
  jpeg_finish_decompress(&state);
  return true;
}

} // namespace

llvm::Expected<Array> pith::decodeJpeg(llvm::ArrayRef<uint8_t> bytes, llvm::StringRef place,
                                       const DataLimits &limits) {
  auto decoder = std::make_unique<Decoder>();
  auto damaged = [&] {
    return llvm::createStringError("'" + place + "': damaged JPEG image: " + decoder->message +
                                   "; remove it or replace it");
  };
  if (!start(*decoder, bytes.data(), bytes.size())) {
    llvm::Error error = damaged();
    jpeg_destroy_decompress(&decoder->state);
    return std::move(error);
  }
  auto image = makeImage(decoder->state.image_height, decoder->state.image_width, place, limits);
  if (image) {
    std::vector<uint8_t> line(size_t(4) * decoder->state.image_width);
    if (!decode(*decoder, reinterpret_cast<uint8_t *>(image->data.data()), line.data()))
      image = damaged();
  }
  jpeg_destroy_decompress(&decoder->state);
  return image;
}
