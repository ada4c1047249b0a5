# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What rows of the kernel table cost on this CPU, beside what they say.

Layers of networks, and kernels.py's cases, are timed; a row's ratio is the median of
measured to stated cycles. Every CPU of the target that this machine runs takes part: a
row with an instruction counts where it has most to do, the others on the most capable
CPU, since instructions that it lacks are emulated. Cycles are those of this core's
clock while it adds. Rows whose ratios differ are compared wrongly with each other, and
a wide spread means that the row's cost function misses what takes the time."""
import json
import statistics
import subprocess

import kernels
import machine

LEAST = 1000  # cycles: shorter layers are mostly the clock's reading


def bench(subject, seconds, *options):
    """Layers of a model or bundle; nothing where this machine cannot run it."""
    result = subprocess.run([kernels.PITH, "bench", subject, "--per-layer", "--json", f"--seconds={seconds}", *options],
                            capture_output=True, text=True)
    return json.loads(result.stdout)["layers"] if result.returncode == 0 else []


def layers_of(models, cpu, folder, seconds):
    for model in models:
        yield from bench(model, seconds, f"--cpu={cpu}")
    for case in kernels.cases():
        case.options = (f"--cpu={cpu}",)
        folder.mkdir(exist_ok=True)
        if kernels.build(case, folder):
            yield from bench(folder / case.name, seconds / 4)


def row_layers(folder, seconds):
    """Rows that never are the cheapest here, each made to run."""
    for case in kernels.row_cases():
        if kernels.build(case, folder):
            for layer in bench(folder / case.name, seconds / 4):
                if case.name == f"row.{layer['row']}":
                    yield layer


def measure(models, folder, seconds, say):
    """The target's name; ratios of measured to stated cycles, with the cycles, by row."""
    manifest = json.loads(subprocess.run([kernels.PITH, "targets", "--json"], check=True, capture_output=True,
                                         text=True).stdout)
    run = bench(models[0], 0.1)
    name = run[0]["row"].split(".")[0]
    target = next(each for each in manifest if each["name"] == name)
    clock = machine.clock(folder)
    say(f"{machine.name()} at {clock / 1e9:.2f} GHz")
    rows = {}
    instructed = {kernel["name"] for kernel in target["kernels"] if kernel["atom"]["instruction"]}

    def take(layers, replaces):
        found = {}
        for layer in layers:
            cycles = layer["us"] * 1e-6 * clock
            if layer.get("cost", 0) > 0 and cycles >= LEAST:
                found.setdefault(layer["row"], []).append((cycles / layer["cost"], cycles, layer["us"]))
        for row, ratios in found.items():
            if row not in rows or (replaces and row in instructed and total(ratios) > total(rows[row])):
                rows[row] = ratios

    best = target["cpus"][-1]
    for cpu in reversed(target["cpus"]):
        say(f"measuring on {cpu['name']}")
        layers = layers_of(models, cpu["name"], folder / cpu["name"], seconds)
        take([layer for layer in layers if cpu is best or layer["row"] in instructed], True)
    say("measuring rows that --fast-float allows")
    inexact = {kernel["name"] for kernel in target["kernels"] if kernel["exact"] == "no"}
    for model in models:
        take([layer for layer in bench(model, seconds, "--fast-float") if layer["row"] in inexact], True)
    say("measuring rows that nothing chose")
    take(row_layers(folder, seconds), False)
    return target, rows


def total(ratios):
    return sum(cycles for _, cycles, _ in ratios)


def calibrate(models, folder, seconds, say):
    """Prints a table, and returns it."""
    target, rows = measure(models, folder, seconds, say)
    records = []
    print(f"{'row':30}{'layers':>8}{'us':>10}{'measured / stated':>20}{'10 % .. 90 %':>18}")
    for kernel in target["kernels"]:
        found = rows.get(kernel["name"])
        if not found:
            print(f"{kernel['name']:30}{0:8}{'':10}{'not measured':>20}")
            continue
        ratios = [ratio for ratio, _, _ in found]
        tens = statistics.quantiles(ratios * 2, n=10)
        time = sum(us for _, _, us in found)
        print(f"{kernel['name']:30}{len(found):8}{time:10.0f}{statistics.median(ratios):20.2f}{tens[0]:9.2f} .. {tens[-1]:5.2f}")
        records.append({"row": kernel["name"], "layers": len(found), "us": time, "ratio": statistics.median(ratios),
                        "low": tens[0], "high": tens[-1]})
    return records
