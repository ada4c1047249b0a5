#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the saturation proof gains: convolutions and matrix products whose sums are
proved to fit 16 bits, against the wide form, which multiplies 16 bits.

Every layer with constant weights of 8 bits of quantized ONNX files is a model of
its own, with the file's weights, an image that is padded already, and rounding to
codes behind it. It is compiled twice for a CPU without VNNI: as it is, for the
kernel that selection takes, and with 16-bit images and weights, which is what the
wide form reads. All run in turn on one thread. Times are least ones. The gain is
all layers' wide times over their times, so that long layers count most. A layer
that selection gives to the wide form, or that one of the two has to copy first,
gains nothing; `these alone` leaves such layers out.

usage: proved.py [--cpu avx2,avx512bw] [--json] FILE...    ends with 1 below a bar

example: build/python/bin/python benchmarks/proved.py ../shared/models/mobilenetv2-12-qdq.onnx
"""
import argparse
import json
import pathlib
import sys
import tempfile

import numpy as np
import onnx
from onnx import numpy_helper, shape_inference

from kernels import CLANG, PITH, ROOT, count, run, tensor

BARS = {"avx2": 1.3, "avx512bw": 1.5}
BATCH = 64  # bundles in one process


def layers(path):
    """(name, weights [outputs, window..., inputs], sizes of the image, strides, dilations, of a matrix product)."""
    model = shape_inference.infer_shapes(onnx.load(path))
    shapes = {v.name: [d.dim_value or 1 for d in v.type.tensor_type.shape.dim]
              for v in [*model.graph.value_info, *model.graph.input, *model.graph.output]}
    constants = {t.name: t for t in model.graph.initializer}
    makers = {output: node for node in model.graph.node for output in node.output}
    for node in model.graph.node:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        source = makers.get(node.input[1]) if node.op_type in ("Conv", "Gemm", "MatMul") else None
        if source is None or source.op_type != "DequantizeLinear" or attributes.get("group", 1) != 1:
            continue
        weights = constants.get(source.input[0])
        if weights is None or weights.data_type != onnx.TensorProto.INT8:
            continue
        weights = numpy_helper.to_array(weights)
        out = shapes[node.output[0]]
        if node.op_type != "Conv":
            weights = weights if attributes.get("transB") else weights.T
            yield node.name or node.output[0], weights, [count(out[:-1])], [], []
            continue
        yield (node.name or node.output[0], np.moveaxis(weights, 1, -1), out[2:],
               list(attributes.get("strides", [1] * (weights.ndim - 2))),
               list(attributes.get("dilations", [1] * (weights.ndim - 2))))


def constant(array, kind):
    dialect = "pith" if array.nbytes >= 4096 else "arith"  # as the importer has them
    return f'{dialect}.constant dense<"0x{np.ascontiguousarray(array).tobytes().hex().upper()}"> : {tensor(array.shape, kind)}'


class Case:
    def __init__(self, number, layer, wide):
        name, weights, sizes, strides, dilations = layer
        self.name, self.symbol = name, f"layer{number}{'w' if wide else 'p'}"
        kind, io = ("i16", "i16") if wide else ("i8", "ui8")
        channels = weights.shape[0]
        if strides:
            image = [(n - 1) * s + d * (k - 1) + 1 for n, s, d, k in zip(sizes, strides, dilations, weights.shape[1:])]
            x, out = (1, *image, weights.shape[-1]), (1, *sizes, channels)
            none = [0] * len(strides)
            operator = ("conv", f"strides {strides} pad {none} to {none} dilations {dilations}",
                        ("input_signed, " if wide else "") + "filter_signed")
        else:
            x, out = (*sizes, weights.shape[1]), (*sizes, channels)
            operator = "matmul", "", ("lhs_signed, " if wide else "") + "rhs_signed, transpose_rhs"
        numbers = np.random.default_rng(number)
        scale = (numbers.uniform(0.5, 1, channels) / np.sqrt(weights.size / channels) / 2000).astype(np.float32)
        lines = [f"%w = {constant(weights.astype(np.int16 if wide else np.int8), kind)}",
                 f"%b = {constant(numbers.integers(-100, 100, channels).astype(np.int32), 'i32')}",
                 f"%m = {constant(scale, 'f32')}", "%z = arith.constant dense<3> : tensor<i8>",
                 f"%s = pith.{operator[0]} %x, %w bias(%b : {tensor((channels,), 'i32')}) {operator[1]} {{{operator[2]}, "
                 f"accumulator = i32}} : {tensor(x, kind)}, {tensor(weights.shape, kind)} -> {tensor(out, 'i32')}",
                 f"%q = pith.requantize %s scale(%m : {tensor((channels,), 'f32')}) zero_point(%z : tensor<i8>) : "
                 f"{tensor(out, 'i32')} -> {tensor(out, 'i8')}", f"return %q : {tensor(out, 'i8')}"]
        body = "\n    ".join(lines)
        self.text = (f'module attributes {{pith.model = "kernel", pith.stage = "sparsify"}} {{\n'
                     f'  func.func @main(%x: {tensor(x, kind)} {{pith.io = #pith.io<"x", {io}>}}) -> '
                     f'({tensor(out, "i8")} {{pith.io = #pith.io<"y", ui8>}}) {{\n    {body}\n  }}\n}}\n')
        self.bytes = count(x) * (2 if wide else 1), count(out)
        self.seconds, self.row = 0.0, ""

    def build(self, cpu, folder):
        source, bundle = folder / f"{self.symbol}.mlir", folder / self.symbol
        source.write_text(self.text)
        run([PITH, "compile", source, "--name=kernel", f"--cpu={cpu}", "--emit=shared", "-o", bundle])
        rows = [layer["row"] for layer in json.loads((bundle / "kernel.manifest.json").read_text())["layers"]]
        self.row = rows[0] if len(rows) == 1 else ""
        return f"{self.symbol} {bundle / 'kernel.so'} {self.bytes[0]} | {self.bytes[1]}\n"

    @property
    def proved(self):
        return ".pairs" in self.row


def measure(cases, cpu, rounds, folder):
    program = folder / "kernels"
    run([CLANG, "-O2", "-march=native", ROOT / "benchmarks" / "kernels.c", "-o", program, "-ldl"])
    for first in range(0, len(cases), BATCH):
        batch = {case.symbol: case for case in cases[first:first + BATCH]}
        (folder / "list").write_text("".join(case.build(cpu, folder) for case in batch.values()))
        for line in run([program, rounds, folder / "list"]).splitlines():
            symbol, least, *_ = line.split()
            if symbol in batch:  # else it is one of the machine's peaks
                batch[symbol].seconds = float(least)


def gain(pairs):
    return sum(wide.seconds for _, wide in pairs) / sum(case.seconds for case, _ in pairs) if pairs else 1.0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--cpu", default="avx2")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    if "avx512_vnni" not in flags:
        print("skipped: needs AVX-512 with VNNI, whose peak is measured beside")
        return 77
    records, good = [], True
    for cpu in arguments.cpu.split(","):
        for path in arguments.files:
            pairs = [(Case(i, layer, False), Case(i, layer, True)) for i, layer in enumerate(layers(path))]
            with tempfile.TemporaryDirectory() as name:
                measure([case for pair in pairs for case in pair], cpu, arguments.rounds, pathlib.Path(name))
            proved = [(case, wide) for case, wide in pairs if case.proved and wide.row]
            for case, wide in pairs:
                if (case, wide) not in proved:
                    case.seconds = wide.seconds
            record = {"cpu": cpu, "file": pathlib.Path(path).stem, "layers": len(pairs), "proved": len(proved),
                      "gain": gain(pairs), "only_proved": gain(proved), "bar": BARS[cpu],
                      "each": [{"name": case.name, "row": case.row, "us": case.seconds * 1e6, "wide_us": wide.seconds * 1e6}
                               for case, wide in pairs]}
            good &= record["gain"] >= record["bar"]
            records.append(record)
            if not arguments.json:
                print(f"{cpu} {record['file']}: {record['gain']:.2f} times as fast as the wide form, of {len(pairs)} layers "
                      f"{len(proved)} proved, these alone {record['only_proved']:.2f} (bar {record['bar']})", flush=True)
    if arguments.json:
        print(json.dumps(records, indent=1))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
