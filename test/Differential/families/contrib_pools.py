# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Averages of com.microsoft: pools and means, exact sums with one rounding."""
import numpy as np
from draw import S8, U8
from families.contrib import MICROSOFT, quantized, result
from families.registry import text


def image(draw, last):
    """A shape of 1 to 3 spatial dimensions, channels first or last."""
    spatial = tuple(draw.extent(9) for _ in range(draw.choice(1, 2, 2, 2, 3)))
    batch, channels = draw.choice(1, 1, 2), draw.extent(17)
    return (batch, *spatial, channels) if last else (batch, channels, *spatial)


def pool_attributes(draw, spatial):
    """Windows inside the image, each with at least one tap that is not padding."""
    kernel = [min(n, draw.choice(1, 2, 3, 3)) for n in spatial]
    attributes = {"kernel_shape": kernel, "strides": [draw.choice(1, 2, 3) for _ in kernel]}
    if draw.chance(0.5):
        attributes["pads"] = [draw.whole(0, k - 1) for k in kernel * 2]
    elif draw.chance(0.4):
        attributes["auto_pad"] = draw.choice("SAME_UPPER", "SAME_LOWER", "VALID")
        # ONNX Runtime finds negative padding where windows leave gaps.
        attributes["strides"] = [min(s, k) for s, k in zip(attributes["strides"], kernel)]
    if draw.chance(0.4):
        attributes["count_include_pad"] = 1
    return attributes


@text(50)
def QLinearAveragePool(draw, case):
    dtype = draw.choice(U8, S8)
    last = draw.chance(0.3)
    shape = image(draw, last)
    attributes = pool_attributes(draw, shape[1:-1] if last else shape[2:])
    x, real = quantized(draw, case, "x", shape, dtype, 0)
    case.node("QLinearAveragePool", x + result(draw, case, dtype, real), channels_last=int(last), **attributes,
              **MICROSOFT)


@text(40)
def QLinearGlobalAveragePool(draw, case):
    dtype = draw.choice(U8, S8)
    last = draw.chance(0.4)
    shape = image(draw, last)
    x, real = quantized(draw, case, "x", shape, dtype, 0)
    means = real.mean(tuple(range(1, len(shape) - 1)) if last else tuple(range(2, len(shape))))
    case.node("QLinearGlobalAveragePool", x + result(draw, case, dtype, means), channels_last=int(last), **MICROSOFT)


@text(20)
def QLinearReduceMean(draw, case):
    case.departs("ONNX Runtime has no QLinearReduceMean on CPUs")
    dtype = draw.choice(U8, S8)
    shape = draw.shape(1, 4)
    axes = sorted(set(draw.whole(0, len(shape) - 1) for _ in range(draw.whole(1, len(shape)))))
    x, real = quantized(draw, case, "x", shape, dtype, 0)
    stated = [a - len(shape) if draw.chance(0.3) else a for a in axes]
    case.node("QLinearReduceMean", x + result(draw, case, dtype, real.mean(tuple(axes))), axes=stated,
              keepdims=draw.choice(0, 1), **MICROSOFT)
