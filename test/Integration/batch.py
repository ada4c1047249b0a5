#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A batch of run-time size gives the bits of a program for that size."""
from support import harness
from support.harness import compile_model, run


def batched_model(folder):
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper, save

    def weights(name, *shape):
        values = ((np.arange(np.prod(shape)) * 7) % 23 - 11) / np.float32(10)
        return numpy_helper.from_array(values.astype(np.float32).reshape(shape), name)

    nodes = [helper.make_node("Conv", ["x", "w"], ["c"], "conv1", pads=[1, 1, 1, 1]),
             helper.make_node("Relu", ["c"], ["r"], "relu1"),
             helper.make_node("GlobalAveragePool", ["r"], ["p"], "pool1"),
             helper.make_node("Flatten", ["p"], ["f"], "flatten1"),
             helper.make_node("Gemm", ["f", "m"], ["g"], "gemm1"),
             helper.make_node("Softmax", ["g"], ["y"], "softmax1", axis=1)]
    graph = helper.make_graph(nodes, "batched",
                              [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 1, 8, 8])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 4])],
                              [weights("w", 5, 1, 3, 3), weights("m", 5, 4)])
    path = folder / "batched.onnx"
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def test_sizes_up_to_the_bound(folder):
    import numpy as np

    model, bundle = batched_model(folder), folder / "bundle"
    compile_model(model, bundle, "--name=m", "--dim", "n=1..8")
    samples = (((np.arange(8 * 64) * 37) % 101 - 50) / np.float32(25)).astype(np.float32).reshape(8, 1, 8, 8)
    for count in (1, 3, 7, 8):
        x, y = folder / f"x{count}.npz", folder / f"y{count}.npz"
        np.savez(x, x=samples[:count])
        run(harness.PITH, "run", model, "--target=reference", f"--dim=n={count}", "--inputs", x, "--outputs", y)
        for threads in (1, 2):
            run(harness.PITH, "run", bundle, "--inputs", x, "--expect", y, "--rtol", "0", "--atol", "0",
                "--threads", threads)


def test_more_than_the_bound(folder):
    import numpy as np

    model, bundle = batched_model(folder), folder / "bundle"
    compile_model(model, bundle, "--dim", "n=1..2")
    np.savez(folder / "x.npz", x=np.zeros((3, 1, 8, 8), np.float32))
    run(harness.PITH, "run", bundle, "--inputs", folder / "x.npz", code=3)


def test_resumed_with_a_batch(folder):
    model = batched_model(folder)
    compile_model(model, folder / "whole", "--name=m", "--dim", "n=1..8")
    for stage in harness.STAGES:
        compile_model(model, folder / f"{stage}.mlir", "--name=m", "--dim", "n=1..8", f"--compile-to={stage}")
        run(harness.PITH, "compile", folder / f"{stage}.mlir", "-o", folder / stage, f"--compile-from={stage}")
        harness.assert_same(folder / "whole", folder / stage, stage)


if __name__ == "__main__":
    harness.main(globals())
