"""Ten kinds of scene for the picture classifier. Each function paints onto a Canvas."""
from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from paint import Canvas, mix, rgb

# ---- pieces that several scenes use ------------------------------------------------


def clouds(c: Canvas, bottom, colour, amount=0.6, stretch=3.0, cells=2.5):
    n = c.fbm(cells, 6, 0.55, stretch)
    mask = np.clip((n - (1 - amount)) * 2.6, 0, 1) * np.clip((bottom - c.y) / max(bottom, 0.05) * 2.2, 0, 1)
    c.over(mask * 0.9, colour)
    return n


def stars(c: Canvas, bottom, count):
    layer = c.layer()
    for _ in range(count):
        x, y = c.rng.uniform(0, c.aspect), c.rng.uniform(0, 1) ** 1.2 * bottom
        r = c.rng.choice([0.0012, 0.0018, 0.003], p=[0.6, 0.3, 0.1])
        tint = mix(rgb(255, 255, 255), rgb(*c.rng.choice([[255, 220, 180], [190, 210, 255]])), 0.5)
        layer.ellipse(x, y, r, r, tint, c.rng.uniform(0.4, 1))
    layer.lay(add=True)


def sea(c: Canvas, horizon, near, far, chop=0.5, wide=3.0):
    """Water from the horizon down; returns the wave noise."""
    n = c.ground_noise(horizon, c.rng.uniform(0.07, 0.13), wide)
    depth = np.clip((c.y - horizon) / (1 - horizon), 0, 1)[..., None]
    water = mix(np.asarray(far, np.float32), np.asarray(near, np.float32), depth ** 0.7)
    water = water * (1 + chop * (n - 0.5)[..., None] * 1.7)
    c.over(c.below(horizon), water)
    return n


def glitter(c: Canvas, x, horizon, noise, colour, strength=1.0, width=0.05):
    spread = width + 0.35 * np.clip(c.y - horizon, 0, 1)
    path = np.exp(-(((c.x - x) / spread) ** 2)) * np.clip((noise - 0.48) * 6, 0, 1.3) * (c.y > horizon)
    c.add(strength * path, colour)


def conifers(c: Canvas, base, height, count, colour, spread=0.02, snow=None, span=None):
    layer = c.layer()
    lo, hi = span if span else (-0.05, c.aspect + 0.05)
    xs = c.rng.uniform(lo, hi, count)
    order = np.argsort(c.rng.random(count))
    for k in order:
        x = xs[k]
        foot = (base if np.isscalar(base) else base[int(np.clip(x * c.h, 0, c.w - 1))]) + c.rng.uniform(-spread, spread)
        tall = height * c.rng.uniform(0.6, 1.15)
        half = tall * c.rng.uniform(0.17, 0.25)
        shade = np.asarray(colour) * c.rng.uniform(0.8, 1.2)
        layer.box(x - tall * 0.018, foot - tall * 0.2, x + tall * 0.018, foot, shade * 0.6)
        tiers = 7
        for t in range(tiers):
            top = foot - tall + tall * 0.82 * t / tiers
            low = top + tall * 0.3
            w = half * (0.25 + 0.75 * (t + 1) / tiers)
            j = c.rng.uniform(-0.15, 0.15, 2) * w
            layer.polygon([(x, top), (x - w + j[0], low), (x, low - tall * 0.05), (x + w + j[1], low)], shade * (0.75 + 0.08 * t))
            if snow is not None:
                layer.polygon([(x, top), (x - w * 0.8, low - tall * 0.06), (x - w * 0.1, low - tall * 0.13), (x + w * 0.3, low - tall * 0.15)], snow, 0.85)
    layer.lay()


def buildings(c: Canvas, base, low, high, wall, count, lit=0.35, window=0.016, glowing=True):
    """A row of buildings with windows, standing on `base`."""
    layer, lights = c.layer(), c.layer()
    x = -0.05
    while x < c.aspect + 0.05:
        width = c.aspect / count * c.rng.uniform(0.6, 1.5)
        top = base - c.rng.uniform(low, high)
        colour = np.asarray(wall) * c.rng.uniform(0.75, 1.25)
        layer.box(x, top, x + width, base, colour)
        if c.rng.random() < 0.3:
            layer.box(x + width * 0.45, top - c.rng.uniform(0.02, 0.08), x + width * 0.5, top, colour)
        if c.rng.random() < 0.4:
            layer.box(x + width * 0.2, top - 0.03, x + width * 0.8, top, colour * 0.9)
        tint = rgb(*c.rng.choice([[255, 214, 140], [255, 190, 100], [230, 235, 255], [255, 235, 190]]))
        gy = top + window
        while gy < base - window:
            gx = x + window * 0.8
            while gx < x + width - window:
                on = c.rng.random() < lit
                if on:
                    lights.box(gx, gy, gx + window * 0.7, gy + window * 0.9, tint * c.rng.uniform(0.6, 1.05))
                else:
                    layer.box(gx, gy, gx + window * 0.7, gy + window * 0.9, colour * 0.65 + 0.02)
                gx += window * 1.5
            gy += window * 1.9
        x += width * c.rng.uniform(1.0, 1.08)
    layer.lay()
    if glowing:
        lights.lay(blur=0.012, opacity=1.2, add=True)
    lights.lay()


def person(layer, x, foot, tall, colour, rng, skin=None, arms_up=False):
    w = tall * 0.14
    skin = colour if skin is None else skin
    stride = rng.uniform(-0.1, 0.1) * tall
    layer.line([(x, foot - tall * 0.45), (x - w * 0.4 - abs(stride), foot)], np.asarray(colour) * 0.6, tall * 0.085)
    layer.line([(x, foot - tall * 0.45), (x + w * 0.4 + abs(stride), foot)], np.asarray(colour) * 0.6, tall * 0.085)
    layer.polygon([(x - w, foot - tall * 0.8), (x + w, foot - tall * 0.8), (x + w * 0.75, foot - tall * 0.42), (x - w * 0.75, foot - tall * 0.42)], colour)
    reach = -0.25 if arms_up else rng.uniform(0.2, 0.34)
    for side in (-1, 1):
        layer.line([(x + side * w, foot - tall * 0.77), (x + side * w * 1.7, foot - tall * (0.77 - reach))], colour, tall * 0.055)
    layer.ellipse(x, foot - tall * 0.91, tall * 0.075, tall * 0.09, skin)


def car(layer, x, foot, long, colour, rng, flip=False):
    s = -1 if flip else 1
    hgt = long * 0.2

    def p(u, v):
        return (x + s * u * long, foot - v * long)

    layer.ellipse(x, foot - 0.005 * long, long * 0.52, long * 0.03, rgb(10, 10, 12), 0.5)
    layer.polygon([p(-0.5, 0.06), p(-0.5, 0.2), p(-0.3, 0.23), p(-0.18, 0.38), p(0.15, 0.38), p(0.3, 0.24), p(0.48, 0.2), p(0.5, 0.06)], colour)
    glass = rgb(150, 180, 205)
    layer.polygon([p(-0.25, 0.24), p(-0.15, 0.35), p(-0.02, 0.35), p(-0.02, 0.24)], glass * 0.75)
    layer.polygon([p(0.01, 0.24), p(0.01, 0.35), p(0.13, 0.35), p(0.24, 0.24)], glass * 0.75)
    layer.polygon([p(-0.5, 0.06), p(-0.5, 0.11), p(0.5, 0.11), p(0.5, 0.06)], np.asarray(colour) * 0.6)
    for u in (-0.3, 0.3):
        cx, cy = p(u, 0.085)
        layer.ellipse(cx, cy, long * 0.085, long * 0.085, rgb(22, 22, 26))
        layer.ellipse(cx, cy, long * 0.042, long * 0.042, rgb(150, 150, 155))
    fx, fy = p(0.47, 0.16)
    layer.ellipse(fx, fy, long * 0.025, long * 0.025, rgb(255, 245, 200))
    rx, ry = p(-0.48, 0.17)
    layer.ellipse(rx, ry, long * 0.02, long * 0.02, rgb(220, 30, 30))
    return hgt


def street(c: Canvas, horizon, wall, road, lit=0.3, sky=None, fog=None, fog_amount=0.0):
    """A street in one-point perspective: house fronts on both sides and a road between."""
    rng = c.rng
    vx = c.aspect * rng.uniform(0.4, 0.6)
    if sky is not None:
        c.px = c.gradient((0, sky[0]), (horizon, sky[1]), (1, sky[1]))
        clouds(c, horizon + 0.1, mix(sky[1], rgb(255, 255, 255), 0.35), rng.uniform(0.3, 0.7))
    n = c.ground_noise(horizon, 0.06, 2.0)
    c.over(c.below(horizon), np.asarray(road, np.float32) * (0.75 + 0.5 * n[..., None]))
    layer, lights = c.layer(), c.layer()
    for side in (-1, 1):
        edges = [0.05 + 0.02 * rng.random()]
        while edges[-1] < 1.6:
            edges.append(edges[-1] * rng.uniform(1.35, 1.8))
        for k in range(len(edges) - 1):
            near, far = edges[len(edges) - 1 - k], edges[len(edges) - 2 - k]
        for k in range(len(edges) - 1):  # far to near
            far, near = edges[k], edges[k + 1]
            tall = rng.uniform(0.75, 1.5)
            tint = np.asarray(wall) * rng.uniform(0.65, 1.3) * (1 + rng.uniform(-0.12, 0.12, 3))
            if fog is not None:
                tint = mix(tint, fog, fog_amount * np.exp(-far * 3))
            xa, xb = vx + side * far, vx + side * near
            layer.polygon([(xa, horizon - far * tall), (xb, horizon - near * tall), (xb, horizon + near * 0.42), (xa, horizon + far * 0.42)], tint)
            rows, cols = 5, 3
            for r in range(rows):
                for q in range(cols):
                    u0, u1 = (q + 0.25) / cols, (q + 0.75) / cols
                    v0, v1 = (r + 0.3) / rows, (r + 0.75) / rows
                    pts = []
                    for u, v in ((u0, v0), (u1, v0), (u1, v1), (u0, v1)):
                        d = far * near / (near + (far - near) * u)  # perspective-correct step
                        pts.append((vx + side * d, horizon - d * tall * v + d * 0.1))
                    on = rng.random() < lit
                    (lights if on else layer).polygon(pts, rgb(255, 214, 140) if on else tint * 0.55 + 0.03)
    layer.lay()
    lights.lay(blur=0.01, add=True, opacity=0.7)
    lights.lay()
    lane = c.layer()
    for k in range(9):  # dashes in the middle of the road
        d0 = 0.02 * 1.6**k
        lane.polygon([(vx - d0 * 0.025, horizon + d0 * 0.45), (vx + d0 * 0.025, horizon + d0 * 0.45), (vx + d0 * 0.033, horizon + d0 * 0.6), (vx - d0 * 0.033, horizon + d0 * 0.6)], rgb(225, 225, 215), 0.75)
    lane.lay()
    return vx


def flames(c: Canvas, base, height, strength=1.0, cells=4.0, span=None):
    """Fire standing on `base`, as tall as `height`; adds light."""
    warp = c.fbm(3, 4, 0.55, 0.5)
    n = c.fbm(cells, 5, 0.6, 0.33)
    up = (base - c.y) / height
    body = np.clip(1.15 - up, 0, 1) * np.clip(up * 8 + 1, 0, 1)
    heat = n * 0.75 + warp * 0.55 + body * 0.9 - 1.05
    if span is not None:
        mid, half = span
        heat = heat - 0.75 * np.clip(np.abs(c.x - mid) / half, 0, 2) ** 2 + 0.12
    heat = np.clip(heat * 1.9 * strength, 0, 1) * np.clip((base + 0.04 - c.y) * 25, 0, 1) * (up < 1.6)
    colour = np.stack([np.clip(heat * 2.6, 0, 1.1), np.clip(heat * 1.75 - 0.22, 0, 1), np.clip(heat * 1.6 - 0.85, 0, 0.85)], -1)
    c.px = c.px * (1 - np.clip(heat * 1.3, 0, 1)[..., None]) + colour
    c.add(gaussian_filter(heat, c.h * 0.06) * 0.5, rgb(255, 120, 30))
    return heat


def sparks(c: Canvas, x, base, count, spread=0.5, height=0.8):
    layer = c.layer()
    for _ in range(count):
        t = c.rng.random() ** 0.7
        sx, sy = x + c.rng.normal(0, spread * (0.3 + t)), base - t * height
        r = c.rng.uniform(0.0015, 0.0045)
        layer.ellipse(sx, sy, r, r * 1.6, mix(rgb(255, 220, 120), rgb(255, 110, 30), t))
    layer.lay(blur=0.004, add=True)
    layer.lay(add=True)


def rain_streaks(c: Canvas, count, length=0.06, slant=0.15, alpha=0.3):
    layer = c.layer()
    for _ in range(count):
        x, y, k = c.rng.uniform(-0.1, c.aspect), c.rng.uniform(-0.1, 1), c.rng.uniform(0.4, 1.3)
        layer.line([(x, y), (x + slant * length * k, y + length * k)], rgb(215, 225, 235), 0.0016, alpha * c.rng.uniform(0.4, 1))
    layer.lay()


def crowd(c: Canvas, top, colour_of, rows=4, size=0.05, arms=0.25):
    """Heads and shoulders seen from behind, row upon row towards the viewer."""
    layer = c.layer()
    for r in range(rows):
        y = top + (1.02 - top) * (r / max(rows - 1, 1)) ** 1.1
        s = size * (0.65 + 0.75 * r / max(rows - 1, 1))
        x = c.rng.uniform(-s, 0)
        while x < c.aspect + s:
            jy = c.rng.uniform(-0.4, 0.4) * s
            ink = colour_of(r / max(rows - 1, 1))
            layer.ellipse(x, y + jy, s * 0.36, s * 0.46, ink)
            layer.ellipse(x, y + jy + s * 1.25, s * 0.78, s * 0.85, ink)
            if c.rng.random() < arms:
                side = c.rng.choice([-1, 1])
                layer.line([(x + side * s * 0.6, y + jy + s * 0.8), (x + side * s * 0.85, y + jy - s * c.rng.uniform(0.4, 1.3))], ink, s * 0.24)
            x += s * c.rng.uniform(1.2, 2.0)
    layer.lay()


def boat(layer, x, water, size, hull, rng, sail=True, tilt=0.0):
    ct, st = np.cos(tilt), np.sin(tilt)

    def p(u, v):
        return (x + size * (u * ct + v * st), water - size * (v * ct - u * st))

    layer.polygon([p(-0.5, 0.16), p(0.55, 0.18), p(0.36, -0.04), p(-0.4, -0.04)], hull)
    layer.polygon([p(-0.5, 0.16), p(0.55, 0.18), p(0.53, 0.14), p(-0.49, 0.12)], mix(hull, rgb(255, 255, 255), 0.6))
    if sail:
        layer.line([p(0, 0.15), p(0, 1.1)], rgb(70, 60, 50), size * 0.025)
        cloth = mix(rgb(245, 240, 228), rgb(*rng.integers(120, 255, 3)), rng.choice([0.05, 0.5]))
        layer.polygon([p(0.03, 1.05), p(0.45, 0.27), p(0.03, 0.25)], cloth)
        layer.polygon([p(-0.03, 0.95), p(-0.36, 0.27), p(-0.03, 0.25)], cloth * 0.88)
    else:
        layer.polygon([p(-0.32, 0.16), p(-0.32, 0.4), p(0.1, 0.4), p(0.16, 0.16)], rgb(235, 232, 222))
        layer.polygon([p(-0.26, 0.26), p(-0.26, 0.35), p(0.05, 0.35), p(0.07, 0.26)], rgb(60, 80, 100))
        layer.line([p(-0.1, 0.4), p(-0.1, 0.72)], rgb(80, 70, 60), size * 0.025)


# ---- the ten scenes -------------------------------------------------------------


def sunset_sea(c: Canvas):
    rng = c.rng
    hz = rng.uniform(0.45, 0.66)
    top = mix(rgb(38, 40, 92), rgb(90, 110, 170), rng.random())
    warm = mix(rgb(255, 150, 70), rgb(250, 110, 95), rng.random())
    c.px = c.gradient((0, top), (hz * 0.55, mix(top, warm, 0.5)), (hz, warm), (1, warm))
    sx, sy = rng.uniform(0.2, 0.8) * c.aspect, hz - rng.uniform(0.01, 0.16)
    c.halo(sx, sy, 0.12, rgb(255, 170, 80), 0.6)
    clouds(c, hz, mix(warm, rgb(90, 50, 90), rng.uniform(0.4, 0.8)), rng.uniform(0.3, 0.62), 4.5)
    c.glow(sx, sy, 0.045, rgb(255, 240, 190), 1.5)
    n = sea(c, hz, mix(top, rgb(10, 14, 35), 0.5), warm * 0.72, 0.55)
    glitter(c, sx, hz, n, rgb(255, 200, 120), 0.9)
    if rng.random() < 0.45:
        layer = c.layer()
        boat(layer, rng.uniform(0.1, 0.9) * c.aspect, hz + 0.03, rng.uniform(0.07, 0.16), rgb(35, 24, 32), rng, rng.random() < 0.7)
        layer.lay()
    if rng.random() < 0.4:
        headland = hz - 0.1 * np.clip(c.line_noise(1.3, 5) * 0.6 + (c.x[0] / c.aspect - 0.6) * 2, 0, 1)
        c.over(c.below(headland) * (1 - c.below(hz)), mix(top, warm, 0.25) * 0.5)


def forest(c: Canvas):
    rng = c.rng
    season = rng.choice(3, p=[0.6, 0.25, 0.15])
    green = [rgb(44, 84, 40), rgb(128, 92, 34), rgb(60, 82, 70)][season] * rng.uniform(0.8, 1.25)
    fog = mix(rgb(190, 205, 195), rgb(235, 215, 170), rng.random()) * rng.uniform(0.75, 1.05)
    c.px = c.gradient((0, fog), (0.6, mix(fog, green, 0.35)), (1, green * 0.7))
    c.glow(rng.uniform(0, c.aspect), 0.1, 0.5, fog, 0.3)
    for k in range(4):
        t = k / 3
        colour = mix(fog, green * 0.62, 0.25 + 0.7 * t)
        profile = 0.58 + 0.1 * k + 0.03 * c.line_noise(2, 4)
        conifers(c, profile + 0.02, 0.45 + 0.24 * t, int((20 - 4 * k) * c.aspect), colour, 0.02)
        c.over(c.below(profile), colour * (0.75 + 0.5 * c.fbm(14, 4)[..., None]))
        if k < 3:
            c.over(np.clip((c.fbm(2, 3, 0.5, 4) - 0.35), 0, 1) * 0.5 * np.exp(-(((c.y - profile.mean()) / 0.12) ** 2)), fog)
    if rng.random() < 0.6:  # near trunks
        layer = c.layer()
        for _ in range(rng.integers(1, 5)):
            x, w = rng.uniform(0, c.aspect), rng.uniform(0.012, 0.045)
            layer.polygon([(x - w, 1.05), (x - w * 0.6, -0.05), (x + w * 0.6, -0.05), (x + w, 1.05)], rgb(44, 34, 26) * rng.uniform(0.7, 1.3))
        layer.lay()
    if rng.random() < 0.4:
        angle = rng.uniform(-0.6, 0.6)
        shafts = np.clip(np.sin((c.x + angle * c.y) * rng.uniform(14, 24) + rng.uniform(0, 6)) - 0.2, 0, 1) * np.clip(1 - c.y, 0, 1)
        c.add(shafts * 0.22, fog)


def city_night(c: Canvas):
    rng = c.rng
    glow = mix(rgb(92, 60, 110), rgb(200, 110, 60), rng.random()) * rng.uniform(0.6, 1.1)
    base = rng.uniform(0.7, 0.92)
    c.px = c.gradient((0, rgb(8, 10, 26)), (base * 0.55, mix(rgb(14, 16, 40), glow, 0.3)), (base, glow), (1, glow * 0.4))
    if rng.random() < 0.4:
        stars(c, base * 0.6, int(70 * c.aspect))
    for k in range(3):
        wall = mix(glow * 0.55, rgb(12, 13, 22), 0.3 + 0.33 * k)
        buildings(c, base, (0.35, 0.22, 0.08)[k], (0.72, 0.55, 0.35)[k] * rng.uniform(0.7, 1.1), wall, (9, 8, 6)[k] * c.aspect, rng.uniform(0.2, 0.55), (0.012, 0.015, 0.02)[k])
    if rng.random() < 0.6:  # river mirrors the town
        mirror = np.clip((2 * base - c.y[:, 0]) * c.h, 0, c.h - 1).astype(int)
        reflection = gaussian_filter(c.px[mirror], (c.h * 0.02, c.h * 0.004, 0)) * 0.55
        c.over(c.below(base), reflection * (0.7 + 0.6 * c.ground_noise(base, 0.08, 3)[..., None]))
    else:
        c.over(c.below(base), rgb(18, 18, 24))
        layer = c.layer()
        for _ in range(int(24 * c.aspect)):
            r = rng.uniform(0.004, 0.014)
            layer.ellipse(rng.uniform(0, c.aspect), rng.uniform(base, 1), r, r, rgb(*[[255, 240, 200], [255, 60, 40], [255, 190, 90]][rng.integers(3)]), 0.8)
        layer.lay(blur=0.008, add=True)
        layer.lay(add=True, opacity=0.6)
    c.vignette(0.3)


def desert(c: Canvas):
    rng = c.rng
    time = rng.random()
    top, low = mix(rgb(70, 130, 200), rgb(110, 80, 130), time), mix(rgb(205, 220, 225), rgb(255, 175, 110), time)
    hz = rng.uniform(0.38, 0.58)
    c.px = c.gradient((0, top), (hz, low), (1, low))
    sx = rng.uniform(0, c.aspect)
    c.halo(sx, rng.uniform(0.08, hz), 0.07, rgb(255, 235, 190), 0.7)
    if rng.random() < 0.35:
        clouds(c, hz, rgb(250, 240, 230), 0.35, 5)
    sand = mix(rgb(222, 176, 110), rgb(205, 120, 70), rng.random())
    for k in range(4):
        t = k / 3
        curve = c.line_noise(0.8 + 0.25 * k, 3, 0.3)
        profile = hz + 0.02 + 0.16 * k * (1 + 0.2 * k) * 0.8 + (0.03 + 0.05 * t) * curve
        slope = np.gradient(curve) * c.h * 0.12
        light = np.clip(0.95 + slope * (1 if sx > c.aspect / 2 else -1), 0.55, 1.25)
        ripple = 0.5 + 0.5 * np.sin(((c.y - profile) * 90 + c.fbm(3, 3, 0.5, 2) * 16) * (1.4 - t))
        shade = (light * np.exp(-(c.y - profile) * 1.1).clip(0.6, 1.1))[..., None] * (0.94 + 0.1 * ripple[..., None])
        c.over(c.below(profile), mix(sand, low, 0.45 * (1 - t)) * shade)
    if rng.random() < 0.4:
        layer = c.layer()
        for _ in range(rng.integers(1, 4)):
            x, y, s = rng.uniform(0.1, 0.9) * c.aspect, rng.uniform(hz + 0.2, 0.95), rng.uniform(0.08, 0.2)
            ink = rgb(60, 92, 52) * rng.uniform(0.6, 1)
            layer.line([(x, y), (x, y - s)], ink, s * 0.14)
            layer.line([(x, y - s * 0.4), (x + s * 0.26, y - s * 0.45), (x + s * 0.26, y - s * 0.75)], ink, s * 0.1)
            layer.line([(x, y - s * 0.3), (x - s * 0.24, y - s * 0.36), (x - s * 0.24, y - s * 0.6)], ink, s * 0.1)
        layer.lay()


def snow_mountain(c: Canvas):
    rng = c.rng
    time = rng.random()
    top, low = mix(rgb(52, 104, 178), rgb(70, 66, 120), time), mix(rgb(190, 215, 235), rgb(250, 190, 170), time)
    c.px = c.gradient((0, top), (0.6, low), (1, low))
    clouds(c, 0.6, mix(low, rgb(255, 255, 255), 0.5), rng.uniform(0.25, 0.6), 3)
    for k in range(2):
        profile = 0.5 + 0.14 * k - (0.34 - 0.14 * k) * np.abs(1 - np.abs(c.line_noise(1.3 + k, 6, 0.5))) * rng.uniform(0.8, 1.15)
        relief = c.fbm(5 + 3 * k, 6, 0.62, 0.8)
        gx = np.gradient(gaussian_filter(relief, 0.005 * c.h), axis=1) * c.h * 0.11
        rock = mix(rgb(70, 74, 88), low, 0.35 - 0.2 * k)
        snow = mix(rgb(240, 246, 252), low, 0.22)
        cover = np.clip((0.7 * gaussian_filter(relief, 0.003 * c.h) + (profile + 0.2 - c.y) * 1.7 - 0.22) * 4, 0, 1)[..., None]
        body = (rock * (1 - cover) + snow * cover) * np.clip(0.86 + gx, 0.45, 1.12)[..., None]
        c.over(c.below(profile), body)
        c.over(np.exp(-(((c.y - 0.68) / 0.1) ** 2)) * 0.5 * c.fbm(2, 4, 0.5, 4), low)
    base = 0.72 + 0.05 * c.line_noise(0.9, 4)
    ground = mix(rgb(232, 240, 250), low, 0.2) * (0.82 + 0.25 * c.fbm(4, 5, 0.5, 2.5)[..., None])
    c.over(c.below(base), ground)
    if rng.random() < 0.75:
        conifers(c, base + 0.05, rng.uniform(0.12, 0.26), int(rng.integers(8, 26) * c.aspect), rgb(34, 58, 52), 0.05, rgb(235, 242, 250))


def rain_street(c: Canvas):
    rng = c.rng
    night = rng.random()
    sky = mix(rgb(140, 150, 160), rgb(26, 30, 46), night)
    hz = rng.uniform(0.42, 0.55)
    vx = street(c, hz, mix(rgb(120, 105, 98), rgb(40, 40, 52), night), sky * 0.6, 0.15 + 0.4 * night, (sky * 0.8, sky), sky, 0.9)
    lamps = c.layer()
    for side in (-1, 1):
        for k in range(4):
            d = 0.09 * 1.75**k
            x, y = vx + side * d * 0.75, hz - d * 0.75
            lamps.line([(x, hz + d * 0.42), (x, y)], rgb(30, 30, 34), 0.012 * d * 2)
            if night > 0.3:
                c.halo(x, y, 0.012 + 0.03 * d, rgb(255, 205, 130), 0.7)
    lamps.lay()
    layer = c.layer()
    for _ in range(rng.integers(1, 6)):
        d = rng.uniform(0.15, 0.7)
        x, foot = vx + rng.uniform(-0.7, 0.7) * d, hz + d * 0.5
        person(layer, x, foot, d * 0.55, rgb(*rng.integers(20, 90, 3)), rng)
        shade = rgb(*[[190, 40, 40], [40, 70, 140], [30, 30, 36], [210, 170, 50], [60, 120, 90]][rng.integers(5)]) * (1 - 0.35 * night)
        r = d * 0.2
        layer.polygon([(x + r * np.cos(a), foot - d * 0.56 - r * 0.62 * np.sin(a)) for a in np.linspace(0, np.pi, 13)], shade)
    if rng.random() < 0.6:
        d = rng.uniform(0.25, 0.6)
        car(layer, vx + rng.choice([-1, 1]) * d * 0.35, hz + d * 0.52, d * 0.55, rgb(*rng.integers(30, 200, 3)), rng, rng.random() < 0.5)
    layer.lay()
    # wet road: blurred upside-down picture
    mirror = np.clip((2 * (hz + 0.08) - c.y[:, 0]) * c.h, 0, c.h - 1).astype(int)
    wet = gaussian_filter(c.px[mirror], (c.h * 0.035, c.h * 0.006, 0))
    c.over(c.below(hz + 0.1) * (0.35 + 0.35 * c.ground_noise(hz, 0.1, 2)), wet * 1.1)
    rain_streaks(c, int(rng.integers(120, 420) * c.aspect), rng.uniform(0.03, 0.09), rng.uniform(-0.4, 0.4), 0.4)
    c.haze(sky, 0.12)


def flower_meadow(c: Canvas):
    rng = c.rng
    hz = rng.uniform(0.2, 0.45)
    top, low = mix(rgb(82, 150, 220), rgb(160, 175, 190), rng.random()), rgb(215, 230, 240)
    if rng.random() < 0.3:
        low = rgb(255, 205, 150)
    c.px = c.gradient((0, top), (hz, low), (1, low))
    clouds(c, hz, rgb(252, 252, 252), rng.uniform(0.3, 0.6), 2.5)
    hill = hz - 0.02 - 0.08 * np.clip(c.line_noise(0.9, 3), -1, 1)
    c.over(c.below(hill), mix(rgb(96, 134, 92), low, 0.35))
    conifers(c, hz + 0.02, 0.07, int(rng.integers(0, 30) * c.aspect), mix(rgb(50, 84, 54), low, 0.2), 0.01)
    grass = mix(rgb(92, 140, 48), rgb(150, 150, 62), rng.random())
    n = c.ground_noise(hz, 0.05, 2, 4)
    depth = np.clip((c.y - hz) / (1 - hz), 0, 1)[..., None]
    c.over(c.below(hz), grass * (0.55 + 0.55 * n[..., None]) * (1.15 - 0.4 * depth))
    palettes = [[[225, 45, 40], [240, 80, 60]], [[250, 205, 40], [255, 232, 90]], [[180, 90, 200], [140, 80, 190], [205, 150, 225]], [[240, 130, 170], [255, 200, 215]], [[250, 250, 245], [250, 220, 70]], [[225, 45, 40], [250, 205, 40], [150, 90, 200], [255, 255, 255]]]
    palette = palettes[rng.integers(len(palettes))]
    layer = c.layer()
    count = int(rng.uniform(260, 620) * c.aspect)
    depths = np.sort(rng.random(count) ** 2.2)
    for d in depths:
        y = hz + 0.02 + (1.02 - hz) * d
        s = 0.003 + 0.022 * d * rng.uniform(0.7, 1.2)
        x = rng.uniform(0, c.aspect)
        ink = rgb(*palette[rng.integers(len(palette))]) * rng.uniform(0.8, 1.08)
        if d > 0.12:
            layer.line([(x, y), (x + rng.uniform(-0.3, 0.3) * s, y + s * 4)], grass * 0.7, s * 0.22)
        if d > 0.25:
            for a in np.linspace(0, 2 * np.pi, 6)[:-1] + rng.random():
                layer.ellipse(x + np.cos(a) * s * 0.6, y + np.sin(a) * s * 0.5, s * 0.52, s * 0.46, ink * rng.uniform(0.9, 1.08))
            layer.ellipse(x, y, s * 0.32, s * 0.28, rgb(250, 205, 60) if ink[2] > 0.35 else rgb(50, 34, 24))
        else:
            layer.ellipse(x, y, s, s * 0.75, ink)
    layer.lay()


def fire(c: Canvas):
    rng = c.rng
    ground = rng.uniform(0.72, 0.92)
    dusk = rng.random() * 0.6
    c.px = c.gradient((0, mix(rgb(8, 8, 16), rgb(70, 60, 80), dusk)), (ground, mix(rgb(32, 18, 14), rgb(110, 66, 50), dusk)), (1, rgb(18, 12, 10)))
    c.over(np.clip(c.fbm(2, 5, 0.6, 0.9) - 0.35, 0, 1) * 0.8, mix(rgb(60, 40, 34), rgb(120, 90, 80), dusk))
    if rng.random() < 0.5:
        conifers(c, ground, rng.uniform(0.3, 0.6), int(9 * c.aspect), rgb(14, 12, 12), 0.03)
    mid = rng.uniform(0.35, 0.65) * c.aspect
    c.over(c.below(ground), rgb(30, 18, 12) * (0.6 + 0.8 * c.fbm(10, 4)[..., None]))
    c.glow(mid, ground, 0.4, rgb(255, 110, 30), 0.65, 1.6)
    wide = rng.uniform(0.2, 0.75)
    flames(c, ground + 0.03, rng.uniform(0.4, 0.85), rng.uniform(0.95, 1.3), rng.uniform(3, 6), (mid, wide))
    if wide < 0.42:
        layer = c.layer()
        for _ in range(rng.integers(3, 7)):
            a, s = rng.uniform(-0.5, 0.5), rng.uniform(0.1, 0.24)
            layer.line([(mid - np.cos(a) * s, ground + 0.05 + np.sin(a) * s * 0.5), (mid + np.cos(a) * s, ground + 0.05 - np.sin(a) * s * 0.5)], rgb(40, 22, 14) * rng.uniform(0.6, 1.6), 0.035)
        layer.lay()
        flames(c, ground + 0.06, rng.uniform(0.2, 0.4), 0.95, 7, (mid, wide * 0.7))
    sparks(c, mid, ground, int(rng.integers(30, 140)), 0.25)


def aurora(c: Canvas):
    rng = c.rng
    c.px = c.gradient((0, rgb(6, 10, 30)), (0.75, mix(rgb(16, 30, 56), rgb(30, 40, 80), rng.random())), (1, rgb(10, 14, 24)))
    stars(c, 0.8, int(rng.integers(80, 260) * c.aspect))
    colour = [rgb(70, 255, 150), rgb(90, 240, 190), rgb(150, 110, 255), rgb(255, 90, 150)][rng.choice(4, p=[0.45, 0.3, 0.15, 0.1])]
    for k in range(rng.integers(1, 4)):
        curve = rng.uniform(0.35, 0.62) + 0.13 * c.line_noise(0.8, 4, 0.45)
        rays = 0.45 + 0.55 * np.clip(c.line_noise(9, 3, 0.7), -0.8, 1)
        up = curve - c.y
        veil = np.where(up > 0, np.exp(-up / rng.uniform(0.12, 0.3)), np.exp(up / 0.015)) * np.clip(rays, 0.05, 1.2)
        veil = gaussian_filter(veil.astype(np.float32), (c.h * 0.006, c.h * 0.003))
        c.add(veil * rng.uniform(0.45, 0.9), colour)
        c.add(veil * np.clip(up * 2.4, 0, 1) * 0.7, rgb(150, 70, 220))
    base = rng.uniform(0.74, 0.88)
    if rng.random() < 0.4:
        mirror = np.clip((2 * base - c.y[:, 0]) * c.h, 0, c.h - 1).astype(int)
        c.over(c.below(base), gaussian_filter(c.px[mirror], (c.h * 0.015, c.h * 0.003, 0)) * 0.6)
        c.over(c.below(base - 0.05 * np.abs(c.line_noise(1.5, 5))) * (1 - c.below(base)), rgb(8, 12, 20))
    else:
        profile = base + 0.06 * c.line_noise(1.2, 5)
        c.over(c.below(profile), mix(rgb(10, 14, 20), rgb(120, 150, 170), rng.choice([0.0, 0.25])))
        conifers(c, profile + 0.03, rng.uniform(0.08, 0.2), int(18 * c.aspect), rgb(6, 9, 13), 0.02)


def coral_reef(c: Canvas):
    rng = c.rng
    top, deep = mix(rgb(90, 205, 225), rgb(60, 150, 200), rng.random()), mix(rgb(8, 60, 110), rgb(10, 84, 100), rng.random())
    c.px = c.gradient((0, top), (0.5, mix(top, deep, 0.6)), (1, deep))
    sx = rng.uniform(0.2, 0.8) * c.aspect
    angle = (c.x - sx) / (c.y + 0.35)
    rays = np.clip(np.sin(angle * 26 + 3 * np.sin(angle * 9 + rng.uniform(0, 6))), 0, 1) * np.exp(-c.y * 2)
    c.add(rays * 0.28, rgb(220, 250, 255))
    c.glow(sx, -0.05, 0.35, rgb(230, 255, 255), 0.6)
    base = rng.uniform(0.66, 0.82) + 0.07 * c.line_noise(1.2, 5)
    c.over(c.below(base), mix(rgb(180, 170, 130), deep, 0.5) * (0.6 + 0.7 * c.fbm(9, 5)[..., None]))
    layer = c.layer()
    hues = [[240, 110, 90], [235, 150, 60], [215, 80, 150], [150, 100, 190], [230, 210, 110], [90, 170, 130]]
    for _ in range(int(rng.integers(14, 34) * c.aspect)):
        x, s = rng.uniform(0, c.aspect), rng.uniform(0.03, 0.12)
        y = base[int(np.clip(x * c.h, 0, c.w - 1))] + rng.uniform(0.0, 0.3)
        ink = mix(rgb(*hues[rng.integers(6)]), deep, rng.uniform(0.15, 0.5))
        if rng.random() < 0.5:
            for _ in range(7):
                a = rng.normal(0, 0.5)
                layer.line([(x, y + s * 0.3), (x + np.sin(a) * s * 0.6, y - s * 0.4), (x + np.sin(a) * s * 1.1, y - np.cos(a) * s)], ink * rng.uniform(0.8, 1.15), s * 0.13)
        else:
            for _ in range(9):
                layer.ellipse(x + rng.normal(0, s * 0.35), y - abs(rng.normal(0, s * 0.3)), s * 0.28, s * 0.25, ink * rng.uniform(0.75, 1.2))
    for _ in range(int(rng.integers(3, 18) * c.aspect)):
        x, y, s = rng.uniform(0, c.aspect), rng.uniform(0.12, 0.8), rng.uniform(0.015, 0.05)
        ink = mix(rgb(*[[255, 190, 40], [250, 110, 40], [70, 120, 230], [240, 240, 245]][rng.integers(4)]), deep, rng.uniform(0, 0.45))
        f = rng.choice([-1, 1])
        layer.polygon([(x - f * s * 0.7, y), (x - f * s * 1.35, y - s * 0.42), (x - f * s * 1.35, y + s * 0.42)], ink * 0.9)
        layer.ellipse(x, y, s, s * 0.48, ink)
        layer.ellipse(x + f * s * 0.6, y - s * 0.08, s * 0.1, s * 0.1, rgb(10, 10, 16))
    layer.lay()
    c.haze(deep, 0.12)


SCENES = {
    "sunset sea": sunset_sea,
    "forest": forest,
    "city at night": city_night,
    "desert": desert,
    "snowy mountain": snow_mountain,
    "rainy street": rain_street,
    "flower meadow": flower_meadow,
    "fire": fire,
    "northern lights": aurora,
    "coral reef": coral_reef,
}


def paint_scene(name: str, width: int, height: int, seed) -> "Canvas":
    canvas = Canvas(width, height, np.random.default_rng(seed))
    SCENES[name](canvas)
    return canvas
