#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Quantized files with one thing wrong each: one clear error, nothing written.

The message names the file, the node, what was expected and found, and a remedy.

example: test/Integration/broken_quantized.py scale_zero
"""
import pathlib
import re
import subprocess
import sys
import tempfile

from support import harness


def compile_broken(broken, folder):
    """Exit code, what pith says, and the names of the files it left."""
    import onnx

    model = folder / f"{broken.name}.onnx"
    onnx.save(broken.model, model)
    command = [harness.PITH, "compile", model, "-o", folder / "bundle", "--target=reference"]
    process = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=60, errors="replace")
    left = sorted(p.name for p in folder.iterdir() if p != model)
    return process.returncode, process.stderr, left


def complaints(broken, code, said, left):
    """What is wrong with how pith took the file."""
    if code not in (3, 4):
        yield f"expected exit code 3 or 4, got {code}"
    if left:
        yield f"expected nothing to be written, found {', '.join(left)}"
    if code == 0:
        return
    if said.count("error:") != 1:
        yield f"expected one error, got {said.count('error:')}"
    for what, text in (("the file's name", f"{broken.name}.onnx"), ("the node's name", "culprit"),
                       ("what to do", "note:")):
        if text not in said:
            yield f"expected {what}: {text}"
    message = said.replace(broken.name, "")  # the name says what is wrong
    for word in broken.words:
        if not re.search(word, message, re.IGNORECASE):
            yield f"expected to read /{word}/"


def main():
    harness.in_environment()
    from support import broken_graphs

    failed = passed = 0
    for broken in broken_graphs.every():
        if len(sys.argv) > 1 and broken.name not in sys.argv[1:]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            code, said, left = compile_broken(broken, pathlib.Path(folder))
        found = list(complaints(broken, code, said, left))
        failed, passed = failed + bool(found), passed + (not found)
        lines = found + [f"said: {line}" for line in said.splitlines()] if found else []
        print("\n  ".join([f"{'FAILED' if found else 'passed'} {broken.name}", *lines]), flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
