#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products of many shapes on CPU variants, bit for bit as on Reference.

One module has every case as a result: matrix products with 1 row, a whole tile,
one more, primes, and transposed weights; convolutions with strides, dilations,
padding, few channels, one and three dimensions, one filter for each channel;
codes of both signs with zero points, a scale for each channel or one, and floats
with a bias; element-wise work behind them, which has no kernel of its own.

usage: products.py PITH FOLDER CPU...     CPUs that this machine cannot run are skipped
"""
import json
import pathlib
import subprocess
import sys

import numpy as np

# What /proc/cpuinfo has to say for a CPU's code to run.
FLAGS = {"baseline": "sse2", "avx2": "avx2", "avxvnni": "avx_vnni", "avx512bw": "avx512bw", "avx512vnni": "avx512_vnni"}
RANDOM = np.random.default_rng(20250705)


def dense(array):
    kind = {"int8": "i8", "int32": "i32", "float32": "f32"}[array.dtype.name]
    type_ = "tensor<" + "".join(f"{size}x" for size in array.shape) + kind + ">"
    kind = "pith" if array.nbytes >= 4096 else "arith"  # as the importer has them
    return f'{kind}.constant dense<"0x{array.tobytes().hex().upper()}"> : {type_}', type_


SILU = ["%one = arith.constant 1.0 : f32", "%n = arith.negf %e0 : f32", "%x = math.exp %n : f32",
        "%d = arith.addf %x, %one : f32", "%r = arith.divf %e0, %d : f32"]
# The sum of two unsigned codes.
ADD = ["%0 = arith.extui %e0 : i8 to i32", "%1 = arith.extui %e1 : i8 to i32", "%2 = arith.addi %0, %1 : i32",
       "%c = arith.constant 255 : i32", "%3 = arith.minsi %2, %c : i32", "%r = arith.trunci %3 : i32 to i8"]


class Module:
    def __init__(self):
        self.arguments, self.types, self.lines, self.results, self.inputs = [], [], [], [], {}

    def value(self, text):
        name = f"%v{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def constant(self, array):
        text, type_ = dense(array)
        return self.value(text), type_

    def argument(self, array, io):
        number = len(self.arguments)
        kind = "f32" if array.dtype == np.float32 else "i8"
        type_ = "tensor<" + "".join(f"{size}x" for size in array.shape) + kind + ">"
        self.arguments.append(f'%x{number}: {type_} {{pith.io = #pith.io<"x{number}", {io}>}}')
        self.inputs[f"x{number}"] = array
        return f"%x{number}", type_

    def product(self, x, w, op, rest, out, left, right, zero=None, scale=1, bias=True, signed_result=False):
        """`op` is "conv" or "matmul"; `left` and `right` are "u", "s" or "f"."""
        io = {"u": "ui8", "s": "i8", "f": "f32"}[left]
        a, a_type = self.argument(x.view(np.uint8) if left == "u" else x, io)
        b, b_type = self.constant(w)
        sides = ("input", "filter") if op == "conv" else ("lhs", "rhs")
        channels, text = out[-1], f"pith.{op} {a}, {b} "
        if bias:
            values = RANDOM.integers(-9000, 9000, channels).astype(np.int32)
            value, type_ = self.constant(values if left != "f" else values.astype(np.float32) / 4096)
            text += f"bias({value} : {type_}) "
        if zero is not None:
            value = self.value(f"arith.constant dense<{zero}> : tensor<i8>")
            text += f"{sides[0]}_zero_point({value} : tensor<i8>) "
        words = [rest[1]] if rest[1] else []
        if left != "f":
            words += [f"{side}_signed" for side, sign in zip(sides, (left, right)) if sign == "s"] + ["accumulator = i32"]
        kind = "f32" if left == "f" else "i32"
        shape = "".join(f"{size}x" for size in out)
        sums = self.value(f"{text}{rest[0]} {{{', '.join(words)}}} : {a_type}, {b_type} -> tensor<{shape}{kind}>")
        if left == "f":
            self.results.append((sums, f"tensor<{shape}f32>", "f32"))
            return
        depth = w.size // channels
        factors = (RANDOM.uniform(0.3, 1.0, channels if scale != 1 else 1) / np.sqrt(depth) / 90).astype(np.float32)
        m, m_type = self.constant(factors)
        z = self.value(f"arith.constant dense<{-5 if signed_result else 100}> : tensor<i8>")
        sign = " {is_signed}" if signed_result else ""
        codes = self.value(f"pith.requantize {sums} scale({m} : {m_type}) zero_point({z} : tensor<i8>){sign} : "
                           f"tensor<{shape}i32> -> tensor<{shape}i8>")
        self.results.append((codes, f"tensor<{shape}i8>", "i8" if signed_result else "ui8"))

    def matmul(self, rows, depth, channels, left="u", right="s", transposed=False, **options):
        w = numbers((channels, depth) if transposed else (depth, channels), right)
        self.product(numbers((rows, depth), left), w, "matmul", ("", "transpose_rhs" if transposed else ""),
                     (rows, channels), left, right, **options)

    def conv(self, image, channels, window, strides, padding, dilations, left="u", right="s", groups=1, **options):
        w = numbers((channels, *window, image[-1] // groups), right)
        sizes = [(size + 2 * pad - dilation * (taps - 1) - 1) // stride + 1 for size, pad, dilation, taps, stride
                 in zip(image[1:-1], padding, dilations, window, strides)]
        text = f"strides {strides} pad {padding} to {padding} dilations {dilations}"
        words = f"groups = {groups} : i64" if groups > 1 else ""
        self.product(numbers(image, left), w, "conv", (text, words), (image[0], *sizes, channels), left, right, **options)

    def behind(self, operands, element, lines, out=None):
        """A map on the last result and others, which takes its place; `element` is the new type."""
        value, type_, _ = self.results.pop()
        values, types = zip((value, type_), *operands)
        shape = type_[len("tensor<"):type_.rindex("x") + 1]
        arguments = ", ".join(f"%e{i}: {t[t.rindex('x') + 1 if 'x' in t else len('tensor<'):-1]}" for i, t in enumerate(types))
        body = "\n      ".join(lines)
        result = self.value(f"pith.map ({', '.join(values)} : {', '.join(types)}) -> tensor<{shape}{element}> {{\n"
                            f"    ^bb0({arguments}):\n      {body}\n      pith.yield %r : {element}\n    }}")
        self.results.append((result, f"tensor<{shape}{element}>", out or element))

    def shape(self):
        return tuple(int(size) for size in self.results[-1][1][len("tensor<"):].split("x")[:-1])

    def tails(self, left):
        """Products with element-wise work behind them: all of it stays in registers."""
        if left == "f":
            for channels in (64, 19):
                self.conv((1, 6, 7, 12), channels, [3, 3], [1, 1], [1, 1], [1, 1], "f", "f")
                self.behind([], "f32", SILU)
                self.matmul(13, 40, channels, "f", "f", bias=channels == 64)
                other = self.argument(numbers(self.shape(), "f"), "f32")
                each = self.constant(numbers((channels,), "f"))
                self.behind([other, each], "f32", ["%0 = arith.addf %e0, %e1 : f32", "%r = arith.mulf %0, %e2 : f32"])
                self.behind([], "f32", ["%z = arith.constant 0.0 : f32", "%r = arith.maximumf %e0, %z : f32"])
                self.quantized("f32", 0.03, 120)
            self.conv((1, 6, 7, 24), 24, [3, 3], [1, 1], [1, 1], [1, 1], "f", "f")
            x = (f"%x{len(self.arguments) - 1}", self.results[-1][1])
            self.behind([x], "f32", ["%r = arith.addf %e0, %e1 : f32"])
            return
        for channels in (64, 19):
            self.conv((1, 6, 7, 12), channels, [3, 3], [1, 1], [1, 1], [1, 1], left, "s", scale=channels)
            other = self.argument(numbers(self.shape(), "u").view(np.uint8), "ui8")
            self.behind([other], "i8", ADD, "ui8")
            self.matmul(13, 40, channels, left, "s")
            self.dequantized(0.04, 100)
            other = self.argument(numbers(self.shape(), "f"), "f32")
            self.behind([other], "f32", ["%r = arith.addf %e0, %e1 : f32"])
            self.quantized("f32", 0.03, 120)

    def quantized(self, kind, scale, zero):
        value, type_, _ = self.results.pop()
        s = self.value(f"arith.constant dense<{scale}> : tensor<f32>")
        z = self.value(f"arith.constant dense<{zero}> : tensor<i8>")
        codes = type_.replace(kind, "i8")
        value = self.value(f"pith.quantize {value} scale({s} : tensor<f32>) zero_point({z} : tensor<i8>) : {type_} -> {codes}")
        self.results.append((value, codes, "ui8"))

    def dequantized(self, scale, zero):
        value, type_, _ = self.results.pop()
        s = self.value(f"arith.constant dense<{scale}> : tensor<f32>")
        z = self.value(f"arith.constant dense<{zero}> : tensor<i8>")
        floats = type_.replace("i8", "f32")
        value = self.value(f"pith.dequantize {value} scale({s} : tensor<f32>) zero_point({z} : tensor<i8>) : {type_} -> {floats}")
        self.results.append((value, floats, "f32"))

    def slices(self):
        """Halves of the channels of images: memory with gaps, in front of a product and behind it."""
        halves = []
        for _ in range(2):
            x, type_ = self.argument(numbers((1, 8, 8, 32), "f"), "f32")
            half = type_.replace("32xf32", "16xf32")
            halves.append(self.value(f"tensor.extract_slice {x}[0, 0, 0, 16] [1, 8, 8, 16] [1, 1, 1, 1] : {type_} to {half}"))
        w, w_type = self.constant(numbers((16, 1, 1, 16), "f"))
        sums = self.value(f"pith.conv {halves[0]}, {w} strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : "
                          f"{half}, {w_type} -> {half}")
        self.results.append((sums, half, "f32"))
        self.behind([(halves[1], half)], "f32", ["%r = arith.addf %e0, %e1 : f32"])

    def square(self, size, left):
        """One tensor on both sides."""
        x = numbers((size, size), left)
        a, type_ = self.argument(x.view(np.uint8) if left == "u" else x, {"u": "ui8", "s": "i8", "f": "f32"}[left])
        words = ", ".join({"u": [], "s": ["lhs_signed", "rhs_signed"]}.get(left, []) + ["accumulator = i32"])
        kind, words = ("f32", "") if left == "f" else ("i32", f" {{{words}}}")
        sums = self.value(f"pith.matmul {a}, {a}{words} : {type_}, {type_} -> tensor<{size}x{size}x{kind}>")
        self.results.append((sums, f"tensor<{size}x{size}x{kind}>", "f32" if left == "f" else "i32"))

    def text(self):
        results = ", ".join(f'{type_} {{pith.io = #pith.io<"y{i}", {io}>}}' for i, (_, type_, io) in enumerate(self.results))
        types = ", ".join(type_ for _, type_, _ in self.results)
        values = ", ".join(value for value, _, _ in self.results)
        body = "\n    ".join(self.lines)
        return (f'module attributes {{pith.model = "products", pith.stage = "sparsify"}} {{\n'
                f"  func.func @main({', '.join(self.arguments)}) -> ({results}) {{\n    {body}\n"
                f"    return {values} : {types}\n  }}\n}}\n")


def numbers(shape, sign):
    if sign == "f":
        return RANDOM.standard_normal(shape).astype(np.float32)
    return RANDOM.integers(-128, 128, shape).astype(np.int8)


def module():
    m = Module()
    for left in "usf":
        right = "f" if left == "f" else "s"
        m.matmul(1, 37, 83, left, right)
        m.matmul(6, 64, 64, left, right)
        m.matmul(7, 66, 65, left, right, transposed=True)
        m.matmul(101, 29, 31, left, right, bias=False)
        m.conv((2, 5, 5, 20), 70, [1, 1], [1, 1], [0, 0], [1, 1], left, right)
        m.conv((1, 9, 9, 8), 40, [3, 3], [1, 1], [1, 1], [1, 1], left, right)
        m.conv((1, 15, 15, 3), 33, [3, 3], [2, 2], [1, 1], [1, 1], left, right)
        m.conv((1, 20, 20, 3), 64, [7, 7], [2, 2], [3, 3], [1, 1], left, right)
        m.conv((1, 13, 13, 5), 24, [3, 3], [1, 1], [2, 2], [2, 2], left, right)
        m.conv((2, 17, 6), 24, [3], [1], [0], [1], left, right)
        m.conv((1, 5, 6, 7, 4), 24, [2, 3, 3], [1, 2, 1], [0, 1, 0], [1, 1, 2], left, right)
        m.conv((1, 12, 12, 1), 10, [5, 5], [1, 1], [2, 2], [1, 1], left, right)
        m.conv((1, 7, 7, 12), 1, [3, 3], [1, 1], [0, 0], [1, 1], left, right)
        m.square(11, left)
        m.tails(left)
    m.slices()
    for left, zero in (("u", 77), ("s", -3)):
        m.matmul(5, 40, 20, left, "s", zero=zero, scale=20)
        m.conv((1, 9, 9, 4), 20, [3, 3], [1, 1], [1, 1], [1, 1], left, "s", zero=zero, signed_result=True)
        # All widths of a block of channels; an odd row, and a column, without a partner.
        m.conv((1, 7, 9, 112), 112, [3, 3], [1, 1], [1, 1], [1, 1], left, "s", groups=112, zero=zero, scale=112)
        m.conv((2, 9, 8, 32), 32, [3, 3], [2, 2], [1, 1], [1, 1], left, "s", groups=32, zero=zero, signed_result=True)
        m.conv((1, 3, 5, 16), 16, [3, 3], [1, 1], [0, 0], [1, 1], left, "s", groups=16, bias=False)
        m.conv((1, 8, 8, 64), 64, [2, 2], [2, 2], [0, 0], [1, 1], left, "s", groups=64, scale=64)
        m.conv((1, 6, 6, 48), 48, [4, 2], [1, 3], [1, 1], [1, 1], left, "s", groups=48, zero=zero)
    return m


def run(command):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"error: {' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout


def main():
    pith, folder, cpus = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    folder.mkdir(parents=True, exist_ok=True)
    m = module()
    model, inputs, expected = folder / "products.mlir", folder / "inputs.npz", folder / "expected.npz"
    model.write_text(m.text())
    np.savez(inputs, **m.inputs)
    run([pith, "run", model, "--target=reference", "--inputs", inputs, "--outputs", expected])
    flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    for cpu in cpus:
        if FLAGS[cpu] not in flags:
            print(cpu, "skipped: this machine has no", FLAGS[cpu])
            continue
        bundle = folder / cpu
        run([pith, "compile", model, "--target=x86", f"--cpu={cpu}", "-o", bundle])
        layers = json.loads((bundle / "products.manifest.json").read_text())["layers"]
        rows = [layer["row"] for layer in layers]
        # Where rows read words, maps in front of them widen the codes.
        alone = [layer["kernel"] for layer in layers if layer["op"] not in ("conv", "matmul", "to_layout")]
        if alone and "vnni" in cpu:
            sys.exit(f"{cpu}: not in the kernel of a product: {', '.join(alone)}")
        for threads in (1, 3):
            got = folder / f"{cpu}.npz"
            run([pith, "run", bundle, "--inputs", inputs, "--outputs", got, f"--threads={threads}"])
            for name, want in np.load(expected).items():
                have = np.load(got)[name]
                if have.dtype != want.dtype or have.tobytes() != want.tobytes():
                    sys.exit(f"{cpu}, {threads} threads: {name} of shape {want.shape} differs in "
                             f"{np.count_nonzero(have != want)} of {want.size}")
        print(cpu, "same bits:", ", ".join(f"{rows.count(row)} {row}" for row in sorted(set(rows))))


if __name__ == "__main__":
    main()
