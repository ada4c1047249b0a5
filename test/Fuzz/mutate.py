# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Broken models: each mutation changes one thing of an ONNX model, by a seeded generator.

A mutation is a function of (model, random) that changes the model and returns what
it did, or None where there is nothing to change. Those in BYTES work on the file.
"""
from onnx import AttributeProto, TensorProto, helper, numpy_helper

INTEGERS = [0, 1, -1, 2, 3, 7, -2, 64, 255, 2**20, 2**31 - 1, 2**31, -(2**31), 2**32, 2**40, 2**62, 2**63 - 1, -(2**63)]
FLOATS = [0.0, -0.0, 1.0, -1.0, 1e-45, 1e-38, 3.4e38, float("inf"), float("-inf"), float("nan")]
TEXTS = ["", "NOTSET", "SAME_UPPER", "linear", "cubic", "zeros", "add", "..", "\x00", "é" * 40, "i,j->k", "a" * 5000]
PLACES = ["", "..", "../x.bin", "/etc/passwd", "data.bin", "link.bin", "hard.bin", "fifo", "folder", "a/../data.bin",
          "missing.bin", "data.bin\x00", "folder/inner.bin"]


def graphs(graph):
    """The graph and those inside of its nodes."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from graphs(attribute.g)
            for inner in attribute.graphs:
                yield from graphs(inner)


def a_graph(model, random):
    return random.choice(list(graphs(model.graph)))


def a_node(model, random):
    nodes = [node for graph in graphs(model.graph) for node in graph.node]
    nodes += [node for function in model.functions for node in function.node]
    return random.choice(nodes) if nodes else None


def an_attribute(model, random):
    found = [(node, attribute) for graph in graphs(model.graph) for node in graph.node for attribute in node.attribute]
    return random.choice(found) if found else (None, None)


def a_tensor(model, random):
    found = [tensor for graph in graphs(model.graph) for tensor in graph.initializer]
    found += [a.t for graph in graphs(model.graph) for node in graph.node for a in node.attribute if a.HasField("t")]
    return random.choice(found) if found else None


def a_type(model, random):
    found = [value for graph in graphs(model.graph) for value in (*graph.input, *graph.output, *graph.value_info)]
    found = [value.type.tensor_type for value in found if value.type.HasField("tensor_type")]
    return random.choice(found) if found else None


def names_of(model):
    names = {name for graph in graphs(model.graph) for node in graph.node for name in (*node.input, *node.output)}
    return sorted(names | {value.name for value in model.graph.input} | {t.name for t in model.graph.initializer})


def drop_node(model, random):
    graph = a_graph(model, random)
    if not graph.node:
        return None
    index = random.randrange(len(graph.node))
    name = graph.node[index].op_type
    del graph.node[index]
    return f"without {name}"


def repeat_node(model, random):
    graph = a_graph(model, random)
    if not graph.node:
        return None
    graph.node.append(random.choice(list(graph.node)))
    return "a node twice"


def reconnect(model, random):
    node = a_node(model, random)
    if node is None or not node.input:
        return None
    index = random.randrange(len(node.input))
    node.input[index] = random.choice([*names_of(model), "", "no such value"])
    return f"{node.op_type}: input {index} is '{node.input[index]}'"


def number_of_inputs(model, random):
    node = a_node(model, random)
    if node is None:
        return None
    if node.input and random.random() < 0.5:
        node.input.pop()
    else:
        node.input.extend([random.choice([*names_of(model), ""])] * random.choice([1, 1, 5, 300]))
    return f"{node.op_type}: {len(node.input)} inputs"


def rename_output(model, random):
    node = a_node(model, random)
    if node is None or not node.output:
        return None
    index = random.randrange(len(node.output))
    node.output[index] = random.choice([*names_of(model), "", "other"])
    return f"{node.op_type}: output {index} is '{node.output[index]}'"


def number_of_outputs(model, random):
    node = a_node(model, random)
    if node is None:
        return None
    node.output.extend(f"more{i}" for i in range(random.choice([1, 2, 100])))
    return f"{node.op_type}: {len(node.output)} outputs"


def other_operator(model, random, operators):
    node = a_node(model, random)
    if node is None:
        return None
    before, node.op_type = node.op_type, random.choice(operators)
    return f"{before} is {node.op_type}"


def other_domain(model, random):
    node = a_node(model, random)
    if node is None:
        return None
    node.domain = random.choice(["ai.onnx", "ai.onnx.ml", "com.microsoft", "ai.onnx.preview.training", "none", "\xff"])
    return f"{node.op_type}: domain '{node.domain}'"


def attribute_value(model, random):
    node, attribute = an_attribute(model, random)
    if node is None:
        return None
    kind = attribute.type
    if kind == AttributeProto.INT:
        attribute.i = random.choice(INTEGERS)
    elif kind == AttributeProto.FLOAT:
        attribute.f = random.choice(FLOATS)
    elif kind == AttributeProto.STRING:
        attribute.s = random.choice(TEXTS).encode()
    elif kind == AttributeProto.INTS:
        values = list(attribute.ints)
        change = random.randrange(3)
        if values and change == 0:
            values[random.randrange(len(values))] = random.choice(INTEGERS)
        elif values and change == 1:
            values.pop()
        else:
            values += [random.choice(INTEGERS)] * random.choice([1, 1, 40])
        del attribute.ints[:]
        attribute.ints.extend(values)
    elif kind == AttributeProto.FLOATS:
        attribute.floats.append(random.choice(FLOATS))
    else:
        return None
    return f"{node.op_type}: attribute {attribute.name}"


def attribute_added(model, random, attributes):
    """One that the operator's schema has, with a value at the edge."""
    node = a_node(model, random)
    known = attributes.get(node.op_type) if node is not None else None
    if not known:
        return None
    name, kind = random.choice(known)
    values = {AttributeProto.INT: lambda: random.choice(INTEGERS), AttributeProto.FLOAT: lambda: random.choice(FLOATS),
              AttributeProto.STRING: lambda: random.choice(TEXTS),
              AttributeProto.INTS: lambda: [random.choice(INTEGERS) for _ in range(random.choice([1, 2, 4]))],
              AttributeProto.FLOATS: lambda: [random.choice(FLOATS) for _ in range(random.choice([1, 2, 4]))],
              AttributeProto.STRINGS: lambda: [random.choice(TEXTS) for _ in range(2)]}
    if kind not in values:
        return None
    kept = [attribute for attribute in node.attribute if attribute.name != name]
    del node.attribute[:]
    node.attribute.extend([*kept, helper.make_attribute(name, values[kind]())])
    return f"{node.op_type}: attribute {name}"


def attribute_type(model, random):
    node, attribute = an_attribute(model, random)
    if node is None:
        return None
    attribute.type = random.randrange(16)
    return f"{node.op_type}: attribute {attribute.name} of type {attribute.type}"


def dimension(model, random):
    kind = a_type(model, random)
    if kind is None:
        return None
    dims = kind.shape.dim
    change = random.randrange(4)
    if change == 0 or not dims:
        dims.add().dim_value = random.choice(INTEGERS)
    elif change == 1:
        del dims[random.randrange(len(dims))]
    elif change == 2:
        dims[random.randrange(len(dims))].dim_param = random.choice(["n", "", "\x00"])
    else:
        dims[random.randrange(len(dims))].dim_value = random.choice(INTEGERS)
    return "a dimension of a value"


def element_type(model, random):
    kind = a_type(model, random)
    if kind is None:
        return None
    kind.elem_type = random.randrange(30)
    return f"a value of type {kind.elem_type}"


def tensor_shape(model, random):
    tensor = a_tensor(model, random)
    if tensor is None:
        return None
    if tensor.dims and random.random() < 0.7:
        tensor.dims[random.randrange(len(tensor.dims))] = random.choice(INTEGERS)
    else:
        tensor.dims.append(random.choice(INTEGERS))
    return f"tensor '{tensor.name}': dimensions {list(tensor.dims)}"


def tensor_type(model, random):
    tensor = a_tensor(model, random)
    if tensor is None:
        return None
    tensor.data_type = random.randrange(30)
    return f"tensor '{tensor.name}': type {tensor.data_type}"


def tensor_bytes(model, random):
    tensor = a_tensor(model, random)
    if tensor is None or not tensor.HasField("raw_data"):
        return None
    data = bytes(tensor.raw_data)
    tensor.raw_data = random.choice([b"", data[:-1], data + b"\0", data * 2, data[:1]])
    return f"tensor '{tensor.name}': {len(tensor.raw_data)} bytes"


def tensor_values(model, random):
    """Numbers at the edge where integers stand: shapes, axes, indices, lengths."""
    tensor = a_tensor(model, random)
    if tensor is None or tensor.data_type not in (TensorProto.INT64, TensorProto.INT32):
        return None
    try:
        values = numpy_helper.to_array(tensor).copy()
    except (ValueError, TypeError):
        return None
    if values.size == 0:
        return None
    limit = 2 ** (31 if values.dtype.itemsize == 4 else 63)
    fits = [value for value in INTEGERS if -limit <= value < limit]
    values.flat[random.randrange(values.size)] = random.choice(fits)
    name = tensor.name
    tensor.CopyFrom(numpy_helper.from_array(values, name))
    return f"tensor '{name}': a value"


def external(model, random):
    tensor = a_tensor(model, random)
    if tensor is None:
        return None
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    del tensor.external_data[:]
    numbers = [str(value) for value in INTEGERS] + ["", "x", "1e3", "0x10", " 8", "99999999999999999999"]
    entries = {"location": random.choice(PLACES), "offset": random.choice(numbers), "length": random.choice(numbers)}
    for key, value in entries.items():
        if random.random() < 0.8:
            entry = tensor.external_data.add()
            entry.key, entry.value = key, value
    return f"tensor '{tensor.name}': external {entries}"


def opset(model, random):
    if not model.opset_import:
        return None
    random.choice(list(model.opset_import)).version = random.choice([*range(0, 32), *INTEGERS])
    return "an opset"


def version(model, random):
    model.ir_version = random.choice([*range(0, 15), *INTEGERS])
    return f"format version {model.ir_version}"


def inputs_and_outputs(model, random):
    values = random.choice([model.graph.input, model.graph.output])
    change = random.randrange(3)
    if change == 0 and values:
        del values[random.randrange(len(values))]
    elif change == 1 and values:
        values.append(random.choice(list(values)))
    else:
        values.append(helper.make_tensor_value_info(random.choice([*names_of(model), "other"]), random.randrange(1, 24),
                                                    [random.choice(INTEGERS)]))
    return "inputs or outputs of the graph"


def function_calls(model, random):
    """Functions that call each other, twice each level."""
    levels = random.choice([1, 8, 16, 40, 200])
    width = random.choice([1, 2])
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("local", 1)]
    for level in range(levels):
        name = f"f{level + 1}" if level + 1 < levels else None
        inner = [helper.make_node(name or "Identity", ["x"], [f"t{i}"], domain="local" if name else "")
                 for i in range(width)]
        inner.append(helper.make_node("Sum", [f"t{i}" for i in range(width)], ["y"]))
        model.functions.append(helper.make_function("local", f"f{level}", ["x"], ["y"], inner, opsets))
    if random.random() < 0.2:
        model.functions[-1].node[0].op_type, model.functions[-1].node[0].domain = "f0", "local"
    model.opset_import.append(helper.make_opsetid("local", 1))
    if model.graph.node and model.graph.node[-1].output:
        last = model.graph.node[-1].output[0]
        model.graph.node.append(helper.make_node("f0", [last], ["called"], domain="local"))
        model.graph.output.append(helper.make_tensor_value_info("called", 1, None))
    return f"{levels} levels of functions, {width} calls each"


def inner_most():
    value = helper.make_tensor_value_info("deep", TensorProto.FLOAT, [1])
    return helper.make_graph([helper.make_node("Constant", [], ["deep"], value_floats=[1.0])], "inner", [], [value])


def nested(model, random):
    """If inside of If, both branches of the outer ones."""
    depth, graph = random.choice([2, 10, 22]), inner_most()
    for level in range(depth):
        other = graph if level < 6 else inner_most()
        node = helper.make_node("If", ["condition"], ["deep"], then_branch=graph, else_branch=other)
        graph = helper.make_graph([node], f"level{level}", [], graph.output)
    model.graph.node.extend(graph.node)
    model.graph.initializer.append(helper.make_tensor("condition", TensorProto.BOOL, [], [True]))
    return f"If inside of If, {depth} deep"


def flip_bytes(data, random):
    data = bytearray(data)
    for _ in range(random.choice([1, 1, 2, 8, 64])):
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data)


def cut_bytes(data, random):
    return data[:random.randrange(len(data))]


def move_bytes(data, random):
    first, last = sorted(random.randrange(len(data) + 1) for _ in range(2))
    place = random.randrange(len(data) + 1)
    return data[:place] + data[first:last] + data[place:] if random.random() < 0.5 else data[:first] + data[last:]


BYTES = [flip_bytes, cut_bytes, move_bytes]
STRUCTURE = [drop_node, repeat_node, reconnect, number_of_inputs, rename_output, number_of_outputs, other_operator,
             other_domain, attribute_value, attribute_value, attribute_value, attribute_added, attribute_added,
             attribute_type, dimension, element_type, tensor_shape, tensor_type, tensor_bytes, tensor_values,
             tensor_values, external, opset, version, inputs_and_outputs, function_calls, nested]
