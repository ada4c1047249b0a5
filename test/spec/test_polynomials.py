# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Errors of the canonical functions on f32.

A row: the clause, a reference in f64, the largest error allowed in ulp, and
an interval that is sampled densely besides the patterns of all exponents.
"""

import numpy as np

import polynomials as p
import powers
import reference
import trigonometry as t
import testing
from rounding import F32, F64

ROWS = {
    "exp": (p.exp_c1, np.exp, 1.02, (-110, 95)),
    "log": (p.log_c1, np.log, 0.86, (0.4, 2.2)),
    "tanh": (p.tanh_c1, np.tanh, 1.4, (-10, 10)),
    "erf": (p.erf_c1, reference.erf, 1.15, (-4, 4)),
    "sigmoid": (p.sigmoid_c1, reference.sigmoid, 2.35, (-20, 20)),
    "sin": (t.sin_c1, np.sin, 0.501, (-30, 30)),
    "cos": (t.cos_c1, np.cos, 0.501, (-30, 30)),
    "tan": (t.tan_c1, np.tan, 0.501, (-30, 30)),
    "asin": (t.asin_c1, np.arcsin, 0.501, (-1, 1)),
    "acos": (t.acos_c1, np.arccos, 0.501, (-1, 1)),
    "atan": (t.atan_c1, np.arctan, 0.501, (-5, 5)),
    "exp2": (powers.exp2_c1, np.exp2, 0.501, (-151, 129)),
    "expm1": (powers.expm1_c1, np.expm1, 0.501, (-2, 2)),
    "log2": (powers.log2_c1, np.log2, 0.501, (0.4, 2.2)),
    "log10": (powers.log10_c1, np.log10, 0.501, (0.4, 2.2)),
    "log1p": (powers.log1p_c1, np.log1p, 0.503, (-1, 1)),
    "sinh": (powers.sinh_c1, np.sinh, 0.501, (-2, 2)),
    "cosh": (powers.cosh_c1, np.cosh, 0.501, (-2, 2)),
    "asinh": (powers.asinh_c1, np.arcsinh, 0.501, (-2, 2)),
    "acosh": (powers.acosh_c1, np.arccosh, 0.501, (1, 3)),
    "atanh": (powers.atanh_c1, np.arctanh, 0.501, (-1, 1)),
    "cbrt": (powers.cbrt_c1, np.cbrt, 0.501, (-2, 2)),
    "rsqrt": (powers.rsqrt_c1, lambda x: 1 / np.sqrt(x), 1.5, (0, 4)),
}
BLOCK = 1 << 22  # samples at once: bounds the memory of --step 1


def measure(name, x):
    function, exact, bound, _ = ROWS[name]
    testing.expect_error(name, function(x), exact(x.astype(F64)), bound, x)


def error_test(name):
    def test():
        step = testing.options.step
        for begin in range(0, 1 << 32, BLOCK * step):
            measure(name, reference.every(step, begin, min(begin + BLOCK * step, 1 << 32)))
        measure(name, reference.special(ROWS[name][3]))
    return test


for _name in ROWS:
    globals()[f"test_error_of_{_name}"] = error_test(_name)


def test_error_of_pow():
    r = np.random.default_rng(8)
    size = 400_000
    exponent = r.uniform(-126, 127, size)
    x = np.exp2(exponent).astype(F32)
    y = (r.uniform(-150, 128, size) / exponent).astype(F32)
    x = np.concatenate([x, np.linspace(0.5, 2, size).astype(F32), F32([2, -2, -3, -0.5] * 100)])
    y = np.concatenate([y, np.linspace(-30, 30, size).astype(F32),
                        np.repeat(np.arange(100, dtype=F32), 4) - F32(50)])
    exact = np.power(x.astype(np.longdouble), y.astype(np.longdouble))
    testing.expect_error("pow", powers.pow_c1(x, y), exact, 0.501, x, y)


def test_special_cases_of_pow():
    points = reference.special()
    x, y = (a.ravel() for a in np.meshgrid(points, points))
    exact = np.power(x.astype(F64), y.astype(F64))
    testing.expect_error("pow", powers.pow_c1(x, y), exact, 0.501, x, y)


def test_error_of_atan2():
    points = np.concatenate([reference.special(), reference.every(1 << 23)])
    y, x = (a.ravel() for a in np.meshgrid(points, points))
    testing.expect_error("atan2", t.atan2_c1(y, x), np.arctan2(y.astype(F64), x.astype(F64)),
                         0.501, y, x)
