# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Canonical sums: the vectorized forms against plain loops, bit for bit, and
against f64 within the bound that the length of the sum gives."""

import itertools

import numpy as np

import floats
import lstm
import testing
from polynomials import exp_c1
from rounding import F32, F64, fma

R = np.random.default_rng(10)
EPSILON = 2.0**-24


def random(*shape):
    return R.standard_normal(shape).astype(F32)


def test_matmul_by_loops():
    a, b, bias = random(2, 3, 5), random(1, 5, 4), random(4)
    want = np.empty((2, 3, 4), F32)
    for i, m, n in np.ndindex(2, 3, 4):
        acc = F32(0)
        for k in range(5):
            acc = fma(a[i, m, k], b[0, k, n], acc)
        want[i, m, n] = acc + bias[n]
    testing.expect_same(floats.matmul(a, b, bias), want, want)


def test_matmul_is_close():
    a, b = random(7, 301), random(301, 5)
    exact = a.astype(F64) @ b.astype(F64)
    bound = 301 * EPSILON * (np.abs(a).astype(F64) @ np.abs(b).astype(F64))
    assert (np.abs(floats.matmul(a, b) - exact) <= bound).all()


def conv_by_loops(x, w, bias, strides, low, high, dilations, groups):
    (n, ih, iw, _), (f, kh, kw, cg) = x.shape, w.shape
    oh = (ih + low[0] + high[0] - dilations[0] * (kh - 1) - 1) // strides[0] + 1
    ow = (iw + low[1] + high[1] - dilations[1] * (kw - 1) - 1) // strides[1] + 1
    y = np.empty((n, oh, ow, f), F32)
    for b, oy, ox, of in np.ndindex(n, oh, ow, f):
        first, acc = of // (f // groups) * cg, F32(0)
        for ky, kx, c in itertools.product(range(kh), range(kw), range(cg)):
            iy = oy * strides[0] + ky * dilations[0] - low[0]
            ix = ox * strides[1] + kx * dilations[1] - low[1]
            if 0 <= iy < ih and 0 <= ix < iw:
                acc = fma(x[b, iy, ix, first + c], w[of, ky, kx, c], acc)
        y[b, oy, ox, of] = acc + bias[of]
    return y


def test_conv_by_loops():
    for strides, low, high, dilations, groups in (
            ([1, 1], [0, 0], [0, 0], [1, 1], 1), ([2, 1], [1, 2], [0, 1], [1, 1], 2),
            ([1, 2], [2, 1], [2, 1], [2, 1], 4)):
        x, w, bias = random(2, 6, 5, 4), random(8, 3, 2, 4 // groups), random(8)
        y = floats.conv(x, w, bias, strides=strides, low=low, high=high, dilations=dilations,
                        groups=groups)
        want = conv_by_loops(x, w, bias, strides, low, high, dilations, groups)
        testing.expect_same(y, want, want)


def test_absent_zeros():
    """Infinities, NaN and the sign of a sum stay out of products by zero."""
    x = np.array([[np.inf, np.nan, -1e-30, 1.0]], F32)
    w = np.array([[0.0], [-0.0], [1e-30], [0.0]], F32)
    want = np.array([[-0.0]], F32)  # the product underflows; + 0 * 1 would make it +0
    testing.expect_same(floats.matmul(x, w, absent_zeros=True), want, want)
    assert np.isnan(floats.matmul(x, w)).all()
    a, b = random(3, 7), random(7, 5)
    b[R.random(b.shape) < 0.5] = 0
    testing.expect_same(floats.matmul(a, b, absent_zeros=True), floats.matmul(a, b))
    image, filters = a.reshape(1, 3, 7)[..., None, :], b.T[:, None, None, :]
    y = floats.conv(image, filters, strides=[1, 1], low=[0, 0], high=[0, 0], dilations=[1, 1],
                    absent_zeros=True)
    testing.expect_same(y.reshape(3, 5), floats.matmul(a, b))


def sum_by_loop(x):
    p = [F32(0)] * 16
    for k, value in enumerate(x):
        p[k % 16] = p[k % 16] + value
    for h in (8, 4, 2, 1):
        for j in range(h):
            p[j] = p[j] + p[j + h]
    return p[0]


def test_sums_by_loop():
    for n in (1, 15, 16, 17, 100):
        x = random(3, n)
        want = F32([[sum_by_loop(row)] for row in x])
        testing.expect_same(floats.reduce("sum", x, [1]), want, want)


def test_reduced_dimensions_are_row_major():
    x = random(3, 4, 5, 6)
    want = F32([[sum_by_loop(x[:, i, :, j].ravel()) for j in range(6)] for i in range(4)])
    testing.expect_same(floats.reduce("sum", x, [0, 2]).reshape(4, 6), want, want)


def test_max_and_min_of_zeros_and_nans():
    x = F32([[0.0, -0.0], [-0.0, 0.0], [np.nan, 1], [-np.inf, -np.inf]])
    testing.expect_same(floats.reduce("max", x, [1]).ravel(), F32([0.0, 0.0, np.nan, -np.inf]))
    testing.expect_same(floats.reduce("min", x, [1]).ravel(), F32([-0.0, -0.0, np.nan, -np.inf]))


def test_padding_takes_part():
    shape = dict(strides=[1], low=[0], high=[1], dilations=[1])
    image, small = F32([[[-1e-30]]]), F32(1e-30)
    # The product underflows to -0, and that of the padding behind it is +0.
    y = floats.conv(image, F32([[[small], [small]]]), **shape)
    assert y[0, 0, 0] == 0 and not np.signbit(y[0, 0, 0])
    # Where the weight is infinite, the product with 0 is none.
    assert np.isnan(floats.conv(image, F32([[[1], [np.inf]]]), **shape)[0, 0, 0])


def test_softmax_by_its_parts():
    x = random(4, 37)
    e = exp_c1(x - x.max(axis=1, keepdims=True))
    want = e / F32([[sum_by_loop(row)] for row in e])
    testing.expect_same(floats.softmax(x, [1]), want, want)
    exact = np.exp(x.astype(F64)) / np.exp(x.astype(F64)).sum(axis=1, keepdims=True)
    assert np.abs(floats.softmax(x, [1]) / exact - 1).max() < 16 * EPSILON
    assert np.abs(floats.softmax(x, [1], log=True) - np.log(exact)).max() < 32 * EPSILON


def test_norms_are_close():
    x, scale, bias = random(2, 5, 33), random(33), random(33)
    w = x.astype(F64)
    centred = w - w.mean(axis=2, keepdims=True)
    for kind, d, form in (("layer", centred, "multiplied"), ("layer", centred, "divided"), ("layer", centred, "affine"),
                          ("rms", w, "multiplied"), ("rms", w, "divided")):
        exact = d / np.sqrt((d * d).mean(axis=2, keepdims=True) + 1e-5) * scale + bias
        y = floats.norm(kind, x, [2], 1e-5, scale, bias, form)
        assert np.abs(y - exact).max() < 64 * EPSILON * np.abs(exact).max()


def test_pools_by_loops():
    x = random(1, 5, 6, 3)
    shape = dict(strides=[2, 1], low=[1, 0], high=[1, 1], dilations=[1, 2])
    window = [3, 2]
    average, padded = (floats.average_pool(x, window, **shape, count_padding=p) for p in (False, True))
    largest = floats.max_pool(x, window, **shape)
    for oy, ox in np.ndindex(*average.shape[1:3]):
        inside = [x[0, oy * 2 + ky - 1, ox + 2 * kx] for ky in range(3) for kx in range(2)
                  if 0 <= oy * 2 + ky - 1 < 5 and 0 <= ox + 2 * kx < 6]
        total = np.zeros(3, F32)
        for value in inside:
            total = total + value
        testing.expect_same(average[0, oy, ox], total / F32(len(inside)))
        testing.expect_same(padded[0, oy, ox], total / F32(6))
        testing.expect_same(largest[0, oy, ox], np.max(inside, axis=0))


def test_lstm_is_close():
    t, batch, size, hidden = 5, 2, 3, 4
    x, w, r = random(t, batch, size), random(2, 16, size), random(2, 16, hidden)
    b, p = random(2, 32), random(2, 12)
    y, last, cell = lstm.lstm_c3(x, w, r, b, p=p, direction="bidirectional")

    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    for d in range(2):
        h, c = np.zeros((batch, hidden)), np.zeros((batch, hidden))
        for step in range(t)[::1 - 2 * d]:
            gates = x[step].astype(F64) @ w[d].T + h @ r[d].T.astype(F64) + b[d, :16] + b[d, 16:]
            i, o, f, g = np.split(gates, 4, axis=1)
            pi, po, pf = np.split(p[d].astype(F64), 3)
            c = sigmoid(f + pf * c) * c + sigmoid(i + pi * c) * np.tanh(g)
            h = sigmoid(o + po * c) * np.tanh(c)
            assert np.abs(y[step, d] - h).max() < 1e-5
        assert np.abs(last[d] - h).max() < 1e-5 and np.abs(cell[d] - c).max() < 1e-5
