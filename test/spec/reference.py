# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""High-precision results, and the distance of f32 or f64 results from them."""

import math

import numpy as np

from rounding import F32, F64, bits, from_bits, I32, U32

LD = np.longdouble


def ulps(y, exact):
    """|y - exact| in units in the last place of y's format at `exact`.

    Overflow where the exact value rounds to infinity, and NaN for NaN, are no
    error; a wrong infinity, NaN or sign of zero is infinitely wrong.
    """
    info = np.finfo(y.dtype)
    digits, lowest = info.nmant, info.minexp
    exact = np.asarray(exact, LD)
    limit = LD(info.max) + np.ldexp(LD(0.5), info.maxexp - 1 - digits)
    exact = np.where(np.abs(exact) >= limit, np.copysign(LD(np.inf), exact), exact)
    finite = np.isfinite(exact)
    exponent = np.frexp(np.where(finite, exact, 0))[1] - 1
    unit = np.ldexp(LD(1), np.maximum(exponent, lowest) - digits)
    with np.errstate(all="ignore"):
        error = np.abs(y.astype(LD) - exact) / unit
    error = np.where(np.isnan(error), np.inf, error)
    same = (y == exact) | (np.isnan(y) & np.isnan(exact))
    error = np.where(finite, error, np.where(same, 0, np.inf))
    zero = finite & (exact == 0)
    return np.where(zero & (np.signbit(y) != np.signbit(exact)), np.inf, error)


def every(step, begin=0, end=1 << 32):
    """Each step-th f32 pattern: all exponents, both signs, NaN, infinity."""
    return np.arange(begin, end, step, dtype=np.uint64).astype(U32).view(F32)


def special(*dense):
    """Special values with their neighbours, and dense intervals."""
    points = F32([0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 0.5, -0.5, 2, -2, 3, 10])
    near = from_bits((bits(points)[:, None] + np.arange(-2, 3, dtype=I32)).ravel())
    lines = [np.linspace(a, b, 200_001).astype(F32) for a, b in dense]
    return np.concatenate([points, near, *lines])


def wide(*dense):
    """The same on f64: random patterns of all exponents, denormals, special
    values with their neighbours, all magnitudes of use, and dense intervals."""
    r = np.random.default_rng(4)
    points = F64([0.0, np.inf, np.nan, 1, 0.5, 2, 3, 10, np.finfo(F64).max, np.finfo(F64).tiny])
    points = np.concatenate([points, -points])
    near = from_bits((bits(points)[:, None] + np.arange(-2, 3)).ravel())
    patterns = r.integers(0, 1 << 64, 200_000, dtype=np.uint64).view(F64)
    tiny = r.integers(0, 1 << 52, 1000, dtype=np.uint64).view(F64)
    middle = np.exp(r.uniform(-45, 8, 100_000)) * r.choice([-1, 1], 100_000)
    return np.concatenate([points, near, patterns, tiny, middle,
                           *(r.uniform(a, b, 100_000) for a, b in dense)])


def erf(x):
    return np.vectorize(math.erf, otypes=[F64])(x)


def wide_erf(x):
    """In 80 bits: 2 / sqrt(pi) * e^-x^2 * sum 2^k x^(2k+1) / (2k+1)!!."""
    a = np.minimum(np.abs(x.astype(LD)), LD(7))
    square = a * a
    term = total = a * np.exp(-square) * (2 / np.sqrt(4 * np.arctan(LD(1))))
    for k in range(1, 250):
        term = term * square * 2 / (2 * k + 1)
        total = total + term
    return np.where(np.isnan(x), x, np.copysign(total, x))


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1) / (1 + e)
