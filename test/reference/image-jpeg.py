"""Small JPEGs as libjpeg-turbo and Pillow shrink them, into image-jpeg.json.

Each is decoded at a half, a quarter or an eighth (Image.draft), never closer than twice what is wanted, turned upright
and resized. Pixels are kept as sha256 of their bytes. Run in a Python with Pillow and numpy.
"""

import base64
import hashlib
import io
import json
import pathlib

import numpy as np
import PIL
from PIL import Image, ImageOps, features

HERE = pathlib.Path(__file__).parent
SAMPLES = HERE.parent.parent / "samples/picture-classifier/media"
rng = np.random.default_rng(11)
FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS}
cases = []
jpegs = {}


def digest(image):
    return hashlib.sha256(image.tobytes()).hexdigest()


def shrunk(data, size, name):
    """`size` is of the upright picture."""
    image = Image.open(io.BytesIO(data))
    turned = image.getexif().get(0x0112, 1) >= 5
    width, height = size[::-1] if turned else size
    image.draft(None, (2 * width, 2 * height))
    mode = "L" if image.mode == "L" else "RGB"
    small = image.convert(mode).resize((width, height), FILTERS[name])
    small.info["exif"] = image.info.get("exif", b"")
    return ImageOps.exif_transpose(small)


def case(name, data, size, filter_name="bilinear", file=None):
    given = {"sample": file} if file else {"jpeg": hashlib.sha256(data).hexdigest()[:8]}
    if file is None:
        jpegs[given["jpeg"]] = base64.b64encode(data).decode()
    out = shrunk(data, size, filter_name)
    assert out.size == size, (name, out.size, size)
    cases.append({"name": name, **given, "size": list(size), "filter": filter_name, "sha256": digest(out)})


def picture(width, height):
    y, x = np.mgrid[0:height, 0:width]
    a = np.stack([128 + 90 * np.sin(x / 9) * np.cos(y / 7), 128 + 80 * np.sin((x + 2 * y) / 13), 2 * x % 256], -1)
    return Image.fromarray(np.clip(a + rng.normal(0, 3, a.shape), 0, 255).astype(np.uint8))


def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", **{"quality": 75, **options})
    return out.getvalue()


for path in sorted(SAMPLES.glob("*.jpg")):
    data = path.read_bytes()
    width, height = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).size
    for short in (224, 112, 40):
        scale = short / min(width, height)
        size = (int(width * scale + 1e-9), int(height * scale + 1e-9))
        size = (short, size[1]) if width < height else (size[0], short)
        case(f"{path.name} to {short}", data, size, file=path.name)

plain = picture(193, 161)
for subsampling, name in ((0, "4:4:4"), (1, "4:2:2"), (2, "4:2:0")):
    for size in ((96, 80), (48, 40), (40, 33)):
        case(f"{name} to {size[0]}x{size[1]}", jpeg(plain, subsampling=subsampling), size)
for name in FILTERS:
    case(f"{name}", jpeg(plain), (45, 37), name)
case("grey", jpeg(plain.convert("L")), (45, 37))
case("grey, whole", jpeg(plain.convert("L")), (120, 100))
case("restart markers", jpeg(plain, restart_marker_blocks=3), (45, 37))
case("three colours that are rgb", jpeg(plain, keep_rgb=True), (45, 37))
case("the size it has", jpeg(plain), plain.size)
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    case(f"orientation {orientation}", jpeg(plain, exif=exif), (37, 45) if orientation >= 5 else (45, 37))

library = {"pillow": PIL.__version__, "libjpeg_turbo": features.version("libjpeg_turbo")}
(HERE / "image-jpeg.json").write_text(json.dumps({"library": library, "jpegs": jpegs, "cases": cases}, indent=1) + "\n")
