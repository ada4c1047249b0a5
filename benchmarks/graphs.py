# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Graphs of any number of nodes, in the shapes that large ones have, for scale.py.

Each function of SHAPES takes a number and returns a model with about as many nodes.
"""
import numpy as np
from onnx import TensorProto, helper


class Graph:
    """Nodes, initializers, inputs and outputs in the making."""

    def __init__(self):
        self.nodes, self.weights, self.inputs, self.outputs = [], [], [], []
        self.random = np.random.default_rng(7)

    def op(self, kind, *operands, **attributes):
        result = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, operands, [result], f"n{len(self.nodes)}", **attributes))
        return result

    def weight(self, *shape):
        """Small values, so that long chains stay finite."""
        values = (self.random.standard_normal(shape) / max(shape[-1], 4)).astype(np.float32)
        return self.tensor(TensorProto.FLOAT, values)

    def sizes(self, *values):
        return self.tensor(TensorProto.INT64, np.array(values, np.int64))

    def tensor(self, kind, values):
        name = f"w{len(self.weights)}"
        self.weights.append(TensorProto(name=name, dims=values.shape, data_type=kind, raw_data=values.tobytes()))
        return name

    def input(self, *shape):
        name = f"x{len(self.inputs)}"
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        return name

    def output(self, name, *shape):
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def model(self):
        graph = helper.make_graph(self.nodes, "scale", self.inputs, self.outputs, self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def chain(count):
    """Element-wise operators, each with a constant of its own."""
    g = Graph()
    value = g.input(16)
    while len(g.nodes) < count:
        value = g.op("Relu", g.op("Add", g.op("Mul", value, g.weight(16)), g.weight(16)))
    g.output(value, 16)
    return g.model()


def residual(count):
    """Blocks of two small convolutions with a sum around them."""
    g = Graph()
    value = g.input(1, 4, 4, 4)
    while len(g.nodes) < count:
        inner = g.op("Relu", g.op("Conv", value, g.weight(4, 4, 1, 1)))
        value = g.op("Relu", g.op("Add", g.op("Conv", inner, g.weight(4, 4, 1, 1)), value))
    g.output(value, 1, 4, 4, 4)
    return g.model()


def islands(count):
    """Convolutions that matrix products keep apart, so that each has an order of dimensions of its own."""
    g = Graph()
    value, image, row = g.input(1, 16), g.sizes(1, 4, 2, 2), g.sizes(1, 16)
    while len(g.nodes) < count:
        value = g.op("Relu", g.op("Conv", g.op("Reshape", value, image), g.weight(4, 4, 1, 1)))
        value = g.op("MatMul", g.op("Reshape", value, row), g.weight(16, 16))
    g.output(value, 1, 16)
    return g.model()


def wide(count):
    """One computed value that half of the nodes read."""
    g = Graph()
    value = total = g.op("Relu", g.input(1, 16))
    while len(g.nodes) < count:
        total = g.op("Add", g.op("MatMul", value, g.weight(16, 16)), total)
    g.output(total, 1, 16)
    return g.model()


def scalars(count):
    """One computed value that a third of the nodes read, each with a number of its own."""
    g = Graph()
    value = total = g.op("Relu", g.input(16))
    while len(g.nodes) < count:
        number = g.tensor(TensorProto.FLOAT, np.array(1 + len(g.nodes) / 1e6, np.float32))
        total = g.op("Add", g.op("Sqrt", g.op("Mul", value, number)), total)
    g.output(total, 16)
    return g.model()


def shared(count):
    """One weight and one bias that all nodes read."""
    g = Graph()
    value, weight, bias = g.input(1, 16), g.weight(16, 16), g.weight(16)
    while len(g.nodes) < count:
        value = g.op("Tanh", g.op("Add", g.op("MatMul", value, weight), bias))
    g.output(value, 1, 16)
    return g.model()


def weights(count):
    """Products, each with a weight that is large enough to stay in the file."""
    g = Graph()
    value = g.input(1, 36)
    while len(g.nodes) < count:
        value = g.op("MatMul", value, g.weight(36, 36))
    g.output(value, 1, 36)
    return g.model()


def ports(count):
    """As many inputs and outputs as nodes."""
    g = Graph()
    while len(g.nodes) < count:
        g.output(g.op("Relu", g.input(4)), 4)
    return g.model()


SHAPES = {each.__name__: each for each in (chain, residual, islands, wide, scalars, shared, weights, ports)}
