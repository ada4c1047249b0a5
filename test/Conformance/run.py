#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the ONNX project's node tests through compiled bundles.

usage: run.py --target=T [--cpu=C] [--filter S] [--json] [--jobs N] [--update]

A test passes when mode b (weights, parameters and shape operands frozen) passes
and mode a (all inputs at run time) passes too or the test has shape operands.
An output that is known at compile time is not counted as passed.

expected-failures/<target>.txt names the tests that do not pass, with reasons. A
crash, a time-out or a wrong number is never an expected failure. --update
writes the list from what is found.

example: run.py --target=reference --filter conv --json
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build"
PYTHON = BUILD / "python" / "bin" / "python"
KEYS = ("target", "total", "passed", "expected_failures", "unexpected_failures", "unexpected_passes", "skipped")
# What must not happen, expected or not.
NEVER = {"crash", "timeout", "wrong", "run", "missing"}


def in_environment():
    """Starts again under the project's Python when this is another one."""
    if pathlib.Path(sys.prefix) != PYTHON.parent.parent:
        if not PYTHON.exists():
            sys.exit(f"error: expected {PYTHON}; scripts/setup makes it")
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def run_jobs(entries, args):
    """Result of each (test, mode)."""
    jobs = []
    for entry in entries:
        for mode in ("a", "b"):
            if entry[mode]:
                jobs.append({"name": f"{entry['name']}:{mode}", "outputs": entry["outputs"], **entry[mode]})
    command = [str(BUILD / "bin" / "pith-conformance"), f"--target={args.target}", f"--jobs={args.jobs}"]
    if args.cpu:
        command.append(f"--cpu={args.cpu}")
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    import threading

    def feed():
        with process.stdin as stdin:
            stdin.writelines(json.dumps(job) + "\n" for job in jobs)

    threading.Thread(target=feed, daemon=True).start()
    results = {}
    for line in process.stdout:
        result = json.loads(line)
        results[result["name"]] = result
        if sys.stderr.isatty():
            print(f"\r{len(results)} of {len(jobs)} runs", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print("\r" + " " * 40, end="\r", file=sys.stderr)
    if process.wait() != 0:
        sys.exit(f"error: {command[0]} ended with {process.returncode}")
    return {job["name"]: results.get(job["name"], {"passed": False, "class": "missing", "message": "no result"})
            for job in jobs}


def judge(entry, results):
    """None when the test passes, else its class and reason."""
    a = results[entry["name"] + ":a"]
    b = results.get(entry["name"] + ":b", a)
    if b["passed"] and (a["passed"] or (entry["shapes"] and a["class"] not in NEVER)):
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
    message = re.sub(r"<([\d?]+x)+", "<...x", message)  # shapes
    return f"{result['class']}: {message}"[:160].strip()


def read_expected(path):
    expected = {}
    if path.exists():
        for line in path.read_text().splitlines():
            if line and not line.startswith("#"):
                name, _, reason = line.partition("  ")
                expected[name] = reason.strip()
    return expected


def write_expected(path, failures):
    """Grouped by reason, the largest group first."""
    groups = {}
    for name, (_, reason) in sorted(failures.items()):
        groups.setdefault(reason, []).append(name)
    lines = ["# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception",
             "# Node tests that do not pass, and why. run.py --update writes this file."]
    for reason, names in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        lines += ["", f"# {reason} ({len(names)})"] + [f"{name}  {reason}" for name in names]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


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
    shaped = {"name": "t", "shapes": ["s"]}
    cases = [
        (entry, {"t:a": ok}, None), (entry, {"t:a": no}, "import"), (entry, {"t:a": no, "t:b": ok}, "import"),
        (shaped, {"t:a": no, "t:b": ok}, None), (shaped, {"t:a": wrong, "t:b": ok}, "wrong"),
        (shaped, {"t:a": ok, "t:b": no}, "import"), (entry, {"t:a": ok, "t:b": ok}, None),
    ]
    for test, results, wanted in cases:
        found = judge(test, results)
        assert (found and found[0]) == wanted, (test, results, found)
    assert reason_of(no) == "import: Op: no"
    failures = {"a": ("import", ""), "b": ("crash", ""), "c": ("import", "")}
    found = compare(failures, {"a", "b", "c", "d"}, {"a": "", "b": "", "d": "", "other": ""})
    assert found == ({"a"}, {"b", "c"}, {"d"}), found
    print("the rules hold")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", default="reference")
    parser.add_argument("--cpu")
    parser.add_argument("--filter", default="", metavar="S", help="only tests whose names contain S")
    parser.add_argument("--json", action="store_true", help="print counts as JSON")
    parser.add_argument("--jobs", type=int, default=2, help="models at a time")
    parser.add_argument("--update", action="store_true", help="write the list of expected failures")
    parser.add_argument("--self-test", action="store_true", help="test the rules, run nothing")
    args = parser.parse_args()
    if args.self_test:
        return self_test()
    in_environment()
    sys.path.insert(0, str(HERE))
    from cases import collect

    entries = [entry for entry in collect(BUILD) if args.filter in entry["name"]]
    results = run_jobs(entries, args)
    failures = {e["name"]: why for e in entries if (why := judge(e, results))}
    path = HERE / "expected-failures" / f"{args.target}.txt"
    if args.update:
        if args.filter:
            parser.error("--update writes the whole list: give no --filter")
        write_expected(path, {name: why for name, why in failures.items() if why[0] not in NEVER})
    names = {entry["name"] for entry in entries}
    if not args.filter and (gone := sorted(read_expected(path).keys() - names)):
        sys.exit(f"error: {path.name} lists tests that do not exist: {', '.join(gone)}")
    expected, failed, passed = compare(failures, names, read_expected(path))
    for name in sorted(failed):
        print(f"FAIL {name}: {failures[name][1]}", file=sys.stderr)
    for name in sorted(passed):
        print(f"UNEXPECTED PASS {name}: remove it from {path.relative_to(HERE)}", file=sys.stderr)
    counts = dict(zip(KEYS, (args.target, len(names), len(names) - len(failures), len(expected),
                             len(failed), len(passed), 0)))
    if args.json:
        print(json.dumps(counts))
    else:
        print("\n".join(f"{key}: {value}" for key, value in counts.items()))
    return 1 if failed or passed else 0


if __name__ == "__main__":
    sys.exit(main())
