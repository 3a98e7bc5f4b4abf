"""Writes small ONNX models with unusual edges, and what ONNX Runtime's Python binding says of each.

Run once; the models lie in models/, inputs and recorded outputs in model.json.
"""
import json
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh

here = pathlib.Path(__file__).parent
folder = here / "models"
folder.mkdir(exist_ok=True)
cases = {}
dtypes = {"float16": np.uint16}


def tensor(array):
    array = np.asarray(array)
    if array.dtype.kind in "OU":
        return {"dtype": "string", "shape": list(array.shape), "data": [str(s) for s in array.ravel()]}
    bits = array.view(np.uint16) if array.dtype == np.float16 else array
    data = [int(v) if v.dtype.kind in "iub" else float(v) for v in bits.ravel()]
    return {"dtype": array.dtype.name, "shape": list(array.shape), "data": data}


def value(v):
    """Recorded as the binding gives it: arrays, lists of arrays, lists of maps."""
    if isinstance(v, list) and v and isinstance(v[0], dict):
        return {"maps": [{str(k): float(x) for k, x in m.items()} for m in v]}
    if isinstance(v, list):
        return {"list": [tensor(x) for x in v]}
    return tensor(v)


def record(name, graph, feeds, opsets, functions=(), ir=8, external=False):
    model = h.make_model(graph, opset_imports=[h.make_opsetid(d, v) for d, v in opsets.items()], ir_version=ir,
                         functions=list(functions), producer_name="tributary-reference", producer_version="1")
    model.metadata_props.add(key="task", value=name)
    path = folder / f"{name}.onnx"
    if external:
        (folder / f"{name}.bin").unlink(missing_ok=True)
        onnx.save_model(model, path, save_as_external_data=True, all_tensors_to_one_file=True,
                        location=f"{name}.bin", size_threshold=0)
    else:
        onnx.save_model(model, path)
    onnx.checker.check_model(str(path))
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [o.name for o in session.get_outputs()]
    outputs = session.run(names, feeds)
    cases[name] = {"inputs": {k: value(v) for k, v in feeds.items()},
                   "outputs": {k: value(v) for k, v in zip(names, outputs)}}


rng = np.random.default_rng(7)
f32 = lambda n, s: h.make_tensor_value_info(n, T.FLOAT, s)
x34 = rng.standard_normal((3, 4)).astype(np.float32)

# A linear classifier as scikit-learn converters write it, with string labels and ZipMap.
seq_map_string = h.make_sequence_type_proto(h.make_map_type_proto(T.STRING, h.make_tensor_type_proto(T.FLOAT, [])))
linear = h.make_node("LinearClassifier", ["X"], ["label", "scores"], domain="ai.onnx.ml", post_transform="SOFTMAX",
                     coefficients=rng.standard_normal(12).astype(np.float32).tolist(),
                     intercepts=[0.1, -0.2, 0.3], multi_class=0, classlabels_strings=["cat", "dog", "owl"])
zip_strings = h.make_node("ZipMap", ["scores"], ["probabilities"], domain="ai.onnx.ml",
                          classlabels_strings=["cat", "dog", "owl"])
record("zipmap", h.make_graph([linear, zip_strings], "g", [f32("X", ["N", 4])],
       [h.make_tensor_value_info("label", T.STRING, ["N"]), h.make_value_info("probabilities", seq_map_string)]),
       {"X": x34}, {"": 17, "ai.onnx.ml": 3})

# A tree, with whole numbers for labels.
seq_map_int = h.make_sequence_type_proto(h.make_map_type_proto(T.INT64, h.make_tensor_type_proto(T.FLOAT, [])))
tree = h.make_node("TreeEnsembleClassifier", ["X"], ["label", "scores"], domain="ai.onnx.ml", post_transform="NONE",
                   classlabels_int64s=[10, 20], nodes_treeids=[0, 0, 0], nodes_nodeids=[0, 1, 2],
                   nodes_featureids=[1, 0, 0], nodes_values=[0.1, 0.0, 0.0],
                   nodes_modes=["BRANCH_LEQ", "LEAF", "LEAF"], nodes_truenodeids=[1, 0, 0],
                   nodes_falsenodeids=[2, 0, 0], nodes_hitrates=[1.0, 1.0, 1.0],
                   nodes_missing_value_tracks_true=[0, 0, 0], class_treeids=[0, 0, 0, 0], class_nodeids=[1, 1, 2, 2],
                   class_ids=[0, 1, 0, 1], class_weights=[0.9, 0.1, 0.25, 0.75])
zip_ints = h.make_node("ZipMap", ["scores"], ["probabilities"], domain="ai.onnx.ml", classlabels_int64s=[10, 20])
record("tree", h.make_graph([tree, zip_ints], "g", [f32("X", ["N", 4])],
       [h.make_tensor_value_info("label", T.INT64, ["N"]), h.make_value_info("probabilities", seq_map_int)]),
       {"X": x34}, {"": 17, "ai.onnx.ml": 3})

# If, whose branches read an outer value, and a local function.
then = h.make_graph([h.make_node("Mul", ["x", "two"], ["t"])], "then", [], [f32("t", ["n"])])
other = h.make_graph([h.make_node("half", ["x"], ["e"], domain="local")], "else", [], [f32("e", ["n"])])
half = h.make_function("local", "half", ["a"], ["b"],
                       [h.make_node("Constant", [], ["c"], value=nh.from_array(np.float32(0.5), "c")),
                        h.make_node("Mul", ["a", "c"], ["b"])], [h.make_opsetid("", 17)])
record("branch", h.make_graph([h.make_node("If", ["double"], ["y"], then_branch=then, else_branch=other)], "g",
       [f32("x", ["n"]), h.make_tensor_value_info("double", T.BOOL, [])], [f32("y", ["n"])],
       [nh.from_array(np.float32(2), "two")]),
       {"x": np.array([1, 2, 3], np.float32), "double": np.array(False)}, {"": 17, "local": 1}, [half])

# Loop with a scan output.
body = h.make_graph([h.make_node("Add", ["a", "a"], ["b"]), h.make_node("Identity", ["b"], ["row"]),
                     h.make_node("Identity", ["go"], ["go_out"])], "body",
                    [h.make_tensor_value_info("i", T.INT64, []), h.make_tensor_value_info("go", T.BOOL, []),
                     f32("a", [2])],
                    [h.make_tensor_value_info("go_out", T.BOOL, []), f32("b", [2]), f32("row", [2])])
record("loop", h.make_graph([h.make_node("Loop", ["n", "", "x"], ["last", "all"], body=body)], "g",
       [h.make_tensor_value_info("n", T.INT64, []), f32("x", [2])], [f32("last", [2]), f32("all", [None, 2])]),
       {"n": np.array(4, np.int64), "x": np.array([1, 3], np.float32)}, {"": 17})

# Weights in another file.
record("external", h.make_graph([h.make_node("MatMul", ["x", "w"], ["y"])], "g", [f32("x", ["N", 4])],
       [f32("y", ["N", 5])], [nh.from_array(rng.standard_normal((4, 5)).astype(np.float32), "w")]),
       {"x": x34}, {"": 17}, external=True)

# float16 in and out.
record("half", h.make_graph([h.make_node("Sqrt", ["x"], ["y"])], "g", [h.make_tensor_value_info("x", T.FLOAT16, ["n"])],
       [h.make_tensor_value_info("y", T.FLOAT16, ["n"])]), {"x": np.array([1, 2, 0.25], np.float16)}, {"": 17})

# Strings in, whole numbers out.
record("strings", h.make_graph([h.make_node("LabelEncoder", ["words"], ["ids"], domain="ai.onnx.ml",
       keys_strings=["bird", "bär", "鳥"], values_int64s=[1, 2, 3], default_int64=-1)], "g",
       [h.make_tensor_value_info("words", T.STRING, ["n"])], [h.make_tensor_value_info("ids", T.INT64, ["n"])]),
       {"words": np.array(["bär", "鳥", "none", "bird"], object)}, {"": 17, "ai.onnx.ml": 3})

# A sequence whose elements have one fixed shape.
fixed = h.make_value_info("parts", h.make_sequence_type_proto(h.make_tensor_type_proto(T.FLOAT, [1, 4])))
record("sequence_fixed", h.make_graph([h.make_node("SplitToSequence", ["x"], ["parts"], axis=0)], "g",
       [f32("x", ["N", 4])], [fixed]), {"x": x34}, {"": 13})

# A sequence of differing shapes, at the oldest opset that has sequences.
ragged = h.make_value_info("parts", h.make_sequence_type_proto(h.make_tensor_type_proto(T.FLOAT, [None, 4])))
record("sequence_ragged", h.make_graph([h.make_node("SplitToSequence", ["x", "lengths"], ["parts"], axis=0)], "g",
       [f32("x", ["N", 4]), h.make_tensor_value_info("lengths", T.INT64, ["k"])], [ragged]),
       {"x": x34, "lengths": np.array([1, 2], np.int64)}, {"": 11})

# A sequence going in: joined to one matrix.
parts_in = h.make_value_info("parts", h.make_sequence_type_proto(h.make_tensor_type_proto(T.FLOAT, [1, 4])))
record("sequence_input", h.make_graph([h.make_node("ConcatFromSequence", ["parts"], ["y"], axis=0)], "g",
       [parts_in], [f32("y", [None, 4])]), {"parts": [x34[:1], x34[1:2]]}, {"": 17})

# An optional input and an optional output.
optional = h.make_optional_type_proto(h.make_tensor_type_proto(T.FLOAT, [2]))
record("optional", h.make_graph([h.make_node("OptionalGetElement", ["x"], ["a"]), h.make_node("Neg", ["a"], ["b"]),
                                 h.make_node("Optional", ["b"], ["y"])], "g",
       [h.make_value_info("x", optional)], [h.make_value_info("y", optional)]),
       {"x": np.array([1, -2], np.float32)}, {"": 18})

record_path = here / "model.json"
record_path.write_text(json.dumps({"library": "onnxruntime", "version": onnxruntime.__version__,
                                   "onnx": onnx.__version__, "cases": cases}, indent=1, ensure_ascii=False))
