// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The sliding windows of convolutions and pools, and the change between ONNX's
// channels-first and our channels-last.
#ifndef PITH_LIB_IMPORT_OPS_WINDOW_H
#define PITH_LIB_IMPORT_OPS_WINDOW_H

#include "lib/Import/Ops/NodeConversion.h"

namespace pith::import {

struct Window {
  llvm::SmallVector<int64_t> size, strides, dilations;
  /// Padding that the model asks for.
  llvm::SmallVector<int64_t> low, high;
  /// What `ceil_mode` adds behind it, so that the last window is whole.
  llvm::SmallVector<int64_t> extra;

  bool hasPadding() const;
  bool hasExtra() const;
  /// `high + extra`
  llvm::SmallVector<int64_t> end() const;
};

/// Reads strides, dilations, pads, auto_pad and ceil_mode for windows of `size`
/// over an image of the spatial dimensions `image`.
mlir::FailureOr<Window> readWindow(NodeConversion &node, Shape image, llvm::ArrayRef<int64_t> size);

/// [N, C, ...] to [N, ..., C], and back.
mlir::Value channelsLast(TensorBuilder &tensors, mlir::Value value);
mlir::Value channelsFirst(TensorBuilder &tensors, mlir::Value value);

/// `stride - 1` zeros between the pixels of [N, ..., C].
mlir::Value spreadPixels(TensorBuilder &tensors, mlir::Value image, llvm::ArrayRef<int64_t> strides,
                         mlir::Value zero);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_WINDOW_H
