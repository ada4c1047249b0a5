# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The specification of test/spec, as the families use it: whole graphs node by
node, and the sums of what a folded group computes."""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "spec"))

import numpy as np  # noqa: E402
import onnx_graph  # noqa: E402
import onnx_operators  # noqa: E402
import onnx_quantized  # noqa: E402
import quantize  # noqa: E402
from onnx import helper  # noqa: E402


def node(**attributes):
    """Attributes for clauses that ask for them."""
    return onnx_graph.Node(helper.make_node("Conv", [], [], **attributes), 21, {})


def conv(x, w, zero_x, zero_w, bias, attributes):
    return onnx_quantized.integer_conv(node(**attributes), x, w, zero_x, zero_w, bias)


def matmul(a, b, zero_a, zero_b, bias=0):
    return quantize.matmul_c1(a, b, onnx_quantized.rows(zero_a), onnx_quantized.columns(zero_b), bias)


def quantize_codes(x, scale, dtype):
    """Codes of a tensor with zero points of 0."""
    return quantize.quantize(x, scale, 0, dtype)


def requantized(acc, scale_a, scale_b, scale_y, zero_y):
    return quantize.requantize_c1(acc, quantize.multiplier_c1(scale_a, scale_b, scale_y), zero_y, zero_y.dtype)


conv_transpose = quantize.conv_transpose_c1
average_pool, mean = quantize.average_pool_c1, quantize.sum_c1


def evaluate(case):
    """Every value of the case's graph, node by node."""
    model = helper.make_model(helper.make_graph(case.nodes, "case", [], []),
                              opset_imports=[helper.make_opsetid("", case.opset)])
    values = {**case.constants, **case.feeds}
    with np.errstate(all="ignore"):
        return onnx_graph.evaluate(model, values)


def window(x, size, attributes):
    """Strides, dilations and padding of a window on a channels-first image."""
    return onnx_operators.window(node(**attributes), x, size)
