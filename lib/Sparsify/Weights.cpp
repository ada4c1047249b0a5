// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Sparsify/Weights.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace pith;
using sparse_tensor::LevelFormat;
using sparse_tensor::LevelType;
using sparse_tensor::SparseTensorEncodingAttr;

/// Whether no zero point is given, or 0 for all.
static bool isZeroCode(Value zeroPoint) { return !zeroPoint || matchPattern(zeroPoint, m_Zero()); }

static TypedAttr constantOf(Value value) {
  if (auto constant = value.getDefiningOp<ConstantOp>())
    return constant.getValue();
  if (auto constant = value.getDefiningOp<arith::ConstantOp>())
    return constant.getValue();
  return {};
}

std::optional<Weights> pith::weightsOf(Operation *op) {
  Weights weights{};
  if (auto conv = dyn_cast<ConvOp>(op)) {
    if (conv.getGroups() != 1 || !isZeroCode(conv.getFilterZeroPoint()))
      return std::nullopt;
    weights.operand = &conv.getFilterMutable();
    weights.depthDim = weights.type().getRank() - 1;
  } else if (auto matmul = dyn_cast<MatmulOp>(op)) {
    if (!isZeroCode(matmul.getRhsZeroPoint()))
      return std::nullopt;
    weights.operand = &matmul.getRhsMutable();
    unsigned last = weights.type().getRank() - 1;
    weights.rowDim = matmul.getTransposeRhs() ? last - 1 : last;
    weights.depthDim = matmul.getTransposeRhs() ? last : last - 1;
  } else {
    return std::nullopt;
  }
  weights.value = constantOf(weights.operand->get());
  Type element = weights.type().getElementType();
  if (!weights.value || !(isa<FloatType>(element) || element.isSignlessInteger()) ||
      element.getIntOrFloatBitWidth() % 8 || weights.type().getNumElements() == 0)
    return std::nullopt;
  return weights;
}

namespace {

/// Tells zero elements of a type by their bytes; minus zero is zero.
class ZeroTest {
public:
  explicit ZeroTest(Type element)
      : width(elementBytes(element)), signMask(isa<FloatType>(element) ? 0x7f : 0xff) {}

  bool isZero(const char *bytes) const {
    char any = bytes[width - 1] & signMask; // little-endian: the sign comes last
    for (int64_t i = 0; i + 1 < width; ++i)
      any |= bytes[i];
    return any == 0;
  }
  const int64_t width;

private:
  const char signMask;
};

/// Adds up one run of the sum for two neighbouring rows, of which the second may
/// be missing.
class Counter {
public:
  static constexpr int64_t longest = 16; ///< m of the largest structure; a multiple of all

  /// `rows[r][i * stride]` says whether element i of row r is stored; runs begin
  /// at a multiple of `longest`.
  void add(const char *first, const char *second, int64_t stride, int64_t length) {
    for (int64_t begin = 0; begin < length; begin += longest) {
      int64_t end = std::min(begin + longest, length);
      int64_t wide[2] = {}, half[2] = {};
      for (int64_t block = begin; block < end; block += 4) {
        if ((block - begin) % 8 == 0)
          half[0] = half[1] = 0;
        int64_t count[2] = {};
        for (int64_t i = block; i < std::min(block + 4, end); ++i) {
          count[0] += first[i * stride];
          count[1] += second ? second[i * stride] : 0;
        }
        for (int row = 0; row < (second ? 2 : 1); ++row) {
          stored += count[row];
          stored1x4 += count[row] > 0;
          ++blocks1x4;
          most4 = std::max(most4, count[row]);
          most8 = std::max(most8, half[row] += count[row]);
          most16 = std::max(most16, wide[row] += count[row]);
        }
        stored2x4 += count[0] + count[1] > 0;
        ++blocks2x4;
      }
    }
  }

  SparsityAttr get(MLIRContext *context, int64_t elements, int64_t depth) const {
    // The smallest structure of which half is zero, of those that fit the sum.
    std::pair<int64_t, int64_t> structure{4, 4};
    for (auto [n, m] : {std::pair(most16, 16), std::pair(most8, 8), std::pair(most4, 4)})
      if (depth % m == 0 && 2 * n <= m)
        structure = {n, m};
    return SparsityAttr::get(context, SparsityPattern::Dense, elements - stored, elements,
                             stored1x4, blocks1x4, stored2x4, blocks2x4, structure.first,
                             structure.second);
  }

private:
  int64_t stored = 0, stored1x4 = 0, blocks1x4 = 0, stored2x4 = 0, blocks2x4 = 0;
  int64_t most4 = 0, most8 = 0, most16 = 0;
};

/// The product of the sizes of dimensions [first, last).
int64_t span(RankedTensorType type, int64_t first, int64_t last) {
  int64_t size = 1;
  for (int64_t dim = first; dim < last; ++dim)
    size *= type.getDimSize(dim);
  return size;
}

} // namespace

bool pith::isPlainlyDense(const Weights &weights, int64_t percent) {
  ArrayRef<char> bytes;
  if (auto constant = dyn_cast<ConstantAttr>(weights.value)) {
    // These steps move elements, each to one place.
    if (!llvm::all_of(constant.getSteps(), llvm::IsaPred<TransposeAttr, ReshapeAttr>))
      return false;
    bytes = constant.getSourceBytes();
  } else if (auto dense = dyn_cast<DenseElementsAttr>(weights.value); dense && !dense.isSplat()) {
    bytes = dense.getRawData();
  }
  int64_t elements = weights.type().getNumElements(), zeros = 0;
  ZeroTest test(weights.type().getElementType());
  if (int64_t(bytes.size()) != elements * test.width)
    return false;
  for (int64_t i = 0; i < elements; ++i)
    zeros += test.isZero(&bytes[i * test.width]);
  return zeros * 100 < elements * percent;
}

FailureOr<SparsityAttr> pith::countZeros(const Weights &weights,
                                         function_ref<InFlightDiagnostic()> emitError) {
  FailureOr<ConstantReader> reader = ConstantReader::create(weights.value, emitError);
  if (failed(reader))
    return failure();
  RankedTensorType type = weights.type();
  ZeroTest test(type.getElementType());
  int64_t rows = type.getDimSize(weights.rowDim), depth = type.getDimSize(weights.depthDim);
  bool depthIsLast = weights.depthDim > weights.rowDim;
  // The tensor is [outer, rows, taps, depth], or [outer, depth, rows].
  int64_t outer = span(type, 0, std::min(weights.rowDim, weights.depthDim));
  int64_t taps = depthIsLast ? span(type, weights.rowDim + 1, weights.depthDim) : 1;
  std::vector<char> bytes, stored;
  int64_t next = 0;
  auto read = [&](int64_t count) {
    bytes.resize(count * test.width);
    stored.resize(count);
    reader->read(next, bytes);
    next += count;
    for (int64_t i = 0; i < count; ++i)
      stored[i] = !test.isZero(&bytes[i * test.width]);
  };
  Counter counter;
  for (int64_t o = 0; o < outer; ++o) {
    for (int64_t row = 0; depthIsLast && row < rows; row += 2) {
      bool pair = row + 1 < rows;
      read((pair ? 2 : 1) * taps * depth);
      for (int64_t tap = 0; tap < taps; ++tap)
        counter.add(&stored[tap * depth], pair ? &stored[(taps + tap) * depth] : nullptr, 1, depth);
    }
    for (int64_t k = 0; !depthIsLast && k < depth; k += Counter::longest) {
      int64_t length = std::min(Counter::longest, depth - k);
      read(length * rows);
      for (int64_t row = 0; row < rows; row += 2)
        counter.add(&stored[row], row + 1 < rows ? &stored[row + 1] : nullptr, rows, length);
    }
  }
  return counter.get(type.getContext(), type.getNumElements(), depth);
}

SparseTensorEncodingAttr pith::encodingFor(const Weights &weights, SparsityAttr sparsity) {
  SparsityPattern pattern = sparsity.getPattern();
  if (pattern == SparsityPattern::Dense)
    return {};
  MLIRContext *context = sparsity.getContext();
  RankedTensorType type = weights.type();
  LevelType dense(LevelFormat::Dense), compressed(LevelFormat::Compressed);
  AffineExpr row = getAffineDimExpr(weights.rowDim, context),
             depth = getAffineDimExpr(weights.depthDim, context);
  SmallVector<AffineExpr> levels;
  SmallVector<LevelType> types;
  auto add = [&](AffineExpr level, LevelType levelType) {
    levels.push_back(level);
    types.push_back(levelType);
  };
  bool pairs = pattern == SparsityPattern::Block2x4;
  for (unsigned dim = 0; dim < std::min(weights.rowDim, weights.depthDim); ++dim)
    add(getAffineDimExpr(dim, context), dense);
  add(pairs ? row.floorDiv(2) : row, dense);
  for (unsigned dim = weights.rowDim + 1; dim < weights.depthDim; ++dim)
    add(getAffineDimExpr(dim, context), dense);
  if (pattern == SparsityPattern::Unstructured) {
    add(depth, compressed);
  } else if (pattern == SparsityPattern::Structured) {
    add(depth.floorDiv(sparsity.getM()), dense);
    add(depth % sparsity.getM(), *sparse_tensor::buildLevelType(LevelFormat::NOutOfM,
                                                                /*ordered=*/true, /*unique=*/true,
                                                                sparsity.getN(), sparsity.getM()));
  } else {
    add(depth.floorDiv(4), compressed);
    if (pairs)
      add(row % 2, dense);
    add(depth % 4, dense);
  }
  AffineMap map = AffineMap::get(type.getRank(), 0, levels, context);
  return SparseTensorEncodingAttr::get(context, types, map, AffineMap(), /*posWidth=*/0,
                                       /*crdWidth=*/0);
}
