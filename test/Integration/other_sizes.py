#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operators at sizes and with options that ONNX's node tests do not have."""
from support import harness
from support.harness import run


def outputs_of(folder, op, inputs, shapes, constants=None, version=22, **attributes):
    """What `op` makes of named inputs; constants are initializers, None is absent."""
    import numpy as np
    from onnx import helper, numpy_helper, save

    constants = constants or {}
    names = [name if value is not None else "" for name, value in {**inputs, **constants}.items()]
    node = helper.make_node(op, names, [f"y{i}" for i in range(len(shapes))], "node1", **attributes)
    of = helper.np_dtype_to_tensor_dtype
    graph = helper.make_graph(
        [node], "sizes", [helper.make_tensor_value_info(name, of(value.dtype), value.shape)
                          for name, value in inputs.items()],
        [helper.make_tensor_value_info(f"y{i}", of(np.dtype(kind)), shape) for i, (kind, shape) in enumerate(shapes)],
        [numpy_helper.from_array(value, name) for name, value in constants.items() if value is not None])
    model = folder / "model.onnx"
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", version)], ir_version=10), model)
    np.savez(folder / "x.npz", **inputs)
    run(harness.PITH, "run", model, "--target=reference", "--inputs", folder / "x.npz", "--outputs", folder / "y.npz")
    results = np.load(folder / "y.npz")
    return [results[f"y{i}"] for i in range(len(shapes))]


def random(*shape):
    import numpy as np

    return np.random.default_rng(1).standard_normal(shape).astype(np.float32)


def test_transforms_of_many_lengths(folder):
    import numpy as np

    for length in (1, 2, 3, 17, 31, 34, 60, 64, 97, 121, 331, 480, 1024, 4000):
        signal = random(2, length, 2)
        numbers = signal[..., 0] + 1j * signal[..., 1].astype(np.complex128)
        for inverse in (0, 1):
            want = (np.fft.ifft if inverse else np.fft.fft)(numbers, axis=1)
            got, = outputs_of(folder, "DFT", {"x": signal}, [("f4", signal.shape)], inverse=inverse)
            error = np.abs(got[..., 0] + 1j * got[..., 1] - want).max() / np.abs(want).max()
            assert error < 1e-6, f"length {length}, inverse {inverse}: {error}"


def test_half_transforms_cut_and_filled(folder):
    import numpy as np

    signal = random(3, 10, 4, 1)
    for axis, length in ((1, 7), (1, 16), (2, 4), (0, 5), (2, 1), (0, 2)):
        options = {"n": np.int64(length), "a": np.int64(axis)}
        whole = np.fft.rfft(signal[..., 0].astype(float), n=length, axis=axis)
        got, = outputs_of(folder, "DFT", {"x": signal}, [("f4", (*whole.shape, 2))], options, onesided=1)
        assert np.abs(got[..., 0] + 1j * got[..., 1] - whole).max() < 1e-5
        back, = outputs_of(folder, "DFT", {"x": got}, [("f4", (*np.fft.irfft(whole, n=length, axis=axis).shape, 1))],
                           options, onesided=1, inverse=1)
        assert np.abs(back[..., 0] - np.fft.irfft(whole, n=length, axis=axis)).max() < 1e-5


def test_frames_and_windows(folder):
    import numpy as np

    signal, window = random(2, 100, 1), np.hanning(24).astype(np.float32)
    frames = np.stack([signal[:, i * 7:i * 7 + 24, 0] * window for i in range(11)], 1)
    for onesided, want in ((1, np.fft.rfft(frames.astype(float))), (0, np.fft.fft(frames.astype(float)))):
        got, = outputs_of(folder, "STFT", {"x": signal}, [("f4", (*want.shape, 2))],
                          {"step": np.int64(7), "w": window}, onesided=onesided)
        assert np.abs(got[..., 0] + 1j * got[..., 1] - want).max() < 1e-5


def test_determinants(folder):
    import numpy as np

    for size in (1, 3, 6):
        matrices = random(2, 3, size, size)
        matrices[0, 0, :, 0] = 0
        got, = outputs_of(folder, "Det", {"x": matrices}, [("f4", (2, 3))])
        assert np.allclose(got, np.linalg.det(matrices.astype(float)), rtol=1e-4, atol=1e-5)


def test_blocks_put_together(folder):
    import numpy as np

    columns = random(2, 3 * 6, 5 * 7)
    image, want = (10, 9), np.zeros((2, 3, 14, 13), np.float32)
    parts = columns.reshape(2, 3, 2, 3, 5, 7)
    for i in range(2):
        for j in range(3):
            want[:, :, 2 * i:2 * i + 10:2, j:j + 7] += parts[:, :, i, j]
    got, = outputs_of(folder, "Col2Im", {"x": columns}, [("f4", (2, 3, *image))],
                      {"image": np.array(image), "block": np.array([2, 3])}, dilations=[2, 1], strides=[2, 1],
                      pads=[1, 0, 0, 0])
    assert np.allclose(got, want[:, :, 1:11, :9], atol=1e-6)


def test_places_of_maxima(folder):
    import numpy as np

    image = np.random.default_rng(2).integers(-4, 4, (2, 2, 7, 9)).astype(np.float32)
    for order in (0, 1):
        values, places = outputs_of(folder, "MaxPool", {"x": image}, [("f4", (2, 2, 4, 5)), ("i8", (2, 2, 4, 5))],
                                    kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], storage_order=order)
        planes = image.swapaxes(2, 3) if order else image
        assert (planes.ravel()[places] == values).all()
        for n, c, y, x in np.ndindex(places.shape):
            rows, columns = range(max(0, 2 * y - 1), min(7, 2 * y + 2)), range(max(0, 2 * x - 1), min(9, 2 * x + 2))
            first = next((r, k) for r in rows for k in columns if image[n, c, r, k] == values[n, c, y, x])
            r, k = first
            plane = (n * 2 + c) * 63
            assert places[n, c, y, x] == plane + (k * 7 + r if order else r * 9 + k)


def test_regions(folder):
    import numpy as np
    from onnx.reference.ops.op_roi_align import RoiAlign

    image, batch = random(2, 3, 9, 11), np.array([1, 0, 1])
    rois = np.array([[0, 0, 10, 8], [2.5, 1, 6, 20], [-3, -2, 4, 3.25]], np.float32)
    for mode in ("avg", "max"):
        want = np.zeros(3 * 3 * 2 * 4, np.float32)
        RoiAlign.roi_align_forward((3, 3, 2, 4), image.ravel(), 0.5, 9, 11, 3, rois.ravel(), 4, want, mode, True, batch)
        got, = outputs_of(folder, "RoiAlign", {"x": image, "rois": rois, "batch": batch}, [("f4", (3, 3, 2, 4))],
                          mode=mode, output_height=2, output_width=4, sampling_ratio=3, spatial_scale=0.5)
        assert np.allclose(got.ravel(), want, rtol=1e-4, atol=1e-5)


def test_convolutions_without_offsets(folder):
    import numpy as np

    image, weights, bias = random(2, 4, 8, 9), random(6, 2, 3, 3), random(6)
    options = {"strides": [2, 1], "pads": [1, 2, 0, 1], "dilations": [1, 2], "group": 2}
    shape = (2, 6, 4, 8)
    offsets = np.zeros((2, 2 * 18, *shape[2:]), np.float32)
    want, = outputs_of(folder, "Conv", {"x": image}, [("f4", shape)], {"w": weights, "b": bias}, **options)
    got, = outputs_of(folder, "DeformConv", {"x": image, "w": weights, "o": offsets, "b": bias}, [("f4", shape)],
                      offset_group=2, **options)
    assert np.allclose(got, want, rtol=1e-5, atol=1e-5)
    mask = np.full((2, 18, *shape[2:]), 0.5, np.float32)
    half, = outputs_of(folder, "DeformConv", {"x": image, "w": weights, "o": offsets, "b": 0 * bias, "m": mask},
                       [("f4", shape)], offset_group=2, **options)
    assert np.allclose(2 * half + bias.reshape(6, 1, 1), want, rtol=1e-4, atol=1e-4)


def test_caches(folder):
    import numpy as np

    cache, update, places = random(3, 2, 5, 4), random(3, 2, 3, 4), np.array([0, 2, 4])
    got, = outputs_of(folder, "TensorScatter", {"c": cache, "u": update, "p": places}, [("f4", cache.shape)],
                      version=24, mode="circular")
    for sample, place in enumerate(places):
        for i in range(3):
            cache[sample, :, (place + i) % 5] = update[sample, :, i]
    assert (got == cache).all()


def test_arrays_without_elements(folder):
    import numpy as np

    empty, full = np.zeros((0, 5), np.float32), random(1, 5)
    got, = outputs_of(folder, "Concat", {"x": empty, "y": full}, [("f4", (1, 5))], axis=0)
    assert (got == full).all()
    np.savez_compressed(folder / "x.npz", x=empty, y=full)
    run(harness.PITH, "run", folder / "model.onnx", "--target=reference", "--inputs", folder / "x.npz", "--expect",
        folder / "y.npz", "--rtol=0", "--atol=0")


def test_results_without_elements(folder):
    import numpy as np

    for shape in ((0,), (3, 0), (2, 0, 3), (2, 3, 0, 0)):
        empty = np.zeros(shape, np.float32)
        for op in ("Relu", "Softmax"):
            got, = outputs_of(folder, op, {"x": empty}, [("f4", shape)])
            assert got.shape == shape
    product, = outputs_of(folder, "MatMul", {"x": np.zeros((3, 0), np.float32), "y": np.zeros((0, 4), np.float32)},
                          [("f4", (3, 4))])
    assert product.shape == (3, 4) and not product.any()


if __name__ == "__main__":
    harness.main(globals())
