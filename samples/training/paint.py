"""A small painter: float RGB canvas, fractal noise, soft shapes, light and camera effects.

All coordinates are in units of the picture's height: x runs from 0 to `aspect`, y from 0 (top)
to 1 (bottom), so the same scene can be painted at any size.
"""
from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from scipy.ndimage import gaussian_filter, map_coordinates


def rgb(*values):
    """rgb(255, 128, 0) -> float array in 0..1."""
    return np.array(values, np.float32) / 255.0


def mix(a, b, t):
    return np.asarray(a, np.float32) * (1 - t) + np.asarray(b, np.float32) * t


class Layer:
    """A transparent sheet, drawn at twice the canvas's size and laid over it."""

    def __init__(self, canvas: "Canvas"):
        self.canvas = canvas
        self.scale = canvas.h * 2
        self.image = Image.new("RGBA", (canvas.w * 2, canvas.h * 2), (0, 0, 0, 0))
        self.draw = ImageDraw.Draw(self.image)

    @staticmethod
    def _ink(colour, alpha=1.0):
        r, g, b = (int(np.clip(v, 0, 1) * 255 + 0.5) for v in colour)
        return (r, g, b, int(np.clip(alpha, 0, 1) * 255))

    def _at(self, points):
        return [(float(x) * self.scale, float(y) * self.scale) for x, y in points]

    def polygon(self, points, colour, alpha=1.0):
        self.draw.polygon(self._at(points), fill=self._ink(colour, alpha))

    def ellipse(self, x, y, rx, ry, colour, alpha=1.0):
        s = self.scale
        self.draw.ellipse([(x - rx) * s, (y - ry) * s, (x + rx) * s, (y + ry) * s], fill=self._ink(colour, alpha))

    def box(self, x0, y0, x1, y1, colour, alpha=1.0):
        s = self.scale
        if x1 * s - x0 * s < 1:
            x1 = x0 + 1 / s
        if y1 * s - y0 * s < 1:
            y1 = y0 + 1 / s
        self.draw.rectangle([x0 * s, y0 * s, x1 * s, y1 * s], fill=self._ink(colour, alpha))

    def line(self, points, colour, width, alpha=1.0):
        self.draw.line(self._at(points), fill=self._ink(colour, alpha), width=max(1, int(round(width * self.scale))), joint="curve")

    def lay(self, blur=0.0, opacity=1.0, add=False, smear=None):
        c = self.canvas
        small = self.image.resize((c.w, c.h), Image.BOX)
        data = np.asarray(small, np.float32) / 255.0
        alpha = data[..., 3:] * opacity
        colour = data[..., :3]
        if blur or smear:
            sy, sx = smear if smear else (blur, blur)
            pre = gaussian_filter(colour * alpha, (sy * c.h, sx * c.h, 0))
            alpha = gaussian_filter(alpha, (sy * c.h, sx * c.h, 0))
            c.px = c.px + pre if add else c.px * (1 - alpha) + pre
        else:
            c.px = c.px + colour * alpha if add else c.px * (1 - alpha) + colour * alpha


class Canvas:
    def __init__(self, width: int, height: int, rng: np.random.Generator):
        self.w, self.h, self.rng = width, height, rng
        self.aspect = width / height
        self.x = ((np.arange(width, dtype=np.float32) + 0.5) / height)[None, :]
        self.y = ((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None]
        self.px = np.zeros((height, width, 3), np.float32)

    # --- noise -----------------------------------------------------------------
    def fbm(self, cells=3.0, octaves=5, gain=0.55, stretch=1.0):
        """Fractal noise in 0..1; `stretch` > 1 makes it wide, < 1 tall."""
        total = np.zeros((self.h, self.w), np.float32)
        weight = 1.0
        for octave in range(octaves):
            n = cells * 2.0**octave
            gh = int(np.clip(n * max(1.0, stretch**0.5), 2, self.h * 2)) + 3
            gw = int(np.clip(n * self.aspect / stretch * max(1.0, stretch**0.5), 2, self.w * 2)) + 3
            grid = self.rng.random((gh, gw)).astype(np.float32)
            total += weight * np.asarray(Image.fromarray(grid).resize((self.w, self.h), Image.BICUBIC))
            weight *= gain
        low, high = total.min(), total.max()
        return (total - low) / max(high - low, 1e-6)

    def line_noise(self, cells=3.0, octaves=5, gain=0.5):
        """One-dimensional fractal noise over the width, about -1..1."""
        total = np.zeros(self.w, np.float32)
        weight = 1.0
        for octave in range(octaves):
            n = int(cells * self.aspect * 2**octave) + 2
            knots = self.rng.uniform(-1, 1, n + 1)
            position = np.linspace(0, n, self.w)
            i = np.minimum(position.astype(int), n - 1)
            f = position - i
            f = f * f * (3 - 2 * f)
            total += weight * (knots[i] * (1 - f) + knots[i + 1] * f)
            weight *= gain
        return total

    def ground_noise(self, horizon, size=0.1, wide=3.0, octaves=3):
        """Noise lying on a plane that recedes to the horizon (0..1; 0.5 above the horizon)."""
        depth = np.clip(self.y - horizon, 1.5 / self.h, None)
        v = np.broadcast_to(1.0 / depth * 0.35 / size, (self.h, self.w))
        u = (self.x - self.aspect / 2) / (depth * wide + 0.02) * 0.35 / size
        total = np.zeros((self.h, self.w), np.float32)
        weight, norm = 1.0, 0.0
        for octave in range(octaves):
            tile = self.rng.random((64, 64)).astype(np.float32)
            total += weight * map_coordinates(tile, [v * 2**octave, u * 2**octave], order=1, mode="grid-wrap")
            norm += weight
            weight *= 0.6
        total /= norm
        fade = np.clip((self.y - horizon) * 10, 0, 1)
        return 0.5 + (total - 0.5) * fade

    # --- painting --------------------------------------------------------------
    def gradient(self, *stops):
        """Vertical gradient from (position, colour) stops."""
        at = np.array([s[0] for s in stops])
        colours = np.array([s[1] for s in stops], np.float32)
        column = np.stack([np.interp(self.y[:, 0], at, colours[:, k]) for k in range(3)], -1)
        return np.broadcast_to(column[:, None, :], (self.h, self.w, 3)).astype(np.float32)

    def fill(self, colour):
        self.px = np.broadcast_to(np.asarray(colour, np.float32), (self.h, self.w, 3)).copy()

    def over(self, mask, colour):
        m = np.clip(mask, 0, 1)[..., None]
        self.px = self.px * (1 - m) + np.asarray(colour, np.float32) * m

    def add(self, mask, colour):
        self.px = self.px + np.clip(mask, 0, None)[..., None] * np.asarray(colour, np.float32)

    def glow(self, x, y, radius, colour, strength=1.0, stretch=1.0):
        d2 = ((self.x - x) / stretch) ** 2 + (self.y - y) ** 2
        self.add(strength * np.exp(-d2 / (radius * radius)), colour)

    def halo(self, x, y, radius, colour, strength=1.0):
        d = np.sqrt((self.x - x) ** 2 + (self.y - y) ** 2)
        self.add(strength / (1 + (d / radius) ** 2), colour)

    def below(self, profile):
        """Anti-aliased mask of everything under a profile (array over the width, or a number)."""
        return np.clip((self.y - np.asarray(profile, np.float32)) * self.h + 0.5, 0, 1) * np.ones((1, self.w), np.float32)

    def layer(self):
        return Layer(self)

    # --- camera ----------------------------------------------------------------
    def vignette(self, amount=0.35):
        d2 = (self.x / self.aspect - 0.5) ** 2 + (self.y - 0.5) ** 2
        self.px = self.px * (1 - amount * 2 * d2)[..., None]

    def haze(self, colour, amount):
        self.px = self.px * (1 - amount) + np.asarray(colour, np.float32) * amount

    def image(self, grain=0.015, bloom=0.12) -> Image.Image:
        px = self.px
        if bloom:
            bright = np.clip(px - 0.72, 0, 1.2)
            px = px + bloom * 2 * gaussian_filter(bright, (self.h * 0.02, self.h * 0.02, 0))
        px = np.where(px > 0.8, 0.8 + 0.2 * np.tanh((px - 0.8) / 0.2), px)  # soft shoulder, as film has
        if grain:
            px = px + self.rng.normal(0, grain, px.shape[:2])[..., None]
        return Image.fromarray((np.clip(px, 0, 1) * 255 + 0.5).astype(np.uint8))


def spoil(image: Image.Image, rng: np.random.Generator, hard: float = 1.0) -> Image.Image:
    """What cameras and phones do to pictures: tilt, perspective, odd colours, blur, noise, JPEG."""
    w, h = image.size
    if rng.random() < 0.7:  # tilt and perspective: move the corners a little inwards
        k = 0.09 * hard
        q = rng.uniform(0, k, 8)
        corners = (q[0] * w, q[1] * h, q[2] * w, h - q[3] * h, w - q[4] * w, h - q[5] * h, w - q[6] * w, q[7] * h)
        image = image.transform((w, h), Image.QUAD, corners, Image.BILINEAR)
    if rng.random() < 0.35:  # zoom into a part
        z = rng.uniform(0.62, 0.95)
        x, y = rng.uniform(0, 1 - z, 2)
        image = image.crop((int(x * w), int(y * h), int((x + z) * w), int((y + z) * h)))
    px = np.asarray(image, np.float32) / 255.0
    px = px ** rng.uniform(1 - 0.35 * hard, 1 + 0.45 * hard)
    px = px * rng.uniform(1 - 0.22 * hard, 1 + 0.22 * hard, 3)  # white balance
    grey = px.mean(-1, keepdims=True)
    px = grey + (px - grey) * rng.uniform(1 - 0.7 * hard, 1 + 0.25 * hard)
    px = 0.5 + (px - 0.5) * rng.uniform(1 - 0.5 * hard, 1 + 0.2 * hard)
    if rng.random() < 0.08 * hard:  # black-and-white picture
        px = np.repeat(px.mean(-1, keepdims=True), 3, -1)
    if rng.random() < 0.25 * hard:  # something in the way
        ih, iw = px.shape[:2]
        cy, cx = rng.uniform(0, ih), rng.uniform(0, iw)
        ry, rx = rng.uniform(0.1, 0.4, 2) * ih
        yy, xx = np.mgrid[0:ih, 0:iw]
        inside = ((yy - cy) / ry) ** 2 + ((xx - cx) / rx) ** 2 < 1
        px[inside] = rng.random(3) * 0.7
    px = px + rng.normal(0, rng.uniform(0, 0.06 * hard), px.shape)
    out = Image.fromarray((np.clip(px, 0, 1) * 255).astype(np.uint8))
    if rng.random() < 0.25:
        out = out.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.6 * hard)))
    if rng.random() < 0.3:
        buffer = io.BytesIO()
        out.save(buffer, "JPEG", quality=int(rng.integers(25, 80)))
        out = Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")
    return out
