#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""pith evaluate: shares against ONNX Runtime, pixels against Pillow and NumPy, memory.

Pixels are compared through pith-test-data, which writes what a model would be
given. PNG, crop, resize (across, then down) and arithmetic must be equal to the bit. JPEG may differ
by 1 of 255 where Pillow brings another version of libjpeg-turbo: its versions
promise the same pixels, other implementations of the standard do not.
"""
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "support"))
import harness  # noqa: E402
from harness import BUILD, PITH, ROOT, Skip  # noqa: E402

SHARED = ROOT.parent / "shared"
DIGITS = ROOT / "models" / "digits"
TEST_DATA = BUILD / "bin" / "pith-test-data"
IMAGENET = "crop=224,scale=1/255,mean=0.485:0.456:0.406,std=0.229:0.224:0.225,layout=nchw"


def evaluate(model, data, *options, code=0):
    """The JSON of pith evaluate."""
    shaping = () if pathlib.Path(model).is_dir() else ("--target=reference",)
    return json.loads(harness.run(PITH, "evaluate", model, "--data", data, "--json", *shaping, *options, code=code,
                                  seconds=600))


def prepared(data, chain, shape, folder, type="f32", name="in"):
    """What a model would be given: an array for each sample, by name."""
    import numpy as np

    out = folder / "prepared.npz"
    harness.run(TEST_DATA, data, chain, out, f"{name}:{type}:{'x'.join(map(str, shape))}")
    with np.load(out) as arrays:
        return {key.rsplit(":", 1)[0]: arrays[key] for key in arrays.files}


# --- what is right --------------------------------------------------------

def digits():
    import numpy as np

    with np.load(DIGITS / "digits.npz") as data:
        return data["x"], data["y"]


def answers(model, x):
    """ONNX Runtime's scores, one sample at a time."""
    import numpy as np
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return np.concatenate([session.run(None, {name: x[i:i + 1]})[0] for i in range(len(x))])


def test_shares_are_those_of_onnx_runtime(folder):
    import numpy as np

    x, y = digits()
    scores = answers(DIGITS / "digits.onnx", x.astype(np.float32)[:, None])
    order = np.argsort(-scores, axis=1, kind="stable")
    result = evaluate(DIGITS / "digits.onnx", DIGITS / "digits.npz")
    assert result["n"] == len(y) == 1797
    assert result["metrics"] == {"top1": np.mean(order[:, 0] == y), "top5": np.mean((order[:, :5] == y[:, None]).any(1))}

    other = answers(DIGITS / "digits_int8.onnx", x.astype(np.float32)[:, None])
    noise = ((scores - other).astype(np.float64) ** 2).sum(1)
    signal = (scores.astype(np.float64) ** 2).sum(1)
    decibels = np.minimum(200, 10 * np.log10(signal / np.maximum(noise, 1e-300)))
    result = evaluate(DIGITS / "digits_int8.onnx", DIGITS / "digits.npz", "--reference", DIGITS / "digits.onnx")
    metrics = result["metrics"]
    # Codes may differ by one from ONNX Runtime's: one answer in 500, and half a decibel.
    assert abs(metrics["agreement"] - np.mean(scores.argmax(1) == other.argmax(1))) <= 0.002, metrics
    finite = decibels[decibels < 120].mean()
    assert abs(metrics["sqnr"] - decibels.mean()) < max(0.5, 0.02 * finite), (metrics, decibels.mean())


def test_a_folder_of_images_gives_the_same_shares(folder):
    from PIL import Image

    x, y = digits()
    images, table, slices = folder / "images", ["file,label"], ["file,slice"]
    images.mkdir()
    for i in range(200):
        Image.fromarray(x[i]).save(images / f"{y[i]:04}_{i}.png")
    chain = "grey,scale=1,layout=nchw"
    by_name = evaluate(DIGITS / "digits.onnx", images, "--preprocess", chain)
    # The same in folders, with labels in a table and two slices.
    nested = folder / "nested"
    for i in range(200):
        name = f"{'even' if y[i] % 2 == 0 else 'odd'}/image {i}.png"
        (nested / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(x[i]).save(nested / name)
        table.append(f'"{name}",{y[i]}')
        slices.append(f'"{name}",{name.split("/")[0]}')
    (nested / "labels.csv").write_text("\n".join(table))
    (folder / "slices.csv").write_text("\n".join(slices))
    by_table = evaluate(DIGITS / "digits.onnx", nested, "--preprocess", chain, "--slices", folder / "slices.csv")
    assert by_name["n"] == by_table["n"] == 200
    assert by_name["metrics"] == by_table["metrics"]
    even, odd = by_table["slices"]
    assert (even["slice"], odd["slice"], even["n"] + odd["n"]) == ("even", "odd", 200)
    for key, value in by_name["metrics"].items():
        parts = (even["n"] * even["metrics"][key] + odd["n"] * odd["metrics"][key]) / 200
        assert abs(parts - value) < 1e-9, (key, parts, value)


def test_test_data_sets(folder):
    import numpy as np
    from onnx import numpy_helper

    x, _ = digits()
    for i in range(3):
        inner = folder / "sets" / f"test_data_set_{i}"
        inner.mkdir(parents=True)
        tensor = numpy_helper.from_array(x[i].astype(np.float32)[None, None])
        (inner / "input_0.pb").write_bytes(tensor.SerializeToString())
    many = evaluate(DIGITS / "digits.onnx", folder / "sets", "--reference", DIGITS / "digits.onnx")
    one = evaluate(DIGITS / "digits.onnx", folder / "sets/test_data_set_1", "--reference", DIGITS / "digits.onnx")
    assert (many["n"], one["n"]) == (3, 1)
    assert many["metrics"] == {"agreement": 1, "sqnr": 200, "sqnr_min": 200}


def shared(*names):
    paths = [SHARED / name for name in names]
    for path in paths:
        if not path.exists():
            raise Skip(f"needs ../shared/{path.relative_to(SHARED)}")
    return paths


def test_real_networks(folder):
    mnist, digit_images, resnet, objects = shared("models/mnist_cnn_pytorch.onnx", "data/mnist1000.npz",
                                                  "models/resnet8_cifar10_nhwc.onnx", "data/cifar100imgs.npz")
    assert evaluate(mnist, digit_images, "--preprocess=mnist")["metrics"]["top1"] == 0.987
    for preset in ("cifar10", "raw"):
        assert evaluate(resnet, objects, "--preprocess", preset)["metrics"]["top1"] == 0.88


# --- pixels ---------------------------------------------------------------

def picture(height, width, seed=3):
    """Smooth shapes and noise, so that rounding and clipping both happen."""
    import numpy as np

    random = np.random.default_rng(seed)
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    waves = 128 + 150 * np.sin(y / 9 + c) * np.cos(x / 13 - c) + random.normal(0, 12, (height, width, 3))
    return np.clip(waves, 0, 255).astype(np.uint8)


def test_png_pixels_are_pillows(folder):
    import numpy as np
    from PIL import Image

    rgb = Image.fromarray(picture(37, 53))
    images = {"rgb": rgb, "grey": rgb.convert("L"), "bits": rgb.convert("1"), "palette": rgb.quantize(17),
              "rgba": rgb.convert("RGBA"), "la": rgb.convert("LA")}
    data = folder / "png"
    data.mkdir()
    for name, image in images.items():
        image.save(data / f"{name}.png")
    wide = np.random.default_rng(5).integers(0, 65536, (37, 53), dtype=np.uint16)
    Image.fromarray(wide).save(data / "16 bits.png")
    got = prepared(data, "layout=nchw", (1, 3, 37, 53), folder, "u8")
    grey = prepared(data, "grey,layout=nchw", (1, 1, 37, 53), folder, "u8")
    assert len(got) == len(images) + 1
    assert np.array_equal(got["16 bits.png"][0, 1], np.round(wide / 257).astype(np.uint8))  # Pillow would clip
    for name in images:
        image = Image.open(data / f"{name}.png").convert("RGB")
        assert np.array_equal(got[name + ".png"][0], np.asarray(image).transpose(2, 0, 1)), name
        assert np.array_equal(grey[name + ".png"][0, 0], np.asarray(image.convert("L"))), name


def test_jpeg_pixels_are_pillows(folder):
    import numpy as np
    from PIL import Image

    rgb = Image.fromarray(picture(227, 250))
    data = folder / "jpeg"
    data.mkdir()
    for name, options in {"420": {"subsampling": 2}, "422": {"subsampling": 1}, "444": {"subsampling": 0},
                          "progressive": {"progressive": True}, "bad_quality": {"quality": 3}}.items():
        rgb.save(data / f"{name}.jpg", **options)
    rgb.convert("L").save(data / "grey.jpg")
    rgb.convert("CMYK").save(data / "cmyk.jpg")
    got = prepared(data, "layout=nhwc,bgr", (1, 227, 250, 3), folder, "u8")
    assert len(got) == 7
    for name, array in got.items():
        want = np.asarray(Image.open(data / name).convert("RGB"))[:, :, ::-1]
        difference = np.abs(array[0].astype(int) - want)
        print(f"  {name}: largest difference to Pillow {difference.max()} of 255")
        assert difference.max() <= 1, name


def resized(image, height, width):
    """Pillow's result, across first. One call for both lets new versions choose the order."""
    import numpy as np
    from PIL import Image

    want = np.asarray(image.resize((width, image.height), Image.BILINEAR).resize((width, height), Image.BILINEAR))
    at_once = np.asarray(image.resize((width, height), Image.BILINEAR))
    assert np.abs(want.astype(int) - at_once).max() <= 1
    return want


def test_resized_pixels_are_pillows(folder):
    import numpy as np
    from PIL import Image

    data = folder / "data"
    data.mkdir()
    for height, width in ((1, 1), (3, 200), (97, 61), (64, 64), (301, 17)):
        image = Image.fromarray(picture(height, width, height))
        image.save(data / "image.png")
        for to in ((1, 1), (7, 5), (64, 64), (131, 250), (height, 9)):
            got = prepared(data, f"resize={to[0]}x{to[1]}", (1, *to, 3), folder, "u8")["image.png"][0]
            assert np.array_equal(got, resized(image, *to)), (height, width, to)
        short = min(height, width)
        to = (20 * height // short, 20 * width // short)
        got = prepared(data, "resize=20", (1, *to, 3), folder, "u8")["image.png"][0]
        assert np.array_equal(got, resized(image, *to)), (height, width)


def imagenet(image):
    """The preset in NumPy, from pixels."""
    import numpy as np

    top, left = (image.shape[0] - 224) // 2, (image.shape[1] - 224) // 2
    pixels = image[top:top + 224, left:left + 224].astype(np.float32) / np.float32(255)
    pixels = pixels - np.array([0.485, 0.456, 0.406], np.float32)
    return (pixels / np.array([0.229, 0.224, 0.225], np.float32)).transpose(2, 0, 1)[None]


def test_presets_are_numpys(folder):
    import numpy as np
    from PIL import Image

    data = folder / "data"
    data.mkdir()
    sizes = ((224, 224), (225, 227), (300, 224), (256, 341))
    for height, width in sizes:
        Image.fromarray(picture(height, width)).save(data / f"{height}.png")
    preset = prepared(data, "imagenet", (1, 3, 224, 224), folder)
    chain = prepared(data, IMAGENET, (1, 3, 224, 224), folder)
    for height, width in sizes:
        want = imagenet(picture(height, width)).tobytes()
        assert preset[f"{height}.png"].tobytes() == want and chain[f"{height}.png"].tobytes() == want, (height, width)

    x = digits()[0]
    np.savez_compressed(folder / "x.npz", x=x)
    mnist = prepared(folder / "x.npz", "mnist", (1, 1, 8, 8), folder)
    cifar = prepared(folder / "x.npz", "cifar10", (1, 8, 8, 1), folder)
    for i in range(len(x)):
        want = (x[i].astype(np.float32) / np.float32(255) - np.float32(0.1307)) / np.float32(0.3081)
        assert mnist[str(i)].tobytes() == want.tobytes() and np.array_equal(cifar[str(i)].ravel(), x[i].ravel())


def test_real_photographs(folder):
    import numpy as np
    from PIL import Image

    (photographs,) = shared("data/imagenet500")
    data = folder / "data"
    data.mkdir()
    for path in sorted(photographs.iterdir())[::25]:
        os.symlink(path, data / path.name)
    got = prepared(data, "imagenet", (1, 3, 224, 224), folder)
    assert len(got) == 20
    one = np.float32(1 / 255 / 0.224 + 1e-6)  # a code, normalized; the deviation of green is the smallest
    worst = 0
    for name, array in got.items():
        want = imagenet(np.asarray(Image.open(data / name).convert("RGB")))
        worst = max(worst, float(np.abs(array - want).max()))
    print(f"  20 JPEGs: largest difference to Pillow {worst} (one code is {one:.4f})")
    assert worst <= one


# --- memory ---------------------------------------------------------------

def peak(*command):
    """The peak of resident memory of a command that succeeds, in MB.

    A child's peak includes its parent's memory at the time of the fork, so the
    parent is a process that has imported next to nothing.
    """
    script = ("import resource, subprocess, sys\n"
              "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
              "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    return int(harness.run(sys.executable, "-S", "-c", script, *command, seconds=600)) / 1024


def test_memory_does_not_grow_with_the_data(folder):
    import numpy as np

    harness.compile_model(DIGITS / "digits.onnx", folder / "bundle")
    x, y = digits()
    # 5 MB of floats, 438 MB, and 122 MB deflated. A few samples suffice: what reads all, reads it first.
    floats = np.repeat(x, 10, axis=0).astype(np.float32)
    np.savez(folder / "small.npz", x=floats, y=np.repeat(y, 10))
    with open(folder / "large.npy", "wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False,
                                                    "shape": (len(floats) * 100, 8, 8)})
        for _ in range(100):
            file.write(floats.tobytes())
    noise = np.random.default_rng(1).integers(0, 17, (500_000, 8, 8)).astype(np.float32)
    np.savez_compressed(folder / "packed.npz", x=noise)
    usual = peak(PITH, "evaluate", folder / "bundle", "--data", folder / "small.npz")
    for name in ("large.npy", "packed.npz"):
        size = (folder / name).stat().st_size >> 20
        got = peak(PITH, "evaluate", folder / "bundle", "--data", folder / name, "--limit=100000")
        print(f"  {name} ({size} MB): {got:.0f} MB, {usual:.0f} MB with 5 MB of data")
        # 8 bytes for each sample's time, and what is ahead.
        assert got < usual + 24, (name, got, usual)


def test_photographs_in_less_than_300_mb(folder):
    network, photographs = shared("models/mobilenetv2-12-qdq.onnx", "data/imagenet500")
    got = peak(PITH, "evaluate", network, "--target=reference", "--data", photographs, "--preprocess=imagenet",
               "--limit=30")
    print(f"  mobilenetv2, compiled and run: {got:.0f} MB")
    assert got < 300


if __name__ == "__main__":
    harness.main(globals())
