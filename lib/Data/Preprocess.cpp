// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Data/Preprocess.h"
#include "lib/Data/Resize.h"
#include "llvm/Support/MathExtras.h"

using namespace pith;
using llvm::createStringError;

/// Height x width x channels: of bytes, or of floats once there is arithmetic.
struct Preprocess::Pixels {
  int64_t height = 0, width = 0, channels = 0;
  bool isFloat = false;
  std::vector<char> bytes;
  std::vector<float> floats;

  llvm::Error load(Array array);
  template <typename T> void toChannelsLast(std::vector<T> &values) const;
  void toFloat();
  Array store(bool channelsFirst) const;
};

template <typename T> void Preprocess::Pixels::toChannelsLast(std::vector<T> &values) const {
  std::vector<T> planes = std::move(values);
  values.resize(planes.size());
  for (int64_t pixel = 0; pixel < height * width; ++pixel)
    for (int64_t c = 0; c < channels; ++c)
      values[pixel * channels + c] = planes[c * height * width + pixel];
}

llvm::Error Preprocess::Pixels::load(Array array) {
  auto isChannels = [](int64_t size) { return size == 1 || size == 3; };
  llvm::ArrayRef<int64_t> shape = array.shape;
  bool planes = shape.size() == 3 && !isChannels(shape[2]) && isChannels(shape[0]);
  bool plain = shape.size() == 2 || (shape.size() == 3 && (planes || isChannels(shape[2])));
  if (!plain || !array.numElements() ||
      (array.type != ElementType::U8 && array.type != ElementType::F32))
    return createStringError(
        "expected pixels, u8 or f32, as height x width, height x width x channels or channels x "
        "height x width with 1 or 3 channels, got " +
        describeShape(elementTypeName(array.type), shape) +
        "; without --preprocess it is taken as it is");
  if (planes)
    shape = shape.drop_front();
  height = shape[0];
  width = shape[1];
  channels = array.numElements() / (height * width);
  isFloat = array.type == ElementType::F32;
  if (isFloat) {
    floats.resize(array.numElements());
    std::memcpy(floats.data(), array.data.data(), array.data.size());
  } else {
    bytes = std::move(array.data);
  }
  if (planes && isFloat)
    toChannelsLast(floats);
  else if (planes)
    toChannelsLast(bytes);
  return llvm::Error::success();
}

void Preprocess::Pixels::toFloat() {
  if (isFloat)
    return;
  isFloat = true;
  floats.resize(bytes.size());
  for (auto [to, from] : llvm::zip_equal(floats, bytes))
    to = float(uint8_t(from));
  bytes.clear();
}

Array Preprocess::Pixels::store(bool channelsFirst) const {
  Array array;
  array.type = isFloat ? ElementType::F32 : ElementType::U8;
  array.shape = {1, height, width, channels};
  if (channelsFirst)
    array.shape = {1, channels, height, width};
  size_t elements = size_t(height * width * channels), size = isFloat ? 4 : 1;
  const char *from = isFloat ? reinterpret_cast<const char *>(floats.data()) : bytes.data();
  array.data.resize(elements * size);
  char *to = array.data.data();
  if (!channelsFirst) {
    std::memcpy(to, from, elements * size);
    return array;
  }
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t pixel = 0; pixel < height * width; ++pixel, to += size)
      std::memcpy(to, from + (pixel * channels + c) * size, size);
  return array;
}

llvm::Error Preprocess::resize(Pixels &pixels, const Step &step, const DataLimits &limits) {
  if (pixels.isFloat)
    return createStringError("expected 8-bit pixels for resize, got f32");
  int64_t height = step.height, width = step.width;
  if (!width) { // the long side is rounded down
    int64_t shortSide = std::min(pixels.height, pixels.width);
    height = step.height * pixels.height / shortSide;
    width = step.height * pixels.width / shortSide;
  }
  // The image is stretched across first, so this size exists too.
  for (int64_t rows : {pixels.height, height})
    if (uint64_t(rows) > limits.pixels / uint64_t(width))
      return createStringError("resized to " + llvm::Twine(width) + " x " + llvm::Twine(height) +
                               " from " + llvm::Twine(pixels.width) + " x " +
                               llvm::Twine(pixels.height) + ", it would exceed the limit of " +
                               llvm::Twine(limits.pixels) + " pixels");
  pixels.bytes =
      resizeBilinear(pixels.bytes, pixels.height, pixels.width, pixels.channels, height, width);
  pixels.height = height;
  pixels.width = width;
  return llvm::Error::success();
}

template <typename T>
static void cropValues(std::vector<T> &values, int64_t rowLength, int64_t top, int64_t left,
                       int64_t rows, int64_t length) {
  for (int64_t y = 0; y < rows; ++y) // to the front, so it never overwrites what is still to come
    std::copy_n(values.begin() + (top + y) * rowLength + left, length, values.begin() + y * length);
  values.resize(rows * length);
}

llvm::Error Preprocess::crop(Pixels &pixels, const Step &step) {
  if (pixels.height < step.height || pixels.width < step.width)
    return createStringError("crop needs at least " + llvm::Twine(step.height) + " x " +
                             llvm::Twine(step.width) + " pixels (height x width), the image has " +
                             llvm::Twine(pixels.height) + " x " + llvm::Twine(pixels.width) +
                             "; put resize=" + llvm::Twine(std::max(step.height, step.width)) +
                             " before crop");
  int64_t top = (pixels.height - step.height) / 2, left = (pixels.width - step.width) / 2;
  int64_t c = pixels.channels;
  if (pixels.isFloat)
    cropValues(pixels.floats, pixels.width * c, top, left * c, step.height, step.width * c);
  else
    cropValues(pixels.bytes, pixels.width * c, top, left * c, step.height, step.width * c);
  pixels.height = step.height;
  pixels.width = step.width;
  return llvm::Error::success();
}

/// One operation at a time, each rounded to f32.
llvm::Error Preprocess::arithmetic(Pixels &pixels, const Step &step) {
  pixels.toFloat();
  if (step.kind == Kind::Scale) {
    for (float &value : pixels.floats)
      value = value * step.values[0] / step.values[1];
    return llvm::Error::success();
  }
  size_t channels = pixels.channels, given = step.values.size();
  if (given != 1 && given != channels)
    return createStringError("mean and std have " + llvm::Twine(given) +
                             " values, the pixels have " + llvm::Twine(channels) +
                             " channels; give one value for all");
  for (size_t i = 0; i < pixels.floats.size(); ++i) {
    float operand = step.values[given == 1 ? 0 : i % channels];
    pixels.floats[i] =
        step.kind == Kind::Mean ? pixels.floats[i] - operand : pixels.floats[i] / operand;
  }
  return llvm::Error::success();
}

/// Luma in integers, as Pillow has it.
static uint8_t grey(uint8_t red, uint8_t green, uint8_t blue) {
  return uint8_t((red * 19595u + green * 38470u + blue * 7471u + 0x8000u) >> 16);
}

llvm::Expected<Array> Preprocess::apply(Array array, const DataLimits &limits) const {
  if (isRaw())
    return array;
  Pixels pixels;
  llvm::Error error = pixels.load(std::move(array));
  for (const Step &step : steps) {
    if (error)
      break;
    switch (step.kind) {
    case Kind::Resize:
      error = resize(pixels, step, limits);
      break;
    case Kind::Crop:
      error = crop(pixels, step);
      break;
    case Kind::Grey:
      if (pixels.isFloat) {
        error = createStringError("expected 8-bit pixels for grey, got f32");
      } else if (pixels.channels == 3) {
        auto *from = reinterpret_cast<const uint8_t *>(pixels.bytes.data());
        for (int64_t i = 0; i < pixels.height * pixels.width; ++i)
          pixels.bytes[i] = char(grey(from[3 * i], from[3 * i + 1], from[3 * i + 2]));
        pixels.bytes.resize(pixels.height * pixels.width);
        pixels.channels = 1;
      }
      break;
    case Kind::Bgr:
      if (pixels.channels != 3)
        error = createStringError("bgr needs 3 channels, the pixels have 1");
      else if (pixels.isFloat)
        for (size_t i = 0; i < pixels.floats.size(); i += 3)
          std::swap(pixels.floats[i], pixels.floats[i + 2]);
      else
        for (size_t i = 0; i < pixels.bytes.size(); i += 3)
          std::swap(pixels.bytes[i], pixels.bytes[i + 2]);
      break;
    case Kind::Scale:
    case Kind::Mean:
    case Kind::Std:
      error = arithmetic(pixels, step);
      break;
    }
  }
  if (error)
    return std::move(error);
  return pixels.store(channelsFirst);
}
