# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `pith inspect` says about integers and floats in a network."""
import json
import re

import onnx

from support import harness

INTEGERS = re.compile(r"[us](2|4|8|16)[us](2|4|8|16)")


def inspect(model, *options):
    return json.loads(harness.run(harness.PITH, "inspect", model, "--target=reference", "--json", *options))


def float_products(report, ops=("conv", "matmul")):
    """Names of the convolutions and matrix products that are not on integers."""
    return [f"{node['name']} ({node['op']}, {node['precision']})" for node in report["nodes"]
            if node["op"] in ops and not INTEGERS.fullmatch(node["precision"])]


def count(report, op):
    return sum(node["op"] == op for node in report["nodes"])


def end_names(path, reach=2):
    """Names of the nodes at most `reach` steps from the model's inputs or
    outputs; weights are neither."""
    graph = onnx.load(path).graph
    constants = {tensor.name for tensor in graph.initializer}
    behind = {value.name for value in graph.input} - constants
    before = {value.name for value in graph.output}
    names = set()
    for _ in range(reach):
        readers = [node for node in graph.node if behind.intersection(node.input)]
        writers = [node for node in graph.node if before.intersection(node.output)]
        names.update(node.name for node in readers + writers)
        behind = {name for node in readers for name in node.output}
        before = {name for node in writers for name in node.input if name not in constants}
    return names


def inner_survivors(report, path):
    """Q and DQ that run as steps of their own, other than one for each of the
    model's inputs and outputs at its ends."""
    ends, graph = end_names(path), onnx.load(path).graph
    allowed = {"quantize": len(graph.input), "dequantize": len(graph.output)}
    inner = []
    for entry in report["surviving_qdq"]:
        kind = "dequantize" if "dequant" in entry["op"].lower() else "quantize"
        if entry["name"] in ends and allowed[kind] > 0:
            allowed[kind] -= 1
        else:
            inner.append(f"{entry['name']} ({entry['op']}): {entry['reason']}")
    return inner
