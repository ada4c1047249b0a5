# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Resize by whole factors: nearest moves elements, linear computes in f32."""

import numpy as np

from rounding import F32

OPERATORS = {}


def origins(node, extent, factor):
    """Where in the input the positions of the result lie."""
    x = np.arange(extent * factor, dtype=F32)
    how = node.get("coordinate_transformation_mode", "half_pixel")
    if how == "asymmetric":
        return x / F32(factor)
    if how != "half_pixel":
        raise NotImplementedError(f"Resize: no clause for {how}")
    return (x + F32(0.5)) / F32(factor) - F32(0.5)


def nearest(node, x, dim, factor):
    at = origins(node, x.shape[dim], factor)
    how = node.get("nearest_mode", "round_prefer_floor")
    index = {"floor": np.floor(at), "round_prefer_floor": np.ceil(at - F32(0.5))}[how]
    return np.take(x, np.clip(index.astype(int), 0, x.shape[dim] - 1), dim)


def linear(node, x, dim, factor):
    """resize_c1: (x[i] * (1 - t)) + (x[i + 1] * t), both positions clamped."""
    at = origins(node, x.shape[dim], factor)
    below = np.floor(at).astype(int)
    t = (at - below.astype(F32)).reshape([-1] + [1] * (x.ndim - dim - 1))
    first, second = (np.take(x, np.clip(below + k, 0, x.shape[dim] - 1), dim) for k in (0, 1))
    return first * (F32(1) - t) + second * t


def Resize(node, x, roi=None, scales=None, sizes=None):
    """nearest, or resize_c1 one dimension after the other, the last first."""
    node.get("cubic_coeff_a"), node.get("extrapolation_value")
    if sizes is not None:
        scales = [n / m for n, m in zip(sizes, x.shape)]
    mode = node.get("mode", "nearest")
    for dim in reversed(range(x.ndim)):
        factor = int(scales[dim])
        if factor != scales[dim] or (mode == "linear" and factor & (factor - 1)):
            raise NotImplementedError(f"Resize: no clause for {mode} by {scales[dim]}")
        if factor != 1:
            x = {"nearest": nearest, "linear": linear}[mode](node, x, dim, factor)
    return x


OPERATORS["Resize"] = Resize
