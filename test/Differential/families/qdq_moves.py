# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operators between DequantizeLinear and QuantizeLinear that move codes."""
import numpy as np
from draw import S8, U8
from families.contrib_pools import image, pool_attributes
from families.qdq import closed, opened, real
from families.registry import text


def movement(draw, case, shape):
    """One of ONNX's operators that move data, with its operands."""
    rank = len(shape)
    axis = draw.whole(0, rank - 1)
    ints = lambda name, *values: case.constant(name, np.array(values, np.int64))  # noqa: E731
    return draw.choice(
        lambda x: ("Transpose", [x], {"perm": [int(d) for d in draw.random.permutation(rank)]}),
        lambda x: ("Reshape", [x, ints("shape", -1, shape[-1])], {}),
        lambda x: ("Flatten", [x], {"axis": axis}),
        lambda x: ("Slice", [x, ints("from", -1), ints("to", -99), ints("axis", axis), ints("step", -1)], {}),
        lambda x: ("Gather", [x, ints("index", 0, shape[axis] - 1, -1)], {"axis": axis}),
        lambda x: ("Unsqueeze", [x, ints("axis", axis)], {}),
        lambda x: ("Identity", [x], {}))


@text(50, slack=0)
def QDQMove(draw, case):
    """Mostly with the same parameters on both sides: not one code changes."""
    dtype = draw.choice(U8, S8)
    shape = draw.shape(2, 4)
    x, q, scale, zero = opened(draw, case, "x", shape, dtype)
    kind, operands, attributes = movement(draw, case, shape)(x)
    value = case.node(kind, operands, "m", **attributes)
    if draw.chance(0.7):
        case.quantize(value, "y", scale, zero)
    else:
        closed(draw, case, value, dtype, real(q, scale, zero))


@text(40, slack=0)
def QDQMaxPool(draw, case):
    dtype = draw.choice(U8, S8)
    shape = image(draw, last=False)
    attributes = pool_attributes(draw, shape[2:])
    attributes.pop("count_include_pad", None)
    x, q, scale, zero = opened(draw, case, "x", shape, dtype)
    value = case.node("MaxPool", [x], "m", **attributes)
    if draw.chance(0.6):
        case.quantize(value, "y", scale, zero)
    else:
        closed(draw, case, value, dtype, real(q, scale, zero))


@text(40)
def QDQConcat(draw, case):
    """Different scales into one."""
    dtype = draw.choice(U8, S8)
    shape = draw.shape(1, 4, 7)
    axis = draw.whole(0, len(shape) - 1)
    parts, values = [], []
    for i in range(draw.whole(2, 4)):
        extents = tuple(draw.extent(7) if d == axis else n for d, n in enumerate(shape))
        name, *codes = opened(draw, case, f"p{i}", extents, dtype, i == 0 or draw.chance(0.7))
        parts.append(name)
        values.append(real(*codes).ravel())
    closed(draw, case, case.node("Concat", parts, "m", axis=axis), dtype, np.concatenate(values))


@text(40)
def QDQClip(draw, case):
    """Relu or Clip before QuantizeLinear."""
    dtype = draw.choice(U8, S8)
    x, q, scale, zero = opened(draw, case, "x", draw.shape(1, 4), dtype)
    values = np.sort(real(q, scale, zero).ravel())
    low, high = (case.constant(n, np.float32(values[int(f * (values.size - 1))])) for n, f in (("l", 0.2), ("h", 0.8)))
    kind, operands = draw.choice(("Relu", [x]), ("Clip", [x, low]), ("Clip", [x, "", high]), ("Clip", [x, low, high]))
    value = case.node(kind, operands, "m")
    used = {name for node in case.nodes for name in node.input}
    for name in {"l", "h"} - used:
        case.constants.pop(name)
    closed(draw, case, value, dtype, values)
