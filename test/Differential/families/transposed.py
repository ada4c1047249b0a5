# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Transposed convolutions between DequantizeLinear and QuantizeLinear."""
import numpy as np
import spec
from draw import S8, U8
from families.registry import text


@text(40)
def QDQConvTranspose(draw, case):
    """One integer step; ONNX Runtime computes it on floats."""
    x_type, w_type = draw.choice((U8, S8), (U8, U8), (S8, S8))
    rank, groups = draw.choice(1, 2, 2, 2), draw.choice(1, 1, 2, 3)
    channels, filters = groups * draw.choice(1, 2, 5), groups * draw.choice(1, 3, 4)
    kernel, spatial = ([draw.choice(*options) for _ in range(rank)] for options in ((1, 2, 3, 4), (1, 3, 5, 7)))
    strides, dilations = ([draw.choice(*options) for _ in range(rank)] for options in ((1, 2, 3), (1, 1, 2)))
    extra = [draw.whole(0, s - 1) for s in strides]
    reach = [(k - 1) * d for k, d in zip(kernel, dilations)]
    low, high = ([draw.whole(0, (r + 1) // 2) for r in reach] for _ in range(2))
    if any(s * (n - 1) + r + e < l + h for s, n, r, e, l, h in zip(strides, spatial, reach, extra, low, high)):
        low = high = [0] * rank
    sx, zx, sw = draw.scale(low=-9, high=-1), draw.zero(x_type), draw.scale(low=-10, high=-2)
    zw = draw.zero(w_type) if draw.chance(0.5) else np.array(0, w_type)
    x = draw.codes((draw.choice(1, 2), channels, *spatial), x_type)
    w = draw.near(zw, (channels, filters // groups, *kernel), w_type)
    bias = draw.random.integers(-500, 500, filters).astype(np.int32) if draw.chance(0.5) else None
    operands = [case.dequantize(case.feed("x", x), "xd", sx, zx), case.dequantize(case.constant("w", w), "wd", sw, zw)]
    if bias is not None:
        operands.append(case.dequantize(case.constant("b", bias), "bd", np.asarray(sx * sw), np.int32(0)))
    value = case.node("ConvTranspose", operands, "c", group=groups, strides=strides, dilations=dilations,
                      pads=low + high, output_padding=extra)
    acc = spec.conv_transpose(np.moveaxis(x, 1, -1), np.moveaxis(w, 1, -1), strides, low, high, dilations, extra,
                              groups, zx, zw, 0 if bias is None else bias)
    sy, zy = draw.tie_scale(acc, sx * sw) if draw.chance(0.5) else draw.scale_for(acc * (sx * sw)), draw.zero(x_type)
    case.quantize(value, "y", sy, zy)
    case.expected["y"] = np.moveaxis(spec.requantized(acc, sx, sw, sy, zy), -1, 1)
