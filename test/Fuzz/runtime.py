# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What ONNX Runtime makes of a mutant: a process of its own, since a mutant may end it.

usage: runtime.py MODEL.onnx X.npz Y.npz     exit code 1: it does not take the model
"""
import sys

import numpy as np

# 16-bit floats differ where they are rounded between operators: (part of the
# number, part of the largest number).
TOLERANCES = {"float16": (2e-2, 2e-3), "float32": (2e-3, 2e-5), "float64": (1e-5, 1e-7)}


TYPES = {"bool": "?", "i8": "i1", "u8": "u1", "i16": "i2", "u16": "u2", "i32": "i4", "u32": "u4", "i64": "i8",
         "u64": "u8", "f16": "f2", "f32": "f4", "f64": "f8"}


def inputs_for(manifest, generator):
    """An array for each input: small numbers, indices for most, scales above 0; None where NumPy lacks a type."""
    arrays = {}
    for each in manifest["inputs"]:
        if each["type"] not in TYPES:
            return None
        kind = np.dtype(TYPES[each["type"]])
        low, high, scale = (-16, 17, 8) if kind.kind == "f" else (0, 2, 1)
        if "scale" in each["name"]:  # what is divided by none has no codes
            low, high = max(low, 1), max(high, 2)
        arrays[each["name"]] = (generator.integers(low, high, each["shape"]) / scale).astype(kind)
    return arrays


def endless(array):
    """Masks of attention are the lowest number in one program and minus infinity in the other."""
    limit = np.finfo(array.dtype).max
    return np.where(np.abs(array) == limit, np.copysign(np.inf, array), array).astype(array.dtype)


def difference(got, want):
    """None, or where two sets of outputs differ."""
    for name, expected in want.items():
        if name not in got:
            return f"no output '{name}'"
        found = got[name]
        if found.shape != expected.shape:
            return f"output '{name}': shape {list(found.shape)}, ONNX Runtime {list(expected.shape)}"
        if found.dtype != expected.dtype:
            return f"output '{name}': {found.dtype}, ONNX Runtime {expected.dtype}"
        if found.dtype.kind == "f":
            own, of_largest = TOLERANCES[found.dtype.name]
            found, expected = endless(found), endless(expected)
            finite = np.abs(expected[np.isfinite(expected)], dtype=np.float64)
            same = np.isclose(found, expected, rtol=own, atol=of_largest * finite.max(initial=1), equal_nan=True)
        else:
            same = found == expected
        if not same.all():
            at = tuple(int(i) for i in np.argwhere(~np.atleast_1d(same))[0])
            return (f"output '{name}' at {list(at)}: {np.atleast_1d(found)[at]}, ONNX Runtime "
                    f"{np.atleast_1d(expected)[at]}; {int((~same).sum())} of {same.size} differ")
    return None


def has_long_integers(path):
    """ONNX Runtime keeps 32 bits of many attributes."""
    import mutate
    import onnx

    model = onnx.load(path, load_external_data=False)
    return any(not -2**31 <= value < 2**31 for graph in mutate.graphs(model.graph) for node in graph.node
               for attribute in node.attribute for value in (attribute.i, *attribute.ints))


def main():
    import onnxruntime

    model, inputs, outputs = sys.argv[1:]
    if has_long_integers(model):
        sys.exit(1)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        names = [value.name for value in session.get_outputs()]
        stated = [value.shape for value in session.get_outputs()]
        wanted = {value.name for value in session.get_inputs()}
        with np.load(inputs) as arrays:
            results = session.run(names, {name: arrays[name] for name in arrays.files if name in wanted})
    except Exception as error:  # whatever its C++ threw
        print(error, file=sys.stderr)
        sys.exit(1)
    if not all(isinstance(each, np.ndarray) and each.dtype.kind in "biuf" for each in results):
        sys.exit(1)
    # Operands that decide a shape are taken as what the model states; these inputs say otherwise.
    for each, shape in zip(results, stated):
        if len(each.shape) != len(shape) or any(isinstance(size, int) and size != has
                                                for size, has in zip(shape, each.shape)):
            sys.exit(1)
    np.savez(outputs, **dict(zip(names, results)))


if __name__ == "__main__":
    main()
