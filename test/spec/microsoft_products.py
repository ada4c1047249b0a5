# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Matrix products of the domain com.microsoft. Those with a float result take
the exact integer sum, converted once, times the product of the scales."""

import numpy as np

from floats import floats_c1
from onnx_quantized import columns, rows
from quantize import dequantize_c1, dynamic_quantize_c1, matmul_c1, requantize_c1
from rounding import F32

OPERATORS = {}


def operator(function):
    OPERATORS["com.microsoft." + function.__name__] = function
    return function


def scaled_c1(acc, scale_a, scale_b, bias=None):
    """scaled_c1: f32(acc) * f32(s_a * s_b), then plus the bias, one addition."""
    y = acc.astype(F32) * (np.asarray(scale_a, F32) * np.asarray(scale_b, F32))
    return y if bias is None else y + bias


@operator
def MatMulIntegerToFloat(node, a, b, scale_a, scale_b, zero_a=0, zero_b=0, bias=None):
    """matmul_c1, scaled_c1."""
    zero_a = 0 if zero_a is None else zero_a
    zero_b = 0 if zero_b is None else zero_b
    return scaled_c1(matmul_c1(a, b, rows(zero_a), columns(zero_b)), rows(scale_a),
                     columns(scale_b), bias)


@operator
def DynamicQuantizeMatMul(node, a, b, scale_b, zero_b=None, bias=None):
    """dynamic_quantize_c1 of the whole left operand, matmul_c1, scaled_c1."""
    codes, scale, zero = dynamic_quantize_c1(a)
    zero_b = 0 if zero_b is None else zero_b
    return scaled_c1(matmul_c1(codes, b, zero, columns(zero_b)), scale, columns(scale_b), bias)


@operator
def QGemm(node, a, scale_a, zero_a, b, scale_b, zero_b, bias=None, scale_y=None, zero_y=None):
    """matmul_c1 with its bias, m = f32(f32(alpha * s_a) * s_b); with an output
    scale requantize_c1 with f32(m / s_y), without one f32(acc) * m."""
    a = a.T if node.get("transA", 0) else a
    b = b.T if node.get("transB", 0) else b
    acc = matmul_c1(a, b, rows(zero_a), columns(zero_b), 0 if bias is None else bias)
    m = F32(node.get("alpha", 1)) * np.asarray(scale_a, F32) * columns(scale_b)
    if scale_y is None:
        return acc.astype(F32) * m
    return requantize_c1(acc, m / scale_y, zero_y, zero_y.dtype)


def unpacked(blob, bits, count):
    """The first `count` codes of each row of bytes, low bits first."""
    per_byte = 8 // bits
    codes = (blob[..., None] >> (np.arange(per_byte, dtype=np.uint8) * bits)) & (2**bits - 1)
    return codes.reshape(*blob.shape[:-1], -1)[..., :count].astype(np.int32)


@operator
def MatMulNBits(node, a, b, scales, zero_points=None, g_idx=None, bias=None):
    """dequantize_c1 of the blocks along K, then floats_c1. An absent zero point
    is 2^(bits - 1)."""
    k, n, bits, block = (node.get(name) for name in ("K", "N", "bits", "block_size"))
    node.get("accuracy_level")
    assert g_idx is None
    blocks = -(-k // block)
    codes = unpacked(b.reshape(n, -1), bits, blocks * block)
    zero = np.full((n, blocks), 2 ** (bits - 1), np.int32)
    if zero_points is not None:
        zero = unpacked(zero_points.reshape(n, -1), bits, blocks)
    weights = dequantize_c1(codes.reshape(n, blocks, block), scales.reshape(n, blocks, 1),
                            zero[..., None]).reshape(n, -1)[:, :k]
    return floats_c1(a, weights.T, bias)
