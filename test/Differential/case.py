# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One case: a few ONNX nodes, their operands and what they should give.

Names are local to the case; the packer puts a prefix before them.
"""
import hashlib

import numpy as np
from onnx import helper, numpy_helper


def element(array):
    """ONNX's element type of an array; 4-bit ones are ml_dtypes'."""
    return helper.np_dtype_to_tensor_dtype(array.dtype)


class Case:
    """`exact` demands ONNX Runtime's codes; other families follow ONNX's text
    and may differ from ONNX Runtime by `slack` codes."""

    def __init__(self, family, number, draw):
        self.family, self.number, self.draw = family, number, draw
        self.opset, self.nodes = 21, []
        self.constants, self.feeds, self.expected, self.outputs = {}, {}, {}, []
        self.exact, self.slack = True, 0
        self.departure = None
        self.parameters_at_run_time = True

    @property
    def name(self):
        return f"{self.family}/{self.number}"

    def departs(self, reason):
        """ONNX Runtime does not follow ONNX here; the README says more."""
        self.departure = reason

    def constant(self, name, array):
        self.constants[name] = np.asarray(array)
        return name

    def feed(self, name, array):
        self.feeds[name] = np.array(array, order="C")
        return name

    def operand(self, name, array, share=0.8):
        """A constant, or now and then an input that is known at run time only."""
        return (self.constant if self.draw.chance(share) else self.feed)(name, array)

    def node(self, kind, inputs, outputs="y", domain="", **attributes):
        outputs = [outputs] if isinstance(outputs, str) else outputs
        self.nodes.append(helper.make_node(kind, inputs, outputs, f"{kind}_{len(self.nodes)}", domain=domain,
                                           **attributes))
        return outputs[0]

    def pair(self, value, name, scale, zero):
        """value -> QuantizeLinear -> DequantizeLinear"""
        return self.dequantize(self.quantize(value, name, scale, zero), name + "d", scale, zero)

    def quantize(self, value, name, scale, zero, **attributes):
        parameters = [self.constant(name + "_s", scale), self.constant(name + "_z", zero)]
        return self.node("QuantizeLinear", [value, *parameters], name, **attributes)

    def dequantize(self, value, name, scale, zero, **attributes):
        parameters = [self.constant(name + "_s", scale), self.constant(name + "_z", zero)]
        return self.node("DequantizeLinear", [value, *parameters], name, **attributes)

    def digest(self):
        """Of everything that goes in: a stored answer belongs to it."""
        h = hashlib.sha256(str(self.opset).encode())
        for node in self.nodes:
            h.update(node.SerializeToString(deterministic=True))
        for name, array in sorted({**self.constants, **self.feeds}.items()):
            h.update(f"{name} {array.dtype} {array.shape} ".encode() + array.tobytes())
        return h.hexdigest()[:8]


def renamed(node, prefix):
    copy = type(node)()
    copy.CopyFrom(node)
    copy.name = prefix + node.name
    copy.input[:] = [prefix + name if name else "" for name in node.input]
    copy.output[:] = [prefix + name if name else "" for name in node.output]
    return copy


def make_model(cases, prefixes, declared):
    """One model of independent cases, each under its prefix."""
    nodes, inputs, outputs, constants = [], [], [], []
    for case in cases:
        prefix = prefixes[case.name]
        nodes += [renamed(node, prefix) for node in case.nodes]
        inputs += [helper.make_tensor_value_info(prefix + n, element(a), a.shape) for n, a in case.feeds.items()]
        constants += [numpy_helper.from_array(a, prefix + n) for n, a in case.constants.items()]
        outputs += [helper.make_tensor_value_info(prefix + n, kind, shape)
                    for n, (kind, shape) in declared[case.name].items()]
    graph = helper.make_graph(nodes, "cases", inputs, outputs, constants)
    imports = [helper.make_opsetid("", cases[0].opset), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=imports, ir_version=8 if cases[0].opset < 19 else 10)
