# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Single roundings that NumPy lacks: fused multiply-add, views of bits."""

import numpy as np

F32, F64, I32, U32, I64, U64 = (
    np.float32, np.float64, np.int32, np.uint32, np.int64, np.uint64)


def f32(x):
    """One rounding to f32, nearest even."""
    with np.errstate(all="ignore"):
        return np.asarray(x).astype(F32)


def bits(x):
    """The pattern of f32 or f64 values as signed integers of that width."""
    x = np.ascontiguousarray(x)
    return x.view(I32 if x.dtype == F32 else I64)


def from_bits(i):
    """The f32 or f64 values that signed integers of that width encode."""
    i = np.ascontiguousarray(i)
    return i.view(F32 if i.dtype == I32 else F64)


def round_to_odd(p, c, s):
    """p + c, of which s is the nearest f64: where something was lost, s or its
    neighbour on the side of the loss, whichever is odd."""
    t = s - p
    lost = (p - (s - t)) + (c - t)  # exactly p + c - s
    i = s.view(I64)
    inexact = (lost != 0) & np.isfinite(s) & ((i & 1) == 0)
    away = (lost > 0) == (s > 0)
    return (i + np.where(inexact, np.where(away, 1, -1), 0)).view(F64)


def fma(a, b, c):
    """round(a * b + c) on f32, exactly once.

    The product of two f32 is exact in f64, the sum s the nearest f64. Rounding
    s again is harmless unless s lies halfway between two f32, where the loss
    decides: there, and among denormals, the sum is rounded to odd instead
    (the last bit remembers that something was lost), and 53 >= 24 + 2.
    """
    with np.errstate(all="ignore"):
        p = np.multiply(a, b, dtype=F64)
        c = np.asarray(c).astype(F64)
        s = np.asarray(p + c)
        halfway = (s.view(I64) & 0x1FFFFFFF) == 0x10000000
        if halfway.any() or ((np.abs(s) < 2.0**-125) & (s != 0)).any():
            s = round_to_odd(*np.broadcast_arrays(p, c), s)
        return s.astype(F32)
