#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What stands around products on CPU variants, bit for bit as on Reference: work
behind them, which has no kernel of its own; one tensor on both sides; parts of
tensors; heads of a detector, which share a kernel and are not copied. Shapes are the business of test/Rows.

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

    def product(self, x, w, op, rest, out, left, right, scale=1, bias=True):
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
        words = []
        if left != "f":
            words = [f"{side}_signed" for side, sign in zip(sides, (left, right)) if sign == "s"] + ["accumulator = i32"]
        kind = "f32" if left == "f" else "i32"
        shape = "".join(f"{size}x" for size in out)
        sums = self.value(f"{text}{rest} {{{', '.join(words)}}} : {a_type}, {b_type} -> tensor<{shape}{kind}>")
        if left == "f":
            self.results.append((sums, f"tensor<{shape}f32>", "f32"))
            return
        depth = w.size // channels
        factors = (RANDOM.uniform(0.3, 1.0, channels if scale != 1 else 1) / np.sqrt(depth) / 90).astype(np.float32)
        m, m_type = self.constant(factors)
        z = self.value(f"arith.constant dense<100> : tensor<i8>")
        codes = self.value(f"pith.requantize {sums} scale({m} : {m_type}) zero_point({z} : tensor<i8>) : "
                           f"tensor<{shape}i32> -> tensor<{shape}i8>")
        self.results.append((codes, f"tensor<{shape}i8>", "ui8"))

    def matmul(self, rows, depth, channels, left="u", right="s", **options):
        self.product(numbers((rows, depth), left), numbers((depth, channels), right), "matmul", "", (rows, channels), left,
                     right, **options)

    def conv(self, image, channels, window, strides, padding, dilations, left="u", right="s", **options):
        w = numbers((channels, *window, image[-1]), right)
        sizes = [(size + 2 * pad - dilation * (taps - 1) - 1) // stride + 1 for size, pad, dilation, taps, stride
                 in zip(image[1:-1], padding, dilations, window, strides)]
        text = f"strides {strides} pad {padding} to {padding} dilations {dilations}"
        self.product(numbers(image, left), w, "conv", text, (image[0], *sizes, channels), left, right, **options)

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

    def borders(self):
        """An image that one convolution reads with a border, and another one without."""
        x, type_ = self.argument(numbers((1, 3, 28, 24), "f"), "f32")

        def conv(x, type_, size, channels):
            w, w_type = self.constant(numbers((channels, size, size, 24), "f"))
            out, border = type_.replace("24xf32", f"{channels}xf32"), size // 2
            return self.value(f"pith.conv {x}, {w} strides [1, 1] pad [{border}, {border}] to [{border}, {border}] "
                              f"dilations [1, 1] : {type_}, {w_type} -> {out}"), out, "f32"

        image, _, _ = conv(x, type_, 1, 24)
        self.results += [conv(image, type_, 3, 16), conv(image, type_, 1, 40)]

    def heads(self):
        """Those of a detector, at two sizes: few channels of one image, in part with work behind
        them, beside those of another; rows of both sizes, one behind the other."""
        levels = []
        for height, width in ((5, 7), (3, 4)):
            images = [self.argument(numbers((1, height, width, 24), "f"), "f32") for _ in range(2)]
            for i, channels in ((0, 4), (0, 1), (1, 20)):
                x, type_ = images[i]
                w, w_type = self.constant(numbers((channels, 3, 3, 24), "f"))
                b, b_type = self.constant(numbers((channels,), "f"))
                out = type_.replace("24xf32", f"{channels}xf32")
                sums = self.value(f"pith.conv {x}, {w} bias({b} : {b_type}) strides [1, 1] pad [1, 1] to [1, 1] "
                                  f"dilations [1, 1] : {type_}, {w_type} -> {out}")
                self.results.append((sums, out, "f32"))
                if channels != 4:
                    self.behind([], "f32", SILU)
            parts, self.results = self.results[-3:], self.results[:-3]
            values, types = ", ".join(part[0] for part in parts), ", ".join(part[1] for part in parts)
            whole, rows = type_.replace("24xf32", "25xf32"), f"tensor<1x{height * width}x25xf32>"
            joined = self.value(f"tensor.concat dim(3) {values} : ({types}) -> {whole}")
            levels.append((self.value(f"tensor.collapse_shape {joined} [[0], [1, 2], [3]] : {whole} into {rows}"), rows))
        (a, a_type), (b, b_type) = levels
        out = "tensor<1x47x25xf32>"
        self.results.append((self.value(f"tensor.concat dim(1) {a}, {b} : ({a_type}, {b_type}) -> {out}"), out, "f32"))

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
        m.square(11, left)
        m.tails(left)
    m.slices()
    m.heads()
    m.borders()
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
        alone = [layer["kernel"] for layer in layers if layer["op"] not in ("conv", "matmul", "to_layout", "frame")]
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
