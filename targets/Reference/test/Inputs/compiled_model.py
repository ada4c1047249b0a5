# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles a function on tensors through schedule and the stage lower of a target,
and calls it, on this thread or split over a caller's threads in odd pieces."""

import ctypes
import os
import platform
import re
import subprocess
import tempfile

import numpy as np

LLVM = "/usr/lib/llvm-22/bin"
ARCH = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine())
TRIPLE = f"{ARCH}-unknown-linux-gnu"
SMALL = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                     "../../../../test/Integration/support/small.onnxtxt")
DTYPES = {"f32": np.float32, "f64": np.float64, "f16": np.float16, "i8": np.int8, "i16": np.int16,
          "i32": np.int32, "i64": np.int64, "ui8": np.uint8}
MODULE = """
module attributes {{pith.model = "m", pith.target = {target}}} {{
  func.func @main({arguments}) -> ({results}) {{
{body}
  }}
}}
"""

BODY = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint32)
RUN = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)


class Parallel(ctypes.Structure):
    _fields_ = [("context", ctypes.c_void_p), ("threads", ctypes.c_uint32), ("run", RUN)]


LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_void_p
LIBC.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + 3 * [ctypes.c_int] + [ctypes.c_size_t]
LIBC.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
LIBC.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


class Guarded:
    """A copy of an array with unreadable memory right behind it, or right in front of it."""

    def __init__(self, array, at_end):
        page = 4096
        inner = -(-max(array.nbytes, 1) // page) * page
        self.size = inner + 2 * page
        self.memory = LIBC.mmap(None, self.size, 3, 0x22, -1, 0)  # read and write; private, anonymous
        for guard in (self.memory, self.memory + page + inner):
            assert LIBC.mprotect(guard, page, 0) == 0
        self.pointer = self.memory + page + (inner - array.nbytes if at_end else 0)
        self.shape, self.dtype, self.bytes = array.shape, array.dtype, array.nbytes
        ctypes.memmove(self.pointer, array.ctypes.data, array.nbytes)

    def release(self):
        """What the array holds now; its memory goes."""
        array = np.frombuffer(ctypes.string_at(self.pointer, self.bytes), self.dtype).reshape(self.shape)
        LIBC.munmap(self.memory, self.size)
        return array


def tensor_type(shape, element):
    return "tensor<" + "".join(f"{n}x" for n in shape) + element + ">"


def run_tool(name, arguments, data):
    path = name if os.path.isabs(name) else os.path.join(LLVM, name)
    result = subprocess.run([path, *arguments], input=data.encode(), stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)
    if result.returncode:
        raise RuntimeError(f"{name}: {result.stderr.decode()[:2000]}\n{data[:3000]}")
    return result.stdout.decode()


class Machine:
    """A target and one of the CPUs that it names, as `pith compile` resolves them."""

    def __init__(self, build, target="reference", cpu="native"):
        self.name = target
        with tempfile.TemporaryDirectory() as folder:
            module = os.path.join(folder, "m.mlir")
            run_tool(os.path.join(build, "bin", "pith"),
                     ["compile", SMALL, f"--target={target}", f"--cpu={cpu}", "--compile-to=import",
                      "-o", module], "")
            with open(module) as file:
                text = file.read()
        self.attribute = re.search(r"#pith.target<.*?>", text).group(0)
        self.cpu, self.features = re.search(r'cpu = "(.*?)", features = "(.*?)"', self.attribute).groups()


class Model:
    """`inputs` and `outputs` are lists of (shape, element); `body` reads %0, %1, ... and returns."""

    def __init__(self, build, folder, name, inputs, outputs, body, machine):
        arguments = ", ".join(f"%in{i}: {tensor_type(*t)} {{pith.io = #pith.io<\"x{i}\", {t[1]}>}}"
                              for i, t in enumerate(inputs))
        results = ", ".join(f"{tensor_type(*t)} {{pith.io = #pith.io<\"y{i}\", {t[1]}>}}"
                            for i, t in enumerate(outputs))
        text = MODULE.format(target=machine.attribute, arguments=arguments, results=results, body=body)
        lowered = run_tool(os.path.join(build, "bin", "pith-opt"),
                           ["--pith-schedule", f"--pith-{machine.name}-lower"], text)
        self.outputs = outputs
        # The scratch memory of the one thread lies behind the arena.
        self.arena = sum(int(re.search(rf"pith.{part} = (\d+)", lowered).group(1)) for part in ("arena", "scratch"))
        self.layers = re.findall(r'row = "([\w.]+)"', lowered)
        self.weights = int(re.search(r"pith.weights = (\d+)", lowered).group(1))
        assert self.weights == 0, "constants of these tests fit in code"
        code = re.sub(r"^module attributes .*$", "module {", lowered, flags=re.M)
        code = run_tool("mlir-translate", ["--mlir-to-llvmir"], code)
        code = code.replace("define internal void @main(", "define void @main(")
        flags = ["-O2", f"-mtriple={TRIPLE}", f"-mcpu={machine.cpu}"]
        if machine.features:
            flags.append(f"-mattr={machine.features}")
        code = run_tool("opt", [*flags, "-S"], code)
        obj, lib = (os.path.join(folder, name + end) for end in (".o", ".so"))
        run_tool("llc", [*flags, "-relocation-model=pic", "-filetype=obj", "-o", obj], code)
        missing = set(run_tool("llvm-nm", ["-u", "--format=just-symbols", obj], "").split())
        assert missing <= {"memcpy", "memset"}, missing
        subprocess.run([os.path.join(LLVM, "ld.lld"), "-shared", "-o", lib, obj], check=True)
        self.function = ctypes.CDLL(lib).main

    def __call__(self, *inputs, piece=None):
        """The outputs; `piece`: run each kernel through the dispatcher, this many items at a time."""
        inputs = [Guarded(np.ascontiguousarray(x), at_end=not piece) for x in inputs]
        outputs = [Guarded(np.zeros(shape, DTYPES[element]), at_end=not piece) for shape, element in self.outputs]
        arena = np.full(self.arena + 64, 0xAA, np.uint8)
        base = -(-arena.ctypes.data // 64) * 64

        def pointers(arrays):
            return (ctypes.c_void_p * len(arrays))(*[a.pointer for a in arrays])

        def dispatch(context, body, arguments, items):
            assert context == 77
            for begin in reversed(range(0, items, piece)):  # the order must not matter
                BODY(body)(arguments, begin, min(items, begin + piece), 0)

        parallel = Parallel(77, 1, RUN(dispatch))
        self.function(pointers(inputs), pointers(outputs), ctypes.c_void_p(base), None,
                      ctypes.byref(parallel) if piece else None, None)
        for array in inputs:
            array.release()
        return [array.release() for array in outputs]
