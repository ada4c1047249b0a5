#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the ONNX project's tests through compiled bundles.

usage: run.py --target=T [--tests=nodes|stored|light|examples] [--cpu=C,... | --cpu=all] [--same-as=TARGET] [--part=K]
              [--filter S] [--json] [--update]

Tests: of each operator (nodes); models that were exported from PyTorch or written
by hand (stored); whole networks (light); each operator in each of its versions and
element types (examples).

A test passes when mode b (weights, parameters and shape operands frozen) passes
and mode a (all inputs at run time) passes too, or compile-time-operands.txt lists the
test: it has shape operands that must be known.
An output that is known at compile time is not counted as passed. With several
CPUs each is judged by itself; `all` are those that the target names. --same-as
compares every output with that target's, bit for bit (one NaN is as good as
another).

targets/<Name>/expected-failures.txt names the node tests that do not pass, with
reasons, and expected-failures-TESTS.txt beside this file the others; a line `like reference` stands for that target's list. A crash, a
time-out, a wrong number or a differing bit is never an expected failure.
--update writes the list from what is found.

examples: run.py --target=reference --filter conv --json
          run.py --target=others --cpu=all --same-as=reference    all of them, every CPU
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build"
PYTHON = BUILD / "python" / "bin" / "python"
COMPILE_TIME = HERE / "compile-time-operands.txt"
KEYS = ("target", "total", "passed", "expected_failures", "unexpected_failures", "unexpected_passes", "skipped")
# What must not happen, expected or not.
NEVER = {"crash", "timeout", "wrong", "differs", "run", "missing"}


def in_environment():
    """Starts again under the project's Python when this is another one."""
    if pathlib.Path(sys.prefix) != PYTHON.parent.parent:
        if not PYTHON.exists():
            sys.exit(f"error: expected {PYTHON}; scripts/setup makes it")
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def cpus_of(target):
    """The CPUs that the target names, and those of them that this machine is not."""
    process = subprocess.run([str(BUILD / "bin" / "pith"), "targets", f"--target={target}", "--json"],
                             capture_output=True, text=True)
    if process.returncode:
        sys.exit(process.stderr.strip())
    cpus = json.loads(process.stdout)[0]["cpus"]
    return [[cpu["name"] for cpu in cpus if cpu["runs_here"] == here] for here in (True, False)]


def run_jobs(entries, target, args, cpus):
    """Results by CPU, then by test and mode."""
    jobs = []
    for entry in entries:
        for mode in ("a", "b"):
            if entry[mode]:
                jobs.append({"name": f"{entry['name']}:{mode}", "outputs": entry["outputs"],
                             "of_largest": entry["of_largest"], **entry[mode]})
    command = [str(BUILD / "bin" / "pith-conformance"), f"--target={target}", f"--jobs={args.jobs}"]
    if any(cpus):
        command.append(f"--cpu={','.join(cpus)}")
    if args.load_target:
        command.append(f"--load-target={args.load_target}")
    if args.same_as:
        command.append(f"--same-as={args.same_as}")
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    import threading

    def feed():
        with process.stdin as stdin:
            stdin.writelines(json.dumps(job) + "\n" for job in jobs)

    threading.Thread(target=feed, daemon=True).start()
    missing = {"passed": False, "class": "missing", "message": "no result"}
    results = {cpu: {job["name"]: missing for job in jobs} for cpu in cpus}
    for count, line in enumerate(process.stdout, 1):
        result = json.loads(line)
        results[result["cpu"]][result["name"]] = result
        if sys.stderr.isatty():
            print(f"\r{count} of {len(jobs) * len(cpus)} runs", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print("\r" + " " * 40, end="\r", file=sys.stderr)
    if process.wait() != 0:
        sys.exit(f"error: {command[0]} ended with {process.returncode}")
    return results


def needs_shapes(entry, results):
    """Why the test passes only when its shape operands are known; None where it passes
    with operands of the run, or does not pass."""
    a, b = results[entry["name"] + ":a"], results.get(entry["name"] + ":b")
    if not entry["shapes"] or a["passed"] or a["class"] in NEVER or not b or not b["passed"]:
        return None
    return a["class"], reason_of(a)


def judge(entry, results, compile_time):
    """None when the test passes, else its class and reason."""
    a = results[entry["name"] + ":a"]
    if a.get("class") == "folded" and entry.get("may_fold"):
        return None
    b = results.get(entry["name"] + ":b", a)
    if b["passed"] and (a["passed"] or (entry["name"] in compile_time and needs_shapes(entry, results))):
        return None
    bad = a if a.get("class") in NEVER or b["passed"] else b
    return bad["class"], reason_of(bad)


def reason_of(result):
    """The message without what differs from test to test."""
    message = result["message"].split("\n")[0]
    message = re.sub(r"^\S+\.onnx: ", "", message)
    message = re.sub(r"^node '[^']*'(?: \((\w+)\))?: ", lambda m: f"{m[1]}: " if m[1] else "", message)
    # One error lists all nodes; the notes behind it say what each lacks.
    message = re.sub(r"^\d+ nodes? (is|are) not supported; change the model or its export; ", "", message)
    message = re.sub(r"; \d+ nodes?: .*$", "", message)
    message = re.sub(r"; in the model '.*$", "", message)
    message = re.sub(r"^input '[^']*': ", "input: ", message)
    message = re.sub(r"the shape of '[^']*'; state it .*", "the shape of the result", message)
    message = re.sub(r"<([\d?]+x)+", "<...x", message)  # shapes
    return f"{result['class']}: {message}"[:160].strip()


def home(target, tests="nodes"):
    """The list of a target in the tree: it stands in the target's folder. That of models
    is one for all."""
    if tests != "nodes":
        return HERE / f"expected-failures-{tests}.txt"
    for folder in (ROOT / "targets").iterdir():
        if folder.name.lower() == target:
            return folder / "expected-failures.txt"
    sys.exit(f"error: expected a folder of target '{target}' in targets/; give --expected=FILE")


def others():
    """The targets of the tree besides the oracle."""
    folders = sorted(path.parent.name.lower() for path in (ROOT / "targets").glob("*/expected-failures.txt"))
    return [name for name in folders if name != "reference"]


def read_expected(path):
    expected = {}
    if path.exists():
        for line in path.read_text().splitlines():
            if line.startswith("like "):
                expected.update(read_expected(home(line.split()[1])))
            elif line and not line.startswith("#"):
                name, _, reason = line.partition("  ")
                expected[name] = reason.strip()
    return expected


def write_expected(path, failures, title="Tests that do not pass, and why."):
    """Grouped by reason, the largest group first. A line `like TARGET` stays where
    all that fails there fails here."""
    found = re.search(r"^like (\S+)$", path.read_text() if path.exists() else "", re.M)
    shared = read_expected(home(found[1])) if found else {}
    keep = bool(found) and shared.keys() <= failures.keys()
    groups = {}
    for name, (_, reason) in sorted(failures.items()):
        if not keep or name not in shared:
            groups.setdefault(reason, []).append(name)
    lines = ["# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception",
             f"# {title} test/Conformance/run.py --update writes this file."]
    if keep:
        lines += ["", found[0]]
    for reason, names in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        lines += ["", f"# {reason} ({len(names)})"] + [f"{name}  {reason}" for name in names]
    path.write_text("\n".join(lines) + "\n")


def part_of(entries, parts):
    """One of `parts` shares of the tests, chosen by the commit."""
    sys.path.insert(0, str(ROOT / "test" / "Differential"))
    from universe import seed_of_commit

    return entries[seed_of_commit() % parts::parts]


def compare(failures, names, expected):
    """Names of expected failures, unexpected failures and unexpected passes."""
    failed = set(failures)
    never = {name for name in failed if failures[name][0] in NEVER}
    known = {name for name in expected if name in names}
    return (failed & known) - never, (failed - known) | never, known - failed


def self_test():
    """The rules, on made-up results."""
    ok, no = {"passed": True}, {"passed": False, "class": "import", "message": "node 'n' (Op): no"}
    wrong = {"passed": False, "class": "wrong", "message": "1 of 2"}
    entry = {"name": "t", "shapes": []}
    shaped, unlisted = {"name": "t", "shapes": ["s"]}, {"name": "u", "shapes": ["s"]}
    cases = [
        (entry, {"t:a": ok}, None), (unlisted, {"u:a": no, "u:b": ok}, "import"), (unlisted, {"u:a": ok, "u:b": ok}, None),
        (shaped, {"t:a": no, "t:b": no}, "import"), (entry, {"t:a": no}, "import"), (entry, {"t:a": no, "t:b": ok}, "import"),
        (shaped, {"t:a": no, "t:b": ok}, None), (shaped, {"t:a": wrong, "t:b": ok}, "wrong"),
        (shaped, {"t:a": ok, "t:b": no}, "import"), (entry, {"t:a": ok, "t:b": ok}, None),
    ]
    for test, results, wanted in cases:
        found = judge(test, results, {"t"})
        assert (found and found[0]) == wanted, (test, results, found)
    assert reason_of(no) == "import: Op: no"
    failures = {"a": ("import", ""), "b": ("crash", ""), "c": ("import", "")}
    found = compare(failures, {"a", "b", "c", "d"}, {"a": "", "b": "", "d": "", "other": ""})
    assert found == ({"a"}, {"b", "c"}, {"d"}), found
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "expected-failures.txt"
        path.write_text("like reference\n")
        reference = read_expected(home("reference"))
        assert reference and read_expected(path) == reference
        more = {name: ("", reason) for name, reason in reference.items()} | {"z": ("import", "import: why")}
        write_expected(path, more)
        assert path.read_text().count("\ntest_") == 0 and read_expected(path) == reference | {"z": "import: why"}
        write_expected(path, {"z": ("import", "import: why")})  # fewer: the other list no longer fits
        assert read_expected(path) == {"z": "import: why"}
    print("the rules hold")


def report(target, cpu, names, failures, path, free=()):
    """Prints what was not expected; returns the counts. `free` are tests whose shape
    operands no longer need to be known."""
    expected, failed, passed = compare(failures, names, read_expected(path))
    where = f" on {cpu}" if cpu else ""
    for name in sorted(failed):
        print(f"FAIL {name}{where}: {failures[name][1]}", file=sys.stderr)
    for name in sorted(passed):
        print(f"UNEXPECTED PASS {name}{where}: remove it from {path}", file=sys.stderr)
    for name in sorted(free):
        print(f"UNEXPECTED PASS {name}{where} with operands of the run: remove it from {COMPILE_TIME}", file=sys.stderr)
    return dict(zip(KEYS, (target, len(names), len(names) - len(failures), len(expected), len(failed), len(passed) + len(free), 0)))


def run_target(target, args, everything):
    """Yields the counts of each CPU."""
    path = args.expected or home(target, args.tests)
    gone = sorted(read_expected(path).keys() - {entry["name"] for entry in everything})
    if gone and not args.update:
        sys.exit(f"error: {path} lists tests that do not exist: {', '.join(gone)}")
    entries = [entry for entry in part_of(everything, args.part) if args.filter in entry["name"]]
    cpus, absent = cpus_of(target) if args.cpu == "all" else (args.cpu.split(","), [])
    for cpu in absent:
        print(f"skipped: this machine is no {cpu}", file=sys.stderr)
        yield dict.fromkeys(KEYS, 0) | {"skipped": len(entries)}
    results = run_jobs(entries, target, args, cpus)
    names = {entry["name"] for entry in entries}
    for cpu in cpus:
        shaped = {e["name"]: why for e in entries if (why := needs_shapes(e, results[cpu]))}
        if args.update and args.tests == "nodes" and target == "reference":
            write_expected(COMPILE_TIME, shaped, "Tests that pass when their shape operands are known, and why not else.")
        compile_time = read_expected(COMPILE_TIME)
        free = {name for name in compile_time if name in names and name not in shaped}
        failures = {e["name"]: why for e in entries if (why := judge(e, results[cpu], compile_time))}
        if args.update and cpu == cpus[0]:
            write_expected(path, {name: why for name, why in failures.items() if why[0] not in NEVER})
        counts = report(target, cpu, names, failures, path, free)
        if cpu:
            print(json.dumps({"cpu": cpu} | counts) if args.json else f"{cpu}: {counts['passed']} of {counts['total']}")
        yield counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", default="reference", help="or `others`: all in the tree but reference")
    parser.add_argument("--tests", default="nodes", choices=("nodes", "stored", "light", "examples"), help="which ones; default: nodes")
    parser.add_argument("--cpu", default="", help="CPUs, separated by commas, or all that the target names")
    parser.add_argument("--load-target", metavar="LIB", help="a shared library with the target")
    parser.add_argument("--same-as", metavar="TARGET", help="whose bits the outputs must have")
    parser.add_argument("--expected", type=pathlib.Path, metavar="FILE",
                        help="the list of expected failures; default: the one in the target's folder")
    parser.add_argument("--filter", default="", metavar="S", help="only tests whose names contain S")
    parser.add_argument("--part", type=int, default=1, metavar="K", help="one K-th of the tests, chosen by the commit")
    parser.add_argument("--json", action="store_true", help="print counts as JSON, of each CPU and of all")
    parser.add_argument("--jobs", type=int, default=2, help="models at a time")
    parser.add_argument("--update", action="store_true", help="write the list of expected failures")
    parser.add_argument("--self-test", action="store_true", help="test the rules, run nothing")
    args = parser.parse_args()
    if args.self_test:
        return self_test()
    in_environment()
    sys.path.insert(0, str(HERE))
    from cases import COLLECTIONS

    if args.update and (args.filter or args.part > 1):
        parser.error("--update writes the whole list: give neither --filter nor --part")
    everything = COLLECTIONS[args.tests](BUILD)
    targets = others() if args.target == "others" else [args.target]
    total = dict.fromkeys(KEYS, 0) | {"target": args.target, "skipped": 0 if targets else 1}
    for target in targets:
        for counts in run_target(target, args, everything):
            for key in KEYS[1:]:
                total[key] += counts[key]
    if args.json:
        print(json.dumps(total))
    else:
        print("\n".join(f"{key}: {value}" for key, value in total.items()))
    return 1 if total["unexpected_failures"] or total["unexpected_passes"] else 0


if __name__ == "__main__":
    sys.exit(main())
