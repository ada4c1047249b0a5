# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the network as ONNX, opset 17, input `image`, output `probability`."""
import io

import network
import onnx
from data import HERE, np
from onnx import TensorProto, helper, numpy_helper


def node(op, inputs, output, name=None, **attributes):
    return helper.make_node(op, inputs, [output], name=name or output, **attributes)


def conv(i, inputs, output):
    return node("Conv", inputs, output, f"conv{i}", kernel_shape=[3, 3], pads=[1, 1, 1, 1])


def pool(i, source, output):
    return node("MaxPool", [source], output, f"pool{i}", kernel_shape=[2, 2], strides=[2, 2])


def constant(name, array):
    return numpy_helper.from_array(np.ascontiguousarray(array), name)


def model(name, nodes, constants):
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, 8, 8])
    result = helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["N", network.CLASSES])
    graph = helper.make_graph(nodes, name, [image], [result], constants)
    opset = [helper.make_opsetid("", 17)]
    proto = helper.make_model(graph, opset_imports=opset, ir_version=8, producer_name="pith-digits")
    onnx.checker.check_model(proto, full_check=True)
    return proto.SerializeToString(deterministic=True)


def float_model(layers):
    nodes, constants, x = [], [], "image"
    for i, ((weight, bias), pooled) in enumerate(zip(layers, network.POOLED), 1):
        constants += [constant(f"conv{i}.weight", weight), constant(f"conv{i}.bias", bias)]
        nodes.append(conv(i, [x, f"conv{i}.weight", f"conv{i}.bias"], f"conv{i}.out"))
        nodes.append(node("Relu", [f"conv{i}.out"], f"relu{i}.out", f"relu{i}"))
        x = f"relu{i}.out"
        if pooled:
            nodes.append(pool(i, x, f"pool{i}.out"))
            x = f"pool{i}.out"
    constants += [constant("gemm.weight", layers[-1][0]), constant("gemm.bias", layers[-1][1])]
    nodes += [
        node("Flatten", [x], "flat", "flatten", axis=1),
        node("Gemm", ["flat", "gemm.weight", "gemm.bias"], "logits", "gemm", transB=1),
        node("Softmax", ["logits"], "probability", "softmax", axis=1),
    ]
    return model("digits", nodes, constants)


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def write(name, content, check):
    """With `check`, compares instead of writing."""
    path = HERE / name
    if not check:
        path.write_bytes(content)
        print(f"{name}: {len(content)} bytes written")
        return True
    same = path.read_bytes() == content
    print(f"{name}: {'the same bytes' if same else 'different bytes'}")
    return same
