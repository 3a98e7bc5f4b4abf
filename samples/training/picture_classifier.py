"""samples/picture-classifier: ten kinds of painted scene.   python picture_classifier.py [train|media|reference|all]"""
from __future__ import annotations

import json
import sys

import numpy as np
import torch
from PIL import Image, ImageDraw

from features import open_picture, pixel_values, softmax
from fitting import SAMPLES, accuracy, calibrate, confusions, export, fit, generate, predict, ranked, session_for, versions
from networks import ConvNet
from paint import spoil
from scenes import SCENES, paint_scene

FOLDER = SAMPLES / "picture-classifier"
NAMES = list(SCENES)
TRAIN, CHECK, HELD_OUT = 3000, 400, 1000


def example(job):
    """One training picture of a random size and shape, spoiled, as [3,96,96] float16."""
    split, index = job
    rng = np.random.default_rng([101, split, index])
    label = index % len(NAMES)
    short = int(rng.integers(112, 144))
    long = int(short * rng.uniform(1.0, 1.6))
    size = (long, short) if rng.random() < 0.75 else (short, long)
    image = paint_scene(NAMES[label], *size, [102, split, index]).image()
    return pixel_values(spoil(image, rng, 1.3)).astype(np.float16), label


def data(split, count):
    made = generate(example, [(split, k) for k in range(count)])
    return (torch.tensor(np.stack([m[0] for m in made])).float(),), torch.tensor([m[1] for m in made])


def mirror(given, generator):
    x = given[0]
    flip = torch.rand(len(x), generator=generator) < 0.5
    x = torch.where(flip[:, None, None, None], x.flip(3), x)
    dy, dx = (int(v) for v in torch.randint(-6, 7, (2,), generator=generator))
    return (torch.roll(x, (dy, dx), (2, 3)),)


def train():
    print("picture-classifier")
    inputs, labels = data(0, TRAIN)
    model = ConvNet(3, len(NAMES), widths=(16, 32, 64, 96))
    torch.manual_seed(1)
    fit(model, inputs, labels, epochs=14, augment=mirror, seed=1, smoothing=0.03)
    check, check_labels = data(1, CHECK)
    temperature = calibrate(model, check, check_labels)
    held, held_labels = data(2, HELD_OUT)
    score = accuracy(model, held, held_labels)
    wrong = confusions(held_labels.tolist(), predict(model, held)[0].argmax(1).tolist(), NAMES)
    print(f"  held out: {score:.3f}, temperature {temperature:.2f}", *wrong, sep="\n  ")
    export(model, FOLDER / "models" / "scenes.onnx", {"pixel_values": held[0][:2]}, ["logits"], {"pixel_values": {0: "batch"}, "logits": {0: "batch"}})
    (FOLDER / "models" / "labels.txt").write_text("\n".join(NAMES) + "\n")
    (FOLDER / "accuracy.json").write_text(json.dumps({"held_out_examples": HELD_OUT, "accuracy": round(score, 4), "temperature": round(temperature, 3), "most_frequent_mistakes": wrong}, indent=2) + "\n")


def media():
    out = FOLDER / "media"
    out.mkdir(parents=True, exist_ok=True)
    for name, scene, w, h, seed in (
        ("sunset.jpg", "sunset sea", 640, 480, 5), ("mountain.jpg", "snowy mountain", 1280, 960, 2), ("lights.jpg", "northern lights", 800, 450, 4),
        ("reef.jpg", "coral reef", 640, 480, 11), ("rain.jpg", "rainy street", 720, 540, 6), ("city.jpg", "city at night", 640, 480, 8),
    ):
        paint_scene(scene, w, h, [900, seed]).image(0.008).save(out / name, quality=84)
    # A phone's portrait: stored lying on its side, with the EXIF note "turn me".
    upright = paint_scene("forest", 600, 800, [900, 21]).image(0.008)
    exif = Image.Exif()
    exif[0x0112] = 6
    upright.transpose(Image.ROTATE_90).save(out / "forest-portrait.jpg", quality=84, exif=exif)
    # An oval cut-out; everything around it is transparent.
    meadow = paint_scene("flower meadow", 320, 240, [900, 31]).image(0.0).quantize(160, dither=Image.NONE).convert("RGB")
    mask = Image.new("L", (640, 480), 0)
    ImageDraw.Draw(mask).ellipse([40, 20, 599, 459], fill=255)
    meadow.putalpha(mask.resize((320, 240), Image.BOX))
    meadow.save(out / "meadow-cutout.png", optimize=True)


def reference():
    session = session_for(FOLDER / "models" / "scenes.onnx")
    results = {}
    for path in sorted((FOLDER / "media").iterdir()):
        entry = {}
        for alpha in ("drop", "white", "black") if path.suffix == ".png" else ("drop",):
            image = open_picture(path, alpha)
            logits = session.run(["logits"], {"pixel_values": pixel_values(image)[None]})[0][0]
            entry_for = {"logits": [round(float(v), 4) for v in logits], "top": ranked(softmax(logits), NAMES)}
            if alpha == "drop":
                entry = {"size_upright": list(image.size), **entry_for}
            else:
                entry[f"over_{alpha}"] = entry_for
        results[path.name] = entry
    (FOLDER / "reference.json").write_text(json.dumps({"versions": versions("pillow"), "note": "Transparent pixels: alpha dropped (Pillow convert), with over_white and over_black beside it.", "results": results}, indent=1) + "\n")
    for name, r in results.items():
        print(f"  {name}: {r['top'][0]}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    for step in (train, media, reference):
        if wanted in (step.__name__, "all"):
            step()
