# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX Runtime beside pith: sessions, layers as outputs, differences."""
import numpy as np
import onnx
import onnxruntime


onnxruntime.set_default_logger_severity(4)


def session(model):
    """Default options; only its warnings are kept quiet."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def run(session, feeds):
    names = [value.name for value in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds)))


def with_layers(path, feeds, folder):
    """The model with every QuantizeLinear's codes as outputs, and their names in
    the order of the nodes. Types and shapes are what ONNX Runtime gives."""
    model = onnx.load(path)
    taken = {value.name for value in model.graph.output}
    names = [node.output[0] for node in model.graph.node if node.op_type == "QuantizeLinear"]
    names = [name for name in names if name not in taken]
    target = folder / "layers.onnx"
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    onnx.save(model, target)
    found = run(session(target), feeds)
    for value in model.graph.output:
        if value.name not in taken:
            array = found[value.name]
            value.CopyFrom(onnx.helper.make_tensor_value_info(
                value.name, onnx.helper.np_dtype_to_tensor_dtype(array.dtype), array.shape))
    onnx.save(model, target)
    return target, names


def sqnr(got, want):
    """Signal over error in dB; infinite where nothing differs."""
    got, want = got.astype(np.float64), want.astype(np.float64)
    error = float(((got - want) ** 2).sum())
    return float("inf") if error == 0 else 10 * np.log10(float((want ** 2).sum()) / error)


class Layers:
    """Differences of codes, layer by layer, over many runs."""

    def __init__(self, names):
        self.differing = dict.fromkeys(names, 0)
        self.elements, self.largest = dict(self.differing), dict(self.differing)

    def add(self, got, want):
        for name in self.differing:
            difference = np.abs(got[name].astype(np.int32) - want[name].astype(np.int32))
            self.differing[name] += int((difference != 0).sum())
            self.elements[name] += difference.size
            self.largest[name] = max(self.largest[name], int(difference.max(initial=0)))

    def departing(self):
        """(name, how) of the layers with differing codes, in order."""
        return [(name, f"{count} of {self.elements[name]} codes differ, by at most {self.largest[name]}")
                for name, count in self.differing.items() if count]
