# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The formats of float8, float4 and codes of 4 and 2 bits, each in a byte.

A format is named as ONNX names it. Its numbers are listed, and the nearest is
searched: slow, and nothing to get wrong.
"""

import numpy as np

from rounding import F32, F64, I32

U8 = np.uint8
# mantissa bits, bias, largest magnitude's code, code beyond it, NaN, minus zero
FORMATS = {"E4M3FN": (3, 7, 0x7E, 0x7F, 0x7F, True), "E4M3FNUZ": (3, 8, 0x7F, 0x80, 0x80, False),
           "E5M2": (2, 15, 0x7B, 0x7C, 0x7E, True), "E5M2FNUZ": (2, 16, 0x7F, 0x80, 0x80, False),
           "E2M1": (1, 1, 0x7, 0x7, 0x8, True)}  # has no NaN: it becomes -0
SIGNS = {"E2M1": 0x8}  # others 0x80
# least and largest code
RANGES = {"i4": (-8, 7), "u4": (0, 15), "i2": (-2, 1), "u2": (0, 3)}


def magnitudes(name):
    """The finite numbers that are not negative, by code."""
    mantissa, bias, largest = FORMATS[name][:3]
    code = np.arange(largest + 1)
    exponent, fraction = code >> mantissa, code & ((1 << mantissa) - 1)
    significand = np.where(exponent == 0, fraction, fraction + (1 << mantissa))
    return np.ldexp(significand.astype(F64), np.maximum(exponent, 1) - bias - mantissa)


def float8_c1(bits, name):
    """float8_c1: the f32 that a byte stands for; infinities and NaN where the
    format has them."""
    _, _, largest, overflow, nan, signed_zero = FORMATS[name]
    bits, sign = np.asarray(bits, U8), SIGNS.get(name, 0x80)
    magnitude = bits & U8(sign - 1)
    value = magnitudes(name)[np.minimum(magnitude, largest)]
    if signed_zero:
        beyond = np.inf if overflow != nan else np.nan
        value = np.where(magnitude > largest, np.where(magnitude == overflow, beyond, np.nan), value)
    value = np.where(bits & U8(sign), -value, value)
    if not signed_zero:
        value = np.where(bits == nan, np.nan, value)
    return value.astype(F32)


def float8_c2(x, name, saturate=True):
    """float8_c2: the nearest number, ties to the even code. What rounds beyond
    the largest number is that one, or without `saturate` infinity or NaN, as
    the format has it; NaN is one code. Zero has a sign where there is a -0."""
    _, _, largest, overflow, nan, signed_zero = FORMATS[name]
    with np.errstate(all="ignore"):
        x = np.asarray(x).astype(F64)
    numbers = magnitudes(name)
    step = numbers[-1] - numbers[-2]
    numbers = np.append(numbers, numbers[-1] + step)  # where rounding goes beyond
    magnitude = np.where(np.isnan(x), 0, np.minimum(np.abs(x), numbers[-1]))
    above = np.clip(np.searchsorted(numbers, magnitude), 1, len(numbers) - 1)
    below = above - 1
    down, up = magnitude - numbers[below], numbers[above] - magnitude  # exact in f64
    code = np.where((up < down) | ((up == down) & (above % 2 == 0)), above, below)
    code = np.where(code > largest, largest if saturate else overflow, code)
    sign = np.where(np.signbit(x) & (signed_zero | (code != 0)), SIGNS.get(name, 0x80), 0)
    return np.where(np.isnan(x), nan, code | sign).astype(U8)


def exponent_c1(bits):
    """exponent_c1: the f32 2^(code - 127); the last code is NaN."""
    bits = np.asarray(bits, U8)
    return np.where(bits == 255, np.nan, np.ldexp(1.0, bits.astype(I32) - 127)).astype(F32)


def exponent_c2(x, round_mode="up", saturate=True):
    """exponent_c2: the least power of two that is not below x; `down`, the greatest that is not
    above; `nearest`, the nearest, of two the greater. What is beyond the ends, 0 too, becomes
    the end, or without `saturate` NaN; numbers below 0 and NaN give NaN."""
    with np.errstate(all="ignore"):
        x = np.asarray(x).astype(F64)
    fraction, exponent = np.frexp(np.where(np.isfinite(x), x, 1))  # in [0.5, 1)
    up = {"up": fraction > 0.5, "down": False, "nearest": fraction >= 0.75}[round_mode]
    code = np.where(x == 0, -1, np.where(np.isposinf(x), 255, exponent + 126 + up))
    code = np.where((code < 0) | (code > 254), np.clip(code, 0, 254) if saturate else 255, code)
    return np.where((x < 0) | np.isnan(x), 255, code).astype(U8)


def quantize_float8_c1(x, scale, name, saturate=True):
    """quantize_float8_c1: float8_c2 of the f32 quotient; there is no zero point."""
    with np.errstate(all="ignore"):
        return float8_c2(np.asarray(x).astype(F32) / np.asarray(scale).astype(F32), name, saturate)


def dequantize_float8_c1(bits, scale, name):
    """dequantize_float8_c1: one f32 product, rounded to the result's type."""
    return float8_c1(bits, name) * np.asarray(scale).astype(F32)


def codes_c1(values, name):
    """codes_c1: saturated to a code of 4 or 2 bits, in a byte with its sign."""
    return np.clip(values, *RANGES[name]).astype(np.int8 if name[0] == "i" else U8)


def codes_c2(values, name):
    """codes_c2: the low bits of an integer, as a cast keeps them. A float goes
    towards zero first, and to the range of i32."""
    values = np.asarray(values)
    if values.dtype.kind == "f":
        wide = np.where(np.isnan(values), 0, np.trunc(values.astype(F64)))
        values = np.clip(wide, -2.0**31, 2.0**31 - 1).astype(I32)
    low, high = RANGES[name]
    count = high - low + 1
    return ((values.astype(np.int64) - low) % count + low).astype(np.int8 if low else U8)


def unpack_c1(packed, name, shape):
    """unpack_c1: element i is the bits from i * width on, low bits first."""
    width = int(name[1])
    bits = np.unpackbits(np.asarray(packed, U8), bitorder="little")
    count = int(np.prod(shape))
    digits = bits[:count * width].reshape(count, width).astype(np.int64)
    return codes_c2(digits @ (1 << np.arange(width)), name).reshape(shape)
