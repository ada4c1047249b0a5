# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""sin, cos, tan and their inverses on f64.

x * 2/pi is taken modulo 4 in integers, as for f32; the rest and what follows
from it are numbers in two parts (pairs.py)."""

import math

import numpy as np

import pairs
from powers import quiet
from rounding import F64, I32, I64, U64, bits
from trigonometry import signed
from wide import H, horner
from wide_logarithms import single

# 55 zeros, then the first 1225 binary digits of 2/pi.
TWO_OVER_PI = [
    0x0000000000000145, 0xF306DC9C882A53F8, 0x4EAFA3EA69BB81B6, 0xC52B3278872083FC,
    0xA2C757BD778AC36E, 0x48DC74849BA5C00C, 0x925DD413A32439FC, 0x3BD63962534E7DD1,
    0x046BEA5D768909D3, 0x38E04D68BEFC8273, 0x23AC7306A673E939, 0x08BF177BF250763F,
    0xF12FFFBC0B301FDE, 0x5E2316B414DA3EDA, 0x6CFD9E4F96136E9E, 0x8C7ECD3CBFD45AEA,
    0x4F758FD7CBE2F67A, 0x0E73EF14A525D4D7, 0xF6BF623F1ABA10AC, 0x06608DF8F6D757E1]
HALF_PI = pairs.pair(H("0x1.921fb54442d18p+0"), H("0x1.1a62633145c07p-54"))
# The series: -1/3!, ..., 1/17! and 1/4!, ..., 1/16!, the highest first.
SIN_P = [(-1) ** k / math.factorial(2 * k + 1) for k in range(8, 0, -1)]
COS_P = [(-1) ** k / math.factorial(2 * k) for k in range(8, 1, -1)]
LOW = U64(0xFFFFFFFF)


def high_product(m, b):
    """The 64 highest bits of the 128 of m * b, m below 2^53."""
    m1, m0, b1, b0 = m >> U64(32), m & LOW, b >> U64(32), b & LOW
    t = m1 * b0 + ((m0 * b0) >> U64(32))
    return m1 * b1 + (t >> U64(32)) + ((m0 * b1 + (t & LOW)) >> U64(32))


def reduce(x):
    """reduce_c2: (q, r) with |x| = (q + 4 k) * pi/2 + r, |r| <= pi/4 or so, r in two parts.

    With the mantissa m and s = exponent - 1022, the digits of 2/pi that matter
    modulo 4 are 192 from the s-th on; the product's 128 highest bits are kept:
    2 of the quadrant, 126 of the fraction, rounded to the nearest quadrant."""
    i = bits(x) & I64(0x7FFFFFFFFFFFFFFF)
    m = ((i & I64((1 << 52) - 1)) | I64(1 << 52)).astype(U64)
    s = np.maximum((i >> I64(52)) - I64(1022), I64(0))
    word, shift = np.minimum(s >> I64(6), I64(16)), (s & I64(63)).astype(U64)
    digits = np.array(TWO_OVER_PI, U64)
    d = [digits[word + j] for j in range(4)]
    w = [(d[j] << shift) | ((d[j + 1] >> U64(1)) >> (U64(63) - shift)) for j in range(3)]
    low = m * w[1]
    lowest = low + high_product(m, w[2])
    p = m * w[0] + high_product(m, w[1]) + (lowest < low).astype(U64)
    q = (p + U64(1 << 61)) >> U64(62)
    high = (p - (q << U64(62))).view(I64)
    # Each 32 bits are exact; the highest carry the sign.
    parts = [(high >> I64(32)).astype(F64) * F64(2.0**-30), (high & I64(LOW)).astype(F64) * F64(2.0**-62),
             (lowest >> U64(32)).astype(F64) * F64(2.0**-94), (lowest & LOW).astype(F64) * F64(2.0**-126)]
    rest = pairs.sum_c1(parts[0], parts[1])
    rest = pairs.add(pairs.add(rest, single(parts[2])), single(parts[3]))
    rest = pairs.multiply(rest, HALF_PI)
    near = i < I64(0x3FE921FB54442D18)  # below pi/4 x is its own rest
    r = np.where(near, np.abs(x), rest[0]), np.where(near, F64(0), rest[1])
    r = np.where(np.isfinite(x), r[0], F64(np.nan)), r[1]
    return np.where(near, I32(0), q.astype(I32)), r


@quiet
def sin_cos(x):
    """q, sin r, cos r, each in two parts; of r = h + l, z = h^2:
    h + ((l - l * z / 2) + h * z * (-1/3! + ... + z^7 / 17!)),
    (1 - z / 2) + (z^2 * (1/4! - ... + z^6 / 16!) - h * l)."""
    q, (h, l) = reduce(x)
    z = h * h
    half = z * F64(0.5)
    s = pairs.sum_c2(h, (l - l * half) + h * (z * horner(z, SIN_P)))
    one = pairs.sum_c2(F64(1), -half)
    c = pairs.sum_c2(one[0], one[1] + (z * z * horner(z, COS_P) - h * l))
    return q, s, c


def choose(condition, x, y):
    return np.where(condition, x[0], y[0]), np.where(condition, x[1], y[1])


def sin_c2(x):
    """sin_c2: sin or cos of r by the quadrant; minus in quadrants 2 and 3,
    and minus for negative x."""
    x = np.asarray(x, F64)
    q, s, c = sin_cos(x)
    y = np.where(q & 1, c[0], s[0])
    return signed(signed(y, (q & 2) != 0), np.signbit(x))


def cos_c2(x):
    """cos_c2: cos or sin of r by the quadrant; minus in quadrants 1 and 2."""
    q, s, c = sin_cos(np.asarray(x, F64))
    return signed(np.where(q & 1, s[0], c[0]), ((q + 1) & 2) != 0)


@quiet
def tan_c2(x):
    """tan_c2: sin / cos, in odd quadrants -cos / sin; minus for negative x."""
    x = np.asarray(x, F64)
    q, s, c = sin_cos(x)
    odd = (q & 1) != 0
    y = pairs.divide(choose(odd, (-c[0], -c[1]), s), choose(odd, s, c))[0]
    return signed(y, np.signbit(x))
