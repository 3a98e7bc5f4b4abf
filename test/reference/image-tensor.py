"""Records numpy's tensors of a small picture into image-tensor.json.

Run with a Python that has numpy: python test/reference/image-tensor.py
float16 values are given as their bits.
"""

import base64
import json
import pathlib

import numpy as np

rng = np.random.default_rng(20261121)
pixels = rng.integers(0, 256, (4, 5, 3), dtype=np.uint8)
presets = {
    "imagenet": ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    "clip": ([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]),
    "half": ([0.5] * 3, [0.5] * 3),
    "none": ([0.0] * 3, [1.0] * 3),
    "custom": ([0.1, 0.2, 0.3], [0.4, 0.5, 2.0]),
}
normalised = []
for preset, (mean, std) in presets.items():
    for layout in ("NCHW", "NHWC") if preset in ("imagenet", "custom") else ("NCHW",):
        out = (pixels.astype(np.float64) / 255 - np.array(mean)) / np.array(std)
        out = (out.transpose(2, 0, 1) if layout == "NCHW" else out)[None]
        normalised.append({
            "preset": preset, "layout": layout, "mean": mean, "std": std, "shape": list(out.shape),
            "values": [round(v, 9) for v in out.ravel().tolist()],
        })
tensors = []
for dtype, scale, layout, order, batch in (
    ("float32", "0..1", "NCHW", "asIs", True),
    ("float32", "-1..1", "NHWC", "reversed", True),
    ("float32", "0..255", "NCHW", "reversed", False),
    ("float16", "0..1", "NCHW", "asIs", True),
    ("float16", "-1..1", "NHWC", "asIs", False),
    ("uint8", "0..1", "NCHW", "asIs", True),
    ("uint8", "0..1", "NHWC", "reversed", True),
    ("uint8", "0..1", "NHWC", "asIs", False),
):
    out = pixels[..., ::-1] if order == "reversed" else pixels
    if dtype != "uint8":
        low, high = {"0..1": (0, 1), "0..255": (0, 255), "-1..1": (-1, 1)}[scale]
        out = (low + out.astype(np.float64) / 255 * (high - low)).astype(np.float32)
    if dtype == "float16":
        out = out.astype(np.float16).view(np.uint16)
    if layout == "NCHW":
        out = out.transpose(2, 0, 1)
    if batch:
        out = out[None]
    tensors.append({
        "dtype": dtype, "range": scale, "layout": layout, "order": order, "batch": batch, "shape": list(out.shape),
        "values": [round(v, 9) if dtype == "float32" else v for v in out.ravel().tolist()],
    })
result = {
    "library": {"numpy": np.__version__},
    "width": 5,
    "height": 4,
    "rgb": base64.b64encode(pixels.tobytes()).decode(),
    "normalised": normalised,
    "tensors": tensors,
}
(pathlib.Path(__file__).parent / "image-tensor.json").write_text(json.dumps(result) + "\n")
