#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""--arena=small: less memory, and the same bits on every machine with any number of threads."""
import json
import re
import subprocess

from support import harness
from support.harness import run

CPUS = ("baseline", "avx2", "avx512bw", "avx512vnni")


def network(folder, count=1):
    """Windows of 3 and 5 rows with strides 1 and 2, a sum, and padding on all sides or below
    alone; heights with few and many divisors."""
    import numpy as np
    from onnx import TensorProto, checker, helper, numpy_helper, save

    draw = np.random.default_rng(5)
    nodes, weights = [], []

    def conv(source, name, shape, stride=1, pads=0, clip=True):
        scale = np.sqrt(2 / np.prod(shape[1:]))
        weights.append(numpy_helper.from_array((draw.standard_normal(shape) * scale).astype(np.float32), f"{name}.w"))
        weights.append(numpy_helper.from_array((draw.standard_normal(shape[0]) / 8).astype(np.float32), f"{name}.b"))
        groups = shape[0] if shape[1] == 1 else 1
        pads = pads if isinstance(pads, list) else [pads] * 4
        nodes.append(helper.make_node("Conv", [source, f"{name}.w", f"{name}.b"], [name], name, group=groups,
                                      strides=[stride, stride], pads=pads))
        if clip:
            nodes.append(helper.make_node("Clip", [name, "zero", "six"], [f"{name}.c"], f"{name}.c"))
        return f"{name}.c" if clip else name

    weights += [numpy_helper.from_array(np.float32(value), name) for name, value in (("zero", 0), ("six", 6))]
    stem = conv("x", "stem", (16, 3, 3, 3), 2, 1)  # 48 rows
    first = conv(conv(stem, "a1", (16, 1, 3, 3), 1, 1), "a2", (16, 16, 1, 1), clip=False)
    wide = conv(conv(first, "b1", (96, 16, 1, 1)), "b2", (96, 1, 5, 5), 2, [1, 1, 2, 2])  # 24 rows
    second = conv(wide, "b3", (32, 96, 1, 1), clip=False)
    third = conv(conv(conv(second, "c1", (96, 32, 1, 1)), "c2", (96, 1, 3, 3), 1, 1), "c3", (32, 96, 1, 1), clip=False)
    nodes.append(helper.make_node("Add", [second, third], ["sum"], "sum"))
    last = conv(conv("sum", "d1", (64, 32, 1, 1)), "d2", (64, 1, 3, 3), 1, [0, 1, 2, 1])
    nodes.append(helper.make_node("GlobalAveragePool", [last], ["pooled"], "pooled"))
    nodes.append(helper.make_node("Flatten", ["pooled"], ["y"], "flat"))
    graph = helper.make_graph(nodes, "rows", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [count, 3, 96, 80])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [count, 64])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    path = folder / f"rows{count}.onnx"
    save(model, path)
    return path


def networks(folder):
    """In floats, of two images at once too, and in codes."""
    import numpy as np

    from support import quantized_files

    samples = [np.random.default_rng(i).standard_normal((1, 3, 96, 80)).astype(np.float32) for i in range(4)]
    model = network(folder)
    return [(model, 1), (network(folder, 2), 2),
            (quantized_files.quantized(model, folder, samples, per_channel=True), 1)]


def machines():
    """The CPUs that this one can do as."""
    if "x86" not in subprocess.run(["uname", "-m"], capture_output=True, text=True).stdout:
        raise harness.Skip("needs an x86-64 machine")
    flags = set(re.search(r"^flags\s*: (.*)$", open("/proc/cpuinfo").read(), re.M).group(1).split())
    needs = {"baseline": set(), "avx2": {"avx2", "fma"}, "avx512bw": {"avx512bw", "avx512vl"},
             "avx512vnni": {"avx512_vnni", "avx512vl"}}
    return [cpu for cpu in CPUS if needs[cpu] <= flags]


def test_same_bits(folder):
    cpus = machines()
    for model, count in networks(folder):
        expected, inputs = folder / "expected.npz", folder / "x.npz"
        import numpy as np
        np.savez(inputs, x=np.random.default_rng(9).standard_normal((count, 3, 96, 80)).astype(np.float32))
        run(harness.PITH, "run", model, "--target=reference", "--inputs", inputs, "--outputs", expected)
        for cpu in cpus:
            bundle = folder / f"{model.stem}-{cpu}"
            run(harness.PITH, "compile", model, f"--cpu={cpu}", "--arena=small", "--name=m", "-o", bundle)
            for threads in (1, 2, 3):
                run(harness.PITH, "run", bundle, "--inputs", inputs, "--expect", expected, "--rtol=0", "--atol=0",
                    f"--threads={threads}")


def test_batch_of_run_time_size(folder):
    import numpy as np

    model, cpu = network(folder), machines()[-1]
    bounded = folder / "bounded.onnx"
    import onnx
    graph = onnx.load(model)
    for value in (*graph.graph.input, *graph.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "n"
    onnx.save(graph, bounded)
    x = np.random.default_rng(9).standard_normal((3, 3, 96, 80)).astype(np.float32)
    np.savez(folder / "x.npz", x=x)
    run(harness.PITH, "run", bounded, "--target=reference", "--dim=n=3", "--inputs", folder / "x.npz", "--outputs",
        folder / "y.npz")
    run(harness.PITH, "compile", bounded, f"--cpu={cpu}", "--dim=n=1..4", "--arena=small", "-o",
        folder / "bundle")
    run(harness.PITH, "run", folder / "bundle", "--inputs", folder / "x.npz", "--expect", folder / "y.npz", "--rtol=0",
        "--atol=0", "--threads=2")


def test_less_memory_in_every_variant(folder):
    machines()
    for model, _ in networks(folder):
        sizes = {}
        for arena in ("fast", "small"):
            bundle = folder / f"{model.stem}-{arena}"
            run(harness.PITH, "compile", model, f"--cpu={','.join(reversed(CPUS))}", f"--arena={arena}",
                "--name=m", "-o", bundle)
            manifest = json.loads((bundle / "m.manifest.json").read_text())
            sizes[arena] = {variant["name"]: sum(variant["arena"][part] for part in ("program_bytes", "scratch_bytes_per_thread"))
                            for variant in manifest["variants"]}
        # The baseline has no rows for windows on floats: they pad in place. On avx2 codes
        # are padded by copies.
        left_out = "baseline" if model.stem.startswith("rows") else "avx2"
        for cpu in set(CPUS) - {left_out}:
            fast, small = sizes["fast"][cpu], sizes["small"][cpu]
            assert small < 0.7 * fast, f"{model.stem} {cpu}: {small} of {fast} bytes"


if __name__ == "__main__":
    harness.main(globals())
