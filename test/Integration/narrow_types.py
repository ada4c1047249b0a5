#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Quantized models of narrow types give the spec's bits; packed weights stay
packed; broken quantization is an error that says what helps."""
import json
import pathlib
import subprocess
import sys

from support import harness
from support.harness import compile_model, run

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "spec"))
FLOAT8 = {"E4M3FN": 17, "E4M3FNUZ": 18, "E5M2": 19, "E5M2FNUZ": 20, "E2M1": 23}
EXPONENTS = 24
CODES = {"u4": 21, "i4": 22, "u2": 25, "i2": 26}


def model(folder, name, nodes, inputs, outputs, constants=(), opset=25):
    """Saves a graph: inputs and outputs as name: (type, shape), constants as arrays or tensors."""
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper, save

    tensors = [c if isinstance(c, TensorProto) else numpy_helper.from_array(np.asarray(c), n) for n, c in dict(constants).items()]
    infos = [[helper.make_tensor_value_info(n, *info) for n, info in values.items()] for values in (inputs, outputs)]
    graph = helper.make_graph([helper.make_node(op, i, o, f"{name}_{at}", **a) for at, (op, i, o, a) in enumerate(nodes)],
                              name, *infos, tensors)
    path = folder / f"{name}.onnx"
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=12), path)
    return path


def packed(name, kind, array):
    """A tensor of codes as files have it."""
    import numpy as np
    from onnx import TensorProto

    width, flat = int(kind[1]), np.asarray(array).astype(np.int64).ravel()
    bits = ((flat[:, None] >> np.arange(width)) & 1).astype(np.uint8).ravel()
    return TensorProto(name=name, dims=array.shape, data_type=CODES[kind],
                       raw_data=np.packbits(bits, bitorder="little").tobytes())


def evaluate(folder, path, **inputs):
    import numpy as np

    np.savez(folder / "in.npz", **inputs)
    run(harness.PITH, "run", path, "--target=reference", "--inputs", folder / "in.npz", "--outputs", folder / "out.npz")
    return np.load(folder / "out.npz")


def test_float8_casts(folder):
    """All bytes to f32, and every tie of every format back, in both modes."""
    import float8
    import numpy as np
    from test_float8 import hard_numbers

    x, bits = hard_numbers(), np.arange(256, dtype=np.uint8)
    x = np.concatenate([x[65536:131072], x[131072::7], x[:65536:5]])
    with np.errstate(all="ignore"):
        wide = x.astype(np.float64)
    wide = np.concatenate([wide, 1.0625 + np.ldexp([-1, 0, 1], -40), 1.1875 + np.ldexp([-1, 0, 1], -40)])
    nodes, outputs = [], {}
    for name, code in FLOAT8.items():
        for saturate in (0, 1):
            nodes.append(("Cast", ["x"], [f"{name}_{saturate}"], {"to": code, "saturate": saturate}))
            outputs[f"{name}_{saturate}"] = (code, x.shape)
        nodes += [("Cast", ["wide"], [f"{name}_wide"], {"to": code}), ("Cast", [f"in_{name}"], [f"{name}_f32"], {"to": 1})]
        outputs |= {f"{name}_wide": (code, wide.shape), f"{name}_f32": (1, [256])}
    inputs = {"x": (1, x.shape), "wide": (11, wide.shape)} | {f"in_{name}": (code, [256]) for name, code in FLOAT8.items()}
    got = evaluate(folder, model(folder, "casts", nodes, inputs, outputs), x=x, wide=wide, **{f"in_{n}": bits for n in FLOAT8})
    for name in FLOAT8:
        for saturate in (0, 1):
            wanted = float8.float8_c2(x, name, bool(saturate))
            assert (got[f"{name}_{saturate}"] == wanted).all(), (name, saturate)
        assert (got[f"{name}_wide"] == float8.float8_c2(wide, name)).all(), name
        wanted = float8.float8_c1(bits, name)
        same = (got[f"{name}_f32"].view(np.uint32) == wanted.view(np.uint32)) | np.isnan(wanted)
        assert same.all() and (np.isnan(wanted) == np.isnan(got[f"{name}_f32"])).all(), name


def test_exponents(folder):
    """float8e8m0: all bytes to f32; numbers of three types back, in all modes."""
    import float8
    import numpy as np
    from test_float8 import hard_numbers

    bits = np.arange(256, dtype=np.uint8)
    x = np.abs(hard_numbers()[65536:131072])
    x = np.concatenate([x, np.float32([0.0, -0.0, -1, np.inf])])
    with np.errstate(all="ignore"):
        wide = np.concatenate([x.astype("f8"), 1 + np.ldexp([-1.0, 0, 1], -45)])
    feeds = {"x": x, "wide": wide, "in": bits}
    kinds = {"x": (1, x.shape), "wide": (11, feeds["wide"].shape), "in": (EXPONENTS, [256])}
    nodes, outputs = [("Cast", ["in"], ["out"], {"to": 1})], {"out": (1, [256])}
    for value in ("x", "wide"):
        for saturate in (0, 1):
            for mode in ("up", "down", "nearest"):
                name = f"{value}_{mode}_{saturate}"
                nodes.append(("Cast", [value], [name], {"to": EXPONENTS, "saturate": saturate, "round_mode": mode}))
                outputs[name] = (EXPONENTS, feeds[value].shape)
    got = evaluate(folder, model(folder, "exponents", nodes, kinds, outputs), **feeds)
    assert np.array_equal(got["out"], float8.exponent_c1(bits), equal_nan=True)
    for name in set(outputs) - {"out"}:
        value, mode, saturate = name.split("_")
        wanted = float8.exponent_c2(feeds[value], mode, saturate == "1")
        assert (got[name] == wanted).all(), (name, feeds[value][got[name] != wanted][:5])


def test_quantize_to_each_type(folder):
    """Per tensor, per axis and in blocks that divide and do not, from f16 too."""
    import float8
    import numpy as np
    import quantize

    generator = np.random.default_rng(5)
    x = (generator.standard_normal((6, 10)) * 20).astype(np.float32)
    x[0, :4] = [0.5, -0.5, 1e9, -1e9]
    half = x.clip(-6e4, 6e4).astype(np.float16)
    grids = {"tensor": ([], {}), "axis": ([6], {"axis": 0}), "blocks": ([6, 5], {"axis": 1, "block_size": 2}),
             "uneven": ([6, 3], {"axis": -1, "block_size": 4})}
    nodes, outputs, constants, wanted = [], {}, {}, {}
    for grid, (shape, attributes) in grids.items():
        s = generator.uniform(0.25, 4, shape).astype(np.float32)
        constants[f"s_{grid}"] = s
        spread = s
        if grid == "axis":
            spread = s[:, None]
        elif shape:
            spread = np.repeat(s, attributes["block_size"], 1)[:, :10]
        for kind, code in {**CODES, **FLOAT8}.items():
            name = f"{grid}_{kind}"
            nodes.append(("QuantizeLinear", ["x", f"s_{grid}"], [name], {"output_dtype": code, **attributes}))
            nodes.append(("DequantizeLinear", [name, f"s_{grid}"], [name + "_back"], attributes))
            outputs |= {name: (code, x.shape), name + "_back": (1, x.shape)}
            if kind in FLOAT8:
                wanted[name] = float8.quantize_float8_c1(x, spread, kind)
                wanted[name + "_back"] = float8.dequantize_float8_c1(wanted[name], spread, kind)
            else:
                wanted[name] = float8.codes_c1(quantize.quantize(x, spread, 0, np.int16), kind)
                wanted[name + "_back"] = quantize.dequantize_c1(wanted[name], spread)
    nodes += [("QuantizeLinear", ["half", "s_half"], ["of_half"], {}),
              ("QuantizeLinear", ["x", "s_tensor"], ["precise"], {"precision": 10, "output_dtype": 3})]
    constants["s_half"] = np.float16(0.3)
    outputs |= {"of_half": (2, x.shape), "precise": (3, x.shape)}
    wanted["of_half"] = quantize.quantize(half, np.float16(0.3), 0, np.uint8)
    with np.errstate(all="ignore"):
        quotient = x.astype(np.float16) / constants["s_tensor"].astype(np.float16)
    wanted["precise"] = quantize.quantize(quotient, np.float32(1), 0, np.int8)
    path = model(folder, "quantize", nodes, {"x": (1, x.shape), "half": (10, x.shape)}, outputs, constants)
    got = evaluate(folder, path, x=x, half=half)
    for name, expected in wanted.items():
        assert (got[name] == expected).all(), (name, got[name], expected)


def test_upper_bits_of_inputs_do_not_count(folder):
    import float8
    import numpy as np

    path = model(folder, "upper", [("Cast", [k], [k + "_8"], {"to": 3 if k[0] == "i" else 2}) for k in CODES],
                 {k: (code, [256]) for k, code in CODES.items()},
                 {k + "_8": (3 if k[0] == "i" else 2, [256]) for k in CODES})
    got = evaluate(folder, path, **{k: np.arange(256, dtype=np.uint8) for k in CODES})
    for kind in CODES:
        assert (got[kind + "_8"] == float8.codes_c2(np.arange(256), kind)).all(), kind
    header = (compile_model(path, folder / "b", "--name=m"), (folder / "b" / "m.h").read_text())[1]
    assert "const int8_t *i4; /* i4: i4 [256], a byte each: -8 to 7 (the upper bits are ignored) */" in header, header
    assert "const uint8_t *u2; /* u2: u2 [256], a byte each: 0 to 3" in header, header


def test_movement_of_narrow_types(folder):
    """Codes and float8 through what moves elements, a constant and a branch."""
    import float8
    import numpy as np
    from onnx import TensorProto, helper

    x = np.arange(256, dtype=np.uint8).reshape(4, 64)
    for kind, code in {**CODES, **FLOAT8}.items():
        filled = TensorProto(dims=[1], data_type=code, raw_data=b"\x01")
        then, other = (helper.make_graph([helper.make_node("Identity", [name], [name + "_out"])], name, [],
                                         [helper.make_tensor_value_info(name + "_out", code, [64, 4])]) for name in ("t", "p"))
        nodes = [("Transpose", ["x"], ["t"], {"perm": [1, 0]}), ("Reshape", ["x", "shape"], ["r"], {}),
                 ("Identity", ["r"], ["p"], {}), ("If", ["flag"], ["y"], {"then_branch": then, "else_branch": other}),
                 ("Pad", ["x", "pads"], ["padded"], {}), ("ConstantOfShape", ["three"], ["c"], {"value": filled})]
        path = model(folder, kind, nodes, {"x": (code, x.shape)},
                     {"t": (code, [64, 4]), "y": (code, [64, 4]), "padded": (code, [4, 66]), "c": (code, [3])},
                     {"shape": np.int64([64, 4]), "flag": np.bool_(False), "pads": np.int64([0, 1, 0, 1]), "three": np.int64([3])})
        got = evaluate(folder, path, x=x)
        bits = x & 15 if kind == "E2M1" else x if kind in FLOAT8 else float8.codes_c2(x, kind)
        for name, expected in {"t": bits.T, "y": bits.reshape(64, 4), "padded": np.pad(bits, ((0, 0), (1, 1))),
                               "c": np.ones(3)}.items():
            assert (got[name] == expected).all(), (kind, name)


def weights_of(folder, path):
    compile_model(path, folder / path.stem, "--name=m")
    manifest = json.loads((folder / path.stem / "m.manifest.json").read_text())
    return manifest["weights"]["bytes"], manifest["arena"]["program_bytes"]


def test_packed_weights_of_a_matrix(folder):
    """Codes, scales and zero points of blocks; the matrix is never unpacked in memory."""
    import floats
    import numpy as np

    generator, k, n, block = np.random.default_rng(3), 256, 130, 32
    for kind, low, high in (("i4", -8, 8), ("u4", 0, 16), ("i2", -2, 2), ("u2", 0, 4)):
        w = generator.integers(low, high, (k, n))
        s = generator.uniform(0.01, 0.1, (k // block, n)).astype(np.float32)
        z = generator.integers(low, high, (k // block, n))
        x = generator.standard_normal((3, k)).astype(np.float32)
        path = model(folder, kind, [("DequantizeLinear", ["w", "s", "z"], ["d"], {"axis": 0, "block_size": block}),
                                    ("MatMul", ["x", "d"], ["y"], {})],
                     {"x": (1, x.shape)}, {"y": (1, [3, n])}, {"w": packed("w", kind, w), "s": s, "z": packed("z", kind, z)}, 25)
        d = (w - np.repeat(z, block, 0)).astype(np.float32) * np.repeat(s, block, 0)
        got = evaluate(folder, path, x=x)["y"]
        assert (got == floats.matmul(x, d)).all(), kind
        weights, arena = weights_of(folder, path)
        exact = (k * n + k // block * n) * int(kind[1]) // 8 + s.nbytes
        assert exact <= weights <= exact + 192 and arena == 0, (kind, weights, exact, arena)


def test_packed_weights_beside_the_file(folder):
    """External data, and a batch of run-time size."""
    import floats
    import numpy as np
    from onnx import load, save

    generator, k, n = np.random.default_rng(6), 96, 100
    w, x = generator.integers(-8, 8, (k, n)), generator.standard_normal((3, k)).astype(np.float32)
    path = model(folder, "beside", [("DequantizeLinear", ["w", "s"], ["d"], {}), ("MatMul", ["x", "d"], ["y"], {})],
                 {"x": (1, ["n", k])}, {"y": (1, ["n", n])}, {"w": packed("w", "i4", w), "s": np.float32(0.5)})
    save(load(path), path, save_as_external_data=True, location="beside.data", size_threshold=0)
    wanted = floats.matmul(x, w.astype(np.float32) * np.float32(0.5))
    assert (evaluate(folder, path, x=x[:1])["y"] == wanted[:1]).all()
    run(harness.PITH, "compile", path, "-o", folder / "batched", "--target=reference", "--dim", "n=1..4", "--name=m")
    manifest = json.loads((folder / "batched" / "m.manifest.json").read_text())
    assert k * n // 2 <= manifest["weights"]["bytes"] <= k * n // 2 + 64, manifest["weights"]
    np.savez(folder / "three.npz", x=x)
    run(harness.PITH, "run", folder / "batched", "--inputs", folder / "three.npz", "--outputs", folder / "three_out.npz")
    assert (np.load(folder / "three_out.npz")["y"] == wanted).all()


def test_packed_weights_elsewhere(folder):
    """A convolution, a table that is gathered from, and a matrix that two read,
    transposed in one."""
    import floats
    import numpy as np

    generator = np.random.default_rng(4)
    f, t, m = (generator.integers(-8, 8, shape) for shape in ((32, 16, 3, 3), (300, 64), (64, 64)))
    s = generator.uniform(0.1, 0.2, 32).astype(np.float32)
    x, v = generator.standard_normal((1, 16, 6, 6)).astype(np.float32), generator.standard_normal((2, 64)).astype(np.float32)
    rows = np.array([0, 299, 7, 7], np.int64)
    nodes = [("DequantizeLinear", ["f", "s"], ["fd"], {"axis": 0}), ("Conv", ["x", "fd"], ["conv"], {}),
             ("DequantizeLinear", ["t", "one"], ["td"], {}), ("Gather", ["td", "rows"], ["gathered"], {"axis": 0}),
             ("DequantizeLinear", ["m", "one"], ["md"], {}), ("Transpose", ["md"], ["mt"], {"perm": [1, 0]}),
             ("MatMul", ["v", "md"], ["plain"], {}), ("MatMul", ["v", "mt"], ["turned"], {})]
    path = model(folder, "elsewhere", nodes, {"x": (1, x.shape), "v": (1, v.shape), "rows": (7, rows.shape)},
                 {"conv": (1, [1, 32, 4, 4]), "gathered": (1, [4, 64]), "plain": (1, [2, 64]), "turned": (1, [2, 64])},
                 {"f": packed("f", "i4", f), "t": packed("t", "i4", t), "m": packed("m", "i4", m), "s": s, "one": np.float32(0.5)})
    got = evaluate(folder, path, x=x, v=v, rows=rows)
    filters = f.astype(np.float32) * s[:, None, None, None]
    conv = floats.conv(x.transpose(0, 2, 3, 1), filters.transpose(0, 2, 3, 1), None, strides=[1, 1], low=[0, 0], high=[0, 0],
                       dilations=[1, 1], groups=1).transpose(0, 3, 1, 2)
    half = m.astype(np.float32) * np.float32(0.5)
    for name, expected in {"conv": conv, "gathered": t[rows].astype(np.float32) * np.float32(0.5),
                           "plain": floats.matmul(v, half), "turned": floats.matmul(v, half.T)}.items():
        assert (got[name] == expected).all(), name
    weights, _ = weights_of(folder, path)
    exact = (f.size + t.size + m.size) // 2 + s.nbytes
    assert exact <= weights <= exact + 512, (weights, exact)


def refused(folder, path, *words):
    """An error that names the file and the node, and a note that helps."""
    process = subprocess.run([str(harness.PITH), "compile", str(path), "-o", str(folder / "o"), "--target=reference"],
                             capture_output=True, text=True)
    assert process.returncode in (3, 4), (path.name, process)
    assert not (folder / "o").exists(), path.name
    for word in (path.name, "note: ", *words):
        assert word in process.stderr, (path.name, word, process.stderr)


def test_broken_files(folder):
    import numpy as np

    f32, i8, u8, infinity = np.float32, np.int8, np.uint8, np.float32(np.inf)
    shape, blocks = [2, 6], np.ones((2, 4), f32)
    for name, constants, attributes, words in [
            ("zero", {"s": f32(0)}, {}, "above 0 and finite, got 0"),
            ("negative", {"s": f32(-0.5)}, {}, "above 0 and finite, got -0.5"),
            ("nan", {"s": f32([1, 1, np.nan, 1, 1, 1])}, {}, "got NaN at entry 2"),
            ("infinite", {"s": infinity}, {}, "got +Inf"),
            ("large", {"s": np.where(np.arange(1200) == 1100, -1, 1).astype(f32).reshape(2, 600)}, {"block_size": 2},
             "got -1 at entry 1100"),
            ("scale_type", {"s": np.int32(1)}, {}, "expected a scale of f32, f16 or bf16, got i32"),
            ("point_type", {"s": f32(1), "z": i8(0)}, {}, "expected a result of i8"),
            ("point_dtype", {"s": f32(1), "z": u8(0)}, {"output_dtype": 3}, "expected a zero point of output_dtype i8, got u8"),
            ("point_shape", {"s": f32([1] * 6), "z": u8([0])}, {}, "expected a zero point of the scale's shape [6], got [1]"),
            ("axis", {"s": f32([1, 1])}, {"axis": 5}, "expected an axis of a tensor of rank 2, got 5"),
            ("count", {"s": f32([1, 1, 1])}, {}, "expected 1 or 6 scales along axis 1, got shape [3]"),
            ("block", {"s": blocks}, {"block_size": 4}, "expected scales of shape [2x2] for blocks of 4"),
            ("block_rank", {"s": f32([1, 1, 1])}, {"block_size": 2}, "expected scales of rank 2"),
            ("block_sign", {"s": blocks}, {"block_size": -2}, "expected a block_size of 0 or more, got -2")]:
        data = [2, 1200] if name == "large" else shape
        path = model(folder, name, [("QuantizeLinear", ["x", *constants], ["y"], attributes)], {"x": (1, data)},
                     {"y": (2, data)}, constants, 21)
        refused(folder, path, f"node '{name}_0' (QuantizeLinear)", words)
    for name, kind, constants, words in [("point_of_i32", 6, {"s": f32(1), "z": np.int32(3)}, "expected a zero point of 0"),
                                         ("codes", 7, {"s": f32(1)}, "int64"), ("points", 2, {"s": f32(1), "z": i8(0)}, "int8")]:
        path = model(folder, name, [("DequantizeLinear", ["x", *constants], ["y"], {})], {"x": (kind, shape)},
                     {"y": (1, shape)}, constants, 21)
        refused(folder, path, f"{name}_0", "DequantizeLinear", words)


def test_reserved_domain(folder):
    from onnx import helper, load, save

    path = model(folder, "domain", [("Identity", ["x"], ["y"], {})], {"x": (2, [4])}, {"y": (2, [4])})
    saved = load(path)
    saved.graph.node[0].domain, saved.graph.node[0].op_type = "pith.reader", "PackedConstant"
    saved.opset_import.append(helper.make_opsetid("pith.reader", 1))
    save(saved, path)
    refused(folder, path, "node 'domain_0' (PackedConstant)", "is reserved")


def test_broken_operators(folder):
    import numpy as np

    f32, i8, u8 = np.float32, np.int8, np.uint8
    conv = {"xs": f32(1), "xz": u8(0), "w": np.ones((4, 3, 3, 3), i8), "ws": f32(1), "wz": i8(0), "ys": f32(1), "yz": u8(0)}
    for name, changed, words in [("w_scales", {"ws": f32([1, 1])}, "w_scale"), ("w_points", {"wz": i8([1, 1, 1])}, "w_zero_point"),
                                 ("w_scale", {"ws": f32([1, 1, 0, 1])}, "expected w_scale above 0 and finite, got 0 at entry 2"),
                                 ("w_type", {"w": np.ones((4, 3, 3, 3), f32)}, "w"), ("w_point", {"wz": u8(0)}, "u"),
                                 ("x_point", {"xz": i8(0)}, "x"), ("x_scales", {"xs": f32([1, 1, 1])}, "x_scale")]:
        constants = {**conv, **changed}
        path = model(folder, "conv_" + name, [("QLinearConv", ["x", *constants], ["y"], {})], {"x": (2, [1, 3, 8, 8])},
                     {"y": (2, [1, 4, 6, 6])}, constants, 13)
        refused(folder, path, f"conv_{name}_0", "QLinearConv", words)
    matmul = {"as": f32(1), "az": u8(0), "b": np.ones((6, 4), i8), "bs": f32(1), "bz": i8(0), "ys": f32(1), "yz": u8(0)}
    for name, changed, words in [("b_scales", {"bs": f32([1, 1, 1])}, "b_scale"), ("b_type", {"b": np.ones((6, 4), np.int16)}, "b"),
                                 ("b_point", {"bz": u8(0)}, "b_zero_point"), ("y_scale", {"ys": f32(np.nan)}, "y_scale above 0")]:
        constants = {**matmul, **changed}
        path = model(folder, "matmul_" + name, [("QLinearMatMul", ["x", *constants], ["y"], {})], {"x": (2, [2, 6])},
                     {"y": (2, [2, 4])}, constants, 21)
        refused(folder, path, f"matmul_{name}_0", "QLinearMatMul", words)


if __name__ == "__main__":
    harness.main(globals())
