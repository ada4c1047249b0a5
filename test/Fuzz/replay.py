#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the fuzz targets on their corpus: what once was a finding must not be one again.

Each file of corpus/TARGET, and some mutants of it chosen by the commit, ends within 10
seconds and 1 GiB, with a message or a result. A file that does not is named, with the
command that repeats it.

examples: replay.py
          replay.py onnx stages --mutants 1000 --seed 5
"""
import argparse
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BIN = ROOT / "build" / "bin"
SECONDS, KIBIBYTES = 10, 1 << 20


def run(target, files, args, folder):
    """None, or how a run on the files ended other than well; with mutants, where the last one is."""
    keep = folder / "mutant"
    limit = SECONDS * len(files) * (1 + args.mutants)
    command = [BIN / f"pith-fuzz-{target}", f"--mutants={args.mutants}", f"--seed={args.seed}", f"--keep={keep}", *files]
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder,
                               env=dict(os.environ, TMPDIR=str(folder)), start_new_session=True,
                               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(process.pid, signal.SIGKILL))
    signal.alarm(limit)
    said = process.stdout.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    signal.alarm(0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        return f"ended with {process.returncode}: {said[-1500:]}"
    if usage.ru_maxrss > KIBIBYTES:
        return f"took {usage.ru_maxrss >> 10} MiB"
    runs = len(files) * (1 + args.mutants)
    return None if f"{runs} runs" in said else f"expected {runs} runs: {said[-200:]}"


def replay(target, args):
    """(files that passed, files that failed) of a target."""
    files = sorted(path for path in (HERE / "corpus" / target).iterdir() if path.is_file())
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pith-replay-"))
    try:
        if run(target, files, args, folder) is None:
            return len(files), 0
        failed = 0
        for path in files:  # which one it was
            wrong = run(target, [path], args, folder)
            if wrong is None:
                continue
            failed += 1
            command = f"build/bin/pith-fuzz-{target} {path.relative_to(ROOT)}"
            if (folder / "mutant").exists():
                args.keep.mkdir(parents=True, exist_ok=True)
                shutil.move(folder / "mutant", args.keep / f"{target}-{path.name}")
                command = f"build/bin/pith-fuzz-{target} {args.keep / f'{target}-{path.name}'}"
            print(f"{target}: {path.name}: {wrong}\n  {command}", file=sys.stderr)
        # Files that fail together only are a failure, too.
        return len(files) - failed, failed or 1
    finally:
        shutil.rmtree(folder)


def main():
    sys.path.insert(0, str(ROOT / "test" / "Differential"))
    names = sorted(path.name for path in (HERE / "corpus").iterdir())
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"default: {', '.join(names)}")
    parser.add_argument("--mutants", type=int, default=20, help="of each file (default 20)")
    parser.add_argument("--seed", type=int, help="default: the commit's")
    parser.add_argument("--keep", type=pathlib.Path, default=ROOT / "build" / "fuzz", help="where mutants that fail are kept")
    parser.add_argument("--json", action="store_true", help="print counts as JSON")
    args = parser.parse_args()
    if args.seed is None:
        from universe import seed_of_commit
        args.seed = seed_of_commit()
    results = [replay(target, args) for target in args.targets or names]
    counts = {"passed": sum(r[0] for r in results), "failed": sum(r[1] for r in results), "skipped": 0}
    print(json.dumps(counts) if args.json else f"seed {args.seed}: {counts['passed']} passed, {counts['failed']} failed")
    sys.exit(bool(counts["failed"]))


if __name__ == "__main__":
    main()
