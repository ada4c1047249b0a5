# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks in the operators that exporters write: normalizations, activations,
attention, batch normalization and conversions. Each builder adds to a Writer, whose
input is "x", and gives the name of its result."""


class Writer:
    """A graph from "x" to "y" of one shape that grows: operators by name, constants by value."""

    def __init__(self, shape, element="float32"):
        import numpy as np
        self.shape, self.element = shape, np.dtype(element)
        self.nodes, self.constants = [], []
        self.random = np.random.default_rng(5)

    def constant(self, value, element="float32"):
        import numpy as np
        from onnx import numpy_helper
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, element), name))
        return name

    def weights(self, *shape):
        return self.random.standard_normal(shape) / shape[0] ** 0.5

    def op(self, kind, *operands, **attributes):
        """Operands are names, or numbers that become constants."""
        from onnx import helper
        name = f"{kind.lower()}_{len(self.nodes)}"
        names = [x if isinstance(x, str) else self.constant(x) for x in operands]
        self.nodes.append(helper.make_node(kind, names, [name], name, **attributes))
        return name

    def mean(self, x, axes=(-1,), **attributes):
        return self.op("ReduceMean", x, axes=list(axes), **attributes)

    def integers(self, *values):
        return self.constant(values, "int64")

    def save(self, path, result):
        from onnx import checker, helper, save
        kind = helper.np_dtype_to_tensor_dtype(self.element)
        self.nodes.append(helper.make_node("Identity", [result], ["y"], "y"))
        graph = helper.make_graph(self.nodes, "recognised", [helper.make_tensor_value_info("x", kind, self.shape)],
                                  [helper.make_tensor_value_info("y", kind, self.shape)], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        checker.check_model(model)
        save(model, path)
        return path


def pytorch_layer(w, scale, bias):
    """torch.onnx below opset 17."""
    d = w.op("Sub", "x", w.mean("x"))
    n = w.op("Div", d, w.op("Sqrt", w.op("Add", w.mean(w.op("Pow", d, 2)), 1e-5)))
    return w.op("Add", w.op("Mul", n, scale), bias)


def pytorch_bert(w, scale, bias):
    """Older BERT files: a difference for the square and another for the quotient."""
    mean = w.mean("x")
    variance = w.mean(w.op("Pow", w.op("Sub", "x", mean), 2))
    n = w.op("Div", w.op("Sub", "x", mean), w.op("Sqrt", w.op("Add", variance, 1e-12)))
    return w.op("Add", w.op("Mul", scale, n), bias)


def tensorflow_layer(w, scale, bias):
    """tf2onnx of tf.nn.moments and tf.nn.batch_normalization."""
    mean = w.mean("x")
    d = w.op("Sub", "x", mean)
    inverse = w.op("Reciprocal", w.op("Sqrt", w.op("Add", w.mean(w.op("Mul", d, d)), 1e-3)))
    factor = w.op("Mul", inverse, scale)
    shift = w.op("Sub", bias, w.op("Mul", mean, factor))
    return w.op("Add", w.op("Mul", "x", factor), shift)


def rsqrt_layer(w, scale, bias):
    """(x - mean) * rsqrt(variance + epsilon), by hand."""
    d = w.op("Sub", "x", w.mean("x"))
    inverse = w.op("Reciprocal", w.op("Sqrt", w.op("Add", w.mean(w.op("Pow", d, 2)), 1e-5)))
    return w.op("Add", w.op("Mul", w.op("Mul", d, inverse), scale), bias)


def hugging_face_rms(w, scale, bias):
    """x * rsqrt(mean(x^2) + epsilon), as torch.onnx writes rsqrt."""
    inverse = w.op("Div", 1, w.op("Sqrt", w.op("Add", w.mean(w.op("Pow", "x", 2)), 1e-6)))
    return w.op("Mul", scale, w.op("Mul", "x", inverse))


def dynamo_rms(w, scale, bias):
    """The same from the newer exporter: Reciprocal, and the factor on the left."""
    inverse = w.op("Reciprocal", w.op("Sqrt", w.op("Add", 1e-6, w.mean(w.op("Mul", "x", "x")))))
    return w.op("Mul", w.op("Mul", inverse, "x"), scale)


def half_rms(w, scale, bias):
    """A model of f16 that normalizes in f32."""
    x = w.op("Cast", "x", to=1)
    n = w.op("Mul", x, w.op("Reciprocal", w.op("Sqrt", w.op("Add", w.mean(w.op("Pow", x, 2)), 1e-6))))
    return w.op("Mul", w.constant(scale, "float16"), w.op("Cast", n, to=10))


def channels_first(w, scale, bias):
    """ConvNeXt: along the channels of an image, which come first."""
    d = w.op("Sub", "x", w.mean("x", [1]))
    n = w.op("Div", d, w.op("Sqrt", w.op("Add", w.mean(w.op("Pow", d, 2), [1]), 1e-6)))
    return w.op("Add", w.op("Mul", scale.reshape(-1, 1, 1), n), bias.reshape(-1, 1, 1))


def two_dimensions(w, scale, bias):
    """torch.nn.LayerNorm([C, H]): the mean of both, without kept dimensions."""
    mean = w.op("Unsqueeze", w.mean("x", [1, 2], keepdims=0), w.integers(1, 2))
    d = w.op("Sub", "x", mean)
    n = w.op("Div", d, w.op("Sqrt", w.op("Add", w.mean(w.op("Mul", d, d), [1, 2]), 1e-5)))
    return w.op("Add", w.op("Mul", n, scale), bias)


def activations(w):
    """A product in front of each: Gelu by Erf and by Tanh, SiLU, HardSwish, Mish."""
    def gelu(x):
        erf = w.op("Erf", w.op("Div", x, 2**0.5))
        return w.op("Mul", w.op("Mul", x, w.op("Add", erf, 1)), 0.5)

    def gelu_tanh(x):
        cube = w.op("Mul", w.op("Pow", x, 3), 0.044715)
        tanh = w.op("Tanh", w.op("Mul", w.op("Add", x, cube), 0.7978845608))
        return w.op("Mul", w.op("Mul", x, 0.5), w.op("Add", tanh, 1))

    def silu(x):
        return w.op("Mul", x, w.op("Sigmoid", x))

    def hard_swish(x):
        return w.op("Div", w.op("Mul", x, w.op("Clip", w.op("Add", x, 3), 0, 6)), 6)

    def mish(x):
        return w.op("Mul", x, w.op("Tanh", w.op("Softplus", x)))

    x, size = "x", w.shape[-1]
    for activation in (gelu, gelu_tanh, silu, hard_swish, mish):
        x = activation(w.op("MatMul", x, 2 * w.weights(size, size)))
    return x


def heads_of(w, x, heads, perm):
    """A projection as [batch, heads, length, size], or with the last two the other way."""
    size, width = w.shape[-1] // heads, w.shape[-1]
    y = w.op("Add", w.op("MatMul", x, w.weights(width, width)), w.weights(width))
    return w.op("Transpose", w.op("Reshape", y, w.integers(*w.shape[:2], heads, size)), perm=perm)


def hugging_face_attention(w, heads=2):
    """BERT: scores by a constant, and a mask is added."""
    import numpy as np
    q, k, v = (heads_of(w, "x", heads, perm) for perm in ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]))
    scores = w.op("Div", w.op("MatMul", q, k), (w.shape[-1] // heads) ** 0.5)
    masked = w.op("Add", scores, np.where(np.arange(w.shape[1]) < w.shape[1] - 2, 0, -10000.0).reshape(1, 1, 1, -1))
    y = w.op("Transpose", w.op("MatMul", w.op("Softmax", masked, axis=-1), v), perm=[0, 2, 1, 3])
    return w.op("Reshape", y, w.integers(*w.shape))


def pytorch_attention(w, heads=2):
    """torch's scaled_dot_product_attention: the root of the scale on both sides."""
    q, k, v = (heads_of(w, "x", heads, [0, 2, 1, 3]) for _ in range(3))
    root = (w.shape[-1] // heads) ** -0.25
    left, right = w.op("Mul", q, root), w.op("Mul", w.op("Transpose", k, perm=[0, 1, 3, 2]), root)
    y = w.op("MatMul", w.op("Softmax", w.op("MatMul", left, right), axis=-1), v)
    return w.op("Reshape", w.op("Transpose", y, perm=[0, 2, 1, 3]), w.integers(*w.shape))


def batch_normalization(w):
    """Conv, BatchNormalization, Relu, and the same once more."""
    x, count = "x", w.shape[1]
    for _ in range(2):
        y = w.op("Conv", x, w.weights(count, count, 3, 3) / 3, pads=[1] * 4)
        scale, bias, mean, variance = (abs(w.weights(count)) for _ in range(4))
        x = w.op("Relu", w.op("BatchNormalization", y, scale, bias, mean, variance))
    return x


def conversions(w):
    """What type inference leaves in front of products and between transposes."""
    def there_and_back(x):
        return w.op("Cast", w.op("Identity", w.op("Cast", x, to=11)), to=1)

    def transposed(x):
        return w.op("Transpose", x, perm=[1, 0])

    size = w.shape[-1]
    x = w.op("MatMul", there_and_back("x"), w.weights(size, size))
    return w.op("MatMul", transposed(there_and_back(transposed(x))), w.weights(size, size))
