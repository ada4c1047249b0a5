# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Quantized matrix products: QLinearMatMul, MatMulInteger, and MatMul and Gemm
between Q and DQ."""
import numpy as np
import spec
from families.convolution import ALL_PAIRS, PAIRS
from families.registry import exact



def shapes(draw):
    """Matrices, batches that broadcast, vectors on either side."""
    m, k, n = draw.extent(17), draw.extent(67), draw.extent(33)
    kind = draw.choice("matrix", "matrix", "batch", "left", "right", "both", "row", "column", "dot")
    batch = (draw.choice(1, 2, 3), draw.choice(1, 2, 5))
    return {"matrix": ((m, k), (k, n)), "batch": ((*batch, m, k), (k, n)), "left": ((k, m), (2, m, n)),
            "right": ((m, k), (batch[0], k, n)), "both": ((batch[0], 1, m, k), (batch[1], k, n)),
            "row": ((k,), (k, n)), "column": ((m, k), (k,)), "dot": ((1, k), (k, 1))}[kind]


def draw_product(draw, pairs, per_column=0.4, ties=False):
    a_type, b_type = draw.choice(*pairs)
    left, right = shapes(draw)
    each = (right[-1],) if len(right) == 2 and draw.chance(per_column) else ()
    zero_b = draw.zero(b_type, each) if draw.chance(0.6) else np.zeros(each, b_type)
    a, b = draw.codes(left, a_type), draw.near(zero_b, right, b_type) if ties else draw.codes(right, b_type)
    scale_b = draw.scale(each, -10, -2)
    return a, draw.scale(low=-9, high=-1), draw.zero(a_type), b, scale_b, zero_b


def draw_scaled(draw, pairs, per_column=0.4):
    ties = draw.chance(0.35)
    a, sa, za, b, sb, zb = draw_product(draw, pairs, per_column, ties)
    return a, sa, za, b, sb, zb, output_scale(draw, spec.matmul(a, b, za, zb), sa * sb, ties), draw.zero(a.dtype)


def output_scale(draw, acc, unit, ties):
    return draw.tie_scale(acc, unit.flat[0]) if ties else draw.scale_for(acc * unit)


@exact(240)
def QLinearMatMul(draw, case):
    a, sa, za, b, sb, zb, sy, zy = draw_scaled(draw, PAIRS)
    case.opset = draw.choice(10, 13, 21)
    case.node("QLinearMatMul", [
        case.feed("a", a), case.operand("sa", sa), case.operand("za", za), case.operand("b", b),
        case.constant("sb", sb), case.constant("zb", zb), case.operand("sy", sy), case.operand("zy", zy)])


@exact(160)
def MatMulInteger(draw, case):
    a, _, za, b, _, zb = draw_product(draw, ALL_PAIRS)
    case.opset = draw.choice(10, 13, 21)
    inputs = [case.feed("a", a), case.operand("b", b)]
    if draw.chance(0.8):
        inputs.append(case.operand("za", za))
        if draw.chance(0.7):
            inputs.append(case.operand("zb", zb))
    case.node("MatMulInteger", inputs)


@exact(140)
def QDQMatMul(draw, case):
    """DequantizeLinear x 2 -> MatMul -> QuantizeLinear: one integer step."""
    a, sa, za, b, sb, zb, sy, zy = draw_scaled(draw, PAIRS, per_column=0.3)
    case.opset = draw.choice(13, 21)
    along = {"axis": b.ndim - 1} if sb.ndim else {}
    value = case.node("MatMul", [case.dequantize(case.feed("a", a), "ad", sa, za),
                                 case.dequantize(case.operand("b", b), "bd", sb, zb, **along)], "m")
    case.quantize(value, "y", sy, zy)
    case.expected["y"] = spec.requantized(spec.matmul(a, b, za, zb), sa, sb, sy, zy)


@exact(100)
def QDQGemm(draw, case):
    """DequantizeLinear x 3 -> Gemm -> QuantizeLinear: one integer step."""
    a_type, b_type = draw.choice(*PAIRS)
    m, k, n = draw.extent(17), draw.extent(67), draw.extent(33)
    trans_a, trans_b = draw.chance(0.2), draw.chance(0.5)
    sa, za = draw.scale(low=-9, high=-1), draw.zero(a_type)
    each = (n,) if draw.chance(0.3) else ()
    sb, zb = draw.scale(each, -10, -2), np.full(each, draw.zero(b_type), b_type)
    ties = draw.chance(0.35)
    a, b = draw.codes((m, k), a_type), draw.near(zb, (k, n), b_type) if ties else draw.codes((k, n), b_type)
    reach = 300 if ties else 9000
    bias = draw.random.integers(-reach, reach, n).astype(np.int32) if draw.chance(0.7) else None
    acc = spec.matmul(a, b, za, zb, 0 if bias is None else bias)
    sy, zy = output_scale(draw, acc, sa * sb, ties), draw.zero(a_type)
    along = {"axis": 0 if trans_b else 1} if each else {}
    operands = [case.dequantize(case.feed("a", a.T if trans_a else a), "ad", sa, za),
                case.dequantize(case.constant("b", b.T if trans_b else b), "bd", sb, zb, **along)]
    if bias is not None:
        operands.append(case.dequantize(case.constant("c", bias), "cd", np.asarray(sa * sb),
                                        np.zeros(sb.shape, np.int32), **({"axis": 0} if each else {})))
    value = case.node("Gemm", operands, "g", transA=int(trans_a), transB=int(trans_b))
    case.quantize(value, "y", sy, zy)
    case.expected["y"] = spec.requantized(acc, sa, sb, sy, zy)
