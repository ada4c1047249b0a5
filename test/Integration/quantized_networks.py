#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Quantized networks: integers where the file means integers, ONNX Runtime's answers.

The zoo's MobileNetV2 as it is; a digits network, ResNet-8, a super-resolution
network and YOLOX-nano as ONNX Runtime's quantizer writes them. Where ONNX Runtime
saturates (CPUs without VNNI) there is no judge, and the tests of codes are skipped.

Networks and data are in ../shared; without them there is nothing to test. --full
takes all images: 500 answers and 20 images layer by layer of MobileNetV2, 20 of
YOLOX. Without it a handful.

example: test/Integration/quantized_networks.py --only mobilenet --full
"""
import argparse
import json
import sys

from support import harness

harness.in_environment()
sys.path.append(str(harness.ROOT / "test" / "Differential"))

import golden  # noqa: E402
import numpy as np  # noqa: E402

from support import inspection, quantized_files, runtime, samples  # noqa: E402
from support.bundles import Bundle  # noqa: E402

LEAST_DB = 40


def first(outputs):
    return next(iter(outputs.values()))


def some(items, most=8):
    return "\n    " + "\n    ".join(items[:most]) + (f"\n    and {len(items) - most} more" if len(items) > most else "")


def layer_by_layer(model, feeds, folder):
    """Differences of all codes inside, over the given inputs."""
    tapped, names = runtime.with_layers(model, feeds[0], folder)
    session, bundle = runtime.session(tapped), Bundle(tapped, folder / "layers")
    layers = runtime.Layers(names)
    for feed in feeds:
        layers.add(bundle.run(feed), runtime.run(session, feed))
    return layers


def expect_no_departure(model, feeds, folder):
    layers = layer_by_layer(model, feeds, folder)
    departing = [f"{name}: {how}" for name, how in layers.departing()]
    assert layers.differing, "expected layers with codes"
    assert not departing, f"{len(departing)} of {len(layers.differing)} layers depart:{some(departing)}"
    return f"{sum(layers.elements.values())} codes of {len(layers.differing)} layers"


def mobilenet_inspect(folder, full):
    model = samples.need("models", "mobilenetv2-12-qdq.onnx")
    report = inspection.inspect(model)
    convolutions, products = inspection.count(report, "conv"), inspection.count(report, "matmul")
    assert convolutions == 52 and products == 1, f"expected 52 conv and 1 matmul, got {convolutions} and {products}"
    floats = inspection.float_products(report)
    assert not floats, f"expected integers, got {len(floats)} on floats:{some(floats)}"
    inner = inspection.inner_survivors(report, model)
    assert not inner, f"expected Q and DQ at the ends only, {len(inner)} others survive:{some(inner)}"
    return "52 convolutions and the matmul on integers"


def mobilenet_answers(folder, full):
    model = samples.need("models", "mobilenetv2-12-qdq.onnx")
    paths = samples.photographs(500 if full else 5)
    session, bundle = runtime.session(model), Bundle(model, folder / "bundle")
    wrong, right = [], 0
    for path in paths:
        feed = {"input": samples.imagenet(path)}
        ours, theirs = (int(np.argmax(first(y))) for y in (bundle.run(feed), runtime.run(session, feed)))
        right += ours == int(path.name[:4])
        if ours != theirs:
            wrong.append(f"{path.name}: {ours} instead of {theirs}")
    assert not wrong, f"{len(wrong)} of {len(paths)} answers differ:{some(wrong)}"
    assert not full or right == 412, f"expected 412 right, got {right}"
    return f"{len(paths)} equal answers, {right} right"


def mobilenet_layers(folder, full):
    model = samples.need("models", "mobilenetv2-12-qdq.onnx")
    feeds = [{"input": samples.imagenet(path)} for path in samples.photographs(20 if full else 1)]
    return expect_no_departure(model, feeds, folder)


# name: (opset, how it is quantized)
DIGITS = {
    "u8s8": (13, {}),
    "u8s8-channel": (13, {"per_channel": True}),
    "s8s8-channel": (13, {"activations": "s8", "per_channel": True}),
    "u8u8": (13, {"weights": "u8"}),
    "dynamic": (13, {"form": "Dynamic"}),
    "operators": (9, {"form": "QOperator", "per_channel": True}),
}


def same_answers(model, name, inputs, folder):
    """All digits; a difference comes with the layers that depart."""
    session, bundle = runtime.session(model), Bundle(model, folder / "bundle")
    wrong, same = [], 0
    for number, x in enumerate(inputs):
        ours, theirs = first(bundle.run({name: x})), first(runtime.run(session, {name: x}))
        same += bool((ours == theirs).all())
        if int(np.argmax(ours)) != int(np.argmax(theirs)):
            wrong.append(number)
    if wrong:
        layers = layer_by_layer(model, [{name: inputs[number]} for number in wrong], folder)
        departing = [f"{layer}: {how}" for layer, how in layers.departing()]
        raise AssertionError(f"answers differ on {len(wrong)} digits: {wrong[:10]}; layers that depart:{some(departing)}")
    return f"{len(inputs)} equal answers, {same} of them equal bits"


def digits(kind):
    def test(folder, full):
        opset, how = DIGITS[kind]
        inputs, _ = samples.digits()
        source = quantized_files.at_opset(samples.need("models", "mnist_cnn_pytorch.onnx"), opset, folder)
        model = quantized_files.quantized(source, folder, inputs[:200], **how)
        answers = same_answers(model, "0", inputs, folder)
        floats = inspection.float_products(inspection.inspect(model))
        assert not floats, f"expected integers, got {len(floats)} on floats:{some(floats)}"
        return answers
    return test


def digits_dynamic_file(folder, full):
    inputs, _ = samples.digits(raw=True)
    return same_answers(samples.need("models", "mnist_dynamic_int8.onnx"), "Input3", inputs, folder)


# name: (file, input, calibration, samples to run, all of them)
NETWORKS = {
    "resnet8": ("resnet8_cifar10_nhwc.onnx", "input_1", lambda count: list(samples.small_photographs()[:count]), 20, 100),
    "super_resolution": ("super_resolution_sub_pixel_cnn.onnx", "input",
                         lambda count: [samples.luminance(p) for p in samples.photographs(count)], 2, 20),
    "yolox": ("yolox_nano_416.onnx", "images",
              lambda count: [samples.detection(p) for p in samples.photographs(count)], 2, 20),
}


def worst_sqnr(outputs, references):
    """The smallest over all outputs; errors of all samples together."""
    return min(runtime.sqnr(np.stack([y[name] for y in outputs]), np.stack([y[name] for y in references]))
               for name in outputs[0])


def layers_alone(model, given, inputs, folder):
    """Folded against literal without the error that layers inherit: the smallest
    SQNR and its layer, how many are equal, how many there are."""
    data = folder / "compare.npz"
    np.savez(data, **{given: np.concatenate(inputs)})
    report = json.loads(harness.run(harness.PITH, "compare", model, model, "--a=qdq=literal", "--target=reference",
                                    f"--data={data}", "--limit=1", "--json", code=1))
    layers = [layer for layer in report["layers"] if not layer["output"]]
    worst = min((layer for layer in layers if layer["differing_own"]), key=lambda layer: layer["sqnr_own_db"])
    equal = sum(layer["differing_own"] == 0 for layer in layers)
    return worst["sqnr_own_db"], worst["name"], equal, len(layers)


def network(name):
    def test(folder, full):
        file, given, make, few, many = NETWORKS[name]
        inputs = make(many if full else few)
        source = quantized_files.at_opset(samples.need("models", file), 13, folder)
        model = quantized_files.quantized(source, folder, inputs)
        feeds = [{given: x} for x in inputs]
        session, bundle = runtime.session(model), Bundle(model, folder / "bundle")
        ours, theirs = [bundle.run(feed) for feed in feeds], [runtime.run(session, feed) for feed in feeds]
        to_runtime = worst_sqnr(ours, theirs)
        said = f"{len(feeds)} samples, {to_runtime:.1f} dB against ONNX Runtime"
        if np.isfinite(to_runtime):
            departing = [f"{layer}: {how}" for layer, how in layer_by_layer(model, feeds[:2], folder).departing()]
            said += f"; layers that depart:{some(departing)}" if departing else "; no layer departs"
        floats = inspection.float_products(inspection.inspect(model), ("conv",))
        assert not floats, f"expected no convolution on floats, got {len(floats)}:{some(floats)}\n  {said}"
        if to_runtime < LEAST_DB:
            literal = Bundle(model, folder / "literal", "--qdq=literal")
            to_literal = worst_sqnr(ours, [literal.run(feed) for feed in feeds])
            said += f"\n  {to_literal:.1f} dB against the file as written"
            if to_literal < LEAST_DB:
                # A network that amplifies one code's difference to this is no measure of layers.
                least, layer, equal, count = layers_alone(model, given, inputs, folder)
                said += (f"; each layer given the same inputs: {equal} of {count} equal, "
                         f"at least {least:.1f} dB ({layer})")
                assert least >= LEAST_DB, f"expected {LEAST_DB} dB of each layer\n  {said}"
        return said
    return test


TESTS = {"mobilenet-inspect": mobilenet_inspect, "mobilenet-answers": mobilenet_answers,
         "mobilenet-layers": mobilenet_layers, **{f"digits-{kind}": digits(kind) for kind in DIGITS},
         "digits-dynamic-file": digits_dynamic_file, **{name: network(name) for name in NETWORKS}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", metavar="S", help="only tests whose names contain S (repeatable)")
    parser.add_argument("--full", action="store_true", help="all images")
    args = parser.parse_args()

    def runs(test):
        def run(folder):
            if not golden.has_vnni() and test is not mobilenet_inspect:
                raise harness.Skip("ONNX Runtime saturates on this CPU")
            return test(folder, args.full)
        return run

    return harness.run_all({n: runs(t) for n, t in TESTS.items() if not args.only or any(s in n for s in args.only)})


if __name__ == "__main__":
    sys.exit(main())
