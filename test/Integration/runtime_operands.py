#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operands that decide shapes, given at run time: results beside ONNX's reference
evaluator, and whatever numbers they hold (runs are under guard pages)."""
import subprocess

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


def counted(results, axis=0):
    """The part of a result that there is, and the rest."""
    import numpy as np

    return np.split(results["y0"], list(results["y0_count"]), axis)


def sliced(x, start, end, step, axis=0):
    """As ONNX defines it: numbers from the end once, and then clamped."""
    import numpy as np

    size = x.shape[axis]
    start, end = (int(at) + size if at < 0 else int(at) for at in (start, end))
    start = min(max(start, 0), size if step > 0 else size - 1)
    end = min(max(end, 0 if step > 0 else -1), size)
    return np.take(x, range(start, end, int(step)), axis)


def test_slices(folder):
    import numpy as np

    for kind in ("f4", "u1", "?", "i8"):
        x = data(5, 7, 4, kind=kind)
        check(folder, "Slice", {"x": x, "s": ints(1, -3), "e": ints(4, 100), "a": ints(0, -1, kind="i8")})
    check(folder, "Slice", {"x": x, "s": ints(-1, 5, 2), "e": ints(-100, 1, 2), "a": None, "p": ints(-2, -3, 1)})
    x = data(3, 11)
    for start, end, step in ((2, 9, 3), (-2, -100, -2), (4, 4, 1), (11, -12, -1)):
        inputs = {"x": x, "s": ints(start, kind="i4"), "e": ints(end, kind="i4"), "a": ints(1, kind="i4"), "p": ints(step, kind="i4")}
        check(folder, "Slice", inputs)


def test_slices_of_any_numbers(folder):
    """One axis that is known: there is a count, and 0 behind it."""
    import itertools

    import numpy as np
    from onnx import numpy_helper, save

    x = data(9, 2)
    inputs = {"x": x, "s": ints(0), "e": ints(9), "a": ints(0), "p": ints(1)}
    model = Model(folder, "Slice", inputs, [("f4", (6, 2))])
    del model.proto.graph.input[3]
    model.proto.graph.initializer.append(numpy_helper.from_array(inputs.pop("a"), "a"))
    save(model.proto, folder / "model.onnx")
    cases = list(itertools.product(HOSTILE, HOSTILE, [step for step in HOSTILE if step]))
    cases += [(2, 7, 1), (7, 2, -2), (0, 9, 2), (-4, -1, 1)]
    picked = np.random.default_rng(3).permutation(len(cases) - 4)[:16]
    for start, end, step in [cases[at] for at in picked] + cases[-4:]:
        there, rest = counted(model.results({"x": x, "s": ints(start), "e": ints(end), "p": ints(step)}))
        want = sliced(x, start, end, step)[:6]
        assert np.array_equal(there, want) and not rest.any(), (start, end, step)


def test_sizes_that_the_user_states(folder):
    import numpy as np

    inputs = {"s": np.int64(3), "l": np.int64(9), "d": np.int64(2)}
    model = Model(folder, "Range", inputs, [("i8", (None,))])
    results = model.results(inputs, "--dim=y0:0=5")
    assert counted(results)[0].tolist() == [3, 5, 7] and results["y0"].tolist() == [3, 5, 7, 9, 11]
    process = subprocess.run([harness.PITH, "compile", folder / "model.onnx", "-o", folder / "none"], capture_output=True, text=True)
    assert process.returncode == 4 and "operand 0 ('start')" in process.stderr and "--dim y0:0=SIZE" in process.stderr


def test_paddings(folder):
    import numpy as np

    x = data(3, 5)
    for mode, pads in (("constant", (1, 0, 2, 3)), ("reflect", (2, 1, 0, 4)), ("edge", (3, 0, 1, 7)),
                       ("wrap", (1, 2, 2, 0))):
        check(folder, "Pad", {"x": x, "p": ints(*pads), "v": np.float32(2.5)}, mode=mode)
    check(folder, "Pad", {"x": data(3, 5, kind="u1"), "p": ints(2, 1), "v": np.array(7, "u1"), "a": ints(-1)})
    inputs = {"x": x, "p": ints(-1, 2, 1, -3), "v": np.float32(2.5)}
    want = np.full((3, 4), 2.5, "f4")
    want[:2, 2:] = x[1:, :2]
    assert np.array_equal(Model(folder, "Pad", inputs, [("f4", want.shape)]).results(inputs)["y0"], want)
    for mode in ("constant", "reflect", "wrap"):
        inputs = {"x": x, "p": ints(1, 1, 1, 1), "v": np.float32(2.5)}
        model = Model(folder, "Pad", inputs, [("f4", (5, 7))], mode=mode)
        for number in HOSTILE[-4:]:
            got = model.results({**inputs, "p": ints(number, 1, number, 1)})["y0"]
            assert np.isin(got, np.append(x, np.float32(2.5))).all(), (mode, number)


def test_ranges(folder):
    import numpy as np

    for kind, (start, limit, delta) in (("f4", (1, 5, 0.7)), ("i4", (10, -3, -4)), ("i8", (0, 7, 3)), ("f8", (0, -1, -0.3))):
        check(folder, "Range", {name: np.array(v, kind) for name, v in zip("sld", (start, limit, delta))}, tolerance=1e-6)
    inputs = dict.fromkeys("sld", np.int64(1))
    model = Model(folder, "Range", inputs, [("i8", (4,))])
    for start, limit, delta in ((-2**63, 2**63 - 1, 2**62), (2**63 - 1, -2**63, -2**63), (5, 6, -1), (0, 100, 7), (3, 9, 0),
                                (-2**63, 2**63 - 1, 1)):
        results = model.results({"s": np.int64(start), "l": np.int64(limit), "d": np.int64(delta)})
        want = list(range(start, limit, delta)[:4]) if delta else []
        assert counted(results)[0].tolist() == want, (start, limit, delta)
    floats = Model(folder, "Range", dict.fromkeys("sld", np.float32(1)), [("f4", (4,))])
    for numbers, count in (((0, 2.5, 1), 3), ((0, np.inf, 1), 4), ((0, np.nan, 1), 0), ((0, 1, 0), 4), ((1, 0, 0.5), 0)):
        results = floats.results(dict(zip("sld", np.float32(numbers))))
        assert results["y0_count"].tolist() == [count], numbers


def test_numbers_of_results_and_frames(folder):
    import numpy as np

    x = data(3, 8)
    model = Model(folder, "TopK", {"x": x, "k": ints(5)}, [("f4", (3, 5)), ("i8", (3, 5))])
    order = np.argsort(-x, 1, "stable")[:, :5]
    for k in (0, 3, 5, 2**63 - 1, -2**63):
        results = model.results({"x": x, "k": ints(k)})
        assert results["y0_count"] == results["y1_count"] == min(max(k, 0), 5)
        assert np.array_equal(results["y1"], order)
    signal = data(2, 40, 1)
    check(folder, "STFT", {"x": signal, "s": np.int64(6), "w": None, "n": np.int64(9)}, tolerance=1e-3, onesided=1)
    inputs = {"x": signal, "s": np.int64(6), "w": data(8)}
    model, _ = check(folder, "STFT", inputs, tolerance=1e-3, onesided=1)
    for step in HOSTILE[-3:]:
        assert model.results({**inputs, "s": np.int64(step)})["y0"].shape == (2, 6, 5, 2)


def test_scales_and_regions(folder):
    """The same bits as with constants; the reference evaluator has the same sizes."""
    import numpy as np
    from onnx import numpy_helper, save

    x = data(2, 1, 9, 6)
    x[0, 0, 0, 0] = -0.0
    scales, region = np.float32([1, 1, 0.6, 1.7]), np.float32([0, 0, 0.2, -0.1, 1, 1, 0.9, 1.3])
    for inputs, attributes in (
            ({"f": scales}, {"mode": "nearest", "nearest_mode": "ceil"}),
            ({"f": scales}, {"mode": "linear", "antialias": 1}),
            ({"f": np.float32([1, 1, 1, 1.2])}, {"mode": "cubic", "exclude_outside": 1, "coordinate_transformation_mode": "align_corners"}),
            ({"f": scales}, {"mode": "linear", "coordinate_transformation_mode": "half_pixel_symmetric"}),
            ({"n": ints(12, 3)}, {"mode": "linear", "axes": [2, 3], "keep_aspect_ratio_policy": "not_larger"}),
            ({"n": ints(2, 1, 4, 9), "r": region}, {"mode": "linear", "coordinate_transformation_mode": "tf_crop_and_resize",
                                                   "extrapolation_value": 7.0})):
        inputs = {"x": x, "r": None, "f": None, "n": None} | inputs
        model, results = check(folder, "Resize", inputs, tolerance=1e-4, **attributes)
        for name in "rfn":
            if inputs[name] is not None:
                model.proto.graph.initializer.append(numpy_helper.from_array(inputs[name], name))
        del model.proto.graph.input[1:]
        save(model.proto, folder / "model.onnx")
        assert model.results({"x": x})["y0"].tobytes() == results["y0"].tobytes(), attributes
    for attributes in ({"mode": "nearest"}, {"mode": "cubic", "antialias": 1}):
        model = Model(folder, "Resize", {"x": x, "r": None, "f": scales}, [("f4", (2, 1, 5, 10))], **attributes)
        for scale in (0, -1, np.nan, np.inf, 1e-40, -3e38):
            assert model.results({"x": x, "f": np.float32([1, scale, scale, -scale])})["y0"].shape == (2, 1, 5, 10)


if __name__ == "__main__":
    harness.main(globals())
