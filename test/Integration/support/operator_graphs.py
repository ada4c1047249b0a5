# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Small graphs with the operators and attributes that no network here has."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def build(opset, inputs, constants, nodes):
    """A node is (operator, operands, attributes), then the names of its results
    where they matter; every result is an output."""
    made, outputs = [], []
    for number, (kind, operands, attributes, *names) in enumerate(nodes):
        results = names[0] if names else [f"{kind}_{number}"]
        made.append(helper.make_node(kind, operands.split(","), results, **attributes))
        outputs += results
    graph = helper.make_graph(
        made, "operators",
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in inputs.items()],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in outputs],
        [numpy_helper.from_array(v, n) for n, v in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    onnx.checker.check_model(inferred)
    return inferred


def uniform(*shape, low=-1, high=1):
    return np.random.default_rng(3).uniform(low, high, shape).astype(np.float32)


def f32(value):
    return np.array(value, np.float32)


def ints(*values):
    return np.array(values, np.int64)


INPUTS = {"image": [2, 6, 10, 7], "x": [2, 3, 37], "y": [2, 37, 3], "v": [37], "m": [3, 37]}
FILTER = {"kernel_shape": [3, 3]}


def images():
    """Windows: groups, dilations, strides and every automatic padding."""
    yield "Conv", "image,grouped,bias8", {"group": 2, "strides": [2, 1], "dilations": [1, 2],
                                         "pads": [1, 2, 0, 1]}
    yield "Conv", "image,depthwise", {"group": 6, "auto_pad": "SAME_LOWER", "strides": [2, 2]}
    yield "Conv", "image,grouped", {"group": 2, "auto_pad": "VALID"}
    yield "MaxPool", "image", {**FILTER, "auto_pad": "SAME_LOWER", "strides": [2, 2]}
    yield "MaxPool", "image", {"kernel_shape": [2, 3], "dilations": [2, 1], "pads": [1, 1, 0, 1]}
    yield "AveragePool", "image", {**FILTER, "pads": [1, 1, 1, 1], "strides": [2, 3]}
    yield "AveragePool", "image", {**FILTER, "pads": [1, 0, 1, 2], "count_include_pad": 1}
    yield "GlobalAveragePool", "image", {}
    yield "BatchNormalization", "image,scale,bias,bias,variance", {"epsilon": 0.001}


def products():
    for operands in ("x,y", "x,v", "v,y", "v,v", "m,y", "x,fixed"):
        yield "MatMul", operands, {}
    yield "Gemm", "m,m,bias3", {"transB": 1, "alpha": 0.3, "beta": 0.7}
    yield "Gemm", "m,m", {"transA": 1}
    yield "Gemm", "m,fixed,scalar", {"beta": 1.5}
    yield "Gemm", "m,fixed,bias5", {}


def elements():
    for kind in ("Exp", "Tanh", "Sigmoid", "Erf", "Neg", "Abs", "Reciprocal", "LeakyRelu",
                 "HardSigmoid", "HardSwish", "Relu"):
        yield kind, "x", {}
    yield "Exp", "x", {}, ["positive"]
    for kind in ("Log", "Sqrt"):
        yield kind, "positive", {}
    for exponent in ("one", "two", "three", "minus", "half", "scalar", "x"):
        yield "Pow", f"positive,{exponent}", {}
    for exponent in ("two", "three", "minus", "half", "scalar", "x"):
        yield "Pow", f"x,{exponent}", {}
    yield "Clip", "x,,half", {}
    yield "Clip", "x,minus,half", {}
    for kind in ("Add", "Sub", "Mul", "Div"):
        yield kind, "x,v", {}


def moves():
    yield "Split", "x", {"axis": 2}, ["part1", "part2"]
    yield "Gather", "x,indices", {"axis": 1}
    yield "Slice", "x,starts,ends,axes,steps", {}
    yield "Unsqueeze", "v,axes", {}
    yield "Flatten", "x", {"axis": -1}
    yield "Transpose", "x", {}
    yield "Concat", "x,x", {"axis": -1}


def reductions(opset):
    for axis in (1, -1) if opset >= 13 else (None, -1, 0):
        chosen = {} if axis is None else {"axis": axis}
        yield "Softmax", "x", chosen
        yield "LogSoftmax", "x", chosen
    for kind in ("ReduceMean", "ReduceProd", "ReduceMax", "ReduceMin"):
        yield kind, "x", {"axes": [0, 2]}
        yield kind, "x", {"axes": [-2], "keepdims": 0}
        yield kind, "x", {}
    if opset < 13:
        yield "ReduceSum", "x", {"axes": [2, 0]}
        yield "Clip", "x", {"min": -0.25, "max": 0.75}
    else:
        yield "ReduceSum", "x,axes02", {"keepdims": 0}


CONSTANTS = {
    "grouped": uniform(8, 3, 3, 2), "depthwise": uniform(6, 1, 3, 3), "bias": uniform(6),
    "scale": uniform(6, low=0.5), "variance": uniform(6, low=0.1), "fixed": uniform(37, 5),
    "bias8": uniform(8), "bias3": uniform(3), "bias5": uniform(5), "scalar": f32(1.7), "one": f32(1), "two": f32(2),
    "three": f32([3]), "minus": f32(-1), "half": f32(0.5), "indices": ints(2, -3),
    "starts": ints(-1, 1), "ends": ints(-99, 30), "axes": ints(1, 2), "steps": ints(-1, 3),
    "axes02": ints(0, 2),
}


def model(opset, *groups):
    nodes = [node for group in groups for node in group]
    used = {name for _, operands, *_ in nodes for name in operands.split(",")}
    return build(opset, {n: s for n, s in INPUTS.items() if n in used},
                 {n: v for n, v in CONSTANTS.items() if n in used}, nodes)


def current():
    """Opset 17 has all of them, ReduceMean's axes still as an attribute."""
    part = [node if node[0] != "Split" else (node[0], "x,sizes", *node[2:]) for node in moves()]
    CONSTANTS["sizes"] = ints(20, 17)
    return model(17, images(), products(), elements(), part, reductions(17))


def special():
    """For infinities, NaNs and denormals: nodes without long sums, which would
    be NaN throughout."""
    return model(17, elements(), (node for node in reductions(17) if "axes" not in node[1]),
                 [("MatMul", "m,y", {}), ("MaxPool", "image", {**FILTER, "strides": [2, 2]}),
                  ("AveragePool", "image", {"kernel_shape": [1, 2]})])


def old():
    """Opset 9: softmax over all dimensions behind the axis, Clip's attributes."""
    return model(9, reductions(9))
