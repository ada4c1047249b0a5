#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The saturation proof on networks: the table of docs/saturation-proof.md.

For each network and form of panel the shares of K, weighted by multiply-adds,
that fit 16 bits as they stand (one, two and four windows together), that stand
in blocks of one to four windows in the order that was found, and that are left
to the wide form. Then what saturation does to a network: pairs of products of
real codes and weights, saturated as the instruction does, against exact ones.

Networks and data are in ../shared; without them there is nothing to test. --full
adds ResNet-50, which ../shared/tools/perfmodels.py makes.

example: test/Integration/pair_sums.py --only mobilenet
"""
import argparse
import re
import sys

from support import harness

harness.in_environment()

import numpy as np  # noqa: E402
import onnx  # noqa: E402
from onnx import numpy_helper  # noqa: E402

from support import quantized_files, runtime, samples  # noqa: E402

# name: options of the pass. Planes of four channels, whose lanes are pixels; rows, whose lanes are channels.
FORMS = {"planes, 2 channels": "channels=2", "planes, 4 channels": "channels=4",
         "rows, 8 channels": "channels=8 planar=false", "rows, 16 channels": "channels=16 planar=false"}
PROVED = re.compile(r"pith\.(?:conv|matmul) .*blocks = array<i64: ([\d, ]+)>.*standing = array<i64: ([\d, ]+)>"
                    r", wide = (\d+).*-> tensor<([\dx]+)xi(?:32|64)>")


def numbers(text):
    return [int(number) for number in text.split(",")]


def products(module, options):
    """(windows as they stand, in blocks, wide, results for each channel) of each product."""
    text = harness.run(harness.BUILD / "bin" / "pith-opt", module, f"--pith-prove-pair-sums={options}",
                       "--mlir-elide-elementsattrs-if-larger=8")
    for blocks, standing, wide, shape in PROVED.findall(text):
        yield numbers(standing), numbers(blocks), int(wide), int(np.prod([int(size) for size in shape.split("x")[:-1]]))


# Vector operations for a window: products, sums and widening of blocks of 1 to 4, and the wide form.
OPERATIONS = np.array([3, 5 / 2, 7 / 3, 9 / 4, 4])


def shares(module, options):
    """(fit alone, two together, four together), (in blocks of 1, 2, 3, 4, wide), how often the operations
    of the wide form alone are those of the order found."""
    standing, found = np.zeros(4), np.zeros(5)
    for windows, blocks, wide, pixels in products(module, options):
        standing += np.array(windows) * pixels
        found += np.array([*blocks, wide]) * pixels
    assert standing[0] > 0, "expected products of 8-bit codes"
    return standing[1:] / standing[0], found / found.sum(), standing[0] * OPERATIONS[4] / (found @ OPERATIONS)


def percent(values):
    return " ".join(f"{100 * value:5.1f}" for value in values)


def table(model, folder):
    harness.compile_model(model, folder / "module", "--compile-to=sparsify")
    module = next((folder / "module").glob("*.mlirbc"))
    lines = ["as they stand 1, 2, 4 | in blocks of 1, 2, 3, 4, wide | operations saved"]
    results = {}
    for form, options in FORMS.items():
        standing, found, factor = results[form] = shares(module, options)
        lines.append(f"{form:19} {percent(standing)} | {percent(found)} | x{factor:.2f}")
    return results, "\n    ".join(lines)


def forced_sums(codes, weights, depth):
    """Sums of products with the proof off: pairs saturate, and `depth` windows of
    four, neighbours in memory, are added in 16 bits that wrap."""
    total = np.zeros((codes.shape[0], weights.shape[0]), np.int32)
    for first in range(0, codes.shape[1], 4 * depth):
        for half in (0, 2):
            lane = np.zeros_like(total)
            for k in range(first + half, min(first + 4 * depth, codes.shape[1]), 4):
                pair = codes[:, k:k + 2].astype(np.int32) @ weights[:, k:k + 2].astype(np.int32).T
                lane += np.clip(pair, -32768, 32767)
            total += lane.astype(np.int16)
    return total


def patches(codes, zero_point, shape, strides, pads):
    """[pixels, terms] of a convolution without dilation, windows of the kernel row by row."""
    _, _, height, width = shape
    codes = np.pad(codes, [(0, 0), (pads[0], pads[2]), (pads[1], pads[3])], constant_values=zero_point)
    windows = np.lib.stride_tricks.sliding_window_view(codes, (height, width), axis=(1, 2))
    windows = windows[:, ::strides[0], ::strides[1]]
    return windows.transpose(1, 2, 3, 4, 0).reshape(-1, height * width * codes.shape[0])


def convolutions(model, values):
    """(input codes [pixels, terms], weights [outputs, terms]) of ungrouped convolutions of u8 and s8."""
    graph = onnx.load(model).graph
    constants = {tensor.name: tensor for tensor in graph.initializer}
    makers = {output: node for node in graph.node for output in node.output}
    for node in graph.node:
        sources = [makers.get(name) for name in node.input[:2]]
        if node.op_type != "Conv" or any(s is None or s.op_type != "DequantizeLinear" for s in sources):
            continue
        codes, weights = values.get(sources[0].input[0]), constants.get(sources[1].input[0])
        if codes is None or weights is None or weights.data_type != onnx.TensorProto.INT8:
            continue
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if attributes.get("group", 1) != 1 or codes.dtype != np.uint8:
            continue
        rows = numpy_helper.to_array(weights).transpose(0, 2, 3, 1).reshape(weights.dims[0], -1)
        zero_point = int(numpy_helper.to_array(constants[sources[0].input[2]]))
        yield patches(codes[0], zero_point, weights.dims, attributes.get("strides", [1, 1]),
                      attributes.get("pads", [0] * 4)), rows


def without_proof(model, feeds, folder):
    """Sums that change where the narrow form is taken without a proof, on real codes."""
    tapped, _ = runtime.with_layers(model, feeds[0], folder)
    session = runtime.session(tapped)
    total, wrong = 0, {1: 0, 4: 0}
    for feed in feeds:
        for codes, weights in convolutions(model, runtime.run(session, feed)):
            exact = codes.astype(np.int32) @ weights.astype(np.int32).T
            total += exact.size
            for depth in wrong:
                wrong[depth] += int((forced_sums(codes, weights, depth) != exact).sum())
    assert wrong[4], f"expected {total} sums without a proof to differ somewhere"
    return (f"without the proof {wrong[1]} of {total} sums change with pairs alone, "
            f"{wrong[4]} with blocks of four windows, on {len(feeds)} inputs")


def mobilenet(folder):
    model = samples.need("models", "mobilenetv2-12-qdq.onnx")
    results, text = table(model, folder)
    standing, found, _ = results["planes, 4 channels"]
    assert found[3] > standing[2] + 0.2, f"expected more blocks of four than stand, got {found} and {standing}"
    assert found[4] < 0.05, f"expected little wide, got {found}"
    feeds = [{"input": samples.imagenet(path)} for path in samples.photographs(1)]
    return f"{text}\n    {without_proof(model, feeds, folder)}"


def digits(folder):
    inputs, _ = samples.digits()
    source = quantized_files.at_opset(samples.need("models", "mnist_cnn_pytorch.onnx"), 13, folder)
    lines = []
    for per_channel in (False, True):
        model = quantized_files.quantized(source, folder, inputs[:200], per_channel=per_channel)
        part = folder / f"channel{per_channel}"
        part.mkdir()
        changed = without_proof(model, [{"0": x} for x in inputs[:5]], part)
        lines += [f"{'per channel' if per_channel else 'per tensor'}: {table(model, part)[1]}", changed]
    return "\n    ".join(lines)


def resnet8(folder):
    inputs = list(samples.small_photographs()[:20])
    source = quantized_files.at_opset(samples.need("models", "resnet8_cifar10_nhwc.onnx"), 13, folder)
    model = quantized_files.quantized(source, folder, inputs)
    results, text = table(model, folder)
    found = results["planes, 4 channels"][1]
    assert found[3] > 0.5 and found[4] < 0.05, f"expected most in blocks of four, few wide, got {found}"
    return f"{text}\n    {without_proof(model, [{'input_1': x} for x in inputs[:5]], folder)}"


def resnet50(folder):
    tool, images = samples.need("tools", "perfmodels.py"), samples.need("data", "imagenet500")
    for name in ("resnet50_fp32", "resnet50_qdq"):
        harness.run(harness.PYTHON, tool, "--out", folder, "--images", images, "--calib", 4, "--only", name, seconds=900)
    results, text = table(folder / "resnet50_qdq.onnx", folder)
    found = results["planes, 4 channels"][1]
    assert found[1:4].sum() > 0.7, f"expected most in blocks of two and more, got {found}"
    return text


TESTS = {"mobilenet": mobilenet, "digits": digits, "resnet8": resnet8}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", metavar="S", help="only tests whose names contain S (repeatable)")
    parser.add_argument("--full", action="store_true", help="ResNet-50 too")
    args = parser.parse_args()
    tests = {**TESTS, **({"resnet50": resnet50} if args.full else {})}
    return harness.run_all({n: t for n, t in tests.items() if not args.only or any(s in n for s in args.only)})


if __name__ == "__main__":
    sys.exit(main())
