# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Differences between answers: codes by their numbers, floats by their bits."""
import hashlib

import numpy as np


def is_float(array):
    return array.dtype.kind == "f"


def bits(a):
    return np.array(a, order="C").view({2: np.uint16, 4: np.uint32, 8: np.uint64}[a.dtype.itemsize])


def same(a, b):
    """Element by element; one NaN is as good as another."""
    if is_float(a):
        return (bits(a) == bits(b)) | (np.isnan(a) & np.isnan(b))
    return np.asarray(a == b)


def describe(got, want):
    """None where every element of every output is the same, else where and how
    the first output differs."""
    for name, expected in want.items():
        actual = got[name]
        if actual.dtype != expected.dtype or actual.shape != expected.shape:
            return f"{name}: {actual.dtype} {actual.shape} instead of {expected.dtype} {expected.shape}"
        wrong = np.argwhere(~same(actual, expected))
        if len(wrong):
            place = tuple(wrong[0])
            return (f"{name}: {len(wrong)} of {expected.size} differ, first at {[int(i) for i in place]}: "
                    f"{actual[place]!r} instead of {expected[place]!r}")
    return None


def distance(got, want):
    """Elements, how many differ, and by how many codes at most; of floats the
    largest difference as a share of the largest magnitude."""
    total = differing = 0
    codes = share = 0.0
    for name, expected in want.items():
        actual = got[name]
        total += expected.size
        differing += int((~same(actual, expected)).sum())
        with np.errstate(all="ignore"):
            difference = np.abs(actual.astype(np.float64) - expected.astype(np.float64))
        largest = float(np.nanmax(difference, initial=0))
        if is_float(expected):
            share = max(share, largest / (float(np.nanmax(np.abs(expected), initial=0)) or 1.0))
        else:
            codes = max(codes, largest)
    return total, differing, int(codes), share


def digest(outputs):
    """Of an answer, for storing."""
    h = hashlib.sha256()
    for name, array in sorted(outputs.items()):
        h.update(f"{name} {array.dtype} {array.shape} ".encode() + array.tobytes())
    return h.hexdigest()[:16]
