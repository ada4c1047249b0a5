# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A small quantized transformer whose inputs have a symbolic length."""
import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

HIDDEN, HEADS, FEED, WORDS, LONGEST = 64, 4, 128, 100, 64


class Writer:
    def __init__(self):
        self.random = np.random.default_rng(3)
        self.nodes, self.constants = [], {}

    def constant(self, name, value):
        self.constants[name] = numpy_helper.from_array(np.asarray(value), name)
        return name

    def normal(self, name, *shape):
        return self.constant(name, self.random.standard_normal(shape).astype(np.float32))

    def op(self, kind, inputs, name, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [name], name, **attributes))
        return name

    def quantized(self, x, scale=0.05):
        scale, zero = self.constant(f"{x}_s", np.float32(scale)), self.constant(f"{x}_z", np.uint8(128))
        return self.op("DequantizeLinear", [self.op("QuantizeLinear", [x, scale, zero], f"{x}_q"), scale, zero], f"{x}_dq")

    def linear(self, x, name, inputs, outputs):
        codes = self.constant(f"{name}_w", self.random.integers(-127, 128, (inputs, outputs)).astype(np.int8))
        scale, zero = self.constant(f"{name}_s", np.float32(0.002)), self.constant(f"{name}_z", np.int8(0))
        weights = self.op("DequantizeLinear", [codes, scale, zero], f"{name}_dq")
        return self.op("Add", [self.op("MatMul", [x, weights], f"{name}_m"), self.normal(f"{name}_b", outputs)], name)

    def layer(self, x, n):
        def heads(name, order):
            split = self.op("Reshape", [self.linear(codes, n + name, HIDDEN, HIDDEN), "heads"], f"{n}{name}_r")
            return self.quantized(self.op("Transpose", [split], f"{n}{name}_t", perm=order))

        codes = self.quantized(x)
        q, k, v = heads("q", [0, 2, 1, 3]), heads("k", [0, 2, 3, 1]), heads("v", [0, 2, 1, 3])
        scores = self.op("Mul", [self.op("MatMul", [q, k], f"{n}qk"), "scale"], f"{n}scores")
        shares = self.quantized(self.op("Softmax", [scores], f"{n}softmax", axis=-1), 1 / 255)
        mixed = self.op("Transpose", [self.op("MatMul", [shares, v], f"{n}mix")], f"{n}back", perm=[0, 2, 1, 3])
        mixed = self.quantized(self.op("Reshape", [mixed, "flat"], f"{n}mixed"))
        x = self.norm(self.op("Add", [x, self.linear(mixed, f"{n}p", HIDDEN, HIDDEN)], f"{n}sum"), f"{n}norm")
        inner = self.op("Relu", [self.linear(self.quantized(x), f"{n}up", HIDDEN, FEED)], f"{n}relu")
        down = self.linear(self.quantized(inner), f"{n}down", FEED, HIDDEN)
        return self.norm(self.op("Add", [x, down], f"{n}sum2"), f"{n}norm2")

    def norm(self, x, name):
        return self.op("LayerNormalization", [x, self.normal(f"{name}_g", HIDDEN), self.normal(f"{name}_b", HIDDEN)], name)


def transformer(folder, layers=2):
    """Inputs `ids` [batch, length]; output `y` [batch, length, 64]. Positions are a slice
    of a table, so that each length has some weights of its own."""
    w = Writer()
    for name, value in {"heads": [0, 0, HEADS, HIDDEN // HEADS], "flat": [0, 0, HIDDEN], "zero": [0], "one": [1],
                        "two": [2]}.items():
        w.constant(name, np.array(value, np.int64))
    w.constant("scale", np.float32((HIDDEN // HEADS) ** -0.5))
    words = w.op("Gather", [w.normal("table", WORDS, HIDDEN), "ids"], "words")
    length = w.op("Slice", [w.op("Shape", ["ids"], "shape"), "one", "two"], "size")
    places = w.op("Slice", [w.normal("places", LONGEST, HIDDEN), "zero", length, "zero"], "place")
    x = w.op("Add", [words, places], "x")
    for index in range(layers):
        x = w.layer(x, f"l{index}_")
    w.op("Identity", [x], "y")
    graph = helper.make_graph(
        w.nodes, "transformer", [helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", "length", HIDDEN])], list(w.constants.values()))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    path = folder / "transformer.onnx"
    save(model, path)
    return path
