# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Shapes of graphs that real files hold: shared and double Q and DQ, sums that
are not rounded between, floats behind Q and DQ, dynamic quantization in pieces."""
import numpy as np
import spec
from draw import F32, S8, U8
from families.qdq import closed, opened, real
from families.registry import text
from onnx import TensorProto


def shared(draw, case):
    """One DequantizeLinear, two users, two results."""
    x, q, scale, zero = opened(draw, case, "x", draw.shape(2, 3), U8)
    case.quantize(case.node("Relu", [x], "r"), "first", draw.scale_for(real(q, scale, zero)), draw.zero(U8))
    case.quantize(case.node("Sigmoid", [x], "m"), "y", F32(1 / 256), np.uint8(0))


def unrounded(draw, case):
    """A sum that feeds the next one as it is."""
    shape, dtype = draw.shape(2, 4), draw.choice(U8, S8)
    parts = [opened(draw, case, name, shape, dtype) for name in ("a", "b", "c")]
    first = case.node("Add", [parts[0][0], parts[1][0]], "first")
    second = case.node("Add", [first, parts[2][0]], "second")
    closed(draw, case, second, dtype, sum(real(*part[1:]) for part in parts))


def double(draw, case):
    """Quantized twice, in other steps or the same."""
    dtype = draw.choice(U8, S8)
    x, q, scale, zero = opened(draw, case, "x", draw.shape(1, 4), dtype)
    if draw.chance(0.5):
        scale, zero = draw.scale_for(real(q, scale, zero)), draw.zero(dtype)
    again = case.pair(x, "again", scale, zero)
    closed(draw, case, case.node("Relu", [again], "r"), dtype, real(q, scale, zero))


def chained(draw, case):
    """Identity and Cast between the pair and its operator."""
    dtype = draw.choice(U8, S8)
    x, *codes = opened(draw, case, "x", draw.shape(2, 4), dtype)
    value = case.node("Identity", [case.node("Cast", [x], "cast", to=TensorProto.FLOAT)], "id")
    closed(draw, case, case.node("Abs", [value], "r"), dtype, real(*codes))


def alone(draw, case):
    """QuantizeLinear without DequantizeLinear behind it, of a float input."""
    x = draw.floats(draw.shape(2, 4), 3)
    case.quantize(case.node("Relu", [case.feed("x", x)], "r"), "y", draw.scale_for(x), draw.zero(U8))


def clipped(draw, case):
    """Codes cut between Q and DQ, as files of quantization-aware training do."""
    dtype = draw.choice(U8, S8)
    x = draw.floats(draw.shape(2, 4), 3)
    scale, zero = draw.scale_for(x), np.array(draw.whole(3, 100), dtype)
    q = case.quantize(case.feed("x", x), "q", scale, zero)
    ends = [case.constant("low", np.array(3, dtype)), case.constant("high", np.array(100, dtype))]
    value = case.dequantize(case.node("Clip", [q, *ends], "cut"), "d", scale, zero)
    closed(draw, case, case.node("Relu", [value], "r"), dtype, x)


@text(30)
def QDQStructure(draw, case):
    draw.choice(shared, unrounded, double, chained, alone, clipped)(draw, case)


@text(20)
def QDQFloatWeights(draw, case):
    """Weights stored as floats behind QuantizeLinear and DequantizeLinear."""
    m, k, n = draw.extent(17), draw.extent(65), draw.extent(17)
    a, sa, za = draw.codes((m, k), U8), draw.scale(low=-9, high=-1), draw.zero(U8)
    each = (n,) if draw.chance(0.5) else ()
    sb, zb = draw.scale(each, -10, -2), np.zeros(each, S8)
    weights = (draw.near(0, (k, n), S8) * sb + draw.floats((k, n), 0.1) * sb).astype(F32)
    along = {"axis": 1} if each else {}
    b = case.quantize(case.constant("w", weights), "b", sb, zb, **along)
    value = case.node("MatMul", [case.dequantize(case.feed("a", a), "ad", sa, za),
                                 case.dequantize(b, "bd", sb, zb, **along)], "m")
    acc = spec.matmul(a, spec.quantize_codes(weights, sb, S8), za, zb)
    sy, zy = draw.tie_scale(acc, (sa * sb).flat[0]), draw.zero(U8)
    case.quantize(value, "y", sy, zy)
    case.expected["y"] = spec.requantized(acc, sa, sb, sy, zy)


@text(30)
def DynamicMatMul(draw, case):
    """DynamicQuantizeLinear shared by MatMulIntegers, then Cast, Mul and Add."""
    k, products = draw.extent(65), draw.choice(1, 2)
    x = draw.floats((*draw.shape(1, 2, 5), k), float(draw.scale(low=-4, high=4)))
    q, scale, zero = "q", "scale", "zero"
    case.node("DynamicQuantizeLinear", [case.feed("x", x)], [q, scale, zero])
    parts = []
    for i in range(products):
        n = 8 if products == 2 else draw.extent(17)
        each = (n,) if draw.chance(0.4) else ()
        w, zw = case.constant(f"w{i}", draw.codes((k, n), S8)), case.constant(f"z{i}", draw.zero(S8, each))
        acc = case.node("MatMulInteger", [q, w, zero, zw], f"acc{i}")
        factor = case.node("Mul", [scale, case.constant(f"s{i}", draw.scale(each))], f"factor{i}")
        value = case.node("Mul", [case.node("Cast", [acc], f"cast{i}", to=TensorProto.FLOAT), factor], f"m{i}")
        parts.append(case.node("Add", [value, case.constant(f"bias{i}", draw.floats(n))], f"sum{i}"))
    case.node("Concat" if products == 2 else "Relu", parts, **({"axis": -1} if products == 2 else {}))
