"""Ranges that onnxruntime.quantization's calibrators find for known distributions. Writes calibrate.json beside this file."""
import contextlib
import io
import json
import pathlib

import numpy as np
import onnxruntime
from onnxruntime.quantization.calibrate import HistogramCollector

here = pathlib.Path(__file__).parent
COUNT, BATCHES = 20_000, 3


def noise(count, seed):
    """The linear congruential generator of Numerical Recipes, as float32 from -1 to 1."""
    state, out = seed, np.empty(count, np.float64)
    for i in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        out[i] = state / 2**31 - 1
    return out.astype(np.float32)


def bell(seed):
    """A sum of four even ones, each added in float32."""
    total = noise(COUNT, seed)
    for more in range(1, 4):
        total = total + noise(COUNT, seed + 1000 * more)
    return total.astype(np.float32)


def outliers(seed):
    values = bell(seed)
    values[::5000] = 40
    return values


# The first batch is narrower than the others, so that a histogram has to grow.
makers = {
    "even": lambda seed: noise(COUNT, seed),
    "bell": bell,
    "moved": lambda seed: bell(seed) + np.float32(2),
    "relu": lambda seed: np.maximum(bell(seed), 0),
    "cubed": lambda seed: bell(seed) ** 3,
    "outliers": outliers,
}
scale = [0.5, 1, 1]
out = {"by": f"onnxruntime {onnxruntime.__version__} quantization.calibrate.HistogramCollector, numpy {np.__version__}",
       "count": COUNT, "scales": scale, "cases": {}}
for name, make in makers.items():
    batches = [(make(1 + batch) * np.float32(scale[batch])).astype(np.float32) for batch in range(BATCHES)]
    entry = {"min": float(min(b.min() for b in batches)), "max": float(max(b.max() for b in batches))}
    # Bins as fine as ours for the size of values; both signs make twice as many, and 256 steps.
    for method, options in {
        "percentile99": {"method": "percentile", "num_bins": 4096, "percentile": 99},
        "percentile99.9": {"method": "percentile", "num_bins": 4096, "percentile": 99.9},
        "entropy": {"method": "entropy", "num_bins": 2048, "percentile": 99.999},
    }.items():
        collector = HistogramCollector(symmetric=False, num_quantized_bins=256, scenario="same", **options)
        with contextlib.redirect_stdout(io.StringIO()):
            for batch in batches:
                collector.collect({"x": batch})
            low, high = collector.compute_collection_result()["x"][:2]
        entry[method] = [float(low), float(high)]
    out["cases"][name] = entry
    print(name, entry)
(here / "calibrate.json").write_text(json.dumps(out, indent=1) + "\n")
