"""A product and a Gemm quantised by onnxruntime's quantize_dynamic (7-bit weights by column). Writes quantise.json beside this file."""
import json
import pathlib
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

rng = np.random.default_rng(4)
cases = []
for name, rows, columns, gemm in [("matmul", 24, 7, False), ("gemm", 16, 9, True)]:
    w = (rng.standard_normal((rows, columns)) * np.linspace(0.01, 3, columns)).astype(np.float32)
    c = rng.standard_normal(columns).astype(np.float32)
    x = rng.standard_normal((3, rows)).astype(np.float32)
    node = helper.make_node("Gemm", ["x", "w", "c"], ["y"], "layer") if gemm else helper.make_node("MatMul", ["x", "w"], ["y"], "layer")
    initializers = [numpy_helper.from_array(w, "w")] + ([numpy_helper.from_array(c, "c")] if gemm else [])
    graph = helper.make_graph(
        [node], "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", rows])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", columns])],
        initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    with tempfile.TemporaryDirectory() as folder:
        before, after = f"{folder}/before.onnx", f"{folder}/after.onnx"
        onnx.save(model, before)
        quantize_dynamic(before, after, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
                         extra_options={"MatMulConstBOnly": True})
        made = {t.name: numpy_helper.to_array(t) for t in onnx.load(after).graph.initializer}
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        y = onnxruntime.InferenceSession(after, options, providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]
    numbers = next(v for v in made.values() if v.dtype == np.int8 and v.ndim == 2)
    scales = next(v for k, v in made.items() if v.dtype == np.float32 and k.endswith("_scale"))
    cases.append({"name": name, "rows": rows, "columns": columns, "w": w.flatten().tolist(), "c": c.tolist() if gemm else None,
                  "x": x.flatten().tolist(), "numbers": numbers.flatten().tolist(), "scales": scales.flatten().tolist(),
                  "y": y.flatten().tolist()})

out = {"by": f"onnxruntime {onnxruntime.__version__} quantize_dynamic, onnx {onnx.__version__}, numpy {np.__version__}", "cases": cases}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out))
