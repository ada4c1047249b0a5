# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Numbers in two parts: (h, l) stands for h + l, h being that sum rounded to
f64. About 100 bits, in additions, multiplications and divisions of f64."""

import numpy as np

from rounding import F64, I64, bits, from_bits


def sum_c1(a, b):
    """sum_c1: a + b, exactly."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def sum_c2(a, b):
    """sum_c2: a + b, exactly, where |a| >= |b| or a is 0."""
    s = a + b
    return s, b - (s - a)


def halves(a):
    """The 26 highest bits of the significand, and the rest."""
    high = from_bits(bits(a) & I64(-1 << 27))
    return high, a - high


def product_c1(a, b):
    """product_c1: a * b, to 2^-105: the parts' products are exact but the last."""
    p = a * b
    (c, d), (e, f) = halves(a), halves(b)
    return p, ((c * e - p) + c * f + d * e) + d * f


def add(x, y):
    s, e = sum_c1(x[0], y[0])
    return sum_c2(s, e + (x[1] + y[1]))


def multiply(x, y):
    p, e = product_c1(x[0], y[0])
    return sum_c2(p, e + (x[0] * y[1] + x[1] * y[0]))


def scale(x, b):
    """x * b for one f64."""
    p, e = product_c1(x[0], b)
    return sum_c2(p, e + x[1] * b)


def divide(x, y):
    """The quotient of the high parts, and what its product leaves of x."""
    q = x[0] / y[0]
    p, e = product_c1(q, y[0])
    return sum_c2(q, (((x[0] - p) - e) + (x[1] - q * y[1])) / y[0])


def root(x):
    s = np.sqrt(x[0])
    p, e = product_c1(s, s)
    return sum_c2(s, (((x[0] - p) - e) + x[1]) / np.where(s == 0, F64(1), s + s))


def horner(x, parts):
    """p = c0; p = p * x + c for the others, all in two parts."""
    p = parts[0]
    for c in parts[1:]:
        p = add(multiply(p, x), c)
    return p


def pair(high, low=0.0):
    return F64(high), F64(low)
