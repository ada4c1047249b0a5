#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How the cost of compiling grows with the model.

Graphs of benchmarks/graphs.py with 1,000 to 100,000 nodes are imported and compiled;
the table has processor time a node and the peak of resident memory at each point.
A point is not linear where time a node is more than --bound times that of the least
of the smaller graphs; `pith` started on nothing is subtracted. --weights imports a
model whose external data has that many MiB (a sparse file): seconds, and the peak of
anonymous memory.

--check is the test: from 500 to 2,000 nodes of each shape, linear within a bound
that a busy machine keeps and a quadratic step does not.

examples: benchmarks/scale.py --shapes chain,wide --nodes 1000,4000
          benchmarks/scale.py --steps import --weights 2048 --json
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
PYTHON = ROOT / "build" / "python"
if (PYTHON / "bin" / "python").exists() and os.path.realpath(sys.prefix) != os.path.realpath(PYTHON):
    os.execv(PYTHON / "bin" / "python", [str(PYTHON / "bin" / "python"), *sys.argv])

import onnx
from onnx import TensorProto, helper

import graphs

STEPS = {"import": ["--compile-to=import"], "compile": []}
MIB = 1 << 20


class Failed(Exception):
    pass


def run_pith(model, folder, step, options, seconds):
    """Processor and wall seconds, those of the stage import (which writes no file), processor
    milliseconds of each pass, and the peaks of resident and of anonymous memory in MiB."""
    command = [PITH, "compile", model, "-o", folder / "out", "--name=m", "--timing", *STEPS[step], *options]
    begin, anonymous = time.monotonic(), 0
    with open(folder / "log", "wb") as log, open(folder / "timing", "wb") as timing:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=timing, stderr=log)
        while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            anonymous = max(anonymous, anonymous_of(process.pid))
            if time.monotonic() - begin > seconds:
                process.kill()
            time.sleep(0.005)
        wall = time.monotonic() - begin
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if wall > seconds:
        raise Failed(f"more than {seconds:.0f} s")
    if process.returncode:
        raise Failed(f"exit code {process.returncode}: {(folder / 'log').read_text(errors='replace')[-500:]}")
    timing = json.loads((folder / "timing").read_text())
    passes = {f"{each['stage']}/{each['pass']}": each["cpu_ms"] for each in timing["passes"]}
    passes |= {each["stage"]: each["cpu_ms"] for each in timing["stages"]}
    return {"cpu_s": usage.ru_utime + usage.ru_stime, "wall_s": wall,
            "import_s": timing["stages"][0]["ms"] / 1e3, "import_cpu_s": passes["import"] / 1e3,
            "passes": passes, "peak_mib": usage.ru_maxrss / 1024, "anonymous_mib": anonymous / 1024}


def anonymous_of(pid):
    """KiB, 0 where the process is gone."""
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def measure(shapes, counts, steps, options, seconds):
    """A list of points; those of one shape and step are in the order of `counts`."""
    points = []
    for shape in shapes:
        tooLong = set()
        for count in counts:
            with tempfile.TemporaryDirectory() as name:
                folder = pathlib.Path(name)
                model = graphs.SHAPES[shape](count)
                nodes = len(model.graph.node)
                onnx.save(model, folder / "m.onnx")
                del model
                for step in steps:
                    if step in tooLong:
                        continue
                    point = {"shape": shape, "step": step, "nodes": nodes}
                    try:
                        points.append(point | run_pith(folder / "m.onnx", folder, step, options, seconds))
                        say(describe(points[-1]))
                    except Failed as failure:
                        points.append(point | {"failed": str(failure)})
                        say(f"{shape}, {step}, {nodes} nodes: {failure}")
                        tooLong.add(step)  # larger ones take longer still
    return points


def startup(steps, options):
    """Processor seconds of each step on next to nothing."""
    points = measure(["chain"], [1], steps, options, 60)
    if any("failed" in point for point in points):
        sys.exit("expected a graph of a few nodes to compile")
    return {point["step"]: point["cpu_s"] for point in points}


def judge(points, start, bound):
    """Adds milliseconds a node, and whether the growth up to there is linear."""
    least = {}
    for point in points:
        if "failed" in point:
            point["linear"] = False
            continue
        key = point["shape"], point["step"]
        each = max(point["cpu_s"] - start[point["step"]], 1e-3) / point["nodes"]
        point["ms_per_node"] = 1e3 * each
        point["linear"] = each <= bound * least.get(key, each)
        least[key] = min(each, least.get(key, each))
    return [point for point in points if not point["linear"]]


def blame(points, beyond):
    """The stages and passes that took most beyond what the first point of the same shape and step lets expect."""
    if "failed" in beyond:
        return beyond["failed"]
    first = next(each for each in points if (each["shape"], each["step"]) == (beyond["shape"], beyond["step"]))
    factor = beyond["nodes"] / first["nodes"]
    excess = {name: ms - factor * first["passes"].get(name, 0) for name, ms in beyond["passes"].items()}
    worst = sorted(excess, key=excess.get, reverse=True)[:5]
    return ", ".join(f"{name} {excess[name]:.0f} ms more" for name in worst)


def external(mib, folder, options, seconds):
    """Imports a product of a vector with a matrix of `mib` MiB outside of the model's file."""
    columns, rows = 1024, mib * MIB // 4 // 1024
    weight = TensorProto(name="w", dims=[rows, columns], data_type=TensorProto.FLOAT,
                         data_location=TensorProto.EXTERNAL)
    for key, text in {"location": "m.bin", "offset": 0, "length": rows * columns * 4}.items():
        weight.external_data.add(key=key, value=str(text))
    info = helper.make_tensor_value_info
    graph = helper.make_graph([helper.make_node("MatMul", ["x", "w"], ["y"], "product")], "external",
                              [info("x", TensorProto.FLOAT, [1, rows])],
                              [info("y", TensorProto.FLOAT, [1, columns])], [weight])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "m.onnx")
    with open(folder / "m.bin", "wb") as file:
        file.truncate(rows * columns * 4)
    return {"mib": mib} | run_pith(folder / "m.onnx", folder, "import", options, seconds)


def say(text):
    print(text, file=sys.stderr, flush=True)


def describe(point):
    text = f"{point['shape']:9} {point['step']:8} {point['nodes']:7} nodes"
    if "failed" in point:
        return text + "  " + point["failed"]
    each = f"{point['ms_per_node']:8.3f} ms a node" if "ms_per_node" in point else ""
    linear = "" if point.get("linear", True) else "  NOT LINEAR"
    return f"{text} {point['cpu_s']:9.2f} s {each} {point['import_cpu_s']:7.2f} s import {point['peak_mib']:7.0f} MiB{linear}"


# An import takes so little that of fewer nodes it cannot be told from starting the program.
CHECKED = {"import": [2000, 8000], "compile": [500, 2000]}


def check(options):
    """The test: a shape and step that is above the bound is measured once more."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    start = startup(STEPS, options)
    for shape in graphs.SHAPES:
        for step, nodes in CHECKED.items():
            for attempt in range(2):
                points = measure([shape], nodes, [step], options, 60)
                beyond = judge(points, start, 2.2)
                if not beyond:
                    break
            counts["failed"] += len(beyond)
            counts["passed"] += len(points) - len(beyond)
            for point in beyond:
                say(f"grows faster than the graph: {describe(point)}: {blame(points, point)}")
    print(json.dumps(counts))
    return counts["failed"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default=",".join(graphs.SHAPES), help="default: all")
    parser.add_argument("--nodes", default="1000,3000,10000,30000,100000", help="numbers of nodes")
    parser.add_argument("--steps", default="import,compile", help="import, compile or both")
    parser.add_argument("--weights", type=int, metavar="MIB", help="import so much external data")
    parser.add_argument("--seconds", type=float, default=1200, help="of one run at most")
    parser.add_argument("--bound", type=float, default=1.5, help="growth of time a node that is linear still")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--check", action="store_true", help="the test")
    parser.add_argument("--pith", type=pathlib.Path, default=PITH, help="the program, default build/bin/pith")
    args, options = parser.parse_known_args()  # the rest shapes the model
    globals()["PITH"] = args.pith.resolve()
    if args.check:
        return 1 if check(options) else 0
    shapes = [each for each in args.shapes.split(",") if each]
    unknown = set(shapes) - set(graphs.SHAPES)
    if unknown:
        parser.error(f"expected shapes of {', '.join(graphs.SHAPES)}, got {', '.join(sorted(unknown))}")
    steps = args.steps.split(",")
    if set(steps) - set(STEPS):
        parser.error(f"expected steps of {', '.join(STEPS)}, got {args.steps}")
    counts = [int(each) for each in args.nodes.split(",")]
    points = measure(shapes, counts, steps, options, args.seconds)
    beyond = judge(points, startup(steps, options), args.bound)
    result = {"points": points}
    if args.weights:
        with tempfile.TemporaryDirectory() as folder:
            result["external"] = external(args.weights, pathlib.Path(folder), options, args.seconds)
    if args.json:
        print(json.dumps(result, indent=1))
    else:
        print("\n".join(describe(point) for point in points))
        if args.weights:
            e = result["external"]
            print(f"external data of {e['mib']} MiB: {e['import_s']:.2f} s to import, "
                  f"{e['anonymous_mib']:.0f} MiB anonymous")
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
