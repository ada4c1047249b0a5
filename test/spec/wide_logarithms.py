# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions on f64 made of logarithms: log1p, log2, log10, asinh, acosh,
atanh. log x = n * ln 2 + log m, log m in two parts (pairs.py)."""

import numpy as np

import pairs
from powers import SIXTH, THIRD, quiet
from rounding import F64, I32, I64, bits, from_bits
from wide import H, LN2_HIGH, LN2_LOW, horner, power_of_two

ONE = pairs.pair(1)
# 1/5, 1/3 and 1 in two parts; 1/27 to 1/7 rounded once.
ATANH_HEAD = [pairs.pair(H("0x1.999999999999ap-3"), H("-0x1.999999999999ap-57")),
              pairs.pair(H("0x1.5555555555555p-2"), H("0x1.5555555555555p-56")), ONE]
ATANH_TAIL = [1 / k for k in range(27, 5, -2)]
LOG10_2_HIGH = H("0x1.3441350800000p-2")  # 21 zeros at the end, as LN2_HIGH
LOG10_2_LOW = H("0x1.f79fef311f12bp-34")
INVERSE_LN2 = pairs.pair(H("0x1.71547652b82fep+0"), H("0x1.777d0ffda0d24p-56"))
INVERSE_LN10 = pairs.pair(H("0x1.bcb7b1526e50ep-2"), H("0x1.95355baaafad3p-57"))


def log_parts(x):
    """log_c3: (n, l) with log x = n * ln 2 + l, l to 2^-70, for finite x > 0 in two parts.

    x = 2^n * m as in log_c2; s = (m - 1) / (m + 1), z = s^2,
    l = 2 * s * (1 + z * (1/3 + z * (1/5 + z * T(z)))), T = 1/7 + ... + z^10 / 27;
    T takes one part, all else two."""
    high, low = x
    tiny = high < F64(H("0x1p-1022"))
    i = bits(np.where(tiny, high * F64(H("0x1p54")), high))
    n = (i - I64(0x3FE6A09E667F3BCD)) >> I64(52)
    m = from_bits(i - (n << I64(52)))
    n = n.astype(I32)
    low = low * power_of_two(-np.minimum(np.maximum(n, I32(-1000)), I32(1000)))
    n = n - np.where(tiny, I32(54), I32(0))
    d = pairs.sum_c1(m, F64(1))
    s = pairs.divide(pairs.sum_c1(m - F64(1), low), (d[0], d[1] + low))
    z = pairs.multiply(s, s)
    p = pairs.horner(z, [(horner(z[0], ATANH_TAIL), F64(0)), *ATANH_HEAD])
    return n.astype(F64), pairs.multiply((s[0] + s[0], s[1] + s[1]), p)


def log_of_parts(n, l):
    """log_c4: their sum in two parts."""
    return pairs.add(pairs.sum_c1(n * F64(LN2_HIGH), n * F64(LN2_LOW)), l)


def with_ends(x, y):
    """The logarithm y of x, or of 0, infinity, less than 0, NaN."""
    y = np.where(x == np.inf, x, np.where(x == 0, F64(-np.inf), y))
    return np.where((x < 0) | (x != x), F64(np.nan), y)


def single(x):
    x = np.asarray(x, F64)
    return x, np.zeros_like(x)


@quiet
def log2_c2(x):
    """log2_c2: n + l / ln 2."""
    n, l = log_parts(single(x))
    return with_ends(x, pairs.add(single(n), pairs.multiply(l, INVERSE_LN2))[0])


@quiet
def log10_c2(x):
    """log10_c2: n * log10 2 + l / ln 10."""
    n, l = log_parts(single(x))
    whole = pairs.sum_c1(n * F64(LOG10_2_HIGH), n * F64(LOG10_2_LOW))
    return with_ends(x, pairs.add(whole, pairs.multiply(l, INVERSE_LN10))[0])


@quiet
def log1p_c2(x):
    """log1p_c2: log_c4 of 1 + x in two parts; below 2^-54 x."""
    x = np.asarray(x, F64)
    u = pairs.sum_c1(F64(1), x)
    y = with_ends(u[0], log_of_parts(*log_parts(u))[0])
    return np.where(np.abs(x) < F64(H("0x1p-54")), x, y)


@quiet
def asinh_c2(x):
    """asinh_c2: a = |x|: log_c4 of a + sqrt(a^2 + 1) in two parts, from 2^28 on
    of 2 * a; below 2^-28 a - a^3 / 6; last the sign of x."""
    x = np.asarray(x, F64)
    a = np.abs(x)
    far = a > F64(H("0x1p28"))
    c = np.where(far, F64(1), a)
    t = pairs.add(single(c), pairs.root(pairs.add(pairs.product_c1(c, c), ONE)))
    n, l = log_parts((np.where(far, a, t[0]), np.where(far, F64(0), t[1])))
    y = with_ends(a + F64(1), log_of_parts(n + np.where(far, F64(1), F64(0)), l)[0])
    y = np.where(a < F64(H("0x1p-28")), a - a * a * a * SIXTH, y)
    return np.copysign(y, x)


@quiet
def acosh_c2(x):
    """acosh_c2: log_c4 of x + sqrt(x^2 - 1) in two parts, from 2^28 on of 2 * x;
    a NaN below 1."""
    x = np.asarray(x, F64)
    far = x > F64(H("0x1p28"))
    c = np.where(far, F64(1), x)
    t = pairs.add(single(c), pairs.root(pairs.add(pairs.product_c1(c, c), pairs.pair(-1))))
    n, l = log_parts((np.where(far, x, t[0]), np.where(far, F64(0), t[1])))
    y = with_ends(x, log_of_parts(n + np.where(far, F64(1), F64(0)), l)[0])
    return np.where(x < 1, F64(np.nan), y)


@quiet
def atanh_c2(x):
    """atanh_c2: a = |x|: log_c4 of (1 + a) / (1 - a) in two parts, halved; below
    2^-28 a + a^3 / 3; last the sign of x."""
    x = np.asarray(x, F64)
    a = np.abs(x)
    t = pairs.divide(pairs.sum_c1(F64(1), a), pairs.sum_c1(F64(1), -a))
    y = with_ends(t[0], log_of_parts(*log_parts(t))[0]) * F64(0.5)
    y = np.where(a < F64(H("0x1p-28")), a + a * a * a * THIRD, y)
    return np.copysign(np.where(a == 1, F64(np.inf), y), x)
