# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random products through the rows of the target `test`, lowered by the nest, give
the bits of Reference: folded zero points and layouts change where numbers lie,
never what they are.

usage: layout_numbers.py FEATURES SEED COUNT FOLDER

Makes one model of COUNT products. A product without a row of FEATURES is an error.
"""
import pathlib
import re
import subprocess
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT, U8, S8, S32 = TensorProto.FLOAT, TensorProto.UINT8, TensorProto.INT8, TensorProto.INT32
NUMPY = {FLOAT: numpy.float32, U8: numpy.uint8, S8: numpy.int8, S32: numpy.int32}


class Model:
    def __init__(self, seed, floats):
        self.random = numpy.random.default_rng(seed)
        self.floats = floats
        self.nodes, self.inputs, self.outputs, self.constants, self.data = [], [], [], [], {}

    def pick(self, *choices):
        return choices[self.random.integers(len(choices))]

    def size(self, low, high):
        return int(self.random.integers(low, high + 1))

    def numbers(self, kind, shape):
        if kind == FLOAT:
            return self.random.standard_normal(shape).astype(numpy.float32)
        info = numpy.iinfo(NUMPY[kind]) if kind != S32 else None
        low, high = (info.min, info.max) if info else (-5000, 5000)
        return self.random.integers(low, high + 1, shape).astype(NUMPY[kind])

    def input(self, kind, shape):
        name = f"x{len(self.inputs)}"
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        self.data[name] = self.numbers(kind, shape)
        return name

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(numpy.asarray(array), name))
        return name

    def node(self, op, inputs, kind, rank, **attributes):
        name = f"y{len(self.outputs)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=f"{op}{name}", **attributes))
        self.outputs.append(helper.make_tensor_value_info(name, kind, [None] * rank))

    def zero_point(self, kind):
        """Constant, at run time, zero, or none."""
        return self.pick(
            lambda: self.constant(self.numbers(kind, ())),
            lambda: self.input(kind, ()),
            lambda: self.constant(NUMPY[kind](0)),
            lambda: "",
        )()

    def weights(self, shape, channel):
        """Signed, or unsigned around 128, that fit signed bytes less their zero points."""
        kind = self.pick(U8, S8)
        codes = self.numbers(kind, shape)
        zeros = numpy.full(shape[channel] if self.pick(True, False) else (), 128 if kind == U8 else 0)
        return kind, self.constant(codes), self.constant(zeros.astype(NUMPY[kind]))

    def window(self):
        pads = [self.size(0, 2) for _ in range(4)]
        return {"strides": [self.size(1, 2), self.size(1, 2)], "pads": pads,
                "dilations": [self.size(1, 2), self.size(1, 2)]}

    def conv(self):
        channels, filters = self.size(1, 7), self.size(1, 40)
        image = [self.size(1, 2), channels, self.size(5, 9), self.size(5, 9)]
        shape = (filters, channels, self.size(1, 3), self.size(1, 3))
        if self.floats:
            operands = [self.input(FLOAT, image), self.constant(self.numbers(FLOAT, shape))]
            if self.pick(True, False):
                operands.append(self.constant(self.numbers(FLOAT, (filters,))))
            return self.node("Conv", operands, FLOAT, 4, **self.window())
        kind = self.pick(U8, S8)
        x, zero = self.input(kind, image), self.zero_point(kind)
        _, w, wz = self.weights(shape, 0)
        if self.pick(True, False):
            return self.node("ConvInteger", [x, w, zero, wz], S32, 4, **self.window())
        scales = numpy.float32(self.random.uniform(0.001, 0.01, filters if self.pick(True, False) else ()))
        wzs = self.constant(numpy.full(scales.shape, 0, NUMPY[S8]))
        w = self.constant(self.numbers(S8, shape))
        zero = zero or self.constant(self.numbers(kind, ()))
        y = self.pick(U8, S8)
        operands = [x, self.constant(numpy.float32(0.5)), zero, w, self.constant(scales), wzs,
                    self.constant(numpy.float32(1.5)), self.constant(self.numbers(y, ()))]
        if self.pick(True, False):
            operands.append(self.constant(self.numbers(S32, (filters,))))
        return self.node("QLinearConv", operands, y, 4, **self.window())

    def matmul(self):
        depth, columns = self.size(1, 30), self.size(1, 40)
        left = [self.size(1, 9), depth] if self.pick(True, False) else [2, self.size(1, 5), depth]
        if self.floats:
            if len(left) == 2 and self.pick(True, False):
                operands = [self.input(FLOAT, left), self.constant(self.numbers(FLOAT, (columns, depth))),
                            self.constant(self.numbers(FLOAT, (columns,)))]
                return self.node("Gemm", operands, FLOAT, 2, transB=1)
            right = self.pick(self.constant(self.numbers(FLOAT, (depth, columns))), self.input(FLOAT, (depth, columns)))
            return self.node("MatMul", [self.input(FLOAT, left), right], FLOAT, len(left))
        kind = self.pick(U8, S8)
        x, zero = self.input(kind, left), self.zero_point(kind)
        _, w, wz = self.weights((depth, columns), 1)
        return self.node("MatMulInteger", [x, w, zero, wz], S32, len(left))

    def save(self, path):
        graph = helper.make_graph(self.nodes, "g", self.inputs, self.outputs, self.constants)
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def run(*command, stdin=None):
    done = subprocess.run(command, input=stdin, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def main():
    features, seed, count, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), pathlib.Path(sys.argv[4])
    folder.mkdir(parents=True, exist_ok=True)
    model = Model(seed, "floats" in features)
    for index in range(count):
        model.conv() if index % 2 else model.matmul()
    model.save(folder / "m.onnx")
    numpy.savez(folder / "x.npz", **model.data)
    run("pith", "compile", str(folder / "m.onnx"), "--target=reference", "--compile-to=sparsify", "-o", str(folder / "m"))
    stage = next((folder / "m").glob("*.mlir*"))
    text = run("pith-opt", str(stage))
    named = re.search(r'#pith.target<"reference".*?>', text).group()
    text = text.replace(named, f'#pith.target<"test", triple = "", cpu = "", features = "{features}">')
    scheduled = run("pith-test-schedule", "-", "--pith-schedule", stdin=text)
    chosen = re.findall(r'pith.kernel = #pith.kernel<"(test\.\w+)"(?:[^>]|->)*?>', scheduled)
    rows = sum(name != "test.nest" for name in chosen)
    calls = len(re.findall(r"pith.call", scheduled))
    print(f"{rows} kernels of special rows, {calls} calls, {scheduled.count('pith.to_layout')} conversions")
    if rows < count - 1: # two products may be one kernel
        sys.exit(f"expected a special row for each of {count} products")
    lowered = run("pith-test-schedule", "-", "--pith-reference-lower", stdin=scheduled)
    lowered = re.sub(r'#pith.target<"test".*?>', named, lowered).replace('pith.stage = "sparsify"', 'pith.stage = "lower"')
    (folder / "l.mlir").write_text(lowered)
    for name, source in ("a", "m.onnx"), ("b", "l.mlir"):
        extra = ["--target=reference"] if name == "a" else []
        run("pith", "run", str(folder / source), *extra, "--inputs", str(folder / "x.npz"), "--outputs", str(folder / f"{name}.npz"))
    expected, got = numpy.load(folder / "a.npz"), numpy.load(folder / "b.npz")
    wrong = [name for name in expected if expected[name].tobytes() != got[name].tobytes()]
    if wrong or not expected.files:
        sys.exit(f"other bits in {wrong} of {expected.files}")
    print("equal")


if __name__ == "__main__":
    main()
