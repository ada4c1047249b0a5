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

/// Joins terms of one base; drops those that vanish.
static void joinEqual(SmallVectorImpl<Term> &terms) {
  for (size_t i = 0; i < terms.size(); ++i)
    for (size_t j = i + 1; j < terms.size();)
      if (terms[j].base == terms[i].base) {
        terms[i].factor += terms[j].factor;
        terms.erase(terms.begin() + j);
      } else {
        ++j;
      }
  llvm::erase_if(terms, [](const Term &term) { return term.factor == 0; });
}

/// index floordiv divisor; a quotient's divisor is multiplied.
static Index quotientOf(Index index, int64_t divisor) {
  auto binary = dyn_cast<AffineBinaryOpExpr>(index);
  if (binary && index.getKind() == AffineExprKind::FloorDiv)
    if (auto first = dyn_cast<AffineConstantExpr>(binary.getRHS()))
      return binary.getLHS().floorDiv(first.getValue() * divisor);
  return index.floorDiv(divisor);
}

/// Replaces one pair (e floordiv q) * q * f + (e mod q) * f by e * f.
static bool joinOneQuotient(SmallVectorImpl<Term> &terms) {
  for (size_t i = 0; i < terms.size(); ++i) {
    auto rest = dyn_cast<AffineBinaryOpExpr>(terms[i].base);
    auto divisor = rest ? dyn_cast<AffineConstantExpr>(rest.getRHS()) : AffineConstantExpr();
    if (!divisor || rest.getKind() != AffineExprKind::Mod)
      continue;
    Index whole = rest.getLHS();
    int64_t factor = terms[i].factor;
    auto quotient = llvm::find_if(terms, [&](const Term &term) {
      return term.base == quotientOf(whole, divisor.getValue()) &&
             term.factor == factor * divisor.getValue();
    });
    if (quotient == terms.end())
      continue;
    terms.erase(quotient);
    terms.erase(llvm::find_if(terms, [&](const Term &term) { return term.base == rest; }));
    collectTerms(whole, factor, terms);
    return true;
  }
  return false;
}

static SmallVector<Term> joinedTerms(Index index) {
  SmallVector<Term> terms;
  collectTerms(index, 1, terms);
  do
    joinEqual(terms);
  while (joinOneQuotient(terms));
  return terms;
}

Index IndexSpace::simplify(Index index) const {
  Index sum = constant(0);
  for (const Term &term : joinedTerms(index))
    sum = sum + term.base * term.factor;
  return sum;
}

std::optional<int64_t> IndexSpace::distance(Index a, Index b) const {
  SmallVector<Term> terms;
  collectTerms(a, 1, terms);
  collectTerms(b, -1, terms);
  joinEqual(terms);
  if (terms.empty())
    return 0;
  if (terms.size() > 1 || !isa<AffineConstantExpr>(terms.front().base))
    return std::nullopt;
  return terms.front().factor;
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

Index IndexSpace::digit(Lanes &lanes, unsigned size, int64_t last) {
  if (size == 1)
    return constant(0);
  unsigned position = ranges.size();
  ranges.push_back({0, last});
  vectorOf[position] = &lanes;
  lanes.digits.push_back({position, size});
  return getAffineDimExpr(position, context);
}

Index IndexSpace::lanes(unsigned width, unsigned active) {
  vectors.push_back(std::make_unique<Lanes>(Lanes{width, active}));
  return digit(*vectors.back(), width, active - 1);
}

Index IndexSpace::scalableLanes(unsigned width) {
  vectors.push_back(std::make_unique<Lanes>(Lanes{width, width, /*scalable=*/true}));
  return digit(*vectors.back(), width, width - 1);
}

Index IndexSpace::interleavedLanes(unsigned width, unsigned parts, unsigned part) {
  vectors.push_back(std::make_unique<Lanes>(Lanes{width, width}));
  Index block = digit(*vectors.back(), width / 4, width / 4 - 1);
  Index within = digit(*vectors.back(), 4, 3);
  return block * (4 * int64_t(parts)) + 4 * int64_t(part) + within;
}

const Lanes *IndexSpace::lanesOf(Index index) const {
  const Lanes *found = nullptr;
  index.walk([&](AffineExpr expr) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      if (const Lanes *lanes = vectorOf.lookup(dim.getPosition()))
        found = lanes;
  });
  return found;
}

const Lanes *IndexSpace::lanesOf(ArrayRef<Index> indices) const {
  for (Index index : indices)
    if (const Lanes *lanes = lanesOf(index))
      return lanes;
  return nullptr;
}

Index IndexSpace::atLane(Index index, const Lanes &lanes, unsigned lane) const {
  llvm::DenseMap<AffineExpr, AffineExpr> values;
  for (const Lanes::Digit &digit : llvm::reverse(lanes.digits)) {
    values[getAffineDimExpr(digit.position, context)] = constant(lane % digit.size);
    lane /= digit.size;
  }
  return index.replace(values);
}

std::optional<SmallVector<int64_t>> IndexSpace::distances(Index index) const {
  const Lanes *lanes = lanesOf(index);
  if (!lanes)
    return SmallVector<int64_t>{0};
  if (lanes->scalable) {
    // Of a number of lanes that is not known, only a step can be.
    int64_t step = 0;
    for (const Term &term : joinedTerms(index)) {
      if (!lanesOf(term.base))
        continue;
      if (!isa<AffineDimExpr>(term.base))
        return std::nullopt;
      step += term.factor;
    }
    return SmallVector<int64_t>{0, step};
  }
  Index first = atLane(index, *lanes, 0);
  SmallVector<int64_t> result;
  for (unsigned lane = 0; lane < lanes->active; ++lane) {
    std::optional<int64_t> each = distance(atLane(index, *lanes, lane), first);
    if (!each)
      return std::nullopt;
    result.push_back(*each);
  }
  return result;
}
