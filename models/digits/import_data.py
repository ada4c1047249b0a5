#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes digits.npz from digits.csv.gz, which the scikit-learn package contains.

usage: import_data.py DIGITS.csv.gz
"""
import pathlib
import sys

import numpy as np

if len(sys.argv) != 2:
    sys.exit(__doc__)
table = np.loadtxt(sys.argv[1], delimiter=",").astype(np.uint8)
target = pathlib.Path(__file__).with_name("digits.npz")
np.savez_compressed(target, x=table[:, :64].reshape(-1, 8, 8), y=table[:, 64])
