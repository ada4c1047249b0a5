# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""exp, log, tanh, erf, sigmoid on f32: one meaning for every target.

Each function is a fixed sequence of single roundings. Coefficients stand
highest power first, as hexadecimal f32. Only the payload and sign of a NaN
are left open.
"""

import numpy as np

from rounding import F32, I32, bits, fma, from_bits

H = float.fromhex


def horner(x, coefficients):
    """p = c0; p = fma(p, x, c) for the others."""
    p = np.full(np.shape(x), coefficients[0], F32)
    for c in coefficients[1:]:
        p = fma(p, x, F32(c))
    return p


def power_of_two(n):
    """2^n as f32 for -126 <= n <= 127, n integral i32."""
    return from_bits(((n + 127) << 23).astype(I32))


EXP_LOG2E = H("0x1.715476p+0")
EXP_LN2_HIGH = H("0x1.62e430p-1")
EXP_LN2_LOW = H("-0x1.05c610p-29")
EXP_P1 = [H(c) for c in (
    "0x1.6ad122p-10", "0x1.123f2ep-7", "0x1.55584ep-5", "0x1.55548ap-3",
    "0x1.fffffcp-2")]


def exp_c1(x):
    """exp_c1: e^x = 2^n * (1 + r + r^2 * P1(r)), r = x - n * ln 2.

    x is clamped to [-104, 89] first: beyond lie 0 and infinity. The scaling
    by 2^n is done in two halves, so that a denormal result rounds once.
    """
    x = np.asarray(x, F32)
    with np.errstate(all="ignore"):
        c = np.where(F32(89) < x, F32(89), x)
        c = np.where(F32(-104) > c, F32(-104), c)
        n = np.rint(c * F32(EXP_LOG2E))
        r = fma(n, F32(-EXP_LN2_HIGH), c)
        r = fma(n, F32(-EXP_LN2_LOW), r)
        p = fma(r * r, horner(r, EXP_P1), r) + F32(1)
        i = np.where(n == n, n, F32(0)).astype(I32)
        half = i >> 1
        return p * power_of_two(half) * power_of_two(i - half)


LOG_LN2_HIGH = H("0x1.62e430p-1")
LOG_LN2_LOW = H("-0x1.05c610p-29")
LOG_P2 = [H(c) for c in (
    "-0x1.38ffcep-4", "0x1.057e98p-3", "-0x1.0d8668p-3", "0x1.22d474p-3",
    "-0x1.547174p-3", "0x1.99a03cp-3", "-0x1.00022ap-2", "0x1.555554p-2")]


def log_c1(x):
    """log_c1: x = 2^n * (1 + f), sqrt(1/2) <= 1 + f < sqrt(2);
    log x = n * ln 2 + f - f^2/2 + f^3 * P2(f).

    Denormals are multiplied by 2^23 first. log 0 = -inf, log of a negative
    number is a NaN.
    """
    x = np.asarray(x, F32)
    with np.errstate(all="ignore"):
        tiny = x < F32(H("0x1p-126"))
        i = bits(np.where(tiny, x * F32(H("0x1p23")), x))
        n = (i - I32(0x3F3504F3)) >> 23
        f = from_bits(i - (n << 23)) - F32(1)
        n = (n - np.where(tiny, 23, 0)).astype(I32).astype(F32)
        square = f * f
        tail = fma(f * square, horner(f, LOG_P2), n * F32(LOG_LN2_LOW))
        tail = fma(square, F32(-0.5), tail)
        y = fma(n, F32(LOG_LN2_HIGH), f + tail)
        y = np.where(x == F32(np.inf), x, y)
        y = np.where(x == F32(0), F32(-np.inf), y)
        return np.where((x < F32(0)) | (x != x), F32(np.nan), y)


TANH_P3 = [H(c) for c in (
    "-0x1.750ce2p-8", "0x1.51f8cep-6", "-0x1.b835a4p-5", "0x1.1106f6p-3",
    "-0x1.555532p-2")]


def tanh_c1(x):
    """tanh_c1: a = |x|; a < 0.625: x + x^3 * P3(x^2);
    else 1 - 2 / (e^(2a) + 1); last the sign of x."""
    x = np.asarray(x, F32)
    with np.errstate(all="ignore"):
        a = np.abs(x)
        z = x * x
        small = fma(x * z, horner(z, TANH_P3), x)
        large = F32(1) - F32(2) / (exp_c1(a + a) + F32(1))
        return np.copysign(np.where(a < F32(0.625), small, large), x)


ERF_P4 = [H(c) for c in (
    "0x1.4771fep-14", "-0x1.a3515ep-11", "0x1.53f224p-8", "-0x1.b7f71ap-6",
    "0x1.ce2ce6p-4", "-0x1.81273ep-2", "0x1.06eba8p-3")]
ERF_P5 = [H(c) for c in (
    "-0x1.86dbe0p-13", "0x1.825a0ap-9", "-0x1.65cb10p-6", "0x1.a65318p-4",
    "0x1.46baf0p-1", "0x1.2088eap+0", "0x1.661da4p-12")]


def erf_c1(x):
    """erf_c1: a = |x|; a < 1: x + x * P4(x^2);
    else 1 - e^(-P5(min(a, 4))) with the sign of x."""
    x = np.asarray(x, F32)
    with np.errstate(all="ignore"):
        a = np.abs(x)
        small = fma(x, horner(x * x, ERF_P4), x)
        c = np.where(a < F32(4), a, F32(4))
        large = np.copysign(F32(1) - exp_c1(-horner(c, ERF_P5)), x)
        y = np.where(a < F32(1), small, large)
        return np.where(x != x, x, y)


def sigmoid_c1(x):
    """sigmoid_c1: e = exp(-|x|); (x < 0 ? e : 1) / (1 + e)."""
    x = np.asarray(x, F32)
    with np.errstate(all="ignore"):
        e = exp_c1(-np.abs(x))
        return np.where(x < F32(0), e, F32(1)) / (F32(1) + e)
