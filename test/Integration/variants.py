#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Several CPU variants in one bundle: which one runs, and that it does not matter."""
import json
import os
import re
import signal
import subprocess

from c_program import write_interface
from support import harness
from support.harness import MODELS, STAGES, assert_same, compile_model, need, run

# The last has FMA4 and XOP too, which no bit tells of: its code must do without.
X86 = ("--triple=x86_64-unknown-linux-gnu", "--cpu=x86-64-v4,x86-64-v3,bdver2")
X86_NAMES = ["x86-64-v4", "x86-64-v3", "bdver2"]
AARCH64 = ("--triple=aarch64-unknown-linux-gnu", "--cpu=neoverse-n1,generic")
NO_FEATURE = 1 << 63
FEATURE = "init -4"  # PITH_ERROR_FEATURE


def prepare(folder, make, *options, compiler=("gcc",)):
    """The manifest and a program that chooses; its object is `m.o`."""
    bundle = folder / "bundle"
    compile_model(make(folder), bundle, "--name=m", *options)
    write_interface(bundle)
    link(folder, compiler)
    return json.loads((bundle / "m.manifest.json").read_text())


def link(folder, compiler=("gcc",)):
    bundle = folder / "bundle"
    source = harness.pathlib.Path(__file__).parent / "support" / "choose.c"
    run(*compiler, "-std=c11", "-O1", f"-I{bundle}", source, bundle / "m.o", "-o", folder / "choose")


def bits(manifest):
    """Of each variant, so that it is the one to run."""
    return [variant["target"]["feature_bits"] | NO_FEATURE for variant in manifest["variants"]]


def choose(folder, features=0, prefix=(), code=0):
    return run(*prefix, folder / "choose", features, code=code).strip()


def break_program(bundle, index, trap):
    """Puts an instruction that does not exist at the beginning of a variant's program."""
    symbol = f"m_program_{index}"
    text = run(harness.LLVM / "llvm-readelf", "-sW", bundle / "m.o")
    value, section = re.search(rf"\d+: (\w+) +\d+ FUNC +\w+ +\w+ +(\d+) {symbol}$", text, re.M).groups()
    text = run(harness.LLVM / "llvm-readelf", "-SW", bundle / "m.o")
    offset = re.search(rf"\[ *{section}\] \S+ +PROGBITS +\w+ (\w+)", text).group(1)
    data = bytearray((bundle / "m.o").read_bytes())
    place = int(offset, 16) + int(value, 16)
    data[place:place + len(trap)] = trap
    (bundle / "m.o").write_bytes(data)


def on_x86():
    if "x86" not in subprocess.run(["uname", "-m"], capture_output=True, text=True).stdout:
        raise harness.Skip("needs an x86-64 machine")


def test_every_variant_gives_the_same_bits(folder):
    on_x86()
    for make in MODELS:
        here = folder / make.__name__
        here.mkdir()
        manifest = prepare(here, make, *X86)
        assert [v["name"] for v in manifest["variants"]] == X86_NAMES
        found = {choose(here, features) for features in [0, *bits(manifest)]}
        assert len(found) == 1 and found.pop().startswith("run 0 selftest 0 sum "), found


def test_the_right_variant_runs(folder):
    on_x86()
    manifest = prepare(folder, harness.small_model, *X86)
    known, bundle = bits(manifest), folder / "bundle"
    good, whole = choose(folder, known[2]), (bundle / "m.o").read_bytes()
    for broken in range(3):
        (bundle / "m.o").write_bytes(whole)
        break_program(bundle, broken, b"\x0f\x0b")
        link(folder)
        for wanted in range(3):
            if wanted == broken:
                choose(folder, known[wanted], code=-signal.SIGILL)
            else:
                assert choose(folder, known[wanted]) == good


def test_features_that_are_missing(folder):
    on_x86()
    manifest = prepare(folder, harness.small_model, X86[0], "--cpu=x86-64-v4,x86-64-v3")
    v4, v3 = bits(manifest)
    assert v3 & ~v4 == 0 and v3 != v4
    for bit in range(63):
        if v3 >> bit & 1:
            assert choose(folder, v3 & ~(1 << bit)) == FEATURE
            assert choose(folder, v4 & ~(1 << bit)) == FEATURE
        elif v4 >> bit & 1:
            assert choose(folder, v4 & ~(1 << bit)).startswith("run 0 selftest 0")
    assert choose(folder, NO_FEATURE) == FEATURE


def test_the_cpu_is_asked(folder):
    """Emulated CPUs, so that each outcome is seen on any machine."""
    on_x86()
    qemu = need("qemu-x86_64")
    manifest = prepare(folder, harness.small_model, *X86)
    bundle = folder / "bundle"
    good, whole = choose(folder, bits(manifest)[2]), (bundle / "m.o").read_bytes()
    assert choose(folder, 0, (qemu, "-cpu", "Nehalem")) == FEATURE
    chosen = {"Haswell": 1, "Haswell,-avx2": 2}
    for cpu, variant in chosen.items():
        (bundle / "m.o").write_bytes(whole)
        link(folder)
        assert choose(folder, 0, (qemu, "-cpu", cpu)) == good, cpu
        break_program(bundle, variant, b"\x0f\x0b")
        link(folder)
        process = subprocess.run([qemu, "-cpu", cpu, folder / "choose", "0"], capture_output=True)
        assert process.returncode in (-signal.SIGILL, 128 + signal.SIGILL), (cpu, process)


def test_one_variant_is_checked_too(folder):
    on_x86()
    qemu = need("qemu-x86_64")
    manifest = prepare(folder, harness.small_model, X86[0], "--cpu=x86-64-v3")
    assert "variants" not in manifest
    assert choose(folder, 0, (qemu, "-cpu", "Haswell")).startswith("run 0 selftest 0")
    # What the system does not save cannot be used, even by a CPU that has it.
    for cpu in ("Nehalem", "SandyBridge", "Haswell,-avx2", "Haswell,-xsave", "Haswell,-abm"):
        assert choose(folder, 0, (qemu, "-cpu", cpu)) == FEATURE, cpu


def test_another_machine_makes_the_same_bytes(folder):
    """The self-test of a program that the compiling machine cannot run: its hashes
    are computed by code for any machine."""
    on_x86()
    qemu = need("qemu-x86_64")
    digits = harness.ROOT / "models" / "digits" / "digits_int8.onnx"
    for target in json.loads(run(harness.PITH, "targets", "--json")):
        triple = "x86_64-unknown-linux-gnu"
        cpus = [cpu["name"] for cpu in target["cpus"] if cpu["name"] != "native"] or ["x86-64-v3"]
        if triple not in target["triples"]:
            continue
        options = ("--name=m", f"--target={target['name']}", f"--triple={triple}", f"--cpu={','.join(reversed(cpus))}")
        compile_model(digits, folder / "here", *options)
        process = subprocess.run([qemu, "-cpu", "Nehalem", harness.PITH, "compile", digits, "-o", folder / "there",
                                  *options], capture_output=True, text=True)
        assert process.returncode == 0 and not process.stderr, process
        assert_same(folder / "here", folder / "there", target["name"])
        assert "SELFTEST_ARENA_SIZE" in (folder / "here" / "m.h").read_text()


def test_where_the_cpu_cannot_be_asked(folder):
    qemu = need("qemu-aarch64")
    if not harness.pathlib.Path("/usr/aarch64-linux-gnu/lib/libc.a").exists():
        raise harness.Skip("needs libc6-dev-arm64-cross")
    compiler = ("clang-22", "--target=aarch64-linux-gnu", "-fuse-ld=lld", "-static")
    manifest = prepare(folder, harness.small_model, *AARCH64, compiler=compiler)
    known, bundle = bits(manifest), folder / "bundle"
    good, whole = choose(folder, known[1], (qemu,)), (bundle / "m.o").read_bytes()
    assert good.startswith("run 0 selftest 0")
    assert choose(folder, NO_FEATURE, (qemu,)) == FEATURE
    for broken, fine in ((0, 0), (1, known[0])):  # unknown: the one for all CPUs
        (bundle / "m.o").write_bytes(whole)
        break_program(bundle, broken, bytes(4))
        link(folder, compiler)
        assert choose(folder, fine, (qemu,)) == good
    compile_model(harness.small_model(folder), folder / "bundle", "--name=m", AARCH64[0], "--cpu=neoverse-n1")
    link(folder, compiler)
    assert choose(folder, 0, (qemu,)) == good, "one variant is not checked there"


def test_resumed_from_every_stage(folder):
    for make in MODELS:
        model, whole = make(folder), folder / f"{make.__name__}-whole"
        compile_model(model, whole, "--name=m", *X86)
        compile_model(model, folder / "alone", "--name=m", *X86, "--mlir-threading=off")
        assert_same(whole, folder / "alone", "without threads")
        for stage in STAGES:
            middle, end = folder / f"{make.__name__}-{stage}", folder / f"{make.__name__}-{stage}-end"
            compile_model(model, middle, "--name=other", *X86, f"--compile-to={stage}")
            run(harness.PITH, "compile", next(middle.iterdir()), "-o", end, "--name=m")
            assert_same(whole, end, f"{make.__name__} from {stage}")


def test_weights_are_shared(folder):
    for make in MODELS:
        model = make(folder)
        compile_model(model, folder / "one", "--name=m", X86[0], "--cpu=x86-64-v3")
        compile_model(model, folder / "three", "--name=m", *X86)
        one, three = [json.loads((folder / f / "m.manifest.json").read_text()) for f in ("one", "three")]
        assert one["weights"] == three["weights"]
        assert one["arena"]["bytes"] == three["arena"]["bytes"]


def test_every_form_of_a_bundle(folder):
    model = harness.large_model(folder)
    compile_model(model, folder / "b", "--name=m", *X86, "--emit=object,static,shared", "--weights=file", "--report")
    assert (folder / "b" / "m.weights").stat().st_size > 16384
    names = run(harness.LLVM / "llvm-nm", "-D", "--defined-only", "--format=just-symbols", folder / "b" / "m.so").split()
    assert names == ["m_arena_size", "m_init", "m_manifest", "m_run", "m_selftest"], names
    missing = set(run(harness.LLVM / "llvm-nm", "-u", "--format=just-symbols", folder / "b" / "m.o").split())
    assert missing <= {"memcpy", "memset"}, missing
    header = (folder / "b" / "m.h").read_text()
    assert "- x86-64-v3: CPU x86-64-v3\n" in header and "Layers of bdver2, as counted by m_selftest" in header
    expected = json.loads(run(harness.PITH, "inspect", folder / "b", "--json"))
    report = json.loads((folder / "b" / "report.json").read_text())
    for found in (expected, report):
        assert [v["name"] for v in found["variants"]] == X86_NAMES
        assert all(v["nodes"] for v in found["variants"]) and found["nodes"] == found["variants"][0]["nodes"]
    assert [v["target"]["cpu"] for v in expected["variants"]] == X86_NAMES
    table = run(harness.PITH, "inspect", folder / "b")
    assert table.count("variant ") == 3 and "variant bdver2: CPU bdver2\n" in table
    run(harness.PITH, "bench", folder / "b", "--seconds=0.01")


def test_selftests_give_memory_back(folder):
    """What runs for its self-test must not cost the object once more for each variant."""
    on_x86()
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper, save

    size = 3500
    weights = numpy_helper.from_array(np.arange(size * size, dtype=np.float32).reshape(size, size) % 7, "w")
    graph = helper.make_graph([helper.make_node("MatMul", ["x", "w"], ["y"], "matmul1")], "wide",
                              [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, size])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, size])], [weights])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "wide.onnx")

    def peak(*options):
        process = subprocess.Popen([harness.PITH, "compile", folder / "wide.onnx", "-o", folder / "b", "--target=reference",
                                    *options], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        assert not status, options
        return usage.ru_maxrss * 1024

    one, three = peak(X86[0], "--cpu=bdver2"), peak(*X86)
    assert three - one < 4 * size * size / 2, (one, three)


def test_tools_use_the_choice(folder):
    on_x86()
    model = harness.small_model(folder)
    for name, options in (("one", ("--cpu=x86-64-v3",)), ("several", X86[1:])):
        run(harness.PITH, "run", model, "--target=reference", *options, "--inputs=random:1", "--outputs", folder / f"{name}.npz")
    run(harness.PITH, "run", model, "--target=reference", "--cpu=x86-64-v3", "--inputs=random:1",
        "--expect", folder / "several.npz", "--rtol=0", "--atol=0")
    run(harness.PITH, "bisect", model, "--target=reference", *X86[1:], "--inputs=random:1")


def test_mistakes(folder):
    model = harness.small_model(folder)

    def fails(code, message, *options, source=model):
        process = subprocess.run([harness.PITH, "compile", source, "-o", folder / "x", *options], capture_output=True,
                                 text=True)
        assert process.returncode == code and message in process.stderr, (options, process)

    reference = ("--target=reference", X86[0])
    for cpus in ("x86-64-v3,x86-64-v4", "x86-64-v3,x86-64-v3", "haswell,broadwell", "x86-64,native"):
        first, second = cpus.replace("native", "x86-64-v3").split(",")
        fails(3, f"variant '{second}' would never be chosen: '{first}' stands in front of it", *reference, f"--cpu={cpus}")
    fails(3, "'pentium9' is not a CPU of x86_64", *reference, "--cpu=x86-64-v3,pentium9")
    for cpus in ("a,,b", "a,", ",a"):
        fails(2, f"expected names of CPUs with commas between them, got '{cpus}'", *reference, f"--cpu={cpus}")
    # A schedule is for its targets; an edited file has a module for each.
    compile_model(model, folder / "s", *X86, "--compile-to=schedule")
    scheduled = next((folder / "s").iterdir())
    fails(3, "expected the target that the schedule was made for", "--target=reference", X86[0], "--cpu=x86-64-v3",
          source=scheduled)
    text = scheduled.read_text()
    assert text.count("module @") == 3
    scheduled.write_text(text.replace('module @"x86-64-v3" attributes {', 'module @"x86-64-v3" attributes {pith.old = 1,')
                         .replace('features = "">, pith.weights', 'features = "+avx">, pith.weights'))
    fails(3, "expected nothing but a named module for each of 'pith.targets'", source=scheduled)


if __name__ == "__main__":
    harness.main(globals())
