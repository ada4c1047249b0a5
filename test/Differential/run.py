#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Seeded cases of quantized operators: pith, the specification, ONNX Runtime.

Every case must give the specification's bits (test/spec). Cases of the exact
families must give ONNX Runtime's codes too, the others may be one code off; how
many are is printed. README.md names the families and where ONNX Runtime departs
from ONNX.

There are 3,000 cases. Without options 300 of them run, chosen by the commit. A
failure leaves its model in a folder, and prints the command that runs it again.

--target and --cpu (several, separated by commas) choose the machines; each must
give the specification's bits, and so the same as every other. ONNX Runtime is
asked once. Floats are compared by their bits, too.

examples: run.py --cases 3000 --json
          run.py --only QLinearConv --only QDQConv --cases 50 --seed 7
          run.py --case QLinearConv/17
          run.py --target=T --cpu=C,D --cases 3000
"""
import argparse
import functools
import json
import os
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PYTHON = HERE.parent.parent / "build" / "python" / "bin" / "python"


def in_environment():
    """Starts again under the project's Python when this is another one."""
    if pathlib.Path(sys.prefix) != PYTHON.parent.parent:
        if not PYTHON.exists():
            sys.exit(f"error: expected {PYTHON}; scripts/setup makes it")
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def keep(case, folder, runners, machine):
    """Model and inputs of a failure, for a closer look."""
    place = folder / case.name.replace("/", "-")
    runners.write_pack([case], place)
    return f"build/bin/pith run {place}/model.onnx {' '.join(machine)} --inputs {place}/x.npz --outputs {place}/y.npz"


def progress(what, total):
    def report(count):
        if sys.stderr.isatty():
            print(f"\r{what}: {count} of {total} ", end="", file=sys.stderr)
    return report


def store(cases, folder, pack):
    """Writes golden.txt from ONNX Runtime's answers on this CPU."""
    import compare
    import golden
    import runners

    if not golden.has_vnni():
        sys.exit("error: ONNX Runtime saturates on this CPU: store codes on one with avx512_vnni or avx_vnni")
    exact = [case for case in cases if case.exact]
    results, failures = runners.run_all(exact, runners.by_runtime, folder, pack)
    if failures:
        sys.exit("error: ONNX Runtime does not run " + ", ".join(sorted(failures)))
    golden.store([(case, compare.digest(results[case.name])) for case in exact])
    print(f"{golden.PATH.name}: {len(exact)} cases")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=300, metavar="N", help="how many run (default 300)")
    parser.add_argument("--seed", type=int, metavar="S", help="which of them run (default: from the commit)")
    parser.add_argument("--universe", type=int, metavar="U", help="seed of another 3,000 cases; no stored answers")
    parser.add_argument("--only", action="append", metavar="FAMILY", help="only this family (repeatable)")
    parser.add_argument("--case", action="append", metavar="FAMILY/K", help="only this case (repeatable)")
    parser.add_argument("--pack", type=int, default=25, metavar="N", help="cases in one model (default 25)")
    parser.add_argument("--json", action="store_true", help="end with counts as JSON")
    parser.add_argument("--stored", action="store_true", help="judge by the stored codes, as on a CPU without VNNI")
    parser.add_argument("--target", default="reference", help="whose code runs (default reference)")
    parser.add_argument("--cpu", default="native", metavar="C,...", help="on which CPUs (default native)")
    parser.add_argument("--store", action="store_true", help="write golden.txt")
    return parser.parse_args()


def select(args):
    """Names of the cases to run."""
    import universe

    unknown = set(args.only or []) - set(universe.FAMILIES)
    if unknown:
        sys.exit(f"error: no family {', '.join(sorted(unknown))}; there are {', '.join(universe.FAMILIES)}")
    every = universe.names(args.only)
    if args.case:
        return [(name, number) for name, number in every if f"{name}/{number}" in args.case]
    seed = universe.seed_of_commit() if args.seed is None else args.seed
    return every if args.store else universe.choose(every, args.cases, seed)


def main():
    args = parse()
    in_environment()
    sys.path.insert(0, str(HERE))
    import golden
    import runners
    import universe
    from judge import Tally, complaints

    number = golden.UNIVERSE if args.universe is None else args.universe
    cases = [universe.make(name, k, number) for name, k in select(args)]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pith-differential-"))
    if args.store:
        store(cases, folder, args.pack)
        shutil.rmtree(folder)
        return 0
    trusted = golden.has_vnni() and not args.stored
    stored = None if trusted or number != golden.UNIVERSE else golden.load()
    asked = [case for case in cases if not case.departure and (trusted or not case.exact)]
    judged, refused = runners.run_all(asked, runners.by_runtime, folder / "pack", args.pack,
                                      progress("ONNX Runtime", len(asked)))
    tally, failed = Tally(), 0
    machines = [(f"--target={args.target}", f"--cpu={cpu}") for cpu in args.cpu.split(",")]
    for machine in machines:
        answers, failures = runners.run_all(cases, functools.partial(runners.by_pith, machine=machine), folder / "pack",
                                            args.pack, progress(" ".join(("pith", *machine)), len(cases)))
        for case in cases:
            if case.name in failures:
                found = [f"pith: {failures[case.name]}"]
            else:
                found = list(complaints(case, answers[case.name], judged.get(case.name), stored, tally))
            if case.name in refused:
                found.append(f"ONNX Runtime: {refused[case.name]}")
            if found:
                failed += 1
                print(f"FAIL {case.name} (universe {number}, opset {case.opset})", *machine, file=sys.stderr)
                for line in found + [keep(case, folder, runners, machine)]:
                    print(f"  {line}", file=sys.stderr)
    print("against ONNX Runtime:", *tally.lines(), sep="\n  ", file=sys.stderr)
    shutil.rmtree(folder / "pack", ignore_errors=True)
    if not failed:
        shutil.rmtree(folder)
    counts = {"passed": len(cases) * len(machines) - failed, "failed": failed, "skipped": 0}
    print(json.dumps(counts) if args.json else "{passed} passed, {failed} failed".format(**counts))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
