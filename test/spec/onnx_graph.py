# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Evaluates an ONNX graph by the spec, node by node; nothing is fused.

What each operator means is in onnx_operators.py and onnx_shapes.py. An
operator, an attribute or a type that they do not define is an error.
"""

import numpy as np
from onnx import helper, numpy_helper

import microsoft
import microsoft_products
import onnx_operators
import onnx_quantized
import onnx_resize
import onnx_shapes

OPERATORS = {**onnx_shapes.OPERATORS, **onnx_operators.OPERATORS, **onnx_quantized.OPERATORS,
             **onnx_resize.OPERATORS, **microsoft.OPERATORS, **microsoft_products.OPERATORS}


class Node:
    """What a clause may ask beside its operands."""

    def __init__(self, proto, opset, constants):
        self.kind, self.opset = proto.op_type, opset
        self.inputs, self.outputs = list(proto.input), list(proto.output)
        self.constants = constants
        self.attributes = {a.name: helper.get_attribute_value(a) for a in proto.attribute}
        self.asked = set()

    def get(self, name, default=None):
        self.asked.add(name)
        value = self.attributes.get(name, default)
        return value.decode() if isinstance(value, bytes) else value

    def is_constant(self, index):
        """Whether an operand is a constant of the model."""
        return self.inputs[index] in self.constants


def evaluate(model, feeds):
    """Every value of the graph, by name; `feeds` gives the graph's inputs."""
    opset = max(o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))
    values = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    constants = set(values)
    values.update(feeds)
    for proto in model.graph.node:
        domain = "" if proto.domain in ("", "ai.onnx") else proto.domain + "."
        if domain + proto.op_type not in OPERATORS:
            raise NotImplementedError(f"the spec has no clause for {domain}{proto.op_type}")
        node = Node(proto, opset, constants)
        operands = [values[name] if name else None for name in proto.input]
        results = OPERATORS[domain + proto.op_type](node, *operands)
        unknown = set(node.attributes) - node.asked
        if unknown:
            raise NotImplementedError(f"{proto.op_type}: no meaning of {sorted(unknown)}")
        results = results if isinstance(results, (list, tuple)) else [results]
        values.update(zip(node.outputs, map(np.asarray, results)))
        if all(name in constants for name in proto.input if name):
            constants.update(node.outputs)
    return values
