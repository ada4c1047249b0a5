// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Computes elements of tensors: each operator says how an element of its result
// comes from elements of its operands. Where an index is that of lanes, elements
// are vectors; the formulas are the same.
#ifndef PITH_LIB_KERNELS_NEST_ELEMENTS_H
#define PITH_LIB_KERNELS_NEST_ELEMENTS_H

#include "dialects/Pith/PithOps.h"
#include "lib/Kernels/Nest/Scopes.h"
#include "pith/Kernels/Skeleton.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include <functional>

namespace pith::nest {

/// Places where vectors along a row must end.
using Cuts = llvm::SmallSetVector<int64_t, 4>;

class Elements {
public:
  /// Code goes in front of the terminator of `block`, which is in a kernel. With
  /// a `unit` that has vectors, joins along a row may use them, and what cannot be
  /// a vector is refused (Scopes::refusal); without, it is an error.
  Elements(mlir::Block *block, mlir::Location loc, const VectorUnit &unit = {});

  /// The element of `tensor` at `indices`: a vector where it differs between
  /// lanes. Where an operator is not supported, an error is emitted (or vectors
  /// are refused) and some value returned.
  mlir::Value at(mlir::Value tensor, llvm::ArrayRef<Index> indices);
  /// The same; always a vector where `indices` are those of lanes.
  mlir::Value vectorAt(mlir::Value tensor, llvm::ArrayRef<Index> indices);

  /// From here on `element` makes the elements of `tensor`, at the place where
  /// code is being written: for skeletons that compute an anchor themselves.
  using Element = std::function<mlir::Value(llvm::ArrayRef<Index>)>;
  void bind(mlir::Value tensor, Element element) { bound[tensor] = std::move(element); }

  /// Reads and writes memory, one element or the active lanes.
  mlir::Value load(mlir::Value buffer, llvm::ArrayRef<Index> at);
  void store(mlir::Value value, mlir::Value buffer, llvm::ArrayRef<Index> at);

  /// Writes rows of `buffer` whose places are the lanes of `at`, last but one; the
  /// last of `at` is not read. `column` makes a vector of the elements at one place
  /// in all these rows. Four columns at a time become pieces of rows.
  static constexpr int64_t turnedColumns = 4;
  void storeTurned(int64_t columns, llvm::function_ref<mlir::Value(Index)> column,
                   mlir::Value buffer, llvm::ArrayRef<Index> at);

  /// Whether the partial results of a join may be the lanes of a vector.
  bool joinsLanes = true;
  /// Whether lanes may be words that are apart in memory, each of them loaded.
  bool gathersWords = false;
  /// Whether vectors ask for what lies a line behind them: for lines so short that
  /// the hardware does not see them coming.
  bool asksAhead = false;

  bool hadError() const { return failed; }

  /// What softmax or a norm has to know of a row before its first result, in order:
  /// the parts by which `memoize` knows them.
  static llvm::SmallVector<unsigned> statisticsOf(mlir::Operation *op);
  /// One of them, of the row that begins at `row`.
  mlir::Value statistic(mlir::Operation *op, unsigned part, llvm::ArrayRef<Index> row);
  /// The part of the memory in which softmax keeps the powers of a row.
  static constexpr unsigned powersPart = 4;

  /// Where so many elements of scratch memory begin that nothing else takes.
  int64_t takeScratch(int64_t count, mlir::Type type);
  mlir::Value scratchView(mlir::Value offset, int64_t count, mlir::Type type);

  Scopes scopes;
  /// What the kernel needs of its scratch memory, its last argument.
  int64_t scratchBytes = 0;

  /// Where along the result's dimension of lanes the current vector stands, and
  /// where along it vectors must not straddle: filled where that is the reason
  /// of a refusal.
  Index position;
  Cuts cuts;

private:
  mlir::Value scratch;
  VectorUnit unit;
  llvm::DenseMap<mlir::Value, Element> bound;
  /// Vectors of codes that were made here: what they were cut from, and whether that
  /// has a sign.
  llvm::DenseMap<mlir::Value, std::pair<mlir::Value, bool>> wideCodes;

  mlir::Value compute(mlir::OpResult result, llvm::ArrayRef<Index> at);
  mlir::Value constant(mlir::arith::ConstantOp op);
  mlir::Value unsupported(mlir::Operation *op, const llvm::Twine &what);

  // Movement.cpp
  mlir::Value slice(mlir::tensor::ExtractSliceOp op, llvm::ArrayRef<Index> at);
  mlir::Value insert(mlir::tensor::InsertSliceOp op, llvm::ArrayRef<Index> at);
  mlir::Value reshape(mlir::Value source, mlir::RankedTensorType expanded,
                      llvm::ArrayRef<mlir::ReassociationIndices> groups, bool expand,
                      llvm::ArrayRef<Index> at);
  /// What lies at `place` of `source` with `low` elements in front of each
  /// dimension; `at` is the place in the result, of which lanes are known.
  mlir::Value padded(mlir::Value source, llvm::ArrayRef<int64_t> low, llvm::ArrayRef<Index> place,
                     llvm::ArrayRef<Index> at, Scopes::Branch outside);
  mlir::Value pad(mlir::tensor::PadOp op, llvm::ArrayRef<Index> at);
  mlir::Value toLayout(ToLayoutOp op, llvm::ArrayRef<Index> at);
  mlir::Value fromLayout(FromLayoutOp op, llvm::ArrayRef<Index> at);
  mlir::Value concat(mlir::tensor::ConcatOp op, llvm::ArrayRef<Index> at);
  /// Whether `index` is in [low, high); null where it is known to be.
  mlir::Value inside(Index index, int64_t low, int64_t high);
  /// Refuses a vector that straddles where `index` reaches `bound`.
  void cut(Index index, int64_t bound);
  mlir::Value choose(mlir::Value condition, mlir::Type element, llvm::ArrayRef<Index> at,
                     Scopes::Branch yes, Scopes::Branch no);
  /// `index`, which is known to be in [0, size).
  Index narrowed(Index index, int64_t size);

  // Structured.cpp
  mlir::Value map(MapOp op, llvm::ArrayRef<Index> at);
  mlir::Value broadcast(mlir::Value tensor, llvm::ArrayRef<Index> at);
  /// The indices of the element of a smaller tensor that belongs to `at`.
  Indices broadcastIndices(mlir::Value tensor, llvm::ArrayRef<Index> at);
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
  /// A sum or the like over loops: `step` takes the value so far.
  mlir::Value accumulate(llvm::ArrayRef<Trip> trips, mlir::Value initial, llvm::ArrayRef<Index> at,
                         llvm::function_ref<mlir::Value(llvm::ArrayRef<Index>, mlir::Value)> step);

  // Reductions.cpp
  mlir::Value reduce(ReduceOp op, llvm::ArrayRef<Index> at);
  mlir::Value softmax(SoftmaxOp op, llvm::ArrayRef<Index> at);
  mlir::Value norm(NormOp op, llvm::ArrayRef<Index> at);
  mlir::Value largest(SoftmaxOp op, llvm::ArrayRef<Index> row);
  mlir::Value sumOfPowers(SoftmaxOp op, llvm::ArrayRef<Index> row);
  Index placeInRow(SoftmaxOp op, llvm::ArrayRef<Index> at);
  mlir::Value average(NormOp op, llvm::ArrayRef<Index> row,
                      llvm::function_ref<mlir::Value(llvm::ArrayRef<Index>)> each);
  mlir::Value mean(NormOp op, llvm::ArrayRef<Index> row);
  mlir::Value centred(NormOp op, llvm::ArrayRef<Index> row, llvm::ArrayRef<Index> at);
  /// The row's factor 1/sqrt(variance + epsilon), or the root where the form divides by it.
  mlir::Value deviation(NormOp op, llvm::ArrayRef<Index> row);
  mlir::Value scratchRow(SoftmaxOp op, llvm::ArrayRef<Index> row, mlir::Type type);
  /// How elements are joined to one.
  struct Joining {
    ReduceKind kind;
    bool isSigned = true;
    /// The largest or smallest of numbers: NaNs are left out, either of two zeros
    /// will do.
    bool ofNumbers = false;
  };
  /// Joins `element` over `dims` of `shape`, the other indices being `at`.
  mlir::Value join(Joining how, mlir::Type type, llvm::ArrayRef<int64_t> shape,
                   llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<Index> at,
                   llvm::function_ref<mlir::Value(llvm::ArrayRef<Index>)> element);
  using ByNumber = llvm::function_ref<mlir::Value(Index)>;
  mlir::Value joinPartials(Joining how, mlir::Value initial, int64_t count, ByNumber element);
  mlir::Value joinLanes(Joining how, mlir::Type type, int64_t count, ByNumber element);
  /// The least and the largest of 0 and so many numbers of f32, in one pass; both
  /// are NaN where one of them is.
  mlir::Value range(int64_t count, ByNumber element);
  mlir::Value combine(Joining how, mlir::Value a, mlir::Value b);

  // Quantization.cpp
  mlir::Value quantize(QuantizeOp op, llvm::ArrayRef<Index> at);
  mlir::Value dequantize(DequantizeOp op, llvm::ArrayRef<Index> at);
  mlir::Value requantize(RequantizeOp op, llvm::ArrayRef<Index> at);
  mlir::Value dynamicQuantize(DynamicQuantizeOp op, unsigned result, llvm::ArrayRef<Index> at);
  mlir::Value unpack(UnpackOp op, llvm::ArrayRef<Index> at);
  /// The code of `width` bits at place `part` of a byte.
  mlir::Value code(mlir::Value byte, Index part, int64_t width, bool isSigned);
  /// saturate(rne(quotient) + zero point); a null zero point is 0.
  mlir::Value saturate(mlir::Value quotient, mlir::Value zeroPoint, bool isSigned, mlir::Type code);
  /// Where `counts` is there and false, the quotient is 0 or NaN.
  mlir::Value saturateLanes(mlir::Value quotient, mlir::Value zeroPoint, bool isSigned,
                            mlir::Type code, bool mayBeNaN = true, mlir::Value counts = {});
  /// A code as i32: as it was before it became narrow, where that is known.
  mlir::Value extended(mlir::Value narrow, bool isSigned);
  mlir::Value numberOrZero(mlir::Value value);
  mlir::Value hold(mlir::Value number, mlir::Value least, mlir::Value most);
  mlir::Value single(mlir::Value value);

  // Scalars: f16 and bf16 are computed in f32.
  mlir::Value real(mlir::Type type, double value);
  mlir::Value integer(mlir::Type type, int64_t value);
  mlir::Value zero(mlir::Type type);
  mlir::Value widen(mlir::Value value);
  mlir::Value narrow(mlir::Value value, mlir::Type type);
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value multiplyAdd(mlir::Value a, mlir::Value b, mlir::Value sum);
  /// The same; with `absentZeros` only where the weight is not zero (floats_c8).
  mlir::Value addProduct(mlir::Value value, mlir::Value weight, mlir::Value sum, bool absentZeros);
  mlir::Value combine(ReduceKind kind, bool isSigned, mlir::Value a, mlir::Value b);
  mlir::Value identity(ReduceKind kind, bool isSigned, mlir::Type type);

  /// An operation on scalars, or on vectors where one of `args` is a vector: then
  /// the others are spread over its lanes.
  template <typename Op, typename... Args> mlir::Value make(Args... args) {
    mlir::VectorType shape;
    (noteShape(shape, args), ...);
    return Op::create(scopes.builder, scopes.loc, spreadAny(shape, args)...);
  }
  template <typename T> static void noteShape(mlir::VectorType &shape, const T &arg) {
    if constexpr (std::is_convertible_v<T, mlir::Value>)
      if (auto type = llvm::dyn_cast<mlir::VectorType>(mlir::Value(arg).getType()))
        shape = type;
  }
  template <typename T> auto spreadAny(mlir::VectorType shape, const T &arg) {
    if constexpr (std::is_convertible_v<T, mlir::Value>)
      return spread(shape, mlir::Value(arg));
    else if constexpr (std::is_convertible_v<T, mlir::Type>)
      return spread(shape, mlir::Type(arg));
    else
      return arg;
  }

  // Lanes.cpp
  /// The value in all lanes of a vector of `shape`, which may be null.
  mlir::Value spread(mlir::VectorType shape, mlir::Value value);
  mlir::Type spread(mlir::VectorType shape, mlir::Type element);
  /// The value in all lanes that `at` has, if any.
  mlir::Value spread(llvm::ArrayRef<Index> at, mlir::Value value);
  mlir::Type spread(llvm::ArrayRef<Index> at, mlir::Type element);
  /// A copy of a scalar operation on these operands.
  mlir::Value copy(mlir::Operation *op, mlir::ValueRange operands);
  void askAhead(mlir::Value buffer, llvm::ArrayRef<Index> at, int64_t span, int64_t pitch,
                bool isWrite);
  mlir::Value loadLanes(mlir::Value buffer, llvm::ArrayRef<Index> at, const Lanes &lanes);
  /// Loads so many elements from this distance on.
  using Piece = llvm::function_ref<mlir::Value(int64_t first, int64_t number)>;
  mlir::Value loadRun(Piece loadAt, int64_t low, int64_t span, int64_t size, mlir::Type element);
  mlir::Value loadWords(Piece loadAt, llvm::ArrayRef<int64_t> distances, const Lanes &lanes,
                        mlir::Type element);
  mlir::Value loadRuns(Piece loadAt, llvm::ArrayRef<int64_t> distances, const Lanes &lanes,
                       mlir::Type element);

  bool failed = false;
};

/// The type in which sums of `element` are held.
mlir::Type wideType(mlir::Type element);

} // namespace pith::nest

#endif
