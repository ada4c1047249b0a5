#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Float weights behind QuantizeLinear stay in the file and become codes while they
are emitted: the same codes as NumPy's, with one scale or one for each channel."""
from support import harness
from support.bundles import Bundle
from support.harness import run

PITH_OPT = harness.BUILD / "bin" / "pith-opt"


def quantize(x, scale, zero, kind):
    import numpy as np

    limits = np.iinfo(kind)
    return np.clip(np.rint(x / scale) + zero.astype(np.float32), limits.min, limits.max).astype(kind)


def weights_of(shape, axis, kind, seed):
    """Numbers of which some saturate and some are ties, scales, zero points."""
    import numpy as np

    generator = np.random.default_rng(seed)
    count = 1 if axis is None else shape[axis]
    scale = (2.0 ** generator.integers(-6, -3, count)).astype(np.float32)
    zero = generator.integers(-3 if np.iinfo(kind).min else 120, 4 if np.iinfo(kind).min else 136, count).astype(kind)
    along = [1] * len(shape)
    if axis is not None:
        along[axis] = count
    steps = generator.integers(-300, 300, shape).astype(np.float32) / 2
    numbers = steps * scale.reshape(along)
    codes = quantize(numbers, scale.reshape(along), zero.reshape(along), kind)
    return numbers, scale, zero, codes.astype(np.int64) - zero.reshape(along).astype(np.int64)


def network(folder, operator, shape, axis, kind, seed):
    """Operator on DQ(x) and DQ(Q(weights)), Q: the file, and what it computes."""
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    numbers, scale, zero, weights = weights_of(shape, axis, kind, seed)
    generator = np.random.default_rng(seed + 1)
    size = (1, shape[1], 6, 5) if operator == "Conv" else (3, shape[0])
    x = generator.integers(0, 256, size, np.uint8)
    constants = {"w": numbers, "ws": scale if axis is not None else scale[0], "wz": zero if axis is not None else zero[0],
                 "xs": np.float32(0.02), "xz": np.uint8(121), "ys": np.float32(0.7), "yz": np.uint8(99)}
    at = {} if axis is None else {"axis": axis}
    nodes = [helper.make_node("DequantizeLinear", ["x", "xs", "xz"], ["xf"]),
             helper.make_node("QuantizeLinear", ["w", "ws", "wz"], ["wq"], **at),
             helper.make_node("DequantizeLinear", ["wq", "ws", "wz"], ["wf"], **at),
             helper.make_node(operator, ["xf", "wf"], ["yf"]),
             helper.make_node("QuantizeLinear", ["yf", "ys", "yz"], ["y"])]
    graph = helper.make_graph(
        nodes, "weights", [helper.make_tensor_value_info("x", TensorProto.UINT8, x.shape)],
        [helper.make_tensor_value_info("y", TensorProto.UINT8, None)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()])
    model = onnx.shape_inference.infer_shapes(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)],
                                                                ir_version=9), strict_mode=True)
    onnx.checker.check_model(model)
    path = folder / f"{operator}{seed}.onnx"
    onnx.save(model, path)
    codes = x.astype(np.int64) - 121
    if operator == "Conv":
        windows = np.lib.stride_tricks.sliding_window_view(codes, shape[2:], (2, 3))
        total, channels = np.einsum("nchwkl,fckl->nfhw", windows, weights), scale.reshape(-1, 1, 1)
    else:
        total, channels = codes @ weights, scale
    multiplier = (np.float32(0.02) * channels) / np.float32(0.7)
    assert multiplier.dtype == np.float32
    return path, x, quantize(total.astype(np.float32) * multiplier, np.float32(1), np.uint8(99), np.uint8)


def expect(folder, *case):
    import numpy as np

    path, x, expected = network(folder, *case)
    stages = folder / (path.stem + "-stages")
    run(harness.PITH, "compile", path, "-o", folder / (path.stem + "-quantize"), "--target=reference",
        "--compile-to=quantize", f"--dump-stages={stages}")
    text = run(PITH_OPT, next(stages.glob("*quantize*.mlirbc")), "--mlir-elide-resource-strings-if-larger=64",
               "--mlir-elide-elementsattrs-if-larger=16")
    assert text.count("#pith.quantize<") == 1, f"expected the weights in the file, quantized by a step\n{text}"
    assert "quantize %" not in text.replace("requantize", ""), f"expected no quantize in the code\n{text}"
    got = Bundle(path, folder / (path.stem + "-bundle")).run({"x": x})["y"]
    assert np.unique(expected).size > 32, "expected results of many codes"
    assert got.dtype == np.uint8 and (got == expected).all(), f"{(got != expected).sum()} of {got.size} codes differ"


def test_matrix(folder):
    """8,192 weights: two tiles of the reader, the second of which begins inside."""
    import numpy as np

    expect(folder, "MatMul", (128, 64), None, np.int8, 1)
    expect(folder, "MatMul", (128, 65), 1, np.int8, 2)
    expect(folder, "MatMul", (128, 65), 1, np.uint8, 3)


def test_filter(folder):
    """Transposed on their way, scales of the first dimension with them."""
    import numpy as np

    expect(folder, "Conv", (33, 16, 3, 3), None, np.uint8, 4)
    expect(folder, "Conv", (33, 16, 3, 3), 0, np.int8, 5)
    expect(folder, "Conv", (65, 33, 1, 1), 0, np.int8, 6)


def test_many_scales(folder):
    """The scales are a large constant too: 1,025 of them are 4,100 bytes."""
    import numpy as np

    expect(folder, "Conv", (1025, 2, 3, 3), 0, np.int8, 7)
    expect(folder, "MatMul", (16, 1025), 1, np.int8, 8)


if __name__ == "__main__":
    harness.main(globals())
