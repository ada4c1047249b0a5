# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Exact functions: the remainder of floats, powers of integers, bf16."""

import numpy as np

from rounding import F32, F64, U32, f32


def remainder_c1(x, y):
    """remainder_c1: x - trunc(x / y) * y, exact, with the sign of x; a NaN for
    infinite x and for y = 0; x for infinite y. (NumPy's fmod is exact.)"""
    with np.errstate(all="ignore"):
        return np.fmod(x, y)


def power_c1(base, exponent):
    """power_c1: base^exponent modulo 2^width; a negative exponent gives 0 but
    for base 1 and -1."""
    result, square = np.ones_like(base), base.copy()
    n = exponent.copy().view(f"u{exponent.dtype.itemsize}")
    for _ in range(exponent.dtype.itemsize * 8):
        with np.errstate(all="ignore"):
            result = np.where(n & 1, result * square, result)
            square = square * square
        n >>= 1
    return np.where((exponent < 0) & (np.abs(base) != 1), base.dtype.type(0), result)


def bf16_c1(x):
    """bf16_c1: the nearest-even bf16 of f32, as f32 with 16 zero bits."""
    x = np.ascontiguousarray(x, F32)
    i = x.view(U32)
    even = (i >> 16) & 1
    rounded = ((i.astype(np.uint64) + 0x7FFF + even) & 0xFFFF0000).astype(U32)
    quiet = (i & U32(0xFFFF0000)) | U32(0x400000)
    return np.where(np.isnan(x), quiet, rounded).view(F32)


def bf16_c2(x):
    """bf16_c2: the nearest-even bf16 of f64, by one rounding: to 8 significant
    bits, or to multiples of 2^-133."""
    x = np.asarray(x, F64)
    with np.errstate(all="ignore"):
        exponent = np.maximum(np.frexp(x)[1] - 8, -133)
        y = np.ldexp(np.rint(np.ldexp(x, -exponent)), exponent)
        y = np.where(np.isfinite(x), y, x)
        return f32(np.where(np.abs(y) >= 2.0**128, np.copysign(np.inf, y), y))
