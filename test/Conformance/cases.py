# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The ONNX project's tests as files.

Node tests: each model twice, and its data. Mode a has all inputs at run time. Mode b
has weights, parameters and shape operands in initializers, as operands.json lists
them. Models that the package contains have what they need, and are run as they are.
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


def tensors_of(proto):
    """The tensors of a value: those of a sequence one by one, of an optional its element's or none."""
    import onnx

    if isinstance(proto, onnx.OptionalProto):
        kind = proto.elem_type
        if kind == onnx.OptionalProto.UNDEFINED:
            return []
        return tensors_of(proto.sequence_value if kind == onnx.OptionalProto.SEQUENCE else proto.tensor_value)
    return list(proto.tensor_values) if isinstance(proto, onnx.SequenceProto) else [proto]


def stated_shape(kind):
    """Sizes of a tensor type, None where they are open; None when nothing is known."""
    shape = kind.tensor_type.shape
    if not kind.tensor_type.HasField("shape"):
        return None
    return [dim.dim_value if dim.HasField("dim_value") else None for dim in shape.dim]


def options_of(infos, values):
    """What the command line says of inputs that are no tensors: lengths of sequences, optionals that
    are absent, and the sizes that the types of the model leave open."""
    options = {"lengths": {}, "absent": [], "dims": {}}
    if all(info.type.WhichOneof("value") == "tensor_type" for info in infos):
        return {}
    for info in infos:
        kind, tensors = info.type, tensors_of(values[info.name])
        if kind.HasField("optional_type"):
            kind = kind.optional_type.elem_type
            if values[info.name].elem_type == 0:
                options["absent"].append(info.name)
        is_sequence = kind.HasField("sequence_type")
        if is_sequence:
            kind = kind.sequence_type.elem_type
            options["lengths"][info.name] = len(tensors)
        for index, tensor in enumerate(tensors):
            name = f"{info.name}_{index}" if is_sequence else info.name
            stated = stated_shape(kind) or [None] * len(tensor.dims)
            options["dims"] |= {f"{name}:{axis}": size for axis, size in enumerate(tensor.dims) if stated[axis] is None}
    return options


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
        paths[kind] = {info.name: [] for info in infos}
        for index, (info, value) in enumerate(zip(infos, data)):
            values[info.name] = to_proto(value, info)
            for place, tensor in enumerate(tensors_of(values[info.name])):
                path = folder / f"{kind}_{index}_{place}.pb"
                path.write_bytes(tensor.SerializeToString(deterministic=True))
                paths[kind][info.name].append(str(path))
    onnx.save(model, folder / "a.onnx")
    frozen, shapes = frozen_inputs(base.model, table)
    names = [info.name for info in model.graph.input]
    frozen = {name for name in frozen if name in names and isinstance(values[name], onnx.TensorProto)}
    if frozen:
        onnx.save(freeze(model, values, frozen), folder / "b.onnx")
    options = options_of(model.graph.input, values)
    kept = [path for name in names if name not in frozen for path in paths["input"][name]]
    tolerance = [table[node.op_type]["of_largest"] for node in base.model.graph.node
                 if "of_largest" in table.get(node.op_type, ())]
    return {"name": case.name, "of_largest": max(tolerance, default=None), "a": {"model": str(folder / "a.onnx"), "inputs": sum(paths["input"].values(), []), **options},
            "b": {"model": str(folder / "b.onnx"), "inputs": kept, **options} if frozen else None,
            "outputs": sum(paths["output"].values(), []), "shapes": sorted(shapes)}


def stored_entry(name, model, inputs, outputs):
    return {"name": name, "of_largest": None, "a": {"model": str(model), "inputs": [str(path) for path in inputs]},
            "b": None, "outputs": [str(path) for path in outputs], "shapes": []}


def collect_stored(_):
    """Models that were exported, or written by hand, with their data."""
    import onnx

    data = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data"
    entries = []
    for group in ("pytorch-converted", "pytorch-operator", "simple"):
        for folder in sorted((data / group).iterdir()):
            files = folder / "test_data_set_0"
            inputs, outputs = ([files / f"{kind}_{i}.pb" for i in range(len(list(files.glob(f"{kind}_*.pb"))))]
                               for kind in ("input", "output"))
            entries.append(stored_entry(f"{group}/{folder.name}", folder / "model.onnx", inputs, outputs))
    return entries


def collect_light(build):
    """Whole networks, whose weights are of few numbers, with the input that their outputs are of."""
    import numpy
    import onnx

    data = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
    entries = []
    for path in sorted(data.glob("*.onnx")):
        graph = onnx.load(path).graph
        constants = {init.name for init in graph.initializer}
        inputs = []
        for info in graph.input:
            if info.name in constants:
                continue
            shape = [dim.dim_value for dim in info.type.tensor_type.shape.dim]
            count = numpy.prod(shape)
            value = (numpy.arange(count).reshape(shape) / count).astype(numpy.float32)
            inputs.append(build / "conformance" / "light" / f"{path.stem}_{len(inputs)}.pb")
            inputs[-1].parent.mkdir(parents=True, exist_ok=True)
            inputs[-1].write_bytes(onnx.numpy_helper.from_array(value, info.name).SerializeToString())
        outputs = [path.with_name(f"{path.stem}_output_{i}.pb") for i in range(len(graph.output))]
        entries.append(stored_entry(path.stem, path, inputs, outputs))
    return entries


def collect_nodes(build):
    """The index of all node tests; written once for each version of onnx and of this script."""
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


def collect_examples(build):
    import examples

    return examples.collect(build)


COLLECTIONS = {"nodes": collect_nodes, "stored": collect_stored, "light": collect_light, "examples": collect_examples}
