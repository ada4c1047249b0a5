# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The network in NumPy, forwards and backwards.

pixels -> conv 8 -> relu -> conv 16 -> relu -> pool -> conv 32 -> relu -> pool -> gemm 10
"""
from data import np

CONVS = [(1, 8), (8, 16), (16, 32)]  # channels in, out; 3 x 3, padded by one
POOLED = [False, True, True]
CLASSES = 10


def initial(rng):
    """He initialisation: a list of (weight, bias)."""
    layers = []
    for c, k in CONVS:
        layers.append([rng.normal(0, np.sqrt(2 / (9 * c)), (k, c, 3, 3)), np.zeros(k)])
    layers.append([rng.normal(0, np.sqrt(2 / 128), (CLASSES, 128)), np.zeros(CLASSES)])
    return [[a.astype(np.float32) for a in layer] for layer in layers]


def columns(x):
    """Every padded 3 x 3 window as a row: (N * H * W) x (C * 9)."""
    n, c, h, w = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (2, 3))
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(n * h * w, c * 9)


def conv(x, weight, bias):
    n, _, h, w = x.shape
    cols = columns(x)
    out = cols @ weight.reshape(len(weight), -1).T + bias
    return out.reshape(n, h, w, -1).transpose(0, 3, 1, 2), cols


def conv_backward(dy, cols, weight, shape):
    n, c, h, w = shape
    flat = dy.transpose(0, 2, 3, 1).reshape(n * h * w, -1)
    dw = (flat.T @ cols).reshape(weight.shape)
    dcols = (flat @ weight.reshape(len(weight), -1)).reshape(n, h, w, c, 3, 3)
    dx = np.zeros((n, c, h + 2, w + 2), np.float32)
    for i in range(3):
        for j in range(3):
            dx[:, :, i : i + h, j : j + w] += dcols[..., i, j].transpose(0, 3, 1, 2)
    return dx[:, :, 1:-1, 1:-1], dw, flat.sum(0)


def pool(x):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // 2, 2, w // 2, 2).max((3, 5))


def pool_backward(dy, x, y):
    """The gradient goes to every maximum of a window; ties are all but absent."""
    return np.repeat(np.repeat(dy, 2, 2), 2, 3) * (x == np.repeat(np.repeat(y, 2, 2), 2, 3))


def forward(layers, x, tape=None):
    """Logits. With a tape, what the backward pass needs is appended to it."""
    for (weight, bias), pooled in zip(layers, POOLED):
        shape = x.shape
        pre, cols = conv(x, weight, bias)
        act = np.maximum(pre, 0)
        x = pool(act) if pooled else act
        if tape is not None:
            tape.append((shape, cols, pre, act, x))
    flat = x.reshape(len(x), -1)
    if tape is not None:
        tape.append(flat)
    weight, bias = layers[-1]
    return flat @ weight.T + bias


def gradients(layers, x, y):
    """Gradients of the mean cross entropy, in the shape of `layers`."""
    tape = []
    logits = forward(layers, x, tape)
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    dy = (p / len(y)).astype(np.float32)
    flat = tape.pop()
    grads = [[dy.T @ flat, dy.sum(0)]]
    dx = (dy @ layers[-1][0]).reshape(tape[-1][4].shape)
    for (weight, _), pooled in zip(layers[-2::-1], POOLED[::-1]):
        shape, cols, pre, act, out = tape.pop()
        if pooled:
            dx = pool_backward(dx, act, out)
        dx, dw, db = conv_backward(dx * (pre > 0), cols, weight, shape)
        grads.insert(0, [dw, db])
    return grads
