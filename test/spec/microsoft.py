# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Quantized operators of the domain com.microsoft, as their documentation
writes them, each as the clauses that it is made of."""

import numpy as np

from floats import floats_c4
from onnx_operators import window
from polynomials import sigmoid_c1
from quantize import average_pool_c1, dequantize_c1, elementwise_c1, quantize, sum_c1
from rounding import F32

OPERATORS = {}


def operator(function):
    OPERATORS["com.microsoft." + function.__name__] = function
    return function


def one(parameter):
    """A parameter of the whole tensor; an absent zero point is 0."""
    return np.uint8(0) if parameter is None else np.asarray(parameter).reshape(())


def elementwise(function, operands, scale_y, zero_y, dtype):
    operands = [(q, one(scale), one(zero)) for q, scale, zero in operands]
    return elementwise_c1(function, operands, one(scale_y), one(zero_y), dtype)


def leaky_relu(node):
    alpha = F32(node.get("alpha", 0.01))
    return lambda x: np.where(x < 0, alpha * x, x)


@operator
def QLinearAdd(node, a, scale_a, zero_a, b, scale_b, zero_b, scale_y, zero_y=None):
    """elementwise_c1 of a sum."""
    return elementwise(np.add, [(a, scale_a, zero_a), (b, scale_b, zero_b)], scale_y, zero_y, a.dtype)


@operator
def QLinearMul(node, a, scale_a, zero_a, b, scale_b, zero_b, scale_y, zero_y=None):
    """elementwise_c1 of a product."""
    return elementwise(np.multiply, [(a, scale_a, zero_a), (b, scale_b, zero_b)], scale_y, zero_y,
                       a.dtype)


@operator
def QLinearWhere(node, condition, a, scale_a, zero_a, b, scale_b, zero_b, scale_y, zero_y):
    """elementwise_c1 of a choice."""
    return elementwise(lambda x, y: np.where(condition, x, y),
                       [(a, scale_a, zero_a), (b, scale_b, zero_b)], scale_y, zero_y, a.dtype)


@operator
def QLinearConcat(node, scale_y, zero_y, *operands):
    """elementwise_c1 of each operand, joined."""
    parts = [elementwise(lambda x: x, [operands[i:i + 3]], scale_y, zero_y, operands[i].dtype)
             for i in range(0, len(operands), 3)]
    return np.concatenate(parts, node.get("axis"))


@operator
def QLinearSigmoid(node, x, scale_x, zero_x, scale_y, zero_y=None):
    """elementwise_c1 of sigmoid_c1."""
    return elementwise(sigmoid_c1, [(x, scale_x, zero_x)], scale_y, zero_y, x.dtype)


@operator
def QLinearLeakyRelu(node, x, scale_x, zero_x, scale_y, zero_y=None):
    """elementwise_c1 of x < 0 ? alpha * x : x."""
    return elementwise(leaky_relu(node), [(x, scale_x, zero_x)], scale_y, zero_y, x.dtype)


@operator
def QLinearSoftmax(node, x, scale_x, zero_x, scale_y, zero_y=None):
    """Dequantized, floats_c4 (before opset 13 over the axis and all behind
    it), quantized."""
    axis = node.get("axis", -1) % x.ndim
    dims = [axis] if node.get("opset") >= 13 else range(axis, x.ndim)
    y = floats_c4(dequantize_c1(x, one(scale_x), one(zero_x)), dims, False)
    return quantize(y, one(scale_y), one(zero_y), x.dtype)


def first_or_last(node, x, function):
    """`function` on channels last, whichever way the operator has them."""
    if node.get("channels_last", 0):
        return function(x)
    return np.moveaxis(function(np.moveaxis(x, 1, -1)), -1, 1)


@operator
def QLinearAveragePool(node, x, scale_x, zero_x, scale_y, zero_y=None):
    """average_pool_c1."""
    size, counts = node.get("kernel_shape"), bool(node.get("count_include_pad", 0))
    first = np.moveaxis(x, -1, 1) if node.get("channels_last", 0) else x
    return first_or_last(node, x, lambda x: average_pool_c1(
        x, size, scale_x=scale_x, zero_x=one(zero_x), scale_y=scale_y, zero_y=one(zero_y),
        count_padding=counts, **window(node, first, size)))


@operator
def QLinearGlobalAveragePool(node, x, scale_x, zero_x, scale_y, zero_y):
    """sum_c1 of a mean over the spatial dimensions."""
    return first_or_last(node, x, lambda x: sum_c1(
        x, range(1, x.ndim - 1), scale_x, one(zero_x), scale_y, one(zero_y), mean=True))


@operator
def QLinearReduceMean(node, x, scale_x, zero_x, scale_y, zero_y=None):
    """sum_c1 of a mean."""
    dims = [d % x.ndim for d in node.get("axes") or range(x.ndim)]
    y = sum_c1(x, dims, scale_x, one(zero_x), scale_y, one(zero_y), mean=True)
    return y if node.get("keepdims", 1) else np.squeeze(y, tuple(dims))
