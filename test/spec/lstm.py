# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""LSTM as in ONNX: gates in the order i, o, f, c; sigmoid, tanh, tanh.

x is T x B x I; for each direction w is 4H x I, r is 4H x H, b is 8H (input
biases, then recurrent ones), p is 3H (peepholes i, o, f).
"""

import numpy as np

from floats import floats_c1
from polynomials import sigmoid_c1, tanh_c1
from rounding import F32


def lstm_c1(x, h, w, r, b):
    """lstm_c1: the gates' arguments (xW + hR) + (Wb + Rb): both products as
    floats_c1 without bias, each with its own accumulator, then three sums."""
    half = b.shape[0] // 2
    return (floats_c1(x, w.T) + floats_c1(h, r.T)) + (b[:half] + b[half:])


def lstm_c2(x, h, c, w, r, b, p=None):
    """lstm_c2: one step: c' = f * c + i * g and h' = o * tanh(c'), every
    product and sum rounded. With peepholes i and f have + p * c before their
    sigmoid, and o has + p * c'."""
    i, o, f, g = np.split(lstm_c1(x, h, w, r, b), 4, axis=-1)
    if p is not None:
        pi, po, pf = np.split(p, 3)
        i, f = i + pi * c, f + pf * c
    c = sigmoid_c1(f) * c + sigmoid_c1(i) * tanh_c1(g)
    if p is not None:
        o = o + po * c
    return sigmoid_c1(o) * tanh_c1(c), c


def lstm_c3(x, w, r, b=None, h=None, c=None, p=None, direction="forward"):
    """lstm_c3: all steps and directions: y is T x D x B x H, then the last
    states D x B x H; `reverse` goes from the last step to the first."""
    hidden, batch = r.shape[-1], x.shape[1]
    ways = {"forward": [1], "reverse": [-1], "bidirectional": [1, -1]}[direction]
    zeros = np.zeros((len(ways), batch, hidden), F32)
    b = np.zeros((len(ways), 8 * hidden), F32) if b is None else b
    h, c = (zeros if h is None else h).copy(), (zeros if c is None else c).copy()
    y = np.empty((x.shape[0], len(ways), batch, hidden), F32)
    for d, way in enumerate(ways):
        for t in range(x.shape[0])[::way]:
            h[d], c[d] = lstm_c2(x[t], h[d], c[d], w[d], r[d], b[d], None if p is None else p[d])
            y[t, d] = h[d]
    return y, h, c
