# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""exp, log and arc tangent on f64, in additions, multiplications and
divisions that each round once. Functions on f32 that are not worth a
polynomial of their own compute in f64 and round to f32 at the end."""

import numpy as np

from rounding import F64, I32, I64, bits, from_bits

H = float.fromhex


def horner(x, coefficients):
    """p = c0; p = p * x + c for the others, in f64."""
    p = np.full(np.shape(x), coefficients[0], F64)
    for c in coefficients[1:]:
        p = p * x + F64(c)
    return p


def power_of_two(n):
    """2^n as f64 for -1022 <= n <= 1023, n integral i32."""
    return from_bits((n.astype(I64) + 1023) << 52)


LN2_HIGH = H("0x1.62e42fee00000p-1")  # 21 zeros at the end: n * LN2_HIGH is exact
LN2_LOW = H("0x1.a39ef35793c76p-33")
EXP_P6 = [H(c) for c in (
    "0x1.1e126ceba7c25p-29", "0x1.af5315efb12a4p-26", "0x1.27e5be5e83630p-22",
    "0x1.71de00d0512e1p-19", "0x1.a01a01404e1dbp-16", "0x1.a01a01abb8481p-13",
    "0x1.6c16c16c2967ap-10", "0x1.111111111046fp-7", "0x1.555555555552fp-5",
    "0x1.5555555555555p-3", "0x1p-1")]


def exp_c2(x):
    """exp_c2: e^x on f64 = 2^n * (1 + (r + r^2 * P6(r))), r = x - n * ln 2.

    x is clamped to [-746, 710]; the scaling is done in two halves."""
    x = np.asarray(x, F64)
    with np.errstate(all="ignore"):
        c = np.where(x > -746, x, F64(-746))
        c = np.where(c < 710, c, F64(710))
        n = np.rint(c * F64(H("0x1.71547652b82fep+0")))
        r = (c - n * F64(LN2_HIGH)) - n * F64(LN2_LOW)
        p = F64(1) + (r + (r * r) * horner(r, EXP_P6))
        i = n.astype(I32)
        half = i >> 1
        y = p * power_of_two(half) * power_of_two(i - half)
        return np.where(x != x, x, y)


LOG_P7 = [H(c) for c in (
    "0x1.2f17341d80775p-3", "0x1.39a014721f6ddp-3", "0x1.74664e0395a59p-3",
    "0x1.c71c51c669180p-3", "0x1.249249423a5e1p-2", "0x1.999999997f94dp-2",
    "0x1.5555555555593p-1")]


def log_c2(x):
    """log_c2: on f64, x = 2^n * (1 + f), s = f / (2 + f), z = s^2, h = f^2 / 2;
    log x = n * ln 2 + f - (h - s * (h + z * P7(z)))."""
    x = np.asarray(x, F64)
    with np.errstate(all="ignore"):
        tiny = x < F64(H("0x1p-1022"))
        i = bits(np.where(tiny, x * F64(H("0x1p54")), x))
        n = (i - I64(0x3FE6A09E667F3BCD)) >> I64(52)
        f = from_bits(i - (n << I64(52))) - F64(1)
        n = (n.astype(I32) - np.where(tiny, I32(54), I32(0))).astype(F64)
        s = f / (F64(2) + f)
        z = s * s
        h = f * f * F64(0.5)
        t = s * (h + z * horner(z, LOG_P7)) + n * F64(LN2_LOW)
        y = n * F64(LN2_HIGH) - ((h - t) - f)
        y = np.where(x == np.inf, x, y)
        y = np.where(x == 0, F64(-np.inf), y)
        return np.where((x < 0) | (x != x), F64(np.nan), y)


ATAN_P8 = [H(c) for c in (
    "-0x1.a140a92e4c968p-6", "0x1.9c9f6e72461fep-5", "-0x1.0aa740c182f8cp-4",
    "0x1.3a56cc8367eeap-4", "-0x1.744f7f57adc1dp-4", "0x1.c71bd93b4f28cp-4",
    "-0x1.2492473dd967ep-3", "0x1.99999993a1c37p-3", "-0x1.555555555219cp-2")]


def atan_core(t):
    """atan of t >= 0 on f64, to about 2^-49: u in [-tan(pi/8), tan(pi/8)] by
    -1/t and pi/2, (t - 1)/(t + 1) and pi/4, or t and 0; then
    base + (u + u * z * P8(z)), z = u^2."""
    far, middle = t > H("0x1.3504f333f9de6p+1"), t > H("0x1.a827999fcef32p-2")
    u = np.where(far, F64(-1), np.where(middle, t - F64(1), t))
    u = u / np.where(far, t, np.where(middle, t + F64(1), F64(1)))
    base = np.where(far, F64(H("0x1.921fb54442d18p+0")),
                    np.where(middle, F64(H("0x1.921fb54442d18p-1")), F64(0)))
    z = u * u
    return base + (u + u * z * horner(z, ATAN_P8))
