# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Quantized convolutions: QLinearConv, ConvInteger, and Conv between Q and DQ."""
import numpy as np
import spec
from draw import S8, U8
from families.registry import exact

PAIRS = ((U8, S8), (U8, S8), (U8, U8), (S8, S8))  # ONNX Runtime has no s8 times u8 here
ALL_PAIRS = PAIRS + ((S8, U8),)


def geometry(draw):
    """Shapes and attributes of a convolution of 1 to 3 dimensions."""
    rank = draw.choice(1, 2, 2, 2, 2, 3)
    groups = draw.choice(1, 1, 1, 2, 3, "depthwise")
    if groups == "depthwise":
        groups = channels = draw.extent(17)
        filters = groups * draw.choice(1, 1, 2)
    else:
        channels = groups * draw.choice(1, 2, 3, 4, 5, 8, 17)
        filters = groups * draw.choice(1, 2, 3, 7, 8, 16)
    kernel = [draw.choice(1, 2, 3, 3, 5) for _ in range(rank)]
    strides = [draw.choice(1, 1, 2, 3) for _ in range(rank)]
    dilations = [draw.choice(1, 1, 1, 2, 3) for _ in range(rank)]
    image = [(k - 1) * d + 1 + draw.choice(0, 1, 3, 4, 7) for k, d in zip(kernel, dilations)]
    attributes = {"strides": strides, "dilations": dilations, "group": groups}
    automatic = draw.choice("NOTSET", "NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID")
    if automatic != "NOTSET":
        attributes["auto_pad"] = automatic
        if automatic.startswith("SAME"):
            attributes["dilations"] = [1] * rank  # ONNX Runtime refuses others
    elif draw.chance(0.7):
        attributes["pads"] = [draw.whole(0, k) for k in kernel * 2]
    if draw.chance(0.5):
        attributes["kernel_shape"] = kernel
    batch = draw.choice(1, 1, 1, 2, 3)
    return (batch, channels, *image), (filters, channels // groups, *kernel), attributes


def filter_parameters(draw, filters, dtype):
    """A zero point that ONNX Runtime takes: the same for all filters."""
    each = draw.chance(0.5)
    zero = draw.zero(dtype) if draw.chance(0.5) else np.array(0, dtype)
    shape = (filters,) if each else ()
    return draw.scale(shape, -10, -2), np.full(shape, zero, dtype)


def bias_for(draw, filters, fan_in, ties):
    reach = (20 if ties else 2000) * fan_in
    return draw.random.integers(-reach, reach + 1, filters).astype(np.int32)


def draw_conv(draw):
    """Operands of one convolution, with the codes' parameters."""
    x_type, w_type = draw.choice(*PAIRS)
    shape, weights, attributes = geometry(draw)
    scale_x, zero_x = draw.scale(low=-9, high=-1), draw.zero(x_type)
    scale_w, zero_w = filter_parameters(draw, weights[0], w_type)
    ties = draw.chance(0.35)
    x = draw.codes(shape, x_type)
    w = draw.near(zero_w.flat[0], weights, w_type) if ties else draw.codes(weights, w_type)
    bias = bias_for(draw, weights[0], int(np.prod(weights[1:])), ties) if draw.chance(0.6) else None
    acc = spec.conv(x, w, zero_x, zero_w, 0 if bias is None else bias, attributes)
    unit = scale_x * scale_w
    scale_y = draw.scale_for(acc * unit.reshape([-1] + [1] * (len(shape) - 2)))
    if ties:
        scale_y = draw.tie_scale(acc, unit.flat[0])
    return x, scale_x, zero_x, w, scale_w, zero_w, bias, scale_y, draw.zero(x_type), attributes


@exact(320)
def QLinearConv(draw, case):
    x, sx, zx, w, sw, zw, bias, sy, zy, attributes = draw_conv(draw)
    case.opset = draw.choice(10, 13, 21)
    inputs = [case.feed("x", x), case.operand("sx", sx), case.operand("zx", zx), case.operand("w", w),
              case.constant("sw", sw), case.constant("zw", zw), case.operand("sy", sy), case.operand("zy", zy)]
    if bias is not None:
        inputs.append(case.operand("b", bias))
    case.node("QLinearConv", inputs, **attributes)


@exact(150)
def ConvInteger(draw, case):
    x_type, w_type = draw.choice(*ALL_PAIRS)
    shape, weights, attributes = geometry(draw)
    case.opset = draw.choice(10, 13, 21)
    inputs = [case.feed("x", draw.codes(shape, x_type)), case.operand("w", draw.codes(weights, w_type))]
    if draw.chance(0.8):
        inputs.append(case.operand("zx", draw.zero(x_type)))
        if draw.chance(0.5):
            inputs.append(case.constant("zw", draw.zero(w_type)))
    case.node("ConvInteger", inputs, **attributes)


@exact(220)
def QDQConv(draw, case):
    """DequantizeLinear -> Conv (-> Relu) -> QuantizeLinear: one integer step."""
    x, sx, zx, w, sw, zw, bias, sy, zy, attributes = draw_conv(draw)
    case.opset = draw.choice(13, 21)
    along = {"axis": 0} if sw.ndim else {}
    operands = [case.dequantize(case.feed("x", x), "xd", sx, zx),
                case.dequantize(case.constant("w", w), "wd", sw, zw, **along)]
    if bias is not None:
        operands.append(case.dequantize(case.constant("b", bias), "bd", np.asarray(sx * sw),
                                        np.zeros(sw.shape, np.int32), **along))
    value = case.node("Conv", operands, "c", **attributes)
    if draw.chance(0.3):  # what Relu cuts off is below the smallest code
        zy = np.array(np.iinfo(zy.dtype).min, zy.dtype)
        value = case.node("Relu", [value], "r")
    case.quantize(value, "y", sy, zy)
    acc = spec.conv(x, w, zx, zw, 0 if bias is None else bias, attributes)
    case.expected["y"] = spec.requantized(acc, sx, sw.reshape([-1] + [1] * (x.ndim - 2)), sy, zy)
