# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""sin, cos, tan and their inverses on f32.

x * 2/pi is taken modulo 4 in integers, so that the quadrant and the rest are
right for every f32. The polynomials run in f64 and round once, to f32.
"""

import numpy as np

from powers import quiet, wide
from rounding import F32, F64, I32, I64, U64, bits, f32
from wide import H, atan_core, horner

# 26 zeros, then the first 230 binary digits of 2/pi.
TWO_OVER_PI = [0x00000028, 0xBE60DB93, 0x91054A7F, 0x09D5F47D,
               0x4D377036, 0xD8A5664F, 0x10E4107F, 0x9458EAF7]
SIN_P9 = [H(c) for c in (
    "0x1.6cd1a257b60f3p-19", "-0x1.a00f7dd93b6fdp-13", "0x1.11110868c2264p-7",
    "-0x1.5555554c6f96bp-3")]
COS_P10 = [H(c) for c in (
    "-0x1.241e5fd5778adp-22", "0x1.a010ddab64e55p-16", "-0x1.6c16b82856900p-10",
    "0x1.5555554ed7e2bp-5")]


def reduce(x):
    """reduce_c1: (q, r) with |x| = (q + 4 k) * pi/2 + r, |r| <= pi/4 or so.

    With the mantissa m and s = exponent - 126, the digits of 2/pi that matter
    modulo 4 are 96 from the s-th on; the product's 64 highest bits are kept:
    2 of the quadrant, 62 of the fraction, rounded to the nearest quadrant.
    """
    i = bits(x) & I32(0x7FFFFFFF)
    m = ((i & 0x7FFFFF) | 0x800000).astype(U64)
    s = np.maximum((i >> 23) - 126, 0)
    word, shift = s >> 5, (s & 31).astype(U64)
    digits = np.array(TWO_OVER_PI, U64)
    d = [digits[np.minimum(word, 4) + j] for j in range(4)]
    w = [(((d[j] << U64(32)) | d[j + 1]) << shift) >> U64(32) & U64(0xFFFFFFFF)
         for j in range(3)]
    p = ((m * w[0]) << U64(32)) + m * w[1] + ((m * w[2]) >> U64(32))
    q = (p + U64(1 << 61)) >> U64(62)
    rest = (p - (q << U64(62))).view(I64).astype(F64) * F64(H("0x1.921fb54442d18p-62"))
    near = i < I32(0x3F490FDB)  # below pi/4 x is its own rest
    r = np.where(near, np.abs(x).astype(F64), rest)
    r = np.where(np.isfinite(x), r, F64(np.nan))
    return np.where(near, I32(0), q.astype(I32)), r


@quiet
def sin_cos(x):
    """q, sin r, cos r: r + r * z * P9(z), 1 + (z^2 * P10(z) - z / 2), z = r^2."""
    q, r = reduce(np.ascontiguousarray(x, F32))
    z = r * r
    return q, r + r * z * horner(z, SIN_P9), F64(1) + (z * z * horner(z, COS_P10) - z * F64(0.5))


def signed(y, negative):
    return np.where(negative, -y, y)


def sin_c1(x):
    """sin_c1: sin or cos of r by the quadrant; minus in quadrants 2 and 3,
    and minus for negative x."""
    q, s, c = sin_cos(x)
    return f32(signed(signed(np.where(q & 1, c, s), (q & 2) != 0), np.signbit(x)))


def cos_c1(x):
    """cos_c1: cos or sin of r by the quadrant; minus in quadrants 1 and 2."""
    q, s, c = sin_cos(x)
    return f32(signed(np.where(q & 1, s, c), ((q + 1) & 2) != 0))


@quiet
def tan_c1(x):
    """tan_c1: sin / cos, in odd quadrants -cos / sin; minus for negative x."""
    q, s, c = sin_cos(x)
    odd = (q & 1) != 0
    return f32(signed(np.where(odd, -c, s) / np.where(odd, s, c), np.signbit(x)))


@quiet
def atan_c1(x):
    """atan_c1: atan_core(|x|) with the sign of x."""
    x = wide(x)
    return f32(np.copysign(atan_core(np.abs(x)), x))


@quiet
def asin_c1(x):
    """asin_c1: a = |x|: atan_core(a / sqrt((1 - a) * (1 + a))), signed."""
    x = wide(x)
    a = np.abs(x)
    return f32(np.copysign(atan_core(a / np.sqrt((F64(1) - a) * (F64(1) + a))), x))


@quiet
def acos_c1(x):
    """acos_c1: 2 * atan_core(sqrt((1 - x) / (1 + x)))."""
    x = wide(x)
    return f32(atan_core(np.sqrt((F64(1) - x) / (F64(1) + x))) * F64(2))


@quiet
def atan2_c1(y, x):
    """atan2_c1: a = atan_core(|y| / |x|), 0/0 being 0 and inf/inf 1; pi - a
    for negative x (-0 included); with the sign of y."""
    y, x = wide(y), wide(x)
    t = np.abs(y) / np.abs(x)
    t = np.where(np.abs(y) == np.abs(x), np.where(x == 0, F64(0), F64(1)), t)
    a = atan_core(t)
    a = np.where(np.signbit(x), F64(H("0x1.921fb54442d18p+1")) - a, a)
    return f32(np.copysign(a, y))
