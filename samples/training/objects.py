"""Cluttered pictures with boats, cars, trees, signs and people in them, and the boxes around these."""
from __future__ import annotations

import numpy as np
from PIL import Image

from paint import Canvas, mix, rgb
from scenes import boat, car, clouds, person

CLASSES = ["boat", "car", "tree", "sign", "person"]


def tree(layer, x, foot, tall, rng):
    bark, leaf = rgb(96, 70, 48) * rng.uniform(0.7, 1.2), mix(rgb(62, 116, 48), rgb(170, 120, 40), rng.random() ** 3) * rng.uniform(0.75, 1.2)
    layer.polygon([(x - tall * 0.05, foot), (x - tall * 0.025, foot - tall * 0.5), (x + tall * 0.025, foot - tall * 0.5), (x + tall * 0.05, foot)], bark)
    if rng.random() < 0.5:
        for _ in range(16):
            a, r = rng.uniform(0, 2 * np.pi), tall * 0.2 * rng.random() ** 0.5
            layer.ellipse(x + np.cos(a) * r * 1.2, foot - tall * 0.67 + np.sin(a) * r, tall * 0.14, tall * 0.13, leaf * rng.uniform(0.75, 1.2))
    else:
        for k in range(5):
            top, half = foot - tall + tall * 0.15 * k, tall * (0.09 + 0.045 * k)
            layer.polygon([(x, top), (x - half, top + tall * 0.26), (x + half, top + tall * 0.26)], leaf * (0.75 + 0.08 * k))


def sign(layer, x, foot, tall, rng):
    layer.box(x - tall * 0.022, foot - tall * 0.6, x + tall * 0.022, foot, rgb(130, 132, 136) * rng.uniform(0.7, 1.1))
    y, r = foot - tall * 0.76, tall * 0.235
    kind = rng.integers(4)
    if kind == 0:  # stop
        pts = [(x + r * 1.05 * np.cos(a), y + r * 1.05 * np.sin(a)) for a in np.arange(8) * np.pi / 4 + np.pi / 8]
        layer.polygon(pts, rgb(245, 240, 238))
        layer.polygon([(x + (px - x) * 0.88, y + (py - y) * 0.88) for px, py in pts], rgb(196, 34, 40))
        layer.box(x - r * 0.6, y - r * 0.13, x + r * 0.6, y + r * 0.13, rgb(245, 240, 238))
    elif kind == 1:  # limit
        layer.ellipse(x, y, r, r, rgb(206, 34, 40))
        layer.ellipse(x, y, r * 0.76, r * 0.76, rgb(246, 244, 240))
        layer.box(x - r * 0.4, y - r * 0.35, x - r * 0.08, y + r * 0.35, rgb(26, 26, 30))
        layer.ellipse(x + r * 0.28, y, r * 0.2, r * 0.34, rgb(26, 26, 30))
    elif kind == 2:  # warning
        layer.polygon([(x, y - r), (x - r, y + r * 0.75), (x + r, y + r * 0.75)], rgb(206, 34, 40))
        layer.polygon([(x, y - r * 0.62), (x - r * 0.68, y + r * 0.57), (x + r * 0.68, y + r * 0.57)], rgb(250, 224, 90))
        layer.box(x - r * 0.07, y - r * 0.2, x + r * 0.07, y + r * 0.4, rgb(26, 26, 30))
    else:  # information
        layer.box(x - r, y - r * 0.85, x + r, y + r * 0.85, rgb(36, 86, 170))
        layer.polygon([(x - r * 0.6, y), (x + r * 0.1, y - r * 0.5), (x + r * 0.1, y - r * 0.15), (x + r * 0.65, y - r * 0.15), (x + r * 0.65, y + r * 0.15), (x + r * 0.1, y + r * 0.15), (x + r * 0.1, y + r * 0.5)], rgb(245, 245, 245))


def place_object(layer, name, x, foot, size, rng):
    if name == "boat":
        boat(layer, x, foot - size * 0.05, size * 0.85, rgb(*rng.integers(30, 230, 3)), rng, rng.random() < 0.65, rng.uniform(-0.1, 0.1))
    elif name == "car":
        car(layer, x, foot, size * 1.35, rgb(*rng.integers(30, 240, 3)), rng, rng.random() < 0.5)
    elif name == "tree":
        tree(layer, x, foot, size * 1.15, rng)
    elif name == "sign":
        sign(layer, x, foot, size, rng)
    else:
        person(layer, x, foot, size, rgb(*rng.integers(30, 240, 3)), rng, rgb(*[[225, 180, 150], [150, 105, 80], [90, 60, 45]][rng.integers(3)]), rng.random() < 0.25)


def backdrop(c: Canvas, tidy: bool):
    """Sky, a strip of water or hills, ground; and, unless tidy, things that are none of the five."""
    rng = c.rng
    hz = rng.uniform(0.3, 0.5)
    t = rng.random()
    top, low = mix(rgb(80, 150, 220), rgb(120, 120, 150), t), mix(rgb(215, 230, 240), rgb(250, 200, 160), rng.random())
    c.px = c.gradient((0, top), (hz, low), (1, low))
    clouds(c, hz, rgb(250, 250, 250), rng.uniform(0.2, 0.55), 3)
    hill = hz - 0.1 * np.clip(0.3 + c.line_noise(0.9, 4), 0, 1.4)
    c.over(c.below(hill), mix(rgb(*[[90, 120, 90], [110, 110, 120], [130, 110, 80]][rng.integers(3)]), low, 0.4))
    water = hz + rng.uniform(0.08, 0.25)
    n = c.ground_noise(hz, 0.07, 3)
    c.over(c.below(hz), mix(rgb(60, 120, 160), top, 0.4) * (0.75 + 0.5 * n[..., None]))
    ground = rgb(*[[120, 118, 116], [120, 150, 80], [196, 176, 130], [150, 130, 110]][rng.integers(4)]) * rng.uniform(0.8, 1.15)
    shore = water + 0.02 * c.line_noise(1.5, 4)
    c.over(c.below(shore), ground * (0.75 + 0.5 * c.fbm(9, 4, 0.6, 2)[..., None]))
    layer = c.layer()
    for _ in range(0 if tidy else rng.integers(2, 10)):
        x, y, s = rng.uniform(0, c.aspect), rng.uniform(hz - 0.05, 1), rng.uniform(0.03, 0.2)
        ink = rgb(*rng.integers(20, 240, 3))
        kind = rng.integers(5)
        if kind == 0:
            layer.box(x, y - s * rng.uniform(0.3, 1.6), x + s, y, ink)
        elif kind == 1:
            layer.ellipse(x, y, s * 0.6, s * rng.uniform(0.2, 0.6), ink)
        elif kind == 2:
            layer.line([(x, y), (x + rng.uniform(-0.05, 0.05), y - s * 2)], ink, s * 0.08)
        elif kind == 3:
            layer.polygon([(x + rng.uniform(-s, s), y + rng.uniform(-s, s)) for _ in range(3)], ink)
        else:
            layer.line([(x + s * u, y - s * 0.5 * v) for u, v in ((0, 0), (0, 1), (1.5, 1), (1.5, 0), (0, 0.5), (1.5, 0.5))], ink, s * 0.06)
    layer.lay()
    return hz, water


def paint_objects(width, height, seed, tidy=False, count=None):
    """-> (Canvas, boxes [n,4] as x0 y0 x1 y1 in pixels, class numbers)."""
    c = Canvas(width, height, np.random.default_rng(seed))
    rng = c.rng
    hz, water = backdrop(c, tidy)
    count = int(rng.integers(1, 7)) if count is None else count
    feet = np.sort(rng.uniform(0, 1, count))
    taken, boxes, names = [], [], []
    for f in feet:
        k = int(rng.integers(len(CLASSES)))
        name = CLASSES[k]
        foot = hz + 0.04 + f * (water - hz + 0.1) if name == "boat" and rng.random() < 0.8 else water + 0.03 + f * (0.99 - water)
        size = (0.1 + 0.42 * max(0.0, (foot - hz) / (1 - hz))) * rng.uniform(0.8, 1.35)
        for attempt in range(12):
            x = rng.uniform(0.03, c.aspect - 0.03)
            near = sum(abs(x - ox) < 0.55 * (size + os) * 0.8 for ox, os in taken)
            if not near or (not tidy and rng.random() < 0.15):
                break
        else:
            continue
        taken.append((x, size))
        layer = c.layer()
        place_object(layer, name, x, foot, size, rng)
        bounds = layer.image.getchannel("A").point(lambda a: 255 if a > 140 else 0).getbbox()
        layer.lay()
        if bounds is None:
            continue
        b = np.array(bounds, np.float32) / 2
        for older in boxes:  # how much of the older ones is still seen is judged by boxes alone
            w, h = min(older[2], b[2]) - max(older[0], b[0]), min(older[3], b[3]) - max(older[1], b[1])
            if w > 0 and h > 0 and w * h > 0.75 * (older[2] - older[0]) * (older[3] - older[1]):
                older[:] = 0
        boxes.append(b)
        names.append(k)
    keep = [i for i, b in enumerate(boxes) if (b[2] - b[0]) * (b[3] - b[1]) > (0.045 * height) ** 2]
    return c, np.array([boxes[i] for i in keep], np.float32).reshape(-1, 4), np.array([names[i] for i in keep], int)


def letterbox(image: Image.Image, size=160, pad=114):
    """Fit into a square, keep the shape, pad with grey. -> picture, scale, left, top."""
    scale = min(size / image.width, size / image.height)
    w, h = round(image.width * scale), round(image.height * scale)
    left, top = round((size - w) / 2 - 0.1), round((size - h) / 2 - 0.1)
    out = Image.new("RGB", (size, size), (pad,) * 3)
    out.paste(image.resize((w, h), Image.BILINEAR) if (w, h) != image.size else image, (left, top))
    return out, scale, left, top
