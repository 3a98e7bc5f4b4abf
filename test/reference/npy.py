"""Small .npy files written by numpy, as base64, with their values. Run: python test/reference/npy.py"""

import base64
import io
import json
import os

import numpy as np

from numpy.lib import format as npy

rng = np.random.default_rng(5)
here = os.path.dirname(os.path.abspath(__file__))
cases = []


def add(name, array, version=(1, 0)):
    out = io.BytesIO()
    npy.write_array(out, array, version=version, allow_pickle=True)
    if array.dtype.hasobject or array.dtype.names or array.dtype.kind in "cSM" or array.dtype.itemsize == 16:
        cases.append({"name": name, "file": base64.b64encode(out.getvalue()).decode(), "want": None})
        return
    flat = array.flatten(order="C")
    kind = flat.dtype.kind
    if kind == "U":
        dtype, data = "string", [str(x) for x in flat]
    elif flat.dtype.itemsize == 8 and kind in "iu":
        dtype, data = flat.dtype.name, [str(x) for x in flat]
    elif flat.dtype.name == "float16":
        dtype, data = "float16", [int(x) for x in flat.astype("<f2").view("<u2")]
    elif kind == "b":
        dtype, data = "bool", [int(x) for x in flat]
    elif kind == "f":
        dtype, data = flat.dtype.name, [float(x) if np.isfinite(x) else str(float(x)) for x in flat]
    else:
        dtype, data = flat.dtype.name, [int(x) for x in flat]
    cases.append({"name": name, "file": base64.b64encode(out.getvalue()).decode(), "want": {"dtype": dtype, "shape": list(array.shape), "data": data}})


for code in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
    if code[0] == "f":
        x = (rng.standard_normal((2, 3)) * 5).astype(code)
        x[0, 0] = np.inf
    else:
        info = np.iinfo(code)
        x = rng.integers(info.min, info.max, (2, 3), dtype=code, endpoint=True)
    for order in "<>":
        for layout in "CF":
            add(f"{order}{code} {layout}", np.array(x, dtype=order + code, order=layout))
add("bool", np.array([[True, False, True]]))
add("text", np.array(["狗", "a😀", ""]))
add("text big endian, Fortran", np.asfortranarray(np.array([["ab", "c"], ["dé", "ﬁ"]], dtype=">U2")))
add("scalar", np.float32(2.5).reshape(()))
add("empty", np.zeros((0, 4), "int32"))
add("one axis", np.arange(5, dtype="uint8"))
add("four axes, Fortran", np.asfortranarray(np.arange(24, dtype="int16").reshape(2, 3, 1, 4)))
add("version 2", np.arange(3, dtype="float64"), (2, 0))
add("version 3", np.arange(3, dtype="float64"), (3, 0))
add("objects", np.array([{"a": 1}, None], dtype=object))
add("complex", np.array([1 + 2j]))
add("records", np.zeros(2, dtype=[("a", "i4"), ("b", "f4")]))
add("bytes", np.array([b"abc"]))
add("dates", np.array(["2025-01-01"], dtype="datetime64[D]"))
with open(os.path.join(here, "npy.json"), "w") as f:
    json.dump({"made with": {"numpy": np.__version__}, "cases": cases}, f, separators=(",", ":"))
    f.write("\n")
print(len(cases))
