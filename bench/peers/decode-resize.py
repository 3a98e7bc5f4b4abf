"""The peer of bench/decode-resize.ts: Pillow and numpy, as a user would write it.

Reads one request a line, {"file", "draft", "rounds"}, and answers {"ms": [...], "tensor": base64 of float32}.
"""

import base64
import json
import sys
import time

import numpy as np
import PIL
from PIL import Image

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)


def preprocess(file, draft):
    image = Image.open(file)
    if draft:
        # Lets libjpeg decode at a fraction of the size, never below the size named.
        image.draft("RGB", (455, 256))
    image = image.convert("RGB")
    width, height = image.size
    shorter = min(width, height)
    image = image.resize((int(256 * width / shorter), int(256 * height / shorter)), Image.BILINEAR)
    width, height = image.size
    left, top = round((width - 224) / 2), round((height - 224) / 2)
    pixels = np.asarray(image.crop((left, top, left + 224, top + 224)), np.float32) / 255
    return np.ascontiguousarray(((pixels - MEAN) / STD).transpose(2, 0, 1)[None])


print(json.dumps({"pillow": PIL.__version__, "numpy": np.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    times = []
    for _ in range(request["rounds"]):
        before = time.perf_counter()
        tensor = preprocess(request["file"], request["draft"])
        times.append((time.perf_counter() - before) * 1000)
    print(json.dumps({"ms": times, "tensor": base64.b64encode(tensor.tobytes()).decode()}), flush=True)
