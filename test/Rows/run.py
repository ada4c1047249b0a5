#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests that the rows of kernel tables bring with them. A row that is added to a
target's table needs no other edit: its columns say which models it must run.

For each row, and each of its tiles, models of the row's anchors, numbers and
zeros are compiled with --row, for the first CPU that has what the row needs and
for this machine:
  selection     the row runs what it is for; without --row the cheapest one does,
                and every other row of the anchor has a reason
  instructions  on the first CPU, innermost loops have the row's instruction, with
                no vector on the stack, or no more than loops.json says of a row
                without tiles; of whole tiles once for each sum
  gate          that loop has no more instructions than the target's loops.json
                says; a row that is not there may have four for each of its own
  numbers       the bits of the Reference target, on one thread and on three; of
                rows of bf16, which are not exact, those of f32 within a bound

What the machine cannot run is checked but for its numbers, and is named.

example: test/Rows/run.py --only fma --verbose
"""
import argparse
import concurrent.futures
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "utils"))
import checks  # noqa: E402
import ir  # noqa: E402
import numpy as np  # noqa: E402
from table import Table, add  # noqa: E402

ORACLE = "reference"
LACKS = "this CPU lacks a feature"
REFUSED = "which --row asks for, does not take this"


class Pith:
    """The program; `extra` stands behind every command."""

    def __init__(self, path, extra):
        self.path, self.extra = path, extra

    def __call__(self, *arguments, may_fail=False):
        command = [str(argument) for argument in (self.path, *arguments, *self.extra)]
        process = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
        if process.returncode and not may_fail:
            raise checks.Failure(f"{' '.join(command)}: exit code {process.returncode}\n{process.stderr[:1500]}")
        return (process.returncode, process.stdout, process.stderr) if may_fail else process.stdout


class Job:
    def __init__(self, runner, table, row, cpu, what, module, tile=None, may_refuse=False):
        self.runner, self.table, self.row, self.cpu, self.module, self.tile = runner, table, row, cpu, module, tile
        self.name = f"{row.name}{f':{tile[0]}x{tile[1]}' if tile else ''} {what} on {cpu.name}"
        self.may_refuse, self.notes, self.loop = may_refuse, [], None

    def folder(self):
        return self.runner.folder / hashlib.sha256(self.name.encode()).hexdigest()[:16]

    def options(self):
        fast = ("--fast-float",) if self.row.exact == "no" else ()
        return (f"--target={self.table.name}", *self.cpu.options, *fast)

    def forced(self):
        return f"--row={self.row.name}{f':{self.tile[0]}x{self.tile[1]}' if self.tile else ''}"

    def run(self):
        pith, folder = self.runner.pith, self.folder()
        folder.mkdir()
        source, bundle = folder / "rows.mlir", folder / "bundle"
        source.write_text(self.module.text())
        code, _, errors = pith("compile", source, *self.options(), self.forced(), "-o", bundle, "--report", may_fail=True)
        if code and self.may_refuse and REFUSED in errors:
            self.notes.append("refused")
            return
        checks.check(code == 0, f"pith compile {self.forced()}: exit code {code}\n{errors[:1500]}")
        report = json.loads((bundle / "report.json").read_text())
        checks.forced(self.row, self.tile, report)
        if not self.tile and self.cpu.least:
            free = json.loads(pith("inspect", source, *self.options(), "--json"))
            checks.selection(self.row, self.table, report, free)
        if self.table.name == ORACLE:
            return
        # What comes next to it is the code generator's choice where there is more.
        if self.cpu.least:
            self.loop = checks.instructions(self.row, self.tile, report, bundle, self.runner.spills)
        if self.row.exact == "no":
            return self.run_near(bundle)
        for threads in (1, 3):
            got = folder / "got.npz"
            code, _, errors = pith("run", bundle, "--inputs=random:1", f"--outputs={got}", f"--threads={threads}",
                                   may_fail=True)
            if code and LACKS in errors:
                self.notes.append(f"no numbers: {LACKS}")
                return
            checks.check(code == 0, f"pith run: exit code {code}\n{errors[:1500]}")
            checks.numbers(self.row, self.module, got, self.runner.expected(self.module))

    def run_near(self, bundle):
        """Numbers of bf16, against those of the same in f32."""
        pith, folder = self.runner.pith, self.folder()
        for kind, inputs in checks.bf16_inputs(self.module, 1):
            results = []
            for what, magnitudes in (("bf16", False), ("f32", False), ("f32", True)):
                model = bundle
                if what == "f32":
                    model = folder / f"f32{magnitudes}.mlir"
                    model.write_text(ir.in_floats(self.module.text(), magnitudes))
                    values = {name: ir.widened(bits) for name, bits in inputs.items()}
                    inputs_ = {name: np.abs(each) if magnitudes else each for name, each in values.items()}
                else:
                    inputs_ = inputs
                np.savez(folder / "in.npz", **inputs_)
                options = () if what == "bf16" else (f"--target={ORACLE}",)
                code, _, errors = pith("run", model, *options, f"--inputs={folder / 'in.npz'}",
                                       f"--outputs={folder / 'got.npz'}", may_fail=True)
                if code and LACKS in errors:
                    self.notes.append(f"no numbers: {LACKS}")
                    return
                checks.check(code == 0, f"pith run: exit code {code}\n{errors[:1500]}")
                results.append(dict(np.load(folder / "got.npz")))
            checks.near(self.module, kind, *results)


class Runner:
    def __init__(self, pith, folder):
        self.pith, self.folder = pith, folder
        self.lock, self.known, self.spills = threading.Lock(), {}, {}

    def expected(self, module):
        """What the reference target computes, once for each module."""
        key = hashlib.sha256(module.text().encode()).hexdigest()[:16]
        with self.lock:
            lock = self.known.setdefault(key, threading.Lock())
        with lock:
            source, outputs = self.folder / f"{key}.mlir", self.folder / f"{key}.npz"
            if not outputs.exists():
                source.write_text(module.text())
                self.pith("run", source, f"--target={ORACLE}", "--inputs=random:1", f"--outputs={outputs}")
            return outputs

    def accepted(self, table, row, cpu, cases, full_range):
        """Those of the cases that the row takes, in one module; the reasons against the others."""
        module, reasons = row.module(full_range), []
        for number, case in enumerate(cases):
            alone = row.module(full_range)
            add(alone, *case)
            job = Job(self, table, row, cpu, "", alone)
            source = self.folder / f"{row.name}-{number}-{full_range}.mlir"
            source.write_text(alone.text())
            code, _, errors = self.pith("inspect", source, *job.options(), job.forced(), "--json", may_fail=True)
            if code == 0:
                add(module, *case)
            else:
                checks.check(REFUSED in errors, f"'{case[0]}': exit code {code}\n{errors[:1500]}")
                reasons.append(f"{case[0]}: {errors.split(': it ')[-1].strip()}")
        return module, reasons

    def products(self, table, row, cpu, anchor, cases):
        module, reasons = row.module(), []
        if row.takes_all():
            for case in cases:
                add(module, *case)
        else:
            module, reasons = self.accepted(table, row, cpu, cases, full_range=False)
            checks.check(module.cases, f"{row.name} takes no {anchor}: {'; '.join(reasons)}")
        yield Job(self, table, row, cpu, anchor, module)
        if row.exact == "if proved":
            module, _ = self.accepted(table, row, cpu, cases, full_range=True)
            if module.cases:
                yield Job(self, table, row, cpu, f"{anchor}, weights of any size", module)

    def jobs(self, table, row):
        """The compilations that test a row."""
        for cpu in table.cpus_for(row):
            for anchor in row.anchors:
                if cases := list(row.cases(anchor)):
                    yield from self.products(table, row, cpu, anchor, cases)
            for anchor, module in row.other_modules():
                yield Job(self, table, row, cpu, anchor, module)
        for tile in row.tiles:
            for flipped in (False, True):
                module = row.tile_module(tile, flipped)
                if module.cases:
                    what = "other signs" if flipped else "tile"
                    yield Job(self, table, row, table.cpus_for(row)[0], what, module, tile, may_refuse=flipped)


def spills_of(file):
    """Of rows without tiles: how often loops may hold a vector and an address on the stack."""
    known = json.loads(file.read_text()) if file.exists() else {}
    return {name: loop["spills"] for name, loop in known.items() if "spills" in loop}


def gate(table, jobs, file, update):
    """Loops that are longer than the target's file says: (tile of a row, what is wrong)."""
    found = {}
    for job in jobs:
        if job.loop:
            length, atoms = job.loop
            found[job.forced().removeprefix("--row=")] = {"instructions": length, "atoms": atoms}
    known = json.loads(file.read_text()) if file.exists() else {}
    if update and found:
        known |= found  # those that did not run stay
        lines = (f"{json.dumps(name)}: {json.dumps(loop)}" for name, loop in sorted(known.items()))
        file.write_text("{" + ",\n ".join(lines) + "}\n")
    for name, loop in found.items():
        old = known.get(name, loop)
        if loop["instructions"] * old["atoms"] > old["instructions"] * loop["atoms"]:
            yield name, f"{loop['instructions']} instructions for {loop['atoms']} atoms in its loop, {file.name} has " \
                        f"{old['instructions']} for {old['atoms']}"


def attempt(job):
    """What is wrong; empty: nothing."""
    try:
        job.run()
    except checks.Failure as failure:
        return str(failure)
    except Exception:  # a test must not hide the others
        return traceback.format_exc()
    return ""


def test_target(runner, name, options, say):
    table = Table(runner.pith, name)
    folder = next((path for path in (ROOT / "targets").iterdir() if path.name.lower() == name), None)
    file = options.loops or (folder / "loops.json" if folder else pathlib.Path("loops.json"))
    runner.spills = spills_of(file)
    counts, notes, jobs = {"passed": 0, "failed": 0}, {}, []

    def count(what, wrong):
        counts["failed" if wrong else "passed"] += 1
        if wrong:
            say(f"FAILED {what}: {wrong}")

    for row in table.rows:
        if options.only not in row.name:
            continue
        try:
            own = list(runner.jobs(table, row))
            checks.check(own, "there is no model for this row: no anchor of it is in test/Rows")
            jobs += own
        except checks.Failure as failure:
            count(row.name, str(failure))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for job, wrong in zip(jobs, pool.map(attempt, jobs)):
            count(job.name, wrong)
            if options.verbose and not wrong:
                say(f"passed {job.name}, {len(job.module.results)} results")
            for note in job.notes:
                notes.setdefault(note, []).append(job.name)
    for what, wrong in gate(table, jobs, file, options.update):
        count(what, wrong)
    for note, names in notes.items():
        say(f"{name}: {note}: {', '.join(names)}")
    say(f"{name}: {counts['passed']} of {len(jobs)} compilations of {len(table.rows)} rows passed")
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", help="one target; default: all of the program")
    parser.add_argument("--only", default="", metavar="TEXT", help="rows with this in their names")
    parser.add_argument("--pith", type=pathlib.Path, default=ROOT / "build" / "bin" / "pith")
    parser.add_argument("--load-target", action="append", default=[], metavar="LIB")
    parser.add_argument("--loops", type=pathlib.Path, help="default: loops.json in the target's folder")
    parser.add_argument("--update", action="store_true", help="write the lengths of loops to that file")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    pith = Pith(options.pith, [f"--load-target={path}" for path in options.load_target])
    total = {"passed": 0, "failed": 0, "skipped": 0}
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(pith, pathlib.Path(folder))
        listed = [target["name"] for target in json.loads(pith("targets", "--json"))]
        for name in [options.target] if options.target else listed:
            for key, value in test_target(runner, name, options, lambda text: print(text, file=sys.stderr, flush=True)).items():
                total[key] += value
    print(json.dumps(total))
    return 1 if total["failed"] or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
