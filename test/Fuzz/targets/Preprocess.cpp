// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Chains of preprocessing, applied to small images.
#include "pith/Data/Preprocess.h"
#include "test/Fuzz/support/MutateText.h"

using namespace pith;

llvm::ArrayRef<llvm::StringRef> fuzz::wordsOfText() {
  static constexpr llvm::StringRef words[] = {
      "raw",   "imagenet", "mnist",       "cifar10",     ",",    "resize=", "crop=",
      "grey",  "bgr",      "scale=1/255", "mean=0.5",    "std=", "x",       ":",
      "224x1", "/",        "layout=nchw", "layout=nhwc", "nan",  "inf",     "0.485:0.456:0.406"};
  return words;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto chain = Preprocess::parse(fuzz::textOf(data, size));
  if (!chain) {
    fuzz::expectMessage(chain.takeError());
    return 0;
  }
  auto again = Preprocess::parse(chain->chain());
  fuzz::expect(bool(again) && again->chain() == chain->chain(), "a chain is not parsed again");
  DataLimits limits;
  limits.pixels = 1 << 16;
  limits.sampleBytes = 1 << 20;
  using Shape = llvm::SmallVector<int64_t>;
  for (const Shape &shape : {Shape{5, 7}, Shape{5, 7, 3}, Shape{7, 5, 1}, Shape{3, 5, 7}}) {
    Array pixels;
    pixels.type = ElementType::U8;
    pixels.shape = shape;
    for (int64_t i = 0; i < pixels.numElements(); ++i)
      pixels.data.push_back(char(i * 37));
    auto sample = chain->apply(std::move(pixels), limits);
    if (!sample)
      fuzz::expectMessage(sample.takeError());
    else
      fuzz::expect(sample->data.size() == uint64_t(sample->numElements()) * byteWidth(sample->type),
                   "a sample does not have the bytes of its shape");
  }
  return 0;
}
