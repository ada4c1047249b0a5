# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The 3,000 cases, and which of them run: some for each commit, all on request."""
import hashlib
import pathlib
import subprocess
import zlib

import numpy as np
import spec
from case import Case
from draw import Draw
from families import attention, contrib, contrib_pools, contrib_products, convolution, linear, products  # noqa: F401
from families import qdq, qdq_moves, structures, transposed  # noqa: F401
from families.registry import FAMILIES

ROOT = pathlib.Path(__file__).resolve().parents[2]


def seed_of_commit():
    """Fixed where there is no repository."""
    try:
        head = subprocess.run(["git", "-c", "safe.directory=*", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True,
                              text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return 4
    return int(hashlib.sha256(head.encode()).hexdigest()[:8], 16)


def names(only):
    """(family, number) of every case."""
    return [(name, number) for name, family in FAMILIES.items() if not only or name in only
            for number in range(family.count)]


def choose(every, count, seed):
    """`count` of them; each family gets its share and at least one."""
    if count >= len(every):
        return every
    order = np.random.default_rng(seed).permutation(len(every))
    chosen, seen = [], set()
    for index in order:  # one of each first
        if every[index][0] not in seen and len(chosen) < count:
            seen.add(every[index][0])
            chosen.append(index)
    chosen += [index for index in order if index not in set(chosen)][:count - len(chosen)]
    return [every[index] for index in sorted(chosen)]


def make(name, number, universe):
    """The case, with the specification's answer."""
    family = FAMILIES[name]
    draw = Draw(universe, zlib.crc32(name.encode()), number)
    case = Case(name, number, draw)
    case.exact, case.slack = family.exact, family.slack
    family.fill(draw, case)
    last = list(case.nodes[-1].output)
    missing = [output for output in last if output not in case.expected]
    if missing:
        values = spec.evaluate(case)
        case.expected.update({output: np.asarray(values[output]) for output in missing})
    return case
