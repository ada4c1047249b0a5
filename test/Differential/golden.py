# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX Runtime's codes of the exact families, stored as hashes.

Its kernels for u8 times s8 saturate between two products on CPUs without VNNI;
there the stored hashes take its place. `run.py --store` writes them, on a CPU
that has VNNI.
"""
import pathlib

PATH = pathlib.Path(__file__).with_name("golden.txt")
UNIVERSE = 4


class Stale(Exception):
    """A stored hash belongs to another case of this name."""


def has_vnni():
    """Whether ONNX Runtime's integer sums are exact on this CPU."""
    try:
        flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    except OSError:
        return False
    return "avx512_vnni" in flags or "avx_vnni" in flags


def load():
    """{case name: (digest of what goes in, hash of what comes out)}"""
    stored, family = {}, ""
    for line in PATH.read_text().splitlines():
        if line.startswith("["):
            family, number = line.strip("[]"), 0
        elif line and not line.startswith("#"):
            stored[f"{family}/{number}"] = tuple(line.split())
            number += 1
    return stored


def expected_hash(stored, case):
    given, hashed = stored.get(case.name, ("", ""))
    if given != case.digest():
        raise Stale(f"golden.txt has another {case.name}; write it again on a CPU with VNNI: run.py --store")
    return hashed


def store(entries):
    """Of (case, hash), in the order of the cases."""
    lines = ["# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception",
             "# Per case: a digest of the operands, a hash of ONNX Runtime's codes. run.py --store writes this."]
    family = None
    for case, hashed in entries:
        if case.family != family:
            family = case.family
            lines += ["", f"[{family}]"]
        lines.append(f"{case.digest()} {hashed}")
    PATH.write_text("\n".join(lines) + "\n")
