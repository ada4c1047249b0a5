# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Quantized operators: ties and saturation by hand, and ONNX Runtime's bits
where it is installed."""

import numpy as np

import quantize as q
import testing
from rounding import F32, F64, I32, I64

R = np.random.default_rng(11)


def test_ties_round_to_even_and_the_ends_saturate():
    x = F32([0.25, 0.75, 1.25, -0.25, -0.75, 100, -100, np.inf, -np.inf, np.nan])
    assert q.quantize(x, F32(0.5), 3, np.int8).tolist() == [3, 5, 5, 3, 1, 127, -128, 127, -128, 3]
    assert q.quantize(x, F32(0.5), 3, np.uint8).tolist() == [3, 5, 5, 3, 1, 203, 0, 255, 0, 3]


def test_dequantize_subtracts_before_it_multiplies():
    assert q.dequantize_c1(np.uint8([0, 255]), F32(0.1), np.uint8(200)).tolist() == [
        float(F32(-200) * F32(0.1)), float(F32(55) * F32(0.1))]


def test_requantize_rounds_the_sum_to_f32_first():
    acc = np.array([(1 << 24) + 1, -(1 << 24) - 3], I64)  # ties of f32
    y = q.requantize_c1(acc, F32(2.0**-20), 0, np.int8)
    assert y.tolist() == [16, -16]
    exact = q.requantize_c1(np.array([2**31 - 1]), F32(1), 0, np.int16)
    assert exact.tolist() == [32767]


def test_conv_by_loops():
    x = R.integers(0, 256, (2, 5, 4, 4)).astype(np.uint8)
    w = R.integers(-128, 128, (6, 3, 2, 2)).astype(np.int8)
    zw, bias = R.integers(-5, 6, 6).astype(np.int8), R.integers(-1000, 1000, 6)
    y = q.conv_c1(x, w, [1, 2], [1, 0], [1, 1], [1, 1], 2, 130, zw, bias)
    for n, oy, ox, f in np.ndindex(*y.shape):
        total = bias[f]
        for ky, kx, c in np.ndindex(3, 2, 2):
            iy, ix = oy + ky - 1, 2 * ox + kx
            if 0 <= iy < 5 and 0 <= ix < 4:
                total += (int(x[n, iy, ix, f // 3 * 2 + c]) - 130) * (int(w[f, ky, kx, c]) - int(zw[f]))
        assert y[n, oy, ox, f] == total


def test_transposed_conv_by_loops():
    x = R.integers(0, 256, (2, 3, 4, 4)).astype(np.uint8)
    w = R.integers(-128, 128, (4, 2, 3, 3)).astype(np.int8)  # 2 groups, 3 filters each
    y = q.conv_transpose_c1(x, w, [2, 1], [1, 0], [0, 1], [1, 2], [1, 0], 2, 130, 3, 7)
    want = np.full((2, 6, 7, 6), 7, I64)
    assert y.shape == want.shape
    for n, iy, ix, c, ky, kx, f in np.ndindex(2, 3, 4, 4, 2, 3, 3):
        oy, ox = 2 * iy + ky - 1, ix + 2 * kx
        if 0 <= oy < 6 and 0 <= ox < 7:
            want[n, oy, ox, c // 2 * 3 + f] += (int(x[n, iy, ix, c]) - 130) * (int(w[c, ky, kx, f]) - 3)
    assert (y == want).all()


def test_average_pool_and_sums():
    x = R.integers(-128, 128, (1, 6, 6, 2)).astype(np.int8)
    y = q.average_pool_c1(x, [2, 2], [2, 2], [0, 0], [0, 0], [1, 1], 0.5, 3, 0.25, -1)
    total = (x.astype(I64) - 3).reshape(1, 3, 2, 3, 2, 2).sum(axis=(2, 4))
    want = np.clip(np.rint(total * 0.5) - 1, -128, 127)  # exact scales: 0.5 / 0.25 / 4
    assert (y == want).all()
    mean = q.sum_c1(x, [1, 2], 0.5, 3, 0.25, -1, mean=True)
    exact = (x.astype(F64) - 3).mean(axis=(1, 2), keepdims=True) * 2 - 1
    assert (np.abs(mean - exact) <= 0.5001).all()


def runtime(node, inputs, output):
    try:
        import onnx
        import onnxruntime
    except ImportError as missing:
        raise testing.Skip(f"needs {missing.name}")
    info = [onnx.helper.make_tensor_value_info(n, onnx.helper.np_dtype_to_tensor_dtype(v.dtype),
                                               v.shape) for n, v in inputs.items()]
    out = onnx.helper.make_tensor_value_info("y", onnx.helper.np_dtype_to_tensor_dtype(
        np.dtype(output)), None)
    graph = onnx.helper.make_graph([node(onnx.helper.make_node)], "g", info, [out])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)],
                                   ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(),
                                           providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0]


def test_quantize_as_onnx_runtime():
    x = np.concatenate([R.standard_normal(100_000) * 40, np.arange(-200, 200) + 0.5]).astype(F32)
    for scale in F32([0.5, 0.1, 0.037]):
        z = np.uint8(117)
        y = runtime(lambda make: make("QuantizeLinear", ["x", "s", "z"], ["y"]),
                    {"x": x, "s": np.array(scale), "z": np.array(z)}, np.uint8)
        assert (y == q.quantize(x, scale, z, np.uint8)).all()


def test_matmul_as_onnx_runtime():
    a = R.integers(0, 256, (9, 70)).astype(np.uint8)
    b = R.integers(-128, 128, (70, 11)).astype(np.int8)
    sa, sb, sy = np.array(0.02, F32), np.array(0.013, F32), np.array(0.7, F32)
    za, zb, zy = np.array(120, np.uint8), np.array(0, np.int8), np.array(100, np.uint8)
    inputs = {"a": a, "sa": sa, "za": za, "b": b, "sb": sb, "zb": zb, "sy": sy, "zy": zy}
    y = runtime(lambda make: make("QLinearMatMul", list(inputs), ["y"]), inputs, np.uint8)
    m = q.multiplier_c1(sa, sb, sy)
    assert (y == q.requantize_c1(q.matmul_c1(a, b, za, zb), m, zy, np.uint8)).all()


def test_dynamic_quantize_as_onnx_runtime():
    x = (R.standard_normal(1000) * 3 + 1).astype(F32)
    y = runtime(lambda make: make("DynamicQuantizeLinear", ["x"], ["y", "s", "z"]), {"x": x},
                np.uint8)
    assert (y == q.dynamic_quantize_c1(x)[0]).all()


def test_wrapping_is_modulo_2_32():
    assert q.wrap_c1(np.array([1 << 31, -(1 << 31) - 1])).tolist() == [-(1 << 31), (1 << 31) - 1]
    assert q.wrap_c1(np.array([5])).dtype == I32


def graph_value(kind, inputs, domain="com.microsoft", **attributes):
    """What the specification gives for one node."""
    try:
        from onnx import helper
        import onnx_graph
    except ImportError as missing:
        raise testing.Skip(f"needs {missing.name}")
    node = helper.make_node(kind, list(inputs), ["y"], domain=domain, **attributes)
    model = helper.make_model(helper.make_graph([node], "g", [], []),
                              opset_imports=[helper.make_opsetid("", 21)])
    return onnx_graph.evaluate(model, {n: np.asarray(v) for n, v in inputs.items()})["y"]


def test_blocks_repeat_along_their_axis():
    x = F32([[1, 1], [1, 1], [1, 1]])
    y = graph_value("QuantizeLinear", {"x": x, "s": F32([[1, 0.5], [0.25, 2]])}, "", axis=0, block_size=2)
    assert y.tolist() == [[1, 2], [1, 2], [4, 0]]  # 0.5 is a tie


def test_products_with_float_results():
    a, b = np.uint8([[3, 5]]), np.int8([[2, 1], [-1, 4]])
    y = graph_value("MatMulIntegerToFloat", {"a": a, "b": b, "sa": F32(0.5), "sb": F32([0.1, 0.25]),
                                             "za": np.uint8(1), "zb": np.int8([0, 2])})
    # (2, 4) times (2, -1) and (-1, 2)
    assert (y == F32([[0, 6]]) * (F32(0.5) * F32([0.1, 0.25]))).all()


def test_packed_weights_start_at_the_low_bits():
    codes = np.uint8([[[0x21, 0x43] + [0x88] * 6]])  # 1, 2, 3, 4, then zeros
    a = F32([[1, 10, 100, 1000] + [7] * 12])
    y = graph_value("MatMulNBits", {"a": a, "b": codes, "s": F32([0.5])}, K=16, N=1, bits=4, block_size=16)
    assert y.tolist() == [[0.5 * (1 * -7 + 10 * -6 + 100 * -5 + 1000 * -4)]]


def test_a_certain_softmax_saturates():
    y = graph_value("QLinearSoftmax", {"x": np.uint8([9]), "s": F32(1), "z": np.uint8(0), "sy": F32(1 / 256),
                                       "zy": np.uint8(0)}, axis=-1, opset=13)
    assert y.tolist() == [255]


def test_linear_resize_clamps_at_the_ends():
    y = graph_value("Resize", {"x": F32([0, 8]), "roi": F32([]), "scales": F32([2])}, "", mode="linear")
    assert y.tolist() == [0, 2, 6, 8]
