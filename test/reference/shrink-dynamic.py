"""The text classifier's model quantised by onnxruntime's quantize_dynamic, on token ids that both sides make. Writes shrink-dynamic.json beside this file."""
import json
import pathlib
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic

here = pathlib.Path(__file__).parent
model_file = here.parent.parent / "samples/text-classifier/models/intents.onnx"
WORDS, LONGEST = 2000, 24


def numbers(seed, count):
    """The linear congruential generator of Numerical Recipes, as numbers from 0 to 1."""
    state, out = seed, []
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        out.append(state / 2**32)
    return out


def sentence(seed):
    first, *rest = numbers(seed, 1 + LONGEST)
    length = 3 + int(first * (LONGEST - 3))
    ids = [5 + int(x * (WORDS - 5)) for x in rest[:length]]
    return {"input_ids": np.array([ids], np.int64), "attention_mask": np.ones((1, length), np.int64)}


def answers(file, seeds):
    # As the file says, nothing fused: so it runs on every processor alike.
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    return [session.run(["logits", "embedding"], sentence(seed)) for seed in seeds]


seeds = list(range(1, 101))
before = answers(str(model_file), seeds)
out = {"by": f"onnxruntime {onnxruntime.__version__} quantize_dynamic, onnx {onnx.__version__}, numpy {np.__version__}",
       "seeds": seeds, "float": [[round(float(x), 6) for x in y[0][0]] for y in before], "methods": {}}
for name, operators in {"products": ["MatMul"], "products and tables": ["MatMul", "Gather"]}.items():
    with tempfile.TemporaryDirectory() as folder:
        made = f"{folder}/made.onnx"
        quantize_dynamic(str(model_file), made, op_types_to_quantize=operators, per_channel=True, reduce_range=True,
                         weight_type=QuantType.QInt8, extra_options={"MatMulConstBOnly": True})
        after = answers(made, seeds)
        size = pathlib.Path(made).stat().st_size
    error = [np.concatenate([(a - b).ravel() for a, b in zip([y[i] for y in after], [y[i] for y in before])]) for i in (0, 1)]
    whole = [np.concatenate([y[i].ravel() for y in before]) for i in (0, 1)]
    relative = [float(np.linalg.norm(e) / np.linalg.norm(w)) for e, w in zip(error, whole)]
    print(name, size, "relative error of logits and embedding", relative)
    logits = [[round(float(x), 6) for x in y[0][0]] for y in after]
    out["methods"][name] = {"bytes": size, "relative": relative[0], "logits": logits}
(here / "shrink-dynamic.json").write_text(json.dumps(out) + "\n")
