// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The contract of sparsify: counts again what types and attributes claim.
#include "lib/Sparsify/Passes.h"
#include "lib/Sparsify/Weights.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace pith {
#define GEN_PASS_DEF_VERIFYSPARSIFY
#include "lib/Sparsify/Passes.h.inc"
} // namespace pith

using namespace mlir;
using sparse_tensor::LevelType;
using sparse_tensor::SparseTensorEncodingAttr;

namespace {

/// One structured level: at most `n` nonzero values in `m` neighbours along `dim`.
struct Structure {
  int64_t dim;
  uint64_t n, m;
};

FailureOr<std::optional<Structure>> structureOf(Operation *op, SparseTensorEncodingAttr encoding) {
  std::optional<Structure> found;
  for (auto [level, type] : llvm::enumerate(encoding.getLvlTypes())) {
    if (!type.isa<sparse_tensor::LevelFormat::NOutOfM>())
      continue;
    AffineMap map = encoding.getDimToLvl();
    auto modulo =
        map ? dyn_cast<AffineBinaryOpExpr>(map.getResult(level)) : AffineBinaryOpExpr(nullptr);
    auto dim = modulo ? dyn_cast<AffineDimExpr>(modulo.getLHS()) : AffineDimExpr(nullptr);
    auto size =
        modulo ? dyn_cast<AffineConstantExpr>(modulo.getRHS()) : AffineConstantExpr(nullptr);
    uint64_t m = sparse_tensor::getM(type);
    if (found || !dim || !size || modulo.getKind() != AffineExprKind::Mod ||
        uint64_t(size.getValue()) != m)
      return op->emitOpError() << "expected one structured level of the form 'd mod " << m
                               << "' in " << encoding << " [sparsify_s1]";
    found = Structure{dim.getPosition(), sparse_tensor::getN(type), m};
  }
  return found;
}

LogicalResult verifyBytes(Operation *op, Attribute value, RankedTensorType type, Structure s) {
  FailureOr<pith::ConstantReader> reader =
      pith::ConstantReader::create(value, [&] { return op->emitOpError(); });
  if (failed(reader))
    return failure();
  // Linear index = (outer, along dim, inner).
  int64_t inner = 1, size = type.getDimSize(s.dim);
  for (int64_t dim = s.dim + 1; dim < type.getRank(); ++dim)
    inner *= type.getDimSize(dim);
  int64_t groups = llvm::divideCeil(size, s.m), width = reader->elementBytes();
  if (type.getNumElements() == 0)
    return success();
  bool isFloat = isa<FloatType>(type.getElementType());
  std::vector<char> slab(size * inner * width);
  std::vector<uint64_t> counts(groups * inner);
  for (int64_t first = 0; first < type.getNumElements(); first += size * inner) {
    reader->read(first, slab);
    llvm::fill(counts, 0);
    for (int64_t i = 0; i < size * inner; ++i) {
      llvm::ArrayRef<char> bytes(&slab[i * width], width);
      bool nonzero = llvm::any_of(bytes.drop_back(), [](char byte) { return byte != 0; }) ||
                     (isFloat ? bytes.back() & 0x7f : bytes.back()); // -0.0 is zero
      uint64_t &count = counts[i / inner / s.m * inner + i % inner];
      if (nonzero && ++count > s.n)
        return op->emitOpError() << "expected at most " << s.n << " nonzero values in each " << s.m
                                 << " along dimension " << s.dim << ", got more at element "
                                 << first + i << " [sparsify_s1]";
    }
  }
  return success();
}

LogicalResult verifyResult(Operation *op, Type resultType) {
  auto type = dyn_cast<RankedTensorType>(resultType);
  auto encoding = type ? dyn_cast_or_null<SparseTensorEncodingAttr>(type.getEncoding())
                       : SparseTensorEncodingAttr();
  if (!encoding)
    return success();
  Attribute value;
  if (auto constant = dyn_cast<pith::ConstantOp>(op))
    value = constant.getValue();
  else if (auto constant = dyn_cast<arith::ConstantOp>(op))
    value = constant.getValue();
  else
    return op->emitOpError("expected only constants to have an encoding [sparsify_s1]");
  FailureOr<std::optional<Structure>> structure = structureOf(op, encoding);
  if (failed(structure))
    return failure();
  return *structure ? verifyBytes(op, value, type, **structure) : success();
}

LogicalResult verifyProduct(Operation *op) {
  std::optional<pith::Weights> weights = pith::weightsOf(op);
  Attribute attribute = op->getAttr(pith::sparsityAttrName);
  auto claimed = dyn_cast_or_null<pith::SparsityAttr>(attribute);
  if (attribute && (!claimed || !weights))
    return op->emitOpError("expected pith.sparsity to be counts, on a product of one group with "
                           "constant weights and zero point 0 [sparsify_s2]");
  if (!weights)
    return success();
  Attribute encoding = weights->type().getEncoding();
  if (!claimed)
    return encoding ? op->emitOpError("expected pith.sparsity beside an encoding of its weights "
                                      "[sparsify_s3]")
                    : success();
  FailureOr<pith::SparsityAttr> counted =
      pith::countZeros(*weights, [&] { return op->emitOpError(); });
  if (failed(counted))
    return failure();
  if (*counted != claimed.withPattern(pith::SparsityPattern::Dense))
    return op->emitOpError() << "expected the counts of its weights, " << *counted << ", got "
                             << claimed << " [sparsify_s2]";
  if (encoding != pith::encodingFor(*weights, claimed))
    return op->emitOpError() << "expected weights with the encoding of the pattern '"
                             << pith::stringifySparsityPattern(claimed.getPattern())
                             << "' [sparsify_s3]";
  return success();
}

struct VerifySparsify : pith::impl::VerifySparsifyBase<VerifySparsify> {
  using Base::Base;
  void runOnOperation() override {
    WalkResult result = getOperation()->walk([](Operation *op) -> WalkResult {
      for (Type type : op->getResultTypes())
        if (failed(verifyResult(op, type)))
          return WalkResult::interrupt();
      return WalkResult(verifyProduct(op));
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
