# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The nine networks of networks.py, made and run in every way: the same bytes
from every stage, folder and locale; the same bits on another machine and for
every number of samples.

A bundle for aarch64 carries a hash of each layer's result that was computed on
this machine: its self-test, run under an emulator, compares them all.

Without ../shared/models there is nothing to test.
"""
import json
import pathlib

from support import harness
from support.harness import STAGES, assert_same, compile_model, need, run
from networks import networks, shared

AARCH64 = "aarch64-unknown-linux-gnu"
SELFTEST = """
#include "m.h"
#include <stdio.h>
#include <stdlib.h>
int main(void) {
  void *arena = aligned_alloc(64, (M_SELFTEST_ARENA_SIZE + 63) / 64 * 64);
  int state = arena ? m_init(arena, NULL) : 99;
  if (!state) state = m_selftest(arena);
  printf("%d\\n", state);
  return state != 0;
}
"""
# Networks with a leading symbolic dimension, and its name.
BATCHED = {"resnet8_cifar10_nhwc": "unk__126", "super_resolution_sub_pixel_cnn": "batch_size",
           "byte_sb_bidi_lstm": "batch"}


def each_network():
    if not pathlib.Path(shared).is_dir():
        raise harness.Skip("needs ../shared/models")
    for name, (dims, _, _) in networks.items():
        yield name, f"{shared}/{name}.onnx", [f"--dim={key}={size}" for key, size in dims.items()]


def test_resumed_from_every_stage(folder):
    for name, model, dims in each_network():
        whole = folder / f"{name}-whole"
        dumps = folder / f"{name}-dumps"
        compile_model(model, whole, "--name=m", f"--dump-stages={dumps}", *dims)
        found = {stage: path for stage in STAGES for path in dumps.iterdir() if stage in path.name}
        assert set(found) == set(STAGES), f"{name}: {sorted(found)}"
        for stage, middle in found.items():
            end = folder / f"{name}-{stage}"
            run(harness.PITH, "compile", middle, "-o", end, f"--compile-from={stage}")
            assert_same(whole, end, f"{name} from {stage}")


def test_same_bytes_anywhere(folder):
    for name, model, dims in each_network():
        first, second = folder / f"{name}-1", folder / "elsewhere" / f"{name}-2"
        second.parent.mkdir(exist_ok=True)
        compile_model(model, first, "--name=m", *dims)
        compile_model(model, second, "--name=m", "--mlir-threading=off", *dims, cwd="/",
                      env={"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Tokyo", "HOME": "/nonexistent"})
        assert_same(first, second, name)


def test_same_bits_on_aarch64(folder):
    emulator, compiler = need("qemu-aarch64"), need("clang-22")
    (folder / "selftest.c").write_text(SELFTEST)
    for name, model, dims in each_network():
        bundle = folder / name
        compile_model(model, bundle, "--name=m", f"--triple={AARCH64}", *dims)
        layers = json.loads((bundle / "m.manifest.json").read_text())["layers"]
        assert layers, f"{name} has no layers to compare"
        program = folder / f"{name}.aarch64"
        run(compiler, "--target=aarch64-linux-gnu", "-fuse-ld=lld", "-static", "-std=c11", "-O1",
            f"-I{bundle}", folder / "selftest.c", bundle / "m.o", "-o", program)
        assert run(emulator, program, seconds=600) == "0\n", name


def test_batch_equals_static(folder):
    import numpy as np
    for name, model, dims in each_network():
        if name not in BATCHED:
            continue
        symbol, (low, high) = BATCHED[name], networks[name][1]
        for samples in (1, 3, 7):
            feeds = random_samples(model, dict(networks[name][0]), samples, low, high)
            np.savez(folder / "x.npz", **feeds)
            results = []
            for size in (f"{symbol}=1..8", f"{symbol}={samples}"):
                run(harness.PITH, "run", model, "--target=reference", *dims, f"--dim={size}",
                    "--inputs", folder / "x.npz", "--outputs", folder / "y.npz")
                with np.load(folder / "y.npz") as data:
                    results.append({key: data[key] for key in data.files})
            for key, static in results[1].items():
                assert static.shape[0] == samples, f"{name}: {key} has shape {static.shape}"
                assert results[0][key].tobytes() == static.tobytes(), f"{name}, {samples} samples: {key}"


def random_samples(model, dims, samples, low, high):
    import numpy as np
    import onnx
    graph = onnx.load(model).graph
    generator = np.random.default_rng(11)
    constants = {init.name for init in graph.initializer}
    feeds = {}
    for value in graph.input:
        if value.name in constants:
            continue
        tensor = value.type.tensor_type
        shape = [d.dim_value or dims.get(d.dim_param, samples) for d in tensor.shape.dim]
        dtype = onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type)
        feeds[value.name] = generator.uniform(low, high, shape).astype(dtype)
    return feeds


if __name__ == "__main__":
    harness.main(globals())
