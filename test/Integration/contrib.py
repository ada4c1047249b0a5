#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operators of com.microsoft and QONNX: the numbers of their texts, and ONNX Runtime's.

Each test is one model with many nodes, seeded. Integer products and what follows
them are equal bit for bit to the text in NumPy and, where its kernels do not
saturate (VNNI), to ONNX Runtime. Other codes are equal to the text and differ from
ONNX Runtime by at most one, since it computes ratios of scales ahead; the share is
printed. Floats lie within a bound made of the length and the magnitude of their
sums. QONNX is judged by a transcription of its documents.
"""
from support import harness

if __name__ == "__main__":
    harness.in_environment()

from support import contrib_text as text  # noqa: E402
from support.contrib_cases import Cases  # noqa: E402


def rng(seed):
    import numpy as np
    return np.random.default_rng(seed)


def codes(random, dtype, *shape):
    """All codes, the ends among them."""
    import numpy as np
    info = np.iinfo(dtype)
    values = random.integers(info.min, info.max + 1, shape, dtype=np.int64)
    flat = values.reshape(-1)
    flat[: min(2, flat.size)] = [info.min, info.max][: flat.size]
    return values.astype(dtype)


def zero(random, dtype):
    """Corners and the middle."""
    import numpy as np
    info = np.iinfo(dtype)
    return np.array(random.choice([info.min, info.max, (int(info.min) + info.max + 1) // 2, 3]), dtype)


def scale(random, *shape):
    import numpy as np
    return random.uniform(0.002, 0.2, shape).astype(np.float32)


def floats(random, *shape, size=1.0):
    import numpy as np
    return random.uniform(-size, size, shape).astype(np.float32)


def types():
    import numpy as np
    return [(a, b) for a in (np.uint8, np.int8) for b in (np.uint8, np.int8)]


def test_integer_products(folder):
    """QGemm, MatMulIntegerToFloat, DynamicQuantizeMatMul, QLinearConv in both orders."""
    import numpy as np
    random, cases = rng(1), Cases()
    for number, (a, b) in enumerate(types() * 2):
        m, k, n = [(1, 7, 5), (4, 64, 16), (3, 33, 17), (2, 1, 1)][number % 4]
        per_column = number % 2 == 1
        runtime = (a, b) != (np.int8, np.uint8)  # which ONNX Runtime has no kernels for
        ws = scale(random, n) if per_column else scale(random)
        wz = codes(random, b, n) if per_column and number < 4 else zero(random, b)
        if per_column and wz.ndim == 0:
            wz = np.full(n, wz, b)
        lhs, rhs, bias = codes(random, a, m, k), codes(random, b, k, n), floats(random, n)
        cases.add("MatMulIntegerToFloat",
                  [lhs, rhs, scale(random), ws, zero(random, a), wz, bias if number % 3 else None],
                  [np.float32], text.matmul_integer_to_float, exact=True, runtime=runtime)
        cases.add("DynamicQuantizeMatMul", [floats(random, m + 1, k, size=3), rhs, ws, wz, bias if number % 3 else None],
                  [np.float32], text.dynamic_quantize_matmul, exact=True)
        turned = {"transA": number & 1, "transB": number >> 1 & 1}
        left, right = (lhs.T if number & 1 else lhs).copy(), (rhs.T if number >> 1 & 1 else rhs).copy()
        addend = random.integers(-5000, 5000, (n,)).astype(np.int32) if number % 3 else None
        head = [left, scale(random), zero(random, a), right, ws, wz, addend]
        cases.add("QGemm", head, [np.float32], text.qgemm, exact=True, runtime=runtime, alpha=1.0,
                  **turned)
        cases.add("QGemm", head + [scale(random) * np.float32(k), zero(random, a)], [a], text.qgemm, exact=True,
                  runtime=runtime, alpha=[1.0, 0.7][number % 2], **turned)
    # A multiplier near 1/2 makes ties of odd sums: one unit in its last place decides.
    for number in range(12):
        left, right = (random.integers(0, 8, (30, 8)).astype(np.uint8), random.integers(-4, 4, (8, 40)).astype(np.int8))
        a_scale, b_scale = scale(random), scale(random)
        cases.add("QGemm", [left, a_scale, np.uint8(3), right, b_scale, np.int8(0), None,
                            np.asarray(2 * a_scale * b_scale, np.float32), np.uint8(128)],
                  [np.uint8], text.qgemm, exact=True, alpha=1.0, transA=0, transB=0)
    for number, (a, b) in enumerate([(np.uint8, np.int8), (np.uint8, np.uint8), (np.int8, np.int8)] * 2):
        last, groups = number % 2, [1, 2, 4][number % 3]
        shape = (2, 6, 5, 4) if last else (2, 4, 6, 5)
        ws = scale(random, 8) if number % 2 else scale(random)
        wz = np.zeros(8 if number % 2 else (), b) if b is np.int8 else zero(random, b)
        wz = np.full(8, wz, b) if number % 2 and wz.ndim == 0 else wz
        bias = random.integers(-3000, 3000, (8,)).astype(np.int32) if number % 2 else None
        cases.add("QLinearConv",
                  [codes(random, a, *shape), scale(random), zero(random, a), codes(random, b, 8, 4 // groups, 3, 2), ws,
                   wz, scale(random) * np.float32(30), zero(random, a), bias],
                  [a], text.qlinear_conv, exact=True, channels_last=last, group=groups, pads=[1, 0, 1, 1],
                  strides=[1, 2])
    cases.check(folder)


def test_elements(folder):
    """Add, Mul, Sigmoid, LeakyRelu, Softmax, Where, Concat."""
    import numpy as np
    random, cases = rng(2), Cases()
    for number in range(6):
        t = (np.uint8, np.int8)[number % 2]
        shape, other = [((30, 70), (70,)), ((2, 30, 50), (2, 30, 50)), ((1033,), (1,))][number % 3]

        def operand(*size):
            return [codes(random, t, *size), scale(random), zero(random, t)]

        for kind in ("QLinearAdd", "QLinearMul"):
            result = [scale(random) * np.float32(2), zero(random, t)]
            cases.add(kind, operand(*shape) + operand(*other) + result, [t], text.binary(kind))
        cases.add("QLinearSigmoid", operand(*shape) + [np.float32(1 / 256), zero(random, t)], [t], text.sigmoid)
        cases.add("QLinearLeakyRelu", operand(*shape) + [scale(random), zero(random, t)], [t], text.leaky_relu,
                  alpha=[0.01, 0.3][number % 2])
        # ONNX Runtime wants the zero point of softmax at the lowest code.
        cases.add("QLinearSoftmax", operand(*shape) + [np.float32(1 / 256), np.array(np.iinfo(t).min, t)], [t],
                  text.softmax, axis=[-1, 0, 1][number % 3] if len(shape) == 3 else -1, opset=[13, 12][number // 3])
        cases.add("QLinearConcat", [scale(random), zero(random, t)] + operand(*shape) + operand(*shape), [t],
                  text.concat, axis=len(shape) - 1)
        cases.add("QLinearWhere", [random.integers(0, 2, shape).astype(bool)] + operand(*shape) + operand(*other)
                  + [scale(random), zero(random, t)], [t], text.where)
        cases.add("QuantizeLinear", [floats(random, *shape, size=9), scale(random), zero(random, t)], [t],
                  text.quantize_linear)
        cases.add("DequantizeLinear", operand(*shape), [np.float32], text.dequantize_linear, exact=True)
    # Without zero points.
    x, s = codes(random, np.uint8, 4, 9), scale(random)
    # ONNX Runtime's inference reads them all the same.
    cases.add("QLinearAdd", [x, s, None, x, s, None, s], [np.uint8], text.binary("QLinearAdd"), runtime=False)
    cases.add("QLinearSigmoid", [x, s, None, np.float32(1 / 256)], [np.uint8], text.sigmoid, runtime=False)
    cases.check(folder)


def test_averages(folder):
    """AveragePool with every count of taps, GlobalAveragePool, ReduceMean."""
    import numpy as np
    random, cases = rng(3), Cases()
    for number in range(8):
        t = (np.uint8, np.int8)[number % 2]
        last = number >> 1 & 1
        shape = (3, 19, 16, 5) if last else (3, 5, 19, 16)
        attributes = [{"kernel_shape": [2, 3]}, {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "strides": [2, 2]},
                      {"kernel_shape": [3, 2], "pads": [1, 0, 1, 1], "count_include_pad": 1},
                      {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1, "pads": [0, 1, 0, 0]}][number // 2]
        operand = [codes(random, t, *shape), scale(random), zero(random, t), scale(random), zero(random, t)]
        cases.add("QLinearAveragePool", operand, [t], text.average_pool, channels_last=last, **attributes)
        cases.add("QLinearGlobalAveragePool", operand, [t], text.global_average_pool, channels_last=last)
        # ONNX Runtime has the operator's schema and no kernel.
        cases.add("QLinearReduceMean", operand, [t], text.reduce_mean, runtime=False,
                  axes=[[1], [0, -1], [2, 1]][number % 3], keepdims=number % 2)
    # Fourteen taps of seven times the result's scale: ties of odd sums, up to a unit in the last place.
    for number in range(12):
        step = scale(random)
        image = random.integers(105, 136, (1, 4, 20, 21)).astype(np.uint8)
        operand = [image, np.asarray(7 * step, np.float32), np.uint8(120), step, np.uint8(120)]
        cases.add("QLinearAveragePool", operand, [np.uint8], text.average_pool, channels_last=0, kernel_shape=[2, 7])
    cases.check(folder)


def test_few_bits(folder):
    """MatMulNBits: 2, 4 and 8 bits, packed, float and absent zero points, a short last block."""
    import numpy as np
    random, cases = rng(4), Cases()
    for bits in (2, 4, 8):
        for number, (k, n, block) in enumerate([(32, 5, 16), (40, 8, 32), (96, 3, 32)]):
            blocks = -(-k // block)
            packed = codes(random, np.uint8, n, blocks, block * bits // 8)
            zeros = [None, codes(random, np.uint8, n, -(-blocks * bits // 8)),
                     random.uniform(0, 2 ** bits - 1, (n, blocks)).astype(np.float32)][number]
            bias = floats(random, n) if number == 1 else None
            # ONNX Runtime 1.31 takes no float zero points of 8 bits.
            cases.add("MatMulNBits", [floats(random, 2, 3, k), packed, scale(random, n * blocks), zeros, None, bias],
                      [np.float32], text.matmul_nbits, bound=text.matmul_nbits_bound, runtime=number < 2 or bits < 8,
                      K=k, N=n, bits=bits, block_size=block)
        half = [floats(random, 4, 32).astype(np.float16), codes(random, np.uint8, 6, 2, 2 * bits),
                scale(random, 12).astype(np.float16)]
        cases.add("MatMulNBits", half, [np.float16], text.matmul_nbits, bound=text.matmul_nbits_bound, runtime=False,
                  K=32, N=6, bits=bits, block_size=16)
    cases.check(folder)


def test_fused(folder):
    """FusedConv, FusedMatMul, Gelu, FastGelu, SkipLayerNormalization."""
    import numpy as np
    random, cases = rng(5), Cases()
    x, w = floats(random, 1, 4, 6, 5), floats(random, 6, 4, 3, 3)
    for activation, parameters in [("Relu", None), ("Sigmoid", None), ("Tanh", None), ("LeakyRelu", [0.2]),
                                   ("Clip", [-0.5, 0.75]), ("HardSigmoid", [0.3, 0.4])]:
        extra = {"activation_params": parameters} if parameters else {}
        addend = floats(random, 1, 6, 6, 5) if activation == "Relu" else None
        cases.add("FusedConv", [x, w, floats(random, 6), addend], [np.float32], text.fused_conv,
                  bound=text.fused_conv_bound, pads=[1, 1, 1, 1], activation=activation, **extra)
    for number in range(16):
        left, right, batch_left, batch_right = [number >> bit & 1 for bit in range(4)]
        a = text.stored(floats(random, 2, 3, 4, 5), left, batch_left)
        b = text.stored(floats(random, 2, 3, 5, 6), right, batch_right)
        cases.add("FusedMatMul", [a, b], [np.float32], text.fused_matmul, bound=text.fused_matmul_bound, alpha=0.35,
                  transA=left, transB=right, transBatchA=batch_left, transBatchB=batch_right)
    for shape in ((3, 17), (2, 5, 8)):
        values, bias = floats(random, *shape, size=5), floats(random, shape[-1])
        cases.add("Gelu", [values], [np.float32], text.gelu, bound=text.near)
        cases.add("FastGelu", [values], [np.float32], text.fast_gelu, bound=text.near)
        cases.add("FastGelu", [values, bias], [np.float32], text.fast_gelu, bound=text.near)
    x, row = floats(random, 2, 5, 8), [floats(random, 8) for _ in range(3)]
    cases.add("SkipLayerNormalization", [x, x[:, ::-1].copy(), *row], [np.float32, None, None, np.float32],
              text.skip_layer_normalization, bound=text.near)
    cases.add("SkipLayerNormalization", [x, x[:, ::-1].copy(), row[0]], [np.float32], text.skip_layer_normalization,
              bound=text.near, epsilon=1e-3)
    cases.check(folder)


def test_attention(folder):
    """QAttention: masks of every kind, one way, one scale and one for each column."""
    import numpy as np
    random, cases = rng(6), Cases()
    batch, length, hidden, heads, size = 2, 6, 12, 2, 4
    columns = 3 * heads * size
    masks = [None, np.array([3, 6], np.int32), random.integers(0, 2, (batch, length)).astype(np.int32),
             random.integers(0, 2, (batch, length, length)).astype(np.int32)]
    for number in range(6):
        b = (np.int8, np.uint8)[number % 2]
        per_column = number == 3
        ws = scale(random, columns) if per_column else scale(random)
        wz = codes(random, b, columns) if per_column else zero(random, b)
        cases.add("QAttention",
                  [codes(random, np.uint8, batch, length, hidden), codes(random, b, hidden, columns),
                   floats(random, columns), scale(random) * np.float32(0.02), ws, masks[number % 4],
                   zero(random, np.uint8), wz],
                  [np.float32], text.attention, bound=text.attention_bound, num_heads=heads,
                  unidirectional=int(number >= 4))
    cases.check(folder)


def test_qonnx(folder):
    """Quant, BipolarQuant, Trunc: widths, signs, rounding modes, ties, each domain."""
    import numpy as np
    random, cases = rng(7), Cases(runtime=False)
    domains = ["qonnx.custom_op.general", "finn.custom_op.general", "onnx.brevitas"]
    for number in range(36):
        bits = [1, 2, 4, 7, 8, 8, 12, 16, 20][number % 9]
        signed, narrow = number & 1, number >> 1 & 1
        mode = ["ROUND", "ROUND", "CEIL", "FLOOR", "UP", "DOWN", "HALF_UP", "HALF_DOWN", "round"][number // 4]
        step = random.uniform(0.01, 0.3, (3, 1, 1)).astype(np.float32) if number % 3 else np.float32(0.25)
        origin = np.float32([0, 0, 3, 2.5][number % 4] if bits > 2 else 0)
        # Ties, the ends, and what lies beyond.
        whole = random.integers(-(2 ** min(bits, 10)) - 3, 2 ** min(bits, 10) + 3, (2, 3, 4, 4))
        x = ((whole + random.choice([0, 0.5, 0.25], whole.shape)) * step).astype(np.float32)
        cases.add("Quant", [x, step, origin, np.float32(bits)], [np.float32], text.quant, exact=True, frozen=3,
                  domain=domains[number % 3], signed=signed, narrow=narrow, rounding_mode=mode)
    x = floats(random, 3, 5)
    x[0, :2] = [0.0, -0.0]
    for number, domain in enumerate(domains):
        cases.add("BipolarQuant", [x, scale(random)], [np.float32], text.bipolar_quant, exact=True, domain=domain)
        mode = ["FLOOR", "ROUND", "CEIL"][number]
        whole = (random.integers(-512, 512, (2, 9)) * np.float32(0.125)).astype(np.float32)
        cases.add("Trunc", [whole, np.float32(0.125), np.float32([0, 4, 1][number]), np.float32(10), np.float32(6)],
                  [np.float32], text.trunc, exact=True, frozen=3, domain=domain, rounding_mode=mode)
    cases.check(folder)
    cases = Cases(runtime=False, version=2)
    for number in range(6):
        whole = (random.integers(-512, 512, (2, 9)) * np.float32(0.125)).astype(np.float32)
        cases.add("Trunc", [whole, np.float32(0.125), np.float32([0, 4, 1][number % 3]), np.float32(10),
                            np.float32([1, 0.5][number % 2]), np.float32([6, 8][number % 2])],
                  [np.float32], text.trunc_to_scale, exact=True, frozen=5, domain=domains[number % 3],
                  rounding_mode=["FLOOR", "ROUND", "CEIL"][number // 2], signed=1, narrow=number % 2)
    cases.check(folder)


def test_between_operators(folder):
    """Types behind a node without a schema are known: ONNX's operators go on from it, in old files too."""
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper, save

    def model(opset):
        parameters = {"s": np.float32(0.05), "z": np.uint8(7)}
        nodes = [helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]),
                 helper.make_node("QLinearAdd", ["q", "s", "z", "q", "s", "z", "s", "z"], ["a"], domain="com.microsoft"),
                 helper.make_node("DequantizeLinear", ["a", "s", "z"], ["d"]),
                 helper.make_node("Gelu", ["d"], ["g"], domain="com.microsoft"),
                 helper.make_node("Softmax", ["g"], ["p"], axis=1),
                 helper.make_node("Relu", ["p"], ["y"])]
        graph = helper.make_graph(nodes, "between", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [3, 5])],
                                  [helper.make_tensor_value_info("y", TensorProto.FLOAT, [3, 5])],
                                  [numpy_helper.from_array(np.asarray(v), n) for n, v in parameters.items()])
        return helper.make_model(graph, ir_version=7, opset_imports=[helper.make_opsetid("", opset),
                                                                    helper.make_opsetid("com.microsoft", 1)])

    try:
        import onnxruntime
    except ImportError:
        raise harness.Skip("needs the Python module onnxruntime") from None
    x = floats(rng(8), 3, 5, size=4)
    np.savez(folder / "x.npz", x=x)
    for opset in (10, 13, 21):
        path = folder / f"opset{opset}.onnx"
        save(model(opset), path)
        harness.run(harness.PITH, "run", path, "--target=reference", "--inputs", folder / "x.npz", "--outputs",
                    folder / "y.npz")
        expected, = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, {"x": x})
        np.testing.assert_allclose(np.load(folder / "y.npz")["y"], expected, rtol=0, atol=2e-6)


if __name__ == "__main__":
    harness.main(globals())
