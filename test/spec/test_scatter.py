# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""scatter_c1 against NumPy's own unbuffered operations, where those say the same."""

import numpy as np

from scatter import scatter_c1

OPERATIONS = {"add": np.add, "mul": np.multiply, "max": np.maximum, "min": np.minimum}


def test_scatter_joins_in_order():
    random = np.random.default_rng(5)
    for kind in ("f4", "f8", "f2", "i4", "u1"):
        data = (random.standard_normal((6, 3)) * 20).astype("i4").astype(kind)
        updates = (random.standard_normal((40, 3)) * 20).astype("i4").astype(kind)
        positions = random.integers(0, 6, 40)
        for join, operation in OPERATIONS.items():
            wanted = data.copy()
            with np.errstate(all="ignore"):
                operation.at(wanted, positions, updates)
            made = scatter_c1(data, positions, updates, join)
            assert np.array_equal(made, wanted, equal_nan=kind[0] == "f"), (kind, join)


def test_the_last_update_stays():
    data = np.zeros((3, 1), "f4")
    result = scatter_c1(data, [1, 2, 1], np.array([[5], [6], [7]], "f4"), "none")
    assert result.ravel().tolist() == [0, 7, 6]


def test_positions_are_clamped():
    data = np.zeros((3, 1), "f4")
    result = scatter_c1(data, [-4, 9], np.array([[5], [6]], "f4"), "none")
    assert result.ravel().tolist() == [5, 0, 6]


def test_the_order_of_a_sum_shows():
    data = np.zeros((1, 1), "f4")
    updates = np.array([[1], [2.0**25], [-2.0**25]], "f4")
    assert scatter_c1(data, [0, 0, 0], updates, "add")[0, 0] == 0
    assert scatter_c1(data, [0, 0, 0], updates[::-1], "add")[0, 0] == 1
