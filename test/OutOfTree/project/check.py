# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The program that uses installed headers, and the target in it."""
EXPECTED = ('func.func @negate', '%0 = pith.map(%arg0 : tensor<4xf32>) -> tensor<4xf32>',
            'arith.negf', 'maps: 1', 'row: tiny.map')


def check(prefix, build, run, expect):
    output = run(build / "print-map")
    for line in EXPECTED:
        expect(line in output, f"expected '{line}' in:\n{output}")
