# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Matrix products of com.microsoft."""
import numpy as np
import spec
from draw import S8, U8
from families.contrib import MICROSOFT
from families.convolution import PAIRS
from families.products import draw_product
from families.registry import text


@text(50)
def QGemm(draw, case):
    """With an output scale codes, without one floats."""
    a_type, b_type = draw.choice(*PAIRS)
    m, k, n = draw.extent(17), draw.extent(67), draw.extent(33)
    trans_a, trans_b = draw.chance(0.2), draw.chance(0.5)
    a, b = draw.codes((m, k), a_type), draw.codes((k, n), b_type)
    sa, za = draw.scale(low=-9, high=-1), draw.zero(a_type)
    each = (n,) if draw.chance(0.4) else ()
    sb, zb = draw.scale(each, -10, -2), np.full(each, draw.zero(b_type), b_type)
    bias = draw.random.integers(-9000, 9000, n).astype(np.int32) if draw.chance(0.6) else None
    alpha = draw.choice(1.0, 1.0, 0.5, 0.3)
    inputs = [case.feed("a", a.T if trans_a else a), case.operand("sa", sa), case.operand("za", za),
              case.operand("b", b.T if trans_b else b), case.constant("sb", sb), case.constant("zb", zb),
              "" if bias is None else case.constant("c", bias)]
    if draw.chance(0.8):
        acc = spec.matmul(a, b, za, zb, 0 if bias is None else bias)
        inputs += [case.operand("sy", draw.scale_for(acc * (alpha * sa * sb))), case.operand("zy", draw.zero(a_type))]
    elif bias is None:
        inputs.pop()
    case.node("QGemm", inputs, alpha=alpha, transA=int(trans_a), transB=int(trans_b), **MICROSOFT)


@text(50)
def MatMulIntegerToFloat(draw, case):
    a, sa, za, b, sb, zb = draw_product(draw, PAIRS)
    inputs = [case.feed("a", a), case.operand("b", b), case.operand("sa", sa), case.constant("sb", sb)]
    inputs += [case.operand("za", za), case.constant("zb", zb)]
    if b.ndim > 1 and draw.chance(0.5):
        inputs.append(case.constant("c", draw.floats(b.shape[-1])))
    case.node("MatMulIntegerToFloat", inputs, **MICROSOFT)


@text(50)
def DynamicQuantizeMatMul(draw, case):
    _, _, _, b, sb, zb = draw_product(draw, ((U8, S8), (U8, U8)))
    if b.ndim != 2:
        b = draw.codes((draw.extent(33), draw.extent(17)), b.dtype)
        sb, zb = draw.scale(), draw.zero(b.dtype)
    a = draw.floats((*draw.shape(1, 3, 5), b.shape[0]), float(draw.scale(low=-4, high=4)))
    inputs = [case.feed("a", a), case.constant("b", b), case.constant("sb", sb)]
    bias = draw.chance(0.4)
    if bias or draw.chance(0.7):
        inputs.append(case.constant("zb", zb))
    if bias:
        inputs.append(case.constant("c", draw.floats(b.shape[-1])))
    case.node("DynamicQuantizeMatMul", inputs, **MICROSOFT)


@text(50)
def MatMulNBits(draw, case):
    """Packed weights with a scale, and mostly a zero point, for each block."""
    bits = draw.choice(4, 4, 4, 2, 8)
    block = draw.choice(16, 32, 64)
    k, n = draw.choice(16, 32, 33, 64, 96, 100), draw.extent(17)
    blocks = -(-k // block)
    a = draw.floats((*draw.shape(0, 2, 5), draw.extent(9), k))
    packed = draw.codes((n, blocks, block * bits // 8), U8)
    scales = draw.scale((n, blocks), -8, 0)
    inputs = [case.feed("a", a), case.constant("b", packed), case.constant("s", scales.ravel())]
    if draw.chance(0.6):
        inputs.append(case.constant("z", draw.codes((n * -(-blocks * bits // 8),), U8)))
    case.node("MatMulNBits", inputs, K=k, N=n, bits=bits, block_size=block, **MICROSOFT)
