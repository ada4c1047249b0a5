// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// reduce_c2: an angle's quadrant and rest, right for every f64. The product with
// 2/pi is taken modulo 4 in integers, without a table in memory.
#include "lib/Kernels/Math/WideParts.h"
#include <limits>

using namespace mlir;

namespace pith::math {

// 55 zeros, then the first 1225 binary digits of 2/pi.
constexpr uint64_t twoOverPi[] = {
    0x0000000000000145, 0xF306DC9C882A53F8, 0x4EAFA3EA69BB81B6, 0xC52B3278872083FC,
    0xA2C757BD778AC36E, 0x48DC74849BA5C00C, 0x925DD413A32439FC, 0x3BD63962534E7DD1,
    0x046BEA5D768909D3, 0x38E04D68BEFC8273, 0x23AC7306A673E939, 0x08BF177BF250763F,
    0xF12FFFBC0B301FDE, 0x5E2316B414DA3EDA, 0x6CFD9E4F96136E9E, 0x8C7ECD3CBFD45AEA,
    0x4F758FD7CBE2F67A, 0x0E73EF14A525D4D7, 0xF6BF623F1ABA10AC, 0x06608DF8F6D757E1};

static Term left(Term x, Term bits) { return x.emitter->make<arith::ShLIOp>(x, bits); }
static Term right(Term x, Term bits) { return x.emitter->make<arith::ShRUIOp>(x, bits); }
static Term both(Term a, Term b) { return a.emitter->make<arith::AndIOp>(a, b); }
static Term either(Term a, Term b) { return a.emitter->make<arith::OrIOp>(a, b); }

/// Four words from the `index`-th on: a shift by words for each bit of the index.
static SmallVector<Term> wordsFrom(Term index) {
  Emitter &e = *index.emitter;
  SmallVector<Term> words;
  for (uint64_t word : twoOverPi)
    words.push_back(e.i64(int64_t(word)));
  for (int64_t step = 16; step > 0; step /= 2) {
    Term moves = unequal(both(index, e.i64(step)), e.i64(0));
    size_t count = std::min<size_t>(words.size(), step + 3);
    for (size_t j = 0; j < count; ++j)
      if (j + step < words.size())
        words[j] = select(moves, words[j + step], words[j]);
    words.resize(count);
  }
  return words;
}

/// The 192 binary digits of 2/pi from the s-th on.
static std::array<Term, 3> digitsFrom(Term s) {
  Emitter &e = *s.emitter;
  SmallVector<Term> d = wordsFrom(right(s, e.i64(6)));
  Term shift = both(s, e.i64(63)), rest = e.i64(63) - shift;
  std::array<Term, 3> w;
  for (size_t j = 0; j < w.size(); ++j)
    w[j] = either(left(d[j], shift), right(right(d[j + 1], e.i64(1)), rest));
  return w;
}

/// The 64 highest bits of the 128 of m * b, m below 2^53.
static Term highProduct(Term m, Term b) {
  Emitter &e = *m.emitter;
  Term half = e.i64(32), low = e.i64(0xFFFFFFFF);
  Term m1 = right(m, half), m0 = both(m, low), b1 = right(b, half), b0 = both(b, low);
  Term t = m1 * b0 + right(m0 * b0, half);
  return m1 * b1 + right(t, half) + right(m0 * b1 + both(t, low), half);
}

Reduced reduceWide(Term x) {
  Emitter &e = *x.emitter;
  Type f64 = e.builder.getF64Type();
  Term i = both(toBits(x), e.i64(std::numeric_limits<int64_t>::max()));
  Term m = either(both(i, e.i64((int64_t(1) << 52) - 1)), e.i64(int64_t(1) << 52));
  Term s = e.make<arith::MaxSIOp>(right(i, e.i64(52)) - e.i64(1022), e.i64(0));
  std::array<Term, 3> w = digitsFrom(s);
  // The 128 highest bits of the product modulo 4: quadrant and fraction.
  Term middle = m * w[1], lowest = middle + highProduct(m, w[2]);
  Term carry = e.term(arith::CmpIOp::create(e.builder, e.loc, arith::CmpIPredicate::ult,
                                            lowest.value, middle.value));
  Term p = m * w[0] + highProduct(m, w[1]) + e.cast<arith::ExtUIOp>(e.builder.getI64Type(), carry);
  Term q = right(p + e.i64(int64_t(1) << 61), e.i64(62));
  Term high = p - left(q, e.i64(62));
  // Each 32 bits are exact; the highest carry the sign.
  auto number = [&](Term bits, double unit) {
    return e.cast<arith::SIToFPOp>(f64, bits) * e.f64(unit);
  };
  Term half = e.i64(32), low = e.i64(0xFFFFFFFF);
  Pair rest = exactSum(number(e.make<arith::ShRSIOp>(high, half), 0x1p-30),
                       number(both(high, low), 0x1p-62));
  rest = rest + Pair{number(right(lowest, half), 0x1p-94), e.f64(0)};
  rest = rest + Pair{number(both(lowest, low), 0x1p-126), e.f64(0)};
  rest = rest * pair(e, 0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54);
  Term near = i < e.i64(0x3FE921FB54442D18); // below pi/4 x is its own rest
  Pair r = select(near, {abs(x), e.f64(0)}, rest);
  Term finite = abs(x) < e.f64(std::numeric_limits<double>::infinity());
  r.high = select(finite, r.high, e.f64(std::numeric_limits<double>::quiet_NaN()));
  Term quadrant = e.cast<arith::TruncIOp>(e.builder.getI32Type(), q);
  return {select(near, e.i32(0), quadrant), r};
}

} // namespace pith::math
