# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Seeded choices: shapes, codes, scales and zero points with their corners."""
import ml_dtypes
import numpy as np

F32 = np.float32
U8, S8, U16, S16 = np.uint8, np.int8, np.uint16, np.int16
U4, S4 = ml_dtypes.uint4, ml_dtypes.int4


def limits(dtype):
    info = np.iinfo(dtype) if np.dtype(dtype).kind in "iu" else ml_dtypes.iinfo(dtype)
    return int(info.min), int(info.max)


class Draw:
    def __init__(self, *seed):
        self.random = np.random.default_rng(seed)

    def chance(self, share):
        return bool(self.random.random() < share)

    def choice(self, *options):
        return options[int(self.random.integers(len(options)))]

    def whole(self, low, high):
        """Both ends included."""
        return int(self.random.integers(low, high + 1))

    def extent(self, most=17):
        """Tiny, prime, one more or less than a vector: mostly small."""
        fitting = [n for n in (1, 2, 3, 4, 5, 7, 8, 9, 11, 13, 15, 16, 17, 31, 32, 33, 64, 65, 67) if n <= most]
        return fitting[int(self.random.integers(len(fitting)))]

    def shape(self, low=1, high=4, most=9):
        return tuple(self.extent(most) for _ in range(self.whole(low, high)))

    def codes(self, shape, dtype):
        """All codes alike, or extremes only: the largest sums."""
        low, high = limits(dtype)
        if self.chance(0.15):
            values = self.random.choice([low, high], shape)
        else:
            values = self.random.integers(low, high + 1, shape)
        return np.asarray(values).astype(dtype)

    def zero(self, dtype, shape=()):
        low, high = limits(dtype)
        middle = (low + high + 1) // 2
        if shape:
            return self.codes(shape, dtype)
        return np.array(self.choice(low, high, 0, middle, self.whole(low, high), self.whole(low, high)), dtype)

    def scale(self, shape=(), low=-9, high=1):
        """Powers of two now and then: there the ties are."""
        if self.chance(0.2):
            values = 2.0 ** self.random.integers(low, high + 1, shape)
        else:
            values = 2.0 ** self.random.uniform(low, high, shape)
        return np.asarray(values, F32)

    def scale_for(self, values, steps=60):
        """So that the values spread over the codes, and some saturate."""
        spread = float(np.asarray(values, np.float64).std()) or 1.0
        return np.asarray(spread / self.random.uniform(steps / 3, steps * 1.5), F32)

    def near(self, zero, shape, dtype, reach=3):
        """Codes close to the zero point: small sums."""
        low, high = limits(dtype)
        values = self.random.integers(-reach, reach + 1, shape) + np.asarray(zero).astype(int)
        return np.clip(values, low, high).astype(dtype)

    def tie_scale(self, acc, unit, steps=30):
        """An output scale that is `unit` times a power of two: every so often a
        sum lies exactly between two codes, where float sums go astray."""
        spread = max(float(np.asarray(acc, np.float64).std()) / steps, 2.0)
        return np.asarray(F32(unit) * F32(2.0 ** np.rint(np.log2(spread))), F32)

    def floats(self, shape, spread=1.0):
        return np.asarray(self.random.standard_normal(shape) * spread, F32)
