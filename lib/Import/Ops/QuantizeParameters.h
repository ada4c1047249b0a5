// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scales and zero points: what ONNX demands of them, and how they lie along the
// tensor. Those known at compile time are checked by value.
#ifndef PITH_LIB_IMPORT_OPS_QUANTIZEPARAMETERS_H
#define PITH_LIB_IMPORT_OPS_QUANTIZEPARAMETERS_H

#include "lib/Import/Ops/NodeConversion.h"

namespace pith::import {

/// A scale is a float tensor; each known entry is finite and above 0. `what`
/// names it in errors, as do the arguments below.
mlir::LogicalResult checkScale(NodeConversion &node, unsigned index, llvm::StringRef what);

/// A zero point has the type of the codes, and is 0 where those are of 32 bits
/// or of float8. An absent one is right.
mlir::LogicalResult checkZeroPoint(NodeConversion &node, unsigned index, llvm::StringRef what,
                                   mlir::Type codes);

/// What the model states of the result's elements agrees with what they are.
mlir::LogicalResult checkResult(NodeConversion &node, mlir::Type made, llvm::StringRef by);

/// A scale or zero point of one entry, or of `count`.
mlir::LogicalResult checkCount(NodeConversion &node, unsigned index, llvm::StringRef what,
                               int64_t count, llvm::StringRef along);

/// `u8`, `i4`, `f8E4M3FN`: an element type in errors.
std::string elementText(mlir::Type elementType);

/// How the parameters of a (de)quantization lie along its input.
struct Granularity {
  /// The input's shape; where blocks divide it, with the blocked dimension as two.
  llvm::SmallVector<int64_t> view;
  /// The parameters' shape in that view; broadcasts to it unless `repeat`.
  llvm::SmallVector<int64_t> shape;
  /// Entries of `dim` each count this often; the last block is cut off.
  int64_t dim = 0, repeat = 1;
};

/// From the shapes of operand 0 and of the scale, operand 1, and the attributes
/// `axis` and `block_size`; a zero point, operand 2, has the scale's shape.
mlir::FailureOr<Granularity> granularityOf(NodeConversion &node);

/// The parameter in that view, such that it broadcasts.
mlir::FailureOr<mlir::Value> spread(NodeConversion &node, const Granularity &granularity,
                                    unsigned index);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_QUANTIZEPARAMETERS_H
