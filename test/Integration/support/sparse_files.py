# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks with zeros in their weights: of one product each, seeded."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def weights(random, rows, depth, pattern, zeros):
    """Numbers from -1 to 1, rows x depth, of which a share is zero by blocks of
    `pattern` (rows x depth)."""
    height, width = pattern
    kept = random.random((-(-rows // height), -(-depth // width))) >= zeros
    mask = np.kron(kept, np.ones(pattern))[:rows, :depth]
    return (random.uniform(-1, 1, (rows, depth)) * mask).astype(np.float32)


def save(path, nodes, initializers, inputs, outputs):
    graph = helper.make_graph(
        nodes, "sparse",
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in inputs],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs],
        [numpy_helper.from_array(a, n) for n, a in initializers.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path


def quantized_conv(path, random, pattern, zeros, rows=32, depth=64, size=(9, 7), relu=True):
    """Q, DQ -> Conv 1x1 with bias -> Relu -> Q, DQ; weights s8 by channel, codes u8."""
    w = weights(random, rows, depth, pattern, zeros)
    scales = (np.maximum(np.abs(w).max(axis=1), 1e-3) / 127).astype(np.float32)
    codes = np.clip(np.rint(w / scales[:, None]), -127, 127).astype(np.int8)
    in_scale, out_scale = np.float32(0.02), np.float32(0.05)
    bias = np.rint(random.uniform(-300, 300, rows)).astype(np.int32)
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "xs", "xz"], ["xq"]),
        helper.make_node("DequantizeLinear", ["xq", "xs", "xz"], ["xd"]),
        helper.make_node("DequantizeLinear", ["w", "ws", "wz"], ["wd"], axis=0),
        helper.make_node("DequantizeLinear", ["b", "bs", "bz"], ["bd"], axis=0),
        helper.make_node("Conv", ["xd", "wd", "bd"], ["c"], name="product"),
        helper.make_node("Relu" if relu else "Identity", ["c"], ["r"]),
        helper.make_node("QuantizeLinear", ["r", "ys", "yz"], ["yq"]),
        helper.make_node("DequantizeLinear", ["yq", "ys", "yz"], ["y"])]
    zero = np.uint8(0 if relu else 121)
    constants = {"xs": in_scale, "xz": np.uint8(0), "w": codes.reshape(rows, depth, 1, 1), "ws": scales,
                 "wz": np.zeros(rows, np.int8), "b": bias, "bs": (in_scale * scales).astype(np.float32),
                 "bz": np.zeros(rows, np.int32), "ys": out_scale, "yz": zero}
    save(path, nodes, {k: np.asarray(v) for k, v in constants.items()},
         [("x", [1, depth, *size])], [("y", [1, rows, *size])])
    return codes


def quantized_chain(path, random, layers, depth=64, size=(9, 7), tapped=()):
    """Q, DQ -> (Conv 1x1 -> Q, DQ) for each (pattern, zeros, rows) of layers; the
    numbers behind those in `tapped` are answers too: y0, y1, ..., behind y."""
    nodes = [helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]),
             helper.make_node("DequantizeLinear", ["q", "s", "z"], ["d0"])]
    constants = {"s": np.float32(0.02), "z": np.uint8(120), "wz": np.int8(0)}
    outputs = []
    for i, (pattern, zeros, rows) in enumerate(layers):
        w = weights(random, rows, depth, pattern, zeros)
        constants |= {f"w{i}": np.rint(w * 127).astype(np.int8).reshape(rows, depth, 1, 1),
                      f"ws{i}": np.float32((3 / depth / (1 - zeros)) ** 0.5 / 127)}
        result = "y" if i + 1 == len(layers) else f"d{i + 1}"
        nodes += [helper.make_node("DequantizeLinear", [f"w{i}", f"ws{i}", "wz"], [f"wd{i}"]),
                  helper.make_node("Conv", [f"d{i}", f"wd{i}"], [f"c{i}"], name=f"product{i}"),
                  helper.make_node("QuantizeLinear", [f"c{i}", "s", "z"], [f"q{i}"]),
                  helper.make_node("DequantizeLinear", [f"q{i}", "s", "z"], [result])]
        if i in tapped:
            nodes.append(helper.make_node("Neg", [result], [f"y{len(outputs)}"]))
            outputs.append((f"y{len(outputs)}", [1, rows, *size]))
        depth = rows
    save(path, nodes, {k: np.asarray(v) for k, v in constants.items()},
         [("x", [1, constants["w0"].shape[1], *size])], [("y", [1, depth, *size]), *outputs])


def quantized_matmul(path, random, pattern, zeros, rows=32, depth=64, pixels=37):
    """The same of a matrix product, without Relu and bias; scales by output channel."""
    w = weights(random, rows, depth, pattern, zeros)
    scales = (np.maximum(np.abs(w).max(axis=1), 1e-3) / 127).astype(np.float32)
    codes = np.clip(np.rint(w / scales[:, None]), -127, 127).astype(np.int8)
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "xs", "xz"], ["xq"]),
        helper.make_node("DequantizeLinear", ["xq", "xs", "xz"], ["xd"]),
        helper.make_node("DequantizeLinear", ["w", "ws", "wz"], ["wd"], axis=1),
        helper.make_node("MatMul", ["xd", "wd"], ["m"], name="product"),
        helper.make_node("QuantizeLinear", ["m", "ys", "yz"], ["yq"]),
        helper.make_node("DequantizeLinear", ["yq", "ys", "yz"], ["y"])]
    constants = {"xs": np.float32(0.02), "xz": np.uint8(0), "w": codes.T.copy(), "ws": scales,
                 "wz": np.zeros(rows, np.int8), "ys": np.float32(0.05), "yz": np.uint8(128)}
    save(path, nodes, {k: np.asarray(v) for k, v in constants.items()},
         [("x", [pixels, depth])], [("y", [pixels, rows])])
    return codes


def float_matmul(path, random, zeros, rows=48, depth=80, pixels=37, relu=True):
    """MatMul, + bias, Relu, of f32."""
    w = weights(random, rows, depth, (1, 1), zeros).T.copy()
    bias = random.uniform(-1, 1, rows).astype(np.float32)
    nodes = [helper.make_node("MatMul", ["x", "w"], ["m"], name="product"),
             helper.make_node("Add", ["m", "b"], ["a"]),
             helper.make_node("Relu" if relu else "Identity", ["a"], ["y"])]
    save(path, nodes, {"w": w, "b": bias}, [("x", [pixels, depth])], [("y", [pixels, rows])])
    return w, bias
