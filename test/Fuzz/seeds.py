#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes what fuzzing begins with: small well-formed files of each kind.

usage: seeds.py FOLDER [TARGET...]

FOLDER gets a folder for each target (default: all), filled from ONNX's node tests, the
stages that `pith compile --dump-stages` writes of some of them, the modules of pith's own
tests, and arrays and images made here. What is there already is left alone.
"""
import io
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYTHON = ROOT / "build" / "python" / "bin" / "python"
PITH = ROOT / "build" / "bin" / "pith"
LARGEST = 1 << 13
STAGED = 60  # node tests whose stages are taken
MOST = 800  # of each target: libFuzzer reads them whenever it starts


def node_models():
    sys.path.insert(0, str(ROOT / "test" / "Conformance"))
    from cases import collect_nodes

    for entry in collect_nodes(ROOT / "build"):
        for mode in "ab":
            if entry[mode]:
                yield f"{entry['name']}-{mode}", pathlib.Path(entry[mode]["model"]), entry[mode]["inputs"]


def onnx_seeds():
    for name, model, _ in node_models():
        yield name, model.read_bytes()


def onnx_text_seeds():
    import onnx
    from onnx import parser, printer

    for name, model, _ in node_models():
        try:
            text = printer.to_text(onnx.load(model))
            parser.parse_model(text)
        except Exception:  # the printer does not know all that files have
            continue
        yield name, text.encode()


def tensor_seeds():
    for name, _, inputs in list(node_models())[::10]:
        for number, path in enumerate(inputs):
            yield f"{name}-{number}", pathlib.Path(path).read_bytes()


def arrays():
    import numpy as np

    for kind in ("b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"):
        for shape in ((), (0,), (3,), (2, 3), (1, 2, 3)):
            yield f"{kind}-{len(shape)}-{shape[0] if shape else 1}", np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(kind)


def npy_seeds():
    import numpy as np

    for name, array in arrays():
        for version in ((1, 0), (2, 0)):
            out = io.BytesIO()
            np.lib.format.write_array(out, np.asfortranarray(array) if version[0] == 2 else array, version=version)
            yield f"{name}-v{version[0]}", out.getvalue()


def npz_seeds():
    import numpy as np

    some = dict(list(arrays())[::7])
    for name, save in (("stored", np.savez), ("deflated", np.savez_compressed)):
        for count in (0, 1, 2, len(some)):
            out = io.BytesIO()
            save(out, **dict(list(some.items())[:count]))
            yield f"{name}-{count}", out.getvalue()


def images():
    import numpy as np
    from PIL import Image

    for height, width in ((1, 1), (9, 17)):
        pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
        yield f"{width}x{height}", Image.fromarray(pixels)


def encoded(image, **options):
    out = io.BytesIO()
    image.save(out, **options)
    return out.getvalue()


def jpeg_seeds():
    for name, image in images():
        for mode in ("L", "RGB", "CMYK"):
            for progressive in (False, True):
                yield (f"{name}-{mode}-{'progressive' if progressive else 'baseline'}",
                       encoded(image.convert(mode), format="JPEG", progressive=progressive, subsampling=2 if progressive else 0))


def png_seeds():
    for name, image in images():
        for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
            yield f"{name}-{mode.replace(';', '')}", encoded(image.convert("L").convert(mode) if mode == "I;16" else image.convert(mode), format="PNG")


def without_locations(text):
    """Half of what a dumped module has is where things are from."""
    text = re.sub(r' loc\((?:#loc\d*|unknown|"[^"]*")\)', "", text)
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#loc"))


def stages_seeds():
    """What compiling writes; and the modules of the tests, one for each part."""
    models = [(name, model) for name, model, _ in node_models() if model.stat().st_size < 2000]
    models += [(path.stem, path) for path in (ROOT / "models").rglob("*_int8.onnx")]
    chosen = random.Random(7).sample(models[:-1], min(STAGED, len(models) - 1)) + models[-1:]
    for name, model in chosen:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([PITH, "compile", model, "-o", f"{folder}/b", f"--dump-stages={folder}/d", "--target=reference"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            for path in sorted(pathlib.Path(folder, "d").glob("*.mlir")):
                yield f"{name}-{path.stem}", without_locations(path.read_text()).encode()
    for path in sorted([*(ROOT / "test").rglob("*.mlir"), *(ROOT / "targets").rglob("*.mlir")]):
        text = "\n".join(line for line in path.read_text().splitlines() if not re.match(r"\s*//(?! -----)", line))
        stage = BEFORE.get(path.relative_to(ROOT).parts[1], "schedule" if "targets" in path.parts else None)
        for number, part in enumerate(text.split("// -----")):
            name, part = f"{path.parent.name}-{path.stem}-{number}", part.strip() + "\n"
            yield name, part.encode()
            if stage:
                yield f"{name}-{stage}", of_stage(part, stage).encode()


BEFORE = {"Quantize": "import", "Sparsify": "quantize", "Schedule": "sparsify", "Kernels": "schedule",
          "Target": "schedule"}


def named(signature):
    """The arguments and results of a function, with names as a model's have."""
    def io(match):
        element = re.sub(r"i(8|16|32|64)$", r"si\1", match.group(1))
        return f'{match.group(0)} {{pith.io = #pith.io<"v{match.start()}", {element}>}}'

    signature = re.sub(r"-> (tensor<[^<>]*>)", r"-> (\1)", signature)
    return re.sub(r"tensor<(?:\d+x)*([a-z]\w*)>", io, signature)


def of_stage(part, stage):
    """A module of a test as one that has completed a stage, with its first function as the model."""
    stated = f'pith.stage = "{stage}", pith.arena = 64 : i64, pith.weights = 0 : i64'
    if stage != "schedule":
        part = re.sub(r"func\.func (?:private )?@[\w.]+(.*)", lambda match: "func.func @main" + named(match.group(1)), part, count=1)
    part = part.replace('<"test.loops"', '<"reference.loops"')
    if re.search(r"^module attributes \{", part, re.M):
        return re.sub(r"^module attributes \{", "module attributes {" + stated + ", ", part, count=1, flags=re.M)
    if re.search(r"^module \{", part, re.M):
        return re.sub(r"^module \{", f"module attributes {{{stated}}} {{", part, count=1, flags=re.M)
    lines = part.splitlines(keepends=True)
    aliases = "".join(line for line in lines if re.match(r"[#!]\w", line))
    rest = "".join(line for line in lines if not re.match(r"[#!]\w", line))
    return f"{aliases}module attributes {{{stated}}} {{\n{rest}}}\n"


SEEDS = {"onnx": onnx_seeds, "onnx-text": onnx_text_seeds, "tensor": tensor_seeds, "npy": npy_seeds, "npz": npz_seeds,
         "jpeg": jpeg_seeds, "png": png_seeds, "stages": stages_seeds}


def write(folder, target):
    """Fills the folder of a target; those of targets that are not in SEEDS have the corpus only."""
    folder.mkdir(parents=True, exist_ok=True)
    if target not in SEEDS or any(folder.iterdir()):
        return
    found = {name: data for name, data in SEEDS[target]() if data and len(data) <= LARGEST}
    for name in random.Random(7).sample(sorted(found), min(MOST, len(found))):
        (folder / name).write_bytes(found[name])


def main():
    if pathlib.Path(sys.prefix) != PYTHON.parent.parent:
        if not PYTHON.exists():
            sys.exit(f"error: expected {PYTHON}; scripts/setup makes it")
        os.execv(PYTHON, [str(PYTHON), *sys.argv])
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    for target in sys.argv[2:] or SEEDS:
        write(pathlib.Path(sys.argv[1], target), target)


if __name__ == "__main__":
    main()
