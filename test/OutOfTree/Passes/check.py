# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A library with a pass, in pith and pith-opt, what is refused, and the project
that utils/new.py begins."""
import json
import pathlib
import sys
import tempfile

LLVM = "/usr/lib/llvm-22"


def check_use(pith, opt, library, model, run, expect, folder):
    load, at = f"--load-pass={library}", "--pass-at=sparsify:sample-limit-weights"
    plain, placed = folder / "plain", folder / "placed"
    run(pith, "compile", model, "-o", plain, "--name=m")
    text = run(pith, "compile", model, "-o", placed, "--name=m", load, at + "{bytes=123456789}", errors=True)
    expect("remark: constants of " in text and " of 123456789 bytes" in text, f"the remark: {text}")
    before, after = (json.loads((bundle / "m.manifest.json").read_text()) for bundle in (plain, placed))
    expect(after.pop("options").pop("passes") and not before.pop("options").get("passes"), "the manifest names the passes")
    expect(before == after, "a pass that changes nothing changed more than the options in the manifest")
    text = run(pith, "compile", model, "-o", folder / "no", load, at + "{bytes=1000}", code=4, errors=True)
    expect("expected constants of 1000 bytes at most, got" in text, f"the limit: {text}")
    text = run(pith, "compile", model, "-o", folder / "no", at, code=4, errors=True)
    expect("--load-pass=LIB loads a library with passes" in text, f"without the library: {text}")
    source = folder / "m.mlir"
    source.write_text("module {\n}\n")
    text = run(opt, source, load, "--sample-limit-weights=bytes=7", errors=True)
    expect("remark: constants of 0 of 7 bytes" in text, f"pith-opt: {text}")
    return "a pass runs where --pass-at says, and stops a compilation"


def check_errors(pith, opt, build, run, expect, folder):
    sample, clash = build / "libPithSample.so", build / "libPithClash.so"

    def refused(words, *options):
        text = run(opt, *options, code=1, errors=True)
        expect(words in text, f"expected '{words}' in: {text}")

    refused("a pass 'pith-form-groups' exists already", f"--load-pass={clash}")
    refused("a pass 'sample-limit-weights' exists already", f"--load-pass={sample}", "--load-pass", sample)
    refused("registers no target", f"--load-target={sample}")
    refused("no such file", f"--load-pass={folder / 'none.so'}")
    return "names that exist, and libraries without passes or targets, are refused"


def check_scaffold(prefix, opt, root, run, expect, folder):
    project, built = folder / "project", folder / "built"
    run(sys.executable, root / "utils/new.py", "pass", "FoldZeros", "--out", project)
    run("cmake", "-G", "Ninja", "-S", project, "-B", built, f"-DCMAKE_PREFIX_PATH={prefix};{LLVM}",
        "-DCMAKE_C_COMPILER=clang-22", "-DCMAKE_CXX_COMPILER=clang++-22", "-DCMAKE_BUILD_TYPE=Release")
    run("ninja", "-C", built)
    source = folder / "m.mlir"
    text = run(opt, source, f"--load-pass={built / 'libPithFoldZeros.so'}", "--fold-zeros", code=1, errors=True)
    expect("fold-zeros is not written yet" in text, f"the scaffold: {text}")
    return "what 'new.py pass FoldZeros --out DIR' writes builds and loads"


def check(prefix, build, run, expect):
    import __main__

    root = pathlib.Path(__main__.__file__).resolve().parents[2]
    pith, opt = prefix / "bin/pith", prefix / "bin/pith-opt"
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        model = root / "models/digits/digits_int8.onnx"
        yield check_use(pith, opt, build / "libPithSample.so", model, run, expect, folder)
        yield check_errors(pith, opt, build, run, expect, folder)
        yield check_scaffold(prefix, opt, root, run, expect, folder)
