# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is wrong with the answers to a case, and how far ONNX Runtime is off."""
import collections

import compare
import golden


class Tally:
    """Against ONNX Runtime, by family: elements, how many differ, by how much."""

    def __init__(self):
        self.elements, self.differing = collections.Counter(), collections.Counter()
        self.codes, self.share = collections.Counter(), collections.Counter()

    def add(self, family, got, want):
        total, differing, codes, share = compare.distance(got, want)
        self.elements[family] += total
        self.differing[family] += differing
        self.codes[family] = max(self.codes[family], codes)
        self.share[family] = max(self.share[family], share)
        return codes

    def lines(self):
        for family, total in sorted(self.elements.items()):
            off = self.differing[family]
            how = f", by at most {self.codes[family]}" if self.codes[family] else ""
            how += f", by at most {self.share[family]:.1e} of the largest" if self.share[family] else ""
            yield f"{family}: {off} of {total} differ ({off / max(total, 1):.4%}){how}"


def complaints(case, answer, runtime, stored, tally):
    """Messages about one case. `runtime` is None where ONNX Runtime is not the
    judge; `stored` has its hashes where it cannot be trusted on this CPU."""
    wrong = compare.describe(answer, case.expected)
    if wrong:
        yield f"pith is not the specification: {wrong}"
    if stored is not None and case.exact:
        if compare.digest(answer) != golden.expected_hash(stored, case):
            yield "pith is not what ONNX Runtime computed where golden.txt was written"
        return
    if runtime is None or case.departure:
        return
    difference = tally.add(case.family, answer, runtime)
    if case.exact:
        wrong = compare.describe(answer, runtime)
        if wrong:
            yield f"pith is not ONNX Runtime: {wrong}"
    elif difference > case.slack and stored is None:
        yield f"ONNX Runtime is {difference} codes off, expected at most {case.slack}"
