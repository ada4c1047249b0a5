# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Powers, further logarithms and hyperbolic functions on f32, through f64.

Near zero the formulas would cancel, so below 2^-10 a few terms of the
Taylor series stand instead.
"""

import numpy as np

from rounding import F32, F64, f32
from wide import H, exp_c2, log_c2

SMALL = F64(H("0x1p-10"))
THIRD = F64(H("0x1.5555555555555p-2"))
SIXTH = F64(H("0x1.5555555555555p-3"))


def wide(x):
    return np.asarray(x, F32).astype(F64)


def quiet(function):
    """Without NumPy's warnings: infinities and NaNs are results here."""
    def wrapped(*arguments):
        with np.errstate(all="ignore"):
            return function(*arguments)
    wrapped.__doc__ = function.__doc__
    return wrapped


@quiet
def signed_power(x, y, magnitude):
    """x^y of |x|^y, with the signs and special cases of IEEE 754 pow."""
    half = y * F64(0.5)
    integral = y == np.trunc(y)
    odd = integral & (half != np.trunc(half))
    r = np.copysign(magnitude, np.where(odd, x, F64(1)))
    r = np.where((x < 0) & (x > -np.inf) & ~integral, F64(np.nan), r)
    r = np.where((x != x) | (y != y), F64(np.nan), r)
    return np.where((x == 1) | (y == 0), F64(1), r)


@quiet
def power(x, y):
    magnitude = np.where(np.abs(x) == 1, F64(1), exp_c2(y * log_c2(np.abs(x))))
    return f32(signed_power(x, y, magnitude))


def pow_c1(x, y):
    """pow_c1: x^y, y on f32: f32(exp_c2(y * log_c2(|x|))), signed."""
    return power(wide(x), wide(y))


def pow_c2(x, n):
    """pow_c2: x^n for an integer n of at most 32 bits, exact in f64."""
    return power(wide(x), np.asarray(n).astype(F64))


@quiet
def exp2_c1(x):
    """exp2_c1: exp_c2(x * ln 2)."""
    return f32(exp_c2(wide(x) * F64(H("0x1.62e42fefa39efp-1"))))


@quiet
def log2_c1(x):
    """log2_c1: log_c2(x) * (1 / ln 2)."""
    return f32(log_c2(wide(x)) * F64(H("0x1.71547652b82fep+0")))


@quiet
def log10_c1(x):
    """log10_c1: log_c2(x) * (1 / ln 10)."""
    return f32(log_c2(wide(x)) * F64(H("0x1.bcb7b1526e50ep-2")))


@quiet
def log1p_c1(x):
    """log1p_c1: log_c2(1 + x); below 2^-10 x + x^2 * (x / 3 - 1/2)."""
    x = wide(x)
    series = x + x * x * (x * THIRD - F64(0.5))
    return f32(np.where(np.abs(x) < SMALL, series, log_c2(F64(1) + x)))


@quiet
def expm1_c1(x):
    """expm1_c1: exp_c2(x) - 1; below 2^-10 x + x^2 * (x / 6 + 1/2)."""
    x = wide(x)
    series = x + x * x * (x * SIXTH + F64(0.5))
    y = np.where(np.abs(x) < SMALL, series, exp_c2(x) - F64(1))
    return f32(np.copysign(y, x))


@quiet
def sinh_c1(x):
    """sinh_c1: e = exp_c2(x): (e - 1 / e) / 2; below 2^-10 x + x^3 / 6."""
    x = wide(x)
    e = exp_c2(x)
    return f32(np.where(np.abs(x) < SMALL, x + x * x * x * SIXTH, (e - F64(1) / e) * F64(0.5)))


@quiet
def cosh_c1(x):
    """cosh_c1: e = exp_c2(x): (e + 1 / e) / 2."""
    e = exp_c2(wide(x))
    return f32((e + F64(1) / e) * F64(0.5))


@quiet
def asinh_c1(x):
    """asinh_c1: a = |x|: log_c2(a + sqrt(a^2 + 1)); below 2^-10 a - a^3 / 6;
    last the sign of x."""
    x = wide(x)
    a = np.abs(x)
    y = np.where(a < SMALL, a - a * a * a * SIXTH, log_c2(a + np.sqrt(a * a + F64(1))))
    return f32(np.copysign(y, x))


@quiet
def acosh_c1(x):
    """acosh_c1: log_c2(x + sqrt(x^2 - 1)), a NaN below 1."""
    x = wide(x)
    return f32(np.where(x < 1, F64(np.nan), log_c2(x + np.sqrt(x * x - F64(1)))))


@quiet
def atanh_c1(x):
    """atanh_c1: log_c2((1 + x) / (1 - x)) / 2; below 2^-10 x + x^3 / 3."""
    x = wide(x)
    y = log_c2((F64(1) + x) / (F64(1) - x)) * F64(0.5)
    return f32(np.where(np.abs(x) < SMALL, x + x * x * x * THIRD, y))


@quiet
def cbrt_c1(x):
    """cbrt_c1: exp_c2(log_c2(|x|) / 3) with the sign of x."""
    x = wide(x)
    return f32(np.copysign(exp_c2(log_c2(np.abs(x)) * THIRD), x))


@quiet
def rsqrt_c1(x):
    """rsqrt_c1: 1 / sqrt(x), two roundings, on f32 and f64."""
    x = np.asarray(x)
    return x.dtype.type(1) / np.sqrt(x)


@quiet
def round_c1(x):
    """round_c1: nearest integer, ties away from zero, on f32 and f64."""
    x = np.asarray(x)
    t = np.trunc(x)
    one = np.copysign(x.dtype.type(1), x)
    return np.copysign(np.where(np.abs(x - t) >= x.dtype.type(0.5), t + one, t), x)
