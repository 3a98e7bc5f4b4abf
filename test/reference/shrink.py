"""The picture classifier's model quantised by onnxruntime's quantize_static, on patterns that both sides make. Writes shrink.json beside this file."""
import json
import pathlib
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

here = pathlib.Path(__file__).parent
model_file = here.parent.parent / "samples/picture-classifier/models/scenes.onnx"
SIZE, WAVES = 96, 4


def numbers(seed, count):
    """The linear congruential generator of Numerical Recipes, as numbers from 0 to 1."""
    state, out = seed, []
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        out.append(state / 2**32)
    return out


def pattern(seed):
    """A picture of a few waves in each channel, in the range that normalising gives."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE].astype(np.float64)
    image = np.zeros((1, 3, SIZE, SIZE), np.float64)
    parts = numbers(seed, 3 * (1 + 4 * WAVES))
    for channel in range(3):
        level, *waves = parts[channel * (1 + 4 * WAVES):(channel + 1) * (1 + 4 * WAVES)]
        image[0, channel] = 2 * level - 1
        for wave in range(WAVES):
            x, y, phase, height = waves[4 * wave:4 * wave + 4]
            image[0, channel] += height * np.sin(0.6 * (x - 0.5) * columns + 0.6 * (y - 0.5) * rows + 6.3 * phase)
    return image.astype(np.float32)


class Reader(CalibrationDataReader):
    def __init__(self, seeds):
        self.left = list(seeds)

    def get_next(self):
        return {"pixel_values": pattern(self.left.pop(0))} if self.left else None


def best(file, seeds):
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return [int(np.argmax(session.run(None, {"pixel_values": pattern(seed)})[0])) for seed in seeds]


calibration, tested = list(range(1, 25)), list(range(1001, 1301))
methods = {"minMax": CalibrationMethod.MinMax, "entropy": CalibrationMethod.Entropy, "percentile": CalibrationMethod.Percentile}
out = {"by": f"onnxruntime {onnxruntime.__version__} quantize_static, onnx {onnx.__version__}, numpy {np.__version__}",
       "calibration": calibration, "tested": tested, "float": best(str(model_file), tested), "methods": {}}
for name, method in methods.items():
    with tempfile.TemporaryDirectory() as folder:
        made = f"{folder}/made.onnx"
        quantize_static(str(model_file), made, Reader(calibration), quant_format=QuantFormat.QDQ, per_channel=True,
                        reduce_range=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, calibrate_method=method)
        entry = {"best": best(made, tested)}
        if name == "minMax":
            graph = onnx.load(made).graph
            constants = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
            entry["activations"] = {
                node.input[0]: [float(constants[node.input[1]]), int(constants[node.input[2]])]
                for node in graph.node if node.op_type == "QuantizeLinear"}
            entry["weights"] = {
                node.input[0].removesuffix("_quantized"): {
                    "scales": np.atleast_1d(constants[node.input[1]]).tolist(),
                    "sum": int(constants[node.input[0]].astype(np.int64).sum()),
                    "sizes": int(np.abs(constants[node.input[0]].astype(np.int64)).sum())}
                for node in graph.node
                if node.op_type == "DequantizeLinear" and node.input[0] in constants and constants[node.input[0]].dtype == np.int8}
        out["methods"][name] = entry
(here / "shrink.json").write_text(json.dumps(out))
