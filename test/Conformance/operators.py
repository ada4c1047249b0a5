#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes docs/operators.md: operator x version x element type x status.

usage: operators.py [--check]

It tells of the examples of examples.py by the list of expected failures, which
run.py --tests=examples proves to be exact.
"""
import collections
import sys

import pages
from run import BUILD, ROOT, home, read_expected

PAGE = ROOT / "docs" / "operators.md"
HEAD = """# Operators: version, element type, status

What becomes of each operator of ONNX in each version that a model of operator set 7 to 28 can mean. For every type that the
operator's first type parameter may be there is an example: compiled, run, and compared with ONNX's reference evaluator or ONNX
Runtime. `test/Conformance/operators.py` writes this page from the results of

```
test/Conformance/run.py --tests=examples --target=reference
```

An example is the first of ONNX's own node tests that has a form of that version and type. A refusal is therefore that of one
form: where a mode or an attribute is named, other forms compile. Types: `b` is bool, `i` and `u` are integers, `f` floats,
`bf16` bfloat16. What is known at compile time (Shape, Range of constants) counts as compiled. Operators that have graphs inside,
sequences, and what has no example are told by the number of [node tests](conformance.md) that pass. Not ONNX's are the
`com.microsoft` operators of [quantized files](quantized-files.md) and those of [yours](custom-operators.md).

| operator | since | compiled | refused |
|---|---|---|---|
"""
SHORT = {"bool": "b", "float": "f32", "double": "f64", "float16": "f16", "bfloat16": "bf16"}


def short(kind):
    """f32 for float, i8 for int8."""
    if kind in SHORT:
        return SHORT[kind]
    for long, letter in (("uint", "u"), ("int", "i"), ("float", "f")):
        if kind.startswith(long):
            return letter + kind[len(long):]
    return kind or "yes"


def reason(text):
    """Without the class, and without the operator that the line is about."""
    text = text.split(": ", 1)[-1]
    text = text.split("): ", 1)[-1] if text.startswith("operator ") else text
    return text.replace("|", "\\|").rstrip(": ")


def rows_of(versions):
    """Versions of one status side by side: [(since, compiled, refused)]."""
    rows = []
    for since, (compiled, refused) in sorted(versions.items()):
        if rows and rows[-1][1:] == (compiled, refused):
            rows[-1][0].append(since)
        else:
            rows.append(([since], compiled, refused))
    return rows


def cells(compiled, refused):
    """The two last columns: types, and types by the reason of their refusal."""
    groups = collections.defaultdict(list)
    for kind, why in refused:
        groups[why].append(short(kind))
    told = "; ".join(f"{' '.join(kinds)}: {why}" if kinds != ["yes"] else why for why, kinds in groups.items())
    return " ".join(short(kind) for kind in compiled) or "-", told or "-"


def node_tests(entries, failures):
    """By (domain, operator): how many tests of that node alone there are, and pass."""
    import onnx

    total, passed = collections.Counter(), collections.Counter()
    for entry in entries:
        nodes = onnx.load(entry["a"]["model"], load_external_data=False).graph.node
        if len(nodes) == 1:
            key = "" if nodes[0].domain == "ai.onnx" else nodes[0].domain, nodes[0].op_type
            total[key] += 1
            passed[key] += entry["name"] not in failures
    return total, passed


def page(collections_of):
    from examples import operators

    failures = read_expected(home("", "examples"))
    table = collections.defaultdict(lambda: collections.defaultdict(lambda: ([], [])))
    for entry in collections_of["examples"](BUILD):
        domain, name, since, kind = entry["of"]
        compiled, refused = table[domain, name][since]
        if entry["name"] in failures:
            refused.append((kind, reason(failures[entry["name"]])))
        else:
            compiled.append(kind)
    total, passed = node_tests(collections_of["nodes"](BUILD), read_expected(home("reference")))
    lines = []
    for domain, name in operators():
        shown = f"{domain}.{name}" if domain else name
        if not table[domain, name]:
            tests = total[domain, name]
            told = f"{passed[domain, name]} of {tests} node tests" if tests else "no test"
            lines.append(f"| {shown} | | {told} | |")
        for since, *status in rows_of(table[domain, name]):
            lines.append("| {} | {} | {} | {} |".format(shown, ", ".join(map(str, since)), *cells(*status)))
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(pages.main(__doc__, PAGE, page))
