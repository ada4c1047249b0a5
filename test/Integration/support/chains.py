# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Seeded chains near a normalization: any dimensions, order of operands, ways to keep
dimensions, parameters that broadcast, means of other dimensions, products of different
differences, a missing epsilon, and other readers of what lies inside. Some are norms."""
import random

import numpy as np

from .exporters import Writer


def one_chain(w, r, x, shape):
    """The names of one or two results."""
    rank = len(shape)
    axes = sorted(r.sample(range(rank), r.randint(1, rank)))

    def either(kind, a, b):
        return w.op(kind, *((a, b) if r.random() < 0.5 else (b, a)))

    def mean(value, axes):
        if r.random() < 0.6:
            return w.mean(value, axes)
        flat = w.mean(value, axes, keepdims=0)
        if r.random() < 0.5:
            return w.op("Unsqueeze", flat, w.integers(*axes))
        return w.op("Reshape", flat, w.integers(*(1 if d in axes else n for d, n in enumerate(shape))))

    def parameter():
        sizes = [r.choice((1, n)) for n in shape[r.randint(0, rank):]]
        return w.constant(w.random.standard_normal(sizes))

    middle = mean(x, axes if r.random() < 0.85 else [r.randrange(rank)])
    d = w.op("Sub", x, middle) if r.random() < 0.6 else x
    again = w.op("Sub", x, middle) if r.random() < 0.3 else d
    square = w.op("Pow", again, 2) if r.random() < 0.5 else w.op("Mul", again, r.choice((d, again)))
    variance = mean(square, axes)
    shifted = either("Add", variance, r.choice((0, 1e-6, 1e-3, 1))) if r.random() < 0.95 else variance
    root = w.op("Sqrt", shifted)
    inverse = w.op("Reciprocal", root) if r.random() < 0.5 else w.op("Div", 1, root)
    form = r.choice(("divided", "multiplied", "affine"))
    if form == "affine":
        factor = either("Mul", inverse, parameter())
        y = either("Add", either("Mul", x, factor), w.op("Sub", parameter(), either("Mul", middle, factor)))
    else:
        y = w.op("Div", d, root) if form == "divided" else either("Mul", d, inverse)
    if r.random() < 0.6:
        y = either("Add", either("Mul", y, parameter()), parameter())
    if r.random() < 0.2:
        y = either("Add", y, x)
    return [y, r.choice((middle, square, variance, root))] if r.random() < 0.15 else [y]


def save_chains(path, seed, count):
    """A model of so many chains, and its inputs."""
    from onnx import TensorProto, helper, save, shape_inference
    r, w = random.Random(seed), Writer(())
    feeds, results = {}, []
    for number in range(count):
        shape = [r.choice((1, 2, 3, 4, 5, 8, 17, 33)) for _ in range(r.randint(1, 4))]
        feeds[f"x{number}"] = (w.random.standard_normal(shape) * 3 + 1).astype(np.float32)
        results += one_chain(w, r, f"x{number}", shape)
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, x.shape) for name, x in feeds.items()]
    graph = helper.make_graph(w.nodes, "chains", inputs, [helper.make_empty_tensor_value_info(y) for y in results],
                              w.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    save(shape_inference.infer_shapes(model), path)
    return feeds
