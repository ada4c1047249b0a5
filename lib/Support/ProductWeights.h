// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The constant weights of convolutions and matrix products of 8-bit codes, some
// output channels at a time.
#ifndef PITH_LIB_SUPPORT_PRODUCTWEIGHTS_H
#define PITH_LIB_SUPPORT_PRODUCTWEIGHTS_H

#include "dialects/Pith/ConstantReader.h"
#include "dialects/Pith/PithOps.h"

namespace pith {

class ProductWeights {
public:
  /// Nothing where `op` is no ungrouped product of 8-bit codes, or its weights
  /// or their zero point are not constant.
  static std::optional<ProductWeights> of(mlir::Operation *op);

  int64_t channels() const { return numChannels; }
  /// Products that a result adds up, and how many of them in a run have
  /// activations that are neighbours in memory: rows of the window, or, where
  /// `planar`, the channels of one pixel.
  int64_t terms() const { return numTerms; }
  int64_t run(bool planar) const { return planar ? pixelRun : rowRun; }

  /// Codes less their zero point of `count` channels from `first` on, a channel
  /// behind the other. Fails where one does not fit 8 bits, signed.
  llvm::LogicalResult read(int64_t first, int64_t count, std::vector<int8_t> &weights) const;

private:
  explicit ProductWeights(ConstantReader reader) : reader(std::move(reader)) {}

  ConstantReader reader;
  bool isSigned = false, inColumns = false;
  int64_t numChannels = 0, numTerms = 0, rowRun = 0, pixelRun = 0;
  std::vector<int64_t> zeroPoints; ///< one for all, or for each channel
};

} // namespace pith

#endif
