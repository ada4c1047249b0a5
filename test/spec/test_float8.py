# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""float8 and narrow codes: by hand, and as ml_dtypes has them."""

import numpy as np

import float8
import testing
from rounding import F32

TYPES = {"E4M3FN": "float8_e4m3fn", "E4M3FNUZ": "float8_e4m3fnuz", "E5M2": "float8_e5m2",
         "E5M2FNUZ": "float8_e5m2fnuz", "E2M1": "float4_e2m1fn", "i4": "int4", "u4": "uint4", "i2": "int2", "u2": "uint2"}


def other(name):
    try:
        import ml_dtypes
    except ImportError:
        raise testing.Skip("needs ml_dtypes")
    return np.dtype(getattr(ml_dtypes, TYPES[name]))


def hard_numbers():
    """Every f16 and bf16, and neighbours of the latter: each tie of each format."""
    half = np.arange(65536, dtype=np.uint16).view(np.float16).astype(F32)
    brain = (np.arange(65536, dtype=np.uint32) << 16).view(F32)
    with np.errstate(all="ignore"):
        return np.concatenate([half, brain, np.nextafter(brain, F32(np.inf)), np.nextafter(brain, F32(-np.inf))])


def test_ends_by_hand():
    x = F32([448, 464, 465, -1e9, np.inf, np.nan, -0.0, 2**-10, 2**-10 * 1.001])
    assert float8.float8_c2(x, "E4M3FN").tolist() == [0x7E, 0x7E, 0x7E, 0xFE, 0x7E, 0x7F, 0x80, 0, 1]
    assert float8.float8_c2(x, "E4M3FN", False).tolist() == [0x7E, 0x7E, 0x7F, 0xFF, 0x7F, 0x7F, 0x80, 0, 1]
    assert float8.float8_c2(x[:7], "E5M2", False).tolist() == [0x5F, 0x5F, 0x5F, 0xFC, 0x7C, 0x7E, 0x80]
    assert float8.float8_c2(x[3:7], "E5M2FNUZ", False).tolist() == [0x80, 0x80, 0x80, 0]


def test_decoding_is_that_of_ml_dtypes():
    for name in float8.FORMATS:
        bits = np.arange(2 * float8.SIGNS.get(name, 0x80), dtype=np.uint8)
        testing.expect_same(float8.float8_c1(bits, name), bits.view(other(name)).astype(F32), bits)


def test_encoding_is_that_of_ml_dtypes():
    x = hard_numbers()
    for name in float8.FORMATS:
        kind = other(name)
        for saturate in (True, False):
            # What has no NaN makes a zero of it; ml_dtypes lets the sign of the NaN choose which.
            x = x[~np.isnan(x)] if name == "E2M1" else x
            y, limits = x, __import__("ml_dtypes").finfo(kind)
            if saturate:
                y = np.clip(x, F32(limits.min), F32(limits.max))
            wanted = y.astype(kind).astype(F32)
            testing.expect_same(float8.float8_c1(float8.float8_c2(x, name, saturate), name), wanted, x)


def test_float4_by_hand():
    x = F32([0, -0.0, 0.25, 0.26, 0.75, 5, 5.1, 7, -9, np.inf, np.nan])
    assert float8.float8_c2(x, "E2M1").tolist() == [0, 8, 0, 1, 2, 6, 7, 7, 0xF, 7, 8]
    assert float8.float8_c1(np.arange(16), "E2M1").tolist() == [0, .5, 1, 1.5, 2, 3, 4, 6, 0, -.5, -1, -1.5, -2, -3, -4, -6]


def test_exponents_by_hand():
    x = np.array([0, 2.0**-149, 2.0**-127, 1.001 * 2.0**-127, 1, 1.4, 1.5, 1.6, 2, 2.0**127, 1.1 * 2.0**127, np.inf, np.nan, -1])
    assert float8.exponent_c2(x).tolist() == [0, 0, 0, 1, 127, 128, 128, 128, 128, 254, 254, 254, 255, 255]
    assert float8.exponent_c2(x, "down").tolist() == [0, 0, 0, 0, 127, 127, 127, 127, 128, 254, 254, 254, 255, 255]
    wanted = [255, 255, 0, 0, 127, 127, 128, 128, 128, 254, 254, 255, 255, 255]
    assert float8.exponent_c2(x, "nearest", False).tolist() == wanted
    assert float8.exponent_c1([0, 127, 254]).tolist() == [2.0**-127, 1, 2.0**127] and np.isnan(float8.exponent_c1(255))


def test_codes_keep_their_low_bits():
    x = np.arange(-40, 41).astype(np.int32)
    for name in float8.RANGES:
        assert (float8.codes_c2(x, name) == x.astype(other(name)).astype(np.int32)).all(), name


def test_packed_by_hand():
    assert float8.unpack_c1([0x21, 0x8F], "i4", (2, 2)).tolist() == [[1, 2], [-1, -8]]
    assert float8.unpack_c1([0b11100100], "u2", (3,)).tolist() == [0, 1, 2]
    assert float8.unpack_c1([0b11100100], "i2", (4,)).tolist() == [0, 1, -2, -1]
