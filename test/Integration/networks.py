#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Nine real networks, from ONNX to the emitted object.

For each: the answers agree with ONNX Runtime to 1e-4 of the largest magnitude
(and with stored reference data where there is some), the object calls nothing
but memcpy and memset, has no writable data, and the arena is at most 1.10 times
the bound that utils/arena_bound.py computes from the ONNX graph.

The networks are in ../shared/models; without it there is nothing to test, and
the test says so. With --table FILE the measured figures are written as well.

example: test/Integration/networks.py --only mnist-8
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
python = os.path.join(root, "build", "python", "bin", "python")
if os.path.exists(python) and os.path.realpath(sys.prefix) != os.path.realpath(
        os.path.join(root, "build", "python")):
    os.execv(python, [python] + sys.argv)

import numpy as np
import onnxruntime

shared = os.path.join(os.path.dirname(root), "shared", "models")
pith = os.path.join(root, "build", "bin", "pith")
tolerance = 1e-4  # of the largest magnitude of an output

# name: (symbolic dimensions, range of the inputs, reference data)
networks = {
    "mnist-8": ({}, (0, 255), None),
    "mnist_cnn_pytorch": ({}, (-1, 1), None),
    "resnet8_cifar10_nhwc": ({}, (0, 255), ("resnet8_cifar10_nhwc/input_sample.npy", None)),
    "mcunet_fp32": ({}, (-1, 1), ("mcunet_fp32/inputs.npz", "mcunet_fp32/outputs.npz")),
    "super_resolution_sub_pixel_cnn": ({}, (0, 1), None),
    "ultraface_RFB_320": ({}, (-1, 1), None),
    "vittracker": ({}, (-2, 2), None),
    "yolox_nano_416": ({}, (0, 255), None),
    "byte_sb_bidi_lstm": ({"length": 24}, (0, 255), ("byte_sb_bidi_lstm/io.npz", None)),
}


def run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True, **options)
    if result.returncode:
        raise AssertionError(f"{' '.join(command)}: exit {result.returncode}\n{result.stderr}")
    return result.stdout


def random_inputs(session, dims, low, high):
    generator = np.random.default_rng(7)
    feeds = {}
    for value in session.get_inputs():
        shape = [dims.get(d, 1) if isinstance(d, str) or d is None else d for d in value.shape]
        draw = generator.uniform(low, high, shape)
        feeds[value.name] = draw.astype(np.uint8 if "uint8" in value.type else np.float32)
    return feeds


def compare(name, actual, expected):
    """The largest difference, as a share of the largest magnitude."""
    worst = 0.0
    for key, want in expected.items():
        got = actual[key]
        assert got.shape == want.shape, f"{name}: {key} has shape {got.shape}, not {want.shape}"
        scale = float(np.max(np.abs(want))) or 1.0
        worst = max(worst, float(np.max(np.abs(got.astype(np.float64) - want))) / scale)
    assert worst <= tolerance, f"{name}: differs by {worst:.2e} of the largest magnitude"
    return worst


def run_pith(model, feeds, dim_options, folder):
    np.savez(os.path.join(folder, "x.npz"), **feeds)
    run(pith, "run", model, "--target=reference", *dim_options, "--inputs",
        os.path.join(folder, "x.npz"), "--outputs", os.path.join(folder, "y.npz"))
    with np.load(os.path.join(folder, "y.npz")) as data:
        return {key: data[key] for key in data.files}


def reference_case(session, entry):
    """Stored inputs, and stored outputs where there are some."""
    inputs_file, outputs_file = entry
    names = [value.name for value in session.get_inputs()]
    outputs = [value.name for value in session.get_outputs()]
    data = np.load(os.path.join(shared, "refdata", inputs_file))
    if isinstance(data, np.ndarray):
        return {names[0]: data}, None
    arrays = {key: data[key] for key in data.files}
    feeds = {n: arrays[n] for n in names if n in arrays} or {names[0]: arrays[list(arrays)[0]]}
    expected = {n: arrays[n] for n in outputs if n in arrays} or None
    if outputs_file:
        stored = np.load(os.path.join(shared, "refdata", outputs_file))
        keys = list(stored.files)
        expected = {n: stored[n if n in keys else keys[i]] for i, n in enumerate(outputs)}
    return feeds, expected


def check_object(name, bundle, identifier):
    path = os.path.join(bundle, identifier + ".o")
    undefined = {line.split()[-1] for line in run("nm", "-u", path).splitlines()}
    assert undefined <= {"memcpy", "memset"}, f"{name}: the object calls {sorted(undefined)}"
    for line in run("size", "-A", path).splitlines():
        fields = line.split()
        if fields and fields[0].startswith((".data", ".bss", ".tdata", ".tbss")) and \
                not fields[0].startswith(".data.rel.ro"):
            assert int(fields[1]) == 0, f"{name}: {fields[0]} has {fields[1]} bytes"


def check(name, folder):
    dims, (low, high), reference = networks[name]
    model = os.path.join(shared, name + ".onnx")
    dim_options = [f"--dim={key}={value}" for key, value in dims.items()]
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    outputs = [value.name for value in session.get_outputs()]
    cases = [(random_inputs(session, dims, low, high), None)]
    if reference:
        cases.append(reference_case(session, reference))
    worst = 0.0
    for feeds, stored in cases:
        sizes = [f"--dim={d}={feeds[v.name].shape[i]}" for v in session.get_inputs()
                 for i, d in enumerate(v.shape) if isinstance(d, str)]
        actual = run_pith(model, feeds, sizes or dim_options, folder)
        worst = max(worst, compare(name, actual, dict(zip(outputs, session.run(outputs, feeds)))))
        if stored:
            worst = max(worst, compare(name, actual, stored))
    bundle = os.path.join(folder, "bundle")
    run(pith, "compile", model, "-o", bundle, "--name=net", "--target=reference", *dim_options)
    check_object(name, bundle, "net")
    with open(os.path.join(bundle, "net.manifest.json")) as file:
        arena = json.load(file)["arena"]["program_bytes"]
    bound = json.loads(run(sys.executable, os.path.join(root, "utils", "arena_bound.py"), model,
                           "--json", *dim_options))["bytes"]
    assert arena <= 1.10 * bound, f"{name}: arena of {arena} bytes, the bound is {bound}"
    return {"network": name, "difference": worst, "arena": arena, "bound": bound,
            "ratio": arena / bound, "object": os.path.getsize(os.path.join(bundle, "net.o"))}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=list(networks))
    parser.add_argument("--table", metavar="FILE")
    arguments = parser.parse_args()
    if not os.path.isdir(shared):
        print("skipped: ../shared/models is not there")
        return 77
    rows, failures = [], 0
    for name in arguments.only or networks:
        with tempfile.TemporaryDirectory() as folder:
            try:
                row = check(name, folder)
            except (AssertionError, KeyError, OSError) as error:
                failures += 1
                print(f"FAIL {name}: {error}", flush=True)
                continue
        rows.append(row)
        print("pass {network}: differs by {difference:.1e}, arena {arena} = {ratio:.3f} of the "
              "bound, object {object}".format(**row), flush=True)
    if arguments.table:
        with open(arguments.table, "w") as file:
            json.dump(rows, file, indent=1)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
