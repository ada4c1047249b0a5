#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints how many of the test images each file gets right in ONNX Runtime."""
import onnxruntime

import data

_, _, x, y = data.load()
for name in ["digits.onnx", "digits_int8.onnx"]:
    session = onnxruntime.InferenceSession(data.HERE / name, providers=["CPUExecutionProvider"])
    (probability,) = session.run(None, {"image": x})
    right = int((probability.argmax(1) == y).sum())
    print(f"{name}: {right} of {len(y)} right ({100 * right / len(y):.1f} %)")
