#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Custom operators: nodes of a domain of their own, computed by C functions that a
program links, or that pith loads. Outputs are those of NumPy, bit for bit."""
import json
import pathlib
import subprocess

from support import harness
from support.harness import LLVM, PITH, STAGES, assert_same, run

harness.in_environment()

import numpy as np  # noqa: E402

SOURCE = pathlib.Path(__file__).parent / "support" / "custom_op.c"
BIND = ("--custom-op=my.domain::ScaleClip=scale_clip", "--custom-op=my.domain::Count=count_codes")
STRICT = ("-std=c11", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off", "-O1")
MISSING = "this CPU lacks a feature"


def model(folder, opset=20, function=False):
    """Two ScaleClips of different ranks and attributes, a Count, and ONNX's own nodes
    between. `function`: the model also has a function ScaleClip, which is wrong."""
    from onnx import TensorProto as T, checker, helper, numpy_helper, save

    def info(name, kind, *shape):
        return helper.make_tensor_value_info(name, kind, shape)

    def constant(name, values, kind=np.float32):
        return numpy_helper.from_array(np.array(values, kind), name)

    nodes = [helper.make_node("ScaleClip", ["x", "b1"], ["a"], "clip1", domain="my.domain", gain=0.7, limits=[-2.0, 1.5]),
             helper.make_node("Add", ["a", "a"], ["twice"], "twice"),
             helper.make_node("Slice", ["twice", "from", "to", "axis"], ["part"], "part"),
             helper.make_node("Reshape", ["part", "shape"], ["flat"], "flat"),
             helper.make_node("ScaleClip", ["flat", "b2"], ["c"], "clip2", domain="my.domain", gain=-0.3, limits=[-1.0, 1.0]),
             helper.make_node("Neg", ["c"], ["y"], "negative"),
             helper.make_node("Count", ["u", "", "yes"], ["found", "counts"], "count1", domain="my.domain", of=7,
                              why='a "test"')]
    values = [info("a", T.FLOAT, "N", 3, 4), info("c", T.FLOAT, "N", 8)]
    graph = helper.make_graph(
        nodes, "custom", [info("x", T.FLOAT, "N", 3, 4), info("u", T.UINT8, 3, 5)],
        [info("y", T.FLOAT, "N", 8), info("found", T.BOOL, 3), info("counts", T.INT64, 3)],
        [constant("b1", [0.1, -0.2, 0.3, 0.0]), constant("b2", np.ones(8)), constant("from", [1], np.int64),
         constant("to", [3], np.int64), constant("axis", [1], np.int64), constant("shape", [-1, 8], np.int64),
         constant("yes", True, np.bool_)], value_info=values)
    imports = [helper.make_opsetid("", opset), helper.make_opsetid("my.domain", 1)]
    functions = []
    if function:
        functions = [helper.make_function("my.domain", "ScaleClip", ["p", "q"], ["r"], [helper.make_node("Neg", ["p"], ["r"])],
                                          imports[:1], ["gain", "limits"])]
    made = helper.make_model(graph, opset_imports=imports, ir_version=10, functions=functions)
    checker.check_model(made)
    path = pathlib.Path(folder) / f"m{opset}.onnx"
    save(made, path)
    return path


def bodies(folder):
    """ScaleClips in the body of a Loop, of two trips, and in that of a function."""
    from onnx import TensorProto as T, checker, helper, numpy_helper, save

    def info(name, kind, *shape):
        return helper.make_tensor_value_info(name, kind, shape)

    def scale_clip(name, operand, result, gain):
        return helper.make_node("ScaleClip", [operand, "bias"], [result], name, domain="my.domain", gain=gain, limits=[-1.0, 1.0])

    imports = [helper.make_opsetid("", 20), helper.make_opsetid("my.domain", 1)]
    function = helper.make_function(
        "my.domain", "Outer", ["p", "bias"], ["q"], [scale_clip("inside", "p", "r", -2.0), helper.make_node("Neg", ["r"], ["q"])],
        imports, value_info=[info("r", T.FLOAT, 2, 4)])
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["stay"]), scale_clip("looped", "v", "next", 0.5)], "body",
        [info("trip", T.INT64), info("go", T.BOOL), info("v", T.FLOAT, 2, 4)],
        [info("stay", T.BOOL), info("next", T.FLOAT, 2, 4)])
    graph = helper.make_graph(
        [helper.make_node("Loop", ["trips", "yes", "x"], ["l"], "loop", body=body),
         helper.make_node("Outer", ["l", "bias"], ["y"], "outer", domain="my.domain")],
        "bodies", [info("x", T.FLOAT, 2, 4)], [info("y", T.FLOAT, 2, 4)],
        [numpy_helper.from_array(np.array(2, np.int64), "trips"), numpy_helper.from_array(np.array(True), "yes"),
         numpy_helper.from_array(np.array([0.1, -0.2, 0.3, 0.0], np.float32), "bias")])
    made = helper.make_model(graph, opset_imports=imports, ir_version=10, functions=[function])
    checker.check_model(made)
    save(made, folder / "bodies.onnx")
    return folder / "bodies.onnx"


def scale_clip(x, bias, gain, low, high):
    return np.clip(x * np.float32(gain) + bias, np.float32(low), np.float32(high))


def samples(batch=2):
    x = ((np.arange(batch * 12) * 37 % 101 - 50) / np.float32(17)).astype(np.float32).reshape(batch, 3, 4)
    u = (np.arange(15, dtype=np.uint8) * 7 % 11).reshape(3, 5)
    u[1] = 7
    return {"x": x, "u": u}


def expected(inputs):
    a = scale_clip(inputs["x"], np.array([0.1, -0.2, 0.3, 0.0], np.float32), 0.7, -2, 1.5)
    c = scale_clip((a + a)[:, 1:3].reshape(-1, 8), np.ones(8, np.float32), -0.3, -1, 1)
    count = (inputs["u"] == 7).sum(1).astype(np.int64)
    return {"y": -c, "found": count > 0, "counts": count * 2}


def assert_bits(made, wanted, what):
    for name, value in wanted.items():
        got = np.ascontiguousarray(made[name])
        assert got.tobytes() == np.ascontiguousarray(value).tobytes(), f"{what}: {name}: {got} is not {value}"


def machines():
    """(target, CPU) of all targets that there are."""
    for target in json.loads(run(PITH, "targets", "--json")):
        for cpu in target["cpus"] or [{"name": "native"}]:
            yield f"--target={target['name']}", f"--cpu={cpu['name']}"


def program(bundle, folder, *more):
    """What a user builds: the functions, a main function, the object."""
    path = folder / "program"
    run(LLVM / "clang", *STRICT, "-pthread", "-DPROGRAM", "-I", bundle, SOURCE, bundle / "pith_threads.c", bundle / "m.o", *more,
        "-o", path)
    return path


def library(bundle, folder):
    path = folder / "operators.so"
    run(LLVM / "clang", *STRICT, "-shared", "-fPIC", "-I", bundle, SOURCE, "-o", path)
    return path


def run_program(path, folder, *more):
    """Outputs; None where the machine lacks what the code needs."""
    inputs = samples()
    for name, value in inputs.items():
        (folder / name).write_bytes(value.tobytes())
    files = [folder / name for name in ("x", "u", "y", "found", "counts")]
    text = run(path, *files, *more)
    made = {name: np.frombuffer((folder / name).read_bytes(), kind)
            for name, kind in (("y", np.float32), ("found", np.bool_), ("counts", np.int64))}
    return made, text


def test_c_program(folder):
    """On Reference: the header, its comments, the functions, the outputs."""
    bundle = folder / "b"
    run(PITH, "compile", model(folder), "-o", bundle, "--name=m", "--dim=N=2", "--target=reference", *BIND)
    header = (bundle / "m.h").read_text()
    for line in ('/* clip1: f32 [2, 3, 4], f32 [4] -> f32 [2, 3, 4]; {"gain":0.7,"limits":[-2,1.5]} */',
                 '/* clip2: f32 [2, 8], f32 [8] -> f32 [2, 8]; {"gain":-0.3,"limits":[-1,1]} */',
                 '/* count1: u8 [3, 5], absent, bool [] -> bool [3], i64 [3]; {"of":7,"why":"a _"test_""} */'):
        assert header.count(line) == 1, header
    assert header.count("void scale_clip(const pith_tensor *inputs") == 1, header
    manifest = json.loads((bundle / "m.manifest.json").read_text())
    assert manifest["options"]["custom-op"] == ["my.domain::Count=count_codes", "my.domain::ScaleClip=scale_clip"]
    functions = [(each["name"], each["function"]) for each in manifest["layers"] if "function" in each]
    assert sorted(functions) == [("clip1", "scale_clip"), ("clip2", "scale_clip"), ("count1", "count_codes")], functions
    made, text = run_program(program(bundle, folder), folder, "selftest")
    assert_bits(made, expected(samples()), "reference")
    assert text == "selftest -8\n", text  # nobody gave the compiler the functions
    run(LLVM / "clang++", "-x", "c++", "-std=c++17", "-Wall", "-Werror", "-fsyntax-only", bundle / "m.h")


def test_two_programs(folder):
    """One executable with two programs that call the same functions."""
    first, second = folder / "m", folder / "n"
    run(PITH, "compile", model(folder), "-o", first, "--name=m", "--dim=N=2", *BIND)
    run(PITH, "compile", model(folder), "-o", second, "--name=n", "--dim=N=3", *BIND)
    both = program(first, folder, "-include", second / "n.h", second / "n.o")
    assert_bits(run_program(both, folder)[0], expected(samples()), "two programs")


def test_every_machine(folder):
    """All CPUs of all targets, those that this machine is; and some in one bundle."""
    source, ran = model(folder), 0
    for number, (target, cpu) in enumerate(machines()):
        place = folder / str(number)
        place.mkdir()
        run(PITH, "compile", source, "-o", place / "b", "--name=m", "--dim=N=2", target, cpu, *BIND)
        names = library(place / "b", place)
        np.savez(place / "x.npz", **samples())
        command = [PITH, "run", place / "b", f"--custom-library={names}", "--inputs", place / "x.npz", "--outputs", place / "y.npz"]
        process = subprocess.run([str(each) for each in command], capture_output=True, text=True, timeout=300)
        if process.returncode and MISSING in process.stderr:
            continue
        assert process.returncode == 0, f"{target} {cpu}: {process.stderr}"
        with np.load(place / "y.npz") as made:
            assert_bits(made, expected(samples()), f"{target} {cpu}")
        ran += 1
    assert ran > 0


def test_variants_and_selftest(folder):
    """One declaration, several variants that call the function; with the functions
    the compiler knows what the self-test must give."""
    source = model(folder)
    run(PITH, "compile", source, "-o", folder / "first", "--name=m", "--dim=N=2", *BIND)
    names = library(folder / "first", folder)
    bundle = folder / "b"
    run(PITH, "compile", source, "-o", bundle, "--name=m", "--dim=N=2", "--target=reference",
        "--triple=x86_64-unknown-linux-gnu", "--cpu=x86-64-v3,x86-64-v2", f"--custom-library={names}", *BIND)
    made, text = run_program(program(bundle, folder), folder, "selftest")
    assert_bits(made, expected(samples()), "variants")
    assert text == "selftest 0\n", text


def test_pith_run(folder):
    """A model, and bundles of each kind, with the library and without."""
    source = model(folder)
    np.savez(folder / "x.npz", **samples())
    np.savez(folder / "y.npz", **expected(samples()))
    bundle = folder / "b"
    run(PITH, "compile", source, "-o", bundle, "--name=m", "--dim=N=2", *BIND)
    names = library(bundle, folder)
    exact = ("--inputs", folder / "x.npz", "--expect", folder / "y.npz", "--rtol", "0", "--atol", "0")
    run(PITH, "run", source, "--dim=N=2", *BIND, f"--custom-library={names}", *exact)
    run(PITH, "run", source, "--dim=N=2", "--fusion=off", *BIND, f"--custom-library={names}", *exact)
    for kind in ("object", "static", "shared"):
        place = folder / kind
        run(PITH, "compile", source, "-o", place, "--name=m", "--dim=N=2", f"--emit={kind}", *BIND)
        run(PITH, "run", place, f"--custom-library={names}", *exact)
        run(PITH, "run", place, *exact, code=3)


def test_old_opsets_and_functions(folder):
    """What ONNX's version converter leaves; the C function in the place of the model's."""
    np.savez(folder / "x.npz", **samples())
    np.savez(folder / "y.npz", **expected(samples()))
    run(PITH, "compile", model(folder), "-o", folder / "b", "--name=m", "--dim=N=2", *BIND)
    names = library(folder / "b", folder)
    for source in (model(folder, opset=13), model(folder, opset=21, function=True)):
        run(PITH, "run", source, "--dim=N=2", *BIND, f"--custom-library={names}", "--inputs", folder / "x.npz",
            "--expect", folder / "y.npz", "--rtol", "0", "--atol", "0")


def test_bodies(folder):
    """Nodes in the body of a Loop and of a local function, whose value infos count."""
    source = bodies(folder)
    bind = BIND[:1]
    run(PITH, "compile", source, "-o", folder / "b", "--name=m", *bind)
    x, bias = np.linspace(-3, 3, 8, dtype=np.float32).reshape(2, 4), np.array([0.1, -0.2, 0.3, 0.0], np.float32)
    y = x
    for _ in range(2):
        y = scale_clip(y, bias, 0.5, -1, 1)
    np.savez(folder / "x.npz", x=x)
    np.savez(folder / "y.npz", y=-scale_clip(y, bias, -2, -1, 1))
    # Its header declares one of the functions; that of the other model both.
    run(PITH, "compile", model(folder), "-o", folder / "both", "--name=m", "--dim=N=2", *BIND)
    run(PITH, "run", folder / "b", f"--custom-library={library(folder / 'both', folder)}", "--inputs", folder / "x.npz",
        "--expect", folder / "y.npz", "--rtol", "0", "--atol", "0")


def test_hidden_function(folder):
    """The dynamic linker would give a shared library a function of pith's own process."""
    taken = "LLVMContextCreate"
    np.savez(folder / "x.npz", x=np.zeros((2, 4), np.float32))
    (folder / "f.c").write_text(f'#include "m.h"\nvoid {taken}(const pith_tensor *inputs, int32_t num_inputs, const pith_tensor *outputs,'
                                " int32_t num_outputs, const char *attributes) {}\n")
    for kind, code in (("object", 0), ("shared", 3)):
        bundle = folder / kind
        run(PITH, "compile", bodies(folder), "-o", bundle, "--name=m", f"--emit={kind}", f"--custom-op=my.domain::ScaleClip={taken}")
        run(LLVM / "clang", "-shared", "-fPIC", "-I", bundle, folder / "f.c", "-o", folder / "f.so")
        run(PITH, "run", bundle, f"--custom-library={folder / 'f.so'}", "--inputs", folder / "x.npz", code=code)
        run(PITH, "run", bundle, "--inputs", folder / "x.npz", code=3)


def test_several_shapes(folder):
    """Each shape calls the function with its own sizes."""
    bundle = folder / "b"
    run(PITH, "compile", model(folder), "-o", bundle, "--name=m", "--dim=N=2,3", *BIND)
    header = (bundle / "m.h").read_text()
    for batch in (2, 3):
        assert f"/* clip1: f32 [{batch}, 3, 4], f32 [4] -> f32 [{batch}, 3, 4];" in header, header
        np.savez(folder / "x.npz", **samples(batch))
        np.savez(folder / "y.npz", **expected(samples(batch)))
        run(PITH, "run", bundle, f"--custom-library={library(bundle, folder)}", "--inputs", folder / "x.npz",
            "--expect", folder / "y.npz", "--rtol", "0", "--atol", "0")


def test_resumed(folder):
    """What was bound is in the module."""
    source, whole = model(folder), folder / "whole"
    run(PITH, "compile", source, "-o", whole, "--name=m", "--dim=N=2", *BIND)
    for stage in STAGES:
        module, end = folder / f"{stage}.mlir", folder / stage
        run(PITH, "compile", source, "-o", module, "--name=m", "--dim=N=2", f"--compile-to={stage}", *BIND)
        run(PITH, "compile", module, "-o", end)
        assert_same(whole, end, stage)


if __name__ == "__main__":
    harness.main(globals())
