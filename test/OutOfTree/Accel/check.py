# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Everything that is claimed of the coprocessor: the simulator, its passes, its
bits against the reference target, both forms of the target, and the errors.

The tests of pith that it uses are found where the build is; networks of
../shared are tested where they are.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LIT = "/usr/lib/llvm-22/bin/lit"
# Node tests whose names contain one of these: products of integers, and some neighbours.
FILTERS = ("convinteger", "matmulinteger", "qlinearconv", "qlinearmatmul", "dynamicquantizelinear", "softmax_axis")
FOREIGN = """
struct info {{ unsigned schema; const char *pith, *llvm; void (*add)(void *); }};
const struct info *pithGetPlugin(void) {{
  static const struct info info = {{ {schema}, "{pith}", "{llvm}", 0 }};
  return &info;
}}
"""


class Tools:
    def __init__(self, prefix, build, run, expect, folder):
        self.pith, self.run, self.expect, self.folder = prefix / "bin/pith", run, expect, folder
        self.plugin = build / "libPithAccel.so"
        self.prefix, self.build = prefix, build

    def load(self):
        return f"--load-target={self.plugin}"

    def outputs(self, model, target, inputs):
        """The bytes of the outputs."""
        path = self.folder / f"{target}.npz"
        self.run(self.pith, "run", model, f"--target={target}", f"--inputs={inputs}", f"--outputs={path}", self.load())
        return path.read_bytes()

    def same_bits(self, model, name, inputs, least):
        """Outputs equal to the reference target's, with at least so many layers on the device."""
        for source in inputs:
            expected, got = (self.outputs(model, target, source) for target in ("reference", "accel"))
            self.expect(expected == got, f"{name}: other bits than the reference target on {source}")
        compared = json.loads(self.run(self.pith, "compare", model, model, "--a=target=reference", "--b=target=accel",
                                       "--data=random:5:2", "--json", self.load()))
        self.expect(compared["first_divergent"] is None, f"{name}: '{compared['first_divergent']}' differs")
        report = json.loads(self.run(self.pith, "inspect", model, "--target=accel", "--json", self.load()))
        rows = [node["kernel"] for node in report["nodes"]]
        device = sum(row.startswith("accel.") for row in rows)
        self.expect(device >= least, f"{name}: expected {least} layers on the device, got {device} of {rows}")
        space = report["memory_spaces"][0]
        self.expect(0 < space["bytes"] <= space["capacity"] == 65536, f"{name}: scratchpad {space}")
        return (f"{name}: equal bits on {len(inputs)} inputs and in {len(compared['layers'])} layers; {device} of "
                f"{len(rows)} kernel calls on the device, {space['bytes']} bytes of scratchpad")


def check_bundles(tools, model):
    """Linked and as a plugin: the same files, which a C program can use."""
    run, expect, folder = tools.run, tools.expect, tools.folder
    linked, plugged = folder / "linked" / "m", folder / "plugged" / "m"
    expect("self-test: 0" in run(tools.build / "accel-compile", model, linked), "the self-test of the linked form")
    run(tools.pith, "compile", model, "-o", plugged, "--target=accel", tools.load())
    names = sorted(path.name for path in plugged.iterdir())
    expect({"accel.h", "accel_sim.c"} <= set(names), f"the bundle lacks the simulator: {names}")
    for name in names:
        expect((linked / name).read_bytes() == (plugged / name).read_bytes(), f"{name} differs between the two forms")
    program = folder / "use"
    run("clang-22", "-std=c11", "-Wall", "-Wextra", "-Werror", "-I", plugged, HERE / "test" / "use.c",
        plugged / "accel_sim.c", plugged / f"{model.stem}.o", "-o", program)
    expect("as it should" in run(program), "the C program")
    run(tools.pith, "run", plugged, "--inputs=random:1", tools.load())
    text = run(tools.pith, "run", plugged, "--inputs=random:1", code=3, errors=True)
    expect("runs on a device whose driver is not here; --load-target=LIB" in text, f"without driver: {text}")
    return "linked and plugin: equal bundles; a C program runs them, and is told when there is no driver"


def check_errors(tools, model):
    run, expect, folder = tools.run, tools.expect, tools.folder
    version = run(tools.pith, "--version").split()[1]

    def refused(path, *words, more=()):
        text = run(tools.pith, "targets", *more, f"--load-target={path}", code=2, errors=True)
        for word in words:
            expect(word in text, f"expected '{word}' in: {text}")

    def foreign(schema, pith, llvm):
        source, library = folder / "foreign.c", folder / f"foreign-{schema}-{pith}-{llvm}.so"
        source.write_text(FOREIGN.format(schema=schema, pith=pith, llvm=llvm))
        run("clang-22", "-shared", "-fPIC", "-o", library, source)
        return library

    refused(folder / "none.so", "none.so': no such file")
    text = folder / "text.so"
    text.write_text("no library\n")
    refused(text, "not a library that can be loaded")
    source = folder / "other.c"
    source.write_text("int other;\n")
    run("clang-22", "-shared", "-fPIC", "-o", folder / "other.so", source)
    refused(folder / "other.so", "lacks the symbol 'pithGetPlugin'", "pith_add_target(NAME PLUGIN")
    remedy = "note: build it again against the installed package of this version"
    refused(foreign(1, "0.0.9", "22.1.8"), f"built against pith 0.0.9, but this is pith {version}", remedy)
    refused(foreign(1, version, "21.0.0"), "and LLVM 21.0.0, but this is", remedy)
    refused(foreign(2, "9.0.0", "30.0.0"), "plugin schema 2, but this is", remedy)
    refused(tools.plugin, "a target 'accel' exists already", more=[tools.load()])
    text = run(tools.pith, "compile", model, "-o", folder / "several", "--target=accel", "--cpu=native,generic",
               tools.load(), code=3, errors=True)
    expect("expected one CPU beside the device 'accel', got 2, 'native,generic'" in text, f"two CPUs: {text}")
    return "7 libraries that are no plugin of this version are refused with a reason"


def check_conformance(tools, root):
    """Node tests through the coprocessor, with what it does not take on the host: the reference target's bits."""
    total = {}
    for name in FILTERS:
        process = subprocess.run([sys.executable, root / "test/Conformance/run.py", "--target=accel", "--same-as=reference", "--json",
                                  tools.load(), f"--filter={name}", f"--expected={HERE / 'expected-failures.txt'}"],
                                 capture_output=True, text=True)
        tools.expect(process.returncode == 0, f"conformance {name}: {process.stdout}{process.stderr}")
        for key, value in json.loads(process.stdout.splitlines()[-1]).items():
            if isinstance(value, int):
                total[key] = total.get(key, 0) + value
    tools.expect(total["passed"] > 0, f"conformance: no test passed: {total}")
    return f"conformance: {total['passed']} of {total['total']} node tests, {total['expected_failures']} expected failures"


def quantized_networks(tools, root):
    """mnist-8 and resnet8 as ONNX Runtime's quantizer writes them."""
    sys.path.append(str(root / "test" / "Integration"))
    from support import harness, quantized_files, samples
    import numpy as np

    networks = {"mnist": ("mnist-8.onnx", "Input3", lambda: samples.digits(raw=True)[0][:100], 3),
                "resnet8": ("resnet8_cifar10_nhwc.onnx", "input_1", lambda: samples.small_photographs()[:20], 9)}
    for name, (file, given, make, least) in networks.items():
        try:
            inputs = list(make())
            source = quantized_files.at_opset(samples.need("models", file), 13, tools.folder)
        except harness.Skip as reason:
            yield f"{name}: skipped: {reason}"
            continue
        model = quantized_files.quantized(source, tools.folder, inputs)
        paths = []
        for number, x in enumerate(inputs[:5]):
            paths.append(tools.folder / f"x{number}.npz")
            np.savez(paths[-1], **{given: x})
        yield tools.same_bits(model, name, paths, least)


def check(prefix, build, run, expect):
    import __main__

    root = pathlib.Path(__main__.__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory() as folder:
        tools = Tools(prefix, build, run, expect, pathlib.Path(folder))
        yield run(build / "accel-sim-test").strip()
        run(LIT, "-s", "-v", f"--param=prefix={prefix}", f"--param=plugin={tools.plugin}",
            f"--param=output={folder}/lit", HERE / "test")
        yield "passes: all tests of test/*.mlir"
        digits = root / "models/digits/digits_int8.onnx"
        yield check_errors(tools, digits)
        yield check_bundles(tools, digits)
        yield tools.same_bits(digits, "digits", [f"random:{seed}" for seed in range(5)], 4)
        yield from quantized_networks(tools, root)
        yield check_conformance(tools, root)
