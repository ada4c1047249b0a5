#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Real networks on every target of the tree and every CPU that it names: the
same bits as Reference, of integers and floats.

The networks are in ../shared/models; without them there is nothing to test. A
CPU that this machine is not is left out, and said so. Without --full only the
networks that take a second.

example: test/Integration/networks_on_targets.py --full
"""
import json
import pathlib
import subprocess
import sys

from support import harness

harness.in_environment()

import numpy as np  # noqa: E402

from networks import networks, shared  # noqa: E402
from networks_everywhere import random_samples  # noqa: E402

FULL = "--full" in sys.argv
QUICK = {"mnist-8", "mnist_cnn_pytorch", "mnist_dynamic_int8", "resnet8_cifar10_nhwc", "byte_sb_bidi_lstm"}
MISSING = "this CPU lacks a feature"


def machines():
    """(target, CPU) of all targets but the oracle."""
    for target in json.loads(harness.run(harness.PITH, "targets", "--json")):
        if target["name"] != "reference":
            for cpu in target["cpus"]:
                yield f"--target={target['name']}", f"--cpu={cpu['name']}"


def outputs_of(model, folder, *options):
    """None where the machine cannot run the code."""
    command = [harness.PITH, "run", model, *options, "--inputs", folder / "x.npz", "--outputs", folder / "y.npz"]
    process = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=600)
    if process.returncode and MISSING in process.stderr:
        return None
    assert process.returncode == 0, f"{' '.join(map(str, command))}: {process.stderr[-2000:]}"
    with np.load(folder / "y.npz") as data:
        return {key: data[key] for key in data.files}


def same(a, b):
    """Bits; one NaN is as good as another."""
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    numbers = np.isnan(a) & np.isnan(b) if a.dtype.kind == "f" else np.zeros(a.shape, bool)
    unsigned = np.dtype(f"u{a.dtype.itemsize}")
    return bool(((a.view(unsigned) == b.view(unsigned)) | numbers).all())


def test_bits_of_reference(folder):
    places = list(machines())
    if not places:
        raise harness.Skip("no target but reference")
    if not pathlib.Path(shared).is_dir():
        raise harness.Skip("needs ../shared/models")
    ran = set()
    for path in sorted(pathlib.Path(shared).glob("*.onnx")):
        if not FULL and path.stem not in QUICK:
            continue
        dims, (low, high), _ = networks.get(path.stem, ({}, (0, 1), None))
        np.savez(folder / "x.npz", **random_samples(path, dict(dims), 1, low, high))
        options = [f"--dim={key}={size}" for key, size in dims.items()]
        expected = outputs_of(path, folder, "--target=reference", *options)
        for place in places:
            found = outputs_of(path, folder, *place, *options)
            if found is None:
                continue
            ran.add(place)
            for name, want in expected.items():
                assert same(found[name], want), f"{path.stem} {' '.join(place)}: {name} differs from reference"
    for place in sorted(set(places) - ran):
        print("left out:", *place)
    if not ran:
        raise harness.Skip("this machine runs none of the targets' CPUs")


if __name__ == "__main__":
    sys.argv = [argument for argument in sys.argv if argument != "--full"]
    harness.main(globals())
