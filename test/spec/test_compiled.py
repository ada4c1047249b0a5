# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""pith-expand-math's code against the spec: the same bits on scalars and on
vectors, and no call into any library."""

import os
import platform
import tempfile

import numpy as np

import compiled
import polynomials as p
import powers as w
import reference
import remainders
import testing
import trigonometry as t
import wide
import wide_angles as a
import wide_exponentials as e
import wide_logarithms as l
import wide_powers as wp
import wide_trigonometry as wt
from rounding import F32, F64, I32, U64

UNARY = {
    "math.erf": p.erf_c1, "math.exp": p.exp_c1, "math.log": p.log_c1, "math.tanh": p.tanh_c1,
    "math.exp2": w.exp2_c1, "math.expm1": w.expm1_c1, "math.log10": w.log10_c1,
    "math.log1p": w.log1p_c1, "math.log2": w.log2_c1, "math.sinh": w.sinh_c1,
    "math.cosh": w.cosh_c1, "math.asinh": w.asinh_c1, "math.acosh": w.acosh_c1,
    "math.atanh": w.atanh_c1, "math.cbrt": w.cbrt_c1, "math.rsqrt": w.rsqrt_c1,
    "math.round": w.round_c1, "math.sin": t.sin_c1, "math.cos": t.cos_c1, "math.tan": t.tan_c1,
    "math.asin": t.asin_c1, "math.acos": t.acos_c1, "math.atan": t.atan_c1,
}
WIDE = {
    "math.erf": e.erf_c2, "math.exp": wide.exp_c2, "math.log": wide.log_c2, "math.tanh": e.tanh_c2,
    "math.exp2": e.exp2_c2, "math.expm1": e.expm1_c2, "math.log10": l.log10_c2,
    "math.log1p": l.log1p_c2, "math.log2": l.log2_c2, "math.sinh": e.sinh_c2,
    "math.cosh": e.cosh_c2, "math.asinh": l.asinh_c2, "math.acosh": l.acosh_c2,
    "math.atanh": l.atanh_c2, "math.cbrt": wp.cbrt_c2, "math.rsqrt": w.rsqrt_c1,
    "math.round": w.round_c1, "math.sin": wt.sin_c2, "math.cos": wt.cos_c2, "math.tan": wt.tan_c2,
    "math.asin": a.asin_c2, "math.acos": a.acos_c2, "math.atan": a.atan_c2,
}
BINARY = {"math.powf": w.pow_c1, "math.atan2": t.atan2_c1, "arith.remf": remainders.remainder_c1}
WIDE_BINARY = {"math.powf": wp.pow_c3, "math.atan2": a.atan2_c2, "arith.remf": remainders.remainder_c1}


NATIVE, EMULATED = platform.machine() + "-linux-gnu", "aarch64-linux-gnu"


def tools_or_skip(emulated=False):
    tools, missing = compiled.find_tools(testing.options.build, emulated)
    if missing:
        raise testing.Skip("needs " + ", ".join(missing))
    return tools


def run_compiled(text, arrays, result=None, emulated=False, lacks=""):
    tools = tools_or_skip(emulated)
    with tempfile.TemporaryDirectory() as folder:
        obj = os.path.join(folder, "f.o")
        symbols = compiled.build(tools, text, EMULATED if emulated else NATIVE, obj, lacks)
        assert not symbols, f"calls {symbols}"
        call = compiled.call_emulated if emulated else compiled.call_native
        return call(tools, obj, arrays, result or arrays[0].dtype)


def narrow_samples():
    return np.concatenate([reference.every(testing.options.step), reference.special((-100, 100))])


def wide_samples():
    return reference.wide((-760, 760), (-2, 2), (-1, 1))


def pairs(element):
    """All pairs of special values, random patterns, and near exponents."""
    r = np.random.default_rng(5)
    special = reference.special().astype(element)
    x, y = (a.ravel() for a in np.meshgrid(special, special))
    size = np.dtype(element).itemsize
    a = r.integers(0, 1 << (8 * size), 100_000, dtype=U64).astype(f"u{size}").view(element)
    b = r.integers(0, 1 << (8 * size), 100_000, dtype=U64).astype(f"u{size}").view(element)
    c = (r.standard_normal(100_000) * 20).astype(element)
    d = np.rint(r.standard_normal(100_000) * 5).astype(element)
    return np.concatenate([x, a, c, np.abs(c), c]), np.concatenate([y, b, c[::-1], c[::-1], d])


def bits_test(operation, function, element, samples, arity, emulated=False):
    def test():
        x = samples()
        x = list(x) if arity == 2 else [x]
        for vector in (True,) if emulated else (False, True):
            text = compiled.source(operation, element, arity, vector)
            testing.expect_same(run_compiled(text, x, emulated=emulated), function(*x), *x)
    return test


def declare(operation, element, test):
    globals()[f"test_bits_of_{operation.replace('.', '_')}_{element}"] = test


for _o, _f in UNARY.items():
    declare(_o, "f32", bits_test(_o, _f, "f32", narrow_samples, 1))
for _o, _f in WIDE.items():
    declare(_o, "f64", bits_test(_o, _f, "f64", wide_samples, 1))
for _o, _f in BINARY.items():
    declare(_o, "f32", bits_test(_o, _f, "f32", lambda: pairs(F32), 2))
for _o in ("math.exp", "math.log", "math.tanh", "math.erf", "math.sin", "math.round"):
    declare(_o, "f32_on_aarch64", bits_test(_o, UNARY[_o], "f32", narrow_samples, 1, True))
for _o in BINARY:
    declare(_o, "f32_on_aarch64", bits_test(_o, BINARY[_o], "f32", lambda: pairs(F32), 2, True))
for _o, _f in WIDE_BINARY.items():
    declare(_o, "f64", bits_test(_o, _f, "f64", lambda: pairs(F64), 2))
for _o in ("math.erf", "math.tanh", "math.sin", "math.log1p"):
    declare(_o, "f64_on_aarch64", bits_test(_o, WIDE[_o], "f64", wide_samples, 1, True))
declare("math.powf", "f64_on_aarch64", bits_test("math.powf", wp.pow_c3, "f64", lambda: pairs(F64), 2, True))


def test_bits_of_integer_powers():
    r = np.random.default_rng(6)
    base = np.concatenate([r.integers(-20, 20, 50_000), r.integers(-2**31, 2**31, 1000)])
    exponent = np.concatenate([r.integers(-5, 12, 50_000), r.integers(-2**31, 2**31, 1000)])
    base, exponent = base.astype(I32), exponent.astype(I32)
    y = run_compiled(compiled.source("math.ipowi", "i32", 2), [base, exponent])
    assert (y == remainders.power_c1(base, exponent)).all()
    for element, function in ((F32, w.pow_c2), (F64, wp.pow_c4)):
        t, x = np.dtype(element).name.replace("float", "f"), base.astype(element) / element(4)
        text = compiled.source("math.fpowi", t, 2).replace(
            f"%x1: memref<16384x{t}>", "%x1: memref<16384xi32>").replace(
            f"%x1[%i] : memref<16384x{t}>", "%x1[%i] : memref<16384xi32>").replace(
            f"%x1v : {t}", f"%x1v : {t}, i32")
        testing.expect_same(run_compiled(text, [x, exponent], element), function(x, exponent),
                            x, exponent)


def conversion(source, target, vector):
    """A module that narrows `source` to `target` and widens to `source` again."""
    text = compiled.source("arith.truncf", source, 1, vector)
    shape = "vector<8x{}>" if vector else "{}"
    s, d = shape.format(source), shape.format(target)
    return text.replace(f"%r = arith.truncf %x0v : {s}",
                        f"%n = arith.truncf %x0v : {s} to {d}\n    %r = arith.extf %n : {d} to {s}")


def conversion_test(source, target, samples, function):
    def test():
        x = samples()
        for vector in (False, True):
            y = run_compiled(conversion(source, target, vector), [x])
            testing.expect_same(y, function(x), x)
    return test


def halves_and_wide():
    """f64 samples with the ties of f16 and bf16 and their neighbours."""
    r = np.random.default_rng(7)
    ties = r.integers(0, 1 << 16, 100_000).astype(np.uint16)
    bf16 = ((ties.astype(np.uint32) << 16) | 0x8000).view(F32).astype(F64)
    f16 = (ties.view(np.float16).astype(F64) + (ties + 1).astype(np.uint16).view(np.float16)) / 2
    x = np.concatenate([bf16, f16, r.standard_normal(100_000) * 1e-4, r.standard_normal(1000) * 1e5])
    x = np.concatenate([x, np.nextafter(x, np.inf), np.nextafter(x, -np.inf)])
    return np.concatenate([x, wide_samples()])


def _f64_of(function):
    def convert(x):
        with np.errstate(all="ignore"):
            return function(x).astype(F64)
    return convert


declare("truncf_to_bf16", "f32", conversion_test("f32", "bf16", narrow_samples, remainders.bf16_c1))
declare("truncf_to_bf16", "f64", conversion_test("f64", "bf16", halves_and_wide,
                                                 _f64_of(remainders.bf16_c2)))
declare("truncf_to_f16", "f64", conversion_test("f64", "f16", halves_and_wide,
                                                _f64_of(lambda x: x.astype(np.float16))))


def every_operation():
    """A function for each operation and type, scalar and vector."""
    forms = []
    for t in ("f32", "f16", "bf16"):
        for shape in (t, f"vector<8x{t}>"):
            for o in (*UNARY, "math.sqrt", "math.floor", "math.ceil", "math.trunc",
                      "math.roundeven", "math.absf", "arith.negf"):
                forms.append((o, shape, 1, shape))
            for o in (*BINARY, "math.copysign", "arith.addf", "arith.subf", "arith.mulf",
                      "arith.divf", "arith.maximumf", "arith.minimumf", "arith.maxnumf",
                      "arith.minnumf"):
                forms.append((o, shape, 2, shape))
            forms.append(("math.fma", shape, 3, shape))
        for i in ("i8", "i16", "i32", "i64"):
            forms += [(o, i, 1, f"{i} to {t}") for o in ("arith.sitofp", "arith.uitofp")]
            forms += [(o, t, 1, f"{t} to {i}") for o in ("arith.fptosi", "arith.fptoui")]
    for shape in ("f64", "vector<8xf64>"):
        forms += [(f"math.{o}", shape, 1, shape) for o in ("floor", "ceil", "trunc", "roundeven")]
        forms.append(("math.fma", shape, 3, shape))
        forms += [(o, shape, 1, shape) for o in WIDE] + [(o, shape, 2, shape) for o in WIDE_BINARY]
    forms += [("math.ipowi", i, 2, i) for i in ("i8", "i16", "i32", "i64")]
    for a, b in (("f64", "f32"), ("f64", "f16"), ("f64", "bf16"), ("f32", "f16"), ("f32", "bf16")):
        forms += [("arith.truncf", a, 1, f"{a} to {b}"), ("arith.extf", b, 1, f"{b} to {a}")]
    for k, (operation, shape, arity, signature) in enumerate(forms):
        names = [f"%x{i}" for i in range(arity)]
        result = signature.split(" to ")[-1]
        yield (f"func.func @f{k}({', '.join(f'{n}: {shape}' for n in names)}) -> {result} {{\n"
               f"  %y = {operation} {', '.join(names)} : {signature}\n  return %y : {result}\n}}")


def test_nothing_calls_a_library():
    tools = tools_or_skip()
    for triple, lacks in (("x86_64-linux-gnu", ""), ("x86_64-linux-gnu", "fma,rounding,half"),
                          ("aarch64-linux-gnu", "")):
        with tempfile.TemporaryDirectory() as folder:
            text = "\n".join(every_operation())
            symbols = compiled.build(tools, text, triple, os.path.join(folder, "f.o"), lacks)
            assert not symbols, f"{triple}, lacking {lacks or 'nothing'}: calls {symbols}"
