# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks as ONNX Runtime's quantizer writes them."""
import logging
import pathlib

import onnx
import onnxruntime


def at_opset(source, version, folder):
    """The model in this opset or a newer one: per-axis weights need 13, and at 9
    the quantizer takes another way."""
    model = onnx.load(source)
    if max(o.version for o in model.opset_import if o.domain in ("", "ai.onnx")) < version:
        model = onnx.version_converter.convert_version(model, version)
    path = pathlib.Path(folder) / f"float{version}.onnx"
    onnx.save(model, path)
    return path


def quantized(source, folder, samples, *, form="QDQ", activations="u8", weights="s8", per_channel=False):
    """Calibrated on samples by smallest and largest values; or `form` Dynamic."""
    from onnxruntime import quantization

    logging.getLogger().setLevel(logging.ERROR)
    onnxruntime.set_default_logger_severity(4)
    types = {"u8": quantization.QuantType.QUInt8, "s8": quantization.QuantType.QInt8}
    path = pathlib.Path(folder) / f"{form}-{activations}{weights}{'-channel' if per_channel else ''}.onnx"
    if form == "Dynamic":
        quantization.quantize_dynamic(str(source), str(path), weight_type=types[weights], per_channel=per_channel)
        return path

    class Reader(quantization.CalibrationDataReader):
        def __init__(self):
            weights_of = onnx.load(source).graph
            constants = {tensor.name for tensor in weights_of.initializer}
            name = next(value.name for value in weights_of.input if value.name not in constants)
            self.left = iter([{name: sample} for sample in samples])

        def get_next(self):
            return next(self.left, None)

    quantization.quantize_static(str(source), str(path), Reader(), quant_format=quantization.QuantFormat[form],
                                 activation_type=types[activations], weight_type=types[weights],
                                 per_channel=per_channel)
    return path
