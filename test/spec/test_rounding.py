# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""fma against exact rational arithmetic."""

import fractions

import numpy as np

from rounding import F32, I32, fma, from_bits


def exact_fma(a, b, c):
    """Nearest-even f32 of a * b + c, with integers only."""
    value = fractions.Fraction(float(a)) * fractions.Fraction(float(b))
    value += fractions.Fraction(float(c))
    if value == 0:
        negative_zero = np.signbit(a) != np.signbit(b) and np.signbit(c)
        return F32(-0.0) if negative_zero else F32(0.0)
    magnitude, exponent = abs(value), -149
    while magnitude / fractions.Fraction(2) ** exponent >= 1 << 24:
        exponent += 1
    scaled = magnitude / fractions.Fraction(2) ** exponent
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    half = fractions.Fraction(1, 2)
    whole += rest > half or (rest == half and whole % 2 == 1)
    if fractions.Fraction(whole) * fractions.Fraction(2) ** exponent >= 1 << 128:
        return F32(np.inf if value > 0 else -np.inf)
    result = np.ldexp(np.float64(whole), exponent)
    return F32(result if value > 0 else -result)


def check(a, b, c):
    y = fma(a, b, c)
    for i in range(len(a)):
        want = exact_fma(a[i], b[i], c[i])
        same = y[i] == want and np.signbit(y[i]) == np.signbit(want)
        assert same, f"fma({a[i]!r}, {b[i]!r}, {c[i]!r}) = {y[i]!r}, not {want!r}"


def test_fma_of_random_patterns():
    r = np.random.default_rng(1)
    a, b, c = (from_bits(r.integers(-2**31, 2**31, 3000).astype(I32)) for _ in range(3))
    finite = np.isfinite(a) & np.isfinite(b) & np.isfinite(c)
    check(a[finite], b[finite], c[finite])


def test_fma_near_ties_and_cancellation():
    r = np.random.default_rng(2)
    a = (r.integers(1 << 11, 1 << 13, 3000) * 2.0 ** r.integers(-20, 20, 3000)).astype(F32)
    b = (r.integers(1 << 11, 1 << 13, 3000) * 2.0 ** r.integers(-20, 20, 3000)).astype(F32)
    near = -(a.astype(np.float64) * b).astype(F32)
    tiny = near * F32(2.0) ** r.integers(-60, -20, 3000).astype(F32)
    check(a, b, np.where(r.random(3000) < 0.5, near, tiny).astype(F32))


def test_fma_of_denormal_results():
    r = np.random.default_rng(3)
    a = (r.standard_normal(2000) * 2.0**-70).astype(F32)
    b = (r.standard_normal(2000) * 2.0**-72).astype(F32)
    check(a, b, from_bits(r.integers(0, 4000, 2000).astype(I32)))


def test_fma_of_infinities_and_nans():
    inf, nan = F32(np.inf), F32(np.nan)
    y = fma(F32([inf, inf, 1, nan, 2**127]), F32([1, 0, 1, 1, 4]), F32([-1, 1, -inf, 1, -inf]))
    assert y[0] == inf and np.isnan(y[1]) and y[2] == -inf and np.isnan(y[3]) and y[4] == -inf
