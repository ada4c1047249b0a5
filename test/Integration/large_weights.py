#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A network with 1 GiB of external weights compiles in at most 400 MiB.

Convolutions and matrix products, so that weights are transposed on their way.
What counts is anonymous memory: pages of the mapped model file are the
system's to drop. A smaller size (--mib) is for trying the test itself.
"""
import argparse
import math
import os
import subprocess
import sys
import tempfile
import time

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
python = os.path.join(root, "build", "python", "bin", "python")
if os.path.exists(python) and os.path.realpath(sys.prefix) != os.path.realpath(
        os.path.join(root, "build", "python")):
    os.execv(python, [python] + sys.argv)

import numpy as np
import onnx
from onnx import TensorProto, helper

pith = os.path.join(root, "build", "bin", "pith")
limit_mib = 400


def tensor(name, shape, offset, folder, generator):
    """An initializer whose bytes are appended to weights.bin."""
    count = int(np.prod(shape))
    with open(os.path.join(folder, "weights.bin"), "ab") as file:
        for start in range(0, count, 1 << 22):
            size = min(1 << 22, count - start)
            file.write(generator.standard_normal(size, dtype=np.float32).tobytes())
    value = TensorProto(name=name, dims=shape, data_type=TensorProto.FLOAT,
                        data_location=TensorProto.EXTERNAL)
    for key, text in {"location": "weights.bin", "offset": offset, "length": count * 4}.items():
        value.external_data.add(key=key, value=str(text))
    return value, offset + count * 4


def network(folder, mib):
    """conv 3x3 (transposed to channels last) and Gemm with transB, half each."""
    generator = np.random.default_rng(3)
    layers = 8
    elements = mib * (1 << 20) // 4 // layers
    channels = math.ceil((elements / 9) ** 0.5)
    width = math.ceil((elements * (layers // 2) / (layers // 2 - 1)) ** 0.5)  # the first one is narrow
    weights, nodes, offset, value = [], [], 0, "x"
    for index in range(layers // 2):
        weight, offset = tensor(f"c{index}", [channels, channels, 3, 3], offset, folder, generator)
        weights.append(weight)
        nodes.append(helper.make_node("Conv", [value, weight.name], [f"v{index}"], f"conv{index}",
                                      pads=[1, 1, 1, 1]))
        value = f"v{index}"
    nodes.append(helper.make_node("GlobalAveragePool", [value], ["pooled"], "pool"))
    nodes.append(helper.make_node("Flatten", ["pooled"], ["flat"], "flatten"))
    value, inner = "flat", channels
    for index in range(layers // 2):
        weight, offset = tensor(f"g{index}", [width, inner], offset, folder, generator)
        weights.append(weight)
        nodes.append(helper.make_node("Gemm", [value, weight.name], [f"w{index}"], f"gemm{index}",
                                      transB=1))
        value, inner = f"w{index}", width
    graph = helper.make_graph(
        nodes, "large", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, channels, 1, 1])],
        [helper.make_tensor_value_info(value, TensorProto.FLOAT, [1, width])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    onnx.save(model, os.path.join(folder, "large.onnx"))
    return offset


def peak_anonymous(command):
    """Runs a command; the largest anonymous resident memory that was seen, in MiB."""
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    peak = 0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status") as status:
                for line in status:
                    if line.startswith("RssAnon:"):
                        peak = max(peak, int(line.split()[1]) // 1024)
        except OSError:
            pass
        time.sleep(0.005)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {process.returncode}\n{process.stderr.read()}")
    return peak


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=1024)
    mib = parser.parse_args().mib
    with tempfile.TemporaryDirectory() as folder:
        size = network(folder, mib)
        bundle = os.path.join(folder, "bundle")
        begin = time.monotonic()
        peak = peak_anonymous([pith, "compile", os.path.join(folder, "large.onnx"), "-o", bundle,
                               "--target=reference", "--weights=file", "--name=large"])
        written = os.path.getsize(os.path.join(bundle, "large.weights"))
        print(f"{size >> 20} MiB of weights, {peak} MiB of anonymous memory, "
              f"{time.monotonic() - begin:.1f} s")
        assert written >= 0.95 * size, f"{written} bytes of weights were written"
        assert peak <= limit_mib, f"more than {limit_mib} MiB"


if __name__ == "__main__":
    main()
