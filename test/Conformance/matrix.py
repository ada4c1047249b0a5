#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes docs/conformance.md: operator x element type x target.

usage: matrix.py [--check]

It counts the ONNX project's node tests by the lists of expected failures, which
run.py proves to be exact: no test passes that a list names, none fails that no
list names. An operator's tests are those whose model has it as its only node;
the type is that of the first input that decides anything, else of the output.
"""
import collections
import re
import sys

import pages
from run import BUILD, ROOT, home, others, read_expected

PAGE = ROOT / "docs" / "conformance.md"
HEAD = """# Conformance: operator, element type, target

ONNX node tests that pass, of those there are. `test/Conformance/matrix.py` writes this page from
`targets/*/expected-failures.txt`, which `test/Conformance/run.py` proves to be exact, for each CPU that a target names.
An operator's tests are those whose model has no other node; *expanded* are the models that ONNX writes for functions.
A test whose output is known at compile time does not count as passed.

"""
MODELS = """
The same of the models that ONNX's package contains, on all targets (`test/Conformance/run.py --tests=stored` and
`--tests=light`; those that do not pass are in `test/Conformance/expected-failures-*.txt`):

| models | tests | passed |
|---|---|---|
"""


def kind_of(entry):
    """Operator and element type of a test."""
    import onnx

    model = onnx.load(entry["a"]["model"], load_external_data=False)
    nodes = model.graph.node
    if entry["name"].endswith("_expanded") or len(nodes) != 1:
        return "(expanded)", "any"
    infos = {info.name: info.type for info in [*model.graph.input, *model.graph.output]}
    for name in [*nodes[0].input, *nodes[0].output]:
        found = infos.get(name)
        if found is not None and found.WhichOneof("value") == "tensor_type":
            return nodes[0].op_type, onnx.TensorProto.DataType.Name(found.tensor_type.elem_type).lower()
    return nodes[0].op_type, "no tensor"


def page(entries, targets):
    total = collections.Counter()
    passed = {name: collections.Counter() for name in targets}
    for entry in entries:
        kind = kind_of(entry)
        total[kind] += 1
        for name, failures in targets.items():
            passed[name][kind] += entry["name"] not in failures
    lines = [f"| operator | type | tests | {' | '.join(targets)} |", "|---|---|---|" + "---|" * len(targets)]
    lines.append("| all | | {} | {} |".format(total.total(), " | ".join(str(passed[t].total()) for t in targets)))
    for kind in sorted(total):
        cells = " | ".join(str(passed[t][kind]) for t in targets)
        lines.append(f"| {kind[0]} | {kind[1]} | {total[kind]} | {cells} |")
    return HEAD + "\n".join(lines) + "\n"


def models(build, collections_of):
    """The lines of tests that are no node tests."""
    total, passed = collections.Counter(), collections.Counter()
    for tests in ("stored", "light"):
        failures = read_expected(home("", tests))
        for entry in collections_of[tests](build):
            group = entry["name"].split("/")[0] if "/" in entry["name"] else tests
            total[group] += 1
            passed[group] += entry["name"] not in failures
    return "".join(f"| {group} | {count} | {passed[group]} |\n" for group, count in total.items())


def whole_page(collections_of):
    targets = {name: read_expected(home(name)) for name in ["reference", *others()]}
    return page(collections_of["nodes"](BUILD), targets) + MODELS + models(BUILD, collections_of)


def absent_target():
    """Why the page cannot be checked: it tells of targets that this tree does not have."""
    shown = re.search(r"^\| operator \| type \| tests \| (.*) \|$", PAGE.read_text() if PAGE.exists() else "", re.M)
    gone = set(shown[1].split(" | ")) - {"reference", *others()} if shown else set()
    return f"no folder of target {', '.join(sorted(gone))}, of which the page tells" if gone else None


if __name__ == "__main__":
    sys.exit(pages.main(__doc__, PAGE, whole_page, absent_target))
