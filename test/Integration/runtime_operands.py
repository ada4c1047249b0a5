#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operands that decide shapes, given at run time: results beside ONNX's reference
evaluator, and whatever numbers they hold (runs are under guard pages)."""
from support import harness
from support.harness import run

HOSTILE = (0, -1, 1, 2**31, -2**31, 2**62, 2**63 - 1, -2**63, -2**63 + 1)


class Model:
    """One node, all of whose operands are inputs; `outputs` are (type, shape)."""

    def __init__(self, folder, op, inputs, outputs, version=22, **attributes):
        import numpy as np
        from onnx import helper, save

        self.folder = folder
        of = helper.np_dtype_to_tensor_dtype
        names = [f"y{i}" for i in range(len(outputs))]
        node = helper.make_node(op, [name if value is not None else "" for name, value in inputs.items()], names, "node1",
                                **attributes)
        graph = helper.make_graph(
            [node], "operands", [helper.make_tensor_value_info(name, of(value.dtype), value.shape)
                                 for name, value in inputs.items() if value is not None],
            [helper.make_tensor_value_info(name, of(np.dtype(kind)), shape) for name, (kind, shape) in zip(names, outputs)])
        self.proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", version)], ir_version=10)
        save(self.proto, folder / "model.onnx")

    def results(self, inputs, *options):
        """By name, from reference; the target of this host gives the same bits."""
        import numpy as np

        np.savez(self.folder / "x.npz", **{name: value for name, value in inputs.items() if value is not None})
        found = []
        for target in (["--target=reference"], []):
            run(harness.PITH, "run", self.folder / "model.onnx", *target, *options, "--inputs", self.folder / "x.npz",
                "--outputs", self.folder / "y.npz")
            found.append(dict(np.load(self.folder / "y.npz")))
        for name, value in found[0].items():
            assert value.tobytes() == found[1][name].tobytes(), f"{name} differs from reference's"
        return found[0]

    def wanted(self, inputs):
        from onnx.reference import ReferenceEvaluator

        return ReferenceEvaluator(self.proto).run(None, {k: v for k, v in inputs.items() if v is not None})


def check(folder, op, inputs, outputs=None, version=22, tolerance=0.0, **attributes):
    """Beside the evaluator, whose shapes the model states."""
    import numpy as np

    wanted = Model(folder, op, inputs, [("f4", None)] * (outputs or 1), version, **attributes).wanted(inputs)
    model = Model(folder, op, inputs, [(value.dtype, value.shape) for value in wanted], version, **attributes)
    results = model.results(inputs)
    for i, value in enumerate(wanted):
        got = results[f"y{i}"]
        assert got.shape == value.shape and got.dtype == value.dtype, (op, got.shape, value.shape)
        assert np.allclose(got, value, tolerance, tolerance, equal_nan=True), (op, inputs.keys(), attributes)
    return model, results


def data(*shape, kind="f4"):
    import numpy as np

    return (np.random.default_rng(1).standard_normal(shape) * 20).astype(kind)


def ints(*values, kind="i8"):
    import numpy as np

    return np.array(values, kind)


def test_shapes_that_are_stated(folder):
    import numpy as np

    x = data(2, 1, 6)
    check(folder, "Reshape", {"x": x, "s": ints(3, -1)})
    check(folder, "Expand", {"x": data(2, 1, 6, kind="u1"), "s": ints(5, 1)})
    check(folder, "Tile", {"x": data(2, 1, 6, kind="f8"), "r": ints(2, 3, 1)})
    check(folder, "Squeeze", {"x": x, "a": ints(-2)})
    check(folder, "Unsqueeze", {"x": x > 0, "a": ints(-1, 0)})
    check(folder, "Split", {"x": x, "s": ints(1, 0, 5)}, 3, axis=2)
    check(folder, "CenterCropPad", {"x": data(2, 1, 6, kind="i2"), "s": ints(3, 5)}, axes=[1, -1])
    check(folder, "OneHot", {"i": ints(0, -1, 7, 3), "d": np.array(4, "f4"), "v": ints(-1, 9, kind="i4")}, axis=0)
    check(folder, "AffineGrid", {"t": data(2, 2, 3), "s": ints(2, 7, 3, 5)}, tolerance=1e-4)
    check(folder, "MaxUnpool", {"x": data(1, 1, 2, 2), "i": ints(0, 3, 8, 14).reshape(1, 1, 2, 2), "s": ints(1, 1, 4, 4)},
          kernel_shape=[2, 2], strides=[2, 2])
    check(folder, "Resize", {"x": data(1, 2, 3, 4), "r": None, "f": None, "s": ints(1, 2, 7, 3)}, mode="linear", tolerance=1e-5)
    check(folder, "HannWindow", {"n": np.array(17, "i4")}, tolerance=1e-6)


def test_axes_that_the_shape_leaves_open(folder):
    import itertools

    import numpy as np

    x = data(3, 2, 1, 2, 3)
    for op, axes, keep in (("ReduceSum", (0,), 0), ("ReduceSum", (-1, 0, 2), 1), ("ReduceMean", (1, -2), 0),
                           ("ReduceMax", (4, 1), 1), ("ReduceL2", (2,), 0), ("ReduceLogSumExp", (4, 1), 0)):
        check(folder, op, {"x": x, "a": ints(*axes)}, 1, 18, tolerance=1e-5, keepdims=keep)
    for axes in itertools.combinations(range(-4, 0), 2):
        check(folder, "ReduceMin", {"x": data(2, 2, 2, 2, kind="i4"), "a": ints(*axes)}, keepdims=0)
    for axis, exclusive in ((-3, 0), (1, 1), (2, 1)):
        check(folder, "CumSum", {"x": data(3, 1, 4, kind="i8"), "a": np.array(axis, "i4")}, exclusive=exclusive,
              reverse=exclusive)


def test_lengths_and_blocks_that_the_shape_leaves_open(folder):
    import numpy as np

    signal = data(4, 4, 4, 1)
    for axis, length in ((0, 4), (1, 5), (-2, 4), (2, 5)):
        x = {"x": signal, "n": np.int64(length), "a": np.int64(axis)}
        _, results = check(folder, "DFT", x, tolerance=1e-4, onesided=1)
        want = np.fft.rfft(signal[..., 0].astype(float), length, axis % 4)
        assert np.abs(results["y0"][..., 0] + 1j * results["y0"][..., 1] - want).max() < 1e-3
    for block in ((1, 4), (4, 1), (2, 2)):
        places = (5 - block[0] + 1) * (5 - block[1] + 1)
        check(folder, "Col2Im", {"x": data(2, 12, places), "i": ints(5, 5), "b": ints(*block)}, tolerance=1e-5)


def test_contradictions(folder):
    """The stated shape holds, whatever the operand says."""
    import numpy as np

    x = data(3, 2, 2)
    model, good = check(folder, "Reshape", {"x": x, "s": ints(4, 3)})
    choice = Model(folder, "ReduceSum", {"x": x, "a": ints(1)}, [("f4", (3, 2))], keepdims=0)
    some = [x.sum(1), x.sum(2)]
    for value in HOSTILE:
        result = choice.results({"x": x, "a": ints(value)})["y0"]
        assert any(np.array_equal(result, each) for each in some), value
    model = Model(folder, "Reshape", {"x": x, "s": ints(4, 3)}, [("f4", (4, 3))])
    for value in HOSTILE[-3:]:
        assert np.array_equal(model.results({"x": x, "s": ints(value, -value - 1)})["y0"], good["y0"])


if __name__ == "__main__":
    harness.main(globals())
