# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Errors of the canonical functions on f64, against 80-bit arithmetic; and
that coefficients are those that fit.py finds.

A row: the clause, a reference in 80 bits, the largest error allowed in ulp, and
intervals that are sampled densely besides all exponents."""

import numpy as np

import fit
import reference
import testing
import wide
import wide_angles as a
import wide_exponentials as e
import wide_logarithms as l
import wide_powers as p
import wide_trigonometry as t
from rounding import F64

LD = np.longdouble
TURNS = (-0.8, 0.8), (-30, 30), (-1e6, 1e6)
LOGARITHM = (0.4, 2.2), (0, 1e4)
ROWS = {
    "exp": (wide.exp_c2, np.exp, 0.95, (-750, 712), (-2, 2)),
    "log": (wide.log_c2, np.log, 0.85, *LOGARITHM),
    "acos": (a.acos_c2, np.arccos, 0.7, (-1, 1), (0.99, 1), (-1, -0.99)),
    "acosh": (l.acosh_c2, np.arccosh, 0.51, (1, 3), (1, 1.001)),
    "asin": (a.asin_c2, np.arcsin, 0.7, (-1, 1), (0.99, 1)),
    "asinh": (l.asinh_c2, np.arcsinh, 0.51, (-3, 3)),
    "atan": (a.atan_c2, np.arctan, 0.7, (-3, 3), (-30, 30)),
    "atanh": (l.atanh_c2, np.arctanh, 0.51, (-1, 1), (-0.1, 0.1)),
    "cbrt": (p.cbrt_c2, np.cbrt, 0.51, (-3, 3), (-1e4, 1e4)),
    "cos": (t.cos_c2, np.cos, 0.85, *TURNS),
    "cosh": (e.cosh_c2, np.cosh, 0.7, (-712, 712), (-2, 2)),
    "erf": (e.erf_c2, reference.wide_erf, 1.45, (-7, 7), (-2, 2)),
    "exp2": (e.exp2_c2, np.exp2, 0.77, (-1080, 1030), (-2, 2)),
    "expm1": (e.expm1_c2, np.expm1, 1.1, (-45, 712), (-2, 2)),
    "log10": (l.log10_c2, np.log10, 0.51, *LOGARITHM),
    "log1p": (l.log1p_c2, np.log1p, 0.51, (-1, 2), (0, 1e4)),
    "log2": (l.log2_c2, np.log2, 0.51, *LOGARITHM),
    "sin": (t.sin_c2, np.sin, 0.85, *TURNS),
    "sinh": (e.sinh_c2, np.sinh, 0.95, (-712, 712), (-2, 2)),
    "tan": (t.tan_c2, np.tan, 1.1, *TURNS),
    "tanh": (e.tanh_c2, np.tanh, 0.95, (-25, 25), (-2, 2)),
}


def error_test(name):
    def test():
        function, exact, bound, *dense = ROWS[name]
        x = reference.wide(*dense)
        testing.expect_error(f"{name} (f64)", function(x), exact(x.astype(LD)), bound, x)
    return test


for _name in ROWS:
    globals()[f"test_error_of_{_name}_on_f64"] = error_test(_name)


def special_pairs():
    points = np.concatenate([reference.wide()[:120], F64([1e300, 1e-300, -1e300, -3, -10, 0.999])])
    return (x.ravel() for x in np.meshgrid(points, points))


def expect_pow(x, y):
    exact = np.power(x.astype(LD), y.astype(LD))
    testing.expect_error("pow (f64)", p.pow_c3(x, y), exact, 0.77, x, y)


def test_error_of_pow_on_f64():
    r = np.random.default_rng(8)
    size = 200_000
    exponent = r.uniform(-1022, 1023, size)
    expect_pow(np.exp2(exponent), r.uniform(-1080, 1030, size) / exponent)
    expect_pow(r.uniform(0.5, 2, size), r.uniform(-1000, 1000, size))
    expect_pow(r.uniform(0.999, 1.001, size), r.uniform(-700_000, 700_000, size))
    expect_pow(-np.rint(r.uniform(0, 1000, size)), np.rint(r.uniform(-40, 40, size)))


def test_special_cases_of_pow_on_f64():
    expect_pow(*special_pairs())


def test_integer_powers_on_f64():
    n = np.arange(-40, 41, dtype=np.int32)
    for x in F64([-3, -0.5, 0.0, 1.25, 10]):
        testing.expect_same(p.pow_c4(np.full(n.shape, x), n), p.pow_c3(x, n.astype(F64)), n)


def expect_atan2(y, x):
    exact = np.arctan2(y.astype(LD), x.astype(LD))
    testing.expect_error("atan2 (f64)", a.atan2_c2(y, x), exact, 0.77, y, x)


def test_error_of_atan2_on_f64():
    r = np.random.default_rng(10)
    size = 200_000
    x, ratio = np.exp(r.uniform(-700, 700, size)), np.exp(r.uniform(-50, 50, size))
    expect_atan2(x * ratio, x)
    expect_atan2(x, -x * ratio)
    expect_atan2(1e-308 * r.standard_normal(size), 1e-308 * r.standard_normal(size))
    expect_atan2(*special_pairs())


def test_exact_results_on_f64():
    """Whole powers and roots come out whole."""
    n = np.arange(-300, 301)
    assert (p.cbrt_c2(F64(n) ** 3) == n).all()
    assert (e.exp2_c2(F64(n)) == 2.0**n).all() and (l.log2_c2(2.0**n) == n).all()
    tens = np.arange(0, 23)
    assert (l.log10_c2(10.0**tens) == tens).all() and (p.pow_c3(10.0, F64(tens)) == 10.0**tens).all()


def test_reduction_of_the_hardest_angle():
    """Of all f64 this is the nearest to a multiple of pi/2."""
    x = F64([6381956970095103.0 * 2.0**797])
    testing.expect_same(t.cos_c2(x), F64.fromhex("-0x1.14ae72e6ba22fp-61") * np.ones(1), x)


def test_coefficients_are_those_of_the_fit():
    for name, found in (("ERF_P8", e.ERF_P8), ("ERF_P9", e.ERF_P9), ("ATAN_P10", a.ATAN_P10)):
        coefficients, largest = fit.fit(*fit.FITS[name])
        assert [float(c) for c in coefficients] == found, name
        assert largest < 2**-58, name
