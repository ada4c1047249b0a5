#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What pith evaluate adds to the model's own time and memory.

500 photographs through a network: the whole command, which compiles, decodes,
preprocesses and scores, takes at most 1.2 times its 500 inferences and less than
300 MB. The time of an inference is that of the runs themselves, so a busy
machine slows both sides; what pith bench measures just before is printed too.
Needs ../shared.

example: benchmarks/evaluate.py --limit 100
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
PITH = ROOT / "build" / "bin" / "pith"
SHARED = ROOT.parent / "shared"
MODEL, DATA = SHARED / "models" / "mobilenetv2-12-qdq.onnx", SHARED / "data" / "imagenet500"
RATIO, MEGABYTES = 1.2, 300


def measure(command):
    """JSON on standard output, seconds, and the peak of resident memory in MB."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"error: exit code {process.returncode}: {' '.join(command)}")
    return json.loads(output), time.monotonic() - begin, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, default=500, help="images (default 500)")
    parser.add_argument("--target", default="reference")
    arguments = parser.parse_args()
    for path in (MODEL, DATA):
        if not path.exists():
            print(f"skipped: needs ../shared/{path.relative_to(SHARED)}")
            return 77
    bench, _, _ = measure([str(PITH), "bench", str(MODEL), "--seconds=5", "--json", f"--target={arguments.target}"])
    result, seconds, megabytes = measure(
        [str(PITH), "evaluate", str(MODEL), "--data", str(DATA), "--preprocess=imagenet", "--json",
         f"--limit={arguments.limit}", f"--target={arguments.target}"])
    inferences = result["n"] * result["mean_ms"] / 1000
    ratio = seconds / inferences
    print(f"{result['n']} images, top-1 {result['metrics']['top1']:.3f}: {seconds:.1f} s, {ratio:.3f} of the "
          f"inferences' {inferences:.1f} s (at most {RATIO}); {megabytes:.0f} MB (less than {MEGABYTES})")
    print(f"an inference: {result['mean_ms']:.1f} ms on average, {bench['median_ms']:.1f} ms in pith bench")
    return 0 if ratio <= RATIO and megabytes < MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
