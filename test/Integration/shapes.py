#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Several fixed shapes of one network in one bundle: the bits of a bundle for each shape
alone, weights stored once, one arena.

example: test/Integration/shapes.py test_same_bits
"""
import functools
import json
import pathlib
import subprocess
import tempfile

from support import harness
from support.harness import PITH, STAGES, assert_same, compile_model, need, run

harness.in_environment()

import numpy as np  # noqa: E402

from support.transformer import transformer  # noqa: E402

LENGTHS = (16, 32, 64)
LIST = "--dim=length=" + ",".join(map(str, LENGTHS))
X86 = ("--triple=x86_64-unknown-linux-gnu", "--cpu=x86-64-v4,x86-64-v3")
ROOT = tempfile.TemporaryDirectory()


@functools.cache
def model():
    return transformer(pathlib.Path(ROOT.name))


@functools.cache
def bundle(*options):
    """With several CPUs, shapes or none; for this machine where no target is named."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=ROOT.name)) / "b"
    run(PITH, "compile", model(), "-o", folder, "--name=m", *options)
    return folder


@functools.cache
def sample(length):
    """Inputs, and the outputs of Reference for a model of this length alone."""
    x, y = pathlib.Path(ROOT.name) / f"x{length}.npz", pathlib.Path(ROOT.name) / f"y{length}.npz"
    np.savez(x, ids=(np.arange(length, dtype=np.int64) * 37 + 5).reshape(1, length) % 100)
    run(PITH, "run", model(), "--target=reference", f"--dim=length={length}", "--inputs", x, "--outputs", y)
    return x, y


def manifest(folder):
    return json.loads((folder / "m.manifest.json").read_text())


def fails(code, message, *command):
    process = subprocess.run([PITH, *map(str, command)], capture_output=True, text=True)
    assert process.returncode == code and message in process.stderr, (command, process)


def test_same_bits(folder):
    """The inputs choose the shape."""
    for options in ((LIST, "--target=reference"), (LIST,)):
        for length in LENGTHS:
            x, y = sample(length)
            for threads in (1, 2, 3):
                run(PITH, "run", bundle(*options), "--inputs", x, "--expect", y, "--rtol=0", "--atol=0", "--threads", threads)
    x, y = sample(LENGTHS[1])
    run(PITH, "run", model(), LIST, "--inputs", x, "--expect", y, "--rtol=0", "--atol=0")


def test_c_program(folder):
    source = pathlib.Path(__file__).parent / "support" / "shapes.c"
    expected = b""
    for length in LENGTHS:
        with np.load(sample(length)[1]) as outputs:
            expected += outputs["y"].tobytes()
    b = bundle(LIST)
    strict = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-O1"]
    run("gcc", "-std=c99", *strict, "-Wno-error=pedantic", "-c", b / "pith_threads.c", "-o", folder / "threads.o")
    for compiler, language in ((need("gcc"), ["-std=c99"]), (need("g++"), ["-std=c++11", "-x", "c++"])):
        run(compiler, *strict, *language, f"-I{b}", source, "-x", "none", b / "m.o", folder / "threads.o", "-pthread",
            "-o", folder / "program")
        for threads in (1, 2):
            found = subprocess.run([folder / "program", str(threads)], capture_output=True)
            assert found.returncode == 0 and found.stdout == expected, (compiler, threads, found.returncode)


def test_weights_are_stored_once(folder):
    for target in ((), ("--target=reference",)):
        alone = {length: bundle(f"--dim=length={length}", *target) for length in LENGTHS}
        together = manifest(bundle(LIST, *target))
        # Of its own, a length has its slice of the table of positions and, where the
        # target packs them for it, weights.
        own = sum(4 * 64 * length for length in LENGTHS[:-1])
        largest = max(manifest(f)["weights"]["bytes"] for f in alone.values())
        assert together["weights"]["bytes"] <= largest + own, (together["weights"], largest)
        assert together["arena"]["bytes"] == max(manifest(f)["arena"]["bytes"] for f in alone.values())
        size = (bundle(LIST, *target) / "m.o").stat().st_size
        code = sum((f / "m.o").stat().st_size - manifest(f)["weights"]["bytes"] for f in alone.values())
        assert size <= together["weights"]["bytes"] + code, size


def test_resumed_from_every_stage(folder):
    for options in ((), X86):
        whole = folder / f"whole{len(options)}"
        compile_model(model(), whole, "--name=m", LIST, *options)
        compile_model(model(), folder / "alone", "--name=m", LIST, *options, "--mlir-threading=off")
        assert_same(whole, folder / "alone", "without threads")
        compile_model(model(), folder / "dumped", "--name=m", LIST, *options, f"--dump-stages={folder / 'stages'}")
        for stage in STAGES:
            dump, = (folder / "stages").glob(f"*-{stage}.*")
            run(PITH, "compile", dump, "-o", folder / stage, f"--compile-from={stage}")
            assert_same(whole, folder / stage, stage)


def test_several_cpus(folder):
    """Each CPU has every shape, and all of them one table of weights."""
    b = bundle("--target=reference", LIST, *X86)
    found = manifest(b)
    assert [v["name"] for v in found["variants"]] == ["x86-64-v4", "x86-64-v3"]
    assert all(len(v["codes"]) == len(LENGTHS) and v["selftest"] for v in found["variants"])
    assert found["weights"] == manifest(bundle("--target=reference", LIST))["weights"]
    if "x86" in run("uname", "-m"):
        for length in LENGTHS:
            x, y = sample(length)
            run(PITH, "run", b, "--inputs", x, "--expect", y, "--rtol=0", "--atol=0")
    table = run(PITH, "inspect", b)
    assert table.count("shape length") == 3 and table.count("variant ") == 6


def test_every_form_of_a_bundle(folder):
    run(PITH, "compile", model(), "-o", folder / "b", "--name=m", LIST, "--emit=object,static,shared", "--weights=file",
        "--io=quantized", "--report")
    report = json.loads((folder / "b" / "report.json").read_text())
    inspected = json.loads(run(PITH, "inspect", folder / "b", "--json"))
    for found in (report, inspected):
        assert [s["name"] for s in found["shapes"]] == ["length16", "length32", "length64"]
        assert all(s["nodes"] for s in found["shapes"]) and found["nodes"] == found["shapes"][0]["nodes"]
    assert "the first of the shapes length16 length32 length64" in (folder / "b" / "report.html").read_text()
    for kept in ("m.o", "m.a", "m.so"):
        here = folder / kept.replace(".", "_")
        here.mkdir()
        for name in (kept, "m.manifest.json", "m.weights"):
            (here / name).write_bytes((folder / "b" / name).read_bytes())
        for length in LENGTHS:
            x, y = sample(length)
            run(PITH, "run", here, "--inputs", x, "--expect", y, "--rtol=0", "--atol=0")


def test_with_a_batch_of_any_size(folder):
    """Every length takes batches; the size of the batch stands in front of the length."""
    b = bundle(LIST, "--dim=batch=1..4")
    header = (b / "m.h").read_text()
    assert header.index("size_t batch; /*") < header.index("size_t length; /* of this run: 16, 32 or 64 */")
    for length in LENGTHS:
        parts = [(np.arange(length, dtype=np.int64) * step + 3) % 100 for step in (1, 7, 11)]
        np.savez(folder / "x.npz", ids=np.stack(parts))
        run(PITH, "run", model(), "--target=reference", f"--dim=length={length}", "--dim=batch=3", "--inputs", folder / "x.npz",
            "--outputs", folder / "y.npz")
        run(PITH, "run", b, "--inputs", folder / "x.npz", "--expect", folder / "y.npz", "--rtol=0", "--atol=0")


def test_lists_pair_up(folder):
    """A list of batches too: one shape for each place of the lists."""
    b = bundle(LIST, "--dim=batch=4,2,1")
    found = manifest(b)
    assert found["dims"] == ["batch", "length"] and [s["sizes"] for s in found["shapes"]] == [[4, 16], [2, 32], [1, 64]]
    assert [s["inputs"][0]["shape"] for s in found["shapes"]] == [[4, 16], [2, 32], [1, 64]]
    header = (b / "m.h").read_text()
    assert "#define M_SIZES_batch {4, 2, 1}\n#define M_SIZES_length {16, 32, 64}\n" in header
    assert "- batch4_length16: batch = 4, length = 16\n" in header
    np.savez(folder / "x.npz", ids=np.zeros((4, 16), np.int64))
    run(PITH, "run", b, "--inputs", folder / "x.npz")
    np.savez(folder / "x.npz", ids=np.zeros((4, 32), np.int64))
    fails(3, "batch=4 with length=16, batch=2 with length=32, batch=1 with length=64", "run", b, "--inputs", folder / "x.npz")


def test_tools_choose(folder):
    b, none = bundle(LIST), "expected --dim to choose one of the shapes that the model was compiled for: length=16, length=32"
    result = json.loads(run(PITH, "bench", b, "--dim=length=32", "--seconds=0.01", "--per-layer", "--json"))
    assert result["layers"] and all(layer["name"] for layer in result["layers"])
    fails(3, none, "bench", b, "--seconds=0.01")
    fails(3, none, "bench", model(), LIST, "--seconds=0.01")
    fails(3, none, "bench", b, "--seconds=0.01", "--dim=length=48")
    fails(3, none, "bench", b, "--seconds=0.01", "--dim=width=16")
    fails(3, none, "run", b, "--inputs=random:1")
    run(PITH, "run", b, "--inputs=random:1", "--dim=length=64")
    fails(2, "expected no shaping options with a bundle", "run", b, "--inputs=random:1", "--io=quantized")
    fails(2, "expected no shaping options with a bundle", "run", bundle("--dim=length=16"), "--inputs=random:1", "--dim=length=16")
    np.savez(folder / "x.npz", ids=np.zeros((1, 48), np.int64))
    fails(3, "expected inputs for one of the shapes that the model was compiled for: length=16", "run", b, "--inputs",
          folder / "x.npz")
    for length in LENGTHS:
        run(PITH, "compare", b, model(), "--b=target=reference", f"--dim=length={length}", "--data=random:1:2")
    fails(3, none, "compare", b, b, "--data=random:1:2")
    fails(3, "expected a program for one shape, got one for several", "compare", model(), model(), LIST, "--data=random:1:2")
    fails(3, "expected a program for one shape, got one for several", "bisect", model(), LIST, "--inputs=random:1")


def test_mistakes(folder):
    def refuses(code, message, *options, source=None):
        fails(code, message, "compile", source or model(), "-o", folder / "x", "--target=reference", *options)

    refuses(2, "dimension 'length' has 3 sizes and 'batch' 2; the sizes at one place of the lists are one shape", LIST,
            "--dim=batch=1,2")
    refuses(2, "a shape is given twice behind --dim length", "--dim=length=16,32,16")
    for text in ("16,", ",16", "16,0", "1..4,8", "16,x"):
        refuses(2, f"got 'length={text}'", f"--dim=length={text}")
    refuses(3, "expected a program for one shape, got one for several", LIST, "--tune")
    # The table of positions ends at 64; the message says for which length.
    refuses(4, "note: with length = 128", "--dim=length=64,128")
    refuses(3, "expected one range", "--dim=length=1..4", "--dim=batch=1..2")


if __name__ == "__main__":
    harness.main(globals())
