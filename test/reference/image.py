"""Records Pillow's and torch's answers for the image kernels into image-resize.json and image-pixels.json.

Run with a Python that has numpy, Pillow and torch: python test/reference/image.py
Pixels are base64 of uint8, rows top to bottom, channels interleaved.
"""

import base64
import json
import pathlib

import numpy as np
import PIL
import torch
from PIL import Image, ImageOps

rng = np.random.default_rng(20261121)
HERE = pathlib.Path(__file__).parent


def text(array):
    return base64.b64encode(np.ascontiguousarray(array, dtype=np.uint8).tobytes()).decode()


def picture(height, width, channels):
    """Noise over steps and a ramp, with full black and white, so that overshoot and clipping show."""
    y, x = np.mgrid[0:height, 0:width]
    base = np.stack([(x * 11 + y * 5 + c * 40) % 256 for c in range(channels)], -1).astype(float)
    base += rng.normal(0, 40, base.shape)
    base[height // 3 : height // 2, width // 4 : width // 2] = 255
    base[height // 2 : height - 3, width // 2 :] = 0
    out = np.clip(base, 0, 255).astype(np.uint8)
    return out[..., 0] if channels == 1 else out


pictures = {"rgb": picture(29, 37, 3), "grey": picture(31, 22, 1), "rgba": picture(21, 26, 4)}
pictures["rgba"][2:6, 3:9, 3] = 0
pictures["rgba"][10:14, 3:19, 3] = 255
filters = {
    "nearest": Image.NEAREST,
    "bilinear": Image.BILINEAR,
    "bicubic": Image.BICUBIC,
    "lanczos": Image.LANCZOS,
}
sizes = [(11, 7), (37, 12), (9, 29), (55, 40), (16, 45), (1, 1)]

antialiased = []
for name, pixels in pictures.items():
    for filter_name, code in filters.items():
        for width, height in sizes if name == "rgb" else sizes[:4]:
            out = np.asarray(Image.fromarray(pixels).resize((width, height), code))
            antialiased.append({"picture": name, "filter": filter_name, "width": width, "height": height, "pixels": text(out)})

plain = []
for name in ("rgb", "grey"):
    pixels = pictures[name]
    tensor = torch.from_numpy(pixels.reshape(pixels.shape[0], pixels.shape[1], -1).copy()).permute(2, 0, 1)[None].double()
    for mode in ("nearest", "bilinear", "bicubic"):
        for width, height in sizes if name == "rgb" else sizes[:3]:
            corners = {} if mode == "nearest" else {"align_corners": False}
            out = torch.nn.functional.interpolate(tensor, size=(height, width), mode=mode, **corners)
            out = out.clamp(0, 255).round()[0].permute(1, 2, 0).numpy()
            plain.append({"picture": name, "filter": mode, "width": width, "height": height, "pixels": text(out)})

rotated = []
for name in ("rgb", "grey"):
    for angle in (0, 17, 45, 90, 123.4, 180, 270, 301, -30):
        for expand in (False, True):
            fill = (10, 200, 30) if name == "rgb" else 77
            out = Image.fromarray(pictures[name]).rotate(angle, Image.BILINEAR, expand=expand, fillcolor=fill)
            rotated.append({
                "picture": name, "angle": angle, "expand": expand, "fill": list(np.atleast_1d(fill).tolist()),
                "width": out.width, "height": out.height, "pixels": text(np.asarray(out)),
            })

colours = rng.integers(0, 256, (50, 60, 3), dtype=np.uint8)
colours[0, :20] = np.repeat(np.arange(0, 256, 13, dtype=np.uint8)[:20, None], 3, 1)
colours[1, :6] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [0, 255, 255], [255, 0, 255]]
image = Image.fromarray(colours)
flat = Image.new("RGB", (26, 21), (12, 130, 250))
flat.paste(Image.fromarray(pictures["rgba"]).convert("RGB"), mask=Image.fromarray(pictures["rgba"]).getchannel("A"))
colour = {
    "rgb": text(colours),
    "grey": text(np.asarray(image.convert("L"))),
    "hsv": text(np.asarray(image.convert("HSV"))),
    "ycbcr": text(np.asarray(image.convert("YCbCr"))),
    "rgbFromHsv": text(np.asarray(Image.fromarray(colours, "HSV").convert("RGB"))),
    "rgbFromYcbcr": text(np.asarray(Image.fromarray(colours, "YCbCr").convert("RGB"))),
    "rgbaOver12-130-250": text(np.asarray(flat)),
    "rgbaDropped": text(np.asarray(Image.fromarray(pictures["rgba"]).convert("RGB"))),
}
bordered = np.pad(pictures["rgb"], ((5, 2), (3, 7), (0, 0)), mode="reflect")
edged = np.pad(pictures["rgb"], ((5, 2), (3, 7), (0, 0)), mode="edge")
library = {"pillow": PIL.__version__, "torch": torch.__version__.split("+")[0], "numpy": np.__version__}
originals = {name: {"width": p.shape[1], "height": p.shape[0], "pixels": text(p)} for name, p in pictures.items()}


def record(name, **values):
    (HERE / name).write_text(json.dumps({"library": library, "pictures": originals, **values}, indent=1) + "\n")


record("image-resize.json", antialiased=antialiased, plain=plain)
record(
    "image-pixels.json",
    rotated=rotated,
    colour={"width": 60, "height": 50, **colour},
    padded={"left": 3, "top": 5, "right": 7, "bottom": 2, "reflect": text(bordered), "edge": text(edged)},
    flipped=text(np.asarray(ImageOps.mirror(Image.fromarray(pictures["rgb"])))),
    upsideDown=text(np.asarray(ImageOps.flip(Image.fromarray(pictures["rgb"])))),
)
