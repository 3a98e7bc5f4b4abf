"""Joins first.onnx and second.onnx of a folder with the onnx package; prints seconds and the memory that it took more."""
import json
import pathlib
import resource
import sys
import time

import onnx
from onnx import compose

folder = pathlib.Path(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.perf_counter()
first = onnx.load(folder / "first.onnx")
second = compose.add_prefix(onnx.load(folder / "second.onnx"), "second/")
joined = compose.merge_models(first, second, io_map=[("y", "second/x")])
onnx.save(joined, folder / "peer.onnx")
seconds = time.perf_counter() - started
print(json.dumps({"seconds": seconds, "bytes": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024}))
