# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the integration tests share: commands, models, comparison of bundles.

Models: `small` is text with a convolution, pooling, a matrix and softmax;
`large` has weights that stay in the model's file (above 4 KiB each).
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = ROOT / "build"
PITH = BUILD / "bin" / "pith"
LLVM = pathlib.Path("/usr/lib/llvm-22/bin")
PYTHON = BUILD / "python" / "bin" / "python"
STAGES = ("import", "quantize", "sparsify", "schedule", "lower")


class Skip(Exception):
    """The machine lacks what a test needs."""


def need(program):
    path = shutil.which(program)
    if not path:
        raise Skip(f"needs {program}")
    return path


def run(*command, code=0, env=None, cwd=None, seconds=300):
    """Standard output; another exit code than `code` is a failure."""
    process = subprocess.run([str(c) for c in command], capture_output=True, cwd=cwd, timeout=seconds,
                             env={**os.environ, **(env or {})})
    if process.returncode != code:
        raise AssertionError(f"expected exit code {code}, got {process.returncode}: {' '.join(map(str, command))}\n"
                             + process.stdout.decode(errors="replace")[-4000:]
                             + process.stderr.decode(errors="replace")[-4000:])
    return process.stdout.decode(errors="replace")


def compile_model(model, folder, *options, **keywords):
    return run(PITH, "compile", model, "-o", folder, "--target=reference", *options, **keywords)


def files(folder):
    """Name and content of every file below a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(pathlib.Path(folder).rglob("*")) if p.is_file()}


def assert_same(a, b, what):
    left, right = files(a), files(b)
    assert left and left.keys() == right.keys(), f"{what}: {sorted(left)} and {sorted(right)}"
    for name in left:
        assert left[name] == right[name], f"{what}: {name} differs"


def small_model(folder):
    return pathlib.Path(__file__).parent / "small.onnxtxt"


def large_model(folder):
    """Two matrices of 16 KiB and a convolution of 9 KiB, all from formulas."""
    import numpy as np
    from onnx import TensorProto, checker, helper, numpy_helper, save

    def weights(name, shape, step):
        count = int(np.prod(shape))
        values = ((np.arange(count, dtype=np.int64) * step) % 251 - 125) / np.float32(500)
        return numpy_helper.from_array(values.astype(np.float32).reshape(shape), name)

    nodes = [helper.make_node("Conv", ["x", "w"], ["c"], "conv1", pads=[1, 1, 1, 1], strides=[2, 2]),
             helper.make_node("Relu", ["c"], ["r"], "relu1"),
             helper.make_node("Reshape", ["r", "s"], ["f"], "flatten1"),
             helper.make_node("MatMul", ["f", "m1"], ["h"], "matmul1"),
             helper.make_node("Tanh", ["h"], ["t"], "tanh1"),
             helper.make_node("Gemm", ["t", "m2", "b"], ["g"], "gemm1", transB=1),
             helper.make_node("Softmax", ["g"], ["y"], "softmax1", axis=1)]
    graph = helper.make_graph(
        nodes, "large", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 16, 4, 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 64])],
        [weights("w", (16, 16, 3, 3), 7), weights("m1", (64, 64), 11), weights("m2", (64, 64), 13),
         weights("b", (64,), 17), numpy_helper.from_array(np.array([1, 64], np.int64), "s")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    path = pathlib.Path(folder) / "large.onnx"
    save(model, path)
    return path


MODELS = (small_model, large_model)


def in_environment():
    """Starts again under the project's Python when this is another one."""
    if pathlib.Path(sys.prefix) != PYTHON.parent.parent and PYTHON.exists():
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def run_all(tests):
    """Runs functions by name, each with a folder of its own; what one returns is printed. The exit code."""
    failed = skipped = passed = 0
    for name, test in tests.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                said = test(pathlib.Path(folder))
                passed += 1
                print(f"passed {name}: {said}" if said else f"passed {name}", flush=True)
            except Skip as reason:
                skipped += 1
                print(f"skipped {name}: {reason}", flush=True)
            except Exception:
                failed += 1
                print(f"FAILED {name}\n{traceback.format_exc()}", flush=True)
    return 1 if failed or not passed + skipped else 77 if not passed else 0


def main(namespace):
    """Runs every function called test_*, or those that the command line names."""
    in_environment()
    chosen = sys.argv[1:]
    sys.exit(run_all({name: test for name, test in namespace.items()
                      if name.startswith("test_") and (not chosen or name in chosen)}))
