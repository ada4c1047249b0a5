# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operators between DequantizeLinear and QuantizeLinear that compute."""
import numpy as np
import spec
from draw import S8, U8
from families.contrib import broadcasting
from families.contrib_pools import image, pool_attributes
from families.registry import text


def opened(draw, case, name, shape, dtype, feed=True):
    """An input of codes behind DequantizeLinear: its name, codes, parameters."""
    q, scale, zero = draw.codes(shape, dtype), draw.scale(low=-7, high=-1), draw.zero(dtype)
    source = case.feed(name, q) if feed else case.constant(name, q)
    return case.dequantize(source, name + "d", scale, zero), q, scale, zero


def real(q, scale, zero):
    return (q.astype(np.float32) - np.float32(zero)) * scale


def closed(draw, case, value, dtype, values, unit=None):
    """QuantizeLinear at the end; returns its parameters. With a unit the scale
    may be a power of two of it: sums lie between two codes then."""
    scale, zero = draw.scale_for(values), draw.zero(dtype)
    if unit is not None and draw.chance(0.5):
        scale = np.asarray(unit * np.float32(draw.choice(0.5, 1, 2)), np.float32)
    case.quantize(value, "y", scale, zero)
    return scale, zero


def binary(draw, case, kind, function):
    dtype = draw.choice(U8, S8)
    left, right = broadcasting(draw)
    a, *codes_a = opened(draw, case, "a", left, dtype)
    b, *codes_b = opened(draw, case, "b", right, dtype, draw.chance(0.7))
    value = case.node(kind, [a, b], "m")
    closed(draw, case, value, dtype, function(real(*codes_a), real(*codes_b)))


@text(50)
def QDQAdd(draw, case):
    binary(draw, case, "Add", np.add)


@text(40)
def QDQMul(draw, case):
    binary(draw, case, "Mul", np.multiply)


def pool_reference(case, q, scale, zero, attributes, scale_y, zero_y):
    size = attributes["kernel_shape"]
    window = spec.window(q, size, attributes)
    y = spec.average_pool(np.moveaxis(q, 1, -1), size, scale_x=scale, zero_x=zero, scale_y=scale_y, zero_y=zero_y,
                          count_padding=bool(attributes.get("count_include_pad", 0)), **window)
    case.expected["y"] = np.moveaxis(y, -1, 1)


@text(40)
def QDQAveragePool(draw, case):
    dtype = draw.choice(U8, S8)
    shape = image(draw, last=False)
    attributes = pool_attributes(draw, shape[2:])
    x, *codes = opened(draw, case, "x", shape, dtype)
    value = case.node("AveragePool", [x], "m", **attributes)
    out = closed(draw, case, value, dtype, real(*codes), codes[1])
    pool_reference(case, *codes, attributes, *out)


@text(30)
def QDQGlobalAveragePool(draw, case):
    dtype = draw.choice(U8, S8)
    shape = image(draw, last=False)
    x, *codes = opened(draw, case, "x", shape, dtype)
    value = case.node("GlobalAveragePool", [x], "m")
    dims = tuple(range(2, len(shape)))
    out = closed(draw, case, value, dtype, real(*codes).mean(dims), codes[1])
    case.expected["y"] = spec.mean(codes[0], dims, *codes[1:], *out, mean=True)


@text(30)
def QDQReduceMean(draw, case):
    dtype = draw.choice(U8, S8)
    shape = draw.shape(1, 4)
    axes = sorted(set(draw.whole(0, len(shape) - 1) for _ in range(draw.whole(1, len(shape)))))
    keeps = draw.choice(0, 1)
    x, *codes = opened(draw, case, "x", shape, dtype)
    value = case.node("ReduceMean", [x, case.constant("axes", np.array(axes, np.int64))], "m", keepdims=keeps)
    out = closed(draw, case, value, dtype, real(*codes).mean(tuple(axes)), codes[1])
    y = spec.mean(codes[0], axes, *codes[1:], *out, mean=True)
    case.expected["y"] = y if keeps else np.squeeze(y, tuple(axes))


UNARY = {"Sigmoid": {}, "Tanh": {}, "LeakyRelu": {"alpha": 0.1}, "HardSwish": {}, "HardSigmoid": {}, "Relu": {},
         "Erf": {}, "Exp": {}, "Abs": {}, "Neg": {}}
ROUGHLY = {"Sigmoid": np.tanh, "Tanh": np.tanh, "HardSigmoid": lambda x: np.clip(x / 5, 0, 1),
           "Erf": np.tanh, "Exp": lambda x: np.exp(np.minimum(x, 20))}


@text(40)
def QDQActivation(draw, case):
    dtype = draw.choice(U8, S8)
    kind = draw.choice(*UNARY)
    x, *codes = opened(draw, case, "x", draw.shape(1, 4, 17), dtype)
    value = case.node(kind, [x], "m", **UNARY[kind])
    closed(draw, case, value, dtype, ROUGHLY.get(kind, lambda x: x)(real(*codes)))


@text(30)
def QDQSoftmax(draw, case):
    dtype = draw.choice(U8, S8)
    shape = draw.shape(1, 3, 17)
    x, *_ = opened(draw, case, "x", shape, dtype)
    axis = draw.whole(0, len(shape) - 1)
    if shape[axis] == 1:
        case.departs("the softmax of one element is 0 in ONNX Runtime, 1 in ONNX")
    value = case.node("Softmax", [x], "m", axis=axis)
    case.quantize(value, "y", np.float32(1 / 256), np.array(0 if dtype is U8 else -128, dtype))


@text(40)
def QDQResize(draw, case):
    """By powers of two; nearest moves codes, linear computes."""
    dtype = draw.choice(U8, S8)
    shape = (draw.choice(1, 2), draw.extent(9), draw.extent(9), draw.extent(9))
    x, q, scale, zero = opened(draw, case, "x", shape, dtype)
    factors = [1, 1, draw.choice(1, 2, 4), draw.choice(2, 4)]
    scales = case.constant("scales", np.array(factors, np.float32))
    mode = draw.choice("nearest", "linear")
    attributes = {"nearest_mode": draw.choice("floor", "round_prefer_floor")} if mode == "nearest" else {}
    value = case.node("Resize", [x, "", scales], "m", mode=mode,
                      coordinate_transformation_mode=draw.choice("half_pixel", "asymmetric"), **attributes)
    if draw.chance(0.5):
        case.quantize(value, "y", scale, zero)
    else:
        closed(draw, case, value, dtype, real(q, scale, zero))
