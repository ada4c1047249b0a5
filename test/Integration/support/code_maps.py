# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes quantized element-wise operators as pith.map, literally: subtract the
zero point, multiply by the scale, operate in f32, divide, round, saturate."""
import numpy as np

F32 = np.float32


class Body:
    """Lines of a region; every method returns the name of a value."""

    def __init__(self):
        self.lines = []

    def emit(self, text):
        self.lines.append(f"    %v{len(self.lines)} = {text}")
        return f"%v{len(self.lines) - 1}"

    def number(self, value):
        return self.emit(f"arith.constant 0x{np.array(value, F32).view(np.uint32):08X} : f32")

    def op(self, name, *values):
        return self.emit(f"{name} {', '.join(values)} : f32")

    def dequantize(self, code, signed, scale, zero):
        wide = self.emit(f"arith.ext{'s' if signed else 'u'}i {code} : i8 to i32")
        point = self.emit(f"arith.constant {zero} : i32")
        steps = self.emit(f"arith.subi {wide}, {point} : i32")
        return self.op("arith.mulf", self.emit(f"arith.sitofp {steps} : i32 to f32"), self.number(scale))

    def choose(self, predicate, a, b, yes, no):
        condition = self.emit(f"arith.cmpf {predicate}, {a}, {b} : f32")
        return self.emit(f"arith.select {condition}, {yes}, {no} : f32")

    def quantize(self, value, signed, scale, zero):
        low, point = -128 if signed else 0, self.number(zero)
        steps = self.op("math.roundeven", self.op("arith.divf", value, self.number(scale)))
        moved = self.op("arith.addf", steps, point)
        moved = self.choose("uno", moved, moved, point, moved)
        moved = self.op("arith.maximumf", moved, self.number(low))
        moved = self.op("arith.minimumf", moved, self.number(low + 255))
        return self.emit(f"arith.trunci {self.emit(f'arith.fptosi {moved} : f32 to i32')} : i32 to i8")


def sigmoid(b, x):
    one = b.number(1)
    e = b.op("math.exp", b.op("arith.subf", b.number(0), x))
    return b.op("arith.divf", one, b.op("arith.addf", one, e))


def hard_sigmoid(b, x):
    shifted = b.op("arith.addf", b.op("arith.mulf", x, b.number(1 / 6)), b.number(0.5))
    return b.op("arith.maximumf", b.op("arith.minimumf", shifted, b.number(1)), b.number(0))


# What stands between dequantization and quantization.
UNARY = {
    "rescale": lambda b, x: x,  # an operand of a concat
    "relu": lambda b, x: b.op("arith.maximumf", x, b.number(0)),
    "leaky_relu": lambda b, x: b.choose("olt", x, b.number(0), b.op("arith.mulf", x, b.number(0.1)), x),
    "sigmoid": sigmoid,
    "silu": lambda b, x: b.op("arith.mulf", x, sigmoid(b, x)),
    "hard_swish": lambda b, x: b.op("arith.mulf", x, hard_sigmoid(b, x)),
    "tanh": lambda b, x: b.op("math.tanh", x),
}
BINARY = {
    "add": lambda b, x, y: b.op("arith.addf", x, y),
    "sub": lambda b, x, y: b.op("arith.subf", x, y),
    "add_relu": lambda b, x, y: UNARY["relu"](b, b.op("arith.addf", x, y)),
    "mul": lambda b, x, y: b.op("arith.mulf", x, y),
}


def function(name, operator, signed, operands, result, shapes=None, io=False):
    """A function of one map; operands and result are (scale, zero point)."""
    b, arity = Body(), len(operands)
    values = [b.dequantize(f"%q{i}", signed, *operand) for i, operand in enumerate(operands)]
    code = b.quantize({**UNARY, **BINARY}[operator](b, *values), signed, *result)
    shapes = shapes or ["256"] * arity
    types = [f"tensor<{s}xi8>" for s in shapes]
    out = f"tensor<{'x'.join(['256'] * arity) if io else '256'}xi8>"
    element = "si8" if signed else "ui8"
    mark = (lambda what: f' {{pith.io = #pith.io<"{what}", {element}>}}') if io else lambda what: ""
    arguments = ", ".join(f"%x{i}: {t}{mark(f'x{i}')}" for i, t in enumerate(types))
    inputs = f"{', '.join(f'%x{i}' for i in range(arity))} : {', '.join(types)}"
    return "\n".join([f"func.func @{name}({arguments}) -> ({out}{mark('y')}) {{",
                      f"  %r = pith.map ({inputs}) -> {out} {{",
                      f"  ^bb0({', '.join(f'%q{i}: i8' for i in range(arity))}):", *b.lines,
                      f"    pith.yield {code} : i8", "  }", f"  return %r : {out}", "}"])


def random_parameters(generator, signed, arity, operator):
    """Scales and zero points of operands and result, the result's range that of
    what it holds, give or take a factor of 2."""
    scales = generator.uniform(0.005, 0.05, arity).astype(F32)
    zeros = generator.integers(-128, 128, arity + 1) + (0 if signed else 128)
    if generator.integers(2):
        zeros[:] = 0  # symmetric, as weights and many activations are
    natural = {"mul": 100 * scales.prod(), "sigmoid": 1 / 256, "tanh": 1 / 128}.get(operator, scales.max())
    scale = F32(natural * generator.uniform(0.7, 2))
    pairs = [(s, int(z)) for s, z in zip(scales, zeros)]
    return pairs, (scale, int(zeros[-1]))
