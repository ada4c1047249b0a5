// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The operands of a kernel with a product, as flat memory, and arithmetic on
// places in it.
#ifndef PITH_LIB_KERNELS_PRODUCT_OPERANDS_H
#define PITH_LIB_KERNELS_PRODUCT_OPERANDS_H

#include "lib/Kernels/KernelEnds.h"
#include "lib/Kernels/Product/Body.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

namespace pith::product {

/// Writes index arithmetic, folded where it can be.
struct Places {
  mlir::OpBuilder &b;
  mlir::Location loc;

  mlir::Value constant(int64_t value) const;
  mlir::Value add(mlir::Value x, mlir::Value y) const;
  mlir::Value add(mlir::Value x, int64_t y) const;
  mlir::Value times(mlir::Value x, int64_t y) const;
  mlir::Value divide(mlir::Value x, int64_t y) const;
  mlir::Value modulo(mlir::Value x, int64_t y) const;
  mlir::Value smaller(mlir::Value x, mlir::Value y) const;

  /// A number's digits times their pitches: the last level counts fastest.
  template <typename Levels, typename Pitch>
  mlir::Value distance(mlir::Value number, const Levels &levels, Pitch pitch) const {
    mlir::Value sum = constant(0);
    int64_t inside = 1;
    for (const auto &level : llvm::reverse(levels)) {
      mlir::Value digit = divide(number, inside);
      if (&level != &levels.front())
        digit = modulo(digit, level.count);
      sum = add(sum, times(digit, pitch(level)));
      inside *= level.count;
    }
    return sum;
  }
};

/// The flat memory of the left side, which lies there as it is or padded; fails
/// after an error. `stored` becomes its shape.
llvm::FailureOr<mlir::Value> leftMemory(mlir::func::FuncOp kernel, Body &body, Stored &stored,
                                        mlir::OpBuilder &b);

/// Memory references of one dimension; null where there is no such operand.
struct Operands : ChannelNumbers {
  mlir::Value left, right, result;
  /// Of blocks of the right side: scales, and zero points, several or one.
  mlir::Value blockScales, blockZeros, oneBlockZero;
  int64_t blockLength = 0, blockCount = 0;
  Stored stored;           ///< the left side
  mlir::Value destination; ///< the result's memory in its own shape
  /// Where the result's pixels lie, outermost first: one level unless the memory
  /// has gaps.
  llvm::SmallVector<Level> pixels;
};

/// Finds the memory of a kernel's operands and checks their layouts against
/// `shape`; fails after an error that says what was expected.
llvm::FailureOr<Operands> readOperands(mlir::func::FuncOp kernel, Body &body, const Shape &shape,
                                       mlir::OpBuilder &b);

} // namespace pith::product

#endif
