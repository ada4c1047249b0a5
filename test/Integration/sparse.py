#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks with zeros in their weights, from ONNX to answers.

Each is compiled with and without --sparse, for Reference and for the target that
runs on this host; codes have the same bits everywhere and in ONNX Runtime (where
its kernels do not saturate: VNNI), floats the bits of the spec's floats_c8, with
infinities and NaN among the inputs too.

example: test/Integration/sparse.py
"""
from support import harness

if __name__ == "__main__":
    harness.in_environment()

import json  # noqa: E402
import sys  # noqa: E402

import numpy as np  # noqa: E402

sys.path.append(str(harness.ROOT / "test" / "spec"))
sys.path.append(str(harness.ROOT / "test" / "Differential"))

import floats  # noqa: E402
import golden  # noqa: E402
from support import runtime, sparse_files  # noqa: E402

WAYS = [("--target=reference", "--sparse=on"), ("--target=reference", "--sparse=off"), ("--sparse=on",),
        ("--sparse=off",), ("--sparse=on", "--fusion=off"), ("--sparse=on", "--threads=3")]


def answers(model, feeds, folder, *options):
    np.savez(folder / "x.npz", **feeds)
    harness.run(harness.PITH, "run", model, "--inputs", folder / "x.npz", "--outputs", folder / "y.npz", *options)
    with np.load(folder / "y.npz") as data:
        return dict(data)


def answer(model, feeds, folder, *options):
    return answers(model, feeds, folder, *options)["y"]


def product_of(model, *options):
    report = json.loads(harness.run(harness.PITH, "inspect", model, "--json", *options))
    return next(n for n in report["nodes"] if n["op"] in ("conv", "matmul"))


def expect_kernel(model, row, *options):
    """Where this host has the row it must run the product."""
    node = product_of(model, *options)
    refused = [reason for reason in node["why_not"] if reason.startswith(row + ": ")]
    if any(": needs +" in reason for reason in refused):
        return
    if node["kernel"].startswith("reference."):
        return
    assert node["kernel"] == row, f"expected {row}, got {node['kernel']}: {node['why_not']}"


def expect_bits(got, want, what):
    same = (got == want) | (np.isnan(got) & np.isnan(want))
    same &= (np.signbit(got) == np.signbit(want)) | np.isnan(want)
    assert same.all(), f"{what}: {int((~same).sum())} of {same.size} differ"


def codes_case(folder, name, pattern, zeros, row, **shape):
    random = np.random.default_rng([61, *name.encode()])
    model = folder / f"{name}.onnx"
    sparse_files.quantized_conv(model, random, pattern, zeros, **shape)
    depth, size = shape.get("depth", 64), shape.get("size", (9, 7))
    feeds = {"x": random.uniform(-1, 6, (1, depth, *size)).astype(np.float32)}
    want = answer(model, feeds, folder, *WAYS[0])
    assert len(np.unique(want)) > 20, "expected answers of many values"
    for way in WAYS[1:]:
        expect_bits(answer(model, feeds, folder, *way), want, f"{name} {' '.join(way)}")
    if golden.has_vnni():
        expect_bits(runtime.run(runtime.session(model), feeds)["y"], want, f"{name} ONNX Runtime")
    if row:
        expect_kernel(model, row)


def test_codes(folder):
    """Blocks, and shapes around tiles: pixels 63, 16, 784 and a prime; odd depths."""
    codes_case(folder, "b14", (1, 4), 0.8, "x86.sparse.1x4")
    codes_case(folder, "b24", (2, 4), 0.8, "x86.sparse.2x4")
    codes_case(folder, "b24_zero_point", (2, 4), 0.5, "x86.sparse.2x4", relu=False)
    codes_case(folder, "b14_tile", (1, 4), 0.9, "x86.sparse.1x4", size=(28, 28), rows=20, depth=132)
    codes_case(folder, "b14_least", (1, 4), 0.7, "x86.sparse.1x4", size=(4, 4), rows=12, depth=100)
    codes_case(folder, "b24_prime", (2, 4), 0.9, "x86.sparse.2x4", size=(1, 127), rows=36, depth=256)
    codes_case(folder, "few_pixels", (1, 4), 0.8, None, size=(3, 3))
    codes_case(folder, "odd_depth", (1, 4), 0.8, None, depth=67)
    codes_case(folder, "all_zero_blocks", (2, 4), 1.0 - 1e-2, "x86.sparse.2x4", rows=16, depth=256)


def test_chains(folder):
    """Neighbours hand planes on: the pixels are turned once, and back where another
    operator reads them."""
    layers = [((1, 4), 0.8, 48), ((2, 4), 0.8, 64), ((1, 4), 0.7, 32)]
    for name, tapped, size, turns in (("chain", (), (9, 7), 1), ("tapped", (1,), (5, 16), 2)):
        random = np.random.default_rng([64, *name.encode()])
        model = folder / f"{name}.onnx"
        sparse_files.quantized_chain(model, random, layers, size=size, tapped=tapped)
        feeds = {"x": random.uniform(-2.4, 2.7, (1, 64, *size)).astype(np.float32)}
        want = answers(model, feeds, folder, *WAYS[0])
        for key in want:
            assert len(np.unique(want[key])) > 20, f"expected answers of many values, got {np.unique(want[key])}"
        for way in WAYS[1:]:
            got = answers(model, feeds, folder, *way)
            for key in want:
                expect_bits(got[key], want[key], f"{name} {key} {' '.join(way)}")
        harness.run(harness.PITH, "compile", model, "--name=net", "-o", folder / name)
        rows = [layer["row"] for layer in json.loads((folder / name / "net.manifest.json").read_text())["layers"]]
        if any(".sparse." in row for row in rows):
            assert sum(".sparse." in row for row in rows) == len(layers), rows
            assert sum(row.endswith(".turn") for row in rows) == turns, f"expected {turns} conversions: {rows}"


def test_floats(folder):
    """Absent weights take no part: an infinity beside one leaves no trace."""
    for name, shape in {"plain": {}, "tile": {"pixels": 64, "rows": 16, "depth": 64}, "no_relu": {"relu": False},
                        "prime": {"pixels": 127, "rows": 31, "depth": 97}}.items():
        random = np.random.default_rng([62, *name.encode()])
        model = folder / f"{name}.onnx"
        w, bias = sparse_files.float_matmul(model, random, 0.9, **shape)
        x = random.standard_normal((shape.get("pixels", 37), w.shape[0])).astype(np.float32)
        x[0, ::3], x[1, ::5], x[2, 1::4] = np.inf, np.nan, -np.inf
        with np.errstate(all="ignore"):
            want = floats.matmul(x, w, absent_zeros=True) + bias
        if shape.get("relu", True):
            want = floats.maximum(want, np.zeros_like(want))
        for way in (("--target=reference",), (), ("--fusion=off",), ("--threads=3",)):
            expect_bits(answer(model, {"x": x}, folder, *way), want, f"{name} {' '.join(way)}")
        expect_kernel(model, "x86.sparse.f32x512")
        finite = np.nan_to_num(x, posinf=3, neginf=-3)
        expect_bits(answer(model, {"x": finite}, folder, "--sparse=on"),
                    answer(model, {"x": finite}, folder, "--sparse=off"), f"{name} finite")


def test_report(folder):
    """Pattern and worth, per target, in the report; nothing without --sparse."""
    random = np.random.default_rng(63)
    model = folder / "report.onnx"
    sparse_files.quantized_conv(model, random, (2, 4), 0.8)
    found = product_of(model, "--target=reference")["sparsity"]
    assert found["pattern"] == "block_2x4" and 0.7 < found["absent_2x4"] < 0.9, found
    targets = {entry["target"]: entry for entry in found["targets"]}
    assert targets["reference"]["kernel"] is None and targets["reference"]["speed_up"] == 1, targets
    assert "sparsity" not in product_of(model, "--target=reference", "--sparse=off")


if __name__ == "__main__":
    harness.main(globals())
