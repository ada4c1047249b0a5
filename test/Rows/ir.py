# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes modules of one function with a result for each operator under test.

Kinds of numbers are u8, s8, f32, f16, bf16; s32 for sums; s4 and u4, around 8, for
weights that are packed. In IR integers have no
sign; `pith.io` keeps it.
"""
import re

import numpy as np

ELEMENTS = {"u8": "i8", "s8": "i8", "s32": "i32", "s4": "i8", "u4": "i8"}  # others have their own name
PACKED = {"s4": 0, "u4": 8}  # and the codes that stand for zero
IO = {"u8": "ui8", "s8": "i8", "s32": "i32"}


def tensor(shape, kind):
    return "tensor<" + "".join(f"{size}x" for size in shape) + ELEMENTS.get(kind, kind) + ">"


def is_codes(kind):
    return kind in ("u8", "s8")


def encoded(values, kind):
    """The bytes of floats or codes in memory."""
    if kind == "bf16":
        return (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16).tobytes()
    types = {"u8": np.uint8, "s8": np.int8, "s32": np.int32, "f32": np.float32, "f16": np.float16}
    return values.astype(types[kind]).tobytes()


def widened(bits):
    """bf16, which NumPy lacks, as the same numbers of f32."""
    return (bits.astype(np.uint32) << 16).view(np.float32)


def in_floats(text, magnitudes):
    """The text of a module of bf16 with the same numbers in f32, or with their magnitudes."""
    def constant(match):
        values = widened(np.frombuffer(bytes.fromhex(match[1]), np.uint16))
        data = (np.abs(values) if magnitudes else values).tobytes()
        return f'dense<"0x{data.hex().upper()}"> : {match[2]}f32>'

    text = re.sub(r'dense<"0x([0-9A-F]*)"> : (tensor<[0-9x]*x)bf16>', constant, text)
    return text.replace("xbf16>", "xf32>").replace(", bf16>", ", f32>")


class Module:
    """`small`: bytes of weights so small that sums of a few products fit 16 bits.
    `sparsity`: zeros that weights have, by the names of `pith targets`."""

    def __init__(self, seed=20250705, small=False, sparsity="dense"):
        self.random = np.random.default_rng(seed)
        self.small, self.sparsity = small, sparsity
        self.arguments, self.lines, self.results, self.cases, self.depths = [], [], [], [], []

    def value(self, text):
        name = f"%v{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def argument(self, shape, kind):
        name, type_ = f"%x{len(self.arguments)}", tensor(shape, kind)
        self.arguments.append(f'{name}: {type_} {{pith.io = #pith.io<"{name[1:]}", {IO.get(kind, kind)}>}}')
        return name, type_

    def constant(self, values, kind):
        type_, data = tensor(values.shape, kind), encoded(values, kind)
        dialect = "pith" if len(data) >= 4096 else "arith"  # as the importer has them
        return self.value(f'{dialect}.constant dense<"0x{data.hex().upper()}"> : {type_}'), type_

    def weights_constant(self, values, kind):
        """The same for weights, which may be packed."""
        if kind not in PACKED:
            return self.constant(values, kind)
        codes = np.resize(values & 15, values.size + values.size % 2).astype(np.uint8)
        data, type_ = self.constant(codes[0::2] | codes[1::2] << 4, "u8")
        sign = " {is_signed}" if kind == "s4" else ""
        return self.value(f"pith.unpack {data} width 4{sign} : {type_} -> {tensor(values.shape, kind)}"), tensor(values.shape, kind)

    def zero_point(self, number):
        return self.value(f"arith.constant dense<{number}> : tensor<i8>")

    def weights(self, depth, channels, kind):
        """A matrix of depth x channels, with the module's zeros."""
        shape = (depth, channels)
        if kind in PACKED:
            values = self.random.integers(-8, 8, shape) + PACKED[kind]
        elif not is_codes(kind):
            values = self.random.standard_normal(shape)
        elif kind == "s8":
            most = 30 if self.small else 128
            values = self.random.integers(-most, most, shape)
        else:
            values = self.random.integers(0, 31 if self.small else 256, shape)
        return np.where(self.kept(depth, channels), values, 0)

    def kept(self, depth, channels):
        """Which weights are not zero: one block in ten, or two of four."""
        if self.sparsity == "dense":
            return np.ones((depth, channels), bool)
        if self.sparsity == "structured":
            return np.resize(np.arange(4) % 2 == 0, depth)[:, None] & np.ones((1, channels), bool)
        down, across = {"unstructured": (1, 1), "1x4": (4, 1), "2x4": (4, 2)}[self.sparsity]
        blocks = self.random.random((-(-depth // down), -(-channels // across))) < 0.1
        return blocks.repeat(down, 0).repeat(across, 1)[:depth, :channels]

    def bias(self, channels, kind):
        if is_codes(kind):
            return self.constant(self.random.integers(-9000, 9000, channels), "s32")
        return self.constant(self.random.standard_normal(channels), kind)

    def scales(self, number, depth):
        return self.constant(self.random.uniform(0.3, 1.0, number) / np.sqrt(depth) / (20 if self.small else 90), "f32")

    def result(self, value, shape, kind):
        self.results.append((value, tensor(shape, kind), IO.get(kind, kind)))

    def text(self):
        results = ", ".join(f'{type_} {{pith.io = #pith.io<"y{i}", {io}>}}' for i, (_, type_, io) in enumerate(self.results))
        types = ", ".join(type_ for _, type_, _ in self.results)
        values = ", ".join(value for value, _, _ in self.results)
        body = "\n    ".join(self.lines)
        return (f'module attributes {{pith.model = "rows", pith.stage = "quantize"}} {{\n'
                f"  func.func @main({', '.join(self.arguments)}) -> ({results}) {{\n    {body}\n"
                f"    return {values} : {types}\n  }}\n}}\n")
