#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A gate against getting slower that noise cannot trip.

For each network: the instructions that one NAME_run retires (valgrind counts
them), the sizes of object and arena, and what compiling costs. Instructions may
grow by 2 %, sizes not at all, against benchmarks/baselines/reference.json. Compile
time (processor seconds of pith alone) and memory have ceilings in that file, far
above what is usual, so that a slow or busy machine passes and a pass that became
quadratic does not. Networks in ../shared/models count as skipped without it.

Fewer instructions or bytes than in the file pass and are reported; --update
writes what was found, keeping the ceilings of networks that have some.

example: benchmarks/gate.py --only digits
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PITH = ROOT / "build" / "bin" / "pith"
SHARED = ROOT.parent / "shared" / "models"
BASELINE = ROOT / "benchmarks" / "baselines" / "reference.json"
NETWORKS = {
    "digits": ROOT / "models/digits/digits.onnx",
    "digits_int8": ROOT / "models/digits/digits_int8.onnx",
    "mnist-8": SHARED / "mnist-8.onnx",
    "resnet8_cifar10_nhwc": SHARED / "resnet8_cifar10_nhwc.onnx",
}
# key: how much more than the committed value is allowed
GROWTH = {"instructions": 0.02, "object_bytes": 0.0, "arena_bytes": 0.0}
CEILINGS = {"compile_cpu_seconds": "compile_cpu_seconds_ceiling", "compile_peak_mib": "compile_peak_mib_ceiling"}
TARGET = ("--target=reference", "--triple=x86_64-unknown-linux-gnu")

# Buffers hold small floats of both signs; control flow does not depend on them.
DRIVER = """#include "m.h"
#include <stdlib.h>
static void *buffer(size_t bytes) {
  float *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  size_t i;
  for (i = 0; i < bytes / sizeof *memory; ++i)
    memory[i] = (float)((int)(i * 37 %% 101) - 50) / 16;
  return memory;
}
int main(void) {
  m_inputs inputs = {0};
  m_outputs outputs = {0};
  void *arena = buffer(m_arena_size(NULL));
%s  return m_init(arena, NULL) || m_run(arena, &inputs, &outputs);
}
"""


def compile_network(model, bundle):
    """Processor seconds and the largest resident memory, in MiB, of one pith compile."""
    command = [str(PITH), "compile", str(model), "-o", str(bundle), "--name=m", *TARGET]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}\n{log.read().decode()}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def count_instructions(bundle, manifest):
    lines = [f"  {kind}.{io['identifier']} = buffer({io['bytes']});\n"
             for kind in ("inputs", "outputs") for io in manifest[kind]]
    (bundle / "driver.c").write_text(DRIVER % "".join(lines))
    compiler = shutil.which("clang-22") or "gcc"
    run(compiler, "-O1", bundle / "driver.c", bundle / "m.o", "-o", bundle / "driver")
    run("valgrind", "--tool=callgrind", "--toggle-collect=m_run", f"--callgrind-out-file={bundle}/callgrind",
        bundle / "driver")
    return int(re.search(r"^(?:totals|summary): (\d+)", (bundle / "callgrind").read_text(), re.MULTILINE)[1])


def run(*command):
    process = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit code {process.returncode}\n{process.stderr[-2000:]}")


def measure(model):
    with tempfile.TemporaryDirectory() as folder:
        bundle = pathlib.Path(folder) / "bundle"
        seconds, memory = compile_network(model, bundle)
        manifest = json.loads((bundle / "m.manifest.json").read_text())
        return {"instructions": count_instructions(bundle, manifest),
                "object_bytes": (bundle / "m.o").stat().st_size, "arena_bytes": manifest["arena"]["bytes"],
                "compile_cpu_seconds": round(seconds, 2), "compile_peak_mib": round(memory)}


def compare(name, found, expected):
    """Passed and failed checks; prints each that is not as committed."""
    passed = failed = 0
    for key, growth in GROWTH.items():
        change = found[key] / expected[key] - 1
        passed, failed = (passed, failed + 1) if change > growth else (passed + 1, failed)
        if change > growth:
            say(f"{name}: {key} grew from {expected[key]} to {found[key]} (+{change:.2%}, allowed {growth:.0%})")
        elif change < -growth:
            say(f"{name}: {key} fell from {expected[key]} to {found[key]}; --update keeps that")
    for key, ceiling in CEILINGS.items():
        above = found[key] > expected[ceiling]
        passed, failed = passed + (not above), failed + above
        if above:
            say(f"{name}: {key} is {found[key]}, above the ceiling of {expected[ceiling]}")
    return passed, failed


def say(text):
    print(text, file=sys.stderr, flush=True)


def updated(found, old):
    """Figures for the file. New ceilings are ten times the time and twice the memory."""
    values = {key: found[key] for key in GROWTH}
    for key, factor in (("compile_cpu_seconds", 10), ("compile_peak_mib", 2)):
        ceiling = CEILINGS[key]
        values[ceiling] = old.get(ceiling) or max(10, round(found[key] * factor))
    return values


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=list(NETWORKS), help="a network (repeatable)")
    parser.add_argument("--update", action="store_true", help="write what was found to the baseline")
    parser.add_argument("--pith", type=pathlib.Path, default=PITH, help="the program, default build/bin/pith")
    options = parser.parse_args()
    globals()["PITH"] = options.pith
    if not shutil.which("valgrind"):
        sys.exit("expected valgrind to count instructions with; scripts/setup installs it")
    baseline = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name in options.only or NETWORKS:
        if not NETWORKS[name].exists():
            say(f"{name}: skipped, there is no {NETWORKS[name].name} in ../shared/models")
            counts["skipped"] += 1
            continue
        found = measure(NETWORKS[name])
        say(f"{name}: {json.dumps(found)}")
        if options.update:
            baseline[name] = updated(found, baseline.get(name, {}))
        elif name not in baseline:
            say(f"{name}: not in {BASELINE.name}; run --update")
            counts["failed"] += 1
        else:
            passed, failed = compare(name, found, baseline[name])
            counts["passed"] += passed
            counts["failed"] += failed
    if options.update:
        BASELINE.write_text(json.dumps(baseline, indent=2) + "\n")
    print(json.dumps(counts))
    return 1 if counts["failed"] else 0


sys.exit(main())
