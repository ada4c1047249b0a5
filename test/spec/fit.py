#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where the coefficients of the polynomials on f64 come from that are no series.

Example: test/spec/fit.py ERF_P8
Remez's exchange on a grid, in 80 decimal digits; prints the coefficients,
highest first and each rounded to f64, and the largest error left.
"""

import sys
from decimal import Decimal, getcontext

getcontext().prec = 80
GRID = 1500
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803")


def erf(x):
    """By the series of positive terms e^-x^2 * sum 2^k x^(2k+1) / (2k+1)!!."""
    term, total, k = x, x, 0
    while term > total * Decimal("1e-79"):
        k += 1
        term = term * 2 * x * x / (2 * k + 1)
        total += term
    return 2 / PI.sqrt() * (-x * x).exp() * total


def atan(u):
    """Halved until the series is short."""
    scale = 1
    while abs(u) > Decimal("0.01"):
        u, scale = u / (1 + (1 + u * u).sqrt()), scale * 2
    return scale * sum((-1) ** k * u ** (2 * k + 1) / (2 * k + 1) for k in range(25))


def erf_tail(t):
    """-log(1 - erf(1 + t)), and how much of its error the result sees."""
    rest = 1 - erf(1 + t)
    return -rest.ln(), rest


def erf_core(z):
    x = z.sqrt()
    return (erf(x) / x if x else 2 / PI.sqrt()) - 1, Decimal(1)


def atan_core(z):
    u = z.sqrt()
    return ((atan(u) / u - 1) / z if u > Decimal("1e-20") else -1 / Decimal(3)), z


# The function with its weight, the degree, and the interval.
FITS = {"ERF_P8": (erf_core, 12, (0, 1)), "ERF_P9": (erf_tail, 18, (0, 5)),
        "ATAN_P10": (atan_core, 10, (0, Decimal("0.17158")))}


def solve(rows, right):
    """Gauss with pivots."""
    rows = [[*row, r] for row, r in zip(rows, right)]
    for i in range(len(rows)):
        pivot = max(range(i, len(rows)), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(i + 1, len(rows)):
            f = rows[k][i] / rows[i][i]
            rows[k] = [a - f * b for a, b in zip(rows[k], rows[i])]
    x = [Decimal(0)] * len(rows)
    for i in reversed(range(len(rows))):
        x[i] = (rows[i][-1] - sum(rows[i][k] * x[k] for k in range(i + 1, len(rows)))) / rows[i][i]
    return x


def horner(coefficients, t):
    p = Decimal(0)
    for c in coefficients:
        p = p * t + c
    return p


def powers(t, degree):
    """t^degree, ..., t, 1."""
    return [t ** k for k in range(degree, 0, -1)] + [Decimal(1)]


def cosines(n):
    """cos(pi * k / n) for k = 0 .. n, enough digits for a grid."""
    import math
    return [Decimal(math.cos(math.pi * k / n)) for k in range(n + 1)]


def fit(function, degree, interval):
    """Coefficients, highest first, of least weighted error on the interval."""
    low, high = map(Decimal, interval)
    grid = [low + (high - low) * (1 - c) / 2 for c in cosines(GRID)]
    values = [function(t) for t in grid]
    chosen = [round(k * GRID / (degree + 1)) for k in range(degree + 2)]
    for _ in range(20):
        rows = [[*(w * values[i][1] for w in powers(grid[i], degree)), Decimal((-1) ** j)]
                for j, i in enumerate(chosen)]
        *coefficients, level = solve(rows, [values[i][0] * values[i][1] for i in chosen])
        error = [(horner(coefficients, t) - v) * w for t, (v, w) in zip(grid, values)]
        # One extremum of each run of one sign; the smallest at the ends drop out.
        runs = []
        for i, e in enumerate(error):
            if e and runs and (e > 0) == (error[runs[-1]] > 0):
                runs[-1] = max(runs[-1], i, key=lambda k: abs(error[k]))
            elif e:
                runs.append(i)
        while len(runs) > degree + 2:
            runs.pop(0 if abs(error[runs[0]]) < abs(error[runs[-1]]) else -1)
        largest = max(map(abs, error))
        if len(runs) < degree + 2 or largest < abs(level) * Decimal("1.01"):
            break
        chosen = runs
    return coefficients, largest


def main():
    for name in sys.argv[1:] or FITS:
        coefficients, largest = fit(*FITS[name])
        print(name, ", ".join(f'"{float(c).hex()}"' for c in coefficients))
        print(f"largest error 2^{float(largest.ln() / Decimal(2).ln()):.1f}")


if __name__ == "__main__":
    main()
