#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks by pith and by the specification in test/spec: the same bits.

Of seeded inputs, twice: every f32 value inside (all of them made outputs, which
finds what a softmax would hide), and the outputs of the network as it is. One
NaN is as good as another.

The graphs of single operators and the digits network are part of this repository,
the others are in ../shared/models; what is not there is skipped.

example: test/Integration/spec_networks.py --only vittracker-blocks
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
options = argparse.ArgumentParser(add_help=False)
options.add_argument("--build", default=os.path.join(root, "build"), help="where pith was built")
build = os.path.abspath(options.parse_known_args()[0].build)
environment = os.path.join(build, "python")
python = os.path.join(environment, "bin", "python")
if os.path.exists(python) and os.path.realpath(sys.prefix) != os.path.realpath(environment):
    os.execv(python, [python] + sys.argv)

sys.path.insert(0, os.path.join(root, "test", "spec"))
import numpy as np  # noqa: E402
import onnx  # noqa: E402

import onnx_graph  # noqa: E402
from support import operator_graphs  # noqa: E402
from testing import same_bits  # noqa: E402

shared = os.path.join(os.path.dirname(root), "shared", "models")
pith = os.path.join(build, "bin", "pith")


def block_input(graph, block):
    """The value that a transformer block's first norm starts from: the norm's
    product with its weight, back over Div and Sub."""
    producer = {name: node for node in graph.node for name in node.output}
    weight = f"blocks.{block}.norm1.weight"
    node = next(node for node in graph.node if weight in node.input)
    for kind in ("Mul", "Div", "Sub"):
        assert node.op_type == kind, f"expected {kind} behind {weight}, got {node.op_type}"
        value = node.input[0]
        node = producer.get(value)
    return value


def two_blocks(model):
    """The first two transformer blocks, as a model."""
    inputs = [block_input(model.graph, 0)]
    outputs = [block_input(model.graph, 2)]
    inferred = onnx.shape_inference.infer_shapes(model)
    return onnx.utils.Extractor(inferred).extract_model(inputs, outputs)


# name: (file, or what builds the model; range of the inputs, None: special
# values; the part that is tested)
networks = {
    "operators": (operator_graphs.current, (-2, 2), None),
    "operators-special": (operator_graphs.special, None, None),
    "operators-opset9": (operator_graphs.old, (-2, 2), None),
    "digits": (os.path.join(root, "models", "digits", "digits.onnx"), (0, 16), None),
    "mnist-8": (os.path.join(shared, "mnist-8.onnx"), (0, 255), None),
    "resnet8_cifar10_nhwc": (os.path.join(shared, "resnet8_cifar10_nhwc.onnx"), (0, 255), None),
    "mnist_cnn_pytorch": (os.path.join(shared, "mnist_cnn_pytorch.onnx"), (-1, 1), None),
    "mcunet_fp32": (os.path.join(shared, "mcunet_fp32.onnx"), (-1, 1), None),
    "ultraface_RFB_320": (os.path.join(shared, "ultraface_RFB_320.onnx"), (-1, 1), None),
    "vittracker-blocks": (os.path.join(shared, "vittracker.onnx"), (-2, 2), two_blocks),
    "vittracker": (os.path.join(shared, "vittracker.onnx"), (-2, 2), None),
}


specials = np.array([0.0, -0.0, 1, -1, 0.5, 2, 3, np.inf, -np.inf, np.nan, 1e-45, -1e-40, 1.2e-38,
                     3e38, -3e38, 88.8, -103.9], np.float32)


def random_inputs(model, limits):
    """Symbolic dimensions are 1, as by default in pith."""
    generator = np.random.default_rng(11)
    weights = {tensor.name for tensor in model.graph.initializer}
    feeds = {}
    for value in model.graph.input:
        if value.name not in weights:
            assert value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT, value.name
            shape = [d.dim_value or 1 for d in value.type.tensor_type.shape.dim]
            draw = generator.uniform(*limits, shape) if limits else generator.choice(specials, shape)
            feeds[value.name] = draw.astype(np.float32)
    return feeds


def run_pith(model, feeds):
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("m.onnx", "x.npz", "y.npz")]
        onnx.save(model, paths[0])
        np.savez(paths[1], **feeds)
        command = [pith, "run", paths[0], "--target=reference", "--inputs", paths[1],
                   "--outputs", paths[2]]
        result = subprocess.run(command, capture_output=True, text=True)
        assert result.returncode == 0, f"pith run: exit {result.returncode}\n{result.stderr}"
        with np.load(paths[2]) as data:
            return {name: data[name] for name in data.files}


def is_same(got, want):
    return got.dtype == want.dtype and got.shape == want.shape and (
        bool(same_bits(got, want).all()) if got.dtype.kind == "f" else np.array_equal(got, want))


def describe(name, got, want):
    if got.shape != want.shape or got.dtype != want.dtype:
        return f"{name}: {got.dtype} {got.shape} instead of {want.dtype} {want.shape}"
    wrong = np.argwhere(~same_bits(got, want)) if got.dtype.kind == "f" else np.argwhere(got != want)
    place = tuple(wrong[0])
    return (f"{name}: {len(wrong)} of {got.size} differ, first at {list(map(int, place))}: "
            f"{got[place]!r} instead of {want[place]!r}")


def with_every_value(model, values):
    """The model with each f32 result of a node as an output."""
    exposed = onnx.ModelProto()
    exposed.CopyFrom(model)
    del exposed.graph.output[:]
    for node in exposed.graph.node:
        for name in node.output:
            if name in values and values[name].dtype == np.float32:
                exposed.graph.output.append(onnx.helper.make_tensor_value_info(
                    name, onnx.TensorProto.FLOAT, values[name].shape))
    return exposed


def compare(model, feeds, expected):
    """The number of elements compared; an error names the nodes to look at."""
    actual = run_pith(model, feeds)
    outputs = [value.name for value in model.graph.output]
    assert sorted(actual) == sorted(outputs), f"expected {outputs}, got {sorted(actual)}"
    wrong = {name for name in outputs if not is_same(actual[name], expected[name])}
    found = [f"{node.op_type}{' (of wrong operands)' if wrong.intersection(node.input) else ''} "
             + describe(name, actual[name], expected[name])
             for node in model.graph.node for name in node.output if name in wrong]
    assert not found, "\n  ".join([f"{len(found)} of {len(outputs)} values differ"] + found[:20])
    return sum(expected[name].size for name in outputs)


def check(name):
    path, limits, part = networks[name]
    model = path() if callable(path) else onnx.load(path)
    model = part(model) if part else model
    feeds = random_inputs(model, limits)
    begin = time.monotonic()
    expected = onnx_graph.evaluate(model, feeds)
    middle = time.monotonic()
    every = compare(with_every_value(model, expected), feeds, expected)
    # Where every value is an output to begin with, once is enough.
    inside = sum(len(node.output) for node in model.graph.node) > len(model.graph.output)
    count = compare(model, feeds, expected) if inside else every
    assert count, "expected outputs with elements"
    return (f"{count} elements of outputs, {every} of all {len(model.graph.node)} nodes "
            f"(spec {middle - begin:.1f} s, pith {time.monotonic() - middle:.1f} s)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, parents=[options],
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=list(networks))
    chosen = parser.parse_args().only or networks
    passed = failed = 0
    for name in chosen:
        path = networks[name][0]
        if not callable(path) and not os.path.exists(path):
            print(f"skipped {name}: {os.path.relpath(path, root)} is not there")
            continue
        try:
            print(f"passed {name}: {check(name)}", flush=True)
            passed += 1
        except (AssertionError, NotImplementedError) as error:
            print(f"FAILED {name}: {error}", flush=True)
            failed += 1
    return 1 if failed else 0 if passed else 77


if __name__ == "__main__":
    sys.exit(main())
