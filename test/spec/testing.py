# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the test files share: the options, skipping, comparison of bits."""

import numpy as np

from reference import ulps

options = None  # set by run.py
measured = {}   # largest error in ulp, by function


class Skip(Exception):
    """Raised by a test that cannot run here; says why."""


def same_bits(y, z):
    """Equal patterns; one NaN is as good as another."""
    integer = {2: np.int16, 4: np.int32, 8: np.int64}[y.dtype.itemsize]
    assert y.dtype == z.dtype, (y.dtype, z.dtype)
    return (y.view(integer) == z.view(integer)) | (np.isnan(y) & np.isnan(z))


def expect_same(y, z, *inputs):
    wrong = np.flatnonzero(~same_bits(y.ravel(), z.ravel()))
    if len(wrong):
        i = wrong[0]
        raise AssertionError(f"{len(wrong)} of {y.size} differ, first at "
                             f"{[float(x.ravel()[i]) for x in inputs]}: {y.ravel()[i]!r} "
                             f"instead of {z.ravel()[i]!r}")


def expect_error(name, y, exact, bound, *inputs):
    error = ulps(y, exact)
    i = int(np.argmax(error))
    measured[name] = max(measured.get(name, 0.0), float(error[i]))
    assert error[i] <= bound, (f"{name}{tuple(float(x[i]) for x in inputs)} = {y[i]!r} is "
                               f"{error[i]} ulp off {exact[i]!r}, allowed {bound}")
