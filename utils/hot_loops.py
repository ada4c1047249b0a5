#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads the innermost loops of an object's functions: their instructions, and
which of them move vector registers to or from the stack.

usage: hot_loops.py OBJECT [FUNCTION...] [--json]

Without FUNCTION, every function with a loop. A loop is innermost when it
contains no other; it is named by its place in the function. `spills` counts the
instructions that hold a vector register and an address on the stack.

example: hot_loops.py build/model/model.o k0_conv1
"""
import argparse
import collections
import dataclasses
import json
import re
import subprocess
import sys

OBJDUMP = "/usr/lib/llvm-22/bin/llvm-objdump"


@dataclasses.dataclass(frozen=True)
class Machine:
    vector: re.Pattern  # a vector register
    stack: re.Pattern  # an address relative to the stack, as an operand
    frame: re.Pattern  # an instruction that makes another register such a base: group 1
    jump: re.Pattern  # mnemonics with a target in the function


# Registers as LLVM prints them; calls are not loops.
MACHINES = {
    "x86-64": Machine(re.compile(r"%[xyz]mm\d+"), re.compile(r"\((%rsp)[,)]"),
                      re.compile(r"^(?:movq\s+%rsp, |leaq\s+\S*\(%rsp\), )(%r(?:bp|bx))$"), re.compile(r"^j")),
    "aarch64": Machine(re.compile(r"\b[qvz]\d+"), re.compile(r"\[(sp)[,\]]"),
                       re.compile(r"^(?:mov|add)\s+(x29), sp"), re.compile(r"^(?:b|b\.\w+|cbn?z|tbn?z)\b")),
}


@dataclasses.dataclass
class Instruction:
    address: int
    text: str

    @property
    def name(self):
        words = self.text.split()
        return words[words[0].startswith("{")]  # behind a prefix such as {vex}


@dataclasses.dataclass
class Loop:
    instructions: list
    spills: list

    def count(self, *names):
        """How often instructions with one of these names occur."""
        return sum(i.name in names for i in self.instructions)


def disassemble(path):
    """(machine, {function: instructions})"""
    # Functions have sections of their own, so that addresses begin again in each.
    text = subprocess.run([OBJDUMP, "-d", "--no-show-raw-insn", path],
                          check=True, capture_output=True, text=True).stdout
    machine = next((m for name, m in MACHINES.items() if re.search(rf"file format elf64-\S*{name}", text)), None)
    if machine is None:
        raise ValueError(f"{path}: expected an object for {' or '.join(MACHINES)}")
    functions, current = {}, None
    for line in text.splitlines():
        if found := re.match(r"[0-9a-f]+ <(.+)>:$", line):
            current = functions.setdefault(found[1], [])
        elif (found := re.match(r"\s*([0-9a-f]+):\s+(\S.*)$", line)) and current is not None:
            current.append(Instruction(int(found[1], 16), found[2].strip()))
    return machine, functions


def target_of(machine, instruction):
    """Where a jump goes; None for anything else."""
    found = re.search(r"0x([0-9a-f]+) <", instruction.text)
    return int(found[1], 16) if found and machine.jump.match(instruction.name) else None


def innermost_loops(machine, instructions):
    """The loops of a function that contain no other, in order."""
    bases = {"%rsp", "sp"} | {f[1] for i in instructions if (f := machine.frame.match(i.text))}
    spans = set()
    for instruction in instructions:
        target = target_of(machine, instruction)
        if target is not None and instructions[0].address <= target <= instruction.address:
            spans.add((target, instruction.address))
    inner = [s for s in spans if not any(o != s and s[0] <= o[0] and o[1] <= s[1] for o in spans)]
    loops = []
    for first, last in sorted(inner):
        body = [i for i in instructions if first <= i.address <= last]
        spills = [i for i in body if machine.vector.search(i.text) and
                  any(f"({base}" in i.text or f"[{base}" in i.text for base in bases)]
        loops.append(Loop(body, spills))
    return loops


def loops_of(path):
    """{function: innermost loops} of an object."""
    machine, functions = disassemble(path)
    return {name: innermost_loops(machine, body) for name, body in functions.items() if body}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("object")
    parser.add_argument("function", nargs="*")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    found = loops_of(args.object)
    if missing := [name for name in args.function if name not in found]:
        print(f"hot_loops.py: error: no function {', '.join(missing)} in {args.object}", file=sys.stderr)
        return 2
    report = {}
    for name, loops in found.items():
        if loops and (not args.function or name in args.function):
            report[name] = [{"instructions": len(loop.instructions), "spills": len(loop.spills),
                             "names": dict(collections.Counter(i.name for i in loop.instructions).most_common())}
                            for loop in loops]
    if args.json:
        print(json.dumps(report, indent=1))
        return 0
    for name, loops in report.items():
        print(name)
        for number, loop in enumerate(loops):
            names = " ".join(f"{c}*{n}" if c > 1 else n for n, c in loop["names"].items())
            print(f"  loop {number}: {loop['instructions']} instructions, {loop['spills']} spills: {names}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
