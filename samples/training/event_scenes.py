"""Pictures of the eight events, and the in-between pictures that could be either of two events."""
from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from paint import Canvas, mix, rgb
from scenes import boat, buildings, car, clouds, conifers, crowd, flames, glitter, person, rain_streaks, sea, sparks, stars, street


def storm_at_sea(c: Canvas):
    rng = c.rng
    hz = rng.uniform(0.42, 0.58)
    dark, pale = rgb(34, 40, 52) * rng.uniform(0.8, 1.2), rgb(122, 132, 140) * rng.uniform(0.8, 1.05)
    c.px = c.gradient((0, dark), (hz, pale), (1, pale))
    n = c.fbm(2.2, 6, 0.6, 2.2)
    c.over(np.clip((n - 0.3) * 1.7, 0, 1) * np.clip((hz + 0.05 - c.y) * 5, 0, 1) * 0.9, dark)
    if rng.random() < 0.6:
        layer, x, y = c.layer(), rng.uniform(0.1, 0.9) * c.aspect, 0.0
        c.halo(x, 0.1, 0.12, rgb(190, 200, 255), 0.7)
        points = [(x, y)]
        while y < hz:
            y += rng.uniform(0.02, 0.06)
            x += rng.uniform(-0.04, 0.04)
            points.append((x, y))
        layer.line(points, rgb(240, 242, 255), 0.006)
        fork = len(points) // 2
        layer.line([points[fork]] + [(points[fork][0] + 0.03 * k + rng.uniform(-0.01, 0.02), points[fork][1] + 0.035 * k) for k in range(1, 4)], rgb(225, 230, 255), 0.003)
        layer.lay(blur=0.012, add=True)
        layer.lay()
    for k in range(5):
        t = k / 4
        curve = c.line_noise(1.2 + (1 - t) * 2.2, 4, 0.42)
        profile = hz + 0.02 + 0.1 * k + (0.02 + 0.055 * t) * curve
        under = c.y - profile
        body = mix(rgb(62, 84, 92), rgb(20, 38, 50), t) * rng.uniform(0.85, 1.15)
        shade = (1.15 - np.clip(under * 5, 0, 0.5) + 0.3 * (c.fbm(7, 4, 0.55, 3) - 0.5))[..., None]
        c.over(c.below(profile), body * shade)
        foam = np.exp(-np.clip(under, 0, None) / (0.008 + 0.014 * t)) * (under > 0) * np.clip(c.fbm(9, 3, 0.6, 2) * 2 - 0.65 + 0.35 * curve, 0, 1)
        c.over(foam, rgb(226, 234, 236))
        if k == 1 and rng.random() < 0.7:
            layer = c.layer()
            x = rng.uniform(0.2, 0.8) * c.aspect
            boat(layer, x, profile[int(x * c.h)] + 0.12, rng.uniform(0.14, 0.26), rgb(70, 34, 30), rng, rng.random() < 0.4, rng.uniform(-0.45, 0.45))
            layer.lay()
    rain_streaks(c, int(rng.integers(80, 260) * c.aspect), 0.08, rng.uniform(0.5, 1.1) * rng.choice([-1, 1]), 0.3)


def harbour_morning(c: Canvas):
    rng = c.rng
    hz = rng.uniform(0.46, 0.6)
    top, low = mix(rgb(120, 175, 220), rgb(160, 170, 205), rng.random()), mix(rgb(255, 226, 190), rgb(250, 205, 185), rng.random())
    c.px = c.gradient((0, top), (hz, low), (1, low))
    clouds(c, hz, rgb(255, 240, 228), rng.uniform(0.25, 0.5), 4)
    sx = rng.uniform(0, 1) * c.aspect
    c.halo(sx, hz - rng.uniform(0.05, 0.25), 0.07, rgb(255, 236, 190), 0.8)
    hill = hz - 0.09 * np.clip(0.4 + c.line_noise(0.8, 4), 0, 1.3)
    c.over(c.below(hill), mix(rgb(92, 116, 128), low, 0.45))
    layer = c.layer()  # coloured houses along the quay
    x = rng.uniform(-0.05, 0.3) * c.aspect
    end = x + rng.uniform(0.4, 0.9) * c.aspect
    while x < end:
        w, tall = rng.uniform(0.05, 0.1), rng.uniform(0.09, 0.2)
        wall = mix(rgb(*[[214, 96, 74], [236, 196, 110], [240, 232, 216], [120, 160, 178], [198, 132, 96], [226, 160, 150]][rng.integers(6)]), low, 0.2)
        layer.box(x, hz - tall, x + w, hz + 0.012, wall)
        layer.polygon([(x - 0.006, hz - tall), (x + w / 2, hz - tall - 0.045), (x + w + 0.006, hz - tall)], mix(rgb(140, 74, 60), low, 0.2))
        for gy in np.arange(hz - tall + 0.02, hz - 0.02, 0.035):
            for gx in (x + w * 0.22, x + w * 0.6):
                layer.box(gx, gy, gx + w * 0.18, gy + 0.018, rgb(70, 84, 100))
        x += w
    layer.lay()
    mirror = np.clip((2 * hz - c.y[:, 0]) * c.h, 0, c.h - 1).astype(int)
    n = c.ground_noise(hz, 0.09, 4)
    c.over(c.below(hz + 0.01), gaussian_filter(c.px[mirror], (c.h * 0.018, c.h * 0.004, 0)) * (0.72 + 0.35 * n[..., None]))
    glitter(c, sx, hz, n, rgb(255, 240, 200), 0.5)
    layer = c.layer()
    for d in np.sort(rng.uniform(0.03, 0.34, rng.integers(3, 8))):
        boat(layer, rng.uniform(0.05, 0.95) * c.aspect, hz + d + 0.02, 0.09 + 0.42 * d, rgb(*[[40, 84, 130], [180, 60, 50], [235, 232, 225], [50, 110, 96]][rng.integers(4)]), rng, rng.random() < 0.55)
    layer.lay()
    layer = c.layer()
    for _ in range(rng.integers(2, 9)):  # gulls
        x, y, s = rng.uniform(0, c.aspect), rng.uniform(0.06, hz - 0.15), rng.uniform(0.012, 0.03)
        layer.line([(x - s, y - s * 0.5), (x - s * 0.4, y - s * 0.45), (x, y), (x + s * 0.4, y - s * 0.45), (x + s, y - s * 0.5)], rgb(70, 76, 86), s * 0.18)
    layer.lay()


def grey_sea(c: Canvas):
    """Storm or harbour? A boat on grey water."""
    rng = c.rng
    hz = rng.uniform(0.42, 0.6)
    top, low = rgb(120, 130, 142) * rng.uniform(0.7, 1.15), rgb(186, 190, 190) * rng.uniform(0.8, 1.1)
    c.px = c.gradient((0, top), (hz, low), (1, low))
    clouds(c, hz, mix(top, low, rng.random()) * 0.85, 0.6, 3.5)
    sea(c, hz, top * 0.5, mix(top, low, 0.5) * 0.9, rng.uniform(0.5, 0.9))
    layer = c.layer()
    for _ in range(rng.integers(1, 4)):
        d = rng.uniform(0.02, 0.25)
        boat(layer, rng.uniform(0.1, 0.9) * c.aspect, hz + d, 0.08 + 0.4 * d, rgb(*rng.integers(40, 150, 3)), rng, rng.random() < 0.5, rng.uniform(-0.12, 0.12))
    layer.lay()
    c.haze(low, rng.uniform(0.05, 0.25))


def _street(c: Canvas, wet=False):
    rng = c.rng
    hz = rng.uniform(0.42, 0.52)
    t = rng.random()
    sky = (mix(rgb(96, 160, 222), rgb(150, 165, 180), t), mix(rgb(214, 230, 240), rgb(195, 200, 205), t))
    vx = street(c, hz, mix(rgb(205, 170, 140), rgb(160, 140, 130), rng.random()), rgb(112, 110, 112), 0.05, sky)
    return hz, vx


def street_parade(c: Canvas):
    rng = c.rng
    hz, vx = _street(c)
    layer = c.layer()
    for k in range(rng.integers(2, 5)):  # bunting across the street
        d = 0.16 * 1.55**k
        y = hz - d * rng.uniform(0.75, 1.0)
        xs = np.linspace(vx - d, vx + d, 15)
        ys = y + 0.14 * d * (1 - ((xs - vx) / d) ** 2)
        layer.line(list(zip(xs, ys)), rgb(60, 60, 60), 0.003)
        for j in range(14):
            s = 0.085 * d
            layer.polygon([(xs[j], ys[j]), (xs[j] + s * 1.2, ys[j + 1]), (xs[j] + s * 0.6, ys[j] + s * 1.6)], rgb(*[[228, 50, 60], [250, 200, 40], [40, 120, 200], [60, 170, 90], [250, 250, 250]][rng.integers(5)]))
    uniform = rgb(*[[190, 30, 40], [30, 60, 150], [20, 110, 70], [230, 160, 30]][rng.integers(4)])
    for d in np.sort(rng.uniform(0.12, 0.5, rng.integers(7, 15))):  # the band marches
        lane = rng.choice([-0.36, -0.12, 0.12, 0.36]) + rng.normal(0, 0.03)
        x, foot, tall = vx + lane * d * 1.3, hz + d * 0.55, d * 0.5
        person(layer, x, foot, tall, uniform * rng.uniform(0.85, 1.1), rng, rgb(225, 180, 150))
        layer.box(x - tall * 0.06, foot - tall * 1.09, x + tall * 0.06, foot - tall * 0.96, uniform * 0.5)
        if rng.random() < 0.6:
            layer.ellipse(x, foot - tall * 0.55, tall * 0.16, tall * 0.13, rgb(250, 245, 235))
            layer.ellipse(x, foot - tall * 0.55, tall * 0.1, tall * 0.08, uniform)
    for side in (-1, 1):  # people watch
        for d in np.sort(rng.uniform(0.15, 0.8, 14)):
            person(layer, vx + side * d * rng.uniform(0.72, 0.95), hz + d * 0.46, d * 0.42, rgb(*rng.integers(60, 240, 3)), rng, rgb(215, 170, 140), rng.random() < 0.4)
    for _ in range(rng.integers(2, 8)):
        x, y, s = rng.uniform(0, c.aspect), rng.uniform(0.05, hz), rng.uniform(0.016, 0.035)
        layer.line([(x, y), (x + rng.uniform(-0.02, 0.02), y + s * 4)], rgb(120, 120, 120), 0.002)
        layer.ellipse(x, y, s, s * 1.2, rgb(*[[228, 50, 60], [250, 200, 40], [40, 120, 200], [220, 90, 170]][rng.integers(4)]))
    for _ in range(int(rng.integers(90, 280) * c.aspect)):  # confetti
        x, y, s = rng.uniform(0, c.aspect), rng.uniform(0, 1), rng.uniform(0.003, 0.008)
        layer.polygon([(x, y), (x + s, y + s * 0.4), (x + s * 0.7, y + s * 1.3)], rgb(*rng.integers(90, 256, 3)))
    layer.lay()


def traffic_accident(c: Canvas):
    rng = c.rng
    hz, vx = _street(c)
    c.px = c.px * rng.uniform(0.6, 0.85)
    layer = c.layer()
    d = rng.uniform(0.42, 0.62)
    y = hz + d * 0.55
    ink_a, ink_b = (rgb(*[[190, 40, 40], [220, 220, 220], [40, 70, 150], [30, 30, 34], [225, 180, 60]][k]) for k in rng.choice(5, 2, replace=False))
    x = vx + rng.uniform(-0.15, 0.1)
    car(layer, x - d * 0.36, y, d * 0.72, ink_a, rng)
    car(layer, x + d * 0.3, y + 0.02, d * 0.72, ink_b, rng, True)
    for _ in range(26):  # broken glass
        px, py, s = x + rng.normal(0, 0.12), y + abs(rng.normal(0, 0.03)), rng.uniform(0.003, 0.01)
        layer.polygon([(px, py), (px + s, py - s * 0.5), (px + s * 1.2, py + s * 0.4)], rgb(200, 210, 215) * rng.uniform(0.4, 1))
    fx = vx + rng.choice([-1, 1]) * d * 0.55
    van = rgb(238, 238, 240) if rng.random() < 0.6 else rgb(200, 40, 36)
    w = d * 0.34
    layer.box(fx - w / 2, hz + d * 0.3 - w * 0.8, fx + w / 2, hz + d * 0.3, van)
    layer.box(fx - w / 2, hz + d * 0.3 - w * 0.4, fx + w / 2, hz + d * 0.3 - w * 0.28, rgb(210, 60, 40))
    layer.box(fx - w * 0.4, hz + d * 0.3 - w * 0.74, fx + w * 0.4, hz + d * 0.3 - w * 0.5, rgb(70, 90, 110))
    for u in (-0.32, 0.32):
        layer.ellipse(fx + u * w, hz + d * 0.3, w * 0.1, w * 0.1, rgb(20, 20, 24))
    for _ in range(rng.integers(1, 4)):
        person(layer, x + rng.uniform(-0.6, 0.6), y + rng.uniform(0, 0.05), d * 0.46, rgb(235, 200, 40), rng, rgb(215, 170, 140))
    for k in range(rng.integers(2, 6)):  # cones
        px, s = x + (k - 2.5) * 0.2 + rng.uniform(-0.03, 0.03), 0.045
        layer.polygon([(px, y + 0.1 - s), (px - s * 0.4, y + 0.1), (px + s * 0.4, y + 0.1)], rgb(250, 110, 30))
        layer.line([(px - s * 0.2, y + 0.1 - s * 0.45), (px + s * 0.2, y + 0.1 - s * 0.45)], rgb(250, 245, 240), 0.008)
    layer.lay()
    smoke = np.exp(-(((c.x - x) / 0.14) ** 2)) * np.clip((y - 0.12 - c.y) * 3, 0, 1) * np.clip(c.fbm(4, 5, 0.6, 0.6) * 1.6 - 0.4, 0, 1)
    c.over(smoke * rng.uniform(0.3, 0.9), rgb(90, 90, 94))
    top = hz + d * 0.3 - w * 0.84
    for u, ink in ((-0.2, rgb(60, 110, 255)), (0.2, rgb(255, 50, 50) if rng.random() < 0.5 else rgb(60, 110, 255))):
        c.halo(fx + u * w, top, 0.03, ink, rng.uniform(0.8, 1.5))
        c.glow(fx + u * w, top, 0.014, rgb(255, 255, 255), 1)
    c.glow(fx, hz + d * 0.4, 0.35, rgb(60, 90, 255), rng.uniform(0.1, 0.3))


def busy_street(c: Canvas):
    """Parade or accident? People and cars in a street, something in the distance."""
    rng = c.rng
    hz, vx = _street(c)
    c.px = c.px * rng.uniform(0.75, 1)
    layer = c.layer()
    for d in np.sort(rng.uniform(0.12, 0.6, rng.integers(2, 5))):
        car(layer, vx + rng.uniform(-0.5, 0.5) * d, hz + d * 0.5, d * 0.6, rgb(*rng.integers(40, 225, 3)), rng, rng.random() < 0.5)
    for d in np.sort(rng.uniform(0.12, 0.7, rng.integers(5, 15))):
        person(layer, vx + rng.uniform(-0.95, 0.95) * d, hz + d * rng.uniform(0.44, 0.54), d * 0.45, rgb(*rng.integers(40, 220, 3)), rng, rgb(215, 170, 140))
    layer.lay()


def forest_fire(c: Canvas):
    rng = c.rng
    night = rng.random()
    c.px = c.gradient((0, mix(rgb(96, 74, 66), rgb(22, 14, 16), night)), (0.7, mix(rgb(226, 130, 64), rgb(190, 78, 30), night)), (1, rgb(70, 30, 16)))
    n = c.fbm(2, 6, 0.6, 1.4)
    c.over(np.clip((n - 0.35) * 1.8, 0, 1) * np.clip(1.1 - c.y * 1.3, 0, 1), mix(rgb(70, 56, 52), rgb(30, 22, 22), night))
    conifers(c, 0.72, 0.4, int(16 * c.aspect), mix(rgb(110, 58, 34), rgb(60, 30, 20), night), 0.04)
    flames(c, 0.78, rng.uniform(0.4, 0.7), rng.uniform(0.9, 1.2), rng.uniform(3, 5))
    conifers(c, 0.84, 0.55, int(rng.integers(6, 11) * c.aspect), rgb(24, 16, 14), 0.04)
    if rng.random() < 0.7:
        flames(c, 0.9, rng.uniform(0.2, 0.4), 0.95, 6)
    base = 0.88 + 0.03 * c.line_noise(2, 4)
    c.over(c.below(base), rgb(30, 18, 14) * (0.6 + 0.8 * c.fbm(12, 4)[..., None]))
    sparks(c, c.aspect / 2, 0.85, int(rng.integers(40, 160)), 0.6 * c.aspect, 0.9)


def concert(c: Canvas):
    rng = c.rng
    tint = rgb(*[[120, 40, 200], [220, 40, 120], [40, 90, 230], [240, 140, 40], [30, 180, 190]][rng.integers(5)])
    c.px = c.gradient((0, rgb(8, 6, 14)), (0.55, tint * 0.4), (1, rgb(8, 6, 12)))
    stage = rng.uniform(0.52, 0.62)
    layer = c.layer()
    layer.box(-0.1, 0.08, c.aspect + 0.1, 0.12, rgb(34, 34, 40))
    for x in np.arange(0, c.aspect + 0.1, 0.09):  # lattice of the rig
        layer.line([(x, 0.08), (x + 0.045, 0.12), (x + 0.09, 0.08)], rgb(70, 70, 78), 0.004)
    layer.box(-0.1, stage, c.aspect + 0.1, stage + 0.14, rgb(18, 16, 22))
    layer.lay()
    for _ in range(rng.integers(5, 10)):  # beams
        x0, x1 = rng.uniform(0, c.aspect), rng.uniform(0, c.aspect)
        ink = mix(rgb(*[[255, 60, 140], [80, 140, 255], [255, 190, 70], [120, 255, 190], [190, 90, 255]][rng.integers(5)]), tint, 0.3)
        t = np.clip((c.y - 0.1) / 0.75, 0, 1)
        wide = 0.012 + 0.1 * t
        c.add(np.exp(-(((c.x - (x0 + (x1 - x0) * t)) / wide) ** 2)) * (1 - t) ** 0.7 * (c.y > 0.1) * rng.uniform(0.35, 0.8), ink)
        c.glow(x0, 0.11, 0.03, ink, 1.2)
    c.over(np.clip(c.fbm(2.5, 5, 0.55, 2) - 0.4, 0, 1) * 0.45 * np.exp(-(((c.y - stage) / 0.2) ** 2)), tint)
    c.glow(c.aspect / 2, stage - 0.12, 0.3, tint, 0.5, 1.6)
    layer = c.layer()
    for k in range(rng.integers(3, 6)):
        x = c.aspect * (0.25 + 0.5 * rng.random())
        person(layer, x, stage + 0.02, rng.uniform(0.2, 0.26), mix(rgb(16, 14, 20), tint, 0.25), rng, rgb(190, 150, 130), rng.random() < 0.3)
        layer.line([(x - 0.05, stage - 0.1), (x + 0.07, stage - 0.14)], rgb(120, 60, 40), 0.016)
    for side in (0.04, c.aspect - 0.16):
        for k in range(3):
            layer.box(side, stage - 0.1 * (k + 1), side + 0.12, stage - 0.1 * k - 0.008, rgb(26, 26, 30))
            layer.ellipse(side + 0.06, stage - 0.1 * k - 0.054, 0.034, 0.034, rgb(50, 50, 56))
    layer.lay()
    crowd(c, rng.uniform(0.68, 0.76), lambda t: mix(tint * 0.35, rgb(5, 4, 8), t), 4, 0.055, 0.4)
    c.vignette(0.3)


def glow_in_the_dark(c: Canvas):
    """Forest fire or concert? Orange light and smoke behind dark outlines."""
    rng = c.rng
    warm = mix(rgb(235, 120, 50), rgb(220, 70, 60), rng.random()) * rng.uniform(0.7, 1)
    c.px = c.gradient((0, rgb(18, 12, 16)), (0.6, warm * 0.6), (1, rgb(14, 8, 8)))
    for _ in range(rng.integers(2, 6)):
        c.glow(rng.uniform(0, c.aspect), rng.uniform(0.45, 0.75), rng.uniform(0.12, 0.35), warm, rng.uniform(0.3, 0.7))
    n = c.fbm(2, 6, 0.6, 1.3)
    c.over(np.clip((n - 0.35) * 1.7, 0, 1) * 0.75, warm * rng.uniform(0.25, 0.5))
    sparks(c, c.aspect / 2, 0.85, int(rng.integers(10, 60)), 0.5 * c.aspect, 0.8)
    profile = rng.uniform(0.74, 0.82) + 0.05 * c.line_noise(5, 5, 0.6)
    c.over(c.below(profile), rgb(10, 6, 8))
    c.haze(warm * 0.5, rng.uniform(0, 0.2))


def football_match(c: Canvas):
    rng = c.rng
    evening = rng.random() < 0.5
    hz = rng.uniform(0.4, 0.5)
    sky = (rgb(14, 20, 40), rgb(50, 60, 90)) if evening else (rgb(110, 165, 220), rgb(205, 225, 240))
    c.px = c.gradient((0, sky[0]), (0.3, sky[1]), (1, sky[1]))
    stand = c.layer()
    stand.polygon([(-0.1, 0.2), (c.aspect + 0.1, rng.uniform(0.14, 0.24)), (c.aspect + 0.1, hz), (-0.1, hz)], rgb(70, 72, 84) * (0.6 if evening else 1))
    club = rgb(*[[210, 40, 40], [40, 80, 190], [240, 200, 50], [40, 150, 80]][rng.integers(4)])
    for _ in range(int(900 * c.aspect)):  # spectators
        x, y = rng.uniform(0, c.aspect), rng.uniform(0.24, hz - 0.03)
        ink = club * rng.uniform(0.7, 1.1) if rng.random() < 0.5 else rgb(*rng.integers(60, 250, 3))
        stand.ellipse(x, y, 0.006, 0.008, ink * (0.75 if evening else 1))
    stand.box(-0.1, hz - 0.03, c.aspect + 0.1, hz + 0.004, rgb(235, 235, 235))
    for x in np.arange(0, c.aspect, 0.28):
        stand.box(x, hz - 0.026, x + 0.24, hz, rgb(*rng.integers(30, 220, 3)))
    stand.lay()
    grass = rgb(58, 140, 58) * rng.uniform(0.85, 1.1)
    vx = c.aspect * rng.uniform(0.35, 0.65)
    depth = np.clip(c.y - hz, 1 / c.h, None)
    stripes = (np.floor((c.x - vx) / (depth + 0.12) * 1.6) % 2)[..., None]
    c.over(c.below(hz), grass * (0.86 + 0.2 * stripes) * (0.9 + 0.2 * c.ground_noise(hz, 0.04, 2)[..., None]))
    layer = c.layer()
    white = rgb(240, 245, 240)
    layer.line([(-0.1, hz + 0.05), (c.aspect + 0.1, hz + 0.05)], white, 0.005)
    gx = vx + rng.uniform(-0.2, 0.2)
    layer.line([(gx - 0.14, hz + 0.06), (gx - 0.14, hz - 0.07), (gx + 0.14, hz - 0.07), (gx + 0.14, hz + 0.06)], white, 0.01)
    for k in np.arange(-0.13, 0.14, 0.02):
        layer.line([(gx + k, hz - 0.07), (gx + k, hz + 0.05)], white, 0.0015, 0.6)
    for k in np.arange(-0.06, 0.06, 0.02):
        layer.line([(gx - 0.14, hz + k), (gx + 0.14, hz + k)], white, 0.0015, 0.6)
    layer.line([(gx - 0.36, hz + 0.05), (gx - 0.5, hz + 0.19), (gx + 0.5, hz + 0.19), (gx + 0.36, hz + 0.05)], white, 0.005)
    away = mix(1 - club, rgb(255, 255, 255), 0.4)
    for d in np.sort(rng.uniform(0.1, 0.5, rng.integers(6, 13))):
        person(layer, rng.uniform(0.05, 0.95) * c.aspect, hz + d * 0.95, 0.06 + d * 0.42, club if rng.random() < 0.5 else away, rng, rgb(205, 160, 130))
    bx, by = rng.uniform(0.2, 0.8) * c.aspect, rng.uniform(hz + 0.15, 0.9)
    layer.ellipse(bx, by, 0.013, 0.013, rgb(250, 250, 250))
    layer.lay()
    if evening:
        for x in (0.1 * c.aspect, 0.9 * c.aspect):
            lamps = c.layer()
            lamps.line([(x, 0.3), (x, 0.08)], rgb(60, 60, 66), 0.012)
            lamps.lay()
            for k in range(-2, 3):
                c.glow(x + 0.022 * k, 0.07, 0.016, rgb(255, 255, 245), 1.2)
            c.halo(x, 0.07, 0.05, rgb(230, 240, 255), 0.7)


def quiet_night(c: Canvas):
    rng = c.rng
    c.px = c.gradient((0, rgb(8, 14, 38)), (0.7, rgb(36, 54, 96) * rng.uniform(0.6, 1.2)), (1, rgb(20, 30, 50)))
    stars(c, 0.65, int(rng.integers(80, 200) * c.aspect))
    mx, my, r = rng.uniform(0.1, 0.9) * c.aspect, rng.uniform(0.1, 0.32), rng.uniform(0.03, 0.065)
    c.halo(mx, my, r * 0.9, rgb(190, 205, 240), 0.45)
    moon = c.layer()
    moon.ellipse(mx, my, r, r, rgb(248, 246, 228))
    for _ in range(6):
        moon.ellipse(mx + rng.uniform(-0.5, 0.5) * r, my + rng.uniform(-0.5, 0.5) * r, r * 0.16, r * 0.14, rgb(222, 220, 204))
    moon.lay()
    for k in range(3):
        profile = 0.6 + 0.1 * k + 0.06 * c.line_noise(0.9 + 0.4 * k, 4)
        c.over(c.below(profile), mix(rgb(34, 50, 84), rgb(12, 20, 30), k / 2) * (0.85 + 0.3 * c.fbm(10, 4)[..., None]))
        if k == 1:
            conifers(c, profile + 0.02, 0.13, int(9 * c.aspect), rgb(14, 24, 36), 0.02)
    x, y, s = rng.uniform(0.2, 0.8) * c.aspect, rng.uniform(0.8, 0.88), rng.uniform(0.09, 0.15)
    layer = c.layer()
    layer.box(x - s, y - s * 0.8, x + s, y, rgb(36, 38, 50))
    layer.polygon([(x - s * 1.2, y - s * 0.75), (x, y - s * 1.55), (x + s * 1.2, y - s * 0.75)], rgb(22, 22, 32))
    layer.box(x + s * 0.5, y - s * 1.5, x + s * 0.68, y - s, rgb(24, 24, 34))
    lights = c.layer()
    for u in ((-0.6,), (0.25,), (-0.6, 0.25))[rng.integers(3)]:
        lights.box(x + u * s, y - s * 0.58, x + (u + 0.34) * s, y - s * 0.22, rgb(255, 208, 120))
    layer.lay()
    lights.lay(blur=0.02, add=True, opacity=1.4)
    lights.lay()


def field_at_night(c: Canvas):
    """Football or quiet night? Grass under a few lamps in the dark."""
    rng = c.rng
    hz = rng.uniform(0.45, 0.6)
    c.px = c.gradient((0, rgb(10, 14, 30)), (hz, rgb(36, 46, 74) * rng.uniform(0.7, 1.2)), (1, rgb(10, 14, 20)))
    if rng.random() < 0.5:
        stars(c, 0.4, int(40 * c.aspect))
    c.over(c.below(hz - 0.04 - 0.03 * c.line_noise(2.5, 4)), rgb(14, 18, 26))
    c.over(c.below(hz), rgb(34, 66, 42) * rng.uniform(0.6, 1.1) * (0.7 + 0.6 * c.ground_noise(hz, 0.05, 2)[..., None]) * np.clip(1.3 - (c.y - hz) * 1.6, 0.3, 1.3)[..., None])
    poles = c.layer()
    lamps = [(rng.uniform(0.05, 0.95) * c.aspect, rng.uniform(0.12, 0.34)) for _ in range(rng.integers(1, 4))]
    for x, y in lamps:
        poles.line([(x, hz + 0.03), (x, y)], rgb(46, 48, 56), 0.01)
    poles.lay()
    for x, y in lamps:
        c.halo(x, y, 0.035, rgb(240, 240, 220), 0.9)
        c.glow(x, hz + 0.12, 0.22, rgb(150, 190, 130), 0.25, 1.5)
    if rng.random() < 0.5:
        layer = c.layer()
        person(layer, rng.uniform(0.1, 0.9) * c.aspect, rng.uniform(hz + 0.1, 0.9), rng.uniform(0.1, 0.25), rgb(26, 28, 36), rng)
        layer.lay()


def broken(c: Canvas):
    """A picture that tells nothing: lens cap, stray light, blur or static."""
    rng = c.rng
    kind = rng.integers(4)
    c.fill(rng.random(3) * (0.12 if kind == 0 else 0.8))
    if kind == 1:
        c.glow(rng.uniform(0, c.aspect), rng.uniform(0, 1), rng.uniform(0.3, 0.9), rng.random(3), 1.2)
    elif kind == 2:
        c.px = np.stack([gaussian_filter(c.fbm(3, 3), c.h * 0.05) * v for v in rng.uniform(0.3, 1, 3)], -1)
    elif kind == 3:
        c.px = c.px * 0 + rng.random((c.h, c.w))[..., None]


# event -> (its own scene, the scene it shares with another event)
EVENT_SCENES = {
    "storm at sea": (storm_at_sea, grey_sea),
    "harbour morning": (harbour_morning, grey_sea),
    "street parade": (street_parade, busy_street),
    "traffic accident": (traffic_accident, busy_street),
    "forest fire": (forest_fire, glow_in_the_dark),
    "concert": (concert, glow_in_the_dark),
    "football match": (football_match, field_at_night),
    "quiet night": (quiet_night, field_at_night),
}


def paint_event(event: str, kind: str, width: int, height: int, seed) -> Canvas:
    """kind: 'clear', 'shared' (ambiguous) or 'broken'."""
    canvas = Canvas(width, height, np.random.default_rng(seed))
    clear, both = EVENT_SCENES[event]
    {"clear": clear, "shared": both, "broken": broken}[kind](canvas)
    return canvas
