# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A compiled model inside this process: for many runs of one program."""
import ctypes
import json
import pathlib

import numpy as np

from support import harness

TYPES = {"f32": np.float32, "f64": np.float64, "f16": np.float16, "u8": np.uint8, "i8": np.int8, "s8": np.int8,
         "u16": np.uint16, "i16": np.int16, "s16": np.int16, "i32": np.int32, "i64": np.int64, "bool": np.bool_}


class Bundle:
    """Compiles a model to a shared object and loads it."""

    def __init__(self, model, folder, *options):
        folder = pathlib.Path(folder)
        harness.compile_model(model, folder, "--name=net", "--emit=shared", *options, seconds=1200)
        manifest = json.loads((folder / "net.manifest.json").read_text())
        self.inputs, self.outputs = manifest["inputs"], manifest["outputs"]
        self.program = ctypes.CDLL(str(folder / "net.so"))
        self.program.net_arena_size.restype = ctypes.c_size_t
        self.program.net_arena_size.argtypes = [ctypes.c_void_p]
        for name in ("net_init", "net_run"):
            getattr(self.program, name).restype = ctypes.c_int
        size = self.program.net_arena_size(None)
        self.memory = np.zeros(size + 64, np.uint8)
        self.arena = ctypes.c_void_p((self.memory.ctypes.data + 63) // 64 * 64)
        self.check(self.program.net_init(self.arena, None), "init")

    @staticmethod
    def check(status, what):
        assert status == 0, f"{what}: status {status}"

    def run(self, feeds):
        """Outputs by name, in the order of the model."""
        given = [np.ascontiguousarray(feeds[v["name"]], TYPES[v["type"]]).reshape(v["shape"]) for v in self.inputs]
        made = {v["name"]: np.zeros(v["shape"], TYPES[v["type"]]) for v in self.outputs}
        sources = (ctypes.c_void_p * len(given))(*[a.ctypes.data for a in given])
        results = (ctypes.c_void_p * len(made))(*[a.ctypes.data for a in made.values()])
        self.check(self.program.net_run(self.arena, sources, results), "run")
        return made
