#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Data sets that are broken: pith evaluate gives one line that names the file
and a remedy, exit code 3, within seconds and without taking memory for it.
"""
import os
import pathlib
import resource
import struct
import subprocess
import sys
import zipfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent / "support"))
import harness  # noqa: E402
from harness import PITH, ROOT, Skip  # noqa: E402

DIGITS = ROOT / "models" / "digits"


def picture(size):
    import numpy as np
    from PIL import Image

    return Image.fromarray(np.random.default_rng(3).integers(0, 256, (size, size, 3), dtype=np.uint8))


def png(folder, name, size=8):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    picture(size).convert("L").save(folder / name)


def jpeg(folder, name, size=8):
    picture(size).save(folder / name)


def npy(descr="<f4", shape="(2, 8, 8)", data=bytes(512), padding=0):
    header = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}".encode() + b" " * padding + b"\n"
    return b"\x93NUMPY\x02\x00" + struct.pack("<I", len(header)) + header + data


def npz(path, method=zipfile.ZIP_DEFLATED, **members):
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in members.items():
            file.writestr(name + ".npy", content)
    return path


def cut(path, share):
    data = path.read_bytes()
    path.write_bytes(data[:int(len(data) * share)])


def png_header(width, height):
    """A PNG that claims a size and has no pixels."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def empty_folder(data):
    data.mkdir()
    return data, "'{data}': no images in the folder; expected .jpg, .jpeg or .png files"


def missing(data):
    return data, "'{data}': cannot open: No such file or directory"


def truncated_jpeg(data):
    data.mkdir()
    jpeg(data, "0001_a.jpg", 64)
    cut(data / "0001_a.jpg", 0.7)
    return data, "'{data}/0001_a.jpg': damaged JPEG image: Premature end of JPEG file; remove it or replace it"


def jpeg_cut_in_its_header(data):
    data.mkdir()
    jpeg(data, "0001_a.jpg", 64)
    cut(data / "0001_a.jpg", 0.1)
    return data, "'{data}/0001_a.jpg': damaged JPEG image: "


def truncated_png(data):
    data.mkdir()
    png(data, "0001_a.png", 64)
    cut(data / "0001_a.png", 0.7)
    return data, "'{data}/0001_a.png': damaged PNG image: the data is cut off; remove it or replace it"


def damaged_png(data):
    data.mkdir()
    png(data, "0001_a.png", 64)
    content = bytearray((data / "0001_a.png").read_bytes())
    content[len(content) // 2] ^= 0xff
    (data / "0001_a.png").write_bytes(content)
    return data, "'{data}/0001_a.png': damaged PNG image: "


def enormous_image(data):
    data.mkdir()
    (data / "0001_a.png").write_bytes(png_header(100000, 100000))
    return data, "'{data}/0001_a.png': an image of 100000 x 100000 pixels; expected 1 to 67108864: scale it down"


def enormous_jpeg(data):
    data.mkdir()
    jpeg(data, "0001_a.jpg", 64)
    content = bytearray((data / "0001_a.jpg").read_bytes())
    at = content.index(b"\xff\xc0")  # the frame: length, depth, height, width
    content[at + 5:at + 9] = struct.pack(">HH", 65000, 65000)
    (data / "0001_a.jpg").write_bytes(content)
    return data, "'{data}/0001_a.jpg': an image of 65000 x 65000 pixels; expected 1 to 67108864: scale it down"


def text_called_image(data):
    data.mkdir()
    (data / "0001_a.jpg").write_text("hello")
    return data, "'{data}/0001_a.jpg': expected a JPEG or PNG image, found something else"


def empty_file(data):
    data.mkdir()
    (data / "0001_a.jpg").touch()
    return data, "'{data}/0001_a.jpg': expected a JPEG or PNG image, found an empty file"


def mixed_shapes(data):
    png(data, "0001_a.png", 8)
    png(data, "0002_b.png", 9)
    return data, "'{data}/0002_b.png': input 'image': expected f32 [1x1x8x8], got f32 [1x1x9x9]; change the size"


def too_small_for_the_crop(data):
    png(data, "0001_a.png", 7)
    return data, ("'{data}/0001_a.png': crop needs at least 8 x 8 pixels (height x width), the image has 7 x 7; "
                  "put resize=8 before crop"), "--preprocess=grey,crop=8,scale=1"


def label_out_of_range(data):
    png(data, "0001_a.png")
    png(data, "0010_a.png")
    return data, "'{data}/0010_a.png': expected a label from 0 to 9, got 10; correct it"


def name_without_label(data):
    png(data, "0001_a.png")
    png(data, "b.png")
    return data, "'{data}/b.png': expected a name that starts with the class number, as '0042_name.jpg'"


def labels_of_a_missing_file(data):
    png(data, "a.png")
    (data / "labels.csv").write_text("file,label\na.png,1\nb.png,2\n")
    return data, "'{data}/labels.csv': line 3: the folder has no image 'b.png'; remove the line or add the file"


def labels_outside(data):
    png(data, "a.png")
    (data / "labels.csv").write_text("../a.png,1\n")
    return data, "'{data}/labels.csv': line 1: the folder has no image '../a.png'"


def labels_that_are_words(data):
    png(data, "a.png")
    (data / "labels.csv").write_text("a.png,cat\n")
    return data, "'{data}/labels.csv': line 1: expected a class number, got 'cat'"


def link_loop(data):
    png(data, "0001_a.png")
    (data / "loop").symlink_to(".")
    return data, "'{data}/loop': a link loop, or a second link to the same folder; remove the link"


def link_to_itself(data):
    data.mkdir()
    (data / "0001_a.png").symlink_to("0001_a.png")
    return data, "'{data}/0001_a.png': cannot open: Too many levels of symbolic links; remove it or repair the link"


def folder_called_image(data):
    (data / "0001_a.png").mkdir(parents=True)
    return data, "'{data}/0001_a.png': expected an image, found a folder; rename it"


def pipe_called_image(data):
    data.mkdir()
    os.mkfifo(data / "0001_a.png")
    return data, "'{data}/0001_a.png': expected a regular file"


def wrong_kind(data):
    data.write_text("hello")
    return data, ("'{data}': expected a folder of JPEG or PNG images, a .npz or .npy file, or a test_data_set folder")


def nan(data):
    import numpy as np

    x = np.zeros((3, 8, 8), np.float32)
    x[1, 0, 5] = np.nan
    np.savez(data, x=x)
    return data.with_name(data.name + ".npz"), "'{data}.npz': sample 1: input 'image' is NaN at element 5; remove or repair"


def zip_bomb(data):
    size = len(npy("|u1", "(2097152, 8, 8)", b"")) + (1 << 27)
    return npz(data, x=npy("|u1", "(2097152, 8, 8)", bytes(1 << 27))), \
        f"bytes that inflate to {size} look like a zip bomb; save real data with numpy.savez"


def state_size(path, size):
    """Lets the directory of an archive of one member lie about it."""
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24:at + 28] = struct.pack("<I", size)
    path.write_bytes(content)


def zip_that_states_less(data):
    npz(data, x=npy())
    state_size(data, len(npy()) - 256)
    return data, "'{data}:x.npy': expected 512 bytes of data for shape f32 [2x8x8], got 256; write the file again"


def zip_that_holds_more(data):
    npz(data, x=npy(data=bytes(512 + 10_000_000)))
    state_size(data, len(npy()))
    return data, "'{data}:x.npy': the deflated data is damaged; copy or write the file again"


def zip_that_states_the_impossible(data):
    npz(data, x=npy(data=bytes(512 + 60_000_000)))
    state_size(data, 0xf0000000)
    return data, "'{data}:x.npy': "


def shape_beyond_the_data(data):
    data.write_bytes(npy(shape="(2, 4294967296, 4294967296)"))
    return data, "'{data}': one sample of f32 [4294967296x4294967296] is larger than the limit"


def cut_zip(data):
    npz(data, x=npy())
    cut(data, 0.5)
    return data, "'{data}': expected a zip archive, found no directory at its end; the file may be cut off"


def damaged_zip(data):
    npz(data, zipfile.ZIP_STORED, x=npy())
    content = bytearray(data.read_bytes())
    content[300] ^= 1
    data.write_bytes(content)
    return data, "'{data}:x.npy': the checksum does not match: the file is damaged; copy or write it again"


def missing_keys(data):
    return npz(data, a=npy(), b=npy()), \
        "'{data}': expected an array for each input of the model ('image', or 'x'), it holds 'a', 'b'; rename the arrays"


def labels_of_other_length(data):
    return npz(data, x=npy(), y=npy("|u1", "(3,)", bytes(3))), \
        "'{data}': expected 2 labels, one for each sample, got 3"


def labels_as_floats(data):
    return npz(data, x=npy(), y=npy("<f4", "(2,)", bytes(8))), \
        "'{data}:y.npy': expected labels as whole numbers, one for each sample, got f32 [2]"


def labels_out_of_range_in_an_array(data):
    return npz(data, x=npy(), labels=npy("|i1", "(2,)", b"\x03\xff")), \
        "'{data}': sample 1: expected a label from 0 to 9, got -1"


def objects(data):
    data.write_bytes(npy("|O"))
    return data, "'{data}': unsupported element type '|O'; expected little-endian numbers or booleans; convert the array with astype"


def negative_shape(data):
    data.write_bytes(npy(shape="(-2, 8, 8)"))
    return data, "'{data}': the shape has a negative size; write the file again"


def huge_header(data):
    size = len(npy(data=b"")) - 12 + (1 << 20)
    data.write_bytes(npy(padding=1 << 20))
    return data, f"'{{data}}': the header has {size} bytes, expected at most 65536"


def no_samples(data):
    data.write_bytes(npy(shape="(0, 8, 8)", data=b""))
    return data, "'{data}': holds no samples"


def single_number(data):
    data.write_bytes(npy(shape="()", data=bytes(4)))
    return data, "'{data}': expected samples in the first dimension, got a single number"


def wrong_type(data):
    data.write_bytes(npy("<f8", data=bytes(1024)))
    return data, "'{data}': sample 0: input 'image': expected f32 [1x1x8x8], got f64 [8x8]; convert the data to this type"


def cut_npy(data):
    data.write_bytes(npy(data=bytes(500)))
    return data, "'{data}': expected 512 bytes of data for shape f32 [2x8x8], got 500; write the file again"


def damaged_tensor(data):
    data.mkdir()
    (data / "input_0.pb").write_bytes(b"nonsense")
    return data, "'{data}/input_0.pb': expected a tensor in ONNX's format"


BROKEN = (empty_folder, missing, truncated_jpeg, jpeg_cut_in_its_header, truncated_png, damaged_png, enormous_image,
          enormous_jpeg, text_called_image, empty_file, mixed_shapes, too_small_for_the_crop, label_out_of_range,
          name_without_label, labels_of_a_missing_file, labels_outside, labels_that_are_words, link_loop,
          link_to_itself, folder_called_image, pipe_called_image, wrong_kind, nan, zip_bomb, zip_that_states_less,
          zip_that_holds_more, zip_that_states_the_impossible, shape_beyond_the_data, cut_zip, damaged_zip,
          missing_keys, labels_of_other_length, labels_as_floats, labels_out_of_range_in_an_array, objects,
          negative_shape, huge_header, no_samples, single_number, wrong_type, cut_npy, damaged_tensor)


def refused(bundle, data, *options, **keywords):
    """Standard error of an evaluation that fails in the defined way: one line, soon, in little memory."""
    def limits():
        resource.setrlimit(resource.RLIMIT_AS, (1 << 32, 1 << 32))
    process = subprocess.run([str(PITH), "evaluate", str(bundle), "--data", str(data), *options], capture_output=True,
                             timeout=60, preexec_fn=limits, **keywords)
    error = process.stderr.decode()
    assert process.returncode == 3, f"exit code {process.returncode}: {error}"
    assert error.startswith("error: ") and error.count("\n") == 1, error
    return error


def test_broken_data_sets(folder):
    bundle = folder / "bundle"
    harness.compile_model(DIGITS / "digits.onnx", bundle)
    for case in BROKEN:
        data = folder / case.__name__
        path, message, *options = case(data)
        error = refused(bundle, path, *(options or ["--preprocess=grey,scale=1,layout=nchw"] if path.is_dir() else []))
        print(f"  {case.__name__}: {error.strip().replace(str(folder), '')}")
        assert message.replace("{data}", str(data)) in error, f"{case.__name__}: expected '{message}', got '{error}'"


def test_no_permission(folder):
    """Root may read everything, so as another user."""
    bundle, data = folder / "bundle", folder / "data"
    harness.compile_model(DIGITS / "digits.onnx", bundle)
    png(data, "inner/0001_a.png")
    folder.chmod(0o755)
    other = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    try:
        subprocess.run([str(PITH), "--version"], check=True, capture_output=True, **other)
    except (OSError, subprocess.CalledProcessError):
        raise Skip("another user cannot run the build")
    (data / "inner").chmod(0)
    try:
        error = refused(bundle, data, **other)
    finally:
        (data / "inner").chmod(0o755)
    assert f"'{data}/inner': cannot open: Permission denied; check its permissions" in error, error
    (data / "inner/0001_a.png").chmod(0)
    error = refused(bundle, data, **other)
    assert f"'{data}/inner/0001_a.png': cannot open: Permission denied" in error, error


if __name__ == "__main__":
    harness.main(globals())
