"""Records small pictures in many encodings, and what Pillow decodes them to, into image-decode.json; and two 1080p
JPEGs with Pillow's resize of them, into image-noisy.jpg, image-smooth.jpg and image-pass.json.

Run with a Python that has numpy and Pillow: python test/reference/image-decode.py
Pixels are base64 of uint8, rows top to bottom, channels interleaved.
"""

import base64
import io
import json
import pathlib
import struct
import zlib

import numpy as np
import PIL
from PIL import Image, ImageOps

rng = np.random.default_rng(20261121)
HERE = pathlib.Path(__file__).parent
library = {"pillow": PIL.__version__, "numpy": np.__version__}


def text(data):
    return base64.b64encode(bytes(data)).decode()


def encoded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png16(pixels, colour_type):
    """A 16-bit PNG, which Pillow cannot write in colour."""
    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


y, x = np.mgrid[0:16, 0:24]
rgb = np.stack([x * 10, y * 15, (x * 7 + y * 3) % 256], -1).astype(np.uint8)
rgb[3:7, 4:9] = [250, 20, 30]
image = Image.fromarray(rgb)
grey = image.convert("L")
alpha = Image.fromarray((x * 10).astype(np.uint8))
deep = (rng.integers(0, 65536, (16, 24, 3))).astype(np.uint16)
palette = image.quantize(17)

cases = []


def case(name, data, mode, tolerance=0, pixels=None):
    opened = Image.open(io.BytesIO(data))
    if pixels is None:
        pixels = np.asarray(ImageOps.exif_transpose(opened).convert(mode))
    colour = {"RGB": "rgb", "L": "grey", "RGBA": "rgba"}[mode]
    cases.append({
        "name": name, "file": text(data), "colour": colour, "width": pixels.shape[1], "height": pixels.shape[0],
        "tolerance": tolerance, "pixels": text(pixels.astype(np.uint8).tobytes()),
    })


case("rgb JPEG, 4:2:0", encoded(image, "JPEG", quality=85), "RGB")
case("rgb JPEG, 4:4:4, progressive", encoded(image, "JPEG", quality=90, subsampling=0, progressive=True), "RGB")
case("grey JPEG", encoded(grey, "JPEG", quality=90), "L")
case("CMYK JPEG", encoded(image.convert("CMYK"), "JPEG", quality=95), "RGB")
ink = np.stack([x * 10, y * 15, (x + y) * 6, (x * y) % 256], -1).astype(np.uint8)
case("CMYK JPEG with black ink", encoded(Image.fromarray(ink, "CMYK"), "JPEG", quality=95), "RGB")
case("rgb PNG", encoded(image, "PNG"), "RGB")
case("grey PNG", encoded(grey, "PNG"), "L")
case("1-bit PNG", encoded(image.convert("1"), "PNG"), "L")
case("palette PNG", encoded(palette, "PNG"), "RGB")
case("palette PNG with a transparent entry", encoded(palette, "PNG", transparency=3), "RGBA")
case("grey and alpha PNG", encoded(Image.merge("LA", (grey, alpha)), "PNG"), "RGBA")
case("rgba PNG", encoded(Image.merge("RGBA", (*image.split(), alpha)), "PNG"), "RGBA")
case("16-bit rgb PNG", png16(deep, 2), "RGB")
case("16-bit grey PNG", png16(deep[..., 0], 0), "L", pixels=deep[..., 0] >> 8)
four = rng.integers(0, 65536, (16, 24, 4)).astype(np.uint16)
case("16-bit rgba PNG", png16(four, 6), "RGBA", pixels=four >> 8)
case("16-bit grey and alpha PNG", png16(four[..., :2], 4), "RGBA", pixels=four[..., [0, 0, 0, 1]] >> 8)
case("GIF", encoded(palette, "GIF"), "RGB")
case("WebP, lossless", encoded(image, "WEBP", lossless=True), "RGB")
case("WebP", encoded(image, "WEBP", quality=90), "RGB", tolerance=1)
case("WebP with alpha", encoded(Image.merge("RGBA", (*image.split(), alpha)), "WEBP", lossless=True, exact=True), "RGBA")
case("AVIF", encoded(image, "AVIF", quality=95, subsampling="4:4:4"), "RGB", tolerance=3)
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    case(f"EXIF orientation {orientation}", encoded(image, "JPEG", quality=92, subsampling=0, exif=exif), "RGB")
(HERE / "image-decode.json").write_text(json.dumps({"library": library, "cases": cases}, indent=1) + "\n")


def scene(noise, quality):
    """1080p: ramps, waves down to a few pixels, discs with sharp edges, and sensor-like noise."""
    height, width = 1080, 1920
    y, x = np.mgrid[0:height, 0:width]
    a = np.stack(
        [
            128 + 90 * np.sin(x / 97) * np.cos(y / 61),
            128 + 80 * np.sin((x + 2 * y) / 143),
            128 + 100 * np.cos(np.hypot(x - 900, y - 500) / 45),
        ],
        -1,
    )
    for _ in range(60):
        cx, cy, r = rng.integers(0, width), rng.integers(0, height), rng.integers(10, 160)
        disc = (x - cx) ** 2 + (y - cy) ** 2 < r * r
        a[disc] = a[disc] * 0.4 + rng.integers(0, 255, 3) * 0.6
    a += rng.normal(0, noise, a.shape)
    return encoded(Image.fromarray(np.clip(a, 0, 255).astype(np.uint8)), "JPEG", quality=quality)


stride = 3
passes = []
for name, noise, quality in (("noisy", 14, 80), ("smooth", 1.5, 85)):
    data = scene(noise, quality)
    (HERE / f"image-{name}.jpg").write_bytes(data)
    opened = Image.open(io.BytesIO(data)).convert("RGB")
    for filter_name, code in (("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC), ("lanczos", Image.LANCZOS)):
        width, height = int(256 * 1920 / 1080), 256
        left, top = round((width - 224) / 2), round((height - 224) / 2)
        out = opened.resize((width, height), code).crop((left, top, left + 224, top + 224))
        kept = np.asarray(out)[::stride, ::stride]
        passes.append({"picture": name, "filter": filter_name, "pixels": text(kept.tobytes())})
(HERE / "image-pass.json").write_text(
    json.dumps({"library": library, "shorter": 256, "crop": 224, "stride": stride, "passes": passes}, indent=1) + "\n"
)
