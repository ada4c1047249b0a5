# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Each operator in each of its versions and element types, as files.

The examples are ONNX's node tests, rewritten: the operator set is the one that
brought the version, operands that were attributes then become attributes, and the
first type parameter is each type that the schema allows. What the result must be,
ONNX's reference evaluator says, or ONNX Runtime; where neither can, there is no
example.
"""
import collections
import hashlib
import json
import os
import pathlib
import shutil
import warnings

# The oldest operator set that pith reads.
OLDEST = 7
# What the reference evaluator computes as the newest version has it.
NEWEST_ONLY = {"Attention", "Hardmax", "LogSoftmax", "Softmax"}
# ONNX Runtime takes the positions of MaxUnpool for those of output_shape, ONNX's tests do not.
NOT_RUNTIME = {"MaxUnpool"}
# No tensor of numbers.
OUT_OF_REACH = ("string", "complex64", "complex128")
# Those who say what the result must be round to 16 bits where they please: a part
# of the largest number.
LOSS = {"bfloat16": 2**-6, "float16": 2**-7}
# Where each output sums every input: that of the programs that say it.
TRANSFORM_LOSS = 1e-5
# ONNX's own example is tried first; some operators have many.
TRIES = 12


def versions(name, domain):
    """Schemas of an operator that a model of a supported operator set can mean, oldest first."""
    from onnx import defs

    history = sorted((s for s in defs.get_all_schemas_with_history() if (s.domain, s.name) == (domain, name)),
                     key=lambda schema: schema.since_version)
    ends = [schema.since_version for schema in history[1:]] + [1 << 30]
    return [schema for schema, end in zip(history, ends) if (domain or end > OLDEST) and not schema.deprecated]


def main_parameter(schema):
    """The type parameter that is varied, and its element types by ONNX's names; (None, [""]): there is none."""
    allowed = {each.type_param_str: each.allowed_type_strs for each in schema.type_constraints}
    for formal in (*schema.inputs, *schema.outputs):
        types = allowed.get(formal.type_str, ())
        tensors = [text[len("tensor("):-1] for text in types if text.startswith("tensor(")]
        if len(tensors) > 1:
            return formal.type_str, sorted(set(tensors) - set(OUT_OF_REACH))
    return None, [""]


def formal_of(formals, index):
    """The formal of an actual operand; the last may stand for several."""
    return formals[min(index, len(formals) - 1)] if formals else None


def attribute_of(schema, name, tensor):
    """An operand's value as the attribute that it was."""
    import onnx

    value = onnx.numpy_helper.to_array(tensor)
    kinds = onnx.defs.OpSchema.AttrType
    kind = schema.attributes[name].type
    if kind in (kinds.INT, kinds.FLOAT):
        return onnx.helper.make_attribute(name, value.reshape(-1)[0].item())
    return onnx.helper.make_attribute(name, value.reshape(-1).tolist())


def older_form(node, newest, schema, values):
    """The node as `schema` has it; None where it cannot be said."""
    import onnx

    names = [formal.name for formal in schema.inputs]
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    del copy.input[:]
    for index, actual in enumerate(node.input):
        formal = formal_of(newest.inputs, index)
        if formal.name in names or index < schema.max_input and formal.name not in schema.attributes:
            copy.input.append(actual)
        elif actual and formal.name in schema.attributes and actual in values:
            copy.attribute.append(attribute_of(schema, formal.name, values[actual]))
        elif actual:
            return None
    while copy.input and not copy.input[-1]:
        copy.input.pop()
    known = [each for each in copy.attribute if each.name in schema.attributes]
    del copy.attribute[:]
    copy.attribute.extend(known)
    return copy


def cast(array, kind):
    """Numbers of a type: small ones, none of them 0 where they were not."""
    import numpy as np
    import onnx

    target = onnx.helper.tensor_dtype_to_np_dtype(onnx.TensorProto.DataType.Value(kind.upper()))
    if array.dtype == target:
        return array
    if array.dtype == np.bool_:
        return array.astype(target)
    floats = ("bfloat16", "float")
    if target.name.startswith(floats):
        return array.astype(np.float64).astype(target)
    if target == np.bool_:
        return array.astype(np.float64) > 0
    values = np.asarray(array, np.float64)
    whole = np.where(values == 0, 0, np.copysign(np.maximum(np.abs(np.round(values)), 1), values))
    if target.name.startswith("uint"):
        whole = np.abs(whole)
    limit = {"int2": 1, "uint2": 3, "int4": 7, "uint4": 15, "int8": 120, "uint8": 250}.get(target.name, 30000)
    return np.clip(whole, -limit, limit).astype(np.int64).astype(target)


def retype(info, kind):
    """A value info with another element type."""
    import onnx

    info.type.tensor_type.elem_type = onnx.TensorProto.DataType.Value(kind.upper())


def alike(schema, node, values, parameter, kind):
    """The type parameters of operands whose numbers have the type that is varied, and may have the other."""
    allowed = {each.type_param_str: each.allowed_type_strs for each in schema.type_constraints}
    types = collections.defaultdict(set)
    for index, name in enumerate(node.input):
        if name in values:
            types[formal_of(schema.inputs, index).type_str].add(values[name].data_type)
    return {each for each in types if types[each] == types[parameter] and f"tensor({kind})" in allowed.get(each, ())}


def rewritten(entry, schema, newest, parameter, kind, together):
    """(model, values of its inputs) of a test in another version and type; None where that cannot be said.
    `together`: other type parameters follow the one that is varied."""
    import onnx
    from onnx import numpy_helper

    form = entry["b"] or entry["a"]
    model = onnx.load(form["model"])
    values = {tensor.name: tensor for tensor in model.graph.initializer}
    if not all(info.type.HasField("tensor_type") for info in (*model.graph.input, *model.graph.output)):
        return None
    for info, path in zip(model.graph.input, form["inputs"]):
        values[info.name] = onnx.TensorProto.FromString(pathlib.Path(path).read_bytes())
    node = older_form(model.graph.node[0], newest, schema, values)
    if node is None:
        return None
    varied = {parameter} | (alike(schema, node, values, parameter, kind) if together else set())
    infos = {info.name: info for info in (*model.graph.input, *model.graph.output)}
    typed = [(formal_of(schema.inputs, i), name) for i, name in enumerate(node.input) if name]
    typed += [(formal_of(schema.outputs, i), name) for i, name in enumerate(node.output) if name]
    for formal, name in typed:
        if kind and formal.type_str in varied:
            if name in infos:
                retype(infos[name], kind)
            if name in values:
                values[name] = numpy_helper.from_array(cast(numpy_helper.to_array(values[name]), kind), name)
    model.graph.node[0].CopyFrom(node)
    inputs = [info for info in model.graph.input if info.name in node.input]
    frozen = [values[tensor.name] for tensor in model.graph.initializer if tensor.name in node.input]
    del model.graph.input[:], model.graph.initializer[:]
    model.graph.input.extend(inputs)
    model.graph.initializer.extend(frozen)
    for each in model.opset_import:
        if each.domain in (schema.domain, "ai.onnx" if not schema.domain else None):
            each.version = max(schema.since_version, 1 if schema.domain else OLDEST)
    return model, {info.name: numpy_helper.to_array(values[info.name]) for info in inputs}


def by_reference(model, feeds):
    from onnx.reference import ReferenceEvaluator

    return ReferenceEvaluator(model).run(None, feeds)


def by_runtime(model, feeds):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def has_nan(arrays):
    import numpy as np

    return any(np.isnan(each.astype(np.float64)).any() for each in arrays)


def expected(model, feeds, is_newest):
    """What the outputs must be; None: nobody can say. ONNX Runtime knows versions better."""
    import numpy as np
    import onnx

    kinds = [onnx.helper.tensor_dtype_to_np_dtype(info.type.tensor_type.elem_type) for info in model.graph.output]
    name = model.graph.node[0].op_type
    oracles = (by_reference, by_runtime) if is_newest else (by_runtime, by_reference)
    if not is_newest and name in NEWEST_ONLY:
        oracles = (by_runtime,)
    if name in NOT_RUNTIME:
        oracles = (by_reference,)
    for oracle in oracles:
        try:
            results = [np.asarray(each) for each in oracle(model, feeds)]
        except Exception:  # each has errors of its own
            continue
        # Both have NaN for rows of Attention that are masked as a whole, as versions before 25 do.
        if [each.dtype for each in results] == kinds and not (name == "Attention" and has_nan(results)):
            return results
    return None


def write_example(folder, name, model, feeds, results):
    """Files of an example; returns its entry of the index."""
    import onnx

    folder.mkdir(parents=True)
    onnx.save(model, folder / "model.onnx")
    paths = {"input": [], "output": []}
    for kind, arrays in (("input", feeds.items()), ("output", zip((o.name for o in model.graph.output), results))):
        for index, (value, array) in enumerate(arrays):
            path = folder / f"{kind}_{index}.pb"
            path.write_bytes(onnx.numpy_helper.from_array(array, value).SerializeToString(deterministic=True))
            paths[kind].append(str(path))
    loss = TRANSFORM_LOSS if "DFT" in name or "STFT" in name else 0
    loss = max([loss, *(LOSS.get(array.dtype.name, 0) for array in (*feeds.values(), *results))])
    return {"name": name, "of_largest": loss or None, "a": {"model": str(folder / "model.onnx"), "inputs": paths["input"]},
            "b": None, "outputs": paths["output"], "shapes": [], "may_fold": True}


def example(folder, tests, schema, newest, parameter, kind):
    """The entry of the first test that has a form of this version and type; None: none has."""
    import onnx

    name = "-".join(text for text in (schema.domain, schema.name, str(schema.since_version), kind) if text)
    for entry, together in ((entry, together) for entry in tests[:TRIES] for together in (True, False)):
        try:
            found = rewritten(entry, schema, newest, parameter, kind, together)
            if found is None:
                continue
            onnx.checker.check_model(found[0], full_check=True)
        except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError, ValueError, TypeError, OverflowError,
                KeyError, RuntimeError):
            continue  # ONNX has no such form
        results = expected(*found, schema.since_version == newest.since_version)
        if results is not None:
            return write_example(folder / name, name, *found, results)
    return None


def single_nodes(entries):
    """Tests by domain and operator, of models of one node without graphs inside."""
    import onnx

    found = collections.defaultdict(list)
    for entry in entries:
        model = onnx.load((entry["b"] or entry["a"])["model"], load_external_data=False)
        if len(model.graph.node) == 1 and not any(a.HasField("g") for a in model.graph.node[0].attribute):
            node = model.graph.node[0]
            found["" if node.domain == "ai.onnx" else node.domain, node.op_type].append(entry)
    return found


def operators():
    """(domain, operator) of all that is not deprecated."""
    from onnx import defs

    return sorted({(schema.domain, schema.name) for schema in defs.get_all_schemas() if not schema.deprecated})


def examples_of(job):
    """Entries of one operator."""
    folder, (domain, name), tests = job
    from onnx import defs

    newest, entries = defs.get_schema(name, domain=domain), []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for schema in versions(name, domain):
            parameter, kinds = main_parameter(schema)
            for kind in kinds:
                entry = example(folder, tests, schema, newest, parameter, kind)
                if entry:
                    entries.append(entry | {"of": [domain, name, schema.since_version, kind]})
    return entries


def collect(build):
    """The index of all examples; written once for each version of onnx and of these scripts."""
    import concurrent.futures

    import onnx

    from cases import collect_nodes

    sources = [pathlib.Path(__file__), pathlib.Path(__file__).with_name("cases.py")]
    key = hashlib.sha256(onnx.__version__.encode() + b"".join(p.read_bytes() for p in sources)).hexdigest()[:16]
    folder = build / "examples" / key
    index = folder / "index.json"
    if index.exists():
        return json.loads(index.read_text())
    shutil.rmtree(build / "examples", ignore_errors=True)
    temporary = build / "examples" / f"{key}.{os.getpid()}"
    tests = single_nodes(collect_nodes(build))
    jobs = [(temporary, operator, tests[operator]) for operator in operators() if tests[operator]]
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        entries = [entry for found in pool.map(examples_of, jobs) for entry in found]
    text = json.dumps(entries, indent=1).replace(str(temporary), str(folder))
    (temporary / "index.json").write_text(text)
    temporary.rename(folder)
    return json.loads(text)
