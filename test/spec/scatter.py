# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes through positions, in the order of the updates."""

import numpy as np

# What becomes of an element and its update. Extremes are IEEE 754's: NaN wins, +0 is above -0.
JOINS = {
    "none": lambda old, new: new,
    "add": lambda old, new: old + new,
    "mul": lambda old, new: old * new,
    "max": lambda old, new: extreme(old, new, 1),
    "min": lambda old, new: extreme(old, new, -1),
}


def extreme(a, b, sign):
    """The larger of two numbers, with sign -1 the smaller."""
    if a != a or b != b:
        return a + b
    if a == b == 0 and a.dtype.kind == "f":
        return a if np.signbit(b) == (sign > 0) else b
    return max(a, b) if sign > 0 else min(a, b)


def scatter_c1(data, positions, updates, join):
    """scatter_c1: data of [places, elements]; for i ascending the row of place
    min(max(positions[i], 0), places - 1) is joined with row i of the updates,
    each element in the data's type, rounded once."""
    result = data.copy()
    with np.errstate(all="ignore"):
        for position, row in zip(positions, updates):
            place = min(max(int(position), 0), len(data) - 1)
            for element, new in enumerate(row):
                result[place, element] = JOINS[join](result[place, element], new)
    return result
