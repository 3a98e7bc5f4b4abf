"""The script that a user would write instead: Pillow, numpy and onnxruntime. Prints JSON of milliseconds.

usage: classifier.py MODEL THREADS REPEATS PICTURE [PICTURE ...]
"""

import json
import sys
import time

import numpy as np
import onnxruntime as ort
from PIL import Image, ImageOps

MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)


def prepare(path):
    image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    width, height = image.size
    scale = 112 / min(width, height)
    size = (112, int(112 * height / width)) if width < height else (int(112 * width / height), 112)
    image = image.resize(size, Image.Resampling.BILINEAR)
    left, top = round((size[0] - 96) / 2), round((size[1] - 96) / 2)
    image = image.crop((left, top, left + 96, top + 96))
    pixels = (np.asarray(image, dtype=np.float32) / 255 - MEAN) / STD
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])


def main():
    model, threads, repeats, pictures = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def classify(path):
        logits = session.run(None, {"pixel_values": prepare(path)})[0][0]
        e = np.exp(logits - logits.max())
        return e / e.sum()

    for path in pictures[:3]:
        classify(path)
    singles = []
    for _ in range(repeats):
        start = time.perf_counter()
        classify(pictures[0])
        singles.append((time.perf_counter() - start) * 1000)
    start = time.perf_counter()
    tops = [int(np.argmax(classify(path))) for path in pictures]
    folder = (time.perf_counter() - start) * 1000
    print(json.dumps({"singleMs": float(np.median(singles)), "folderMs": folder, "tops": tops}))


main()
