"""Records scikit-image's and OpenCV's Lab of sRGB colours into image-lab.json.

Run with a Python that has numpy, scikit-image and opencv: python test/reference/image-lab.py
Lab is CIE 1976 under D65, stored in bytes as OpenCV does: L * 255 / 100, a + 128, b + 128.
"""

import base64
import json
import pathlib

import cv2
import numpy as np
import skimage
from skimage.color import lab2rgb, rgb2lab

rng = np.random.default_rng(20261121)
colours = rng.integers(0, 256, (40, 50, 3), dtype=np.uint8)
colours[0, :6] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 0, 0], [255, 255, 255], [128, 128, 128]]
lab = rgb2lab(colours)
stored = np.clip(np.round(np.stack([lab[..., 0] * 2.55, lab[..., 1] + 128, lab[..., 2] + 128], -1)), 0, 255).astype(np.uint8)
back = stored.astype(float)
back = lab2rgb(np.stack([back[..., 0] / 2.55, back[..., 1] - 128, back[..., 2] - 128], -1))


def text(array):
    return base64.b64encode(np.ascontiguousarray(array, dtype=np.uint8).tobytes()).decode()


result = {
    "library": {"scikit-image": skimage.__version__, "opencv": cv2.__version__},
    "rgb": text(colours),
    "lab": text(stored),
    "labOpenCv": text(cv2.cvtColor(colours, cv2.COLOR_RGB2Lab)),
    "rgbFromLab": text(np.round(np.clip(back, 0, 1) * 255)),
}
(pathlib.Path(__file__).parent / "image-lab.json").write_text(json.dumps(result, indent=1) + "\n")
