# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `pith targets` says of each CPU follows from the rows that it lists, and
--require accepts just that."""
import json
import subprocess
import sys

# Which of the two sides a row must read for a precision.
SIDES = {"int8": {"u8", "s8", "s16"}, "f32": {"f32"}, "f16": {"f16"}, "bf16": {"bf16"}}
ASKED = {("baseline", "int8"), ("avx512vnni", "int8"), ("baseline", "int4"), ("avx512vnni", "f16"), ("avx2", "sparse")}


def serves(row, precision):
    if not row["atom"]["instruction"]:
        return False
    if precision == "sparse":
        return row["sparsity"] != "dense"
    if precision == "int4":
        return row["lhs"] in SIDES["int8"] and row["rhs"] == "s4"
    if precision == "f32" and row["rhs"] == "s4":  # floats once they are in registers
        return row["lhs"] == "f32"
    return row["sparsity"] == "dense" and {row["lhs"], row["rhs"]} <= SIDES[precision]


target, = json.load(sys.stdin)
assert [cpu["name"] for cpu in target["cpus"]] == ["baseline", "avx2", "avxvnni", "avx512bw", "avx512vnni"]
for cpu in target["cpus"]:
    features = set(cpu["features"].split(","))
    for precision, found in cpu["precisions"].items():
        expected = [row["name"] for row in target["kernels"]
                    if serves(row, precision) and set(filter(None, row["needs"].split(","))) <= features]
        assert found["rows"] == expected, (cpu["name"], precision, found, expected)
        assert found["native"] == bool(expected) and (found["by"] == "emulated") == (not expected), found
        if (cpu["name"], precision) not in ASKED:
            continue
        command = ["pith", "targets", "--target=x86", f"--cpu={cpu['name']}", f"--require={precision}"]
        process = subprocess.run(command, capture_output=True, text=True)
        assert process.returncode == (0 if expected else 4), process
        assert bool(expected) == (f"no instruction for {precision}" not in process.stderr), process
