#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks the rules of house style that a program can check.

usage: lint.py [--root DIR] [--rule NAME]... [--self-test] [--json]

A rule is a function that yields (path, line, message). Each counts as one test.
The self test plants violations (utils/lint_cases.py) and expects them to be found.
"""
import argparse
import json
import pathlib
import sys

from lint_rules import RULES, Tree


def self_test():
    """Number of cases, and a message for each that went wrong."""
    import tempfile

    from lint_cases import CASES

    wrong = [f"rule '{rule}' has no case" for rule in RULES if not any(c[0] == rule for c in CASES)]
    for number, (rule, files, expected) in enumerate(CASES):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            found = sorted({str(path) for path, _, _ in RULES[rule](Tree(root))})
        if found != sorted(expected):
            wrong.append(f"case {number} of rule '{rule}': expected complaints about {sorted(expected)}, got {found}")
    return len(CASES), wrong


def check(root, names):
    """Number of rules, and the complaints of each rule that found something."""
    tree, failed = Tree(root), {}
    for name in names:
        complaints = [f"{path}:{line}: {message} [{name}]" for path, line, message in RULES[name](tree)]
        if complaints:
            failed[name] = complaints
    return len(names), failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = pathlib.Path(__file__).resolve().parent.parent
    parser.add_argument("--root", type=pathlib.Path, default=here, help="the tree to check")
    parser.add_argument("--rule", action="append", choices=sorted(RULES), help="check only this (repeatable)")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--json", action="store_true", help="end with counts as JSON")
    args = parser.parse_args()
    if args.self_test:
        total, wrong = self_test()
        print("".join(message + "\n" for message in wrong), end="")
        failed = min(len(wrong), total)
    else:
        total, complaints = check(args.root, args.rule or list(RULES))
        for lines in complaints.values():
            print("\n".join(lines))
        failed = len(complaints)
    if args.json:
        print(json.dumps({"passed": total - failed, "failed": failed, "skipped": 0}))
    elif not failed:
        print(f"{total} {'cases' if args.self_test else 'rules'}, no complaint")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
