# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the operators of com.microsoft and QONNX compute, in NumPy, with the
numbered functions of test/spec for integers; floats in f64."""
import math
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "spec"))
import floats  # noqa: E402
import polynomials  # noqa: E402
import quantize as q  # noqa: E402

F32 = np.float32


def or_zero(zero):
    return 0 if zero is None else zero


def type_of(zero, standard):
    return standard.dtype if zero is None else zero.dtype


# --- integer products

def matmul_integer_to_float(a, b, a_scale, b_scale, a_zero=None, b_zero=None, bias=None):
    acc = q.matmul_c1(a, b, or_zero(a_zero), or_zero(b_zero))
    result = acc.astype(F32) * (a_scale * b_scale)
    return result if bias is None else result + bias


def dynamic_quantize_matmul(a, b, b_scale, b_zero=None, bias=None):
    codes, scale, zero = q.dynamic_quantize_c1(a)
    return matmul_integer_to_float(codes, b, scale, b_scale, zero, b_zero, bias)


def qgemm(a, a_scale, a_zero, b, b_scale, b_zero, c=None, y_scale=None, y_zero=None, *, alpha, transA, transB):
    a, b = a.T if transA else a, b.T if transB else b
    acc = q.matmul_c1(a, b, a_zero, b_zero, or_zero(c))
    factor = F32(alpha) * a_scale * b_scale
    if y_scale is None:
        return acc.astype(F32) * factor
    return q.requantize_c1(acc, factor / y_scale, y_zero, y_zero.dtype)


def last(x):
    return np.moveaxis(x, 1, -1)


def qlinear_conv(x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, bias=None, *, channels_last, group, pads,
                 strides):
    rank = w.ndim - 2
    acc = q.conv_c1(x if channels_last else last(x), last(w), strides, pads[:rank], pads[rank:], [1] * rank, group,
                    x_zero, w_zero, or_zero(bias))
    codes = q.requantize_c1(acc, q.multiplier_c1(x_scale, w_scale, y_scale), y_zero, y_zero.dtype)
    return codes if channels_last else np.moveaxis(codes, -1, 1)


# --- element by element

def binary(kind):
    function = {"QLinearAdd": np.add, "QLinearMul": np.multiply}[kind]

    def text(a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero=None):
        return q.elementwise_c1(function, [(a, a_scale, or_zero(a_zero)), (b, b_scale, or_zero(b_zero))], y_scale,
                                or_zero(y_zero), type_of(y_zero, a))
    return text


def unary(function, x, x_scale, x_zero, y_scale, y_zero=None):
    return q.elementwise_c1(function, [(x, x_scale, or_zero(x_zero))], y_scale, or_zero(y_zero), type_of(y_zero, x))


def sigmoid(*operands):
    return unary(polynomials.sigmoid_c1, *operands)


def leaky_relu(*operands, alpha):
    return unary(lambda x: np.where(x < 0, F32(alpha) * x, x), *operands)


def softmax(*operands, axis, opset):
    rank = operands[0].ndim
    axis %= rank
    dims = [axis] if opset >= 13 else list(range(axis, rank))
    return unary(lambda x: floats.floats_c4(x, dims), *operands)


def concat(y_scale, y_zero, *operands, axis):
    parts = [q.dequantize_c1(*operands[i:i + 3]) for i in range(0, len(operands), 3)]
    return q.quantize(np.concatenate(parts, axis), y_scale, y_zero, y_zero.dtype)


def where(condition, x, x_scale, x_zero, y, y_scale, y_zero, z_scale, z_zero):
    chosen = np.where(condition, q.dequantize_c1(x, x_scale, x_zero), q.dequantize_c1(y, y_scale, y_zero))
    return q.quantize(chosen, z_scale, z_zero, z_zero.dtype)


def quantize_linear(x, scale, zero):
    return q.quantize(x, scale, zero, zero.dtype)


def dequantize_linear(x, scale, zero):
    return q.dequantize_c1(x, scale, zero)


# --- averages

def average_pool(x, x_scale, x_zero, y_scale, y_zero, *, channels_last, kernel_shape, pads=(0, 0, 0, 0),
                 strides=(1, 1), count_include_pad=0, ceil_mode=0):
    image = x if channels_last else last(x)
    low, high = list(pads[:2]), list(pads[2:])
    if ceil_mode:
        for dim in range(2):
            span = image.shape[dim + 1] + low[dim] + high[dim] - kernel_shape[dim]
            start = -(-span // strides[dim]) * strides[dim]
            high[dim] += start - span if start < image.shape[dim + 1] + low[dim] else 0
    codes = q.average_pool_c1(image, kernel_shape, strides, low, high, [1, 1], x_scale, x_zero, y_scale, y_zero,
                              bool(count_include_pad))
    return codes if channels_last else np.moveaxis(codes, -1, 1)


def reduce_mean(x, x_scale, x_zero, y_scale, y_zero, *, axes, keepdims):
    codes = q.sum_c1(x, [axis % x.ndim for axis in axes], x_scale, x_zero, y_scale, y_zero, mean=True)
    return codes if keepdims else codes.squeeze(tuple(axes))


def global_average_pool(*operands, channels_last):
    return reduce_mean(*operands, axes=[1, 2] if channels_last else [2, 3], keepdims=1)


# --- floats, and how far sums of f32 may be from them

def sum_bound(expected, magnitude, length):
    """Each of `length` steps rounds once; so do scale and bias."""
    return (length + 4) * 2.0 ** -24 * (magnitude + np.abs(expected))


def fields(packed, bits):
    """Low bits first, along the last dimension."""
    parts = [packed >> shift & (2 ** bits - 1) for shift in range(0, 8, bits)]
    return np.stack(parts, -1).reshape(*packed.shape[:-1], -1)


def nbits_weights(packed, scales, zeros, bits, K, N, block_size):
    blocks = packed.shape[1]
    codes = fields(packed, bits).astype(np.float64)
    if zeros is None:
        zeros = np.full((N, blocks), 2 ** (bits - 1))
    elif zeros.dtype == np.uint8:
        zeros = fields(zeros, bits)[:, :blocks]
    weights = (codes - zeros[..., None]) * scales.reshape(N, blocks, 1).astype(np.float64)
    return weights.reshape(N, -1)[:, :K]


def matmul_nbits(a, packed, scales, zeros=None, order=None, bias=None, *, K, N, bits, block_size):
    weights = nbits_weights(packed, scales, zeros, bits, K, N, block_size)
    result = a.astype(np.float64) @ weights.T
    return (result if bias is None else result + bias).astype(a.dtype)


def matmul_nbits_bound(expected, a, packed, scales, zeros=None, order=None, bias=None, *, K, N, bits, block_size):
    weights = nbits_weights(packed, scales, zeros, bits, K, N, block_size)
    magnitude = np.abs(a).astype(np.float64) @ np.abs(weights).T
    # The weights themselves round twice, to their type; sums are f32.
    if a.dtype == np.float16:
        return 3 * 2.0 ** -11 * (magnitude + np.abs(expected.astype(np.float64)))
    return sum_bound(expected, magnitude, K + 2)


def conv64(x, w, bias, pads):
    x = np.pad(x, ((0, 0), (0, 0), (pads[0], pads[2]), (pads[1], pads[3]))).astype(np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))
    return np.einsum("nchwij,fcij->nfhw", windows, w.astype(np.float64)) + bias.reshape(1, -1, 1, 1)


def fused_conv(x, w, bias, addend=None, *, pads, activation, activation_params=()):
    y = conv64(x, w, bias, pads) + (0 if addend is None else addend)
    p = activation_params
    y = {"Relu": lambda: np.maximum(y, 0), "Sigmoid": lambda: 1 / (1 + np.exp(-y)), "Tanh": lambda: np.tanh(y),
         "LeakyRelu": lambda: np.where(y < 0, p[0] * y, y), "Clip": lambda: np.clip(y, *p),
         "HardSigmoid": lambda: np.clip(p[0] * y + p[1], 0, 1)}[activation]()
    return y.astype(F32)


def fused_conv_bound(expected, x, w, bias, addend=None, *, pads, activation, activation_params=()):
    # No activation here is steeper than 1; tanh and sigmoid round by themselves.
    magnitude = conv64(np.abs(x), np.abs(w), np.abs(bias), pads) + (0 if addend is None else np.abs(addend))
    return sum_bound(expected, magnitude, w[0].size) + 2.0 ** -21


def stored(x, turned, batch):
    """x as the node holds it: `turned` and `batch` bring it back."""
    x = np.swapaxes(x, -1, -2) if turned else x
    return np.moveaxis(x, -2, 0).copy() if batch else x.copy()


def restored(x, turned, batch):
    x = np.moveaxis(x, 0, -2) if batch else x
    return np.swapaxes(x, -1, -2) if turned else x


def fused_matmul(a, b, *, alpha, transA, transB, transBatchA, transBatchB):
    a, b = restored(a, transA, transBatchA), restored(b, transB, transBatchB)
    return (F32(alpha) * (a.astype(np.float64) @ b)).astype(F32)


def fused_matmul_bound(expected, a, b, *, alpha, transA, transB, transBatchA, transBatchB):
    a, b = restored(a, transA, transBatchA), restored(b, transB, transBatchB)
    return sum_bound(expected, alpha * (np.abs(a).astype(np.float64) @ np.abs(b)), a.shape[-1])


def gelu(x):
    return (x * 0.5 * (1 + np.vectorize(math.erf)(x.astype(np.float64) / math.sqrt(2)))).astype(F32)


def fast_gelu(x, bias=None):
    x = x.astype(np.float64) + (0 if bias is None else bias)
    return (0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))).astype(F32)


def skip_layer_normalization(x, skip, gamma, beta=None, bias=None, *, epsilon=1e-12):
    total = x.astype(np.float64) + skip + (0 if bias is None else bias)
    centred = total - total.mean(-1, keepdims=True)
    result = centred / np.sqrt((centred ** 2).mean(-1, keepdims=True) + epsilon) * gamma
    result = (result + (0 if beta is None else beta)).astype(F32)
    return [result, None, None, total.astype(F32)]


def near(expected, x, *_, **__):
    """A few roundings of numbers of the size of operand and result."""
    return 2.0 ** -20 * (1 + np.abs(expected) + np.abs(x))


def attention(x, w, bias, x_scale, w_scale, mask=None, x_zero=None, w_zero=None, *, num_heads, unidirectional):
    batch, length, _ = x.shape
    projected = q.matmul_c1(x, w, x_zero, w_zero) * (x_scale.astype(np.float64) * w_scale) + bias
    parts = projected.reshape(batch, length, 3, num_heads, -1).transpose(2, 0, 3, 1, 4)
    query, key, value = parts
    scores = query @ np.swapaxes(key, -1, -2) / math.sqrt(query.shape[-1])
    if mask is not None:
        open_ = np.arange(length) < mask[:, None] if mask.ndim == 1 else mask > 0
        scores += np.where(open_ if mask.ndim == 3 else open_[:, None], 0, -10000.0)[:, None]
    if unidirectional:
        scores = np.where(np.tri(length) > 0, scores, np.finfo(F32).min)
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    shares /= shares.sum(-1, keepdims=True)
    return np.swapaxes(shares @ value, 1, 2).reshape(batch, length, -1).astype(F32)


def attention_bound(expected, x, w, bias, x_scale, w_scale, mask=None, x_zero=None, w_zero=None, *, num_heads,
                    unidirectional):
    """Scores of a size of up to 10,000 (the mask) carry errors of their size into exp."""
    projected = np.abs(q.matmul_c1(x, w, x_zero, w_zero) * (x_scale.astype(np.float64) * w_scale) + bias).max()
    size = expected.shape[-1] // num_heads
    score = projected ** 2 * math.sqrt(size) + (10000 if mask is not None else 0)
    return (size + 8) * 2.0 ** -24 * (score + 1) * projected * 2 + np.zeros_like(expected)


# --- QONNX, after its documents: intquant_v1, trunc_v1, trunc_v2, bipolarquant_v1

ROUND = {"ROUND": np.round, "CEIL": np.ceil, "FLOOR": np.floor, "DOWN": np.trunc,
         "UP": lambda x: np.sign(x) * np.ceil(np.abs(x)),
         "HALF_UP": lambda x: np.sign(x) * np.floor(np.abs(x) + F32(0.5)),
         "HALF_DOWN": lambda x: np.sign(x) * np.ceil(np.abs(x) - F32(0.5))}


def bounds(signed, narrow, bits):
    bits = int(bits)
    if signed:
        return F32(-(2 ** (bits - 1)) + narrow), F32(2 ** (bits - 1) - 1)
    return F32(0), F32(2 ** bits - 1 - narrow)


def quant(x, scale, zeropt, bitwidth, *, signed, narrow, rounding_mode):
    y = x / scale + zeropt
    if bitwidth == 1 and signed:
        y = np.where(y >= 0, F32(1), F32(-1))
    else:
        low, high = bounds(signed, narrow, bitwidth)
        y = np.where(y > high, high, y)
        y = ROUND[rounding_mode.upper()](np.where(y < low, low, y))
    return (y - zeropt) * scale


def bipolar_quant(x, scale):
    return np.where(x >= 0, F32(1), F32(-1)) * scale


def trunc(x, scale, zeropt, in_bits, out_bits, *, rounding_mode):
    y = np.round(x / scale + zeropt)
    y = ROUND[rounding_mode](y / F32(2.0 ** (in_bits - out_bits)))
    return (y - zeropt) * scale


def trunc_to_scale(x, scale, zeropt, in_bits, out_scale, out_bits, *, rounding_mode, signed, narrow):
    y = np.round(x / scale + zeropt)
    factor = F32(2 ** np.round(np.log2(out_scale / scale)))
    low, high = bounds(signed, narrow, out_bits)
    y = y / factor
    y = np.where(y > high, high, y)
    y = ROUND[rounding_mode](np.where(y < low, low, y))
    return (y - zeropt / factor) * out_scale
