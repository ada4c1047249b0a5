# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A test format for lit.cfg.py; in a module of its own, since lit hands it to other processes."""
import re

import lit.formats

PITH_OPT = r"(?<![/\w-])pith-opt\b(?!-)"


class PithOptTests(lit.formats.ShTest):
    """Only the tests that call pith-opt."""

    def getTestsInDirectory(self, *args):
        for test in super().getTestsInDirectory(*args):
            with open(test.getSourcePath(), encoding="utf-8") as file:
                if re.search("RUN:.*" + PITH_OPT, file.read()):
                    yield test
