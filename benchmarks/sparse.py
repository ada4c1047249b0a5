#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What zeros in weights are worth: products with and without --sparse, in one run.

One matrix product per shape and share of zeros, u8 codes by s8 weights in blocks,
or f32 without blocks; codes in and out. Times are the least of several rounds, of
which each runs all ways one after the other. The share of the peak is that of
the instructions on stored weights; the peak is measured in the same run.

usage: sparse.py [--shapes 512x128x784,...] [--zeros 0.8,0.9] [--rounds 5] [--json]

example: benchmarks/sparse.py --shapes 512x128x784 --zeros 0.9
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PYTHON = ROOT / "build" / "python" / "bin" / "python"
if PYTHON.exists() and pathlib.Path(sys.prefix) != PYTHON.parent.parent:
    os.execv(PYTHON, [str(PYTHON), *sys.argv])

sys.path.append(str(ROOT / "test" / "Integration"))

import numpy as np  # noqa: E402

from support import sparse_files  # noqa: E402

PITH = ROOT / "build" / "bin" / "pith"
PATTERNS = {"1x4": (1, 4), "2x4": (2, 4), "f32": (1, 1)}

PEAK = r"""
#include <immintrin.h>
#include <stdio.h>
#include <time.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + 1e-9 * t.tv_nsec; }
int main(void) {
  double best[2] = {0, 0};
  for (int round = 0; round < 20; ++round) {
    __m512i a[16], x = _mm512_set1_epi32(1), y = x; __m512 f[16], u = _mm512_set1_ps(1), v = u;
    __asm__ volatile("" : "+v"(x), "+v"(y), "+v"(u), "+v"(v));
    for (int i = 0; i < 16; ++i) { a[i] = _mm512_set1_epi32(i); f[i] = _mm512_set1_ps(i); }
    double start = now();
    for (int n = 0; n < 200000; ++n) {
      for (int i = 0; i < 16; ++i) a[i] = _mm512_dpbusd_epi32(a[i], x, y);
      for (int i = 0; i < 16; ++i) __asm__ volatile("" : "+v"(a[i]));
    }
    double gops = 200000. * 16 * 128 / (now() - start) * 1e-9;
    best[0] = gops > best[0] ? gops : best[0];
    start = now();
    for (int n = 0; n < 200000; ++n) {
      for (int i = 0; i < 16; ++i) f[i] = _mm512_fmadd_ps(u, v, f[i]);
      for (int i = 0; i < 16; ++i) __asm__ volatile("" : "+v"(f[i]));
    }
    double gflops = 200000. * 16 * 32 / (now() - start) * 1e-9;
    best[1] = gflops > best[1] ? gflops : best[1];
  }
  printf("%f %f\n", best[0], best[1]);
}
"""


def output(*command):
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stdout


def peaks(folder):
    """GOPS of vpdpbusd and of FMA on one thread, 0 where the CPU has none."""
    (folder / "peak.c").write_text(PEAK)
    output("clang-22", "-O2", "-mavx512f", "-mavx512vnni", folder / "peak.c", "-o", folder / "peak")
    process = subprocess.run([folder / "peak"], capture_output=True, text=True)
    return [float(v) for v in process.stdout.split()] if process.returncode == 0 else [0.0, 0.0]


def bundle(model, folder, *options):
    output(PITH, "compile", model, "-o", folder, "--io=quantized", "--name=net", "--emit=shared", *options)
    return folder


def kernel_of(model, *options):
    report = json.loads(output(PITH, "inspect", model, "--json", "--io=quantized", *options))
    return next(n["kernel"] for n in report["nodes"] if n["op"] == "matmul")


def least_ms(folder):
    return json.loads(output(PITH, "bench", folder, "--json", "--seconds", "0.3"))["min_ms"]


def measure(shape, name, zeros, rounds, peak, folder):
    depth, rows, pixels = shape
    random = np.random.default_rng([71, depth, rows, pixels])
    model = folder / "model.onnx"
    if name == "f32":
        weights, _ = sparse_files.float_matmul(model, random, zeros, rows=rows, depth=depth, pixels=pixels, relu=False)
        stored = np.count_nonzero(weights)
    else:
        weights = sparse_files.quantized_matmul(model, random, PATTERNS[name], zeros, rows=rows, depth=depth,
                                                pixels=pixels)
        height, width = PATTERNS[name]
        blocks = weights.reshape(rows // height, height, depth // width, width).any(axis=(1, 3))
        stored = int(blocks.sum()) * height * width
    ways = {way: bundle(model, folder / way, f"--sparse={way}") for way in ("on", "off")}
    times = {way: [] for way in ways}
    for _ in range(rounds):
        for way, built in ways.items():
            times[way].append(least_ms(built))
    best = {way: min(values) for way, values in times.items()}
    return {"shape": f"{depth}x{rows}x{pixels}", "pattern": name, "zeros": zeros,
            "kernel": kernel_of(model, "--sparse=on"), "dense_kernel": kernel_of(model, "--sparse=off"),
            "sparse_us": 1e3 * best["on"], "dense_us": 1e3 * best["off"], "speed_up": best["off"] / best["on"],
            "share_of_peak": 2e-6 * stored * pixels / best["on"] / peak if peak else None,
            "dense_share_of_peak": 2e-6 * depth * rows * pixels / best["off"] / peak if peak else None}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default="512x128x784,256x1024x196,384x384x128")
    parser.add_argument("--zeros", default="0.8,0.9")
    parser.add_argument("--patterns", default="1x4,2x4,f32")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        integers, reals = peaks(folder)
        for shape in options.shapes.split(","):
            for pattern in options.patterns.split(","):
                for zeros in options.zeros.split(","):
                    results.append(measure([int(v) for v in shape.split("x")], pattern, float(zeros), options.rounds,
                                           reals if pattern == "f32" else integers, folder))
    if options.json:
        print(json.dumps({"peak_gops": integers, "peak_gflops": reals, "results": results}))
        return
    print(f"peaks on one thread: {integers:.0f} GOPS int8, {reals:.0f} GFLOPS f32")
    for r in results:
        share = f", {r['share_of_peak']:.0%} of peak on what is stored" if r["share_of_peak"] else ""
        print(f"{r['shape']:>14} {r['pattern']} {r['zeros']:.0%} zeros: {r['sparse_us']:.1f} us ({r['kernel']}){share}; "
              f"dense {r['dense_us']:.1f} us ({r['dense_kernel']}): {r['speed_up']:.1f} x")


if __name__ == "__main__":
    main()
