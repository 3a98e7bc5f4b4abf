"""Antialiased resizes by Pillow, on one thread: a line of JSON asks, a line answers with milliseconds and the pixels' hash."""

import hashlib
import json
import sys
import time

from PIL import Image, __version__

print(json.dumps({"pillow": __version__}), flush=True)
for line in sys.stdin:
    ask = json.loads(line)
    image = Image.frombytes("RGB", (ask["width"], ask["height"]), open(ask["file"], "rb").read())
    filter = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC, "lanczos": Image.Resampling.LANCZOS}[ask["filter"]]
    times = []
    for _ in range(ask["rounds"]):
        start = time.perf_counter()
        made = image.resize((ask["outWidth"], ask["outHeight"]), filter)
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps({"ms": times, "hash": hashlib.sha256(made.tobytes()).hexdigest()}), flush=True)
