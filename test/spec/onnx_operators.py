# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX operators on f32, each as the clauses that it is made of.

One function per operator, named after it; its docstring is the clause. Where
only a formula is given, every operation in it rounds to f32, in that order.
"""

import functools

import numpy as np

from floats import floats_c1, floats_c2, floats_c3, floats_c4, floats_c6, floats_c7
from floats import maximum, mean_c1, minimum
from polynomials import erf_c1, exp_c1, log_c1, sigmoid_c1, tanh_c1
from powers import pow_c1
from rounding import F32

OPERATORS = {}


def operator(function, integers=False):
    """Registers a function whose first operand is f32, or may be an integer."""
    @functools.wraps(function)
    def checked(node, x, *rest):
        if x.dtype != F32 and not (integers and x.dtype.kind in "iu"):
            raise NotImplementedError(f"{node.kind}: no clause for {x.dtype}")
        with np.errstate(all="ignore"):
            return function(node, x, *rest)
    OPERATORS[function.__name__] = checked
    return function


def channels_last(x):
    return np.moveaxis(x, 1, -1)


def channels_first(x):
    return np.moveaxis(x, -1, 1)


def window(node, x, size):
    """Strides, dilations and padding. SAME pads so that ceil(n / stride)
    windows fit; an odd row goes to the end (UPPER) or the start (LOWER)."""
    rank = x.ndim - 2
    strides = node.get("strides") or [1] * rank
    dilations = node.get("dilations") or [1] * rank
    pads = node.get("pads") or [0] * 2 * rank
    low, high = list(pads[:rank]), list(pads[rank:])
    automatic = node.get("auto_pad", "NOTSET")
    if node.get("ceil_mode", 0):
        raise NotImplementedError(f"{node.kind}: no clause for ceil_mode")
    if automatic.startswith("SAME_"):
        for d, n in enumerate(x.shape[2:]):
            extent = (size[d] - 1) * dilations[d] + 1
            total = max((-(-n // strides[d]) - 1) * strides[d] + extent - n, 0)
            low[d] = total // 2 if automatic == "SAME_UPPER" else total - total // 2
            high[d] = total - low[d]
    elif automatic == "VALID":
        low = high = [0] * rank
    return {"strides": strides, "dilations": dilations, "low": low, "high": high}


@operator
def Conv(node, x, w, bias=None):
    """floats_c2 on the channels-last image and filter, bias included."""
    size = w.shape[2:]
    assert tuple(node.get("kernel_shape", size)) == size
    return channels_first(floats_c2(channels_last(x), channels_last(w), bias,
                                    groups=node.get("group", 1), **window(node, x, size)))


@operator
def MaxPool(node, x):
    """floats_c7; storage_order concerns only the second result."""
    size = node.get("kernel_shape")
    node.get("storage_order")
    assert len(node.outputs) == 1
    return channels_first(floats_c7(channels_last(x), size, **window(node, x, size)))


@operator
def AveragePool(node, x):
    """floats_c6."""
    size, counts = node.get("kernel_shape"), bool(node.get("count_include_pad", 0))
    return channels_first(floats_c6(channels_last(x), size, count_padding=counts,
                                    **window(node, x, size)))


@operator
def GlobalAveragePool(node, x):
    """mean_c1 over all spatial dimensions."""
    return mean_c1(x, range(2, x.ndim))


@operator
def MatMul(node, a, b):
    """floats_c1 without bias; a vector is one row on the left, one column on
    the right, and that dimension vanishes again."""
    row, column = a.ndim == 1, b.ndim == 1
    y = floats_c1(a[None] if row else a, b[:, None] if column else b)
    y = y[..., 0, :] if row else y
    return y[..., 0] if column else y


@operator
def Gemm(node, a, b, c=None):
    """(alpha * floats_c1(A, B)) + (beta * C); a factor 1 is no operation."""
    y = floats_c1(a.T if node.get("transA", 0) else a, b.T if node.get("transB", 0) else b)
    alpha, beta = F32(node.get("alpha", 1)), F32(node.get("beta", 1))
    y = y if alpha == 1 else alpha * y
    return y if c is None else y + (c if beta == 1 else beta * c)


def axes_of(node, x, axes):
    chosen = list(node.get("axes") or [] if axes is None else axes)
    keeps = node.get("noop_with_empty_axes", 0)
    if not chosen and not keeps:
        return list(range(x.ndim))
    return sorted(int(d) % x.ndim for d in chosen)


def reduction(function):
    def reduce(node, x, axes=None):
        dims = axes_of(node, x, axes)
        y = function(x, dims) if dims else x
        return y if node.get("keepdims", 1) else np.squeeze(y, tuple(dims))
    return reduce


def reductions():
    """floats_c3; a mean is mean_c1."""
    for name, kind in (("Sum", "sum"), ("Prod", "product"), ("Max", "max"), ("Min", "min")):
        yield "Reduce" + name, functools.partial(floats_c3, kind)
    yield "ReduceMean", mean_c1


for kind, function in reductions():
    reduce = reduction(function)
    reduce.__name__ = kind
    operator(reduce)


def softmax(node, x, log):
    if node.opset >= 13:
        return floats_c4(x, [node.get("axis", -1)], log)
    return floats_c4(x, range(node.get("axis", 1) % x.ndim, x.ndim), log)


@operator
def Softmax(node, x):
    """floats_c4 along the axis; before opset 13 over it and all behind it."""
    return softmax(node, x, log=False)


@operator
def LogSoftmax(node, x):
    """The logarithm of floats_c4, dimensions as of Softmax."""
    return softmax(node, x, log=True)


@operator
def BatchNormalization(node, x, scale, bias, mean, variance):
    """((x - mean) * (scale / sqrt(variance + epsilon))) + bias; momentum is
    for training."""
    assert not node.get("training_mode", 0) and len(node.outputs) == 1
    node.get("momentum")
    factor = scale / np.sqrt(variance + F32(node.get("epsilon", 1e-5)))
    mean, factor, bias = (v.reshape(-1, *[1] * (x.ndim - 2)) for v in (mean, factor, bias))
    return (x - mean) * factor + bias


@operator
def Pow(node, x, y):
    """A constant exponent that is the same everywhere: 1 x; 2 x * x;
    3 (x * x) * x; -1 1 / x; 0.5 sqrt(x) + 0, of -inf inf. Else pow_c1."""
    if node.is_constant(1) and y.size and (y == y.flat[0]).all():
        x, exponent = np.broadcast_arrays(x, y)[0], y.flat[0]
        if exponent in (1, 2, 3):
            return x if exponent == 1 else x * x if exponent == 2 else x * x * x
        if exponent == -1:
            return F32(1) / x
        if exponent == 0.5:
            return np.where(x == -np.inf, F32(np.inf), np.sqrt(x) + F32(0))
    return pow_c1(x, y)


def Clip(node, x, low=None, high=None):
    """minimum(maximum(x, low), high), of integers too."""
    if node.opset < 11:
        low, high = (None if v is None else F32(v) for v in (node.get("min"), node.get("max")))
    x = x if low is None else maximum(x, low)
    return x if high is None else minimum(x, high)


operator(Clip, integers=True)


def hard_sigmoid(x, alpha, beta):
    return maximum(minimum(F32(alpha) * x + F32(beta), F32(1)), F32(0))


@operator
def HardSigmoid(node, x):
    """maximum(minimum((alpha * x) + beta, 1), 0)."""
    return hard_sigmoid(x, node.get("alpha", 0.2), node.get("beta", 0.5))


@operator
def HardSwish(node, x):
    """x * HardSigmoid(x) with alpha = f32(1 / 6), beta = 0.5."""
    return x * hard_sigmoid(x, 1 / 6, 0.5)


@operator
def LeakyRelu(node, x):
    """x < 0 ? alpha * x : x."""
    return np.where(x < 0, F32(node.get("alpha", 0.01)) * x, x)


SIMPLE = {  # operators that are one clause, or one IEEE 754 operation
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide,
    "Sqrt": np.sqrt, "Neg": np.negative, "Abs": np.abs,
    "Relu": lambda x: maximum(x, F32(0)), "Reciprocal": lambda x: F32(1) / x,
    "Erf": erf_c1, "Exp": exp_c1, "Log": log_c1, "Tanh": tanh_c1, "Sigmoid": sigmoid_c1,
}




def truncated(a, b):
    """The integer quotient, towards zero; divisors of zero are not defined."""
    assert (b != 0).all()
    return (np.abs(a) // np.abs(b) * np.sign(a) * np.sign(b)).astype(a.dtype)


INTEGER = {  # modulo 2^width
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": truncated,
}


def simple(kind):
    def apply(node, x, *rest):
        return (INTEGER if x.dtype.kind in "iu" else SIMPLE)[kind](x, *rest)
    apply.__name__ = kind
    operator(apply, integers=kind in INTEGER)


for kind in SIMPLE:
    simple(kind)
