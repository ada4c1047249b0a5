#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Long runs of the fuzz targets with libFuzzer; scripts/fuzz builds them and calls this.

usage: long.py BUILD HOURS [TARGET...] [--jobs N]
       long.py BUILD --totals

The targets take turns of at most half an hour, HOURS in all; next is always the one that had
the least of the processors so far. The first turn of a target begins with reading its seeds,
which takes minutes and is not counted. BUILD/corpus/TARGET grows from run to run. One file of
each finding, made small, and its report are in BUILD/finds/TARGET until it is repaired.
BUILD/finds/summary.json has the totals of all runs; remove it to count from zero.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time

import findings
import seeds

HERE = pathlib.Path(__file__).resolve().parent
LARGEST, TURN = 1 << 15, 1800
PROGRESS = re.compile(r"^#(\d+): cov: (\d+) .*corp: (\d+).*oom/timeout/crash: (\d+)/(\d+)/(\d+)")


class Totals:
    """What all runs came to, target by target, in a file; several runs may go on at a time."""

    def __init__(self, path):
        self.path = path
        self.entries = json.loads(path.read_text()) if path.exists() else {}

    def of(self, target):
        return self.entries.get(target, {"processor_seconds": 0, "runs": 0})

    def add(self, target, seconds, runs, **last):
        self.__init__(self.path)
        before = self.of(target)
        self.entries[target] = {"processor_seconds": before["processor_seconds"] + seconds, "runs": before["runs"] + runs, **last}
        self.path.parent.mkdir(exist_ok=True)
        new = self.path.with_suffix(f".{os.getpid()}")
        new.write_text(json.dumps(self.entries, indent=1, sort_keys=True) + "\n")
        new.replace(self.path)

    def print(self):
        print(f"{'target':12}{'processor s':>12}{'runs':>12}{'runs/s':>8}{'coverage':>10}{'corpus':>8}{'finds':>7}")
        for target, entry in sorted(self.entries.items()):
            seconds = entry["processor_seconds"]
            print(f"{target:12}{seconds:12.0f}{entry['runs']:12}{entry['runs'] / max(seconds, 1):8.0f}{entry['coverage']:10}"
                  f"{entry['corpus']:8}{len(entry['finds']):7}")


def shared_folder():
    """In memory where that is possible: each run of some targets writes a file."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def begin_with_seeds(program, grown, folder, artifacts):
    """Copies the seeds that reach something; libFuzzer reads all of its corpus whenever it starts."""
    if any(grown.iterdir()):
        return
    print(f"{grown.name}: reading seeds", flush=True)
    seeds.write(folder, grown.name)
    with tempfile.TemporaryDirectory(prefix="pith-fuzz-", dir=shared_folder()) as temporary:
        subprocess.run([program, "-merge=1", f"-max_len={LARGEST}", *findings.LIMITS, f"-artifact_prefix={artifacts}/", grown, folder],
                       cwd=temporary, env=findings.environment(temporary), capture_output=True, check=False)


def fuzz(program, corpora, artifacts, seconds, jobs, folder):
    """Runs a target; returns (runs, coverage, size of the corpus) as libFuzzer counts them, and what it said last."""
    command = [program, f"-fork={jobs}", "-ignore_crashes=1", "-ignore_ooms=1", "-ignore_timeouts=1",
               f"-max_total_time={int(seconds)}", f"-max_len={LARGEST}", "-len_control=0", "-mutate_depth=2", *findings.LIMITS,
               f"-artifact_prefix={artifacts}/", *corpora]
    process = subprocess.Popen([str(word) for word in command], cwd=folder, env=findings.environment(folder),
                               stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, errors="replace")
    runs = coverage = corpus = 0
    told = time.monotonic()
    said = collections.deque(maxlen=400)
    for line in process.stderr:
        found = PROGRESS.match(line)
        if not found:
            said.append(line)
            continue
        runs, coverage, corpus = (int(number) for number in found.groups()[:3])
        if time.monotonic() - told > 60:
            told = time.monotonic()
            print(f"  {runs} runs, coverage {coverage}, corpus {corpus}, "
                  f"out of memory/too slow/crashed: {'/'.join(found.groups()[3:])}", flush=True)
    process.wait()
    if not runs:
        sys.exit(f"error: expected {program} to run; it said\n{''.join(said)}")
    return runs, coverage, corpus, "".join(said)


def turn(target, seconds, args, totals):
    program = args.build / "bin" / f"pith-fuzz-{target}"
    grown, artifacts, finds = (args.build / name / target for name in ("corpus", "artifacts", "finds"))
    for path in (grown, artifacts):
        path.mkdir(parents=True, exist_ok=True)
    begin_with_seeds(program, grown, args.build / "seeds" / target, artifacts)
    print(f"{target}: {seconds / 60:.1f} minutes, jobs: {args.jobs}", flush=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory(prefix="pith-fuzz-", dir=shared_folder()) as folder:
        runs, coverage, corpus, said = fuzz(program, [grown, HERE / "corpus" / target], artifacts, seconds, args.jobs, folder)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = findings.collect(program, artifacts, finds, folder, said)
    seconds = round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    totals.add(target, seconds, runs, coverage=coverage, corpus=corpus, finds=found)
    print(f"  {runs} runs, coverage {coverage}, findings: {len(found)}", flush=True)
    for name in found:
        print(f"  {name}\n    {program} {finds / name}", flush=True)


def main():
    known = sorted(path.name for path in (HERE / "corpus").iterdir())
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     usage=argparse.SUPPRESS)
    parser.add_argument("build", type=lambda word: pathlib.Path(word).resolve())
    parser.add_argument("hours", type=float, nargs="?")
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at a time (default: one for each processor)")
    parser.add_argument("--totals", action="store_true", help="print what all runs came to, and run nothing")
    args = parser.parse_intermixed_args()
    for target in args.targets:
        if target not in known:
            sys.exit(f"error: expected targets of {', '.join(known)}; got {target}")
    totals = Totals(args.build / "finds" / "summary.json")
    if args.hours is None and not args.totals:
        parser.error("expected HOURS or --totals")
    targets, left = args.targets or known, 0 if args.totals else args.hours * 3600
    # Whole turns of equal length; one of each target at least.
    length = left / len(targets)
    while length > TURN:
        length /= 2
    while left > 1:
        turn(min(targets, key=lambda target: totals.of(target)["processor_seconds"]), min(length, left), args, totals)
        left -= length
    totals.print()
    sys.exit(any(entry["finds"] for entry in totals.entries.values()))


if __name__ == "__main__":
    main()
