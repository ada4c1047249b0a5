#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Dynamic quantization: one kernel from the floats to the scaled product, and the
same bits with any number of threads, fused or not.

example: test/Integration/dynamic.py
"""
import json

from support import harness

harness.in_environment()

import numpy as np  # noqa: E402
from onnx import TensorProto, helper, numpy_helper, save  # noqa: E402

ROWS, DEPTH, COLUMNS = 7, 37, 13


def write_model(path, random):
    """DynamicQuantizeLinear, MatMulInteger, Cast, Mul, Add, as exporters write them."""
    constants = {"w": random.integers(-127, 128, (DEPTH, COLUMNS)).astype(np.int8),
                 "ws": np.float32(0.02), "wz": np.int8(3),
                 "b": random.standard_normal(COLUMNS).astype(np.float32)}
    nodes = [("DynamicQuantizeLinear", ["x"], ["q", "s", "z"], {}),
             ("MatMulInteger", ["q", "w", "z", "wz"], ["sum"], {}),
             ("Cast", ["sum"], ["f"], {"to": TensorProto.FLOAT}),
             ("Mul", ["s", "ws"], ["scale"], {}), ("Mul", ["f", "scale"], ["m"], {}),
             ("Add", ["m", "b"], ["y"], {})]
    graph = helper.make_graph(
        [helper.make_node(op, i, o, name=f"{op}_{o[0]}", **a) for op, i, o, a in nodes], "dynamic",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, ROWS, DEPTH])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [2, ROWS, COLUMNS])],
        [numpy_helper.from_array(np.asarray(v), n) for n, v in constants.items()])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    return constants


def expected(x, c):
    """The same by the standard's formulas, each operation rounded once."""
    low, high = min(np.float32(0), x.min()), max(np.float32(0), x.max())
    scale = (high - low) / np.float32(255)
    zero = np.clip(np.rint(-low / scale), 0, 255)
    codes = np.clip(np.rint(x / scale) + zero, 0, 255).astype(np.int64) - int(zero)
    total = codes @ (c["w"].astype(np.int64) - int(c["wz"]))
    return total.astype(np.float32) * (scale * c["ws"]) + c["b"]


def test_one_kernel_same_bits(folder):
    random = np.random.default_rng(5)
    model = folder / "dynamic.onnx"
    constants = write_model(model, random)
    report = json.loads(harness.run(harness.PITH, "inspect", model, "--target=reference", "--json"))
    assert [n["op"] for n in report["nodes"]] == ["matmul"], report["nodes"]
    x = (random.standard_normal((2, ROWS, DEPTH)) * 3).astype(np.float32)
    np.savez(folder / "x.npz", x=x)
    want = expected(x, constants)
    for options in (["--threads=1"], ["--threads=3"], ["--threads=8"], ["--fusion=off"]):
        harness.run(harness.PITH, "run", model, "--target=reference", "--inputs", folder / "x.npz",
                    "--outputs", folder / "y.npz", *options)
        with np.load(folder / "y.npz") as data:
            assert data["y"].tobytes() == want.tobytes(), options


if __name__ == "__main__":
    harness.main(globals())
