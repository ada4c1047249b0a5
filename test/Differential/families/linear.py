# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear by themselves."""
import numpy as np
from draw import F32, S4, S8, S16, U4, U8, U16
from families.registry import exact, text
from onnx import TensorProto

NARROW = (U8, U8, S8, S8, U16, S16, U4, S4)
WIDE = {U4: TensorProto.UINT8, S4: TensorProto.INT8}


def parameters(draw, case, shape, dtype):
    """Scale and zero point: of the tensor, of each index of one axis, or of each
    block along it; and the attributes that say so."""
    how = draw.choice("tensor", "tensor", "axis", "axis", "block")
    if how == "tensor":
        return draw.scale(), draw.zero(dtype), {}
    axis = draw.whole(0, len(shape) - 1)
    attributes = {"axis": axis - len(shape) if draw.chance(0.3) else axis}
    given = (shape[axis],)
    if how == "block" and case.opset >= 21 and len(shape) > 1:
        block = draw.whole(1, shape[axis])
        given = tuple(-(-n // block) if d == axis else n for d, n in enumerate(shape))
        attributes["block_size"] = block
    return draw.scale(given), draw.zero(dtype, given), attributes


def opset_for(draw, dtype):
    if dtype in (U8, S8):
        return draw.choice(10, 13, 19, 21, 23)
    return draw.choice(21, 23)


def values(draw, shape, scale, low=-300, high=300):
    """Some exact ties, some far outside."""
    x = draw.random.uniform(low, high, shape).astype(F32)
    ties = draw.random.random(shape) < 0.2
    x = np.where(ties, np.rint(x) + F32(0.5), x).astype(F32)
    return (x * F32(np.median(scale))).astype(F32)


def fill_quantize(draw, case, special=()):
    dtype = draw.choice(*NARROW)
    case.opset = opset_for(draw, dtype)
    shape = draw.shape(1, 4)
    if case.opset < 13:
        scale, zero, attributes = draw.scale(), draw.zero(dtype), {}
    else:
        scale, zero, attributes = parameters(draw, case, shape, dtype)
    reach = 40_000 if dtype in (U16, S16) else 300
    x = values(draw, shape, scale, -reach, reach)
    for value in special:
        x.flat[draw.whole(0, x.size - 1)] = value
    if draw.chance(0.15) and case.opset >= 19:  # halves, scale and all
        scale = np.maximum(scale, F32(2**-6)).astype(np.float16)
        x = np.clip(x, -65504, 65504).astype(np.float16)
    inputs = [case.feed("x", x), case.operand("s", scale)]
    if dtype != U8 or not draw.chance(0.2):
        inputs.append(case.constant("z", zero) if dtype in WIDE else case.operand("z", zero))
    if dtype in WIDE:  # NumPy's files have no 4-bit codes
        case.node("Cast", [case.node("QuantizeLinear", inputs, "q", **attributes)], to=WIDE[dtype])
    else:
        case.node("QuantizeLinear", inputs, **attributes)


@exact(220)
def QuantizeLinear(draw, case):
    fill_quantize(draw, case)


@text(20)
def QuantizeLinearSpecial(draw, case):
    """Infinities saturate; ONNX leaves a NaN open, here it is the zero point."""
    case.departs("ONNX Runtime converts infinities and NaN to the smallest code in some kernels")
    fill_quantize(draw, case, [np.nan, np.inf, -np.inf])


@exact(160)
def DequantizeLinear(draw, case):
    dtype = draw.choice(*NARROW, np.int32)
    case.opset = opset_for(draw, dtype)
    shape = draw.shape(1, 4)
    if dtype is np.int32:
        q = draw.random.integers(-2**31, 2**31, shape).astype(np.int32)
        case.node("DequantizeLinear", [case.feed("x", q), case.operand("s", draw.scale())])
        return
    if case.opset < 13:
        scale, zero, attributes = draw.scale(), draw.zero(dtype), {}
    else:
        scale, zero, attributes = parameters(draw, case, shape, dtype)
    if draw.chance(0.15) and case.opset >= 19:
        scale = scale.astype(np.float16)
    q = draw.codes(shape, dtype)
    inputs = [case.constant("x", q) if dtype in WIDE else case.feed("x", q), case.operand("s", scale)]
    if dtype in WIDE:
        inputs[1] = case.feed("s", scale)  # else nothing is left to compute at run time
        case.constants.pop("s", None)
    if not draw.chance(0.2):
        inputs.append(case.constant("z", zero) if dtype in WIDE else case.operand("z", zero))
    case.node("DequantizeLinear", inputs, **attributes)


@exact(80)
def DynamicQuantizeLinear(draw, case):
    case.opset = draw.choice(11, 13, 21)
    shape = draw.shape(1, 4)
    kind = draw.choice("both", "both", "positive", "negative", "narrow", "zero")
    x = draw.floats(shape, float(draw.scale(low=-12, high=12)))
    x = {"both": x, "positive": np.abs(x), "negative": -np.abs(x), "narrow": x + 40 * np.abs(x).max(),
         "zero": x * 0}[kind].astype(F32)
    case.node("DynamicQuantizeLinear", [case.feed("x", x)], ["y", "scale", "zero"])
