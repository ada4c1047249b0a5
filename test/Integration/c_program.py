#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A program that includes only the bundle, under conditions that must not
matter: C99 and C++, guard pages, threads, floating-point modes, checkers,
another machine."""
import functools
import json
import re
import tempfile

from support import harness
from support.harness import MODELS, compile_model, need, run

STRICT = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O1"]
AARCH64 = "aarch64-unknown-linux-gnu"


def write_interface(bundle):
    """model.h for driver.c: what differs between models."""
    manifest = json.loads((bundle / "m.manifest.json").read_text())
    lines = ['#include "m.h"', "#define MODEL(name) m_##name"]
    setters = []
    for kind in ("inputs", "outputs"):
        sizes = ", ".join(str(io["bytes"]) for io in manifest[kind])
        lines.append(f"#define {kind[:-1].upper()}_BYTES {{{sizes}}}")
        for index, io in enumerate(manifest[kind]):
            cast = "" if kind == "inputs" else "(float *)"
            setters.append(f"({kind}).{io['identifier']} = {cast}({kind}Memory)[{index}];")
    lines.append(f"#define LAYERS {len(manifest.get('layers', []))}")
    # C++ does not convert void pointers by itself.
    text = " ".join(setters).replace("= (inputsMemory)", "= (const float *)(inputsMemory)")
    lines.append("#define SET_BUFFERS(inputs, inputsMemory, outputs, outputsMemory) " + text)
    (bundle / "model.h").write_text("\n".join(lines) + "\n")


@functools.cache
def prepare(make, triple=""):
    """A bundle, its input as raw bytes, and the output that pith run gives."""
    folder = harness.pathlib.Path(tempfile.mkdtemp(dir=ROOT.name))
    model, bundle = make(folder), folder / "bundle"
    compile_model(model, bundle, "--name=m", *([f"--triple={triple}"] if triple else []))
    write_interface(bundle)
    return folder, model, bundle


def raw(folder, model):
    """The same input for every program, and the expected bytes."""
    import numpy as np

    shape = (1, 1, 8, 8) if model.suffix == ".onnxtxt" else (1, 16, 4, 4)
    count = int(np.prod(shape))
    x = (((np.arange(count) * 37) % 101 - 50) / np.float32(25)).astype(np.float32).reshape(shape)
    # Denormals: flushing them must not be seen.
    x.reshape(-1)[:4] = np.array([1e-40, -1e-41, 1e-45, 3e-39], np.float32)
    (folder / "in").write_bytes(x.tobytes())
    np.savez(folder / "x.npz", x=x)
    run(harness.PITH, "run", model, "--target=reference", "--inputs", folder / "x.npz", "--outputs", folder / "y.npz")
    with np.load(folder / "y.npz") as outputs:
        return b"".join(outputs[name].tobytes() for name in outputs.files)


def build(compiler, flags, bundle, program, links=("-lm", "-lpthread")):
    driver = harness.pathlib.Path(__file__).parent / "support" / "driver.c"
    language = ["-x", "c++"] if "++" in str(compiler) else []
    pool = bundle / "pool.o"
    c = compiler if not language else str(compiler).replace("g++", "gcc").replace("clang++", "clang")
    target = [flag for flag in flags if flag.startswith(("--target", "-fsanitize"))]
    run(c, *target, "-std=c99", "-O1", "-c", bundle / "pith_threads.c", "-o", pool)
    run(compiler, *flags, f"-I{bundle}", *language, driver, "-x", "none", bundle / "m.o", pool, *links, "-o", program)


def check_modes(program, folder, expected, prefix=(), modes=("plain", "begin", "threads", "floats", "pool", "profile")):
    for mode in modes:
        run(*prefix, program, mode, folder / "in", folder / "out")
        found = (folder / "out").read_bytes()
        assert found == expected, f"mode {mode} gives other bits"


def check_all(compiler, flags, prefix=(), modes=None):
    for make in MODELS:
        folder, model, bundle = prepare(make)
        expected = raw(folder, model)
        build(compiler, flags, bundle, folder / "program")
        check_modes(folder / "program", folder, expected, prefix, **({"modes": modes} if modes else {}))


def test_c99(folder):
    check_all(need("gcc"), STRICT)


def test_cpp(folder):
    check_all(need("g++"), ["-std=c++11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Wno-missing-field-initializers"])


def test_address_sanitizer(folder):
    check_all("clang-22", ["-std=c99", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
              modes=("plain", "threads", "pool"))


def test_valgrind(folder):
    valgrind = [need("valgrind"), "-q", "--error-exitcode=9", "--leak-check=no"]
    check_all(need("gcc"), STRICT, valgrind, modes=("plain",))


def test_aarch64(folder):
    qemu = need("qemu-aarch64")
    if not harness.pathlib.Path("/usr/aarch64-linux-gnu/lib/libc.a").exists():
        raise harness.Skip("needs libc6-dev-arm64-cross")
    for make in MODELS:
        here, model, _ = prepare(make)
        expected = raw(here, model)
        folder, _, bundle = prepare(make, AARCH64)
        (folder / "in").write_bytes((here / "in").read_bytes())
        build("clang-22", ["--target=aarch64-linux-gnu", "-std=c99", "-fuse-ld=lld", "-static"], bundle,
              folder / "program")
        check_modes(folder / "program", folder, expected, [qemu])


def test_selftest_passes(folder):
    for make in MODELS:
        base, _, bundle = prepare(make)
        (base / "selftest.c").write_text(
            '#include "m.h"\n#include <stdio.h>\n#include <stdlib.h>\n'
            "int main(void) { void *arena = aligned_alloc(64, (M_SELFTEST_ARENA_SIZE + 63) / 64 * 64);\n"
            '  if (m_init(arena, 0)) return 2; printf("%d", m_selftest(arena)); return 0; }\n')
        run("gcc", "-std=c11", f"-I{bundle}", base / "selftest.c", bundle / "m.o", "-o", base / "selftest")
        assert run(base / "selftest") == "0"


def test_nothing_at_run_time(folder):
    for make in MODELS:
        _, _, bundle = prepare(make)
        missing = set(run(harness.LLVM / "llvm-nm", "-u", "--format=just-symbols", bundle / "m.o").split())
        assert missing <= {"memcpy", "memset"}, missing
        sections = run(harness.LLVM / "llvm-readelf", "-SW", bundle / "m.o")
        for name, size in re.findall(r"\]\s+(\.data|\.bss|\.tdata|\.tbss)\s+\S+\s+\S+\s+\S+\s+(\w+)", sections):
            assert int(size, 16) == 0, f"{name} has {size} bytes"
        assert " .text" in sections
        assert not re.search(r"\.(init_array|ctors|fini_array)", sections)


ROOT = tempfile.TemporaryDirectory()

if __name__ == "__main__":
    harness.main(globals())
