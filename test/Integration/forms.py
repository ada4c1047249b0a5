#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cheap forms of quantized operators: which are found for random scales, and
that compiled code gives the literal operator's bytes for all codes."""
import collections
import re

from support import code_maps, harness
from support.harness import run

PITH_OPT = harness.BUILD / "bin" / "pith-opt"
MODULE = 'module attributes {pith.model = "m", pith.stage = "quantize"} {\n%s\n}\n'
TRIPLES = 200


def forms_of(path):
    """The form of each map of a file, in order."""
    return re.findall(r"#pith\.form<(\w+)", run(PITH_OPT, "--pith-select-forms", path))


def share(folder, operator, signed, count=TRIPLES):
    """How often each form was found."""
    import numpy as np

    generator = np.random.default_rng([7, signed, *operator.encode()])
    arity = 2 if operator in code_maps.BINARY else 1
    functions = []
    for i in range(count):
        operands, result = code_maps.random_parameters(generator, signed, arity, operator)
        functions.append(code_maps.function(f"f{i}", operator, signed, operands, result))
    path = folder / f"{operator}.mlir"
    path.write_text(MODULE % "\n".join(functions))
    found = collections.Counter(forms_of(path))
    assert sum(found.values()) == count, found
    print(f"  {operator} {'s8' if signed else 'u8'}: "
          + ", ".join(f"{n} {form}" for form, n in found.most_common()), flush=True)
    return found


def test_sums_end_in_multiplications(folder):
    for operator in ("add", "sub", "add_relu"):
        for signed in (False, True):
            found = share(folder, operator, signed)
            assert found["multiply_add"] + found["offset"] >= 0.95 * TRIPLES, found


def test_other_operators(folder):
    for signed in (False, True):
        assert share(folder, "rescale", signed)["multiply"] >= 0.95 * TRIPLES
        assert share(folder, "relu", signed)["multiply"] >= 0.95 * TRIPLES
        assert share(folder, "mul", signed)["literal"] <= 0.1 * TRIPLES
        for operator in ("sigmoid", "silu", "tanh"):  # too long for a vector loop
            assert not {"literal", "reciprocal"} & set(share(folder, operator, signed, 20))
        for operator in ("leaky_relu", "hard_swish"):
            assert share(folder, operator, signed)["literal"] == 0


def all_codes(signed, arity):
    import numpy as np

    codes = np.arange(256, dtype=np.uint8).view(np.int8 if signed else np.uint8)
    return {"x0": codes} if arity == 1 else {"x0": codes.reshape(256, 1), "x1": codes}


def test_same_bytes(folder):
    """Literal and applied forms, compiled, on all codes."""
    import numpy as np

    generator = np.random.default_rng(3)
    seen = collections.Counter()
    for operator in (*code_maps.UNARY, *code_maps.BINARY):
        arity = 2 if operator in code_maps.BINARY else 1
        shapes = ["256"] if arity == 1 else ["256x1", "256"]
        for signed in (False, True):
            operands, result = code_maps.random_parameters(generator, signed, arity, operator)
            text = code_maps.function("main", operator, signed, operands, result, shapes, io=True)
            literal, applied = folder / "literal.mlir", folder / "applied.mlir"
            literal.write_text(MODULE % text)
            np.savez(folder / "x.npz", **all_codes(signed, arity))
            seen.update(forms_of(literal))
            run(PITH_OPT, "--pith-select-forms", "--pith-apply-forms", literal, "-o", applied)
            got = []
            for path in (literal, applied):
                run(harness.PITH, "run", path, "--target=reference", "--inputs", folder / "x.npz", "--outputs",
                    folder / "y.npz")
                with np.load(folder / "y.npz") as data:
                    got.append(data["y"].copy())
            assert got[0].shape == (256,) * arity and len(np.unique(got[0])) > 20, operator
            assert np.array_equal(*got), f"{operator}: {np.argwhere(got[0] != got[1])[:3]}"
    print("  forms:", dict(seen))
    assert {"multiply", "multiply_add", "product", "table"} <= set(seen), seen


if __name__ == "__main__":
    harness.main(globals())
