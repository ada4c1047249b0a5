# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Element-wise quantized operators of com.microsoft, and softmax."""
import numpy as np
from draw import F32, S8, U8
from families.registry import text

MICROSOFT = {"domain": "com.microsoft"}


def broadcasting(draw):
    """Two shapes that broadcast: the same, a scalar, a row, a column, inner ones."""
    shape = draw.shape(1, 4, 9)
    kind = draw.choice("same", "same", "scalar", "tail", "ones")
    if kind == "scalar":
        other = (1,) * draw.whole(0, 1)
    elif kind == "tail":
        other = shape[draw.whole(0, len(shape) - 1):]
    else:
        other = tuple(1 if kind == "ones" and draw.chance(0.5) else n for n in shape)
    return (shape, other) if draw.chance(0.5) else (other, shape)


def quantized(draw, case, name, shape, dtype, share=0.2):
    """Names of codes, scale and zero point; and the real values. ONNX Runtime
    wants scalars, not vectors of one."""
    q, scale, zero = draw.codes(shape, dtype), draw.scale(low=-8, high=-1), draw.zero(dtype)
    value = case.operand(name, q, share)
    real = (q.astype(F32) - F32(zero)) * scale
    return [value, *parameters(case, name, scale, zero)], real


def parameters(case, name, scale, zero):
    operand = case.operand if case.parameters_at_run_time else case.constant
    return [operand("s" + name, scale), operand("z" + name, zero)]


def result(draw, case, dtype, real):
    return parameters(case, "y", draw.scale_for(real), draw.zero(dtype))


def binary(draw, case, kind, function):
    dtype = draw.choice(U8, S8)
    left, right = broadcasting(draw)
    a, real_a = quantized(draw, case, "a", left, dtype, 0)
    b, real_b = quantized(draw, case, "b", right, dtype, 0.4)
    case.node(kind, a + b + result(draw, case, dtype, function(real_a, real_b)), **MICROSOFT)


@text(60)
def QLinearAdd(draw, case):
    binary(draw, case, "QLinearAdd", np.add)


@text(50)
def QLinearMul(draw, case):
    binary(draw, case, "QLinearMul", np.multiply)


@text(20)
def QLinearWhere(draw, case):
    dtype = draw.choice(U8, S8)
    left, right = broadcasting(draw)
    # A zero point at run time beside constant codes ends ONNX Runtime's process.
    case.parameters_at_run_time = False
    condition = draw.random.random(np.broadcast_shapes(left, right)) < 0.5
    a, real_a = quantized(draw, case, "a", left, dtype, 0)
    b, real_b = quantized(draw, case, "b", right, dtype)
    real = np.where(condition, real_a, real_b)
    case.node("QLinearWhere", [case.feed("c", condition), *a, *b, *result(draw, case, dtype, real)], **MICROSOFT)


@text(40)
def QLinearConcat(draw, case):
    """Different scales into one."""
    dtype = draw.choice(U8, S8)
    shape = draw.shape(1, 4, 7)
    axis = draw.whole(0, len(shape) - 1)
    parts, reals = [], []
    for i in range(draw.whole(1, 4)):
        extents = tuple(draw.extent(7) if d == axis else n for d, n in enumerate(shape))
        names, real = quantized(draw, case, f"p{i}", extents, dtype, 0 if i == 0 else 0.2)
        parts += names
        reals.append(real.ravel())
    out = result(draw, case, dtype, np.concatenate(reals))
    case.node("QLinearConcat", out + parts, axis=axis - len(shape) if draw.chance(0.3) else axis, **MICROSOFT)


def unary(draw, case, kind, function, **attributes):
    dtype = draw.choice(U8, S8)
    x, real = quantized(draw, case, "x", draw.shape(1, 4, 17), dtype, 0)
    case.node(kind, x + result(draw, case, dtype, function(real)), **attributes, **MICROSOFT)


@text(30)
def QLinearSigmoid(draw, case):
    unary(draw, case, "QLinearSigmoid", lambda x: 1 / (1 + np.exp(-np.abs(x))))


@text(30)
def QLinearLeakyRelu(draw, case):
    alpha = draw.choice(0.01, 0.1, 0.25, 0.3, 1.5)
    unary(draw, case, "QLinearLeakyRelu", lambda x: np.where(x < 0, alpha * x, x), alpha=alpha)


@text(40)
def QLinearSoftmax(draw, case):
    dtype = draw.choice(U8, S8)
    shape = draw.shape(1, 3, 17)
    x, _ = quantized(draw, case, "x", shape, dtype, 0)
    if draw.chance(0.5):
        out = [case.constant("sy", F32(1 / 256)), case.constant("zy", np.array(0 if dtype is U8 else -128, dtype))]
    else:
        out = parameters(case, "y", draw.scale(low=-8, high=-4), draw.zero(dtype))
    axis, opset = draw.whole(0, len(shape) - 1), draw.choice(11, 13)
    if np.prod(shape[axis:axis + 1 if opset == 13 else None]) == 1:
        case.departs("the softmax of one element is 0 in ONNX Runtime, 1 in ONNX")
    case.node("QLinearSoftmax", x + out, axis=axis, opset=opset, **MICROSOFT)
