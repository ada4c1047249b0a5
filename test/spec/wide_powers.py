# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Powers and the cube root on f64."""

import numpy as np

import pairs
from powers import THIRD, quiet, signed_power
from rounding import F64
from wide import H, exp_c2, log_c2
from wide_exponentials import exp_of_parts, exp_parts
from wide_logarithms import log_of_parts, log_parts, single, with_ends


@quiet
def pow_c3(x, y):
    """pow_c3: x^y: exp_c5 of y * log_c4(|x|) in two parts, signed."""
    x, y = np.broadcast_arrays(np.asarray(x, F64), np.asarray(y, F64))
    a = np.abs(x)
    l = log_of_parts(*log_parts(single(a)))
    high, low = pairs.product_c1(with_ends(a, l[0]), y)
    magnitude = np.where(a == 1, F64(1), exp_of_parts(*exp_parts(high, low + l[1] * y)))
    return signed_power(x, y, magnitude)


def pow_c4(x, n):
    """pow_c4: x^n for an integer n of at most 32 bits, exact in f64."""
    return pow_c3(x, np.asarray(n).astype(F64))


@quiet
def cbrt_c2(x):
    """cbrt_c2: y = exp_c2(log_c2(|x|) / 3), then y + (|x| - y^3) / (3 * y^2), the
    difference by y^3 in two parts; below 2^-900 and above 2^900 |x| is scaled."""
    x = np.asarray(x, F64)
    a = np.abs(x)
    tiny, huge = a < F64(H("0x1p-900")), a > F64(H("0x1p900"))
    c = a * np.where(tiny, F64(H("0x1p600")), np.where(huge, F64(H("0x1p-600")), F64(1)))
    y = exp_c2(log_c2(c) * THIRD)
    square = pairs.product_c1(y, y)
    cube = pairs.scale(square, y)
    y = y + ((c - cube[0]) - cube[1]) / (square[0] * F64(3))
    y = y * np.where(tiny, F64(H("0x1p-200")), np.where(huge, F64(H("0x1p200")), F64(1)))
    return np.where((a > 0) & (a < np.inf), np.copysign(y, x), x)
