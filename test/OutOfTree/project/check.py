# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The program that uses installed headers, and the target in it; the project that
`utils/new.py target` begins, and rows that are added to it."""
import pathlib
import platform
import subprocess
import sys
import tempfile

LLVM = "/usr/lib/llvm-22"
EXPECTED = ('func.func @negate', '%0 = pith.map(%arg0 : tensor<4xf32>) -> tensor<4xf32>',
            'arith.negf', 'maps: 1', 'row: tiny.map')


# Rows that somebody adds, with no other edit: the first is sound, of the others
# one has more sums than registers and one names another instruction.
ROW = ('PITH_KERNEL({name}, .anchors = products, .skeleton = &product, .lhs = F32, .rhs = F32, .sum = F32, '
       '.needs = "+fma,+avx2", .atom = {{"{instruction}", 8, 1}}, .tiles = tile<{tile}>, .after = Map, .cost = {{0.6, 0.25, 20}})\n')
ADDED = {"sound": ("vfmadd", "5, 2", None), "spilling": ("vfmadd", "14, 4", "vectors on the stack in a loop with"),
         "misnamed": ("vpdpbusd", "6, 2", "has vpdpbusd")}


def check_target_scaffold(prefix, root, run, expect, folder):
    """Written, built, loaded; each row tested; three rows more."""
    project, built = folder / "project", folder / "built"
    run(sys.executable, root / "utils/new.py", "target", "Sample", "--out", project)
    table = project / "Kernels.def"
    table.write_text(table.read_text() + "".join(ROW.format(name=name, instruction=instruction, tile=tile)
                                                 for name, (instruction, tile, _) in ADDED.items()))
    run("cmake", "-G", "Ninja", "-S", project, "-B", built, f"-DCMAKE_PREFIX_PATH={prefix};{LLVM}",
        "-DCMAKE_C_COMPILER=clang-22", "-DCMAKE_CXX_COMPILER=clang++-22", "-DCMAKE_BUILD_TYPE=Release")
    run("ninja", "-C", built)
    load, pith, model = f"--load-target={built / 'libPithSample.so'}", prefix / "bin/pith", root / "models/digits/digits_int8.onnx"
    outputs = []
    for target in ("reference", "sample"):
        outputs.append(folder / f"{target}.npz")
        run(pith, "run", model, f"--target={target}", "--inputs=random:1", f"--outputs={outputs[-1]}", load)
    expect(outputs[0].read_bytes() == outputs[1].read_bytes(), "other bits than the reference target on the digits network")

    def rows(only):
        process = subprocess.run([sys.executable, root / "test/Rows/run.py", "--target=sample", f"--pith={pith}", load,
                                  f"--only={only}"], capture_output=True, text=True)
        return process.returncode, process.stderr

    for only in ("sample.fma", "sample.matmul", "sample.map"):
        code, text = rows(only)
        expect(code == 0, f"rows of the scaffold: {text}")
    yield "what 'new.py target Sample --out DIR' writes builds, loads, and passes the tests of its rows"
    for name, (_, _, wrong) in ADDED.items():
        code, text = rows(f"sample.{name}")
        expect(code == (1 if wrong else 0), f"the added row {name}: exit code {code}: {text}")
        expect(not wrong or wrong in text, f"expected '{wrong}' of the row {name}: {text}")
    yield "of three rows added to its table the tests pass the sound one and find what is wrong with the others"


def check(prefix, build, run, expect):
    output = run(build / "print-map")
    for line in EXPECTED:
        expect(line in output, f"expected '{line}' in:\n{output}")
    if platform.machine() != "x86_64":
        yield "the scaffold of a target: skipped, its first CPU is an x86-64"
        return
    import __main__

    root = pathlib.Path(__main__.__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory() as temporary:
        yield from check_target_scaffold(prefix, root, run, expect, pathlib.Path(temporary))
