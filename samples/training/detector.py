"""samples/detector: boats, cars, trees, signs and people, in YOLOv8's output format.   python detector.py [train|media|reference|all]"""
from __future__ import annotations

import json
import sys

import numpy as np
import onnx
import torch
from PIL import Image, ImageFilter
from torch import nn
from torch.nn import functional as F

from features import open_picture
from fitting import SAMPLES, export, generate, session_for, versions
from networks import Residual, conv
from objects import CLASSES, letterbox, paint_objects

FOLDER = SAMPLES / "detector"
SIZE, STRIDES = 160, (8, 16)
TRAIN, HELD_OUT, EPOCHS = 3200, 400, 14


def anchor_points():
    parts = []
    for s in STRIDES:
        n = SIZE // s
        y, x = np.mgrid[0:n, 0:n]
        parts.append(np.stack([(x + 0.5) * s, (y + 0.5) * s, np.full_like(x, s, float)], -1).reshape(-1, 3))
    return np.concatenate(parts).astype(np.float32)  # [A,3]


POINTS = anchor_points()


class Detector(nn.Module):
    def __init__(self, widths=(12, 24, 48, 80)):
        super().__init__()
        a, b, c, d = widths
        self.stem = nn.Sequential(conv(3, a, 2), conv(a, b, 2), Residual(b))
        self.eighth = nn.Sequential(conv(b, c, 2), Residual(c), Residual(c))
        self.sixteenth = nn.Sequential(conv(c, d, 2), Residual(d), Residual(d), Residual(d))
        self.down = conv(d, c, kernel=1)
        self.join = nn.Sequential(conv(2 * c, c, kernel=1), Residual(c))
        self.heads = nn.ModuleList(nn.Sequential(conv(w, c), Residual(c), nn.Conv2d(c, 4 + len(CLASSES), 1)) for w in (c, d))
        for head in self.heads:
            nn.init.constant_(head[-1].bias[4:], -4.0)
            nn.init.constant_(head[-1].bias[:4], 0.7)
        self.register_buffer("points", torch.tensor(POINTS.T.copy())[None])  # [1,3,A]

    def raw(self, images):
        low = self.eighth(self.stem(images))
        high = self.sixteenth(low)
        fine = self.join(torch.cat([low, F.interpolate(self.down(high), scale_factor=2.0, mode="nearest")], 1))
        return torch.cat([head(x).flatten(2) for head, x in zip(self.heads, (fine, high))], 2)  # [B,4+C,A]

    def corners(self, raw):
        """x0 y0 x1 y1 from the four distances to the sides."""
        reach = torch.exp(raw[:, :4].clamp(-4, 4)) * self.points[:, 2:3]
        return torch.cat([self.points[:, :2] - reach[:, :2], self.points[:, :2] + reach[:, 2:]], 1)

    def forward(self, images):
        raw = self.raw(images)
        box = self.corners(raw)
        centre, size = (box[:, :2] + box[:, 2:]) / 2, box[:, 2:] - box[:, :2]
        return torch.cat([centre, size, torch.sigmoid(raw[:, 4:])], 1)


def targets(boxes, names):
    """For every anchor point: class (or -1) and box. Points near an object's middle are its own; the smaller object wins."""
    label, box = np.full(len(POINTS), -1, np.int64), np.zeros((len(POINTS), 4), np.float32)
    order = np.argsort([-(b[2] - b[0]) * (b[3] - b[1]) for b in boxes]) if len(boxes) else []
    for i in order:
        x0, y0, x1, y1 = boxes[i]
        w, h, cx, cy = x1 - x0, y1 - y0, (x0 + x1) / 2, (y0 + y1) / 2
        longest = max(w, h)
        for s, (least, most) in zip(STRIDES, ((0, 56), (36, 999))):
            if not least <= longest <= most:
                continue
            near = (np.abs(POINTS[:, 0] - cx) <= max(min(1.5 * s, w / 2), 0.5 * s)) & (np.abs(POINTS[:, 1] - cy) <= max(min(1.5 * s, h / 2), 0.5 * s)) & (POINTS[:, 2] == s)
            label[near], box[near] = names[i], boxes[i]
    return label, box


def example(job):
    split, index = job
    rng = np.random.default_rng([401, split, index])
    ratio = rng.uniform(0.65, 2.3)
    large = SIZE if rng.random() < 0.6 else int(SIZE * rng.uniform(1.2, 2.2))
    w, h = (large, int(large / ratio)) if ratio > 1 else (int(large * ratio), large)
    canvas, boxes, names = paint_objects(w, h, [402, split, index], tidy=rng.random() < 0.25)
    image = canvas.image(0.012)
    if rng.random() < 0.3:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.0)))
    px = np.asarray(image, np.float32) / 255
    px = (px - 0.5) * rng.uniform(0.6, 1.2) + 0.5 + rng.uniform(-0.12, 0.12)
    px = px * rng.uniform(0.85, 1.15, 3) + rng.normal(0, rng.uniform(0, 0.04), px.shape)
    image, scale, left, top = letterbox(Image.fromarray((np.clip(px, 0, 1) * 255).astype(np.uint8)))
    boxes = boxes * scale + np.array([left, top, left, top], np.float32)
    px = np.asarray(image).transpose(2, 0, 1).copy()
    mirrored = boxes[:, [2, 1, 0, 3]] * np.array([-1, 1, -1, 1], np.float32) + np.array([SIZE, 0, SIZE, 0], np.float32)
    return px, (targets(boxes, names), targets(mirrored, names)), boxes, names


def overlap(a, b, generalised=False):
    """IoU of boxes given pairwise in the last dimension 4 (torch)."""
    wh = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0)
    inter = wh[..., 0] * wh[..., 1]
    area = lambda t: (t[..., 2] - t[..., 0]).clamp(min=0) * (t[..., 3] - t[..., 1]).clamp(min=0)  # noqa: E731
    union = area(a) + area(b) - inter + 1e-6
    iou = inter / union
    if not generalised:
        return iou
    around = torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])
    hull = around[..., 0] * around[..., 1] + 1e-6
    return iou - (hull - union) / hull


# ---- after the model: the reference of decoding, and mAP ----------------------------------


def iou_matrix(a, b):
    wh = np.clip(np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2]), 0, None)
    inter = wh[..., 0] * wh[..., 1]
    area = lambda t: (t[:, 2] - t[:, 0]) * (t[:, 3] - t[:, 1])  # noqa: E731
    return inter / (area(a)[:, None] + area(b)[None] - inter + 1e-9)


def decode(output, confidence=0.25, iou=0.45):
    """[4+C,A] -> boxes, class numbers, scores. Best class per anchor; NMS within each class."""
    scores, names = output[4:].max(0), output[4:].argmax(0)
    keep = scores > confidence
    cx, cy, w, h = output[:4, keep]
    boxes, scores, names = np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], 1), scores[keep], names[keep]
    order, chosen = list(np.argsort(-scores, kind="stable")), []
    while order:
        i = order.pop(0)
        chosen.append(i)
        if order:
            same = names[order] == names[i]
            close = iou_matrix(boxes[i : i + 1], boxes[order])[0] > iou
            order = [o for o, drop in zip(order, same & close) if not drop]
    return boxes[chosen], names[chosen], scores[chosen]


def average_precision(found, truth, k, threshold=0.5):
    """AP of class k with all-point interpolation. found: per picture (boxes, names, scores); truth: (boxes, names)."""
    rows, total = [], 0
    for (fb, fn, fs), (tb, tn) in zip(found, truth):
        tb = tb[tn == k]
        total += len(tb)
        used = np.zeros(len(tb), bool)
        pick = np.where(fn == k)[0]
        for i in pick[np.argsort(-fs[pick])]:
            hit = False
            if len(tb):
                o = iou_matrix(fb[i : i + 1], tb)[0]
                j = int(o.argmax())
                hit = bool(o[j] >= threshold and not used[j])
                used[j] |= hit
            rows.append((fs[i], hit))
    rows.sort(key=lambda r: -r[0])
    hits = np.cumsum([r[1] for r in rows])
    recall, precision = hits / max(total, 1), hits / np.arange(1, len(rows) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0], recall])) * precision)), total


def name_rows(path):
    """Write the number of output rows into the file: the exporter leaves it open."""
    proto = onnx.load(str(path))
    proto.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 4 + len(CLASSES)
    onnx.checker.check_model(proto, full_check=True)
    onnx.save(proto, str(path))


def train():
    print("detector")
    made = generate(example, [(0, k) for k in range(TRAIN)])
    pixels = torch.tensor(np.stack([m[0] for m in made]))
    label = torch.tensor(np.stack([[m[1][f][0] for f in (0, 1)] for m in made]))
    box = torch.tensor(np.stack([[m[1][f][1] for f in (0, 1)] for m in made]))
    torch.manual_seed(4)
    model = Detector()
    batch = 32
    steps = TRAIN // batch
    optimiser = torch.optim.AdamW(model.parameters(), 4e-3, weight_decay=0.03)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=EPOCHS * steps, pct_start=0.15)
    import time

    start = time.time()
    for epoch in range(EPOCHS):
        model.train()
        order, total = torch.randperm(TRAIN), 0.0
        for k in range(steps):
            pick = order[k * batch : (k + 1) * batch]
            flip = int(torch.rand(1) < 0.5)
            x = pixels[pick].float() / 255
            x = x.flip(3) if flip else x
            want, where = label[pick, flip], box[pick, flip]
            raw = model.raw(x)
            ours = model.corners(raw).transpose(1, 2)
            positive = want >= 0
            goal = torch.zeros_like(raw[:, 4:].transpose(1, 2))
            quality = overlap(ours[positive], where[positive])
            goal[positive] = F.one_hot(want[positive], len(CLASSES)).float() * quality.detach().clamp(min=0.1)[:, None]
            logit = raw[:, 4:].transpose(1, 2)
            focus = (goal - torch.sigmoid(logit)).abs().detach() ** 1.5
            count = max(int(positive.sum()), 1)
            loss = 1.5 * (F.binary_cross_entropy_with_logits(logit, goal, reduction="none") * focus).sum() / count
            loss = loss + 3.0 * (1 - overlap(ours[positive], where[positive], True)).sum() / count
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 10.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        print(f"  epoch {epoch + 1}/{EPOCHS}: loss {total / steps:.3f} ({time.time() - start:.0f} s)", flush=True)
    model.eval()
    held = generate(example, [(2, k) for k in range(HELD_OUT)])
    with torch.no_grad():
        outputs = torch.cat([model(torch.tensor(np.stack([m[0] for m in held[k : k + 50]])).float() / 255) for k in range(0, HELD_OUT, 50)]).numpy()
    found = [decode(o, 0.001) for o in outputs]
    truth = [(m[2], m[3]) for m in held]
    report = {"held_out_pictures": HELD_OUT, "nms_iou": 0.45, "AP50": {}}
    for k, name in enumerate(CLASSES):
        ap, total = average_precision(found, truth, k)
        report["AP50"][name] = {"ap": round(ap, 4), "objects": total}
    report["mAP50"] = round(float(np.mean([v["ap"] for v in report["AP50"].values()])), 4)
    report["mAP75"] = round(float(np.mean([average_precision(found, truth, k, 0.75)[0] for k in range(len(CLASSES))])), 4)
    print(json.dumps(report, indent=1))
    export(model, FOLDER / "models" / "objects.onnx", {"images": torch.tensor(held[0][0])[None].float() / 255}, ["output0"], {"images": {0: "batch"}, "output0": {0: "batch"}})
    name_rows(FOLDER / "models" / "objects.onnx")
    (FOLDER / "models" / "labels.txt").write_text("\n".join(CLASSES) + "\n")
    (FOLDER / "accuracy.json").write_text(json.dumps(report, indent=2) + "\n")


def media():
    out = FOLDER / "media"
    out.mkdir(parents=True, exist_ok=True)
    truth = {}
    for name, w, h, seed, count in (("shore.jpg", 640, 400, 118, 8), ("lake.jpg", 800, 600, 113, 8), ("tall.jpg", 480, 640, 188, 8), ("wide.png", 640, 280, 110, 9)):
        canvas, boxes, names = paint_objects(w, h, [990, seed], True, count)
        image = canvas.image(0.006)
        if name.endswith("png"):
            image.quantize(256, dither=Image.NONE).convert("RGB").save(out / name, optimize=True)
        else:
            image.save(out / name, quality=86)
        truth[name] = [{"label": CLASSES[k], "box": [round(float(v), 1) for v in b]} for b, k in zip(boxes, names)]
    (FOLDER / "truth.json").write_text(json.dumps({"boxes": "x0, y0, x1, y1 in pixels of the picture", "pictures": truth}, indent=1) + "\n")


def reference():
    session = session_for(FOLDER / "models" / "objects.onnx")
    truth = json.loads((FOLDER / "truth.json").read_text())["pictures"]
    results = {}
    for path in sorted((FOLDER / "media").iterdir()):
        image = open_picture(path)
        boxed, scale, left, top = letterbox(image)
        output = session.run(["output0"], {"images": np.asarray(boxed, np.float32).transpose(2, 0, 1)[None] / 255})[0][0]
        boxes, names, scores = decode(output)
        boxes = (boxes - np.array([left, top, left, top])) / scale
        boxes = np.clip(boxes, 0, [image.width, image.height] * 2)
        results[path.name] = {
            "size": list(image.size), "scale": round(scale, 6), "left": left, "top": top,
            "found": [{"label": CLASSES[k], "score": round(float(s), 4), "box": [round(float(v), 2) for v in b]} for b, k, s in zip(boxes, names, scores)],
        }
        print(f"  {path.name}: found", sorted(CLASSES[k] for k in names), "of", sorted(t["label"] for t in truth[path.name]))
    (FOLDER / "reference.json").write_text(json.dumps({"versions": versions("pillow"), "confidence": 0.25, "iou": 0.45, "boxes": "x0, y0, x1, y1 in pixels of the picture, clipped to it", "results": results}, indent=1) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    for step in (train, media, reference):
        if wanted in (step.__name__, "all"):
            step()
