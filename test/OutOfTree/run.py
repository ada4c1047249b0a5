#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Installs the build into an empty folder, builds each project beside this file
against it, and runs the project's check.py. Nothing of the tree may be needed.

A project is a folder with a CMakeLists.txt and a check.py that has a function
check(prefix, build, run, expect): where pith is installed, where the project was
built, and the two functions of the same names below.

example: test/OutOfTree/run.py --only Accel
"""
import argparse
import importlib.util
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build"
LLVM = "/usr/lib/llvm-22"
HEADERS = ("Target/Target.h", "Target/Plugin.h", "Version.h", "dialects/Pith/PithOps.h",
           "dialects/Pith/PithOps.td", "dialects/Pith/PithOps.h.inc", "dialects/Onnx/OnnxOps.h.inc")


def run(*command, code=0, errors=False):
    """Standard output, or standard error; another exit code than `code` is a failure."""
    process = subprocess.run([str(c) for c in command], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if process.returncode != code:
        sys.exit(f"{' '.join(map(str, command))}: exit code {process.returncode}, expected {code}\n"
                 f"{process.stdout[-4000:]}{process.stderr[-4000:]}")
    return process.stderr if errors else process.stdout


def expect(condition, message):
    if not condition:
        sys.exit(message)


def check_installed(prefix):
    for header in HEADERS:
        expect((prefix / "include/pith" / header).is_file(), f"include/pith/{header} is not installed")
    for path in prefix.rglob("*.cmake"):
        expect(str(ROOT) not in path.read_text(), f"{path.name} names the source tree")
    expect("pith-conformance" not in {p.name for p in (prefix / "bin").iterdir()}, "a test's program is installed")

    # Installed programs run, and find the core that was installed with them.
    run(prefix / "bin/pith", "--help")
    libraries = run("ldd", prefix / "bin/pith-opt")
    expect(str(BUILD) not in libraries, f"pith-opt uses the build folder:\n{libraries}")
    listed = run(prefix / "bin/pith", "targets")
    expect("reference" in listed, f"expected the reference target, got {listed}")


def check_project(project, prefix, folder):
    source, build = folder / "source", folder / "build"
    shutil.copytree(project, source)
    run("cmake", "-G", "Ninja", "-S", source, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix};{LLVM}",
        "-DCMAKE_C_COMPILER=clang-22", "-DCMAKE_CXX_COMPILER=clang++-22", "-DCMAKE_BUILD_TYPE=Release")
    run("ninja", "-C", build)
    spec = importlib.util.spec_from_file_location(project.name, source / "check.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for line in module.check(prefix, build, run, expect) or []:
        print(f"{project.name}: {line}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="S", default="", help="only projects whose names contain S")
    args = parser.parse_args()
    projects = [p.parent for p in sorted(HERE.glob("*/CMakeLists.txt")) if args.only in p.parent.name]
    expect(projects, f"no project is called '{args.only}'")
    with tempfile.TemporaryDirectory() as folder:
        prefix = pathlib.Path(folder) / "prefix"
        run("cmake", "--install", BUILD, "--prefix", prefix)
        check_installed(prefix)
        for project in projects:
            check_project(project, prefix, pathlib.Path(folder) / project.name)
    print(f"{len(projects)} projects work with the installed package")


main()
