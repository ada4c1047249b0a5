#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares compiled models with other engines on this machine.

Every engine holds its model in a process of its own; engines take turns, and those
whose turn it is not are stopped, so that no spinning thread slows another one. All
are called through their C interfaces. A ratio is pith's median over that of the best
other engine, in one run; a bar is the greatest ratio that is accepted
(benchmarks/ratios.json). Layers are compared with a roofline that is computed from
their shapes and the peaks measured in the same run.

Models: FOLDER/NAME.onnx, as the performance models' generator writes them.

examples: benchmarks/run.py --models FOLDER --threads 1,2
          benchmarks/run.py --models FOLDER --only mobilenet --layers --html page.html
          benchmarks/run.py --models FOLDER --assert --json result.json
          benchmarks/run.py --models FOLDER --calibrate --seconds 0.3
          ONEDNN_MAX_CPU_ISA=AVX2 benchmarks/run.py --models FOLDER --cpu=avx2
                    (OpenVINO keeps to AVX2 then; ONNX Runtime cannot be told)
"""
import argparse
import json
import os
import pathlib
import platform
import re
import signal
import statistics
import subprocess
import sys
import tempfile

import calibrate
import machine
import page

ROOT = pathlib.Path(__file__).resolve().parents[1]
PITH = ROOT / "build" / "bin" / "pith"
PEERS = ROOT / "build" / "peers"
FOLDER = pathlib.Path(__file__).resolve().parent / "peers"
BARS = json.loads((pathlib.Path(__file__).resolve().parent / "ratios.json").read_text())
ENGINES = ("ort", "openvino", "pith")


def say(text):
    print(text, file=sys.stderr, flush=True)


def prepare_peers():
    """A Python with the pinned engines."""
    python = PEERS / "bin" / "python"
    wanted, stamp = (FOLDER / "requirements.txt").read_text(), PEERS / "requirements.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        say("installing the engines of benchmarks/peers/requirements.txt in build/peers")
        subprocess.run([sys.executable, "-m", "venv", "--clear", PEERS], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes",
                        "-r", FOLDER / "requirements.txt"], check=True)
        stamp.write_text(wanted)
    return python


class Engine:
    """A process with one engine and one model; stopped unless it measures."""

    def __init__(self, python, name, loop, model, threads):
        self.name = name
        self.cores = sorted(os.sched_getaffinity(0))[-threads:]
        self.process = subprocess.Popen(
            [python, FOLDER / "engines.py", name, loop, model, str(threads)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, self.cores))
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{name} cannot run {model}: {self.process.communicate()[1][-500:]}")
        self.version = json.loads(line)["version"]
        self.times, self.rounds = [], []
        self.process.send_signal(signal.SIGSTOP)

    def measure(self, seconds):
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        times = json.loads(self.process.stdout.readline())
        self.process.send_signal(signal.SIGSTOP)
        self.times += times
        self.rounds.append(statistics.median(times))

    def close(self):
        self.process.kill()
        self.process.wait()


def compile_model(model, folder, cpu="native"):
    command = [PITH, "compile", model, f"--cpu={cpu}", "--name=m", "--emit=object,shared", "-o", folder]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"pith cannot compile {model}:\n{result.stderr[:2000]}")
    return folder


def compare(model, bundle, python, loop, threads, arguments):
    """Medians and minima of every engine, interleaved."""
    engines = []
    try:
        for name in ENGINES:
            engines.append(Engine(python, name, loop, bundle if name == "pith" else model, threads))
        for engine in engines:
            engine.measure(arguments.seconds / 4)
            engine.times, engine.rounds = [], []
        for _ in range(arguments.rounds):
            for engine in engines:
                engine.measure(arguments.seconds)
        found = {engine.name: {"version": engine.version, "median_ms": 1e3 * statistics.median(engine.times),
                               "min_ms": 1e3 * min(engine.times), "runs": len(engine.times)} for engine in engines}
        others = [name for name in found if name != "pith"]
        best = min(others, key=lambda name: found[name]["median_ms"])
        ratio = found["pith"]["median_ms"] / found[best]["median_ms"]
        rounds = {engine.name: engine.rounds for engine in engines}
        spread = sorted(p / b for p, b in zip(rounds["pith"], rounds[best]))
        bar = BARS.get(model.stem, {}).get(str(threads))
        return {"threads": threads, "engines": found, "best": best, "ratio": ratio, "bar": bar,
                "ratio_of_minima": found["pith"]["min_ms"] / min(found[name]["min_ms"] for name in others),
                "ratio_low": spread[0], "ratio_high": spread[-1], "good": bar is None or ratio <= bar}
    finally:
        for engine in engines:
            engine.close()


def profile(bundle, peaks, seconds):
    """Layers with their rooflines; the share of time in those that reach less than half."""
    command = [PITH, "bench", bundle, "--per-layer", "--json", f"--seconds={seconds}"]
    layers = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["layers"]
    total = sum(layer["us"] for layer in layers)
    for layer in layers:
        layer["roofline_us"], layer["bound"] = machine.roofline(layer, peaks)
    slow = sum(layer["us"] for layer in layers if layer["us"] > 2 * layer["roofline_us"])
    return {"layers": layers, "share_below_half": slow / total if total else 0}


def print_table(record):
    for threads in record["threads"]:
        times = "  ".join(f"{name} {found['median_ms']:9.4f} ({found['min_ms']:.4f})"
                          for name, found in threads["engines"].items())
        bar = f"bar {threads['bar']:.2f}" if threads["bar"] else ""
        print(f"{record['model']:24} {threads['threads']} thread{'s' if threads['threads'] > 1 else ' '}  {times}  ratio "
              f"{threads['ratio']:.3f} ({threads['ratio_low']:.2f}-{threads['ratio_high']:.2f}; minima "
              f"{threads['ratio_of_minima']:.3f}) {bar}{'' if threads['good'] else '  ABOVE'}")
    if "profile" in record:
        print(f"{'':24} {100 * record['profile']['share_below_half']:.1f} % of the time in layers below half of their roofline")
    sys.stdout.flush()


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=pathlib.Path, required=True, help="folder of the models")
    parser.add_argument("--only", default="", help="models whose names match this expression")
    parser.add_argument("--threads", default="1", help="numbers of threads, with commas between them")
    parser.add_argument("--cpu", default="native", help="what pith compiles for; the others choose by themselves")
    parser.add_argument("--seconds", type=float, default=0.5, help="of each engine in each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--layers", action="store_true", help="profile layers, compare with their rooflines")
    parser.add_argument("--json", type=pathlib.Path, help="write all figures")
    parser.add_argument("--html", type=pathlib.Path, help="write a page with plots")
    parser.add_argument("--assert", dest="check", action="store_true", help="end with 1 where a ratio is above its bar")
    parser.add_argument("--calibrate", action="store_true",
                        help="measure what rows of the kernel table cost on this CPU, beside what they say")
    parser.add_argument("--force", action="store_true", help="measure beside other load; the result says so")
    parser.add_argument("--wait", type=float, default=10, help="minutes to wait for an idle machine")
    return parser.parse_args()


def main():
    arguments = parse()
    models = [arguments.models / f"{name}.onnx" for name in BARS if re.search(arguments.only, name)]
    missing = [model.name for model in models if not model.exists()]
    if missing:
        say(f"not in {arguments.models}: {', '.join(missing)}")
    models = [model for model in models if model.exists()]
    if not models:
        sys.exit("error: no model to measure")
    if arguments.calibrate:
        with tempfile.TemporaryDirectory() as name:
            records = calibrate.calibrate(models, pathlib.Path(name), arguments.seconds, say)
        if arguments.json:
            arguments.json.write_text(json.dumps({"machine": machine.name(), "rows": records}, indent=1) + "\n")
        return 0
    python = prepare_peers()
    result = {"machine": machine.name(), "system": platform.release(), "cpu": arguments.cpu, "loaded": False,
              "models": []}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        loop = folder / "loop.so"
        subprocess.run(["clang-22", "-O2", "-shared", "-fPIC", f"-I{ROOT / 'runtime'}", FOLDER / "loop.c",
                        ROOT / "runtime" / "pith_threads.c", "-o", loop, "-lpthread"], check=True)
        bundles = [compile_model(model, folder / model.stem, arguments.cpu) for model in models]
        result["peaks"] = machine.peaks(folder)
        for model, bundle in zip(models, bundles):
            if arguments.force:
                result["loaded"] |= machine.busy() >= machine.IDLE
            elif not machine.wait_until_idle(arguments.wait, say):
                sys.exit("error: the machine is not idle; --force measures nevertheless and says so")
            record = {"model": model.stem,
                      "threads": [compare(model, bundle, python, loop, int(threads), arguments)
                                  for threads in arguments.threads.split(",")]}
            if arguments.layers and result["peaks"]:
                record["profile"] = profile(bundle, result["peaks"], arguments.seconds)
            print_table(record)
            result["models"].append(record)
    if result["loaded"]:
        print("measured beside other load")
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n")
    if arguments.html:
        arguments.html.write_text(page.render(result))
    good = all(threads["good"] for record in result["models"] for threads in record["threads"])
    return 1 if arguments.check and not good else 0


if __name__ == "__main__":
    sys.exit(main())
