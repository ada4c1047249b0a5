#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes through indices of the run: the bits of test/spec."""
import sys

from bounded import model_of, results_of
from support import harness

sys.path.append(str(harness.ROOT / "test" / "spec"))

REDUCTIONS = ("none", "add", "mul", "max", "min")


def numbers(random, shape, kind):
    """With special values among floats: NaN, infinities and both zeros."""
    import numpy as np

    if np.dtype(kind).kind != "f":
        return random.integers(0, 100, shape).astype(kind)
    values = (random.standard_normal(shape) * 8).astype(kind)
    for special in (np.nan, np.inf, -np.inf, 0.0, -0.0):
        values[random.random(shape) < 0.03] = special
    return values


def assert_equal(made, wanted, what):
    """Bit for bit; one NaN is as good as another."""
    import numpy as np

    same = made == wanted
    if made.dtype.kind == "f":
        same = np.where(np.isnan(wanted), np.isnan(made), same & (np.signbit(made) == np.signbit(wanted)))
    assert made.shape == wanted.shape and same.all(), what


def test_scatter_nd(folder):
    import numpy as np
    from scatter import scatter_c1

    random = np.random.default_rng(1)
    for case in range(10):
        kind = random.choice(["f4", "f8", "f2", "i4", "u1", "i8"])
        reduction = REDUCTIONS[case % 5]
        shape = tuple(int(n) for n in random.integers(1, 7, random.integers(1, 4)))
        depth = int(random.integers(1, len(shape) + 1))
        count = int(random.choice([1, 2, 17, 60]))
        data = numbers(random, shape, kind)
        indices = np.stack([random.integers(-n, n, count) for n in shape[:depth]], -1)
        updates = numbers(random, (count, *shape[depth:]), kind)
        places = np.ravel_multi_index(tuple((indices % shape[:depth]).T), shape[:depth])
        block = int(np.prod(shape[depth:]))
        wanted = scatter_c1(data.reshape(-1, block), places, updates.reshape(count, block), reduction).reshape(shape)
        model = model_of(folder, "ScatterND", {"x": data, "i": indices, "u": updates}, [("y", kind, shape)],
                         version=18, reduction=reduction)
        assert_equal(results_of(folder, model)["y"], wanted, (case, kind, reduction, shape))


def test_scatter_elements(folder):
    import numpy as np
    from scatter import scatter_c1

    random = np.random.default_rng(2)
    for case in range(10):
        kind = random.choice(["f4", "f8", "f2", "i4", "u1"])
        reduction = REDUCTIONS[case % 5]
        shape = tuple(int(n) for n in random.integers(1, 7, random.integers(1, 4)))
        axis = int(random.integers(0, len(shape)))
        size = [int(random.integers(1, n + 1)) for n in shape]
        size[axis] = int(random.choice([1, 3, 20]))
        data, updates = numbers(random, shape, kind), numbers(random, size, kind)
        indices = random.integers(-shape[axis], shape[axis], size)
        where = list(np.indices(size))
        where[axis] = indices % shape[axis]
        places = np.ravel_multi_index(tuple(w.ravel() for w in where), shape)
        wanted = scatter_c1(data.reshape(-1, 1), places, updates.reshape(-1, 1), reduction).reshape(shape)
        model = model_of(folder, "ScatterElements", {"x": data, "i": indices, "u": updates}, [("y", kind, shape)],
                         version=18, reduction=reduction, axis=axis)
        assert_equal(results_of(folder, model)["y"], wanted, (case, kind, reduction, shape, axis))


def test_the_time_is_that_of_the_updates(folder):
    """40,000 updates of 40,000 places: a pass for each would take minutes."""
    import numpy as np
    from scatter import scatter_c1

    random = np.random.default_rng(3)
    data, updates = numbers(random, (40000,), "f4"), numbers(random, (40000,), "f4")
    indices = random.integers(0, 40000, (40000, 1))
    model = model_of(folder, "ScatterND", {"x": data, "i": indices, "u": updates}, [("y", "f4", data.shape)],
                     version=18, reduction="add")
    wanted = scatter_c1(data.reshape(-1, 1), indices[:, 0], updates.reshape(-1, 1), "add").ravel()
    assert_equal(results_of(folder, model)["y"], wanted, "40,000 updates")


if __name__ == "__main__":
    harness.main(globals())
