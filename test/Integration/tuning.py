#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tuning files: measured by --tune, replayed to the same bytes, and whatever rows and
tiles they choose, the network computes the bits of Reference."""
from support import harness

if __name__ == "__main__":
    harness.in_environment()

import hashlib  # noqa: E402
import json  # noqa: E402

import numpy as np  # noqa: E402

from support.harness import PITH, assert_same, files, run  # noqa: E402


def network(folder):
    """Matrix products and a convolution in float, with sizes that no tile divides."""
    from onnx import TensorProto, checker, helper, numpy_helper, save

    random = np.random.default_rng(3)

    def weights(name, *shape):
        return numpy_helper.from_array(random.uniform(-1, 1, shape).astype(np.float32), name)

    nodes = [helper.make_node("Conv", ["x", "w"], ["c"], "conv1", pads=[1, 1, 1, 1]),
             helper.make_node("Relu", ["c"], ["r"], "relu1"),
             helper.make_node("Reshape", ["r", "s"], ["f"], "flatten1"),
             helper.make_node("MatMul", ["f", "m1"], ["h"], "matmul1"),
             helper.make_node("Tanh", ["h"], ["t"], "tanh1"),
             helper.make_node("MatMul", ["t", "m2"], ["y"], "matmul2")]
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 8, 13, 13])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [169, 70])],
        [weights("w", 40, 8, 3, 3), weights("m1", 40, 33), weights("m2", 33, 70),
         numpy_helper.from_array(np.array([169, 40], np.int64), "s")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    save(model, folder / "net.onnx")
    return folder / "net.onnx"


def compile_model(model, folder, *options):
    run(PITH, "compile", model, "-o", folder, "--name=m", *options)
    return json.loads((folder / "m.manifest.json").read_text())


def answer(model, folder, *options):
    run(PITH, "run", model, "--inputs=random:5", "--outputs", folder / "y.npz", *options)
    with np.load(folder / "y.npz") as data:
        return data["y"].tobytes()


def tune(model, folder, *options):
    path = folder / "new" / "t.json"
    compile_model(model, folder / "tuned", "--tune", f"--tuning={path}", *options)
    return path, json.loads(path.read_text())


def test_same_bytes(folder):
    model = network(folder)
    path, file = tune(model, folder)
    assert file["schema"] == 1 and len(file["cpus"]) == 1
    manifest = compile_model(model, folder / "replayed", f"--tuning={path}")
    assert_same(folder / "tuned", folder / "replayed", "measured and replayed")
    assert manifest["tuning_hash"] == hashlib.sha256(path.read_bytes()).hexdigest()
    compile_model(model, folder / "staged", "--dump-stages", folder / "stages", f"--tuning={path}")
    for stage in ("2-sparsify", "3-schedule"):
        dump = next((folder / "stages").glob(f"{stage}.mlir*"))
        compile_model(dump, folder / stage)
        assert_same(folder / "tuned", folder / stage, f"from {stage}")


def test_every_way(folder):
    """Each measured way in turn, as a file that somebody wrote would choose it."""
    model = network(folder)
    path, file = tune(model, folder)
    groups = file["cpus"][0]["groups"]
    if not groups:
        raise harness.Skip("the target of this host has no close calls")
    expected = answer(model, folder, "--target=reference")
    bundles = set()
    for way in range(max(len(group["measured"]) for group in groups)):
        chosen = {}
        for group in groups:
            times = group["measured"]
            for key, value in times[min(way, len(times) - 1)].items():
                group[key] = value
            group.pop("ns")
            chosen[group["layer"]] = group["row"]
        path.write_text(json.dumps(file))
        manifest = compile_model(model, folder / str(way), f"--tuning={path}")
        rows = {layer["name"]: layer["row"] for layer in manifest["layers"] if layer["name"] in chosen}
        assert rows == chosen, f"way {way}: {rows} instead of {chosen}"
        assert answer(folder / str(way), folder) == expected, f"way {way} computes other bits"
        assert answer(folder / str(way), folder, "--threads=3") == expected, f"way {way} on threads"
        bundles.add(files(folder / str(way))["m.o"])
    assert len(bundles) > 1, "the ways make the same object"


def test_beside_the_bundle(folder):
    """Without a name the file lies beside the bundle, which has only its own files."""
    model = network(folder)
    compile_model(model, folder / "out", "--tune", "--target=reference")
    file = json.loads((folder / "out.tuning.json").read_text())
    assert file["cpus"][0]["groups"] == [], "Reference has one row for each operator"
    compile_model(model, folder / "plain", "--target=reference")
    assert files(folder / "out").keys() == files(folder / "plain").keys()


def test_several_cpus(folder):
    """Each CPU of a bundle has its own measured groups."""
    model = network(folder)
    for target in json.loads(run(PITH, "targets", "--json")):
        names = [cpu["name"] for cpu in target["cpus"]]
        for best in reversed(names[1:]):
            options = (f"--target={target['name']}", f"--cpu={best},{names[0]}")
            done = harness.subprocess.run([PITH, "compile", model, "-o", folder / "both", "--tune", *options],
                                          capture_output=True, text=True)
            if done.returncode == 4:
                continue  # this machine cannot run both
            assert done.returncode == 0 and "warning" not in done.stderr, done.stderr
            assert len(json.loads((folder / "both.tuning.json").read_text())["cpus"]) == 2
            assert answer(folder / "both", folder) == answer(model, folder, "--target=reference")
            return
    raise harness.Skip("no target has two CPUs that this machine can run")


if __name__ == "__main__":
    harness.main(globals())
