#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes digits_int8.onnx: digits.onnx with QuantizeLinear/DequantizeLinear pairs.

usage: quantize.py [--check]     --check writes nothing, and fails if the bytes differ

Activations are u8, with the range seen on the training images. Weights are s8,
symmetric, one scale per output channel; a bias is s32 with the scale of its product.
"""
import sys

import data
import export
import network
import onnx
from data import HERE, np
from export import constant, conv, node, pool
from onnx import numpy_helper


def load_layers():
    graph = onnx.load(HERE / "digits.onnx").graph
    arrays = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    names = [f"conv{i}" for i in range(1, len(network.CONVS) + 1)] + ["gemm"]
    return [[arrays[f"{n}.weight"], arrays[f"{n}.bias"]] for n in names]


def observed_ranges(layers, x):
    """Smallest and largest value after each convolution's relu, and of the logits."""
    tape = []
    logits = network.forward(layers, x, tape)
    ranges = [(0.0, float(entry[3].max())) for entry in tape[:-1]]
    return ranges + [(float(logits.min()), float(logits.max()))]


def scale_and_zero(low, high):
    low, high = min(low, 0.0), max(high, 0.0)  # zero must have a code
    scale = np.float32((high - low) / 255)
    return scale, np.uint8(np.clip(np.rint(-low / scale), 0, 255))


class Writer:
    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, array):
        self.constants.append(constant(name, np.asarray(array)))
        return name

    def pair(self, source, name, scale, zero):
        """source -> QuantizeLinear -> DequantizeLinear"""
        params = [self.constant(f"{name}.scale", scale), self.constant(f"{name}.zero", zero)]
        self.nodes.append(node("QuantizeLinear", [source, *params], f"{name}.q"))
        self.nodes.append(node("DequantizeLinear", [f"{name}.q", *params], f"{name}.dq"))
        return f"{name}.dq"

    def codes(self, name, array, scale, zero):
        """constant codes -> DequantizeLinear along axis 0"""
        inputs = [self.constant(f"{name}.q", array), self.constant(f"{name}.scale", scale),
                  self.constant(f"{name}.zero", zero)]
        self.nodes.append(node("DequantizeLinear", inputs, f"{name}.dq", axis=0))
        return f"{name}.dq"

    def parameters(self, name, weight, bias, source_scale):
        channels = len(weight)
        scale = (np.abs(weight.reshape(channels, -1)).max(1) / 127).astype(np.float32)
        per_channel = scale.reshape([-1] + [1] * (weight.ndim - 1))
        codes = np.clip(np.rint(weight / per_channel), -127, 127).astype(np.int8)
        product = scale * source_scale
        sums = np.rint(bias.astype(np.float64) / product).astype(np.int32)
        return [self.codes(f"{name}.weight", codes, scale, np.zeros(channels, np.int8)),
                self.codes(f"{name}.bias", sums, product, np.zeros(channels, np.int32))]


def int8_model(layers, ranges):
    w = Writer()
    scale = np.float32(0.125)  # pixels 0..16 are exact
    x = w.pair("image", "image", scale, np.uint8(0))
    for i, (layer, pooled) in enumerate(zip(layers, network.POOLED), 1):
        w.nodes.append(conv(i, [x, *w.parameters(f"conv{i}", *layer, scale)], f"conv{i}.out"))
        w.nodes.append(node("Relu", [f"conv{i}.out"], f"relu{i}.out", f"relu{i}"))
        scale, zero = scale_and_zero(*ranges[i - 1])
        x = w.pair(f"relu{i}.out", f"relu{i}", scale, zero)
        if pooled:
            w.nodes.append(pool(i, x, f"pool{i}.out"))
            x = w.pair(f"pool{i}.out", f"pool{i}", scale, zero)
    w.nodes.append(node("Flatten", [x], "flat.out", "flatten", axis=1))
    x = w.pair("flat.out", "flat", scale, zero)
    params = w.parameters("gemm", *layers[-1], scale)
    w.nodes.append(node("Gemm", [x, *params], "logits.out", "gemm", transB=1))
    x = w.pair("logits.out", "logits", *scale_and_zero(*ranges[-1]))
    w.nodes.append(node("Softmax", [x], "probability", "softmax", axis=1))
    return export.model("digits_int8", w.nodes, w.constants)


def main():
    layers = load_layers()
    x, _, _, _ = data.load()
    content = int8_model(layers, observed_ranges(layers, x))
    return export.write("digits_int8.onnx", content, "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
