#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The pool that comes with bundles: every item once, with and without a checker of
data races, with more threads than cores."""
from support import harness
from support.harness import ROOT, need, run

SOURCES = (harness.pathlib.Path(__file__).parent / "support" / "pool.c", ROOT / "runtime" / "pith_threads.c")


def build(folder, compiler, *flags):
    run(compiler, "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror", *flags, f"-I{ROOT / 'runtime'}", *SOURCES,
        "-o", folder / "pool", "-lpthread")
    return folder / "pool"


def test_every_item_once(folder):
    program = build(folder, need("gcc"))
    for threads in (1, 2, 3, 8, 64):
        run(program, threads, 20000 if threads < 8 else 3000)


def test_no_race(folder):
    program = build(folder, "clang-22", "-g", "-fsanitize=thread")
    for threads in (2, 3, 8):
        run("setarch", "-R", program, threads, 3000)


if __name__ == "__main__":
    harness.main(globals())
