#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a small C program with a model costs: the time from the start of its process to
the first answer, with warm files, its memory, and the sizes of object and arena.

The program includes the header, is linked to the object, prepares an arena and runs
the model once. Time is the median over processes; memory is the peak of what is
resident. Compile memory is the peak of one `pith compile`.

--assert exits with 1 where a figure is above the project's bars: 10 ms, 15 MB, an
object of at most weights + 400 kB for each variant, an arena of at most 1.10 x the
largest set of values alive at once, 1.2 GB to compile.

example: benchmarks/startup.py mobilenetv2_zoo_qdq.onnx --cpu=avx512vnni --assert
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
PITH = ROOT / "build" / "bin" / "pith"
BARS = {"first_answer_ms": 10, "resident_mb": 15, "code_kb_per_variant": 400, "arena_of_bound": 1.10, "compile_mb": 1200}

# The clock is the system's, so that the parent's reading before the start compares.
PROGRAM = """#define _GNU_SOURCE
#include "m.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void *buffer(size_t bytes) { return aligned_alloc(64, (bytes + 63) / 64 * 64); }

int main(void) {
  m_inputs inputs;
  m_outputs outputs;
  struct timespec now;
  char line[256];
  void *arena = buffer(M_ARENA_SIZE);
  FILE *status;
  memset(&inputs, 0, sizeof inputs);
%s
  if (m_init(arena, NULL) || m_run(arena, &inputs, &outputs))
    return 1;
  clock_gettime(CLOCK_MONOTONIC, &now);
  status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status))
    if (!strncmp(line, "VmHWM:", 6))
      printf("%%lld %%s", now.tv_sec * 1000000000LL + now.tv_nsec, line + 6);
  return 0;
}
"""


def compile_model(model, bundle, options):
    """The peak of resident memory, in MB."""
    process = subprocess.Popen([PITH, "compile", model, "-o", bundle, "--name=m", *options], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{model}: pith compile failed")
    return usage.ru_maxrss * 1024 / 1e6


def build(bundle, manifest):
    lines = []
    for io in manifest["inputs"]:
        lines.append(f"  inputs.{io['identifier']} = memset(buffer({io['bytes']}), 0, {io['bytes']});")
    for io in manifest["outputs"]:
        lines.append(f"  outputs.{io['identifier']} = buffer({io['bytes']});")
    (bundle / "program.c").write_text(PROGRAM % "\n".join(lines))
    program = bundle / "program"
    subprocess.run([os.environ.get("CC", "gcc"), "-O1", bundle / "program.c", bundle / "m.o", "-o", program], check=True)
    return program


def run_once(program):
    """Milliseconds to the first answer, and the peak of resident memory in MB."""
    begin = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    process = subprocess.run([program], capture_output=True, text=True, check=True)
    end, kilobytes = process.stdout.split()[:2]
    return (int(end) - begin) / 1e6, int(kilobytes) * 1024 / 1e6


def measure(model, options, runs, folder):
    bundle = pathlib.Path(folder) / "bundle"
    compile_mb = compile_model(model, bundle, options)
    manifest = json.loads((bundle / "m.manifest.json").read_text())
    if "shapes" in manifest:
        raise SystemExit("expected a model for one shape")
    program = build(bundle, manifest)
    results = [run_once(program) for _ in range(runs + 3)][3:]
    times = sorted(each for each, _ in results)
    variants = manifest.get("variants", [manifest])
    # Of several variants each has a plan: the worst share is what counts.
    bounds = [v["arena"]["program_lower_bound"] for v in variants]
    plans = [v["arena"]["program_bytes"] for v in variants]
    size = (bundle / "m.o").stat().st_size
    return {"model": pathlib.Path(model).stem, "variants": len(variants), "first_answer_ms": times[len(times) // 2],
            "first_answer_min_ms": times[0], "resident_mb": max(memory for _, memory in results),
            "object_mb": size / 1e6, "weights_mb": manifest["weights"]["bytes"] / 1e6,
            "code_kb_per_variant": (size - manifest["weights"]["bytes"]) / 1e3 / len(variants),
            "arena_mb": manifest["arena"]["bytes"] / 1e6,
            "arena_of_bound": max(plan / bound if bound else 1 for plan, bound in zip(plans, bounds)),
            "compile_mb": compile_mb}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--runs", type=int, default=30, help="processes to start (default 30)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--assert", dest="check", action="store_true", help="exit with 1 above the bars")
    args, options = parser.parse_known_args()  # the rest shapes the model
    with tempfile.TemporaryDirectory() as folder:
        result = measure(args.model, options, args.runs, folder)
    above = [key for key, bar in BARS.items() if result[key] > bar]
    if args.json:
        print(json.dumps(result | {"above": above}, indent=1))
    else:
        for key, value in result.items():
            bar = f"  (bar {BARS[key]})" if key in BARS else ""
            print(f"{key:22}{value:.2f}{bar}" if isinstance(value, float) else f"{key:22}{value}")
    if args.check and above:
        print(f"above the bar: {', '.join(above)}", file=sys.stderr)
    sys.exit(1 if args.check and above else 0)


if __name__ == "__main__":
    main()
