# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One engine with one model in a process of its own, driven by lines of JSON.

usage: engines.py ENGINE LOOP MODEL THREADS

Writes {"version", "inputs"} when the model is loaded and has run, then answers
each line on standard input, a number of seconds, by a list of times. Engines are
called through their C interfaces: LOOP is loop.c as a shared library.
"""
import ctypes
import json
import pathlib
import sys

import numpy as np

C = ctypes
CAPACITY = 1 << 16


def fill(name, shape, dtype):
    """The same numbers for every engine."""
    random = np.random.default_rng(sum(map(ord, name)))
    if np.issubdtype(dtype, np.floating):
        return random.standard_normal(shape).astype(dtype)
    return random.integers(0, 100, shape).astype(dtype)


def pointers(values):
    return (C.c_void_p * max(1, len(values)))(*values)


class Ort:
    """The table of functions of onnxruntime_c_api.h, by their places in it, which
    never change."""
    CREATE_ENV, CREATE_SESSION, RUN, CREATE_OPTIONS, OPTIMIZATION, INTRA, INTER = 3, 7, 9, 10, 23, 24, 25
    CREATE_TENSOR, CREATE_MEMORY = 49, 69

    def __init__(self, model, threads):
        import onnxruntime

        self.version = onnxruntime.__version__
        onnxruntime.set_default_logger_severity(3)
        described = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        library = C.CDLL(str(next(pathlib.Path(onnxruntime.__file__).parent.glob("capi/libonnxruntime.so.*"))))
        library.OrtGetApiBase.restype = C.POINTER(C.c_void_p)
        get = C.CFUNCTYPE(C.POINTER(C.c_void_p), C.c_uint32)(library.OrtGetApiBase()[0])
        self.table = get(1)
        env, options, session, memory = C.c_void_p(), C.c_void_p(), C.c_void_p(), C.c_void_p()
        self.call(self.CREATE_ENV, C.c_int(3), b"pith", C.byref(env))
        self.call(self.CREATE_OPTIONS, C.byref(options))
        self.call(self.OPTIMIZATION, options, C.c_int(99))
        self.call(self.INTRA, options, C.c_int(threads))
        self.call(self.INTER, options, C.c_int(1))
        self.call(self.CREATE_SESSION, env, str(model).encode(), options, C.byref(session))
        self.call(self.CREATE_MEMORY, C.c_int(1), C.c_int(0), C.byref(memory))
        kinds = {"tensor(float)": (1, np.float32), "tensor(uint8)": (2, np.uint8), "tensor(int8)": (3, np.int8),
                 "tensor(int32)": (6, np.int32), "tensor(int64)": (7, np.int64)}

        def tensor(io, array):
            value, shape = C.c_void_p(), (C.c_int64 * array.ndim)(*array.shape)
            self.call(self.CREATE_TENSOR, memory, array.ctypes.data_as(C.c_void_p), C.c_size_t(array.nbytes), shape,
                      C.c_size_t(array.ndim), C.c_int(kinds[io.type][0]), C.byref(value))
            return value.value

        def shape(io):
            return [size if isinstance(size, int) else 1 for size in io.shape]

        self.arrays = [fill(io.name, shape(io), kinds[io.type][1]) for io in described.get_inputs()]
        outputs = [np.zeros(shape(io), kinds[io.type][1]) for io in described.get_outputs()]
        ins, outs = described.get_inputs(), described.get_outputs()
        names = [(C.c_char_p * len(ios))(*[io.name.encode() for io in ios]) for ios in (ins, outs)]
        values = [pointers([tensor(io, a) for io, a in zip(ios, arrays)])
                  for ios, arrays in ((ins, self.arrays), (outs, outputs))]
        self.kept = names, values, outputs, memory
        self.function = self.table[self.RUN]
        self.arguments = [session, None, names[0], values[0], C.c_void_p(len(ins)), names[1], C.c_void_p(len(outs)),
                          values[1]]
        self.call(self.RUN, *self.arguments)  # fails where shapes are not static

    def call(self, index, *arguments):
        status = C.CFUNCTYPE(C.c_void_p)(self.table[index])
        status.argtypes = None
        if status(*arguments):
            raise RuntimeError(f"function {index} of ONNX Runtime's C interface failed")


class OpenVino:
    """Loaded through Python; its request runs through the C interface."""

    def __init__(self, model, threads):
        import openvino

        self.version = openvino.__version__.split("-")[0]
        library = C.CDLL(str(next(pathlib.Path(openvino.__file__).parent.glob("libs/libopenvino_c.so.*"))))

        def call(name, *arguments):
            if getattr(library, name)(*arguments):
                raise RuntimeError(f"{name} failed")

        core, compiled, request = C.c_void_p(), C.c_void_p(), C.c_void_p()
        call("ov_core_create", C.byref(core))
        settings = [b"INFERENCE_NUM_THREADS", str(threads).encode(), b"NUM_STREAMS", b"1", b"PERFORMANCE_HINT",
                    b"LATENCY", b"INFERENCE_PRECISION_HINT", b"f32"]
        call("ov_core_compile_model_from_file", core, str(model).encode(), b"CPU", C.c_size_t(len(settings)),
             C.byref(compiled), *map(C.c_char_p, settings))
        call("ov_compiled_model_create_infer_request", compiled, C.byref(request))
        self.arrays, inputs = [], openvino.Core().read_model(model).inputs
        for index, port in enumerate(inputs):
            tensor, data = C.c_void_p(), C.c_void_p()
            call("ov_infer_request_get_input_tensor_by_index", request, C.c_size_t(index), C.byref(tensor))
            call("ov_tensor_data", tensor, C.byref(data))
            array = fill(port.any_name, list(port.shape), port.element_type.to_dtype())
            C.memmove(data, array.ctypes.data, array.nbytes)
            self.arrays.append(array)
        call("ov_infer_request_infer", request)
        self.function = C.cast(library.ov_infer_request_infer, C.c_void_p).value
        self.arguments = [request]


class Pith:
    """MODEL is the folder of a bundle with a shared library `m.so`; LOOP has its
    pool of threads."""

    class Config(C.Structure):
        _fields_ = [("size", C.c_uint32), ("threads_max", C.c_uint32), ("batch_max", C.c_uint32),
                    ("features", C.c_uint64), ("parallel", C.c_void_p), ("driver", C.c_void_p),
                    ("stream", C.c_void_p), ("profile", C.c_void_p), ("weights", C.c_void_p)]

    def __init__(self, folder, threads):
        library = C.CDLL(str(pathlib.Path(folder) / "m.so"))
        manifest = json.loads((pathlib.Path(folder) / "m.manifest.json").read_text())
        self.version = manifest["compiler"]["pith"]
        config = self.Config(size=C.sizeof(self.Config), threads_max=threads)
        if threads > 1:
            LOOP.pith_threads_create.restype = C.c_void_p
            config.parallel = LOOP.pith_threads_create(C.c_uint32(threads))
        library.m_arena_size.restype = C.c_size_t

        def aligned(size):
            memory = np.zeros(size + 4096, np.uint8)
            begin = -memory.ctypes.data % 4096
            return memory[begin:begin + size]

        types = {"f32": np.float32, "u8": np.uint8, "i8": np.int8, "i32": np.int32, "i64": np.int64}
        arena = aligned(library.m_arena_size(C.byref(config)))
        self.arrays, inputs = [], []
        for io in manifest["inputs"]:
            buffer = aligned(io["bytes"])
            buffer[:] = fill(io["name"], io["shape"], types[io["type"]]).reshape(-1).view(np.uint8)
            self.arrays.append(buffer)
            inputs.append(buffer.ctypes.data)
        outputs = [aligned(io["bytes"]) for io in manifest["outputs"]]
        self.kept = pointers(inputs), pointers([o.ctypes.data for o in outputs]), arena, outputs, config
        self.arguments = [C.c_void_p(arena.ctypes.data), self.kept[0], self.kept[1]]
        if library.m_init(self.arguments[0], C.byref(config)) or library.m_run(*self.arguments):
            raise RuntimeError(f"{folder}: init or run returns an error")
        self.function = C.cast(library.m_run, C.c_void_p).value


ENGINES = {"ort": Ort, "openvino": OpenVino, "pith": Pith}

if __name__ == "__main__":
    name, loop, model, threads = sys.argv[1:]
    LOOP = C.CDLL(loop)
    LOOP.time_calls.restype = C.c_long
    engine = ENGINES[name](model, int(threads))
    arguments = pointers([C.cast(a, C.c_void_p).value for a in (engine.arguments + 8 * [None])[:8]])
    times = (C.c_double * CAPACITY)()
    print(json.dumps({"version": engine.version}), flush=True)
    for line in sys.stdin:
        count = LOOP.time_calls(C.c_void_p(engine.function), arguments, C.c_double(float(line)), times, C.c_long(CAPACITY))
        print(json.dumps(times[:count]), flush=True)
