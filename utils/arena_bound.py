#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The least arena that a network can need, from its ONNX graph alone.

The bound is the largest number of bytes alive at once when the nodes run in
file order. Inputs, outputs and constants are the caller's or the file's and do
not count. Reshapes are views of their operand. An element-wise node may write
over an operand of its result's size that dies there.

Shapes and types come from running the graph in ONNX Runtime with every value
as an output, so that nothing here depends on pith.

example: arena_bound.py model.onnx --dim length=16
"""
import argparse
import json

import numpy as np
import onnx
import onnxruntime

VIEWS = {"Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout"}
ELEMENTWISE = {
    "Add", "Sub", "Mul", "Div", "Pow", "Relu", "Clip", "Sigmoid", "Tanh", "Exp", "Log", "Sqrt",
    "Erf", "HardSwish", "HardSigmoid", "LeakyRelu", "PRelu", "Abs", "Neg", "Cast",
    "BatchNormalization", "Where", "Min", "Max", "Sum",
}


def bind(model, dims):
    """Gives every symbolic dimension of the inputs a value."""
    constants = {init.name for init in model.graph.initializer}
    for value in model.graph.input:
        if value.name in constants:
            continue
        for index, dim in enumerate(value.type.tensor_type.shape.dim):
            if not dim.HasField("dim_value") or dim.dim_value <= 0:
                dim.dim_value = dims.get(dim.dim_param, 1 if index == 0 else 0)
                if not dim.dim_value:
                    raise SystemExit(f"{value.name}: dimension '{dim.dim_param}' needs --dim")


def dynamic_values(graph):
    """Names of the values that depend on the data of an input."""
    constants = {init.name for init in graph.initializer}
    dynamic = {value.name for value in graph.input if value.name not in constants}
    for node in graph.node:
        if node.op_type not in {"Shape", "Size"} and any(name in dynamic for name in node.input):
            dynamic.update(node.output)
    return dynamic


def sizes_of_values(model, dynamic):
    """Bytes of every value, by running the graph once."""
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    outputs = {value.name for value in probe.graph.output}
    names = [n for node in probe.graph.node for n in node.output if n in dynamic]
    for name in names:
        if name not in outputs:
            probe.graph.output.append(onnx.ValueInfoProto(name=name))
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(probe.SerializeToString(), options,
                                           providers=["CPUExecutionProvider"])
    types = {"tensor(float)": np.float32, "tensor(uint8)": np.uint8, "tensor(int64)": np.int64,
             "tensor(int32)": np.int32, "tensor(double)": np.float64, "tensor(bool)": np.bool_}
    feeds = {i.name: np.zeros(i.shape, types[i.type]) for i in session.get_inputs()}
    return {name: value.nbytes for name, value in zip(names, session.run(names, feeds))}


def bound(model):
    graph = model.graph
    dynamic = dynamic_values(graph)
    sizes = sizes_of_values(model, dynamic)
    callers = {v.name for v in graph.input} | {v.name for v in graph.output}
    home = {}  # value -> the value whose memory it is
    for node in graph.node:
        if node.op_type in VIEWS and node.input[0] in dynamic:
            home[node.output[0]] = home.get(node.input[0], node.input[0])
            if node.output[0] in callers:  # the view is written to the caller
                callers.add(home[node.output[0]])
    owner = lambda name: home.get(name, name)
    last = {}
    for index, node in enumerate(graph.node):
        for name in node.input:
            last[owner(name)] = index
    alive, most, at = {}, 0, ""
    for index, node in enumerate(graph.node):
        if not any(name in dynamic for name in node.output):
            continue
        if node.op_type not in VIEWS:
            dying = [owner(n) for n in node.input if last.get(owner(n)) == index and owner(n) in alive]
            for name in node.output:
                if name not in sizes or name in callers:
                    continue
                if node.op_type in ELEMENTWISE:
                    reuse = next((d for d in dying if alive.get(d) == sizes[name]), None)
                    if reuse is not None:
                        del alive[reuse]
                alive[name] = sizes[name]
        total = sum(alive.values())
        if total > most:
            most, at = total, node.name or node.op_type
        alive = {name: size for name, size in alive.items() if last.get(name, -1) > index}
    return most, at


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--dim", action="append", default=[], metavar="NAME=SIZE")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    model = onnx.load(arguments.model)
    bind(model, {k: int(v) for k, v in (entry.split("=", 1) for entry in arguments.dim)})
    most, at = bound(model)
    print(json.dumps({"bytes": most, "at": at}) if arguments.json else f"{most} bytes at {at}")


if __name__ == "__main__":
    main()
