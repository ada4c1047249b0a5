#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What exporters write as chains: found, and the same bits with --recognise=off.

Each case is a network in the operators of one exporter. The manifest says what was
found; the program without recognisers on Reference gives the bits that all others
have, and those of norms are the spec's. ONNX Runtime says that the network is what
its name claims.
"""
import json
import pathlib
import sys

from support import exporters, harness

if __name__ == "__main__":
    harness.in_environment()

CPUS = ("baseline", "avx2", "native")

# Builder, shape, shape of the parameters, which family the manifest names, and kind,
# form, epsilon for the spec where rows are the last dimension in f32.
NORMS = [("pytorch_layer", (5, 37), (37,), "layer_norm", ("layer", "divided", 1e-5)),
         ("pytorch_bert", (9, 128), (128,), "layer_norm", ("layer", "divided", 1e-12)),
         ("tensorflow_layer", (2, 16, 768), (768,), "layer_norm", ("layer", "affine", 1e-3)),
         ("rsqrt_layer", (5, 37), (37,), "layer_norm", ("layer", "multiplied", 1e-5)),
         ("hugging_face_rms", (5, 37), (37,), "rms_norm", ("rms", "multiplied", 1e-6)),
         ("dynamo_rms", (3, 4, 64), (64,), "rms_norm", ("rms", "multiplied", 1e-6)),
         ("half_rms", (5, 40), (40,), "rms_norm", None),
         ("channels_first", (1, 24, 5, 7), (24,), "layer_norm", None),
         ("two_dimensions", (3, 6, 11), (6, 11), "layer_norm", None)]

# Builder, shape, and how many layers there are with recognisers and without: but for
# conversions, chains become the kernels that operators become, without a recogniser.
OTHERS = [("activations", (8, 32), 5, 5),
          ("hugging_face_attention", (1, 20, 32), 7, 7),
          ("pytorch_attention", (1, 20, 32), 9, 9),
          ("batch_normalization", (1, 16, 9, 9), 3, 3),
          ("conversions", (5, 37), 2, 4)]


def layers_of(bundle):
    """The manifest's layers and options."""
    manifest = json.loads((bundle / "net.manifest.json").read_text())
    return manifest["layers"], manifest["options"]


def output_of(model, folder, *options):
    import numpy as np
    harness.run(harness.PITH, "run", model, *options, "--inputs", folder / "x.npz", "--outputs", folder / "y.npz")
    with np.load(folder / "y.npz") as data:
        return data["y"]


def compare_with_onnx_runtime(model, x, y, what):
    import numpy as np
    import onnxruntime
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    want = session.run(None, {"x": x})[0]
    assert want.shape == y.shape and want.dtype == y.dtype, what
    off = np.abs(y.astype(np.float64) - want).max() / np.abs(want.astype(np.float64)).max()
    assert off < (2e-3 if y.dtype == np.float16 else 1e-5), f"{what}: {off:.1e} of the largest magnitude away"
    assert np.isfinite(y.astype(np.float32)).all() and y.std() > 0.05, what


def check(folder, model, x, what):
    """The layers with recognisers and without, and the output, which is one for all."""
    import numpy as np
    np.savez(folder / "x.npz", x=x)
    layers, outputs = {}, {}
    for choice in ("on", "off"):
        harness.compile_model(model, folder / choice, "--name=net", f"--recognise={choice}")
        layers[choice], options = layers_of(folder / choice)
        assert options["recognise"] == choice
        outputs[f"reference {choice}"] = output_of(folder / choice, folder)
    for cpu in CPUS:
        outputs[cpu] = output_of(model, folder, f"--cpu={cpu}")
    outputs["native off"] = output_of(model, folder, "--recognise=off")
    y = outputs["reference off"]
    for name, output in outputs.items():
        assert output.tobytes() == y.tobytes(), f"{what}: {name} has other bits than Reference with --recognise=off"
    compare_with_onnx_runtime(model, x, y, what)
    return layers["on"], layers["off"], y


def found_in(layers):
    return [form for layer in layers for form in layer["forms"] if form.startswith("recognised")]


def specified(spec, x, scale, bias):
    sys.path.insert(0, str(harness.ROOT / "test" / "spec"))
    import floats
    kind, form, epsilon = spec
    return floats.norm(kind, x, [x.ndim - 1], epsilon, scale, None if kind == "rms" else bias, form)


def test_norms(folder):
    import numpy as np
    for number, (build, shape, sizes, family, spec) in enumerate(NORMS):
        place = folder / str(number)
        place.mkdir()
        w = exporters.Writer(shape, "float16" if build == "half_rms" else "float32")
        scale = (w.random.standard_normal(sizes) * 0.2 + 1).astype(np.float32)
        bias = w.random.standard_normal(sizes).astype(np.float32)
        model = w.save(place / "net.onnx", getattr(exporters, build)(w, scale, bias))
        x = (w.random.standard_normal(shape) * 3 + 1).astype(w.element)
        on, off, y = check(place, model, x, f"{build} {shape}")
        assert found_in(on) == [f"recognised {family}"] and not found_in(off), (build, found_in(on), found_in(off))
        assert len(on) < len(off), (build, len(on), len(off))
        if spec:
            assert y.tobytes() == specified(spec, x, scale, bias).tobytes(), f"{build} {shape}: not the spec's bits"


def test_others(folder):
    import numpy as np
    for build, shape, with_recognisers, without in OTHERS:
        place = folder / build
        place.mkdir()
        w = exporters.Writer(shape)
        model = w.save(place / "net.onnx", getattr(exporters, build)(w))
        on, off, _ = check(place, model, w.random.standard_normal(shape).astype(np.float32), build)
        counts = len(on), len(off)
        assert not found_in(on) and counts == (with_recognisers, without), (build, counts)


def test_random_chains(folder):
    """Whatever is found in chains near a norm, each result has the bits of the chain."""
    import numpy as np
    from support import chains
    np.savez(folder / "x.npz", **chains.save_chains(folder / "net.onnx", seed=1, count=40))
    outputs = {}
    for options in (["--target=reference", "--recognise=off"], ["--target=reference"], [], ["--cpu=avx2"]):
        harness.run(harness.PITH, "run", folder / "net.onnx", *options, "--inputs", folder / "x.npz", "--outputs",
                    folder / "y.npz")
        with np.load(folder / "y.npz") as data:
            outputs[" ".join(options)] = {key: data[key].tobytes() for key in data.files}
    want = outputs["--target=reference --recognise=off"]
    for options, output in outputs.items():
        different = [key for key in want if output[key] != want[key]]
        assert len(want) >= 40 and not different, f"{options}: {different} have other bits"
    harness.compile_model(folder / "net.onnx", folder / "bundle", "--name=net")
    layers, _ = layers_of(folder / "bundle")
    found = found_in(layers)
    for family in ("layer_norm", "rms_norm"):
        assert 5 <= found.count(f"recognised {family}") <= 25, found


def test_networks(folder):
    """Those in which something is found have the same bits; the others are the same modules."""
    import numpy as np
    from networks import networks, random_inputs, shared
    if not pathlib.Path(shared).is_dir():
        raise harness.Skip("needs ../shared/models")
    import onnxruntime
    different = []
    for name, (dims, (low, high), _) in networks.items():
        model = f"{shared}/{name}.onnx"
        sizes = [f"--dim={key}={size}" for key, size in dims.items()]
        texts = {}
        for choice in ("on", "off"):
            place = folder / f"{name}-{choice}"
            harness.compile_model(model, place, "--name=net", "--compile-to=import", f"--recognise={choice}", *sizes)
            texts[choice] = harness.run(harness.BUILD / "bin" / "pith-opt", place / "net.import.mlirbc")
        if texts["on"].replace('recognise = "on"', 'recognise = "off"') == texts["off"]:
            continue
        different.append(name)
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        np.savez(folder / "x.npz", **random_inputs(session, dims, low, high))
        outputs = []
        for choice in ("on", "off"):
            harness.run(harness.PITH, "run", model, f"--recognise={choice}", *sizes, "--inputs", folder / "x.npz",
                        "--outputs", folder / f"{choice}.npz")
            with np.load(folder / f"{choice}.npz") as data:
                outputs.append({key: data[key].tobytes() for key in data.files})
        assert outputs[0] == outputs[1], f"{name}: bits differ"
    assert different == ["vittracker"], different


def test_attention_is_one_kernel(folder):
    """Where a target joins groups, no scores are written, whoever wrote the chain."""
    for build in ("hugging_face_attention", "pytorch_attention"):
        w = exporters.Writer((1, 128, 64))
        model = w.save(folder / "net.onnx", getattr(exporters, build)(w))
        harness.run(harness.PITH, "compile", model, "-o", folder / build, "--name=net")
        manifest = json.loads((folder / build / "net.manifest.json").read_text())
        if manifest["target"]["name"] == "reference":
            raise harness.Skip("needs a target that joins groups")
        operators = [layer["op"] for layer in manifest["layers"]]
        assert "softmax" not in operators, (build, operators)


def test_a_module_keeps_its_choice(folder):
    """What was imported cannot be imported otherwise."""
    import numpy as np
    w = exporters.Writer((5, 37))
    model = w.save(folder / "net.onnx", exporters.pytorch_layer(w, np.ones(37), np.zeros(37)))
    harness.compile_model(model, folder / "i", "--compile-to=import", "--recognise=off")
    module, = (folder / "i").iterdir()
    harness.compile_model(module, folder / "a", "--recognise=on", code=3)
    harness.compile_model(module, folder / "b", "--name=net")
    layers, options = layers_of(folder / "b")
    assert len(layers) > 1 and options["recognise"] == "off", layers


if __name__ == "__main__":
    harness.main(globals())
