"""Values of tensor operations by numpy and torch, for test/nodes/tensor. Run: python test/reference/tensor.py"""

import json
import os

import numpy as np
import torch

rng = np.random.default_rng(7)
here = os.path.dirname(os.path.abspath(__file__))
cases = []


def plain(array):
    array = np.asarray(array)
    flat = array.reshape(-1)
    name = array.dtype.name
    if name.startswith("str"):
        name, data = "string", [str(x) for x in flat]
    elif name == "float16":
        data = [int(x) for x in flat.view(np.uint16)]
    elif name in ("int64", "uint64"):
        data = [str(x) for x in flat]
    elif name == "bool":
        data = [int(x) for x in flat]
    elif name.startswith("float"):
        data = [float(x) if np.isfinite(x) else str(float(x)) for x in flat]
    else:
        data = [int(x) for x in flat]
    return {"dtype": name, "shape": list(array.shape), "data": data}


def case(node, params, inputs, output, tolerance=0):
    cases.append(
        {
            "node": node,
            "params": params,
            "inputs": {k: plain(v) for k, v in inputs.items()},
            "output": plain(output),
            "tolerance": tolerance,
        }
    )


def floats(shape, dtype="float32", scale=3):
    return (rng.standard_normal(shape) * scale).astype(dtype)


def ints(shape, dtype):
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, size=shape, dtype=dtype, endpoint=True)


INTS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float32", "float16", "float64"]


def any_of(shape, dtype):
    if dtype in INTS:
        return ints(shape, dtype)
    if dtype in FLOATS:
        return floats(shape, dtype)
    if dtype == "bool":
        return rng.random(shape) < 0.5
    return np.array([f"s{i}" for i in range(int(np.prod(shape)))]).reshape(shape)


ALL = INTS + FLOATS + ["bool", "string"]

# layout: every dtype, several shapes
for dtype in ALL:
    x = any_of((2, 3, 4), dtype)
    case("reshape", {"shape": [0, -1]}, {"tensor": x}, x.reshape(2, -1))
    case("transpose", {"axes": [2, 0, 1]}, {"tensor": x}, x.transpose(2, 0, 1))
    case("slice", {"axes": [1, 2], "starts": [-2, 3], "ends": [3, 0], "steps": [1, -2]}, {"tensor": x}, x[:, -2:3, 3:0:-2])
    case("concat", {"axis": 1}, {"a": x, "b": x[:, :1]}, np.concatenate([x, x[:, :1]], 1))
    case("stack", {"axis": -1}, {"a": x[0], "b": x[1]}, np.stack([x[0], x[1]], -1))
    case("gather", {"axis": 1}, {"tensor": x, "indices": np.array([[2, -1], [0, 1]])}, np.take(x, [[2, -1], [0, 1]], axis=1))
    case("unsqueeze", {"axes": [0, -1]}, {"tensor": x}, x[None, ..., None])
    case("squeeze", {"axes": [1]}, {"tensor": x[:, :1]}, x[:, 0])
    if dtype != "string":
        case("pad", {"axes": [0, 2], "before": [1, 2], "after": [0, 3], "mode": "edge"}, {"tensor": x}, np.pad(x, ((1, 0), (0, 0), (2, 3)), "edge"))
        value = 1 if dtype == "bool" else 7
        case("pad", {"axes": [1], "before": [1], "after": [2], "value": value}, {"tensor": x}, np.pad(x, ((0, 0), (1, 2), (0, 0)), constant_values=value))
        case("pad", {"axes": [1, 2], "before": [2, 0], "after": [1, 3], "mode": "reflect"}, {"tensor": x}, np.pad(x, ((0, 0), (2, 1), (0, 3)), "reflect"))
x = floats((5,))
for s, e, t in [(0, 3, 1), (4, -6, -1), (-100, 100, 2), (3, 1, 1), (-1, -5, -3), (1, 4, 7)]:
    case("slice", {"starts": [s], "ends": [e], "steps": [t]}, {"tensor": x}, x[slice(s, e if e != -6 else None, t)])
y = floats((3, 1, 2, 2))
case("transpose", {}, {"tensor": y}, y.transpose())

# cast: numpy's astype where it is defined
near = {
    "float32": np.array([0, -0.0, 1.5, -2.5, 2.5, 100.99, 3e38, 1e-40, np.inf, -np.inf, np.nan, 16777217, 0.1], "float32"),
    "float64": np.array([0, 1.5, 65504, 65519.99, 65520, 1e-8, 2.0**-24, 2.0**-25, 2.0**-25 * 1.0000001, 3.4028235677973366e38, 1e300, np.nan, 0.1, 1.0009765625, 1.00048828125, 1.00146484375], "float64"),
    "float16": np.array([0, 1.5, -2.5, 65504, 6e-8, np.inf, np.nan], "float16"),
}
with np.errstate(all="ignore"):
    for source, x in near.items():
        for target in FLOATS + ["bool"]:
            if target != source:
                case("cast", {"dtype": target}, {"tensor": x}, x.astype(target))
    for source in INTS:
        edge = np.array([np.iinfo(source).min, np.iinfo(source).max, 0, 1, 100], source)
        x = np.concatenate([edge, ints((6,), source)])
        for target in INTS + FLOATS + ["bool"]:
            if target != source:
                case("cast", {"dtype": target}, {"tensor": x}, x.astype(target))
    wide = np.array([2**60 + 1, 2**62 + 2**38 + 1, 2**62 + 2**38, 2**53 + 1, -(2**62) - 2**38 - 1, 9007199254740993, 16777217], "int64")
    for target in FLOATS:
        case("cast", {"dtype": target}, {"tensor": wide}, wide.astype(target))
    small = np.array([0, 1.9, -1.9, 2.5, 99.99, -100.5], "float32")
    for target in ["int8", "int16", "int32", "int64"]:
        case("cast", {"dtype": target}, {"tensor": small}, small.astype(target))
        case("cast", {"dtype": target, "rounding": "nearest"}, {"tensor": small}, np.rint(small).astype(target))
        case("cast", {"dtype": target}, {"tensor": small.astype("float16")}, small.astype("float16").astype(target))
    text = np.array(["1", "-3", "7"])
    for target in ["int64", "int32", "float32", "float64"]:
        case("cast", {"dtype": target}, {"tensor": text}, text.astype(target))

# arithmetic with broadcasting
with np.errstate(all="ignore"):
    fns = {"add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide, "power": np.power, "minimum": np.minimum, "maximum": np.maximum}
    for dtype in FLOATS:
        a, b = floats((2, 1, 3), dtype), floats((4, 1), dtype)
        a.reshape(-1)[0], b.reshape(-1)[0] = np.nan, np.inf
        for name, fn in fns.items():
            exact = name != "power"
            tol = 0 if exact else {"float32": 1e-4, "float16": 0.5, "float64": 1e-12}[dtype]
            if name == "power":
                a2 = np.abs(a)
                case("arithmetic", {"operation": name}, {"a": a2, "b": np.clip(b, -2, 2)}, fn(a2, np.clip(b, -2, 2)), tol)
            else:
                case("arithmetic", {"operation": name}, {"a": a, "b": b}, fn(a, b), tol)
    for dtype in INTS:
        a, b = ints((3, 1), dtype), ints((1, 4), dtype)
        b[b == 0] = 1
        for name, fn in fns.items():
            if name == "divide":
                # ONNX Div of whole numbers drops the fraction.
                out = torch.div(torch.from_numpy(a.astype("int64")), torch.from_numpy(b.astype("int64")), rounding_mode="trunc").numpy().astype(dtype) if dtype != "uint64" else a // b
                case("arithmetic", {"operation": name}, {"a": a, "b": b}, out)
            elif name == "power":
                e = np.array([0, 1, 2, 5], dtype)
                case("arithmetic", {"operation": name}, {"a": a, "b": e}, np.power(a, e))
            else:
                case("arithmetic", {"operation": name}, {"a": a, "b": b}, fn(a, b))
        case("arithmetic", {"operation": "multiply", "value": 3}, {"a": a}, (a * np.array(3, dtype)).astype(dtype))
    s = floats((2, 2))
    case("arithmetic", {"operation": "subtract", "value": 0.1}, {"a": s}, s - np.float32(0.1))
    case("arithmetic", {"operation": "add"}, {"a": floats((0, 3)), "b": floats((3,))}, np.zeros((0, 3), "float32"))

# unary
with np.errstate(all="ignore"):
    for dtype, tol in [("float32", 1e-6), ("float64", 1e-14), ("float16", 1e-3)]:
        x = floats((2, 6), dtype)
        t = torch.from_numpy(x)
        for name, out in [("exp", np.exp(x)), ("log", np.log(x)), ("sqrt", np.sqrt(x)), ("abs", np.abs(x)), ("negate", -x), ("sigmoid", torch.sigmoid(t).numpy()), ("tanh", np.tanh(x)), ("relu", torch.relu(t).numpy())]:
            big = float(np.nanmax(np.abs(out.astype("float64")))) if out.size else 1
            case("unary", {"operation": name}, {"tensor": x}, out, tol * max(1, big))
        case("unary", {"operation": "clip", "min": -1, "max": 2}, {"tensor": x}, np.clip(x, x.dtype.type(-1), x.dtype.type(2)))
    for dtype in ["int8", "int32", "int64"]:
        x = ints((5,), dtype)
        x[0] = np.iinfo(dtype).min
        case("unary", {"operation": "abs"}, {"tensor": x}, np.abs(x))
        case("unary", {"operation": "negate"}, {"tensor": x}, -x)
        case("unary", {"operation": "relu"}, {"tensor": x}, np.maximum(x, np.array(0, dtype)))
        case("unary", {"operation": "clip", "min": -10, "max": None}, {"tensor": x}, np.maximum(x, np.array(-10, dtype)))

# reduce
for dtype, tol in [("float32", 2e-6), ("float64", 1e-14), ("float16", 0)]:
    x = floats((2, 3, 4), dtype)
    for axes, keep in [([], False), ([1], False), ([0, -1], True), ([2], True)]:
        axis = tuple(axes) if axes else None
        double = x.astype("float64")
        for name, out in [("mean", double.mean(axis, keepdims=keep)), ("sum", double.sum(axis, keepdims=keep)), ("max", double.max(axis, keepdims=keep)), ("min", double.min(axis, keepdims=keep)), ("l2", np.sqrt((double**2).sum(axis, keepdims=keep)))]:
            case("reduce", {"operation": name, "axes": axes, "keepAxes": keep}, {"tensor": x}, np.asarray(out).astype(dtype), tol)
x = floats((3, 5))
x[1, 2] = np.nan
case("reduce", {"operation": "max", "axes": [1]}, {"tensor": x}, x.max(1))
case("reduce", {"operation": "min", "axes": [0]}, {"tensor": x}, x.min(0))
for dtype in INTS:
    x = ints((3, 4), dtype)
    case("reduce", {"operation": "sum", "axes": [0]}, {"tensor": x}, x.sum(0, dtype=dtype))
    case("reduce", {"operation": "max", "axes": [1]}, {"tensor": x}, x.max(1))
    case("reduce", {"operation": "min"}, {"tensor": x}, x.min())
# mean pooling with an attention mask, as sentence-transformers writes it in torch
tokens = torch.from_numpy(floats((3, 7, 5)))
mask = torch.tensor([[1] * 7, [1, 1, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0]])
wide = mask.unsqueeze(-1).expand(tokens.size()).float()
case("reduce", {"operation": "mean", "axes": [1]}, {"tensor": tokens.numpy(), "mask": mask.numpy()}, ((tokens * wide).sum(1) / wide.sum(1).clamp(min=1e-9)).numpy(), 1e-6)
case("reduce", {"operation": "max", "axes": [1]}, {"tensor": tokens.numpy(), "mask": mask.numpy().astype(bool)}, tokens.masked_fill(mask.unsqueeze(-1) == 0, -1e9).max(1).values.numpy())

# vectors
for shape, axis in [((4, 6), -1), ((2, 3, 4), 1), ((5,), 0)]:
    for dtype, tol in [("float32", 1e-6), ("float64", 1e-14), ("float16", 1e-3)]:
        x = floats(shape, dtype)
        if len(shape) == 2 and dtype != "float16":
            x[1] = 0  # torch gives NaN for this in float16, where its epsilon is 0
        out = torch.nn.functional.normalize(torch.from_numpy(x), dim=axis).numpy()
        case("l2Normalise", {"axis": axis}, {"tensor": x}, out, tol)
a, b = floats((3, 8)), floats((4, 8))
b[2] = 0
out = torch.nn.functional.cosine_similarity(torch.from_numpy(a)[:, None], torch.from_numpy(b)[None], dim=-1).numpy()
case("cosineSimilarity", {}, {"a": a, "b": b}, out, 1e-6)
case("cosineSimilarity", {"scale": 100}, {"a": a[0], "b": b.astype("float64")}, out[:1] * 100, 1e-4)

doubles = [0.0, -0.0, 1.0, -1.0, 65504.0, 65519.999, 65520.0, 1e9, -1e9, 2**-24, 2**-25, 2**-25 * 1.5, 2**-14, 2**-14 - 2**-25, 2**-14 - 2**-26, 1e-300, 5e-324, 0.1, 1 / 3]
doubles += [float(x) for x in rng.standard_normal(60) * 10.0 ** rng.integers(-9, 6, 60)]
# exactly half way between neighbours: ties to even
bits = rng.integers(0, 0x7BFE, 40).astype(np.uint16)
halves = bits.view(np.float16).astype("float64")
nexts = (bits + 1).astype(np.uint16).view(np.float16).astype("float64")
doubles += [float(x) for x in (halves + nexts) / 2]
with np.errstate(all="ignore"):
    half_bits = [int(x) for x in np.array(doubles).astype(np.float16).view(np.uint16)]
decoded = [[int(b), float(np.array([b], np.uint16).view(np.float16)[0])] for b in list(range(0, 12)) + [0x3FF, 0x400, 0x401, 0x3C00, 0x7BFF, 0x8000, 0x8001, 0xC000, 0xFBFF]]

with open(os.path.join(here, "tensor.json"), "w") as f:
    f.write('{"made with": ' + json.dumps({"numpy": np.__version__, "torch": torch.__version__}) + ",\n")
    f.write('"half": ' + json.dumps({"doubles": doubles, "bits": half_bits, "decoded": decoded}) + ',\n"cases": [\n')
    f.write(",\n".join(json.dumps(c, separators=(",", ":")) for c in cases))
    f.write("\n]}\n")
print(len(cases), "cases")
