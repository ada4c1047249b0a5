# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the bits of compiled operators with test/spec.

Example: build/python/bin/python targets/Reference/test/Inputs/compare.py BUILD [FILTER] --target=x86 --cpu=avx2
Each function case_* yields (name, inputs, outputs, body, expected).
"""

import argparse
import inspect
import os
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../../../../test/spec"), HERE]

import floats as spec  # noqa: E402
import polynomials  # noqa: E402
import quantize as integers  # noqa: E402
from compiled_model import Machine, Model, tensor_type  # noqa: E402
from testing import expect_same  # noqa: E402

rng = np.random.default_rng(20)
ELEMENT = {np.dtype(np.float32): "f32", np.dtype(np.float64): "f64", np.dtype(np.float16): "f16",
           np.dtype(np.int8): "i8", np.dtype(np.uint8): "i8", np.dtype(np.int16): "i16",
           np.dtype(np.uint16): "i16", np.dtype(np.int32): "i32", np.dtype(np.int64): "i64"}


def real(*shape):
    return rng.standard_normal(shape).astype(np.float32)


def kind(array):
    return tensor_type(array.shape, ELEMENT[array.dtype])


def unary(name, x, text, expected, extra=()):
    """One operator: `text` with {x}, {y} for the types and %in0 ... for the values."""
    types = {"x": kind(x), "y": kind(expected), **{f"t{i}": kind(e) for i, e in enumerate(extra)}}
    body = f"    %r = {text.format(**types)} loc(\"{name}\")\n    return %r : {kind(expected)}"
    return name, [x, *extra], [expected], body


def case_conv():
    for name, x, w, args in [
            ("conv_plain", real(1, 9, 7, 3), real(4, 3, 3, 3), ([1, 1], [0, 0], [0, 0], [1, 1], 1)),
            ("conv_padded", real(2, 8, 7, 3), real(5, 3, 5, 3), ([2, 1], [1, 2], [1, 3], [1, 1], 1)),
            ("conv_dilated", real(1, 9, 9, 2), real(3, 3, 3, 2), ([2, 3], [3, 2], [2, 4], [2, 3], 1)),
            ("conv_groups", real(1, 6, 6, 6), real(4, 3, 3, 3), ([1, 1], [1, 1], [1, 1], [1, 1], 2)),
            ("conv_depthwise", real(1, 6, 6, 5), real(5, 3, 3, 1), ([1, 1], [1, 1], [1, 1], [1, 1], 5)),
            ("conv_one", real(1, 5, 5, 16), real(7, 1, 1, 16), ([2, 2], [0, 0], [0, 0], [1, 1], 1)),
            ("conv_line", real(1, 20, 3), real(4, 5, 3), ([2], [4], [4], [1], 1)),
            ("conv_volume", real(1, 4, 5, 6, 2), real(3, 2, 3, 2, 2), ([1] * 3, [1] * 3, [1, 0, 1], [1] * 3, 1)),
            ("conv_only_padding", real(1, 2, 2, 1), real(2, 2, 2, 1), ([1, 1], [3, 3], [3, 3], [1, 1], 1))]:
        strides, low, high, dilations, groups = args
        bias = real(w.shape[0])
        expected = spec.conv(x, w, bias, strides=strides, low=low, high=high, dilations=dilations,
                             groups=groups)
        yield unary(name, x, f"pith.conv %in0, %in1 bias(%in2 : {{t1}}) strides {strides} pad {low} to "
                    f"{high} dilations {dilations} {{{{groups = {groups} : i64}}}} : {{x}}, {{t0}} -> {{y}}",
                    expected, [w, bias])


def case_matmul():
    for name, a, b, flags in [
            ("matmul_plain", real(5, 17), real(17, 3), ""),
            ("matmul_batch", real(2, 3, 4, 8), real(1, 3, 8, 5), ""),
            ("matmul_lhs", real(2, 9, 4), real(2, 9, 5), "transpose_lhs"),
            ("matmul_rhs", real(2, 4, 9), real(2, 5, 9), "transpose_rhs"),
            ("matmul_row", real(1, 33), real(33, 10), "")]:
        left = a.swapaxes(-1, -2) if "lhs" in flags else a
        right = b.swapaxes(-1, -2) if "rhs" in flags else b
        bias = real(right.shape[-1])
        yield unary(name, a, f"pith.matmul %in0, %in1 bias(%in2 : {{t1}}) {{{{{flags}}}}} : {{x}}, {{t0}} -> {{y}}"
                    .replace("{{}}", ""), spec.matmul(left, right, bias), [b, bias])
    a, b = (rng.integers(-2**31, 2**31, s).astype(np.int32) for s in ((3, 9), (9, 4)))
    yield unary("matmul_integers_wrap", a, "pith.matmul %in0, %in1 : {x}, {t0} -> {y}",
                integers.wrap_c1(integers.matmul_c1(a, b)), [b])
    a, b = real(3, 40).astype(np.float16), real(40, 5).astype(np.float16)
    yield unary("matmul_half", a, "pith.matmul %in0, %in1 : {x}, {t0} -> {y}",
                spec.matmul(a, b).astype(np.float16), [b])


def case_packed():
    """Products whose right side is packed at run time: its rows in part far apart, in part few."""
    for batch, rows, depth, columns in [((), 9, 40, 256), ((2, 3), 20, 32, 128), ((3,), 17, 64, 32), ((2,), 5, 33, 70)]:
        name = "x".join(map(str, (*batch, rows, depth, columns)))
        a, b = real(*batch, rows, depth), real(*batch, depth, columns)
        yield unary(f"packed_{name}", a, "pith.matmul %in0, %in1 : {x}, {t0} -> {y}", spec.matmul(a, b), [b])
        for left, right, flags in [(np.uint8, np.int8, "rhs_signed"), (np.uint8, np.uint8, ""),
                                   (np.int16, np.int16, "lhs_signed, rhs_signed")]:
            a, b = (rng.integers(-100, 100, shape).astype(kind) for shape, kind in
                    (((*batch, rows, depth), left), ((*batch, depth, columns), right)))
            yield unary(f"packed_{np.dtype(left)}_{np.dtype(right)}_{name}", a,
                        f"pith.matmul %in0, %in1 {{{{accumulator = i32, {flags}}}}} : {{x}}, {{t0}} -> {{y}}"
                        .replace(", }}", "}}"), np.matmul(a.astype(np.int32), b.astype(np.int32)), [b])
    # Signs and zero points of both sides, some of them moved by a transposition in front.
    for batch, rows, depth, columns in [((2, 3), 20, 32, 128), ((3,), 17, 64, 32), ((2,), 5, 33, 70)]:
        for left, right in [(np.uint8, np.uint8), (np.uint8, np.int8), (np.int8, np.uint8), (np.int8, np.int8)]:
            for moved in ("", "columns", "rhs"):
                flips = [np.iinfo(kind).min for kind in (left, right)]
                a = (rng.integers(0, 256, (*batch, rows, depth)) + flips[0]).astype(left)
                b = (rng.integers(0, 256, (*batch, depth, columns)) + flips[1]).astype(right)
                za, zb = left(flips[0] + 7), right(flips[1] + 125)
                expected = np.matmul(a.astype(np.int32) - int(za), b.astype(np.int32) - int(zb))
                flags = ["accumulator = i32"] + ["lhs_signed"] * (left is np.int8) + ["rhs_signed"] * (right is np.int8)
                stored, text, value, type = b, "", "%in1", kind(b)
                if moved:
                    stored = np.ascontiguousarray(b.swapaxes(-1, -2))
                if moved == "rhs":
                    flags.append("transpose_rhs")
                    type = kind(stored)
                elif moved:
                    rank = b.ndim
                    order = [*range(rank - 2), rank - 1, rank - 2]
                    text = (f"    %e = tensor.empty() : {type}\n    %t = linalg.transpose ins(%in1 : {kind(stored)}) "
                            f"outs(%e : {type}) permutation = {order} loc(\"turned\")\n")
                    value = "%t"
                name = f"packed_points_{np.dtype(left)}_{np.dtype(right)}_{depth}_{moved}"
                text += (
                    f"    %r = pith.matmul %in0, {value} lhs_zero_point(%in2 : tensor<i8>) rhs_zero_point(%in3 : tensor<i8>) "
                    f"{{{', '.join(flags)}}} : {kind(a)}, {type} -> {kind(expected)} loc(\"{name}\")\n"
                    f"    return %r : {kind(expected)}")
                yield name, [a, stored, np.array(za), np.array(zb)], [expected], text
    x = rng.integers(0, 256, (5, 30, 8)).astype(np.uint8)
    text = """    %e = tensor.empty() : tensor<30x5x8xi8>
    %t = linalg.transpose ins(%in0 : tensor<5x30x8xi8>) outs(%e : tensor<30x5x8xi8>) permutation = [1, 0, 2] loc("a")
    %r = tensor.collapse_shape %t [[0], [1, 2]] : tensor<30x5x8xi8> into tensor<30x40xi8> loc("b")
    return %r : tensor<30x40xi8>"""
    yield "packed_runs", [x], [x.transpose(1, 0, 2).reshape(30, 40)], text


def case_pool():
    x = real(1, 9, 8, 3)
    x[0, 4, 4, 1] = np.nan
    for name, args in [("pool_plain", ([2, 2], [2, 2], [0, 0], [0, 0], [1, 1])),
                       ("pool_padded", ([3, 2], [2, 1], [1, 1], [1, 0], [1, 1])),
                       ("pool_dilated", ([2, 3], [1, 2], [1, 2], [1, 2], [2, 2])),
                       ("pool_global", ([9, 8], [1, 1], [0, 0], [0, 0], [1, 1]))]:
        window, strides, low, high, dilations = args
        words = dict(strides=strides, low=low, high=high, dilations=dilations)
        text = f" %in0 window {window} strides {strides} pad {low} to {high} dilations {dilations} "
        yield unary(name + "_max", x, "pith.pool max" + text + ": {x} -> {y}", spec.max_pool(x, window, **words))
        yield unary(name + "_average", x, "pith.pool average" + text + ": {x} -> {y}",
                    spec.average_pool(x, window, **words))
        yield unary(name + "_counted", x, "pith.pool average" + text + "{{count_padding}} : {x} -> {y}",
                    spec.average_pool(x, window, count_padding=True, **words))
    q = rng.integers(0, 256, (1, 4, 4, 2)).astype(np.uint8)
    yield unary("pool_bytes", q, "pith.pool max %in0 window [2, 2] strides [2, 2] pad [0, 0] to [0, 0] "
                "dilations [1, 1] : {x} -> {y}", q.reshape(1, 2, 2, 2, 2, 2).max(axis=(2, 4)))


def case_reduce():
    for which in ("sum", "product", "max", "min"):
        for shape, dims in [((3, 5), [1]), ((2, 16, 3), [1]), ((2, 7, 7, 5), [1, 2]), ((4, 100), [0, 1]),
                            ((1, 37, 4), [1]), ((8, 33), [0])]:
            x = real(*shape)
            expected = spec.reduce(which, x, dims)
            name = f"reduce_{which}_{'x'.join(map(str, shape))}"
            yield unary(name, x, f"pith.reduce {which} %in0 dims {dims} {{{{keep_dims}}}} : {{x}} -> {{y}}", expected)
            if which == "sum":
                yield unary(name + "_dropped", x, f"pith.reduce {which} %in0 dims {dims} : {{x}} -> {{y}}",
                            expected.reshape([n for i, n in enumerate(shape) if i not in dims]))
    q = rng.integers(-128, 128, (3, 50)).astype(np.int8)
    yield unary("reduce_signed", q, "pith.reduce min %in0 dims [1] {{is_signed}} : {x} -> {y}", q.min(axis=1))
    yield unary("reduce_unsigned", q, "pith.reduce min %in0 dims [1] : {x} -> {y}",
                q.view(np.uint8).min(axis=1).view(np.int8))


NORMS = [("layer", "multiplied"), ("layer", "divided"), ("layer", "affine"), ("rms", "multiplied"), ("rms", "divided")]


def case_rows():
    for shape, dims in [((3, 10), [1]), ((2, 5, 6), [1]), ((2, 40, 3), [1]), ((2, 3, 20), [1, 2]), ((4, 64), [1]),
                        ((7, 130), [1]), ((2, 5, 64), [2]), ((6, 2100), [1])]:
        x, name = real(*shape) * 4, "x".join(map(str, shape))
        yield unary("softmax_" + name, x, f"pith.softmax %in0 dims {dims} : {{x}} -> {{y}}", spec.softmax(x, dims))
        yield unary("logsoftmax_" + name, x, f"pith.softmax %in0 dims {dims} {{{{log}}}} : {{x}} -> {{y}}",
                    spec.softmax(x, dims, log=True))
        scale, bias = real(shape[-1]), real(*shape[-2:])
        for which, form in NORMS:
            yield unary(f"{which}_{form}_{name}", x, f"pith.norm {which} %in0 scale(%in1 : {{t0}}) bias(%in2 : {{t1}}) "
                        f"dims {dims} epsilon 1.0e-05 form {form} : {{x}} -> {{y}}",
                        spec.norm(which, x, dims, 1e-5, scale, bias, form), [scale, bias])


def case_quantized():
    x = np.concatenate([real(200) * 50, np.float32([np.nan, np.inf, -np.inf, 0.5, 1.5, -0.5, 2.5, 1e30])])
    x = x.reshape(4, 52)
    s = np.float32([0.1, 1.0, 0.37, 3.0]).reshape(4, 1)
    for dtype, flag in [(np.int8, "{{is_signed}}"), (np.uint8, ""), (np.int16, "{{is_signed}}"), (np.uint16, "")]:
        z = np.array(7, dtype)
        expected = integers.quantize(x, s, z, dtype)
        yield unary(f"quantize_{np.dtype(dtype).name}", x,
                    f"pith.quantize %in0 scale(%in1 : {{t0}}) zero_point(%in2 : {{t1}}) {flag} : {{x}} -> {{y}}",
                    expected, [s, z])
        yield unary(f"quantize_{np.dtype(dtype).name}_from_zero", x,
                    f"pith.quantize %in0 scale(%in1 : {{t0}}) {flag} : {{x}} -> {{y}}",
                    integers.quantize(x, s, np.array(0, dtype), dtype), [s])
        yield unary(f"dequantize_{np.dtype(dtype).name}", expected,
                    f"pith.dequantize %in0 scale(%in1 : {{t0}}) zero_point(%in2 : {{t1}}) {flag} : {{x}} -> {{y}}",
                    integers.dequantize_c1(expected, s, z), [s, z])
    q, table = rng.integers(0, 256, 300).astype(np.uint8), rng.integers(-128, 128, 256).astype(np.int8)
    yield unary("lookup", q, "pith.lookup %in0, %in1 : {x}, {t0} -> {y}", table[q], [table])


def case_movement():
    x = real(2, 5, 6)
    yield unary("slice", x, "tensor.extract_slice %in0[1, 1, 0] [1, 2, 3] [1, 2, 2] : {x} to {y}", x[1:, 1:5:2, 0:6:2])
    yield unary("transpose", x, "linalg.transpose ins(%in0 : {x}) outs(%in1 : {t0}) permutation = [2, 0, 1]",
                x.transpose(2, 0, 1), [np.zeros((6, 2, 5), np.float32)])
    padded = np.pad(x, [(0, 0), (1, 2), (0, 3)], constant_values=2.5)
    yield unary("pad", x, "tensor.pad %in0 low[0, 1, 0] high[0, 2, 3] {{\n^bb0(%a: index, %b: index, %c: index):\n"
                "%v = arith.constant 2.5 : f32\ntensor.yield %v : f32\n}} : {x} to {y}", padded)
    y, z = real(2, 3, 6), real(2, 1, 6)
    yield unary("concat", x, "tensor.concat dim(1) %in0, %in1, %in2 : ({x}, {t0}, {t1}) -> {y}",
                np.concatenate([x, y, z], axis=1), [y, z])
    body = """    %a = tensor.collapse_shape %in0 [[0, 1], [2]] : tensor<2x5x6xf32> into tensor<10x6xf32>
    %b = tensor.expand_shape %a [[0, 1], [2, 3]] output_shape [5, 2, 3, 2] : tensor<10x6xf32> into tensor<5x2x3x2xf32>
    %e = tensor.empty() : tensor<2x5x2x3xf32>
    %c = linalg.transpose ins(%b : tensor<5x2x3x2xf32>) outs(%e : tensor<2x5x2x3xf32>) permutation = [3, 0, 1, 2]
    %d = tensor.collapse_shape %c [[0, 1, 2], [3]] : tensor<2x5x2x3xf32> into tensor<20x3xf32>
    return %d : tensor<20x3xf32>"""
    yield "reshapes", [x], [x.reshape(5, 2, 3, 2).transpose(3, 0, 1, 2).reshape(20, 3)], body
    indices = rng.integers(0, 5, (4,)).astype(np.int64)
    body = """    %e = tensor.empty() : tensor<2x4x6xf32>
    %g = linalg.generic {indexing_maps = [affine_map<(a, b, c) -> (b)>, affine_map<(a, b, c) -> (a, b, c)>],
        iterator_types = ["parallel", "parallel", "parallel"]} ins(%in1 : tensor<4xi64>) outs(%e : tensor<2x4x6xf32>) {
    ^bb0(%i: i64, %o: f32):
      %j = arith.index_cast %i : i64 to index
      %a = linalg.index 0 : index
      %c = linalg.index 2 : index
      %v = tensor.extract %in0[%a, %j, %c] : tensor<2x5x6xf32>
      linalg.yield %v : f32
    } -> tensor<2x4x6xf32>
    return %g : tensor<2x4x6xf32>"""
    yield "gather", [x, indices], [x[:, indices]], body
    body = """    %f = arith.constant dense<1.0> : tensor<5xf32>
    %g = linalg.generic {indexing_maps = [affine_map<(a, b, c) -> (a, b, c)>, affine_map<(a, b, c) -> (b)>],
        iterator_types = ["reduction", "parallel", "reduction"]} ins(%in0 : tensor<2x5x6xf32>) outs(%f : tensor<5xf32>) {
    ^bb0(%v: f32, %o: f32):
      %s = arith.addf %o, %v : f32
      linalg.yield %s : f32
    } -> tensor<5xf32>
    return %g : tensor<5xf32>"""
    total = np.ones(5, np.float32)
    for a in range(2):
        for c in range(6):
            total = total + x[a, :, c]
    yield "generic_reduction", [x], [total], body


def case_fused():
    x, w = real(1, 8, 8, 4), real(4, 3, 3, 4)
    conv = spec.conv(x, w, strides=[1, 1], low=[1, 1], high=[1, 1], dilations=[1, 1])
    body = """    %0 = pith.conv %in0, %in1 strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1]
      : tensor<1x8x8x4xf32>, tensor<4x3x3x4xf32> -> tensor<1x8x8x4xf32> loc("conv")
    %1 = pith.map (%0, %in0 : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> {
    ^bb0(%a: f32, %b: f32):
      %e = math.tanh %a : f32
      %s = arith.addf %e, %b : f32
      pith.yield %s : f32
    } loc("add")
    return %1 : tensor<1x8x8x4xf32>"""
    yield "conv_map", [x, w], [polynomials.tanh_c1(conv) + x], body
    y = real(3, 20)
    body = """    %0 = pith.map (%in0, %in0 : tensor<3x20xf32>, tensor<3x20xf32>) -> tensor<3x20xf32> {
    ^bb0(%a: f32, %b: f32):
      %s = arith.mulf %a, %b : f32
      pith.yield %s : f32
    } loc("square")
    %1 = pith.softmax %0 dims [1] : tensor<3x20xf32> -> tensor<3x20xf32> loc("softmax")
    %2 = pith.map (%1 : tensor<3x20xf32>) -> tensor<3x20xf32> {
    ^bb0(%a: f32):
      %s = arith.negf %a : f32
      pith.yield %s : f32
    } loc("negate")
    %3 = pith.matmul %2, %in1 : tensor<3x20xf32>, tensor<20x2xf32> -> tensor<3x2xf32> loc("matmul")
    return %2, %3 : tensor<3x20xf32>, tensor<3x2xf32>"""
    v = real(20, 2)
    p = -spec.softmax(y * y, [1])
    yield "chain", [y, v], [p, spec.matmul(p, v)], body


def case_loop():
    x, h = real(5, 4), real(4)
    body = """    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %end = arith.constant 5 : index
    %e = tensor.empty() : tensor<5x4xf32>
    %h, %all = scf.for %i = %zero to %end step %one iter_args(%c = %in1, %y = %e) -> (tensor<4xf32>, tensor<5x4xf32>) {
      %s = tensor.extract_slice %in0[%i, 0] [1, 4] [1, 1] : tensor<5x4xf32> to tensor<4xf32>
      %n = pith.map (%s, %c : tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
      ^bb0(%a: f32, %b: f32):
        %m = arith.mulf %a, %b : f32
        %p = arith.addf %m, %a : f32
        pith.yield %p : f32
      } loc("step")
      %w = tensor.insert_slice %n into %y[%i, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<5x4xf32>
      scf.yield %n, %w : tensor<4xf32>, tensor<5x4xf32>
    }
    return %h, %all : tensor<4xf32>, tensor<5x4xf32>"""
    state, states = h, []
    for row in x:
        state = row * state + row
        states.append(state)
    yield "loop", [x, h], [state, np.stack(states)], body
    # A strided copy: every second row of a result goes out.
    x = real(6, 3)
    body = """    %n = pith.map (%in0 : tensor<6x3xf32>) -> tensor<6x3xf32> {
    ^bb0(%a: f32):
      %m = arith.negf %a : f32
      pith.yield %m : f32
    } loc("map")
    %s = tensor.extract_slice %n[1, 0] [3, 3] [2, 1] : tensor<6x3xf32> to tensor<3x3xf32>
    return %s : tensor<3x3xf32>"""
    yield "strided_copy", [x], [-x[1::2]], body


def case_booleans():
    x, y = rng.integers(0, 2, (3, 7)).astype(np.int8), real(3, 7)
    body = """    %0 = pith.map (%in0 : tensor<3x7xi8>) -> tensor<3x7xi1> {
    ^bb0(%a: i8):
      %z = arith.constant 0 : i8
      %c = arith.cmpi ne, %a, %z : i8
      pith.yield %c : i1
    } loc("bool")
    %1 = pith.softmax %in1 dims [1] : tensor<3x7xf32> -> tensor<3x7xf32> loc("softmax")
    %2 = pith.reduce max %0 dims [1] : tensor<3x7xi1> -> tensor<3xi1> loc("any")
    %3 = pith.map (%2 : tensor<3xi1>) -> tensor<3xi8> {
    ^bb0(%a: i1):
      %c = arith.extui %a : i1 to i8
      pith.yield %c : i8
    } loc("out")
    %4 = pith.map (%0, %1 : tensor<3x7xi1>, tensor<3x7xf32>) -> tensor<3x7xf32> {
    ^bb0(%a: i1, %b: f32):
      %z = arith.constant 0.0 : f32
      %c = arith.select %a, %b, %z : f32
      pith.yield %c : f32
    } loc("where")
    return %3, %4 : tensor<3xi8>, tensor<3x7xf32>"""
    expected = np.where(x != 0, spec.softmax(y, [1]), np.float32(0))
    yield "booleans", [x, y], [x.max(axis=1), expected], body


def case_half():
    x = real(3, 40).astype(np.float16)
    wide = x.astype(np.float32)
    yield unary("half_reduce", x, "pith.reduce sum %in0 dims [1] : {x} -> {y}",
                spec.reduce("sum", wide, [1]).reshape(3).astype(np.float16))
    yield unary("half_softmax", x, "pith.softmax %in0 dims [1] : {x} -> {y}",
                spec.softmax(wide, [1]).astype(np.float16))
    yield unary("half_norm", x, "pith.norm layer %in0 dims [1] epsilon 1.0e-05 : {x} -> {y}",
                spec.norm("layer", wide, [1], 1e-5).astype(np.float16))
    image = real(1, 6, 6, 2).astype(np.float16)
    words = dict(strides=[1, 1], low=[1, 1], high=[1, 1], dilations=[1, 1])
    yield unary("half_pool", image, "pith.pool average %in0 window [3, 3] strides [1, 1] pad [1, 1] to [1, 1] "
                "dilations [1, 1] : {x} -> {y}",
                spec.average_pool(image.astype(np.float32), [3, 3], **words).astype(np.float16))


def together(name, cases):
    """One model of several: each compiles its operator of its own operands."""
    inputs, outputs, lines = [], [], []
    for number, (_, ins, outs, body) in enumerate(cases):
        first = len(inputs)
        body = re.sub(r"%in(\d+)", lambda match: f"%in{first + int(match[1])}", body).replace("%r", f"%r{number}")
        lines += [line for line in body.split("\n") if "    return" not in line]
        inputs += ins
        outputs += outs
    values = ", ".join(f"%r{i}" for i in range(len(outputs)))
    lines.append(f"    return {values} : {', '.join(map(kind, outputs))}")
    return name, inputs, outputs, "\n".join(lines)


def lanes_of(shape):
    x, y = real(*shape), real(*shape)
    for case, other in [("same", y), ("row", real(shape[-1])), ("column", real(*shape[:-1], 1)), ("number", real(1))]:
        text = f"""pith.map (%in0, %in1 : {kind(x)}, {kind(other)}) -> {kind(x)} {{{{
    ^bb0(%a: f32, %b: f32):
      %m = arith.mulf %a, %b : f32
      %s = arith.subf %m, %a : f32
      pith.yield %s : f32
    }}}}"""
        yield unary("map_" + case, x, text, x * other - x, [other])
    sums = rng.integers(-3000, 3000, shape).astype(np.int32)
    scale = (rng.random(shape[-1]) * 0.1).astype(np.float32)
    scale[:1], scale[1:2] = np.inf, np.nan
    if shape[-1] > 8:
        sums[..., 3], scale[4:6] = 2**31 - 1, (3e38, -0.02)
    steps, codes = np.float32([0.25]), rng.integers(0, 256, shape).astype(np.uint8)
    wide = real(*shape) * 30
    wide.flat[:4] = np.nan, np.inf, -np.inf, 0.5
    for dtype, flag in ((np.uint8, ""), (np.int8, " {{is_signed}}")):
        z = np.array(100, dtype)
        text = " %in0 scale(%in1 : {t0}) zero_point(%in2 : {t1})" + flag + " : {x} -> {y}"
        yield unary("requantize", sums, "pith.requantize" + text, integers.requantize_c1(sums, scale, z, dtype),
                    [scale, z])
        yield unary("quantize", wide, "pith.quantize" + text, integers.quantize(wide, steps, z, dtype), [steps, z])
        yield unary("dequantize", codes.view(dtype), "pith.dequantize" + text,
                    integers.dequantize_c1(codes.view(dtype), steps, z), [steps, z])


def case_lanes():
    """Shapes around the numbers of lanes that CPUs have."""
    for shape in [(3, 4), (2, 5, 16), (3, 17), (2, 2, 64), (2, 3, 131), (40, 1), (9, 3), (200,)]:
        yield together("lanes_" + "x".join(map(str, shape)), lanes_of(shape))


def windows_of(channels):
    q = rng.integers(0, 256, (1, 7, 6, channels)).astype(np.uint8)
    x = real(1, 7, 6, channels)
    text = " %in0 window [3, 3] strides [2, 1] pad [1, 1] to [1, 1] dilations [1, 1] : {x} -> {y}"
    words = dict(strides=[2, 1], low=[1, 1], high=[1, 1], dilations=[1, 1])
    yield unary("average", x, "pith.pool average" + text, spec.average_pool(x, [3, 3], **words))
    yield unary("max", x, "pith.pool max" + text, spec.max_pool(x, [3, 3], **words))
    largest = spec.max_pool(q.astype(np.float32), [3, 3], **words)
    yield unary("bytes", q, "pith.pool max" + text, largest.astype(np.uint8))
    total = (q.astype(np.int32) - 7).sum(axis=(1, 2), dtype=np.int32).reshape(1, 1, 1, channels)
    yield unary("sum", q, "pith.pool sum %in0 zero_point(%in1 : {t0}) window [7, 6] strides [1, 1] pad [0, 0] to "
                "[0, 0] dilations [1, 1] {{accumulator = i32}} : {x} -> {y}", total, [np.array(7, np.uint8)])


def case_lanes_windows():
    for channels in (3, 16, 64, 100):
        yield together(f"lanes_windows_{channels}", windows_of(channels))


def rows_of(shape, dims):
    x = real(*shape)
    x.flat[0] = -0.0
    for which in ("sum", "product", "max", "min"):
        yield unary(which, x, f"pith.reduce {which} %in0 dims {dims} {{{{keep_dims}}}} : {{x}} -> {{y}}",
                    spec.reduce(which, x, dims))
    q = rng.integers(-128, 128, shape).astype(np.int8)
    yield unary("codes", q, f"pith.reduce sum %in0 zero_point(%in1 : {{t0}}) dims {dims} {{{{is_signed, keep_dims, "
                "accumulator = i32}}}} : {x} -> {y}".replace("}}}}", "}}"),
                (q.astype(np.int32) + 5).sum(axis=tuple(dims), dtype=np.int32, keepdims=True), [np.array(-5, np.int8)])
    yield unary("softmax", x, f"pith.softmax %in0 dims {dims} : {{x}} -> {{y}}", spec.softmax(x, dims))
    scale, bias = real(shape[-1]), real(*shape[-2:])
    for which, form in NORMS:
        yield unary(f"{which}_{form}", x, f"pith.norm {which} %in0 scale(%in1 : {{t0}}) bias(%in2 : {{t1}}) dims {dims} "
                    f"epsilon 1.0e-05 form {form} : {{x}} -> {{y}}",
                    spec.norm(which, x, dims, 1e-5, scale, bias, form), [scale, bias])


def case_lanes_rows():
    for shape, dims in [((3, 16), [1]), ((2, 5, 41), [2]), ((2, 40, 20), [1]), ((2, 6, 5), [1, 2]), ((4, 8, 24), [1, 2]),
                        ((33, 67), [0]), ((3, 150), [1]), ((2, 3, 7, 50), [1, 3])]:
        yield together(f"lanes_rows_{'x'.join(map(str, shape))}_{len(dims)}", rows_of(shape, dims))
    # Rows that are long enough for several registers, with what is no number.
    x = real(7, 140)
    for row, (place, value) in enumerate([(3, np.nan), (139, np.nan), (64, np.inf), (130, -np.inf), (0, -0.0)]):
        x[row, place] = value
    x[5] = -np.inf
    x[6] = -0.0
    cases = [unary("softmax", x, "pith.softmax %in0 dims [1] : {x} -> {y}", spec.softmax(x, [1]))]
    for which in ("max", "min"):
        cases.append(unary(which, x, f"pith.reduce {which} %in0 dims [1] : {{x}} -> {{y}}",
                           spec.reduce(which, x, [1]).reshape(7)))
    yield together("lanes_rows_special", cases)
    for name, x, place in [("short", real(5, 7) * 3, None), ("uneven", real(5, 67) * 3, None), ("even", real(3, 192), None),
                           ("rest", real(333), None), ("zeros", -0.0 * abs(real(3, 64)), None),
                           ("positive", abs(real(2, 128)), None), ("infinite", real(2, 128), (130, np.inf)),
                           *((f"nan{at}", real(333), (at, np.nan)) for at in (3, 40, 300, 332))]:
        x = x.astype(np.float32)
        if place:
            x.flat[place[0]] = place[1]
        expected = [np.asarray(e) for e in integers.dynamic_quantize_c1(x)]
        if name.startswith("nan"):  # of numbers that are none there is no range
            expected = [np.zeros(x.shape, np.uint8), np.float32(np.nan), np.array(0, np.uint8)]
        types = ", ".join(kind(np.asarray(e)) for e in expected)
        yield "lanes_dynamic_" + name, [x], [np.asarray(e) for e in expected], f"""
    %q, %s, %z = pith.dynamic_quantize %in0 : {kind(x)} -> {types}
      loc("dynamic")
    return %q, %s, %z : {types}"""


def case_lanes_movement():
    x, y = real(2, 5, 70), real(2, 5, 33)
    yield unary("lanes_concat", x, "tensor.concat dim(2) %in0, %in1 : ({x}, {t0}) -> {y}",
                np.concatenate([x, y], axis=2), [y])
    padded = np.pad(x, [(0, 0), (1, 0), (3, 20)], constant_values=2.5)
    yield unary("lanes_pad", x, "tensor.pad %in0 low[0, 1, 3] high[0, 0, 20] {{\n^bb0(%a: index, %b: index, %c: index):"
                "\n%v = arith.constant 2.5 : f32\ntensor.yield %v : f32\n}} : {x} to {y}", padded)
    yield unary("lanes_slice", x, "tensor.extract_slice %in0[0, 1, 2] [2, 2, 30] [1, 2, 2] : {x} to {y}",
                x[:, 1:6:2, 2:62:2])
    into = x.copy()
    into[:, 1:4, 10:43] = y[:, 1:4]
    body = f"""    %s = tensor.extract_slice %in1[0, 1, 0] [2, 3, 33] [1, 1, 1] : {kind(y)} to tensor<2x3x33xf32>
    %m = pith.map (%s : tensor<2x3x33xf32>) -> tensor<2x3x33xf32> {{
    ^bb0(%a: f32):
      %n = arith.negf %a : f32
      pith.yield %n : f32
    }} loc("negate")
    %r = tensor.insert_slice %m into %in0[0, 1, 10] [2, 3, 33] [1, 1, 1] : tensor<2x3x33xf32> into {kind(x)}
    return %r : {kind(x)}"""
    into[:, 1:4, 10:43] *= -1
    yield "lanes_insert", [x, y], [into], body
    bytes_ = rng.integers(0, 256, (3, 40, 37)).astype(np.uint8)
    yield unary("lanes_transpose_bytes", bytes_, "linalg.transpose ins(%in0 : {x}) outs(%in1 : {t0}) permutation = "
                "[0, 2, 1]", bytes_.transpose(0, 2, 1), [np.zeros((3, 37, 40), np.uint8)])
    wide = real(3, 40, 37)
    yield unary("lanes_transpose", wide, "linalg.transpose ins(%in0 : {x}) outs(%in1 : {t0}) permutation = "
                "[2, 1, 0]", wide.transpose(2, 1, 0), [np.zeros((37, 40, 3), np.float32)])
    body = f"""    %u = pith.unpack %in0 width 4 : tensor<60xi8> -> tensor<3x40xi8>
    %q = pith.dequantize %u scale(%in1 : tensor<1xf32>) : tensor<3x40xi8> -> tensor<3x40xf32> loc("unpack")
    return %q : tensor<3x40xf32>"""
    packed = rng.integers(0, 256, 60).astype(np.uint8)
    codes = np.stack([packed & 15, packed >> 4], axis=-1).reshape(3, 40)
    scale = np.float32([0.5])
    yield "lanes_unpack", [packed, scale], [codes * scale[0]], body
    q, table = rng.integers(0, 256, (3, 100)).astype(np.uint8), rng.integers(-128, 128, 256).astype(np.int8)
    yield unary("lanes_lookup", q, "pith.lookup %in0, %in1 : {x}, {t0} -> {y}", table[q], [table])


def check(machine, build, folder, name, inputs, outputs, body):
    """What is wrong, or None."""
    shapes = [[(a.shape, ELEMENT[a.dtype]) for a in arrays] for arrays in (inputs, outputs)]
    try:
        model = Model(build, folder, name, *shapes, body, machine)
        for piece in (None, 1, 3):
            for got, expected in zip(model(*inputs, piece=piece), outputs):
                got = got.view(expected.dtype)
                if expected.dtype.kind == "f":
                    expect_same(got, expected)
                else:
                    assert (got == expected).all(), (got, expected)
    except (AssertionError, RuntimeError) as error:
        return f"FAILED {name}: {str(error)[:1500]}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=os.path.abspath)
    parser.add_argument("pattern", nargs="?", default="", help="run the cases whose name has it")
    parser.add_argument("--target", default="reference")
    parser.add_argument("--cpu", default="native")
    options = parser.parse_args()
    build, pattern = options.build, options.pattern
    machine = Machine(build, options.target, options.cpu)
    np.seterr(all="ignore")
    cases = [case for name, function in sorted(globals().items()) if name.startswith("case_") and
             inspect.isgeneratorfunction(function) for case in function()]
    cases = [case for case in cases if pattern in case[0]]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        errors = [e for e in pool.map(lambda case: check(machine, build, folder, *case), cases) if e]
    print(*errors, sep="\n", file=sys.stderr)
    print(f"{len(cases) - len(errors)} passed, {len(errors)} failed")
    return 1 if errors or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
