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


def erf(x):
    return np.vectorize(math.erf, otypes=[F64])(x)


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1) / (1 + e)
