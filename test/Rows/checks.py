# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a row promises, asked of one compilation: selection, instructions, numbers."""
import re

import numpy as np

import hot_loops
import ir

MOST_PER_ATOM = 4  # instructions in a loop for each of the row's


class Failure(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failure(message)


def anchor_of(node):
    return "linalg.generic" if node["op"] == "generic" else f"pith.{node['op']}"


def nodes_of(row, report):
    return [node for node in report["nodes"] if node["kernel"] == row.name]


def forced(row, tile, report):
    """The row runs what it is for, with the tile."""
    nodes = nodes_of(row, report)
    check(nodes, f"no kernel has the row: {sorted({node['kernel'] for node in report['nodes']})}")
    for node in nodes if tile else ():
        check(tuple(node["tile"]) == tile, f"'{node['name']}' has the tile {node['tile']}")


def selection(row, table, report, free):
    """`report` is that with --row, `free` the one without: the cheapest runs, and the others have reasons."""
    cheapest = {(node["name"], tuple(node["fused"])): node for node in free["nodes"]}
    for node in nodes_of(row, report):
        other = cheapest.get((node["name"], tuple(node["fused"])))
        if other and anchor_of(node) in row.anchors:
            check(other["cost"] <= node["cost"],
                  f"'{node['name']}' runs on {other['kernel']} at {other['cost']}, but costs {node['cost']}")
    for node in free["nodes"]:
        reasons = dict(reason.split(": ", 1) for reason in node["why_not"])
        of_anchor = {other.name for other in table.rows if anchor_of(node) in other.anchors}
        check(of_anchor <= {node["kernel"], *reasons}, f"'{node['name']}': rows without a reason: "
              f"{sorted(of_anchor - {node['kernel'], *reasons})}")
        check(all(reasons.values()), f"'{node['name']}': an empty reason in {node['why_not']}")


def atoms_of(row, instructions_):
    """How many of them are the row's; vector forms of x86 have a v in front."""
    return sum(i.name.startswith((row.instruction, "v" + row.instruction)) for i in instructions_)


def instructions(row, tile, report, bundle, spills):
    """The row's instruction in the loops of its kernels; of a row without tiles with no vector on the stack, or no
    more than `spills` has for the row. With a tile, all steps of a sum are in one loop, with no
    vector on the stack, and that of whole tiles has the instruction once for each sum: (instructions, atoms)."""
    if not row.instruction:
        return None
    loops, best, found = hot_loops.loops_of(bundle / "rows.o"), None, False
    most = spills.get(row.name, 0) if not row.tiles else None
    for node in nodes_of(row, report):
        check(node["function"] in loops, f"the object has no function {node['function']}")
        inner = [(loop, atoms_of(row, loop.instructions)) for loop in loops[node["function"]]]
        inner = [(loop, atoms) for loop, atoms in inner if atoms]
        found |= bool(inner)
        what = f"'{node['name']}': "
        for loop, atoms in inner if most is not None else ():
            check(len(loop.spills) <= most, f"{what}{len(loop.spills)} times a vector on the stack in a loop with {atoms} "
                  f"{row.instruction}, {most} allowed, such as {loop.spills[0].text if loop.spills else ''}")
        if not tile:
            continue
        check(inner, f"{what}no loop of {node['function']} has {row.instruction}")
        for loop, atoms in inner:
            check(not loop.spills, f"{what}{len(loop.spills)} vectors on the stack in a loop with {atoms} "
                  f"{row.instruction}, such as {loop.spills[0].text if loop.spills else ''}")
        if not node["name"].startswith("whole tiles"):
            continue
        sums = tile[0] * tile[1]
        whole = [(len(loop.instructions), atoms) for loop, atoms in inner if atoms % sums == 0]
        check(whole, f"{what}expected a loop with {sums} {row.instruction}, got {[atoms for _, atoms in inner]}")
        length, atoms = min(whole, key=lambda pair: pair[0] / pair[1])
        check(length <= MOST_PER_ATOM * atoms + 16, f"{what}{length} instructions in a loop with {atoms} {row.instruction}")
        if best is None or length / atoms > best[0] / best[1]:
            best = (length, atoms)
    check(found, f"no loop of any kernel has {row.instruction}")
    return best


def bf16_inputs(module, seed):
    """Bits of bf16 for each argument: numbers, numbers of very different sizes, sums that cancel, one sign."""
    random = np.random.default_rng(seed)
    for kind in ("numbers", "sizes", "cancel", "one sign"):
        inputs = {}
        for text in module.arguments:
            name, sizes = re.match(r"%(\w+): tensor<([0-9x]*)xbf16>", text).groups()
            shape = [int(size) for size in sizes.split("x")]
            values = random.standard_normal(shape).astype(np.float32)
            if kind == "sizes":
                values *= 2.0 ** random.integers(-20, 21, shape)
            elif kind == "cancel":
                values = np.sign(values) * 2.0 ** 10 + values
            elif kind == "one sign":
                values = 1 + np.abs(values)
            inputs[name] = (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
        yield kind, inputs


def near(module, kind, got, floats, magnitudes):
    """Sums of `depth` products and a bias, against those of the same numbers in f32: each is off by no more than
    gamma(depth + 2) of the sum of magnitudes, and bf16 rounds the row's by 2**-8; the target's README.md states it."""
    for number, depth in enumerate(module.depths):
        have, want, most = ir.widened(got[f"y{number}"]), floats[f"y{number}"], magnitudes[f"y{number}"].astype(np.float64)
        terms = (depth + 2) * 2.0**-24
        sums = 2 * terms / (1 - terms) * most * (1 + 2 * terms)
        allowed = sums + 2.0**-8 * (np.abs(want.astype(np.float64)) + sums)
        off = np.abs(have.astype(np.float64) - want.astype(np.float64))
        check(have.shape == want.shape and (off <= allowed).all(),
              f"'{module.cases[number]}', {kind}: off by {(off - allowed).max()} more than the bound of {depth} products")


def numbers(row, module, got, expected):
    names = {f"y{i}": i for i in range(len(module.results))}
    got, expected = dict(np.load(got)), dict(np.load(expected))
    check(got.keys() == expected.keys() == names.keys(), f"outputs {sorted(got)}, expected {sorted(expected)}")
    for name, number in names.items():
        have, want = got[name], expected[name]
        what = module.cases[number] if number < len(module.cases) else name
        check(have.dtype == want.dtype and have.tobytes() == want.tobytes(),
              f"'{what}' of shape {want.shape} differs from the reference target in "
              f"{np.count_nonzero(have != want)} of {want.size}")
