# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operators for anchors that are no products: one module holds all of an anchor's."""
from cases import ADD, SILU, mapped
from ir import tensor

WIDTHS = (1, 7, 16, 37, 64)  # of the last dimension


def pool(m):
    for kind, shape in (("u8", (1, 9, 8, 16)), ("s8", (2, 5, 7, 3)), ("f32", (1, 9, 8, 17)), ("f32", (1, 6, 6, 64))):
        for op in ("max", "average") if kind == "f32" else ("max", "sum"):
            x, type_ = m.argument(shape, kind)
            out = (shape[0], (shape[1] - 1) // 2 + 1, (shape[2] - 1) // 2 + 1, shape[3])
            words = ["is_signed"] if kind == "s8" else []
            result = kind
            if op == "sum":
                words.append("accumulator = i32")
                result = "s32"
            attributes = f" {{{', '.join(words)}}}" if words else ""
            value = m.value(f"pith.pool {op} {x} window [3, 3] strides [2, 2] pad [1, 1] to [1, 1] dilations [1, 1]{attributes} : "
                            f"{type_} -> {tensor(out, result)} loc(\"{op} {kind} {shape[-1]}\")")
            m.result(value, out, result)


def reduce(m):
    for width in WIDTHS:
        for op, kind in (("sum", "f32"), ("max", "f32"), ("sum", "u8"), ("max", "s8")):
            for dims, out in (("[1]", (4,)), ("[0]", (width,))):
                x, type_ = m.argument((4, width), kind)
                words = (["is_signed"] if kind == "s8" else []) + (["accumulator = i32"] if kind == "u8" else [])
                attributes = f" {{{', '.join(words)}}}" if words else ""
                result = "s32" if kind == "u8" else kind
                value = m.value(f"pith.reduce {op} {x} dims {dims}{attributes} : {type_} -> {tensor(out, result)} "
                                f"loc(\"{op} {kind} {dims} {width}\")")
                m.result(value, out, result)


def softmax(m):
    for width in WIDTHS:
        x, type_ = m.argument((3, width), "f32")
        m.result(m.value(f"pith.softmax {x} dims [1] : {type_} -> {type_} loc(\"softmax {width}\")"), (3, width), "f32")
    x, type_ = m.argument((3, 37), "f32")
    m.result(m.value(f"pith.softmax {x} dims [1] {{log}} : {type_} -> {type_} loc(\"logarithm\")"), (3, 37), "f32")


def norm(m):
    forms = ("multiplied", "divided", "affine")
    for number, width in enumerate(WIDTHS * len(forms)):
        form = forms[number // len(WIDTHS)]
        x, type_ = m.argument((3, width), "f32")
        s, s_type = m.constant(m.random.standard_normal(width), "f32")
        value = m.value(f"pith.norm layer {x} scale({s} : {s_type}) bias({s} : {s_type}) dims [1] epsilon 1.0e-05 "
                        f"form {form} : {type_} -> {type_} loc(\"norm {form} {width}\")")
        m.result(value, (3, width), "f32")


def dynamic_quantize(m):
    for width in WIDTHS:
        x, type_ = m.argument((3, width), "f32")
        name = f"%v{len(m.lines)}"
        m.lines.append(f"{name}:3 = pith.dynamic_quantize {x} : {type_} -> {tensor((3, width), 'u8')}, tensor<f32>, tensor<i8> "
                       f"loc(\"dynamic {width}\")")
        for i, (shape, kind) in enumerate((((3, width), "u8"), ((), "f32"), ((), "u8"))):
            m.result(f"{name}#{i}", shape, kind)


def map_(m):
    table, table_type = m.constant(m.random.integers(0, 256, 256), "u8")
    for width in WIDTHS:
        shape = (3, width)
        m.result(mapped(m, [m.argument(shape, "f32")], shape, "f32", SILU, f"silu {width}"), shape, "f32")
        m.result(mapped(m, [m.argument(shape, "u8"), m.argument(shape, "u8")], shape, "i8", ADD, f"add {width}"), shape, "u8")
        x, type_ = m.argument(shape, "u8")
        m.result(m.value(f"pith.lookup {x}, {table} : {type_}, {table_type} -> {type_} loc(\"lookup {width}\")"), shape, "u8")
    x, type_ = m.argument((5, 6, 37), "f32")
    empty = m.value(f"tensor.empty() : {tensor((6, 37, 5), 'f32')}")
    value = m.value(f"linalg.transpose ins({x} : {type_}) outs({empty} : {tensor((6, 37, 5), 'f32')}) permutation = [1, 2, 0] loc(\"turned\")")
    m.result(value, (6, 37, 5), "f32")


def turned(m):
    """Transpositions of words, and images to planes of words and back."""
    for name, shape, order in (("matrix", (33, 20), (1, 0)), ("whole squares", (32, 64), (1, 0)),
                               ("three", (5, 6, 37), (1, 2, 0)), ("images", (2, 20, 5, 7), (0, 2, 3, 1))):
        x, type_ = m.argument(shape, "f32")
        out = tuple(shape[i] for i in order)
        empty = m.value(f"tensor.empty() : {tensor(out, 'f32')}")
        value = m.value(f"linalg.transpose ins({x} : {type_}) outs({empty} : {tensor(out, 'f32')}) permutation = {list(order)} "
                        f"loc(\"{name}\")")
        m.result(value, out, "f32")
    for kind, packed in (("u8", 4), ("f32", 1)):
        logical, stored = (1, 5, 7, 36), (36 // packed, 35, packed)
        layout = f"layout <pad [0, 0, 0, 0] to [0, 0, 0, 0], shape [35, {36 // packed}, {packed}], order [1, 0, 2]>"
        for way, taken, given in (("to", logical, stored), ("from", stored, logical)):
            x, type_ = m.argument(taken, kind)
            value = m.value(f"pith.{way}_layout {x} {layout} : {type_} -> {tensor(given, kind)} loc(\"{way} planes {kind}\")")
            m.result(value, given, kind)


def generic(m):
    for width in WIDTHS:
        x, type_ = m.argument((5, width), "f32")
        out = tensor((width, 5), "f32")
        empty = m.value(f"tensor.empty() : {out}")
        m.result(m.value(
            "linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>], "
            f'iterator_types = ["parallel", "parallel"]}} ins({x} : {type_}) outs({empty} : {out}) {{\n'
            f"    ^bb0(%a: f32, %o: f32):\n      %s = arith.addf %a, %a : f32\n      linalg.yield %s : f32\n    }} -> {out} loc(\"generic {width}\")"),
            (width, 5), "f32")


def frame(m):
    """Around what a kernel stores for a convolution that pads."""
    for width, pad in ((32, 1), (96, 2)):
        shape = (1, 6, 7, width)
        x = mapped(m, [m.argument(shape, "u8"), m.argument(shape, "u8")], shape, "i8", ADD, f"added {width}")
        taps = 2 * pad + 1
        w, w_type = m.constant(m.weights(taps * taps * width, 48, "s8").T.reshape(48, taps, taps, width), "s8")
        out = (1, 6, 7, 48)
        value = m.value(f"pith.conv {x}, {w} strides [1, 1] pad [{pad}, {pad}] to [{pad}, {pad}] dilations [1, 1] "
                        f"{{filter_signed, accumulator = i32}} : {tensor(shape, 'u8')}, {w_type} -> {tensor(out, 's32')} "
                        f"loc(\"padded {width}\")")
        m.result(value, out, "s32")


# Of skeletons that take some groups of an anchor only.
SKELETONS = {("pith.map", "turn"): turned}
ANCHORS = {"pith.frame": frame, "pith.pool": pool, "pith.reduce": reduce, "pith.softmax": softmax, "pith.norm": norm,
           "pith.dynamic_quantize": dynamic_quantize, "pith.map": map_, "linalg.generic": generic}
