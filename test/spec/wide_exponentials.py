# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions on f64 made of e^x: exp2, expm1, sinh, cosh, tanh, erf.

e^x = 2^n * (1 + p) with p in two parts; what follows is additions of powers of
two to p, and divisions, in two parts too (pairs.py)."""

import numpy as np

import pairs
from powers import quiet
from rounding import F64, I32
from wide import EXP_P6, H, LN2_HIGH, LN2_LOW, exp_c2, horner, power_of_two

ONE = pairs.pair(1)
LN2 = pairs.pair(H("0x1.62e42fefa39efp-1"), H("0x1.abc9e3b39803fp-56"))


def exp_of_rest(r, low):
    """exp_c3: p with e^(r + low) = 1 + p for |r| up to 0.35 or so and low
    below its last place: r + (low + r^2 * P6(r))."""
    return pairs.sum_c2(r, low + (r * r) * horner(r, EXP_P6))


def exp_parts(x, low=F64(0)):
    """exp_c4: (n, p) with e^(x + low) = 2^n * (1 + p): reduced as in exp_c2, by
    a rest in two parts. x is clamped to [-746, 712], then without low."""
    c = np.where(x > -746, x, F64(-746))
    c = np.where(c < 712, c, F64(712))
    low = np.where(c == x, low, F64(0))
    n = np.rint(c * F64(H("0x1.71547652b82fep+0")))
    return n.astype(I32), exp_of_rest(*pairs.sum_c1(c - n * F64(LN2_HIGH), low - n * F64(LN2_LOW)))


def scaled(y, n):
    """y * 2^n in two steps, of which the second rounds."""
    half = n >> 1
    return y * power_of_two(half) * power_of_two(n - half)


def exp_of_parts(n, p):
    """exp_c5: 2^n * (1 + p)."""
    return scaled(pairs.add(ONE, p)[0], n)


@quiet
def exp2_c2(x):
    """exp2_c2: with n the nearest integer, the rest times ln 2 in two parts."""
    x = np.asarray(x, F64)
    c = np.where(x > -1080, x, F64(-1080))
    c = np.where(c < 1030, c, F64(1030))
    n = np.rint(c)
    y = exp_of_parts(n.astype(I32), exp_of_rest(*pairs.scale(LN2, c - n)))
    return np.where(x != x, x, y)


@quiet
def expm1_c2(x):
    """expm1_c2: 2^n * ((1 - 2^-n) + p), x at least -40; the sign of x."""
    x = np.asarray(x, F64)
    n, p = exp_parts(np.where(x > -40, x, F64(-40)))
    one = pairs.sum_c1(F64(1), -power_of_two(-np.minimum(n, I32(1000))))
    return np.where(x != x, x, np.copysign(scaled(pairs.add(one, p)[0], n), x))


def hyperbolic(x):
    """hyperbolic_c1: (n, s, c), sinh|x| = 2^(n-1) * s and cosh|x| = 2^(n-1) * c.
    With w = 2^-2n and v = w * p / (1 + p), which is w - w / (1 + p):
    s = ((1 - w) + p) + v and c = ((1 + w) + p) - v."""
    n, p = exp_parts(np.abs(x))
    w = power_of_two(np.minimum(n, I32(500)) * I32(-2))
    q = pairs.divide(p, pairs.add(ONE, p))
    v = q[0] * w, q[1] * w
    s = pairs.add(pairs.add(pairs.sum_c2(F64(1), -w), p), v)
    c = pairs.add(pairs.add(pairs.sum_c2(F64(1), w), p), (-v[0], -v[1]))
    return n, s, c


@quiet
def sinh_c2(x):
    """sinh_c2: 2^(n-1) * s of hyperbolic_c1, with the sign of x."""
    x = np.asarray(x, F64)
    n, s, _ = hyperbolic(x)
    return np.where(x != x, x, np.copysign(scaled(s[0], n - 1), x))


@quiet
def cosh_c2(x):
    """cosh_c2: 2^(n-1) * c of hyperbolic_c1."""
    x = np.asarray(x, F64)
    n, _, c = hyperbolic(x)
    return np.where(x != x, x, scaled(c[0], n - 1))


@quiet
def tanh_c2(x):
    """tanh_c2: s / c of hyperbolic_c1, with the sign of x."""
    x = np.asarray(x, F64)
    _, s, c = hyperbolic(x)
    return np.where(x != x, x, np.copysign(pairs.divide(s, c)[0], x))


ERF_P8 = [H(c) for c in (
    "0x1.06274e72355cap-34", "-0x1.38ac1e539509dp-30", "0x1.f7b99c1c97933p-27",
    "-0x1.5f1f40da96dbbp-23", "0x1.b9df3058fab8bp-20", "-0x1.f4d1e43476986p-17",
    "0x1.f9a321e4b5115p-14", "-0x1.c02db3db495ebp-11", "0x1.565bcd0dbd91bp-8",
    "-0x1.b82ce31284f38p-6", "0x1.ce2f21a042b34p-4", "-0x1.812746b0379e6p-2",
    "0x1.06eba8214db69p-3")]
ERF_P9 = [H(c) for c in (
    "-0x1.247ad060a9139p-40", "0x1.faed1eff59716p-36", "-0x1.94e4065af0ee1p-32",
    "0x1.89a0e4b5d5828p-29", "-0x1.002cef1b1b5edp-26", "0x1.bf0006fc0c2adp-25",
    "-0x1.a2f60201b4147p-24", "-0x1.32d2da8290719p-23", "0x1.14753c9dd5c52p-19",
    "-0x1.426bd2bee3360p-17", "0x1.c7a77f2320ee2p-16", "-0x1.b8de9cd2aae1ep-16",
    "-0x1.f1b389815b397p-13", "0x1.033f65b01d9dap-9", "-0x1.48c9d3eb1ea94p-7",
    "0x1.5477f09c036bcp-5", "0x1.afabc11a295f4p-1", "0x1.51c9b0006c236p+1", "0x1.d97fbf27aa2a1p+0")]


@quiet
def erf_c2(x):
    """erf_c2: a = |x|; a < 1: x + x * P8(x^2); else 1 - e^(-P9(min(a, 6) - 1))
    with the sign of x. Both polynomials are those of fit.py."""
    x = np.asarray(x, F64)
    a = np.abs(x)
    small = x + x * horner(x * x, ERF_P8)
    c = np.where(a < 6, a, F64(6)) - F64(1)
    large = np.copysign(F64(1) - exp_c2(-horner(c, ERF_P9)), x)
    return np.where(x != x, x, np.where(a < 1, small, large))
