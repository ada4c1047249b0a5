// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the numbers of a layer mean, and how far two of them are apart.
#ifndef PITH_LIB_PIPELINE_LAYERVALUES_H
#define PITH_LIB_PIPELINE_LAYERVALUES_H

#include "pith/Pipeline/Compare.h"
#include "mlir/IR/Value.h"

namespace pith {

/// (code - zeroPoint) * scale
struct CodeMeaning {
  float scale = 1;
  int64_t zeroPoint = 0;
  bool isSigned = false;
  bool operator==(const CodeMeaning &) const = default;
};

/// Type and meaning of a value.
struct LayerFormat {
  ElementType type = ElementType::F32;
  llvm::SmallVector<int64_t> shape;
  std::optional<CodeMeaning> codes;

  bool isFloat() const { return type >= ElementType::F16; }
  bool sameNumbers(const LayerFormat &other) const {
    return type == other.type && codes == other.codes;
  }
};

/// The format of a tensor before schedule. Codes are what `pith.codes` says of
/// the operation that made them or of the model's input, or the constant
/// parameters of a quantize; movement does not change them.
LayerFormat formatOf(mlir::Value value);

/// Whether a distance between values of these formats says anything: the same
/// kind of numbers, or both floats or codes, in one shape.
bool areComparable(const LayerFormat &a, const LayerFormat &b);

/// `array` of format `from` as an array of format `to`: dequantized, quantized,
/// or as it is. The formats are comparable.
Array convert(const Array &array, const LayerFormat &from, const LayerFormat &to);

/// Adds the elements of two arrays of comparable formats.
void addDistance(Distance &distance, const Array &a, const LayerFormat &formatA, const Array &b,
                 const LayerFormat &formatB);

} // namespace pith

#endif
