#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains the network and writes digits.onnx and sample.npy beside this script.

usage: train.py [--check]     --check writes nothing, and fails if the bytes differ
"""
import sys

import data
import export
import network
from data import np

EPOCHS, BATCH, RATE = 40, 48, 2e-3


def shifted(x, rng):
    """Each image moved by up to one pixel, so that few images teach more."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    offsets = rng.integers(0, 3, (len(x), 2))
    return np.stack([p[:, i : i + 8, j : j + 8] for p, (i, j) in zip(padded, offsets)])


def train():
    rng = np.random.default_rng(8)
    x, y, _, _ = data.load()
    x = x / np.float32(16)
    layers = network.initial(rng)
    first = [[np.zeros_like(a) for a in layer] for layer in layers]
    second = [[np.zeros_like(a) for a in layer] for layer in layers]
    step, steps = 0, EPOCHS * (len(x) // BATCH)
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        for begin in range(0, len(x) - BATCH + 1, BATCH):
            pick = order[begin : begin + BATCH]
            grads = network.gradients(layers, shifted(x[pick], rng), y[pick])
            step += 1
            rate = RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
            for layer, m, v, g in zip(layers, first, second, grads):
                for i in range(2):  # Adam
                    m[i] += np.float32(0.1) * (g[i] - m[i])
                    v[i] += np.float32(0.001) * (g[i] ** 2 - v[i])
                    mean = m[i] / np.float32(1 - 0.9**step)
                    size = np.sqrt(v[i] / np.float32(1 - 0.999**step)) + np.float32(1e-8)
                    layer[i] -= np.float32(rate) * mean / size
    layers[0][0] /= np.float32(16)  # the network takes pixels as they are
    return layers


def main():
    layers = train()
    _, _, x, y = data.load()
    right = (network.forward(layers, x).argmax(1) == y).sum()
    print(f"NumPy, float: {right} of {len(y)} test images right")
    return export.write("digits.onnx", export.float_model(layers), "--check" in sys.argv) and (
        export.write("sample.npy", export.npy(x[:1]), "--check" in sys.argv))


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
