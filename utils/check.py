#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the test suites of test/suites.toml and adds up their results.

usage: check.py [--only SUITE]... [--list] [--self-test] [--json]

The last line is 'N passed, N failed, N skipped'. A suite that crashes, takes too
long or reports nothing counts as failed, whatever it printed before.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LLVM = "/usr/lib/llvm-22"
KEYS = ("passed", "failed", "skipped")

Counts = collections.namedtuple("Counts", KEYS)


class BadReport(Exception):
    """A suite said something that cannot be counted."""


def as_counts(report):
    """Counts from a suite's object, or from the conformance runner's."""
    if not isinstance(report, dict):
        raise BadReport("expected a JSON object")
    if "unexpected_failures" in report:
        # An expected failure is a known gap: neither passed nor failed.
        numbers = {k: number(report, k) for k in
                   ("passed", "expected_failures", "unexpected_failures", "unexpected_passes", "skipped")}
        return Counts(numbers["passed"], numbers["unexpected_failures"] + numbers["unexpected_passes"],
                      numbers["skipped"] + numbers["expected_failures"])
    return Counts(*(number(report, key) for key in KEYS))


def number(report, key):
    """An entry that is a count, or a list of what is counted."""
    value = report.get(key)
    if isinstance(value, (list, dict)):
        value = len(value)
    if type(value) is not int or value < 0:
        raise BadReport(f"expected a count under '{key}', got {value!r}")
    return value


def count_exit(code, output, report):
    return {0: Counts(1, 0, 0), 77: Counts(0, 0, 1)}.get(code, Counts(0, 1, 0))


def count_json(code, output, report):
    lines = output.strip().splitlines()
    for text in (output, lines[-1] if lines else ""):
        try:
            return as_counts(json.loads(text))
        except json.JSONDecodeError:
            pass
    raise BadReport("expected a JSON object at the end of the output")


LIT_CODES = {"PASS": 0, "FLAKYPASS": 0, "FAIL": 1, "XPASS": 1, "UNRESOLVED": 1, "TIMEOUT": 1,
             "XFAIL": 2, "UNSUPPORTED": 2, "SKIPPED": 2, "EXCLUDED": None}


def count_lit(code, output, report):
    try:
        tests = json.loads(report.read_text())["tests"]
    except (OSError, ValueError, KeyError) as error:
        raise BadReport(f"expected lit's results in {report}: {error}") from error
    counts = [0, 0, 0]
    for test in tests:
        kind = LIT_CODES.get(test["code"], 1)
        if kind is not None:
            counts[kind] += 1
    return Counts(*counts)


def count_unit(code, output, report):
    try:
        data = json.loads(report.read_text())
        tests = [t for suite in data["testsuites"] for t in suite["testsuite"]]
    except (OSError, ValueError, KeyError) as error:
        raise BadReport(f"expected GoogleTest's results in {report}: {error}") from error
    failed = sum("failures" in t for t in tests)
    skipped = sum(t["result"] != "COMPLETED" or t["status"] != "RUN" for t in tests)
    return Counts(len(tests) - failed - skipped, failed, skipped)


RUNNING = set()  # processes, to be killed where the run is broken off
COUNTERS = {"exit": count_exit, "json": count_json, "lit": count_lit, "unit": count_unit}


def run(command, log, minutes):
    """Runs a command to its end, or kills it and what it started. Returns code, stdout."""
    env = dict(os.environ, LC_ALL="C.UTF-8", PYTHONDONTWRITEBYTECODE="1")
    out = log.with_suffix(".out")
    with open(log, "wb") as errors, open(out, "wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=errors, start_new_session=True)
        RUNNING.add(process)
        try:
            code = process.wait(timeout=60 * minutes)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise BadReport(f"stopped after {minutes} minutes") from None
        finally:
            RUNNING.discard(process)
    return code, out.read_text(errors="replace")


def run_command(suite, command, logs, stem):
    """Counts of one command of a suite; its output goes to logs named `stem`."""
    report = logs / f"{stem}.json"
    report.unlink(missing_ok=True)
    values = {"build": BUILD, "llvm": LLVM, "python": sys.executable, "report": report, "source": ROOT}
    code, output = run([word.format(**values) for word in command], logs / f"{stem}.log", suite.get("minutes", 10))
    counts = COUNTERS[suite["counts"]](code, output, report)
    if code not in (0, 77) and not counts.failed:
        raise BadReport(f"{stem} ended with {code}, but reports no failure")
    return counts


def commands(suite):
    """The commands of a suite, each with a name: one, one for each file, or one for each unit test."""
    if suite["counts"] == "unit":
        listing = BUILD / "test" / "unittests.txt"
        if not listing.exists():
            raise BadReport(f"expected {listing}: configure the build first")
        for name in listing.read_text().split():
            yield f"unit-{name}", ["{build}/bin/" + name, "--gtest_output=json:{report}"]
    elif "each" in suite:
        for path in sorted(ROOT.glob(suite["each"])):
            file = str(path).replace("{", "{{").replace("}", "}}")
            yield f"{suite['name']}-{path.stem}", [file if word == "{file}" else word for word in suite["command"]]
    else:
        yield suite["name"], suite["command"]


def run_suite(suite, logs):
    """Counts of a suite, and (stem, reason) for each of its commands that failed."""
    def attempt(named):
        stem, command = named
        try:
            return stem, run_command(suite, command, logs, stem), None
        except (BadReport, OSError) as error:
            return stem, Counts(0, 1, 0), str(error)

    total, failures = Counts(0, 0, 0), []
    try:
        # A suite's files run side by side, a command for a whole suite by itself.
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            try:
                results = list(pool.map(attempt, commands(suite)))
            except KeyboardInterrupt:
                pool.shutdown(wait=False, cancel_futures=True)
                for process in list(RUNNING):
                    os.killpg(process.pid, signal.SIGKILL)
                raise
        for stem, counts, reason in results:
            if counts.failed:
                failures.append((stem, reason))
            total = Counts(*map(sum, zip(total, counts)))
        if not any(total):
            raise BadReport("expected at least one test, found none")
    except BadReport as error:
        return Counts(0, 1, 0), [(suite["name"], str(error))]
    return total, failures


def show_failure(stem, reason, logs):
    print(f"  {stem}: {reason or 'failed'}")
    for suffix in (".out", ".log"):
        path = logs / f"{stem}{suffix}"
        text = path.read_text(errors="replace").rstrip() if path.exists() else ""
        if text:
            print(f"  end of {path}:")
            print("\n".join("  | " + line[:400] for line in text.splitlines()[-25:]))


def run_all(suites, logs):
    logs.mkdir(parents=True, exist_ok=True)
    total = Counts(0, 0, 0)
    for index, suite in enumerate(suites, 1):
        print(f"[{index}/{len(suites)}] {suite['name']}", end=" ", flush=True)
        begin = time.monotonic()
        counts, failures = run_suite(suite, logs)
        print("{} passed, {} failed, {} skipped".format(*counts), f"({time.monotonic() - begin:.1f} s)", flush=True)
        for stem, reason in failures:
            show_failure(stem, reason, logs)
        total = Counts(*map(sum, zip(total, counts)))
    return total


def self_test():
    """Each way in which a suite can go wrong must count as a failure."""
    import tempfile

    cases = [
        ("exit", "exit 0", (1, 0, 0)),
        ("exit", "exit 77", (0, 0, 1)),
        ("exit", "exit 1", (0, 1, 0)),
        ("exit", "kill -SEGV $$", (0, 1, 0)),
        ("exit", "sleep 30", (0, 1, 0)),
        ("json", """echo noise; echo '{"passed":3,"failed":0,"skipped":1}'""", (3, 0, 1)),
        ("json", """echo '{"passed":3,"failed":2,"skipped":0}'; exit 1""", (3, 2, 0)),
        ("json", """echo '{"passed":3,"failed":0,"skipped":0}'; exit 1""", (0, 1, 0)),
        ("json", """echo '{"passed":3}'""", (0, 1, 0)),
        ("json", "echo fine", (0, 1, 0)),
        ("json", """echo '{"passed":0,"failed":0,"skipped":0}'""", (0, 1, 0)),
        ("json", """echo '{"passed":5,"expected_failures":4,"unexpected_failures":2,"unexpected_passes":1,
                    "skipped":1}'""", (5, 3, 5)),
        ("lit", """echo '{"tests":[{"code":"PASS"},{"code":"XFAIL"},{"code":"XPASS"}]}' >{report}; exit 1""",
         (1, 1, 1)),
        ("lit", "exit 0", (0, 1, 0)),
        ("unit", """echo '{"testsuites":[{"testsuite":[{"result":"COMPLETED","status":"RUN"},{"result":"SKIPPED",
                    "status":"RUN"},{"result":"COMPLETED","status":"RUN","failures":[{}]}]}]}' >{report}""", (1, 1, 1)),
        ("unit", "exit 0", (0, 1, 0)),
        ("unit", """echo '{"testsuites":[]}' >{report}; exit 1""", (0, 1, 0)),
    ]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for i, (counts, script, expected) in enumerate(cases):
            logs = pathlib.Path(folder) / str(i)
            logs.mkdir()
            script = script.replace("{", "{{").replace("}", "}}").replace("{{report}}", "{report}")
            suite = {"name": "case", "command": ["sh", "-c", script], "counts": counts, "minutes": 0.03}
            try:
                got = run_command(suite, suite["command"], logs, "case")
                got = got if any(got) else Counts(0, 1, 0)
            except BadReport:
                got = Counts(0, 1, 0)
            if tuple(got) != expected:
                wrong += 1
                print(f"'{script}': expected {expected}, got {tuple(got)}", file=sys.stderr)
    return Counts(len(cases) - wrong, wrong, 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", metavar="SUITE", help="run this suite (repeatable)")
    parser.add_argument("--list", action="store_true", help="print the suites' names")
    parser.add_argument("--self-test", action="store_true", help="test the counting itself")
    parser.add_argument("--json", action="store_true", help="with --self-test: print counts as JSON")
    args = parser.parse_args()
    suites = tomllib.loads((ROOT / "test" / "suites.toml").read_text())["suite"]
    if args.list:
        print("\n".join(s["name"] for s in suites))
        return 0
    if args.self_test:
        total = self_test()
    else:
        unknown = set(args.only or []) - {s["name"] for s in suites}
        if unknown:
            parser.error(f"no such suite: {', '.join(sorted(unknown))}; --list prints them")
        chosen = [s for s in suites if not args.only or s["name"] in args.only]
        total = run_all(chosen, BUILD / "logs" / "check")
    if args.json:
        print(json.dumps(total._asdict()))
    else:
        print("{} passed, {} failed, {} skipped".format(*total))
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
