# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""pith-expand-primitives' code against this machine's instructions: the same
bits on scalars and on vectors, compiled for a CPU that has none of them."""

import platform

import numpy as np

import compiled
import reference
import testing
from rounding import F32, F64, U64
from test_compiled import conversion, halves_and_wide, narrow_samples, run_compiled, wide_samples

LACKS = "fma,rounding,half"
FLAGS = {"fma", "f16c", "sse4_1"}


def instructions_or_skip():
    if platform.machine() != "x86_64":
        raise testing.Skip("needs a machine with a baseline that lacks instructions")
    with open("/proc/cpuinfo") as text:
        flags = next(line for line in text if line.startswith("flags")).split()
    if missing := FLAGS - set(flags):
        raise testing.Skip(f"needs a CPU with {', '.join(sorted(missing))}")


def expect_as_instruction(text, arrays, result=None):
    want = run_compiled(text, arrays, result)
    testing.expect_same(run_compiled(text, arrays, result, lacks=LACKS), want, *arrays)


def triples(element, count):
    """Operands of a fused product: random patterns, near exponents, sums that
    cancel, ties and their neighbours, results at both ends of the range."""
    r = np.random.default_rng(8)
    unsigned = np.dtype(f"u{np.dtype(element).itemsize}")
    precision, least = np.finfo(element).nmant + 1, np.finfo(element).minexp

    def patterns():
        return r.integers(0, np.iinfo(unsigned).max, count, dtype=unsigned, endpoint=True).view(element)

    def near(spread):
        return np.ldexp(r.standard_normal(count), r.integers(-spread, spread, count)).astype(element)

    def few_bits(bits):
        return r.integers(-1 << bits, 1 << bits, count).astype(element)

    sets = [(patterns(), patterns(), patterns()), (near(20), near(20), near(40))]
    a, b = near(10), near(10)
    cancelling = -(a * b)
    sets += [(a, b, cancelling), (a, b, np.nextafter(cancelling, element(0)))]
    # The product lies half a place, or a little more, below the sum's last bit.
    half, c = precision // 2, few_bits(precision - 1)
    a, b = few_bits(half), few_bits(half)
    for shift in range(-2 * precision - 3, 3):
        part = slice((shift + 2 * precision + 3) % 7, None, 7)
        sets.append((np.ldexp(a[part], shift).astype(element), b[part], c[part]))
        one = np.ldexp(element(1), shift).astype(element)
        sets.append((np.full_like(a[part], one), np.sign(b[part]) + element(0), c[part]))
    # Subnormal results, and such that round to them; then those that overflow.
    a = np.ldexp(near(3), least // 2).astype(element)
    b = np.ldexp(near(3), least // 2 - precision + r.integers(0, 2 * precision, count)).astype(element)
    c = np.ldexp(few_bits(precision), least - precision + 1 - r.integers(0, 3, count)).astype(element)
    sets += [(a, b, c), (a, b, np.zeros_like(c)), (a, b, -c)]
    big = np.ldexp(near(1), -least // 2 + 1).astype(element)
    sets += [(big, big[::-1], np.full_like(big, np.finfo(element).max)), (big, -big[::-1], big * big)]
    special = np.unique(np.concatenate([reference.special().astype(element),
                                        np.array([np.finfo(element).max, np.finfo(element).tiny], element)]))
    special = np.concatenate([special[:: max(1, len(special) // 40)], element(0) * np.array([1, -1], element),
                              np.array([np.inf, -np.inf, np.nan, 1, -1], element)])
    sets.append(tuple(x.ravel() for x in np.meshgrid(special, special, special)))
    return [np.concatenate([s[i] for s in sets]) for i in range(3)]


def fma_test(element, name, count):
    def test():
        instructions_or_skip()
        operands = triples(element, count)
        for vector in (False, True):
            expect_as_instruction(compiled.source("math.fma", name, 3, vector), operands)
    return test


test_exact_fma_f32 = fma_test(F32, "f32", 400_000)
test_exact_fma_f64 = fma_test(F64, "f64", 100_000)


def rounding_samples(element):
    r = np.random.default_rng(9)
    samples = narrow_samples() if element is F32 else wide_samples()
    halves = (r.integers(-1 << 25, 1 << 25, 200_000) / 2).astype(element)
    edge = element(2.0**23 if element is F32 else 2.0**52)
    edges = edge + np.arange(-8, 9).astype(element) / 2
    values = np.concatenate([samples, halves, edges, -edges, [element(0), -element(0)]]).astype(element)
    return np.concatenate([values, np.nextafter(values, element(0)), np.nextafter(values, element(np.inf))])


def rounding_test(operation, element, name):
    def test():
        instructions_or_skip()
        for vector in (False, True):
            expect_as_instruction(compiled.source(operation, name, 1, vector), [rounding_samples(element)])
    return test


for _o in ("roundeven", "floor", "ceil", "trunc"):
    for _e, _n in ((F32, "f32"), (F64, "f64")):
        globals()[f"test_exact_{_o}_{_n}"] = rounding_test(f"math.{_o}", _e, _n)


def every_half(arity=1):
    """All f16, or pairs of a quarter of a million of them, NaNs included."""
    all_bits = np.arange(1 << 16, dtype=np.uint16)
    if arity == 1:
        return [all_bits.view(np.float16)]
    r = np.random.default_rng(10)
    return [r.choice(all_bits, 1 << 18).view(np.float16) for _ in range(arity)]


def test_exact_conversions_of_f16():
    instructions_or_skip()
    ties = np.concatenate([halves_and_wide().astype(F32), narrow_samples()])
    for vector in (False, True):
        for samples, name in ((ties, "f32"), (halves_and_wide(), "f64")):
            expect_as_instruction(conversion(name, "f16", vector), [samples])


def converted(operation, source, target, vector):
    """A module that converts one element type to another."""
    text = compiled.source(operation, source, 1, vector)
    s, d = (f"vector<8x{t}>" if vector else t for t in (source, target))
    text = text.replace(f"%r = {operation} %x0v : {s}", f"%r = {operation} %x0v : {s} to {d}")
    head, tail = text.rsplit("%r, %y", 1)
    return (head.replace(f"%y: memref<{compiled.CHUNK}x{source}>", f"%y: memref<{compiled.CHUNK}x{target}>")
            + "%r, %y" + tail.replace(f"x{source}>", f"x{target}>"))


def test_exact_payload_of_f16():
    instructions_or_skip()
    r = np.random.default_rng(11)
    nans = (r.integers(1, 1 << 23, 100_000) | 0x7F800000 | r.integers(0, 2, 100_000) << 31).astype(np.uint32)
    for text, x, result in ((converted("arith.truncf", "f32", "f16", True), nans.view(F32), np.float16),
                            (converted("arith.extf", "f16", "f32", True), every_half()[0], F32)):
        got, want = (run_compiled(text, [x], result, lacks=lacks) for lacks in (LACKS, ""))
        assert got.tobytes() == want.tobytes(), "a NaN's payload differs"


def test_exact_arithmetic_on_f16():
    instructions_or_skip()
    for vector in (False, True):
        for operation in ("math.sqrt", "math.floor", "math.ceil", "math.trunc", "math.roundeven", "math.absf",
                          "arith.negf", "math.exp"):
            expect_as_instruction(compiled.source(operation, "f16", 1, vector), every_half())
        for operation in ("arith.addf", "arith.subf", "arith.mulf", "arith.divf", "math.copysign",
                          "arith.maximumf", "arith.minimumf", "arith.maxnumf", "arith.minnumf"):
            expect_as_instruction(compiled.source(operation, "f16", 2, vector), every_half(2))
        expect_as_instruction(compiled.source("math.fma", "f16", 3, vector), every_half(3))


def test_exact_integers_to_f16():
    instructions_or_skip()
    r = np.random.default_rng(12)
    for name in ("i32", "i64"):
        integer = np.dtype(name.replace("i", "int"))
        wide = r.integers(0, 1 << 64, 100_000, dtype=U64).astype(integer)
        x = np.concatenate([wide, r.integers(-70000, 70000, 200_000).astype(integer)])
        for operation in ("arith.sitofp", "arith.uitofp"):
            for vector in (False, True):
                expect_as_instruction(converted(operation, name, "f16", vector), [x], np.float16)
