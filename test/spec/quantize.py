# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Quantized tensors: integers exact, floats in f32 with single roundings.

Integer tensors have their NumPy type; scales are f32; scales and zero points
broadcast to the tensor, so that per-axis ones come shaped accordingly.
"""

import ml_dtypes
import numpy as np

from rounding import F32, I32, I64


def limits(dtype):
    """Smallest and largest code; NumPy does not know the types below 8 bits."""
    info = np.iinfo(dtype) if np.dtype(dtype).kind in "iu" else ml_dtypes.iinfo(dtype)
    return int(info.min), int(info.max)


def quantize_c1(x, scale):
    """quantize_c1: the quotient, one true f32 division; f16 and bf16 widen."""
    with np.errstate(all="ignore"):
        return np.asarray(x).astype(F32) / np.asarray(scale).astype(F32)


def quantize_c2(quotient, zero_point):
    """quantize_c2: rounded half to even, then plus the zero point."""
    return np.rint(quotient).astype(np.float64) + np.asarray(zero_point).astype(np.float64)


def quantize_c3(value, zero_point, dtype):
    """quantize_c3: saturated to the integer type; a NaN gives the zero point."""
    value = np.where(np.isnan(value), np.asarray(zero_point).astype(np.float64), value)
    return np.clip(value, *limits(dtype)).astype(np.int64).astype(dtype)


def quantize(x, scale, zero_point, dtype):
    """saturate(rne(x / scale) + zero_point)"""
    return quantize_c3(quantize_c2(quantize_c1(x, scale), zero_point), zero_point, dtype)


def dequantize_c1(q, scale, zero_point=0):
    """dequantize_c1: (q - zero_point) * scale: an i32 subtraction, converted
    to f32, one product."""
    difference = np.asarray(q).astype(I32) - np.asarray(zero_point).astype(I32)
    return difference.astype(F32) * np.asarray(scale, F32)


def dynamic_quantize_c1(x):
    """dynamic_quantize_c1: u8 with its scale and zero point from the data:
    low = min(0, min x), high = max(0, max x), scale = (high - low) / 255,
    zero_point = saturate(rne((0 - low) / scale)); a scale of 0 becomes 1."""
    x = np.asarray(x, F32)
    low, high = min(F32(0), x.min()), max(F32(0), x.max())
    scale = (high - low) / F32(255)
    scale = F32(1) if scale == 0 else scale
    zero_point = np.clip(np.rint((F32(0) - low) / scale), 0, 255).astype(np.uint8)
    return quantize(x, scale, zero_point, np.uint8), scale, zero_point


def multiplier_c1(scale_a, scale_w, scale_y):
    """multiplier_c1: f32(f32(s_a * s_w) / s_y), per channel."""
    return (np.asarray(scale_a, F32) * np.asarray(scale_w, F32)) / np.asarray(scale_y, F32)


def requantize_c1(acc, multiplier, zero_point, dtype):
    """requantize_c1: saturate(rne(f32(acc) * m) + z), f32(acc) to nearest even."""
    product = np.asarray(acc, I64).astype(F32) * np.asarray(multiplier, F32)
    return quantize_c3(quantize_c2(product, zero_point), zero_point, dtype)


def matmul_c1(a, b, zero_a=0, zero_b=0, bias=0):
    """matmul_c1: the exact sum of (a - za) * (b - zb), plus the bias, in i64."""
    a = np.asarray(a).astype(I64) - np.asarray(zero_a).astype(I64)
    b = np.asarray(b).astype(I64) - np.asarray(zero_b).astype(I64)
    return a @ b + np.asarray(bias).astype(I64)


def wrap_c1(acc):
    """wrap_c1: modulo 2^32, for the ONNX operators that are typed i32."""
    return np.asarray(acc, I64).astype(I32)


def taps(extent, window, stride, dilation, low, out):
    """For each tap of one dimension: outputs with the tap inside the image,
    and the input positions they read."""
    for k in range(window):
        o = np.arange(out)
        i = o * stride + k * dilation - low
        inside = (i >= 0) & (i < extent)
        yield o[inside], i[inside]


def extents(shape, window, strides, dilations, low, high):
    return [(n + l + h - (d * (k - 1) + 1)) // s + 1
            for n, k, s, d, l, h in zip(shape, window, strides, dilations, low, high)]


def windows(shape, window, strides, dilations, low, high):
    """(tap, outputs, inputs) in row-major order of the taps; the latter two
    index the spatial dimensions."""
    out = extents(shape, window, strides, dilations, low, high)
    per_dim = [list(taps(*args)) for args in zip(shape, window, strides, dilations, low, out)]
    for tap in np.ndindex(*window):
        chosen = [dim[k] for dim, k in zip(per_dim, tap)]
        yield tap, np.ix_(*[o for o, _ in chosen]), np.ix_(*[i for _, i in chosen])


def conv_c1(x, w, strides, low, high, dilations, groups=1, zero_x=0, zero_w=0, bias=0):
    """conv_c1: channels last, filters F x K.. x C/groups: the exact sum over
    the taps inside the image of (x - zx) * (w - zw), plus the bias, in i64;
    zw may be per filter. Taps in the padding contribute nothing."""
    filters, window = w.shape[0], w.shape[1:-1]
    x = x.astype(I64) - np.asarray(zero_x).astype(I64)
    w = w.astype(I64) - np.asarray(zero_w).astype(I64).reshape([-1] + [1] * (w.ndim - 1))
    shape = x.shape[1:-1]
    out = extents(shape, window, strides, dilations, low, high)
    acc = np.zeros([x.shape[0], *out, groups, filters // groups], I64)
    x = x.reshape(*x.shape[:-1], groups, -1)
    w = w.reshape(groups, filters // groups, *w.shape[1:])
    for tap, o, i in windows(shape, window, strides, dilations, low, high):
        acc[(slice(None), *o)] += np.einsum("n...gc,gfc->n...gf", x[(slice(None), *i)],
                                            w[(slice(None), slice(None), *tap)])
    return acc.reshape(*acc.shape[:-2], filters) + np.asarray(bias).astype(I64)


def conv_transpose_c1(x, w, strides, low, high, dilations, extra, groups=1, zero_x=0, zero_w=0,
                      bias=0):
    """conv_transpose_c1: channels last, filters C x K.. x F/groups: output
    i * stride + k * dilation - low gets the exact sum of (x - zx) * (w - zw),
    plus the bias, in i64; `extra` more outputs stand at the end."""
    window, spatial = w.shape[1:-1], x.shape[1:-1]
    x = (x.astype(I64) - int(zero_x)).reshape(*x.shape[:-1], groups, -1)
    w = (w.astype(I64) - int(zero_w)).reshape(groups, -1, *w.shape[1:])
    whole = [s * (n - 1) + d * (k - 1) + 1 + e
             for n, k, s, d, e in zip(spatial, window, strides, dilations, extra)]
    acc = np.zeros([x.shape[0], *whole, groups, w.shape[-1]], I64)
    for tap in np.ndindex(*window):
        place = tuple(slice(k * d, k * d + s * (n - 1) + 1, s)
                      for k, d, s, n in zip(tap, dilations, strides, spatial))
        acc[(slice(None), *place)] += np.einsum("n...gc,gcf->n...gf", x,
                                                w[(slice(None), slice(None), *tap)])
    acc = acc[(slice(None), *[slice(l, n - h) for l, n, h in zip(low, whole, high)])]
    return acc.reshape(*acc.shape[:-2], -1) + np.asarray(bias).astype(I64)


def average_pool_c1(q, window, strides, low, high, dilations, scale_x, zero_x, scale_y, zero_y,
                    count_padding=False):
    """average_pool_c1: the exact sum of (q - zx) over the taps inside, then
    saturate(rne(f32(sum) * m) + zy), m = f32(f32(s_x / s_y) / count)."""
    shape = q.shape[1:-1]
    out = extents(shape, window, strides, dilations, low, high)
    total = np.zeros([q.shape[0], *out, q.shape[-1]], I64)
    count = np.zeros([1, *out, 1], I64)
    for _, o, i in windows(shape, window, strides, dilations, low, high):
        total[(slice(None), *o)] += q[(slice(None), *i)].astype(I64) - int(zero_x)
        count[(slice(None), *o)] += 1
    if count_padding:
        count[...] = np.prod(window)
    m = (F32(scale_x) / F32(scale_y)) / count.astype(F32)
    return requantize_c1(total, m, zero_y, q.dtype)


def sum_c1(q, dims, scale_x, zero_x, scale_y, zero_y, mean=False):
    """sum_c1: the exact sum of (q - zx) over dims, then as average_pool_c1;
    a mean counts the elements, a sum counts 1."""
    total = (q.astype(I64) - int(zero_x)).sum(axis=tuple(dims), keepdims=True)
    count = F32(q.size // total.size if mean else 1)
    return requantize_c1(total, (F32(scale_x) / F32(scale_y)) / count, zero_y, q.dtype)


def elementwise_c1(function, operands, scale_y, zero_y, dtype):
    """elementwise_c1: each (q, scale, zero point) dequantized, `function` in
    f32 in the written order, quantized."""
    return quantize(function(*[dequantize_c1(*o) for o in operands]), scale_y, zero_y, dtype)
