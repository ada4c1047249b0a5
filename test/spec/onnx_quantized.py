# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX's quantized operators, each as the clauses that it is made of."""

import numpy as np
from onnx import helper

from onnx_operators import channels_first, channels_last, window
from quantize import conv_c1, dequantize_c1, dynamic_quantize_c1, matmul_c1, multiplier_c1
from quantize import quantize, requantize_c1, wrap_c1
from rounding import F32

OPERATORS = {}


def operator(function):
    OPERATORS[function.__name__] = function
    return function


def spread(node, shape, parameter):
    """A scale or zero point, shaped to broadcast: one for the tensor, one for
    each index of the axis, or one for each block along it."""
    axis, block = node.get("axis", 1), node.get("block_size", 0)
    parameter = np.asarray(parameter)
    if block:
        whole = np.repeat(parameter, block, axis)
        return whole[tuple(slice(n) for n in shape)]
    if parameter.size == 1:
        return parameter.reshape(())
    return parameter.reshape([-1 if d == axis % len(shape) else 1 for d in range(len(shape))])


@operator
def QuantizeLinear(node, x, scale, zero_point=None):
    """quantize_c1 to quantize_c3 with the parameters spread; u8 where neither
    zero point nor output_dtype says otherwise."""
    stated = node.get("output_dtype", 0)
    dtype = helper.tensor_dtype_to_np_dtype(stated) if stated else np.dtype(np.uint8)
    node.get("precision"), node.get("saturate")
    if zero_point is not None:
        dtype = zero_point.dtype
    zero = np.zeros((), np.int32) if zero_point is None else spread(node, x.shape, zero_point)
    return quantize(x, spread(node, x.shape, scale), zero, dtype)


@operator
def DequantizeLinear(node, q, scale, zero_point=None):
    """dequantize_c1 with the parameters spread, rounded once more to the
    scale's type where that is narrower."""
    node.get("output_dtype")
    zero = 0 if zero_point is None else spread(node, q.shape, zero_point)
    return dequantize_c1(q, spread(node, q.shape, scale), np.asarray(zero)).astype(scale.dtype)


@operator
def DynamicQuantizeLinear(node, x):
    """dynamic_quantize_c1."""
    y, scale, zero_point = dynamic_quantize_c1(x)
    return [y, np.asarray(scale, F32), np.asarray(zero_point)]


def integer_conv(node, x, w, zero_x, zero_w, bias):
    return channels_first(conv_c1(channels_last(x), channels_last(w), groups=node.get("group", 1),
                                  zero_x=zero_x, zero_w=zero_w, bias=bias,
                                  **window(node, x, node.get("kernel_shape", w.shape[2:]))))


@operator
def QLinearConv(node, x, scale_x, zero_x, w, scale_w, zero_w, scale_y, zero_y, bias=0):
    """conv_c1, then requantize_c1 with a multiplier per output channel."""
    acc = integer_conv(node, x, w, zero_x, zero_w, bias)
    multiplier = multiplier_c1(scale_x, scale_w, scale_y).reshape([-1] + [1] * (x.ndim - 2))
    return requantize_c1(acc, multiplier, zero_y, np.asarray(zero_y).dtype)


@operator
def ConvInteger(node, x, w, zero_x=0, zero_w=0):
    """conv_c1, wrap_c1."""
    return wrap_c1(integer_conv(node, x, w, zero_x, zero_w, 0))


def rows(parameter):
    """A parameter of the left operand: one, or one for each row."""
    parameter = np.asarray(parameter)
    return parameter.reshape(()) if parameter.size == 1 else parameter.reshape(
        *parameter.shape[:-1 if parameter.shape[-1] == 1 else None], 1)


def columns(parameter):
    """A parameter of the right operand: one, or one for each column."""
    parameter = np.asarray(parameter)
    return parameter.reshape(()) if parameter.size == 1 else parameter


@operator
def QLinearMatMul(node, a, scale_a, zero_a, b, scale_b, zero_b, scale_y, zero_y):
    """matmul_c1, then requantize_c1 with a multiplier per column."""
    acc = matmul_c1(a, b, rows(zero_a), columns(zero_b))
    multiplier = multiplier_c1(rows(scale_a), columns(scale_b), np.asarray(scale_y).reshape(()))
    return requantize_c1(acc, multiplier, np.asarray(zero_y).reshape(()), zero_y.dtype)


@operator
def MatMulInteger(node, a, b, zero_a=0, zero_b=0):
    """matmul_c1, wrap_c1."""
    return wrap_c1(matmul_c1(a, b, rows(zero_a), columns(zero_b)))
