#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of the spec itself, and of the compiled polynomials against it.

Example: test/spec/run.py --filter exp --json
Each `test_*.py` beside this file holds functions `test_*`; one that raises
Skip is skipped. `--step 1` measures every f32 pattern (hours).
"""

import argparse
import glob
import importlib
import inspect
import json
import os
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import numpy as np  # noqa: E402

import testing  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filter", default="", help="run tests whose name contains this")
    parser.add_argument("--json", action="store_true", help="print counts and measures as JSON")
    parser.add_argument("--step", type=int, default=4099, help="measure each STEP-th f32 pattern")
    parser.add_argument("--build", default=os.path.join(HERE, "..", "..", "build"),
                        help="the build folder with bin/pith-opt")
    options = parser.parse_args()
    testing.options = options
    np.seterr(all="ignore")  # infinities and NaNs are results here

    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for path in sorted(glob.glob(os.path.join(HERE, "test_*.py"))):
        module = importlib.import_module(os.path.basename(path)[:-3])
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if not name.startswith("test_") or options.filter not in name:
                continue
            try:
                function()
                outcome = "passed"
            except testing.Skip as why:
                outcome = "skipped"
                print(f"skipped {name}: {why}", file=sys.stderr)
            except Exception:  # every failure is reported, none stops the rest
                outcome = "failed"
                print(f"FAILED {name}\n{traceback.format_exc()}", file=sys.stderr)
            counts[outcome] += 1
    if options.json:
        print(json.dumps({**counts, "ulp": testing.measured}, sort_keys=True))
    else:
        for name, error in sorted(testing.measured.items()):
            print(f"{name:16} {error:.3f} ulp")
        print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
