# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Attention: two products with softmax between, up to sizes of which a kernel
computes one block behind the other."""
from types import SimpleNamespace

import numpy as np
import spec
from draw import F32, S8, U8
from families.qdq import opened, real
from families.registry import text


def sizes(draw):
    """Samples and heads, rows, keys and depth."""
    return ((draw.choice(1, 1, 2), draw.choice(1, 2, 3, 3)), draw.choice(1, 31, 96, 128, 128),
            draw.choice(17, 64, 128, 128), draw.choice(8, 17, 32))


def chances(draw, case, scores, spread, batch, rows, keys):
    """Scaled, with masks of every shape that broadcasts, and normalized."""
    factor = case.constant("factor", F32(draw.choice(0.5, 1, 2) / spread))
    scores = case.node("Mul", [scores, factor], "scaled")
    shape = draw.choice(None, (keys,), (rows, keys), (batch[0], 1, 1, keys), (1, batch[1], rows, keys),
                        (batch[0], 1, rows, keys), (batch[1], rows, 1), (*batch, 1, 1))
    if shape:
        mask = draw.floats(shape)
        mask[draw.random.random(shape) < 0.1] = -10000
        scores = case.node("Add", [scores, case.operand("mask", mask, 0.5)], "masked")
    return case.node("Softmax", [scores], "chances", axis=-1)


@text(10)
def Attention(draw, case):
    """On floats; only the result is rounded to codes."""
    batch, rows, keys, depth = sizes(draw)
    q, k, v = draw.floats((*batch, rows, depth)), draw.floats((*batch, depth, keys)), draw.floats((*batch, keys, depth))
    scores = case.node("MatMul", [case.feed("q", q), case.feed("k", k)], "scores")
    weights = chances(draw, case, scores, float((q @ k).std()) or 1.0, batch, rows, keys)
    context = case.node("MatMul", [weights, case.feed("v", v)], "context")
    if draw.chance(0.3):
        context = case.node("Transpose", [context], "moved", perm=[0, 2, 1, 3])
    case.quantize(context, "y", draw.scale_for(v / 4), draw.zero(draw.choice(U8, S8)))


@text(10)
def QDQAttention(draw, case):
    """Both products, and what softmax gives, between Q and DQ: sums of codes."""
    batch, rows, keys, depth = sizes(draw)
    dtype = draw.choice(U8, S8)
    q, *q_codes = opened(draw, case, "q", (*batch, rows, depth), dtype)
    k, *k_codes = opened(draw, case, "k", (*batch, depth, keys), dtype)
    v, *v_codes = opened(draw, case, "v", (*batch, keys, depth), dtype)
    product = real(*q_codes) @ real(*k_codes)
    scale, zero = draw.scale_for(product), draw.zero(dtype)
    scores = case.pair(case.node("MatMul", [q, k], "product"), "scores", scale, zero)
    first = len(case.nodes) - 1
    weights = chances(draw, case, scores, float(product.std()) or 1.0, batch, rows, keys)
    weights = case.pair(weights, "rounded", F32(1 / 256), np.uint8(0))
    middle = case.nodes[first:]
    out, out_zero = draw.scale_for(real(*v_codes) / 4), draw.zero(dtype)
    case.quantize(case.node("MatMul", [weights, v], "context"), "y", out, out_zero)
    codes = requantized(q_codes, k_codes, scale, zero)
    values = spec.evaluate(SimpleNamespace(nodes=middle, opset=case.opset, constants=case.constants,
                                           feeds={**case.feeds, "scores": codes}))
    case.expected["y"] = requantized((values["rounded"], F32(1 / 256), np.uint8(0)), v_codes, out, out_zero)


def requantized(left, right, scale, zero):
    """Codes of a product of codes."""
    (a, scale_a, zero_a), (b, scale_b, zero_b) = left, right
    return spec.requantized(spec.matmul(a, b, zero_a, zero_b), scale_a, scale_b, scale, zero)
