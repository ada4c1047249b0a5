#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Copies from the corpus that long runs grew what the committed one does not reach.

usage: grow.py BUILD [TARGET...] [--bytes N]

Of BUILD/corpus/TARGET those files are taken into corpus/TARGET that add the most edges of
pith for their size, until N bytes are full (default 16384 for each target) or none adds one.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import findings
from long import shared_folder

HERE = pathlib.Path(__file__).resolve().parent
LARGEST = 1 << 11
ROOM = 64  # what a file costs beside its bytes


def edges_of(program, files, folder):
    """For each file the edges that it reaches."""
    control, sources = pathlib.Path(folder, "control"), pathlib.Path(folder, "sources")
    sources.mkdir()
    for number, path in enumerate(files):
        shutil.copy(path, sources / f"{number:06}")
    (pathlib.Path(folder) / "none").mkdir()
    result = subprocess.run([program, "-merge=1", "-set_cover_merge=1", "-use_counters=0", f"-merge_control_file={control}",
                             *findings.LIMITS, f"{folder}/none", sources], cwd=folder, env=findings.environment(folder),
                            capture_output=True, text=True, errors="replace")
    counters = re.search(r"\((\d+) inline 8-bit counters\)", result.stderr)
    if result.returncode or not counters:
        sys.exit(f"error: expected {program} to read its corpus; it said\n{result.stderr[-2000:]}")
    # Eight features belong to a counter; behind them are those of messages.
    end, reached, order = 8 * int(counters.group(1)), {}, []
    for line in control.read_text().splitlines():
        if line.startswith(str(sources)):
            order.append(files[int(pathlib.Path(line).name)])
        elif line.startswith("FT "):
            _, number, *features = line.split()
            reached[order[int(number)]] = {int(feature) for feature in features if int(feature) < end}
    return reached


def grow(target, args):
    program = args.build / "bin" / f"pith-fuzz-{target}"
    committed = sorted((HERE / "corpus" / target).iterdir())
    grown = sorted(path for path in (args.build / "corpus" / target).iterdir() if path.stat().st_size <= LARGEST)
    with tempfile.TemporaryDirectory(prefix="pith-fuzz-", dir=shared_folder()) as folder:
        reached = edges_of(program, committed + grown, folder)
    known = set().union(*(reached.get(path, set()) for path in committed))
    before, left, taken = len(known), args.bytes, 0
    candidates = {path: reached[path] - known for path in grown if path in reached}
    while candidates:
        best = max(sorted(candidates), key=lambda path: len(candidates[path]) / (path.stat().st_size + ROOM))
        size, gain = best.stat().st_size, candidates.pop(best)
        if not gain:
            break
        if size > left:
            continue
        left, taken, known = left - size, taken + 1, known | gain
        shutil.copy(best, HERE / "corpus" / target / f"grown-{best.name[:8]}")
        candidates = {path: edges - gain for path, edges in candidates.items()}
    print(f"{target}: {taken} files, {args.bytes - left} bytes, {before} edges and {len(known) - before} more", flush=True)


def main():
    known = sorted(path.name for path in (HERE / "corpus").iterdir())
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     usage=argparse.SUPPRESS)
    parser.add_argument("build", type=lambda word: pathlib.Path(word).resolve())
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--bytes", type=int, default=1 << 14, help="for each target")
    args = parser.parse_intermixed_args()
    for target in args.targets or known:
        grow(target, args)


if __name__ == "__main__":
    main()
