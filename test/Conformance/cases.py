# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The ONNX project's node tests as files: each model twice, and its data.

Mode a has all inputs at run time. Mode b has weights, parameters and shape
operands in initializers, as operands.json lists them.
"""
import hashlib
import json
import os
import pathlib
import random
import shutil
import warnings

HERE = pathlib.Path(__file__).resolve().parent


def frozen_inputs(model, table):
    """Graph inputs that mode b freezes, and those of them that decide shapes."""
    from onnx import defs

    inputs = {value.name for value in model.graph.input}
    frozen, shapes = set(), set()
    for node in model.graph.node:
        entry = table.get(node.op_type)
        if entry is None or node.domain not in ("", "ai.onnx"):
            continue
        version = next(o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))
        formals = [formal.name for formal in defs.get_schema(node.op_type, version).inputs]
        for formal, actual in zip(formals, node.input):
            if actual not in inputs:
                continue
            if formal in entry.get("shapes", ()):
                shapes.add(actual)
                frozen.add(actual)
            elif formal in entry.get("parameters", ()):
                frozen.add(actual)
    return frozen, shapes


def to_proto(value, info):
    """A value of a test as the protobuf that a file holds."""
    from onnx import TensorProto, numpy_helper

    if isinstance(value, TensorProto):
        return value
    kind = info.type.WhichOneof("value")
    if kind == "sequence_type":
        return numpy_helper.from_list(value, info.name)
    if kind == "map_type":
        return numpy_helper.from_dict(value, info.name)
    if kind == "optional_type":
        return numpy_helper.from_optional(value, info.name)
    return numpy_helper.from_array(value, info.name)


def freeze(model, values, names):
    import onnx

    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    for name in sorted(names):
        tensor = onnx.TensorProto()
        tensor.CopyFrom(values[name])
        tensor.name = name
        copy.graph.initializer.append(tensor)
    kept = [value for value in copy.graph.input if value.name not in names]
    del copy.graph.input[:]
    copy.graph.input.extend(kept)
    return copy


def write_case(folder, case, base, table):
    """Files of one test; returns its entry of the index."""
    import onnx

    folder.mkdir(parents=True)
    model, (inputs, outputs) = case.model, case.data_sets[0]
    values, paths = {}, {}
    for kind, infos, data in (("input", model.graph.input, inputs), ("output", model.graph.output, outputs)):
        paths[kind] = []
        for index, (info, value) in enumerate(zip(infos, data)):
            values[info.name] = to_proto(value, info)
            path = folder / f"{kind}_{index}.pb"
            path.write_bytes(values[info.name].SerializeToString(deterministic=True))
            paths[kind].append(str(path))
    onnx.save(model, folder / "a.onnx")
    frozen, shapes = frozen_inputs(base.model, table)
    names = [info.name for info in model.graph.input]
    frozen = {name for name in frozen if name in names and isinstance(values[name], onnx.TensorProto)}
    if frozen:
        onnx.save(freeze(model, values, frozen), folder / "b.onnx")
    kept = [path for name, path in zip(names, paths["input"]) if name not in frozen]
    tolerance = [table[node.op_type]["of_largest"] for node in base.model.graph.node
                 if "of_largest" in table.get(node.op_type, ())]
    return {"name": case.name, "of_largest": max(tolerance, default=None), "a": {"model": str(folder / "a.onnx"), "inputs": paths["input"]},
            "b": {"model": str(folder / "b.onnx"), "inputs": kept} if frozen else None,
            "outputs": paths["output"], "shapes": sorted(shapes)}


def collect(build):
    """The index of all tests; written once for each version of onnx and of this script."""
    import numpy
    import onnx

    sources = [pathlib.Path(__file__), HERE / "operands.json"]
    key = hashlib.sha256(onnx.__version__.encode() + b"".join(p.read_bytes() for p in sources)).hexdigest()[:16]
    folder = build / "conformance" / key
    index = folder / "index.json"
    if index.exists():
        return json.loads(index.read_text())
    shutil.rmtree(build / "conformance", ignore_errors=True)
    temporary = build / "conformance" / f"{key}.{os.getpid()}"
    numpy.random.seed(0)
    random.seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from onnx.backend.test.case.node import collect_testcases

        cases = {case.name: case for case in collect_testcases(None)}
        table = json.loads((HERE / "operands.json").read_text())
        entries = []
        for name in sorted(cases):
            base = cases.get(name.split("_expanded")[0], cases[name])
            entries.append(write_case(temporary / "cases" / name, cases[name], base, table))
    text = json.dumps(entries, indent=1).replace(str(temporary), str(folder))
    (temporary / "index.json").write_text(text)
    temporary.rename(folder)
    return json.loads(text)
