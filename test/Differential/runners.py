# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs packs of cases: through pith, and through ONNX Runtime.

A pack is one model of independent cases: one start of a compiler for many. One
that does not run is split until the cases that stop it stand alone.
"""
import pathlib
import subprocess

import numpy as np
import onnx
from case import element, make_model

ROOT = pathlib.Path(__file__).resolve().parents[2]
PITH = ROOT / "build" / "bin" / "pith"
SECONDS = 300


class Failed(Exception):
    """A pack gave no answers; the message says why."""


def declared(case):
    """Element type and shape of each output, by the specification."""
    return {name: (element(array), array.shape) for name, array in case.expected.items()}


def write_pack(cases, folder):
    """Model, inputs and prefixes of a pack; prefixes tell the cases apart."""
    prefixes = {case.name: f"c{i}_" for i, case in enumerate(cases)}
    model = make_model(cases, prefixes, {case.name: declared(case) for case in cases})
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / "model.onnx")
    np.savez(folder / "x.npz", **{prefixes[c.name] + n: a for c in cases for n, a in c.feeds.items()})
    return model, prefixes


def answers(cases, prefixes, arrays):
    return {case.name: {name: arrays[prefixes[case.name] + name] for name in case.expected} for case in cases}


def by_pith(cases, folder, machine=("--target=reference",)):
    """Outputs of each case, as pith computes them on a machine."""
    model, prefixes = write_pack(cases, folder)
    command = [PITH, "run", folder / "model.onnx", *machine, "--inputs", folder / "x.npz",
               "--outputs", folder / "y.npz"]
    try:
        process = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=SECONDS,
                                 errors="replace")
    except subprocess.TimeoutExpired:
        raise Failed(f"no answer within {SECONDS} s") from None
    if process.returncode:
        raise Failed(f"exit code {process.returncode}: {process.stderr.strip()[:600]}")
    with np.load(folder / "y.npz") as data:
        return answers(cases, prefixes, dict(data))


def by_runtime(cases, folder):
    """Outputs of each case, as ONNX Runtime computes them by default."""
    import onnxruntime

    model, prefixes = write_pack(cases, folder)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    # Without it, codes of s8 that come from outside run in float on this machine.
    options.add_session_config_entry("session.qdqisint8allowed", "1")
    names = [prefixes[c.name] + n for c in cases for n in c.expected]
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        found = session.run(names, {prefixes[c.name] + n: a for c in cases for n, a in c.feeds.items()})
    except Exception as error:  # whatever its C++ threw
        raise Failed(str(error)[:600]) from None
    return answers(cases, prefixes, dict(zip(names, found)))


def run_all(cases, runner, folder, size, report=lambda count: None):
    """Answers by case name, and the messages of the cases that gave none."""
    results, failures = {}, {}

    def attempt(pack):
        try:
            results.update(runner(pack, folder))
        except Failed as failure:
            if len(pack) == 1:
                failures[pack[0].name] = str(failure)
            else:
                half = len(pack) // 2
                attempt(pack[:half])
                attempt(pack[half:])
                return
        report(len(results) + len(failures))

    for opset in sorted({case.opset for case in cases}):
        group = [case for case in cases if case.opset == opset]
        for begin in range(0, len(group), size):
            attempt(group[begin:begin + size])
    return results, failures
