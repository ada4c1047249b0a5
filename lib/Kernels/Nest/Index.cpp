// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Nest/Index.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;
using namespace pith::nest;

Index IndexSpace::counter(Bounds range) {
  if (range.low == range.high)
    return constant(range.low);
  ranges.push_back(range);
  return getAffineDimExpr(ranges.size() - 1, context);
}

AffineMap IndexSpace::key(ArrayRef<Index> indices) const {
  // One number of dimensions for all maps, so that equal lists are equal maps.
  return AffineMap::get(1 << 20, 0, indices, context);
}

static int64_t clampToLimit(__int128 value) {
  return value > Bounds::limit ? Bounds::limit : value < -Bounds::limit ? -Bounds::limit : value;
}

static Bounds scale(Bounds r, int64_t factor) {
  int64_t a = clampToLimit(__int128(r.low) * factor), b = clampToLimit(__int128(r.high) * factor);
  return {std::min(a, b), std::max(a, b)};
}

Bounds IndexSpace::range(Index index) const {
  if (auto constant = dyn_cast<AffineConstantExpr>(index))
    return {constant.getValue(), constant.getValue()};
  if (auto dim = dyn_cast<AffineDimExpr>(index))
    return ranges[dim.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(index);
  Bounds l = range(binary.getLHS()), r = range(binary.getRHS());
  int64_t divisor = r.low; // constant in all but sums
  switch (index.getKind()) {
  case AffineExprKind::Add:
    return {clampToLimit(__int128(l.low) + r.low), clampToLimit(__int128(l.high) + r.high)};
  case AffineExprKind::Mul:
    return scale(l, divisor);
  case AffineExprKind::FloorDiv:
    return {llvm::divideFloorSigned(l.low, divisor), llvm::divideFloorSigned(l.high, divisor)};
  case AffineExprKind::Mod:
    return l.within(0, divisor - 1) ? l : Bounds{0, divisor - 1};
  default:
    return Bounds::unknown();
  }
}

namespace {
/// A sum taken apart: factor * base for each term; the constant has base 1.
struct Term {
  Index base;
  int64_t factor;
};
} // namespace

static void collectTerms(Index index, int64_t factor, SmallVectorImpl<Term> &terms) {
  auto binary = dyn_cast<AffineBinaryOpExpr>(index);
  if (binary && index.getKind() == AffineExprKind::Add) {
    collectTerms(binary.getLHS(), factor, terms);
    return collectTerms(binary.getRHS(), factor, terms);
  }
  if (binary && index.getKind() == AffineExprKind::Mul)
    if (auto constant = dyn_cast<AffineConstantExpr>(binary.getRHS()))
      return collectTerms(binary.getLHS(), factor * constant.getValue(), terms);
  if (auto constant = dyn_cast<AffineConstantExpr>(index))
    return terms.push_back(
        {getAffineConstantExpr(1, index.getContext()), factor * constant.getValue()});
  terms.push_back({index, factor});
}

namespace {
/// index = outer * unit + inner with 0 <= inner < unit, for a unit that divides
/// the divisor; then only `outer` matters to a division.
struct Split {
  Index outer, inner;
  int64_t unit = 1;
};
} // namespace

static Split split(const IndexSpace &space, Index index, int64_t divisor) {
  SmallVector<Term> terms;
  collectTerms(index, 1, terms);
  SmallVector<int64_t> units{divisor};
  for (const Term &term : terms)
    units.push_back(std::gcd(term.factor, divisor));
  llvm::sort(units, std::greater<>());
  for (int64_t unit : units) {
    Split s{space.constant(0), space.constant(0), unit};
    for (const Term &term : terms) {
      if (term.factor % unit == 0)
        s.outer = s.outer + term.base * (term.factor / unit);
      else
        s.inner = s.inner + term.base * term.factor;
    }
    if (unit == 1 || space.range(s.inner).within(0, unit - 1))
      return s;
  }
  return {index, space.constant(0), 1};
}

Index IndexSpace::divide(Index index, int64_t divisor) const {
  if (divisor == 1)
    return index;
  Split s = split(*this, index, divisor);
  int64_t rest = divisor / s.unit;
  Bounds r = range(s.outer);
  int64_t low = llvm::divideFloorSigned(r.low, rest), high = llvm::divideFloorSigned(r.high, rest);
  return low == high ? constant(low) : s.outer.floorDiv(rest);
}

Index IndexSpace::modulo(Index index, int64_t divisor) const {
  if (divisor == 1)
    return constant(0);
  Split s = split(*this, index, divisor);
  int64_t rest = divisor / s.unit;
  Index outer = range(s.outer).within(0, rest - 1) ? s.outer : s.outer % rest;
  return outer * s.unit + s.inner;
}

Index IndexSpace::linearize(ArrayRef<Index> indices, ArrayRef<int64_t> shape) const {
  Index linear = constant(0);
  for (auto [index, size] : llvm::zip_equal(indices, shape))
    linear = linear * size + (size == 1 ? constant(0) : index);
  return linear;
}

Indices IndexSpace::delinearize(Index linear, ArrayRef<int64_t> shape) const {
  Indices indices(shape.size(), constant(0));
  if (llvm::is_contained(shape, 0))
    return indices; // no element: the code is never reached
  int64_t stride = 1;
  for (int64_t i = shape.size() - 1; i >= 0; stride *= shape[i--])
    indices[i] = modulo(divide(linear, stride), shape[i]);
  return indices;
}
