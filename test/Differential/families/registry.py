# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Families of cases: a function that fills a case, and how many of it there are."""
FAMILIES = {}


class Family:
    def __init__(self, fill, count, exact, slack):
        self.fill, self.count, self.exact, self.slack = fill, count, exact, slack


def family(count, exact=True, slack=0):
    """Registers a function under its name."""
    def register(function):
        FAMILIES[function.__name__] = Family(function, count, exact, slack)
        return function
    return register


def exact(count):
    """Zero codes may differ from ONNX Runtime's."""
    return family(count)


def text(count, slack=1):
    """ONNX's text decides; ONNX Runtime may be `slack` codes off."""
    return family(count, exact=False, slack=slack)
