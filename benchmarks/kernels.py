#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What kernels reach of the machine's peak, each in a bundle of its own.

Models of one operator with random weights, compiled for x86, run on one thread in
turn with loops of nothing but the instruction that they are made of. The share is
that of the multiply-adds that the operator needs, rounding and stores included;
matrix-vector products are counted in bytes of weights a second, depthwise
convolutions in results a second. Products of sparse weights are counted in times
of the dense kernel for the same shape, in the same run; those whose names end with
".planes" get and give images in the layout that neighbouring sparse layers share,
the others channels last. Each row of dense products has a case of its own,
row.NAME, without a bar. Needs AVX-512 with VNNI. Ends with 1 where the least time misses the bar beside it.

example: benchmarks/kernels.py --only matmul --json
"""
import argparse
import array
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "test" / "Rows"), str(ROOT / "utils")]
from table import Table  # noqa: E402

PITH = ROOT / "build" / "bin" / "pith"
CLANG = "clang-22"
PEAKS = 6  # lines of kernels.c in front of the cases


def tensor(shape, kind):
    return f"tensor<{''.join(f'{size}x' for size in shape)}{kind}>"


def count(shape):
    result = 1
    for size in shape:
        result *= size
    return result


def constant(shape, kind, low, high):
    numbers = random.Random(7)
    if kind == "i8":
        data = numbers.randbytes(count(shape))
    else:
        data = array.array("f" if kind == "f32" else "i", (numbers.uniform(low, high) if kind == "f32" else
                           numbers.randrange(low, high) for _ in range(count(shape)))).tobytes()
    dialect = "pith" if len(data) >= 4096 else "arith"  # as the importer has them
    return f'{dialect}.constant dense<"0x{data.hex().upper()}"> : {tensor(shape, kind)}'


def blocks(shape, height, zeros):
    """Weights of which a share of the blocks, `height` filters by four channels, is zero;
    without a height they are floats, one by one."""
    filters, depth = shape[0], count(shape[1:])
    numbers = random.Random(7)
    if not height:
        data = array.array("f", (numbers.uniform(-1, 1) if numbers.random() >= zeros else 0 for _ in range(count(shape))))
        return f'pith.constant dense<"0x{data.tobytes().hex().upper()}"> : {tensor(shape, "f32")}'
    kept = [[numbers.random() >= zeros for _ in range(depth // 4)] for _ in range(filters // height)]
    data = b"".join(bytes(numbers.choice((0xff, 1, 2, 0x80, 0x7f)) for _ in range(4)) if kept[f // height][c] else bytes(4)
                    for f in range(filters) for c in range(depth // 4))
    return f'pith.constant dense<"0x{data.hex().upper()}"> : {tensor(shape, "i8")}'


def module(x, w, out, operator, kind, weights=None, planes=False):
    """A product with what stands behind it: rounding to codes, or for floats a bias.
    With `planes` its image and result are [channels / n][pixels][n], n to 32 bits."""
    channels, depth = out[-1], count(w) // out[-1]
    packed = kind == "i4"
    kind = "i8" if packed else kind
    io, sums = ("ui8", "i32") if kind == "i8" else ("f32", "f32")
    side = "filter" if operator.startswith("conv") else "rhs"
    name, _, rest = operator.partition(" ")
    words = [f"{side}_signed", "accumulator = i32"] if kind == "i8" else []
    if side == "filter" and w[-1] != x[-1]:
        words.append(f"groups = {x[-1] // w[-1]} : i64")
    signs = f" {{{', '.join(words)}}}" if words else ""
    data = (count(w) // 2,) if packed else w
    lines = [f"%{'p' if packed else 'w'} = {weights or constant(data, kind, -1, 1)}",
             f"%b = {constant((channels,), sums, -100, 100)}",
             f"%s = pith.{name} %x, %w bias(%b : {tensor((channels,), sums)}) {rest}{signs} : "
             f"{tensor(x, kind)}, {tensor(w, kind)} -> {tensor(out, sums)}"]
    result = "%s"
    if kind == "i8":
        scale = 1 / depth ** 0.5 / 150
        lines += [f"%m = {constant((channels,), 'f32', scale / 2, scale)}",
                  "%z = arith.constant dense<3> : tensor<i8>",
                  f"%q = pith.requantize %s scale(%m : {tensor((channels,), 'f32')}) zero_point(%z : tensor<i8>) : "
                  f"{tensor(out, 'i32')} -> {tensor(out, 'i8')}"]
        result = "%q"
    if packed:
        lines.insert(1, f"%w = pith.unpack %p width 4 {{is_signed}} : {tensor(data, 'i8')} -> {tensor(w, 'i8')}")
    taken, given, argument = x, out, "%x"
    if planes:
        def stored(shape):
            packed = 4 if kind == "i8" else 1
            return count(shape[:-1]), shape[-1] // packed, packed

        def layout(shape):
            none = ", ".join("0" * len(shape))
            return f"layout <pad [{none}] to [{none}], shape {list(stored(shape))}, order [1, 0, 2]>"
        taken, given = [tuple(stored(shape)[i] for i in (1, 0, 2)) for shape in (x, out)]
        lines.insert(0, f"%x = pith.from_layout %p {layout(x)} : {tensor(taken, kind)} -> {tensor(x, kind)}")
        lines.append(f"%o = pith.to_layout {result} {layout(out)} : {tensor(out, kind)} -> {tensor(given, kind)}")
        argument, result = "%p", "%o"
    body = "\n    ".join(lines)
    stage = "quantize" if weights else "sparsify"
    return (f'module attributes {{pith.model = "kernel", pith.stage = "{stage}"}} {{\n'
            f'  func.func @main({argument}: {tensor(taken, kind)} {{pith.io = #pith.io<"x", {io}>}}) -> '
            f'({tensor(given, kind)} {{pith.io = #pith.io<"y", {io}>}}) {{\n'
            f"    {body}\n    return {result} : {tensor(given, kind)}\n  }}\n}}\n")


class Case:
    def __init__(self, name, bar, x, w, out, operator, kind="i8", unit="peak", options=(), weights=None, planes=False,
                 dense=None):
        self.name, self.bar, self.unit, self.options, self.dense = name, bar, unit, options, dense
        self.text = module(x, w, out, operator, kind, weights, planes)
        self.peak = "floats" if kind == "f32" else "bytes"
        width = 4 if kind == "f32" else 1
        self.inputs, self.outputs = [count(x) * width], [count(out) * width]
        self.weights = count(w) // 2 if kind == "i4" else count(w) * width
        self.operations = 2 * count(out[:-1]) * count(w)


def cases():
    for size in (256, 512, 768, 1024):
        yield Case(f"matmul.u8s8.{size}", 0.92, (size, size), (size, size), (size, size), "matmul")
    for size in (256, 512, 1024):
        yield Case(f"matmul.f32.{size}", 0.90, (size, size), (size, size), (size, size), "matmul", "f32")
    conv = "conv strides [{0}, {0}] pad [{1}, {1}] to [{1}, {1}] dilations [1, 1]"
    # Padded by the caller: a bundle of its own would copy the image first.
    yield Case("conv.u8s8.3x3.14x14.256", 0.95, (1, 16, 16, 256), (256, 3, 3, 256), (1, 14, 14, 256), conv.format(1, 0))
    yield Case("conv.u8s8.3x3.28x28.128", 0.90, (1, 30, 30, 128), (128, 3, 3, 128), (1, 28, 28, 128), conv.format(1, 0))
    yield Case("conv.u8s8.7x7.3.64", 0.78, (1, 230, 230, 3), (64, 7, 7, 3), (1, 112, 112, 64), conv.format(2, 0))
    yield Case("conv.u8s8.1x1.14x14.1024.256", 0.90, (1, 14, 14, 1024), (256, 1, 1, 1024), (1, 14, 14, 256), conv.format(1, 0))
    yield Case("conv.u8s8.1x1.7x7.960.160", 0.85, (1, 7, 7, 960), (160, 1, 1, 960), (1, 7, 7, 160), conv.format(1, 0))
    yield Case("conv.f32.3x3.14x14.256", 0.90, (1, 16, 16, 256), (256, 3, 3, 256), (1, 14, 14, 256), conv.format(1, 0), "f32")
    yield Case("depthwise.u8s8.3x3.28x28.192", 8e9, (1, 30, 30, 192), (192, 3, 3, 1), (1, 28, 28, 192), conv.format(1, 0),
               unit="results")
    yield Case("depthwise.u8s8.3x3.s2.14x14.192", 5e9, (1, 30, 30, 192), (192, 3, 3, 1), (1, 14, 14, 192), conv.format(2, 0),
               unit="results")
    yield Case("vector.u8s8.768.3072", 80e9, (1, 768), (768, 3072), (1, 3072), "matmul", unit="bytes")
    for depth, channels in ((768, 3072), (4096, 4096)):
        yield Case(f"vector.u8s4.{depth}.{channels}", 0, (1, depth), (depth, channels), (1, channels), "matmul", "i4", unit="bytes")
    yield Case("matmul.u8s4.512", 0, (512, 512), (512, 512), (512, 512), "matmul", "i4")


    dense = "conv.u8s8.1x1.28x28.512.128"
    shapes = ((1, 28, 28, 512), (128, 1, 1, 512), (1, 28, 28, 128), conv.format(1, 0))
    yield Case(dense, 0.95, *shapes)
    for height, in_planes, bar in ((1, True, 5), (2, True, 7.5), (1, False, 0), (2, False, 0)):
        yield Case(f"sparse.{height}x4.28x28.512.128{'.planes' if in_planes else ''}", bar, *shapes, unit="times",
                   weights=blocks(shapes[1], height, 0.9), planes=in_planes, dense=dense)
    dense = "conv.f32.1x1.28x28.512.128"
    yield Case(dense, 0.9, *shapes, kind="f32")
    for in_planes in (True, False):
        yield Case(f"sparse.f32.28x28.512.128{'.planes' if in_planes else ''}", 0, *shapes, kind="f32", unit="times",
                   weights=blocks(shapes[1], None, 0.9), planes=in_planes, dense=dense)


def row_cases():
    """One for each row of dense products, on the first CPU that has what it needs; without a bar."""
    def pith(*arguments):
        return run([PITH, *arguments])

    for target in json.loads(pith("targets", "--json")):
        table = Table(pith, target["name"])
        for row in table.rows:
            left, right = row.sides()[0]
            kind = {"f32": "f32", "s4": "i4", "u8": "i8", "s8": "i8"}.get(right) if left != "f32" or right == "f32" else None
            if not row.instruction or row.sparsity != "dense" or "pith.matmul" not in row.anchors or not kind:
                continue
            yield Case(f"row.{row.name}", 0, (256, 256), (256, 256), (256, 256), "matmul", kind,
                       options=(f"--target={target['name']}", *table.cpus_for(row)[0].options, f"--row={row.name}"))


def run(command):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"error: exit code {result.returncode}: {' '.join(map(str, command))[:500]}\n{result.stderr[:2000]}")
    return result.stdout


def build(case, folder):
    source, bundle = folder / f"{case.name}.mlir", folder / case.name
    source.write_text(case.text)
    run([PITH, "compile", source, "--name=kernel", "--emit=shared", "-o", bundle, *case.options])
    layers = json.loads((bundle / "kernel.manifest.json").read_text())["layers"]
    case.rows = [layer["row"] for layer in layers]
    if case.options and subprocess.run([PITH, "run", bundle, "--inputs=random:1"], capture_output=True).returncode:
        return ""  # for another CPU
    sizes = " ".join(map(str, case.inputs)) + " | " + " ".join(map(str, case.outputs))
    return f"{case.name} {bundle / 'kernel.so'} {sizes}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="cases whose names match this expression")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if "avx512_vnni" not in pathlib.Path("/proc/cpuinfo").read_text():
        print("skipped: needs AVX-512 with VNNI")
        return 77
    every = (*cases(), *row_cases())
    chosen = [case for case in every if re.search(arguments.only, case.name)]
    needed = {case.dense for case in chosen} - {case.name for case in chosen}
    chosen = [case for case in every if case.name in needed] + chosen
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        built = [(case, line) for case in chosen if (line := build(case, folder))]
        chosen = [case for case, _ in built]
        (folder / "list").write_text("".join(line for _, line in built))
        run([CLANG, "-O2", "-march=native", ROOT / "benchmarks" / "kernels.c", "-o", folder / "kernels", "-ldl"])
        lines = [line.split() for line in run([folder / "kernels", arguments.rounds, folder / "list"]).splitlines()]
    peaks = {words[0]: float(words[1]) for words in lines[:PEAKS]}
    records = []
    seconds = {words[0]: [float(word) for word in words[1:]] for words in lines[PEAKS:]}
    for case, words in zip(chosen, lines[PEAKS:]):
        least, median = map(float, words[1:])
        dense = seconds[case.dense] if case.dense else (0, 0)
        work = {"times": dense[0], "bytes": case.weights, "results": case.outputs[0],
                "peak": case.operations / peaks[case.peak]}[case.unit]
        records.append({"name": case.name, "rows": case.rows, "min_us": least * 1e6, "median_us": median * 1e6,
                        "unit": case.unit, "reached": work / least,
                        "reached_median": (dense[1] if case.dense else work) / median, "bar": case.bar,
                        "good": work / least >= case.bar})
    if arguments.json:
        print(json.dumps({"peaks": peaks, "kernels": records}, indent=1))
    else:
        print(", ".join(f"{name} {peak / 1e9:.0f} G/s" for name, peak in peaks.items()))
        for record in records:
            scale, unit = {"bytes": (1e-9, "GB/s"), "results": (1e-9, "/ns"), "times": (1, "x"),
                           "peak": (100, "%")}[record["unit"]]
            print(f"{record['name']:30} {record['min_us']:10.2f} us  {record['reached'] * scale:6.1f} {unit} (median "
                  f"{record['reached_median'] * scale:.1f}, bar {record['bar'] * scale:g})  {' '.join(record['rows'])}"
                  f"{'' if record['good'] else '  BELOW'}")
    return 0 if all(record["good"] for record in records) else 1


if __name__ == "__main__":
    sys.exit(main())
