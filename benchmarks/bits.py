#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs models in every way and compares all bits with Reference's.

Ways: each CPU that a target of the tree names and this machine is, several operators in a
kernel or one (--fusion=on|off), several samples in a run, threads. A model of one
sample is made to take several: its leading dimension becomes symbolic, and the 1
in front of shapes that reshapes have as constants goes. Where that is no model any
more, only one sample is run, and that is said.

Models: FOLDER/NAME.onnx, as the performance models' generator writes them.

example: benchmarks/bits.py --models FOLDER --only 'mobilenet|bert'
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PITH = ROOT / "build" / "bin" / "pith"
PYTHON = ROOT / "build" / "python" / "bin" / "python"
BARS = json.loads((pathlib.Path(__file__).resolve().parent / "ratios.json").read_text())
if pathlib.Path(sys.prefix) != PYTHON.parents[1] and PYTHON.exists():
    os.execv(PYTHON, [str(PYTHON), *sys.argv])

import numpy as np  # noqa: E402
import onnx  # noqa: E402
from onnx import numpy_helper  # noqa: E402

SAMPLES = (1, 3, 8)
MISSING = "this CPU lacks a feature"


def pith(*command):
    """None, or what the command says when it fails."""
    result = subprocess.run([str(word) for word in (PITH, *command)], capture_output=True, text=True)
    return (result.stderr.strip() or f"exit code {result.returncode}") if result.returncode else None


def take_samples(model):
    """`model` for any number of samples."""
    graph = model.graph
    constants = {init.name: init for init in graph.initializer}
    for value in [*graph.input, *graph.output]:
        if value.name not in constants:
            value.type.tensor_type.shape.dim[0].dim_param = "samples"
    del graph.value_info[:]
    shapes = {node.input[1] for node in graph.node if node.op_type == "Reshape"}
    for name in shapes & set(constants):
        shape = numpy_helper.to_array(constants[name]).copy()
        if shape.size and shape[0] == 1:
            shape[0] = 0  # what the input has
            constants[name].CopyFrom(numpy_helper.from_array(shape, name))
    return model


def inputs_of(model, samples):
    generator = np.random.default_rng(6)
    constants = {init.name for init in model.graph.initializer}
    return {value.name: generator.standard_normal(
                [dim.dim_value or samples for dim in value.type.tensor_type.shape.dim], np.float32)
            for value in model.graph.input if value.name not in constants}


def same(found, expected):
    """Names of results whose bits differ."""
    return [name for name in expected if found[name].shape != expected[name].shape or
            found[name].tobytes() != expected[name].tobytes()]


class Case:
    """A model, its inputs, and Reference's results, for the greatest number of samples."""

    def __init__(self, path, folder):
        self.folder, self.note = folder, ""
        one = onnx.load(path)
        leading = one.graph.input[0].type.tensor_type.shape.dim[0].dim_value
        attempts = [(take_samples(onnx.load(path)), SAMPLES)] if leading == 1 else []
        for model, self.samples in [*attempts, (one, (leading,))]:
            self.path, self.dim = folder / "model.onnx", []
            onnx.save(model, self.path)
            if len(self.samples) > 1:
                self.dim = [f"--dim=samples=1..{max(self.samples)}"]
            self.inputs = inputs_of(model, max(self.samples))
            error = self.run(self.path, self.inputs, "--target=reference", *self.dim)
            if not error:
                self.expected = self.outputs()
                return
            self.note = f" (only {leading}: {error.splitlines()[0][:90]})"
        raise RuntimeError(f"Reference cannot run {path}: {error}")

    def run(self, what, inputs, *options):
        np.savez(self.folder / "x.npz", **inputs)
        return pith("run", what, "--inputs", self.folder / "x.npz", "--outputs", self.folder / "y.npz", *options)

    def outputs(self):
        with np.load(self.folder / "y.npz") as data:
            return dict(data)

    def ways(self, target, cpu, threads):
        """(way, what differs) of each; nothing where the machine is not this CPU."""
        for fusion in ("on", "off"):
            bundle = self.folder / "bundle"
            error = pith("compile", self.path, f"--target={target}", f"--cpu={cpu}", f"--fusion={fusion}", "--name=m",
                         "-o", bundle, *self.dim)
            for samples in () if error else self.samples:
                part = {name: array[:samples] for name, array in self.inputs.items()}
                expected = {name: array[:samples] for name, array in self.expected.items()}
                for count in threads:
                    error = self.run(bundle, part, f"--threads={count}")
                    if error and MISSING in error:
                        return
                    differing = "" if error else ", ".join(same(self.outputs(), expected))
                    yield f"{cpu} fusion {fusion} samples {samples} threads {count}", error or differing
            if error and MISSING not in error:
                yield f"{cpu} fusion {fusion}", error


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=pathlib.Path, required=True, help="folder of the models")
    parser.add_argument("--only", default="", help="models whose names match this expression")
    parser.add_argument("--threads", default="1,2,3", help="numbers of threads, with commas between them")
    arguments = parser.parse_args()
    targets = json.loads(subprocess.run([PITH, "targets", "--json"], check=True, capture_output=True, text=True).stdout)
    places = [(target["name"], cpu["name"]) for target in targets if target["name"] != "reference" for cpu in target["cpus"]]
    models = [arguments.models / f"{name}.onnx" for name in BARS if re.search(arguments.only, name)]
    models = [model for model in models if model.exists()]
    if not models:
        sys.exit("error: no model to run")
    wrong = 0
    for model in models:
        with tempfile.TemporaryDirectory() as folder:
            case = Case(model, pathlib.Path(folder))
            results = [way for place in places for way in case.ways(*place, arguments.threads.split(","))]
        bad = [way for way in results if way[1]]
        samples = ", ".join(map(str, case.samples))
        print(f"{model.stem:24} {len(results)} ways, samples {samples}{case.note}: "
              f"{f'{len(bad)} differ' if bad else 'the bits of Reference'}", flush=True)
        for way, what in bad:
            print(f"    {way}: {what[:300]}")
        wrong += len(bad) + (not results)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
