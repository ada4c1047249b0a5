# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX operators that move elements or name them: exact, as ONNX writes them."""

import numpy as np
from onnx import helper, numpy_helper

OPERATORS = {}


def operator(function):
    OPERATORS[function.__name__] = function
    return function


def parameter(node, name, operand):
    """Integers that were an attribute before they became an operand."""
    value = node.get(name) if operand is None else operand
    return None if value is None else [int(v) for v in value]


@operator
def Constant(node):
    for name, make in (("value", numpy_helper.to_array), ("value_float", np.float32),
                       ("value_int", np.int64), ("value_floats", np.float32),
                       ("value_ints", np.int64)):
        value = node.get(name)
        if value is not None:
            return np.array(make(value))
    raise NotImplementedError("Constant: expected a tensor or numbers")


@operator
def Identity(node, x):
    return x


@operator
def Shape(node, x):
    return np.array(x.shape[slice(node.get("start", 0), node.get("end"))], np.int64)


@operator
def Reshape(node, x, shape):
    sizes = [int(n) for n in shape]
    if not node.get("allowzero", 0):
        sizes = [x.shape[d] if n == 0 else n for d, n in enumerate(sizes)]
    return x.reshape(sizes)


@operator
def Flatten(node, x):
    axis = node.get("axis", 1)
    axis += x.ndim if axis < 0 else 0
    return x.reshape(int(np.prod(x.shape[:axis])), int(np.prod(x.shape[axis:])))


@operator
def Squeeze(node, x, axes=None):
    axes = parameter(node, "axes", axes)
    return np.squeeze(x, None if axes is None else tuple(axes))


@operator
def Unsqueeze(node, x, axes=None):
    return np.expand_dims(x, tuple(parameter(node, "axes", axes)))


@operator
def Transpose(node, x):
    return x.transpose(node.get("perm"))


@operator
def Concat(node, *operands):
    return np.concatenate(operands, node.get("axis"))


@operator
def Split(node, x, sizes=None):
    axis, sizes = node.get("axis", 0), parameter(node, "split", sizes)
    if sizes is None:  # equal parts, only the last may be smaller
        parts, count = node.get("num_outputs", len(node.outputs)), x.shape[axis]
        part = -(-count // parts)
        sizes = [part] * (parts - 1) + [count - part * (parts - 1)]
    return np.split(x, np.cumsum(sizes)[:-1], axis)


@operator
def Slice(node, x, starts=None, ends=None, axes=None, steps=None):
    starts, ends = parameter(node, "starts", starts), parameter(node, "ends", ends)
    axes = parameter(node, "axes", axes) or list(range(len(starts)))
    steps = [1] * len(starts) if steps is None else [int(s) for s in steps]
    index = [slice(None)] * x.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps):
        if step < 0:  # an end below -n stands before the first element
            end = None if end < -x.shape[axis] else end
        index[axis] = slice(start, end, step)
    return x[tuple(index)]


@operator
def Gather(node, x, indices):
    axis = node.get("axis", 0)
    return np.take(x, np.where(indices < 0, indices + x.shape[axis], indices), axis)


@operator
def Cast(node, x):
    """Between integers, from i32 to f32 (one rounding), and where nothing
    changes."""
    to = helper.tensor_dtype_to_np_dtype(node.get("to"))
    if x.dtype == np.int32 and to == np.float32:
        return x.astype(to)
    narrow = "V" if x.dtype.name in ("int4", "uint4", "int2", "uint2") else ""
    if to != x.dtype and not (x.dtype.kind in "iub" + narrow and to.kind in "iu"):
        raise NotImplementedError(f"Cast: no clause from {x.dtype} to {to}")
    return x.astype(to)
