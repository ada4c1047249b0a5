# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Canonical order of f32 sums: matmul, conv, reduce, softmax, norm, pool.

The loops over k are written out; everything else is vectors of NumPy.
Tensors are channels last, filters F x K.. x C/groups.
"""

import numpy as np

from polynomials import exp_c1, log_c1
from quantize import extents, windows
from rounding import F32, fma

LANES = 16


def floats_c8(x, w, acc):
    """floats_c8, absent zeros: a weight that is zero, of either sign, takes no
    part in a sum, whatever it would be multiplied by."""
    return np.where(w == 0, acc, fma(x, w, acc))


def floats_c1(a, b, bias=None, absent_zeros=False):
    """floats_c1, matmul: acc = 0; for k ascending acc = fma(a[m,k], b[k,n],
    acc), or floats_c8 of the three; then + bias."""
    step = floats_c8 if absent_zeros else fma
    a, b = np.asarray(a, F32), np.asarray(b, F32)
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    acc = np.zeros((*batch, a.shape[-2], b.shape[-1]), F32)
    for k in range(a.shape[-1]):
        acc = step(a[..., :, k, None], b[..., k, None, :], acc)
    return acc if bias is None else acc + np.asarray(bias, F32)


def floats_c2(x, w, bias=None, *, strides, low, high, dilations, groups=1, absent_zeros=False):
    """floats_c2, conv: as matmul, k over (taps row-major, channel of the
    group); the padding is zeros, which take part."""
    step = floats_c8 if absent_zeros else fma
    filters, window, channels = w.shape[0], w.shape[1:-1], w.shape[-1]
    x = np.pad(np.asarray(x, F32), [(0, 0), *zip(low, high), (0, 0)])
    low = high = [0] * len(window)
    shape = x.shape[1:-1]
    out = extents(shape, window, strides, dilations, low, high)
    acc = np.zeros([x.shape[0], *out, groups, filters // groups], F32)
    x = x.reshape(*x.shape[:-1], groups, channels)
    w = w.reshape(groups, filters // groups, *w.shape[1:])
    everything = slice(None)
    for tap, o, i in windows(shape, window, strides, dilations, low, high):
        part, image = acc[(everything, *o)], x[(everything, *i)]
        for c in range(channels):
            part = step(image[..., c, None], w[(everything, everything, *tap, c)], part)
        acc[(everything, *o)] = part
    acc = acc.reshape(*acc.shape[:-2], filters)
    return acc if bias is None else acc + np.asarray(bias, F32)


def maximum(a, b):
    """IEEE 754 maximum: NaN wins, +0 is above -0."""
    return np.where((a == 0) & (b == 0), a + b, np.maximum(a, b))


def minimum(a, b):
    return np.where((a == 0) & (b == 0), -(-a + -b), np.minimum(a, b))


REDUCERS = {"sum": (np.add, 0), "product": (np.multiply, 1),
            "max": (maximum, -np.inf), "min": (minimum, np.inf)}


def flat(x, dims):
    """The reduced dimensions as one last axis, row-major; the shape kept."""
    dims = sorted(d % x.ndim for d in dims)
    kept = [d for d in range(x.ndim) if d not in dims]
    shape = [1 if d in dims else n for d, n in enumerate(x.shape)]
    return x.transpose(*kept, *dims).reshape(*[x.shape[d] for d in kept], -1), shape


def floats_c3(kind, x, dims):
    """floats_c3, reduce: 16 partial results that start at the neutral element;
    for k ascending p[k mod 16] = p[k mod 16] op x[k]; then for h in 8, 4, 2, 1:
    p[j] = p[j] op p[j + h] for j < h; p[0]. Dimensions stay with size 1."""
    op, neutral = REDUCERS[kind]
    x, shape = flat(np.asarray(x, F32), dims)
    p = np.full((*x.shape[:-1], LANES), neutral, F32)
    with np.errstate(all="ignore"):
        for k in range(0, x.shape[-1], LANES):
            part = x[..., k:k + LANES]
            p[..., :part.shape[-1]] = op(p[..., :part.shape[-1]], part)
        for h in (8, 4, 2, 1):
            p[..., :h] = op(p[..., :h], p[..., h:2 * h])
    return p[..., 0].reshape(shape)


def count(x, dims):
    return F32(np.prod([x.shape[d] for d in dims], dtype=np.int64))


def mean_c1(x, dims):
    """mean_c1: the sum, divided by f32(n)."""
    return floats_c3("sum", x, dims) / count(x, dims)


def floats_c4(x, dims, log=False):
    """floats_c4, softmax: m = max, e = exp(x - m), s = sum(e), e / s; its
    logarithm: (x - m) - log(s)."""
    with np.errstate(all="ignore"):
        d = np.asarray(x, F32) - floats_c3("max", x, dims)
        e = exp_c1(d)
        s = floats_c3("sum", e, dims)
        return d - log_c1(s) if log else e / s


def floats_c5(kind, x, dims, epsilon, scale=None, bias=None, form="multiplied"):
    """floats_c5, norm. layer: m = sum(x)/n, d = x - m; rms: d = x. Then
    q = sqrt(sum(d * d)/n + epsilon), r = 1 / q and, by form, multiplied: y = d * r,
    * scale, + bias; divided: y = d / q, * scale, + bias; affine, of layer with both:
    f = r * scale, y = x * f + (bias - m * f). Each step rounds."""
    x = np.asarray(x, F32)
    with np.errstate(all="ignore"):
        d = x - mean_c1(x, dims) if kind == "layer" else x
        q = np.sqrt(mean_c1(d * d, dims) + F32(epsilon))
        if form == "affine":
            f = F32(1) / q * np.asarray(scale, F32)
            return x * f + (np.asarray(bias, F32) - mean_c1(x, dims) * f)
        y = d / q if form == "divided" else d * (F32(1) / q)
        y = y if scale is None else y * np.asarray(scale, F32)
        return y if bias is None else y + np.asarray(bias, F32)


def floats_c6(x, window, *, strides, low, high, dilations, count_padding=False):
    """floats_c6, average pool: acc = 0, + the taps inside, row-major; divided
    by f32 of their number, or with count_padding of the window's size."""
    shape = x.shape[1:-1]
    out = extents(shape, window, strides, dilations, low, high)
    acc = np.zeros([x.shape[0], *out, x.shape[-1]], F32)
    inside = np.zeros([1, *out, 1], np.int64)
    for _, o, i in windows(shape, window, strides, dilations, low, high):
        acc[(slice(None), *o)] += x[(slice(None), *i)]
        inside[(slice(None), *o)] += 1
    return acc / (F32(np.prod(window)) if count_padding else inside.astype(F32))


def floats_c7(x, window, *, strides, low, high, dilations):
    """floats_c7, max pool: the IEEE maximum of -inf and the taps inside."""
    shape = x.shape[1:-1]
    out = extents(shape, window, strides, dilations, low, high)
    acc = np.full([x.shape[0], *out, x.shape[-1]], -np.inf, F32)
    for _, o, i in windows(shape, window, strides, dilations, low, high):
        place = (slice(None), *o)
        acc[place] = maximum(acc[place], x[(slice(None), *i)])
    return acc


matmul, conv, reduce, softmax, norm = floats_c1, floats_c2, floats_c3, floats_c4, floats_c5
average_pool, max_pool = floats_c6, floats_c7
