# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""asin, acos, atan, atan2 on f64, each the angle of a point of two parts."""

import numpy as np

import pairs
from powers import quiet
from rounding import F64
from trigonometry import signed
from wide import H, horner
from wide_logarithms import ONE, single
from wide_trigonometry import HALF_PI, choose

QUARTER_PI = pairs.pair(H("0x1.921fb54442d18p-1"), H("0x1.1a62633145c07p-55"))
THREE_QUARTERS_PI = pairs.pair(H("0x1.2d97c7f3321d2p+1"), H("0x1.a79394c9e8a0ap-54"))
PI = pairs.pair(H("0x1.921fb54442d18p+1"), H("0x1.1a62633145c07p-53"))
ATAN_P10 = [H(c) for c in (
    "-0x1.241aaf4a66458p-6", "0x1.376b94dcbe64fp-5", "-0x1.9cbeed60849dap-5",
    "0x1.df10aaa214675p-5", "-0x1.10ec493401bf4p-4", "0x1.3b11328f3e9c7p-4",
    "-0x1.745cfb26171d9p-4", "0x1.c71c7103a0877p-4", "-0x1.2492492315912p-3",
    "0x1.9999999996e75p-3", "-0x1.555555555554ap-2")]


def angle(y, x, negative=False):
    """angle_c1: atan(y / x) for y, x >= 0 in two parts, not both 0; pi minus that where `negative`.

    u = -x / y and pi/2, (y - x) / (y + x) and pi/4, or y / x and 0, so that
    |u| <= tan(pi/8) or so; base + atan u, or (pi - base) - atan u, with
    atan u = u + u * z * P10(z), z = u^2, P10 that of fit.py."""
    far, middle = y[0] > x[0] * F64(H("0x1.3504f333f9de6p+1")), y[0] > x[0] * F64(H("0x1.a827999fcef32p-2"))
    opposite = -x[0], -x[1]
    top = choose(far, opposite, choose(middle, pairs.add(y, opposite), y))
    u = pairs.divide(top, choose(far, y, choose(middle, pairs.add(y, x), x)))
    u = signed(u[0], negative), signed(u[1], negative)
    acute = choose(middle, QUARTER_PI, single(0))
    obtuse = choose(middle, THREE_QUARTERS_PI, PI)
    base = choose(far, HALF_PI, choose(negative, obtuse, acute))
    z = u[0] * u[0]
    s = pairs.sum_c2(base[0], u[0])
    return s[0] + (s[1] + (base[1] + ((u[1] - u[1] * z) + u[0] * (z * horner(z, ATAN_P10)))))


def other_side(a):
    """sqrt(1 - a^2) in two parts."""
    p = pairs.product_c1(a, a)
    return pairs.root(pairs.add(ONE, (-p[0], -p[1])))


@quiet
def atan_c2(x):
    """atan_c2: angle_c1 of |x| and 1, with the sign of x; |x| is at most 2^100."""
    x = np.asarray(x, F64)
    a = np.where(np.abs(x) > F64(2.0**100), F64(2.0**100), np.abs(x))
    return np.copysign(angle(single(a), ONE), x)


@quiet
def asin_c2(x):
    """asin_c2: angle_c1 of |x| and sqrt(1 - x^2), with the sign of x."""
    x = np.asarray(x, F64)
    a = np.abs(x)
    return np.copysign(angle(single(a), other_side(a)), x)


@quiet
def acos_c2(x):
    """acos_c2: angle_c1 of sqrt(1 - x^2) and x."""
    x = np.asarray(x, F64)
    a = np.abs(x)
    return angle(other_side(a), single(a), np.signbit(x))


@quiet
def atan2_c2(y, x):
    """atan2_c2: angle_c1 of |y| and x, with the sign of y. Of two zeros x counts
    as 1; of infinities, they as 1 and what is finite as 0. Both are scaled, so
    that sums are finite and products keep their low parts."""
    y, x = np.broadcast_arrays(np.asarray(y, F64), np.asarray(x, F64))
    b, a = np.abs(y), np.abs(x)
    inf = F64(np.inf)
    far = (b == inf) | (a == inf)
    scale = np.where((b > F64(2.0**900)) | (a > F64(2.0**900)), F64(2.0**-60), F64(2.0**120))
    scale = np.where(far, F64(0), scale)
    b, a = np.where(b == inf, F64(1), b * scale), np.where(a == inf, F64(1), a * scale)
    a = np.where((b == 0) & (a == 0), F64(1), a)
    return np.copysign(angle(single(b), single(a), np.signbit(x)), y)
