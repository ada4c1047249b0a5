# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles one scalar operation through pith-expand-math into a function on
arrays, so that the bits of the compiled form and of the spec can be compared.

Needs build/bin/pith-opt and the LLVM tools; `find_tools` says what is missing.
"""

import ctypes
import os
import shutil
import subprocess

import numpy as np

CHUNK = 16384  # elements per call
LANES = 8

MLIR = """
func.func @f({arguments}, %y: memref<{n}x{t}>) {{
  %zero = arith.constant 0 : index
  %step = arith.constant {step} : index
  %end = arith.constant {n} : index
  scf.for %i = %zero to %end step %step {{
{loads}
    %r = {operation} {operands} : {shape}
    {store} %r, %y[%i] : memref<{n}x{t}>{suffix}
  }}
  return
}}
"""

LOWER = ("--canonicalize --cse --convert-vector-to-scf --convert-scf-to-cf "
         "--convert-vector-to-llvm --convert-math-to-llvm --expand-strided-metadata "
         "--finalize-memref-to-llvm --convert-arith-to-llvm --convert-index-to-llvm "
         "--convert-func-to-llvm=use-bare-ptr-memref-call-conv "
         "--convert-cf-to-llvm --reconcile-unrealized-casts").split()


def find_tools(folder, emulated=False):
    """Paths by name, and the names that are missing."""
    tools = {"pith-opt": shutil.which("pith-opt", path=os.path.join(folder, "bin"))}
    names = ["mlir-opt", "mlir-translate", "opt", "llc", "llvm-nm", "ld.lld"]
    for name in names + ["clang", "qemu-aarch64"] * emulated:
        path = "/usr/lib/llvm-22/bin" + os.pathsep + os.environ["PATH"]
        tools[name] = shutil.which(name, path=path)
    return tools, [name for name, path in tools.items() if not path]


def source(operation, element, arity=1, vector=False):
    shape = f"vector<{LANES}x{element}>" if vector else element
    names = [f"%x{i}" for i in range(arity)]
    memory = f"memref<{CHUNK}x{element}>"
    load = "vector.load" if vector else "memref.load"
    suffix = f", {shape}" if vector else ""
    return MLIR.format(
        arguments=", ".join(f"{x}: {memory}" for x in names), n=CHUNK, t=element,
        step=LANES if vector else 1, operation=operation, shape=shape, suffix=suffix,
        loads="\n".join(f"    {x}v = {load} {x}[%i] : {memory}{suffix}" for x in names),
        operands=", ".join(f"{x}v" for x in names),
        store="vector.store" if vector else "memref.store")


def run(tool, arguments, data=None):
    return subprocess.run([tool, *arguments], input=data, check=True,
                          stdout=subprocess.PIPE).stdout


def build(tools, text, triple, obj, lacks=""):
    """Compiles MLIR text to an object; returns the symbols that it lacks. With
    `lacks`, for a CPU that lacks these primitives."""
    cpu = {"x86_64": "x86-64" if lacks else "x86-64-v3", "aarch64": "generic"}[triple.split("-")[0]]
    flags = ["-O3", f"-mtriple={triple}", f"-mcpu={cpu}"]
    passes = ["--pith-expand-math", "--pith-expand-primitives" + (f"=lacks={lacks}" if lacks else "")]
    data = run(tools["pith-opt"], passes, text.encode())
    data = run(tools["mlir-opt"], LOWER, data)
    data = run(tools["mlir-translate"], ["--mlir-to-llvmir"], data)
    data = run(tools["opt"], flags, data)
    run(tools["llc"], [*flags, "-relocation-model=pic", "-filetype=obj", "-o", obj], data)
    return run(tools["llvm-nm"], ["-u", "--format=just-symbols", obj]).decode().split()


def chunks(arrays):
    """For each chunk a list of operands, the last one padded with ones."""
    size = len(arrays[0])
    for begin in range(0, size, CHUNK):
        part = [a[begin:begin + CHUNK] for a in arrays]
        yield [np.concatenate([a, np.ones(CHUNK - len(a), a.dtype)]) for a in part]


def call_native(tools, obj, arrays, result):
    lib = obj + ".so"
    run(tools["ld.lld"], ["-shared", "-o", lib, obj])
    f, out = ctypes.CDLL(lib).f, []
    for part in chunks(arrays):
        out.append(np.empty(CHUNK, result))
        f(*(ctypes.c_void_p(a.ctypes.data) for a in (*part, out[-1])))
    return np.concatenate(out)[:len(arrays[0])]


def call_emulated(tools, obj, arrays, result):
    """The same in an aarch64 program under qemu; all elements have one size."""
    here, size = os.path.dirname(os.path.abspath(__file__)), arrays[0].itemsize
    run(tools["clang"], ["--target=aarch64-linux-gnu", "-O2", "-ffreestanding", "-fno-builtin", "-c",
                         f"-DCHUNK={CHUNK * size}", f"-DARITY={len(arrays)}",
                         os.path.join(here, "emulated.c"), "-o", obj + ".main.o"])
    run(tools["ld.lld"], ["-static", "-o", obj + ".exe", obj + ".main.o", obj])
    data = b"".join(a.tobytes() for part in chunks(arrays) for a in part)
    return np.frombuffer(run(tools["qemu-aarch64"], [obj + ".exe"], data), result)[:len(arrays[0])]
