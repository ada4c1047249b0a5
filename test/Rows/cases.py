# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operators for the anchors that rows of kernel tables list: a case adds one to a
module, under its name, with work behind it that products take into registers.

A product's case is a function of the kinds of its two sides. CASES has those of
any size, by form; `tile_cases` those for a tile of rows x columns.
"""
from ir import PACKED, is_codes, tensor

SILU = ["%one = arith.constant 1.0 : f32", "%n = arith.negf %e0 : f32", "%x = math.exp %n : f32",
        "%d = arith.addf %x, %one : f32", "%r = arith.divf %e0, %d : f32"]
# The sum of two unsigned codes.
ADD = ["%0 = arith.extui %e0 : i8 to i32", "%1 = arith.extui %e1 : i8 to i32", "%2 = arith.addi %0, %1 : i32",
       "%c = arith.constant 255 : i32", "%3 = arith.minsi %2, %c : i32", "%r = arith.trunci %3 : i32 to i8"]


def mapped(m, operands, shape, element, lines, name):
    """A map of lines, which make %r of %e0, %e1, ..."""
    values, types = zip(*operands)
    arguments = ", ".join(f"%e{i}: {t[t.rindex('x') + 1:-1]}" for i, t in enumerate(types))
    body = "\n      ".join(lines)
    return m.value(f"pith.map ({', '.join(values)} : {', '.join(types)}) -> {tensor(shape, element)} {{\n"
                   f"    ^bb0({arguments}):\n      {body}\n      pith.yield %r : {element}\n    }} loc(\"{name}\")")


def behind(m, sums, shape, left, name, depth, tail, scale, signed):
    """Codes of sums, with a map behind them where `tail`; floats as they are, or with one."""
    m.depths.append(depth)
    if not is_codes(left):
        if tail and left == "f32":
            sums = mapped(m, [(sums, tensor(shape, left))], shape, left, SILU, name)
        m.result(sums, shape, left)
        return
    kind = "s8" if signed else "u8"
    m_value, m_type = m.scales(shape[-1] if scale else 1, depth)
    zero = m.zero_point(-5 if signed else 100)
    sign = " {is_signed}" if signed else ""
    value = m.value(f"pith.requantize {sums} scale({m_value} : {m_type}) zero_point({zero} : tensor<i8>){sign} : "
                    f"{tensor(shape, 's32')} -> {tensor(shape, kind)} loc(\"{name}\")")
    if tail and not signed:
        value = mapped(m, [(value, tensor(shape, kind)), m.argument(shape, kind)], shape, "i8", ADD, name)
    m.result(value, shape, kind)


def words(left, right, sides, *others):
    signs = [f"{side}_signed" for side, kind in zip(sides, (left, right)) if kind in ("s8", "s4")]
    list_ = [*others, *(signs + ["accumulator = i32"] if is_codes(left) else [])]
    return f" {{{', '.join(list_)}}}" if list_ else ""


def sums_kind(left):
    return "s32" if is_codes(left) else left


def decoded(m, depth, channels, kind, transposed):
    """Floats of packed codes in blocks of the sum, each with a scale, and where there is an odd number of channels
    with a zero point: a matrix of depth x channels, transposed or not."""
    block = 32 if depth % 32 == 0 else 16
    blocks = depth // block
    codes = m.weights(depth, channels, kind)
    split, each = ((channels, blocks, block), (channels, blocks, 1)) if transposed else ((blocks, block, channels), (blocks, 1, channels))
    value, type_ = m.weights_constant((codes.T if transposed else codes).reshape(split), kind)
    text = f"pith.dequantize {value} " + "scale({} : {}) ".format(*m.constant(m.random.uniform(0.01, 0.1, each), "f32"))
    if channels % 2:
        text += "zero_point({} : {}) ".format(*m.weights_constant(m.random.integers(-8, 8, each) + PACKED[kind], kind))
    elif PACKED[kind]:
        text += f"zero_point({m.zero_point(PACKED[kind])} : tensor<i8>) "
    floats = m.value(f"{text}{'{is_signed} ' if kind == 's4' else ''}: {type_} -> {tensor(split, 'f32')}")
    shape, dims = ((channels, depth), "[[0], [1, 2]]") if transposed else ((depth, channels), "[[0, 1], [2]]")
    return m.value(f"tensor.collapse_shape {floats} {dims} : {tensor(split, 'f32')} into {tensor(shape, 'f32')}"), tensor(shape, "f32")


def matmul(m, name, left, right, rows, depth, channels, *, zero=None, scale=False, bias=True, transposed=False,
           tail=False, signed=False, packed=False):
    blocked = right in PACKED and not is_codes(left)
    if blocked:  # whole blocks
        depth = -(-depth // 16) * 16
    x, x_type = m.argument((rows, depth), left)
    if blocked:
        w, w_type = decoded(m, depth, channels, right, transposed)
    elif packed:  # codes of 4 bits
        data = m.random.integers(0, 256, depth * channels // 2)
        value, type_ = m.constant(data, "u8")
        w_type = tensor((depth, channels), right)
        sign = " {is_signed}" if right == "s8" else ""
        w = m.value(f"pith.unpack {value} width 4{sign} : {type_} -> {w_type}")
    else:
        values = m.weights(depth, channels, right)
        w, w_type = m.weights_constant(values.T if transposed else values, right)
    text = f"pith.matmul {x}, {w} "
    if bias:
        text += "bias({} : {}) ".format(*m.bias(channels, left))
    if zero is not None:
        text += f"lhs_zero_point({m.zero_point(zero)} : tensor<i8>) "
    if PACKED.get(right) and not blocked:
        text += f"rhs_zero_point({m.zero_point(PACKED[right])} : tensor<i8>) "
    shape = (rows, channels)
    text += words(left, right, ("lhs", "rhs"), *(["transpose_rhs"] if transposed else []))
    sums = m.value(f'{text} : {x_type}, {w_type} -> {tensor(shape, sums_kind(left))} loc("{name}")')
    behind(m, sums, shape, left, name, depth, tail, scale, signed)


def conv(m, name, left, right, image, channels, window, strides=None, padding=None, dilations=None, *, groups=1,
         zero=None, scale=False, bias=True, tail=False, signed=False):
    dims = len(window)
    strides, padding, dilations = strides or [1] * dims, padding or [0] * dims, dilations or [1] * dims
    sizes = [(size + 2 * pad - dilation * (taps - 1) - 1) // stride + 1 for size, pad, dilation, taps, stride
             in zip(image[1:-1], padding, dilations, window, strides)]
    taps = 1
    for size in window:
        taps *= size
    depth = image[-1] // groups
    w, w_type = m.weights_constant(m.weights(taps * depth, channels, right).T.reshape(channels, *window, depth), right)
    x, x_type = m.argument(image, left)
    text = f"pith.conv {x}, {w} "
    if bias:
        text += "bias({} : {}) ".format(*m.bias(channels, left))
    if zero is not None:
        text += f"input_zero_point({m.zero_point(zero)} : tensor<i8>) "
    if PACKED.get(right):
        text += f"filter_zero_point({m.zero_point(PACKED[right])} : tensor<i8>) "
    text += f"strides {strides} pad {padding} to {padding} dilations {dilations}"
    shape = (image[0], *sizes, channels)
    text += words(left, right, ("input", "filter"), *([f"groups = {groups} : i64"] if groups > 1 else []))
    sums = m.value(f'{text} : {x_type}, {w_type} -> {tensor(shape, sums_kind(left))} loc("{name}")')
    behind(m, sums, shape, left, name, taps * depth, tail, scale, signed)


def products(left):
    """Options that only codes have, for a left side of this kind."""
    codes = is_codes(left)
    return {"zero": {"u8": 77, "s8": -3}[left]} if codes else {}, {"scale": codes}


def dense_matmuls(left, right):
    zero, scale = products(left)
    yield "one row", matmul, (1, 37, 83), {}
    yield "a square", matmul, (64, 64, 64), scale
    yield "transposed", matmul, (7, 66, 65), {"transposed": True}
    yield "primes", matmul, (101, 29, 31), {"bias": False}
    yield "with a tail", matmul, (13, 40, 19), {"tail": True, **zero, **scale}
    yield "signed results", matmul, (5, 41, 20), {"signed": is_codes(left), **zero}


def dense_convs(left, right):
    zero, scale = products(left)
    yield "one tap", conv, ((2, 5, 5, 20), 70, [1, 1]), {}
    yield "three taps", conv, ((1, 9, 9, 8), 40, [3, 3], [1, 1], [1, 1]), {**zero, **scale}
    yield "few channels", conv, ((1, 15, 15, 3), 33, [3, 3], [2, 2], [1, 1]), {"tail": True}
    yield "seven taps", conv, ((1, 20, 20, 3), 64, [7, 7], [2, 2], [3, 3]), {}
    yield "dilated", conv, ((1, 13, 13, 5), 24, [3, 3], [1, 1], [2, 2], [2, 2]), {}
    yield "one dimension", conv, ((2, 17, 6), 24, [3]), {"signed": is_codes(left), **zero}
    yield "three dimensions", conv, ((1, 5, 6, 7, 4), 24, [2, 3, 3], [1, 2, 1], [0, 1, 0], [1, 1, 2]), {}
    yield "one channel", conv, ((1, 12, 12, 1), 10, [5, 5], [1, 1], [2, 2]), {"tail": True, **scale}
    yield "one result", conv, ((1, 7, 7, 12), 1, [3, 3]), {}


def depthwise_convs(left, right):
    zero, scale = products(left)
    yield "all widths of a block", conv, ((1, 7, 9, 112), 112, [3, 3], [1, 1], [1, 1]), {"groups": 112, **zero, **scale}
    yield "strides", conv, ((2, 9, 8, 32), 32, [3, 3], [2, 2], [1, 1]), {"groups": 32, "signed": is_codes(left), **zero}
    yield "no bias", conv, ((1, 3, 5, 16), 16, [3, 3]), {"groups": 16, "bias": False}
    yield "two taps", conv, ((1, 8, 8, 64), 64, [2, 2], [2, 2]), {"groups": 64, **scale}
    yield "two pixels in a vector", conv, ((1, 7, 11, 32), 32, [3, 3], [1, 1], [1, 1]), {"groups": 32, **zero, **scale}
    yield "four pixels in a vector", conv, ((2, 6, 10, 16), 16, [3, 3], [1, 1], [1, 1]), {"groups": 16, "signed": is_codes(left)}
    yield "pixels and low windows", conv, ((1, 6, 9, 32), 32, [2, 3], [1, 1], [0, 1]), {"groups": 32, **scale}
    yield "high windows", conv, ((1, 6, 6, 48), 48, [4, 2], [1, 3], [1, 1]), {"groups": 48, **zero}


def grouped_convs(left, right):
    zero, scale = products(left)
    yield "part of a vector", conv, ((2, 9, 23, 35), 35, [5, 5], [2, 2], [2, 2]), {"groups": 35, "tail": True, **zero}
    yield "one channel beside vectors", conv, ((1, 12, 33), 33, [5]), {"groups": 33, **zero}
    yield "one channel beside vectors, in pairs", conv, ((1, 6, 6, 34), 17, [3, 3]), {"groups": 17, "tail": True}
    yield "wide windows", conv, ((1, 8, 10, 16), 16, [7, 7], [1, 1], [3, 3], [2, 1]), {"groups": 16, **scale}
    yield "groups in one dimension", conv, ((2, 21, 40), 80, [5], [1], [2]), {"groups": 40, "bias": False, **zero}
    yield "groups in three dimensions", conv, ((1, 4, 6, 7, 18), 18, [2, 3, 3], [1, 1, 2], [0, 1, 1]), {"groups": 18}
    for inputs, outputs in ((4, 4), (8, 4), (64, 64)):
        yield f"groups of {inputs}", conv, ((1, 7, 9, 4 * inputs), 4 * outputs, [3, 3], [2, 2], [1, 1]), {"groups": 4, **zero}


def sparse_matmuls(left, right):
    zero, scale = products(left)
    yield "listed weights", matmul, (50, 128, 40), {**zero, **scale}
    yield "listed, transposed", matmul, (67, 64, 33), {"transposed": True}


def sparse_convs(left, right):
    zero, scale = products(left)
    yield "listed filters", conv, ((1, 7, 9, 96), 40, [1, 1]), {**zero, **scale}
    yield "listed, two images", conv, ((2, 5, 5, 64), 31, [1, 1]), {"bias": False}


def packed_matmuls(left, right):
    if is_codes(left):
        yield "packed weights", matmul, (33, 48, 40), {"packed": True}
        yield "one row of packed weights", matmul, (1, 96, 66), {"packed": True, "scale": True}


FORMS = {("pith.matmul", "dense"): dense_matmuls, ("pith.conv", "dense"): dense_convs,
         ("pith.conv", "depthwise"): depthwise_convs, ("pith.conv", "grouped"): grouped_convs,
         ("pith.matmul", "sparse"): sparse_matmuls,
         ("pith.conv", "sparse"): sparse_convs, ("pith.matmul", "packed"): packed_matmuls}


def tile_matmuls(rows, columns, lanes, products_):
    """Whole tiles, with more steps than any compiler unrolls; and everything one off."""
    depth, channels = 40 * products_, columns * lanes
    yield "whole tiles", matmul, (2 * rows, depth, 2 * channels), {}
    yield "one off", matmul, (2 * rows + 1, depth + 1, channels + 1), {"tail": True}
    if rows > 1:
        yield "less than a tile", matmul, (rows - 1, depth - 1, channels - 1), {"scale": True}


def tile_convs(rows, columns, lanes, products_):
    yield "whole tiles of pixels", conv, ((1, 4, rows + 2, 16 * products_), columns * lanes, [3, 3]), {}
    yield "one pixel off", conv, ((1, 3, rows + 1, 21), columns * lanes + 1, [3, 3], [1, 1], [1, 1]), {"tail": True}


TILES = {"pith.matmul": tile_matmuls, "pith.conv": tile_convs}
