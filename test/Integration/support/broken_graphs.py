# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Graphs of quantized operators with one thing wrong each, and the words that an
error message about it has to contain."""
import numpy as np
from onnx import TensorProto, helper, numpy_helper

F32, U8, S8, I32 = np.float32, np.uint8, np.int8, np.int32
X = F32(np.arange(6).reshape(2, 3))
CODES = U8(np.arange(6).reshape(2, 3))


class Broken:
    """`words` are regular expressions; each must occur in the message."""

    def __init__(self, name, kind, inputs, words, opset=21, domain="", shape=None, **attributes):
        self.name, self.words = name, words
        node = helper.make_node(kind, [n if a is not None else "" for n, a in inputs.items()], ["y"], "culprit",
                                domain=domain, **attributes)
        arrays = {n: np.asarray(a) for n, a in inputs.items() if a is not None}
        first = next(iter(arrays))
        given = helper.make_tensor_value_info(first, helper.np_dtype_to_tensor_dtype(arrays[first].dtype),
                                              arrays[first].shape)
        result = helper.make_tensor_value_info("y", self.result_type(kind, arrays, attributes),
                                               shape or arrays[first].shape)
        graph = helper.make_graph([node], name, [given], [result],
                                  [numpy_helper.from_array(a, n) for n, a in arrays.items() if n != first])
        imports = [helper.make_opsetid("", opset)] + ([helper.make_opsetid(domain, 1)] if domain else [])
        self.model = helper.make_model(graph, opset_imports=imports, ir_version=10)

    @staticmethod
    def result_type(kind, arrays, attributes):
        if kind in ("DequantizeLinear", "MatMulNBits"):
            return TensorProto.FLOAT
        zero = arrays.get("zy", arrays.get("z"))
        return attributes.get("output_dtype") or helper.np_dtype_to_tensor_dtype(
            zero.dtype if zero is not None else np.dtype(U8))


def quantize(name, words, x=X, s=F32(0.5), z=U8(3), **attributes):
    return Broken(name, "QuantizeLinear", {"x": x, "s": s, "z": z}, words, **attributes)


def dequantize(name, words, x=CODES, s=F32(0.5), z=U8(3), **attributes):
    return Broken(name, "DequantizeLinear", {"x": x, "s": s, "z": z}, words, **attributes)


def convolution(name, words, **changes):
    operands = {"x": U8(np.ones((1, 2, 4, 4))), "sx": F32(0.5), "zx": U8(3), "w": S8(np.ones((3, 2, 3, 3))),
                "sw": F32(0.25), "zw": S8(0), "sy": F32(2), "zy": U8(4), "b": I32([1, 2, 3])}
    return Broken(name, "QLinearConv", {**operands, **changes}, words, shape=[1, 3, 4, 4], pads=[1, 1, 1, 1])


def product(name, words, **changes):
    operands = {"a": U8(np.ones((2, 4))), "sa": F32(0.5), "za": U8(3), "b": S8(np.ones((4, 5))), "sb": F32(0.25),
                "zb": S8(0), "sy": F32(2), "zy": U8(4)}
    return Broken(name, "QLinearMatMul", {**operands, **changes}, words, shape=[2, 5])


def packed(name, words, b=np.ones((5, 1, 8), U8), s=F32(np.ones(5)), **attributes):
    operands = {"a": F32(np.ones((2, 16))), "b": b, "s": s}
    return Broken(name, "MatMulNBits", operands, words, domain="com.microsoft", shape=[2, 5],
                  **{"K": 16, "N": 5, "bits": 4, "block_size": 16, **attributes})


POSITIVE = [r"scale", r"positive|greater than 0|above 0"]


def scales():
    """Numbers that no scale can be."""
    for name, value in (("zero", 0.0), ("negative", -0.5), ("nan", np.nan), ("infinite", np.inf)):
        yield quantize(f"scale_{name}", POSITIVE, s=F32(value))
        yield dequantize(f"scale_{name}_of_codes", POSITIVE, s=F32(value))
    yield quantize("one_scale_of_three_zero", POSITIVE, s=F32([1, 0, 1]), z=U8([0, 0, 0]))
    yield convolution("conv_scale_zero", POSITIVE, sw=F32(0))
    yield product("matmul_scale_nan", POSITIVE, sy=F32(np.nan))


def shapes():
    """Parameters that do not fit the tensor."""
    yield quantize("axis_outside", [r"axis", r"\b7\b", r"rank 2|-2 to 1|2 dimensions"], s=F32([1, 1, 1]), z=U8([0] * 3),
                   axis=7)
    yield quantize("scales_of_axis", [r"scales", r"\b3\b", r"\b4\b"], s=F32([1, 1, 1, 1]), z=U8([0] * 4), axis=1)
    yield dequantize("zero_point_shape", [r"zero.point", r"scale", r"\b2\b", r"\b3\b"], s=F32([1, 1, 1]), z=U8([0, 0]))
    yield quantize("block_does_not_fit", [r"block", r"\b2\b", r"\b3\b"], s=F32(np.ones((2, 3))),
                   z=U8(np.zeros((2, 3))), axis=1, block_size=2)
    yield quantize("block_negative", [r"block", r"-2"], s=F32(np.ones((2, 2))), z=U8(np.zeros((2, 2))), axis=1,
                   block_size=-2)
    yield convolution("scales_of_filters", [r"scale", r"\b3\b", r"\b2\b"], sw=F32([1, 1]), zw=S8([0, 0]))
    yield convolution("output_scales", [r"scale", r"one|scalar|1\b"], sy=F32([1, 1, 1]), zy=U8([0] * 3))
    yield convolution("bias_length", [r"bias", r"\b3\b", r"\b2\b"], b=I32([1, 2]))
    yield product("inner_dimensions", [r"\b4\b", r"\b3\b"], b=S8(np.ones((3, 5))))


def types():
    """Element types that ONNX does not allow together."""
    yield quantize("zero_point_float", [r"zero.point", r"f32|float"], z=F32(3))
    yield dequantize("zero_point_of_another_type", [r"zero.point", r"\b(s8|int8|i8|si8)"], z=S8(3))
    yield dequantize("i32_with_zero_point", [r"zero.point", r"i32|int32|32-bit", r"\b0\b|zero"], x=I32(CODES), z=I32(3))
    yield quantize("scale_integer", [r"scale", r"i32|int32|integer|float"], s=I32(2))
    yield dequantize("codes_are_floats", [r"x|input|codes", r"f32|float"], x=X, z=None)
    yield quantize("type_stated_twice", [r"output_dtype", r"zero.point"], output_dtype=TensorProto.INT8)
    yield convolution("mixed_types", [r"zero.point", r"u8|uint8|ui8", r"s8|int8|i8"], zx=S8(3))
    yield convolution("missing_zero_point", [r"zero.point|input 2|operand 2", r"missing|required|expected|empty"],
                      zx=None)
    yield convolution("bias_float", [r"bias|\bB\b", r"f32|float"], b=F32([1, 2, 3]))


def widths():
    """Packed weights."""
    yield packed("bits_5", [r"bits", r"\b5\b"], bits=5)
    yield packed("too_few_bytes", [r"\bB\b|weights|bytes|packed", r"\b8\b", r"\b7\b|\b35\b"], b=np.ones((5, 1, 7), U8))
    yield packed("block_of_17", [r"block", r"\b17\b"], block_size=17)


def every():
    for family in (scales, shapes, types, widths):
        yield from family()
