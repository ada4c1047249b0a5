# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The digits, split: the last 360 images are for testing only."""
import os

# The same bits on every machine: one thread, and one kind of kernel for all.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OPENBLAS_CORETYPE"] = "Haswell"
os.environ["NPY_DISABLE_CPU_FEATURES"] = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR"

import pathlib  # noqa: E402
import warnings  # noqa: E402

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # a processor may lack what is switched off
    import numpy as np  # noqa: E402

HERE = pathlib.Path(__file__).parent
TESTS = 360


def load():
    """Training images and labels, test images and labels; pixels 0..16, NCHW."""
    file = np.load(HERE / "digits.npz")
    x = file["x"].astype(np.float32)[:, None]
    y = file["y"].astype(np.int64)
    return x[:-TESTS], y[:-TESTS], x[-TESTS:], y[-TESTS:]
