# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Inputs of the networks in ../shared, prepared once for every engine."""
import numpy as np

from support import harness

SHARED = harness.ROOT.parent / "shared"


def need(*parts):
    path = SHARED.joinpath(*parts)
    if not path.exists():
        raise harness.Skip(f"../shared/{'/'.join(parts)} is not there")
    return path


def digits(raw=False):
    """[1000, 1, 1, 28, 28], and what they show."""
    data = np.load(need("data", "mnist1000.npz"))
    x = data["x"].astype(np.float32).reshape(-1, 1, 1, 28, 28)
    if not raw:
        x = (x / np.float32(255) - np.float32(0.1307)) / np.float32(0.3081)
    return x, data["y"]


def photographs(count):
    """Paths, spread over the folder; all of them if there are no more."""
    paths = sorted(need("data", "imagenet500").glob("*.jpg"))
    step = max(len(paths) // count, 1)
    return paths[::step][:count]


def pixels(path, size=None):
    from PIL import Image

    image = Image.open(path).convert("RGB")
    if size:
        image = image.resize((size, size), Image.BILINEAR)
    return np.asarray(image, np.float32)


def imagenet(path):
    """Centre crop 224, usual mean and deviation, NCHW."""
    image = pixels(path)
    top, left = (image.shape[0] - 224) // 2, (image.shape[1] - 224) // 2
    image = image[top:top + 224, left:left + 224] / np.float32(255)
    image = (image - np.float32([0.485, 0.456, 0.406])) / np.float32([0.229, 0.224, 0.225])
    return np.ascontiguousarray(image.transpose(2, 0, 1)[None], np.float32)


def luminance(path):
    """[1, 1, 224, 224] from 0 to 1."""
    grey = pixels(path, 224) @ np.float32([0.299, 0.587, 0.114]) / np.float32(255)
    return np.ascontiguousarray(grey[None, None], np.float32)


def detection(path):
    """[1, 3, 416, 416], BGR from 0 to 255."""
    return np.ascontiguousarray(pixels(path, 416)[..., ::-1].transpose(2, 0, 1)[None], np.float32)


def small_photographs():
    """[100, 1, 32, 32, 3] from 0 to 255."""
    return np.load(need("data", "cifar100imgs.npz"))["x"].astype(np.float32)[:, None]
