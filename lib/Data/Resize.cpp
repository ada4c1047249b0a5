// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Data/Resize.h"
#include <cmath>

using namespace pith;

namespace {

constexpr int fractionBits = 22; // 8 bits of pixel and 22 of weight sum up in 32

/// The weights of one output position, on inputs from `first` on.
struct Window {
  int64_t first = 0;
  std::vector<int32_t> weights;
};

/// A triangle, as wide as the step between outputs but at least 1 to each side,
/// at the pixels' centres. Only sums, products and quotients of doubles: the same
/// weights everywhere.
std::vector<Window> windows(int64_t from, int64_t to) {
  double step = double(from) / double(to), support = std::max(step, 1.0), inverse = 1.0 / support;
  std::vector<Window> result(to);
  std::vector<double> weights;
  for (int64_t at = 0; at < to; ++at) {
    double centre = (double(at) + 0.5) * step, sum = 0;
    int64_t first = std::max<int64_t>(0, int64_t(centre - support + 0.5));
    int64_t last = std::min<int64_t>(from, int64_t(centre + support + 0.5));
    weights.clear();
    for (int64_t x = first; x < last; ++x) {
      double distance = std::fabs((double(x) - centre + 0.5) * inverse);
      weights.push_back(distance < 1.0 ? 1.0 - distance : 0.0);
      sum += weights.back();
    }
    result[at].first = first;
    for (double weight : weights)
      result[at].weights.push_back(int32_t(0.5 + weight / sum * (1 << fractionBits)));
  }
  return result;
}

/// Along the middle of [outer x from x inner].
std::vector<char> pass(llvm::ArrayRef<char> source, int64_t outer, int64_t from, int64_t inner,
                       int64_t to) {
  std::vector<Window> table = windows(from, to);
  std::vector<char> result(outer * to * inner);
  std::vector<int32_t> sums(inner);
  char *out = result.data();
  for (int64_t i = 0; i < outer; ++i)
    for (const Window &window : table) {
      std::fill(sums.begin(), sums.end(), 1 << (fractionBits - 1));
      const char *in = source.data() + (i * from + window.first) * inner;
      for (int32_t weight : window.weights)
        for (int64_t k = 0; k < inner; ++k)
          sums[k] += weight * int32_t(uint8_t(*in++));
      for (int32_t sum : sums)
        *out++ = char(std::min(sum >> fractionBits, 255));
    }
  return result;
}

} // namespace

std::vector<char> pith::resizeBilinear(llvm::ArrayRef<char> from, int64_t height, int64_t width,
                                       int64_t channels, int64_t newHeight, int64_t newWidth) {
  std::vector<char> result(from.begin(), from.end());
  if (newWidth != width)
    result = pass(result, height, width, channels, newWidth);
  if (newHeight != height)
    result = pass(result, 1, height, newWidth * channels, newHeight);
  return result;
}
