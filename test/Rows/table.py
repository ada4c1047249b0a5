# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rows of kernel tables, as `pith targets --json` lists them, and the modules that test each."""
import dataclasses
import json

from cases import FORMS, TILES
from ir import Module, is_codes
from others import ANCHORS, SKELETONS

# What skeletons have to take of an anchor; a row of another one has to take something.
TAKES = {"nest": ("dense", "depthwise"), "elements": ("dense", "depthwise"), "product": ("dense",),
         "depthwise": ("depthwise",), "sparse": ("sparse",)}


@dataclasses.dataclass(frozen=True)
class Cpu:
    name: str
    options: tuple  # of the command line
    features: frozenset
    least: bool = True  # of those that have what a row needs

    def has(self, row):
        return row.needs <= self.features


class Row:
    def __init__(self, columns):
        self.columns = columns
        self.name, self.anchors, self.skeleton = columns["name"], columns["anchors"], columns["skeleton"]
        self.needs = frozenset(filter(None, columns["needs"].split(",")))
        self.atom, self.tiles = columns["atom"], [tuple(tile) for tile in columns["tiles"]]
        self.instruction = self.atom["instruction"]
        self.sparsity, self.exact = columns["sparsity"], columns["exact"]

    def sides(self):
        """Kinds of both sides of products that the row's instruction reads, or that codes become."""
        left, right = self.columns["lhs"], self.columns["rhs"]
        if not left and not right:
            return [("u8", "s8"), ("s8", "s8"), ("f32", "f32")]
        if {left, right} <= {"u8", "s8", "s16"}:
            rights = {"u8": ["u8"], "s8": ["s8"], "s16": ["s8", "u8"]}[right]
            return [(a, b) for b in rights for a in ("u8", "s8")]
        if right == "s4":
            return [(a, b) for b in ("s4", "u4") for a in ((left,) if left == "f32" else ("u8", "s8"))]
        return [(left, right)]

    def module(self, full_range=False):
        return Module(small=self.exact == "if proved" and not full_range, sparsity=self.sparsity)

    def cases(self, anchor):
        """(name, function, sides, arguments, options) of products that the row may be for."""
        forms = TAKES.get(self.skeleton, ("sparse",) if self.sparsity != "dense" else ("dense", "depthwise", "grouped"))
        if "decode" in self.columns["fuses_before"] and self.columns["rhs"] != "s4":
            forms += ("packed",)
        for form in forms:
            for left, right in self.sides():
                for name, function, arguments, options in FORMS.get((anchor, form), no_cases)(left, right):
                    yield f"{name} {left} {right}", function, (left, right), arguments, options

    def takes_all(self):
        """Whether it must take all of them; else some of each anchor."""
        return self.skeleton in TAKES

    def flipped(self, left):
        """Whether codes of this kind get another sign in the kernel, for which a tile may have no register."""
        return {left, self.columns["lhs"]} == {"u8", "s8"}

    def tile_module(self, tile, flipped):
        module = self.module()
        for anchor in self.anchors:
            if anchor in TILES:
                for left, right in (side for side in self.sides() if self.flipped(side[0]) == flipped):
                    cases = TILES[anchor](*tile, self.atom["lanes"], self.atom["products"])
                    for name, function, arguments, options in cases:
                        if not is_codes(left):
                            options = {}  # what is behind floats may have the instruction too
                        add(module, f"{name} {left} {right}", function, (left, right), arguments, options)
        return module

    def other_modules(self):
        """A module for each anchor that is no product."""
        for anchor in self.anchors:
            if anchor in ANCHORS:
                module = self.module()
                SKELETONS.get((anchor, self.skeleton), ANCHORS[anchor])(module)
                yield anchor, module


def no_cases(left, right):
    return ()


def add(module, name, function, sides, arguments, options):
    function(module, name, *sides, *arguments, **options)
    module.cases.append(name)


class Table:
    """A target: its rows, its CPUs, and the one that runs here."""

    def __init__(self, pith, name):
        self.pith, self.name = pith, name
        listed, = json.loads(pith("targets", f"--target={name}", "--json"))
        self.rows = [Row(columns) for columns in listed["kernels"]]
        self.cpus = [self.cpu(entry) for entry in listed["cpus"]]
        native, = json.loads(pith("targets", f"--target={name}", "--cpu=native", "--json"))
        self.native = self.cpu(native["cpus"][0])

    def cpu(self, entry, *more):
        return Cpu(entry["name"], (f"--cpu={entry['name']}", *more), frozenset(entry["features"].split(",")))

    def cpus_for(self, row):
        """The first CPU that has what the row needs, and this machine's if that has too."""
        found = [cpu for cpu in self.cpus if cpu.has(row)][:1]
        if not found:
            features = f"--features={','.join(sorted(row.needs))}"
            entry = json.loads(self.pith("targets", f"--target={self.name}", f"--cpu={self.cpus[-1].name}", features,
                                         "--json"))[0]["cpus"][0]
            found = [self.cpu(entry, features)]
        if self.native.has(row) and self.native.features != found[0].features:
            found.append(dataclasses.replace(self.native, least=False))
        return found
