// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Computes single elements of tensors: each operator says how an element of its
// result comes from elements of its operands.
#ifndef PITH_LIB_KERNELS_NEST_ELEMENTS_H
#define PITH_LIB_KERNELS_NEST_ELEMENTS_H

#include "dialects/Pith/PithOps.h"
#include "lib/Kernels/Nest/Scopes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

namespace pith::nest {

class Elements {
public:
  Elements(mlir::Block *block, mlir::Location loc)
      : scopes(block, loc), scratch(block->getArguments().back()) {}

  /// The element of `tensor` at `indices`. Where an operator is not supported,
  /// an error is emitted and some value returned.
  mlir::Value at(mlir::Value tensor, llvm::ArrayRef<Index> indices);

  bool hadError() const { return failed; }

  Scopes scopes;
  /// What the kernel needs of its scratch memory, its last argument.
  int64_t scratchBytes = 0;

private:
  mlir::Value scratch;
  using Element = llvm::function_ref<mlir::Value(Index)>;

  mlir::Value compute(mlir::OpResult result, llvm::ArrayRef<Index> at);
  mlir::Value constant(mlir::arith::ConstantOp op);
  mlir::Value unsupported(mlir::Operation *op, const llvm::Twine &what);

  // Movement.cpp
  mlir::Value slice(mlir::tensor::ExtractSliceOp op, llvm::ArrayRef<Index> at);
  mlir::Value insert(mlir::tensor::InsertSliceOp op, llvm::ArrayRef<Index> at);
  mlir::Value reshape(mlir::Value source, mlir::RankedTensorType expanded,
                      llvm::ArrayRef<mlir::ReassociationIndices> groups, bool expand,
                      llvm::ArrayRef<Index> at);
  mlir::Value pad(mlir::tensor::PadOp op, llvm::ArrayRef<Index> at);
  mlir::Value toLayout(ToLayoutOp op, llvm::ArrayRef<Index> at);
  mlir::Value fromLayout(FromLayoutOp op, llvm::ArrayRef<Index> at);
  mlir::Value concat(mlir::tensor::ConcatOp op, llvm::ArrayRef<Index> at);
  /// Whether `index` is in [low, high): true or false where that is known.
  mlir::Value inside(Index index, int64_t low, int64_t high);
  /// `index`, which is known to be in [0, size).
  Index narrowed(Index index, int64_t size);

  // Structured.cpp
  mlir::Value map(MapOp op, llvm::ArrayRef<Index> at);
  mlir::Value broadcast(mlir::Value tensor, llvm::ArrayRef<Index> at);
  mlir::Value structured(mlir::linalg::LinalgOp op, unsigned result, llvm::ArrayRef<Index> at);
  mlir::Value elementwise(mlir::Operation *op, llvm::ArrayRef<Index> at);
  /// Copies a region's scalar operations; returns what it yields.
  llvm::SmallVector<mlir::Value> inlineBody(mlir::Block &body, mlir::ValueRange arguments,
                                            llvm::ArrayRef<Index> counters);

  // Anchors.cpp
  mlir::Value conv(ConvOp op, llvm::ArrayRef<Index> at);
  mlir::Value pool(PoolOp op, llvm::ArrayRef<Index> at);
  mlir::Value matmul(MatmulOp op, llvm::ArrayRef<Index> at);
  mlir::Value lookup(LookupOp op, llvm::ArrayRef<Index> at);
  mlir::Value addBias(mlir::Value sum, mlir::Value bias, Index index);
  /// A factor of a product in the type of the sum: a float, or a code less its
  /// zero point, which may be null.
  mlir::Value factor(mlir::Value tensor, mlir::Value zeroPoint, bool isSigned, mlir::Type wide,
                     llvm::ArrayRef<Index> at);

  // Reductions.cpp
  mlir::Value reduce(ReduceOp op, llvm::ArrayRef<Index> at);
  mlir::Value softmax(SoftmaxOp op, llvm::ArrayRef<Index> at);
  mlir::Value norm(NormOp op, llvm::ArrayRef<Index> at);
  /// Joins `element` over `dims` of `shape`, the other indices being `at`.
  mlir::Value join(ReduceKind kind, bool isSigned, mlir::Type type, llvm::ArrayRef<int64_t> shape,
                   llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<Index> at,
                   llvm::function_ref<mlir::Value(llvm::ArrayRef<Index>)> element);

  // Quantization.cpp
  mlir::Value quantize(QuantizeOp op, llvm::ArrayRef<Index> at);
  mlir::Value dequantize(DequantizeOp op, llvm::ArrayRef<Index> at);
  mlir::Value requantize(RequantizeOp op, llvm::ArrayRef<Index> at);
  mlir::Value dynamicQuantize(DynamicQuantizeOp op, unsigned result, llvm::ArrayRef<Index> at);
  mlir::Value unpack(UnpackOp op, llvm::ArrayRef<Index> at);
  /// saturate(rne(quotient) + zero point); the zero point as f32.
  mlir::Value saturate(mlir::Value quotient, mlir::Value zeroPoint, bool isSigned, mlir::Type code);

  // Scalars: f16 and bf16 are computed in f32.
  mlir::Value real(mlir::Type type, double value);
  mlir::Value integer(mlir::Type type, int64_t value);
  mlir::Value zero(mlir::Type type);
  mlir::Value widen(mlir::Value value);
  mlir::Value narrow(mlir::Value value, mlir::Type type);
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value multiplyAdd(mlir::Value a, mlir::Value b, mlir::Value sum);
  mlir::Value combine(ReduceKind kind, bool isSigned, mlir::Value a, mlir::Value b);
  mlir::Value identity(ReduceKind kind, bool isSigned, mlir::Type type);

  template <typename Op, typename... Args> mlir::Value make(Args... args) {
    return Op::create(scopes.builder, scopes.loc, args...);
  }

  bool failed = false;
};

/// The type in which sums of `element` are held.
mlir::Type wideType(mlir::Type element);

} // namespace pith::nest

#endif
