#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Installs the build into an empty folder, builds the project beside this file
against it, and runs what it made. Nothing of the tree may be needed."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build"
LLVM = "/usr/lib/llvm-22"
HEADERS = ("Target/Target.h", "Version.h", "dialects/Pith/PithOps.h", "dialects/Pith/PithOps.td",
           "dialects/Pith/PithOps.h.inc", "dialects/Onnx/OnnxOps.h.inc")
EXPECTED = ('func.func @negate', '%0 = pith.map(%arg0 : tensor<4xf32>) -> tensor<4xf32>',
            'arith.negf', 'maps: 1', 'row: tiny.map')


def run(*command):
    process = subprocess.run([str(c) for c in command], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit code {process.returncode}\n"
                 f"{process.stdout[-4000:]}{process.stderr[-4000:]}")
    return process.stdout


def expect(condition, message):
    if not condition:
        sys.exit(message)


def main():
    with tempfile.TemporaryDirectory() as folder:
        prefix, source, build = (pathlib.Path(folder) / name for name in ("prefix", "source", "build"))
        run("cmake", "--install", BUILD, "--prefix", prefix)
        for header in HEADERS:
            expect((prefix / "include/pith" / header).is_file(), f"include/pith/{header} is not installed")
        for path in prefix.rglob("*.cmake"):
            expect(str(BUILD.parent) not in path.read_text(), f"{path.name} names the source tree")
        expect("pith-conformance" not in {p.name for p in (prefix / "bin").iterdir()}, "a test's program is installed")

        # Installed programs run, and find the core that was installed with them.
        run(prefix / "bin/pith", "--help")
        libraries = run("ldd", prefix / "bin/pith-opt")
        expect(str(BUILD) not in libraries, f"pith-opt uses the build folder:\n{libraries}")
        listed = run(prefix / "bin/pith", "targets")
        expect("reference" in listed, f"expected the reference target, got {listed}")

        shutil.copytree(HERE / "project", source)
        run("cmake", "-G", "Ninja", "-S", source, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix};{LLVM}",
            "-DCMAKE_C_COMPILER=clang-22", "-DCMAKE_CXX_COMPILER=clang++-22", "-DCMAKE_BUILD_TYPE=Release")
        run("ninja", "-C", build)
        output = run(build / "print-map")
        for line in EXPECTED:
            expect(line in output, f"expected '{line}' in:\n{output}")
    print("built against the installed package")


main()
