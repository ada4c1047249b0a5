// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluates a block of scalar operations, many cases at a time, with the bits
// that the compiled code computes: one rounding per operation, to nearest even.
#ifndef PITH_LIB_SUPPORT_SCALARPROGRAM_H
#define PITH_LIB_SUPPORT_SCALARPROGRAM_H

#include "mlir/IR/Block.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace pith {

/// Row-major linear index, or nothing where `index` lies outside of `shape`.
std::optional<int64_t> linearIndex(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> index);

/// A number's bits in the low end of 64, the rest zero. Integers of up to 64
/// bits, index, and floats that f32 or f64 hold.
uint64_t bitsOf(mlir::Attribute number);
mlir::TypedAttr numberOf(mlir::Type type, uint64_t bits);

/// Straight-line code on registers, each a column of up to `maxCases` numbers.
class ScalarProgram {
public:
  static constexpr int64_t maxCases = 256;
  struct Step;
  using Column = llvm::ArrayRef<uint64_t>;

  /// A block whose every operation has one exactly defined value: arithmetic,
  /// roundings, the square root, linalg.index, reads of constant tensors.
  /// Nothing for any other: an elementary function's bits are the kernels'
  /// business, expand it first. `outputs` are values of the block.
  static std::optional<ScalarProgram> compile(mlir::Block &block, mlir::ValueRange outputs);
  /// The same; the output is what the block yields.
  static std::optional<ScalarProgram> compile(mlir::Block &block);

  /// Operations, constants not counted.
  int64_t size() const;

  /// One number in every case, or one for each of the first.
  void setArgument(unsigned argument, uint64_t bits);
  void setArgument(unsigned argument, Column column);
  /// What linalg.index reads.
  void setPosition(llvm::ArrayRef<int64_t> index);

  /// Computes the first `cases` of every register. Fails where the code has no
  /// value: a division by zero, a conversion out of range, an index outside.
  llvm::LogicalResult run(int64_t cases = maxCases);
  Column output(unsigned number) const { return column(outputs[number]); }

  /// Programs with equal keys compute the same. Not for output: a key differs
  /// from process to process.
  std::string key() const;

private:
  class Compiler;

  llvm::MutableArrayRef<uint64_t> column(unsigned number) {
    return llvm::MutableArrayRef(registers).slice(number * maxCases, maxCases);
  }
  Column column(unsigned number) const {
    return llvm::ArrayRef(registers).slice(number * maxCases, maxCases);
  }

  std::vector<uint64_t> registers;
  std::vector<Step> steps;
  llvm::SmallVector<unsigned, 4> arguments, outputs;
  llvm::SmallVector<std::pair<unsigned, unsigned>, 2> positions; // dimension, register
  llvm::SmallVector<unsigned> constants;
};

/// One operation on columns.
struct ScalarProgram::Step {
  using Kernel = llvm::LogicalResult (*)(const Step &, uint64_t *out, const uint64_t *const *in,
                                         int64_t cases);
  Kernel kernel = nullptr;
  unsigned width = 0, toWidth = 0; // of integers, before and after
  unsigned mode = 0;               // a comparison's outcomes that are true
  const llvm::fltSemantics *format = nullptr, *toFormat = nullptr; // of narrow floats
  mlir::DenseElementsAttr table;
  unsigned result = 0;
  llvm::SmallVector<unsigned, 3> operands;
};

} // namespace pith

#endif // PITH_LIB_SUPPORT_SCALARPROGRAM_H
