"""Synthesised sounds, 16 kHz mono float. Each maker takes (rng, samples) and returns about -1..1."""
from __future__ import annotations

import numpy as np
from scipy.signal import fftconvolve, lfilter

SR = 16000


def clock(n):
    return np.arange(n) / SR


def noise(rng, n, slope=0.0, low=20.0, high=8000.0):
    """Noise with power ~ f**-slope, limited to a band, with unit RMS."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    f = np.fft.rfftfreq(n, 1 / SR)
    shape = np.maximum(f, 10.0) ** (-slope / 2)
    shape = shape / (1 + (low / np.maximum(f, 1)) ** 6) / (1 + (f / high) ** 6)
    out = np.fft.irfft(spectrum * shape, n)
    return out / (np.sqrt((out**2).mean()) + 1e-9)


def wander(rng, n, rate=2.0):
    """A smooth random curve, 0..1, changing about `rate` times a second."""
    knots = rng.random(int(n / SR * rate) + 4)
    position = np.linspace(0, len(knots) - 2, n)
    i = position.astype(int)
    f = position - i
    f = f * f * (3 - 2 * f)
    return knots[i] * (1 - f) + knots[i + 1] * f


def place(out, at, piece):
    at = int(at)
    if at < len(out):
        piece = piece[: len(out) - at]
        out[at : at + len(piece)] += piece


def times(rng, n, per_second, jitter=1.0):
    """Random instants (in samples), about `per_second` of them each second."""
    out, t = [], rng.uniform(0, 1 / per_second)
    while t < n / SR:
        out.append(t * SR)
        t += (1 - jitter) / per_second + rng.exponential(jitter / per_second) if jitter > 0 else 1 / per_second
    return out


def tone(rng, f, n, partials, wobble=0.0):
    """Harmonic tone; `f` a number or a curve; `partials` the strengths of the harmonics."""
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(f, n)) / SR
    if wobble:
        phase = phase + wobble * np.sin(2 * np.pi * 5.5 * clock(n) + rng.uniform(0, 6))
    top = np.max(f)
    return sum(a * np.sin((k + 1) * phase + rng.uniform(0, 6)) for k, a in enumerate(partials) if top * (k + 1) < 7600)


def room(rng, wave, amount, seconds=0.4):
    """A little reverberation."""
    m = int(seconds * SR)
    tail = rng.standard_normal(m) * np.exp(-np.arange(m) / (m / 5))
    wet = fftconvolve(wave, tail / np.sqrt((tail**2).sum()))[: len(wave)]
    return (1 - amount) * wave + amount * wet


def level(wave, peak=0.8):
    return wave / (np.abs(wave).max() + 1e-9) * peak


# ---- ten classes of the sound classifier -------------------------------------------------


def siren(rng, n):
    t, low, wide = clock(n), rng.uniform(450, 800), rng.uniform(1.4, 2.2)
    style = rng.integers(3)
    if style == 0:
        curve = 0.5 - 0.5 * np.cos(2 * np.pi * (rng.uniform(0.25, 0.8) * t + rng.random()))
    elif style == 1:
        curve = ((rng.uniform(0.6, 1.6) * t + rng.random()) % 1 > 0.5) * 1.0
    else:
        curve = (rng.uniform(2, 5) * t + rng.random()) % 1
    return level(tone(rng, low * wide**curve, n, [1, 0.5, 0.45, 0.2, 0.15, 0.1]) * (0.7 + 0.3 * wander(rng, n)))


def engine(rng, n):
    rpm = rng.uniform(28, 85) * (1 + rng.uniform(0.0, 0.5) * wander(rng, n, 1.0))
    partials = [1 / (k + 1) ** rng.uniform(0.3, 0.9) * rng.uniform(0.4, 1) for k in range(24)]
    body = tone(rng, rpm, n, partials)
    phase = np.cumsum(rpm) / SR
    puff = noise(rng, n, 1.0, 60, 2500) * (0.3 + 0.7 * np.clip(np.sin(2 * np.pi * phase), 0, 1))
    return level(lfilter([1.0], [1, -0.75], body) / 6 + rng.uniform(0.2, 0.9) * puff)


def rain(rng, n):
    out = noise(rng, n, rng.uniform(-0.3, 0.6), rng.uniform(300, 900), 7800) * (0.75 + 0.25 * wander(rng, n))
    for at in times(rng, n, rng.uniform(20, 90)):
        m = int(rng.uniform(0.004, 0.014) * SR)
        place(out, at, rng.uniform(1, 4) * np.sin(2 * np.pi * rng.uniform(1500, 5500) * clock(m)) * np.exp(-np.arange(m) / (m / 4)))
    return level(out)


def bell(rng, n):
    out = np.zeros(n)
    f = rng.uniform(220, 900)
    ratios = np.array([0.5, 1, 1.19, 1.5, 2, 2.51, 2.66, 3.01, 4.1]) * (1 + rng.normal(0, 0.006, 9))
    long = rng.uniform(0.6, 1.6)
    for at in times(rng, n, rng.uniform(0.7, 2.6), 0.15):
        m = int(long * 1.5 * SR)
        t = clock(m)
        hit = sum(rng.uniform(0.4, 1) * np.sin(2 * np.pi * f * r * t) * np.exp(-t * (1 + 0.6 * r) / long * 1.6) for r in ratios)
        place(out, at, hit * rng.uniform(0.7, 1))
    return level(out)


def birds(rng, n):
    out = np.zeros(n)
    for _ in range(rng.integers(1, 4)):
        base, per = rng.uniform(2200, 5200), rng.uniform(2.5, 8)
        rise, size = rng.uniform(-900, 1100), rng.uniform(0.3, 1)
        for at in times(rng, n, per, 0.5):
            m = int(rng.uniform(0.03, 0.13) * SR)
            u = np.linspace(0, 1, m)
            f = base + rise * u + rng.uniform(0, 500) * np.sin(2 * np.pi * rng.uniform(8, 35) * u * m / SR)
            place(out, at, size * np.sin(2 * np.pi * np.cumsum(f) / SR) * np.sin(np.pi * u) ** 0.7)
    return level(room(rng, out, 0.25) + 0.01 * noise(rng, n, 1))


def claps(rng, n, per_second, centre=1300):
    out = np.zeros(n)
    m = int(0.03 * SR)
    shapes = []
    for _ in range(12):
        f = centre * rng.uniform(0.6, 1.6)
        shapes.append(noise(rng, m, 0, f * 0.6, f * 1.7) * np.exp(-np.arange(m) / (m / rng.uniform(4, 8))))
    for at in times(rng, n, per_second):
        place(out, at, shapes[rng.integers(12)] * rng.uniform(0.2, 1))
    return out


def applause(rng, n):
    return level(room(rng, claps(rng, n, rng.uniform(50, 260)), rng.uniform(0.1, 0.5)) * (0.7 + 0.3 * wander(rng, n)))


VOWELS = np.array([[730, 1090, 2440], [270, 2290, 3010], [300, 870, 2240], [530, 1840, 2480], [570, 840, 2410], [490, 1350, 1690]])


def voice(rng, n, pitch=None, sung=False):
    """Speech-like: a buzz through moving formants, syllable after syllable."""
    pitch = rng.uniform(90, 240) if pitch is None else pitch
    f0 = pitch * (1 + 0.25 * (wander(rng, n, 3) - 0.5))
    phase = np.cumsum(f0) / SR
    buzz = np.diff(np.floor(phase), prepend=0) + 0.02 * rng.standard_normal(n)
    out, at = np.zeros(n), 0
    while at < n:
        m = int(rng.uniform(0.35, 0.7 if sung else 0.4) * SR) if sung else int(rng.uniform(0.09, 0.26) * SR)
        part = buzz[at : at + m]
        sound = np.zeros(len(part))
        if rng.random() < 0.86 or sung:
            for f, gain in zip(VOWELS[rng.integers(6)] * rng.uniform(0.92, 1.12), (1, 0.6, 0.3)):
                r = np.exp(-np.pi * 90 / SR)
                sound += gain * lfilter([1 - r], [1, -2 * r * np.cos(2 * np.pi * f / SR), r * r], part)
            if rng.random() < 0.35 and len(part) > 900:  # a hiss, as in "s"
                k = int(0.06 * SR)
                sound[:k] = 0.04 * noise(rng, len(part), 0, 3000, 7500)[:k]
        out[at : at + m] = sound * np.hanning(len(part) + 2)[1:-1] ** 0.4
        at += m + (int(rng.uniform(0, 0.25) * SR) if rng.random() < 0.2 else 0)
    return level(out, 1.0)


def speech(rng, n):
    return level(room(rng, sum(voice(rng, n) * rng.uniform(0.5, 1) for _ in range(rng.integers(1, 4))), rng.uniform(0, 0.4)))


def wind(rng, n):
    """Noise through a resonance that drifts: whistling wind."""
    out = noise(rng, n, 1.6, 40, 900) * (0.3 + 0.7 * wander(rng, n, 1.2))
    f = rng.uniform(280, 900) * 2 ** (1.4 * (wander(rng, n, 1.1) - 0.5))
    phase = 2 * np.pi * np.cumsum(f) / SR
    slow_a, slow_b = noise(rng, n, 0, 1, rng.uniform(15, 60)), noise(rng, n, 0, 1, rng.uniform(15, 60))
    whistle = (slow_a * np.cos(phase) + slow_b * np.sin(phase)) * wander(rng, n, 1.5)
    return level(out + rng.uniform(0.4, 1.5) * whistle)


def knocking(rng, n):
    out = np.zeros(n)
    f = rng.uniform(90, 320)
    at = rng.uniform(0, 0.4)
    while at < n / SR:
        gap = rng.uniform(0.11, 0.3)
        for _ in range(rng.integers(2, 6)):
            m = int(0.12 * SR)
            t = clock(m)
            hit = sum(a * np.sin(2 * np.pi * f * r * t + rng.uniform(0, 6)) * np.exp(-t * (35 + 20 * r)) for a, r in ((1, 1), (0.6, 2.3), (0.5, 3.9)))
            place(out, at * SR, hit * rng.uniform(0.6, 1) + 0.4 * noise(rng, m, 0.5, 300, 4000) * np.exp(-t * 220))
            at += gap * rng.uniform(0.92, 1.08)
        at += rng.uniform(0.2, 0.6)
    return level(room(rng, out, rng.uniform(0.1, 0.4)))


def alarm(rng, n):
    t, f, rate = clock(n), rng.uniform(900, 3200), rng.uniform(1.5, 9)
    on = ((t * rate + rng.random()) % 1 < rng.uniform(0.35, 0.7)) * 1.0
    on = np.convolve(on, np.ones(60) / 60, "same")
    second = f * rng.choice([1.0, 1.26, 1.5])
    curve = np.where((t * rate / 2) % 1 < 0.5, f, second)
    return level(tone(rng, curve, n, [1, rng.uniform(0, 0.3), rng.uniform(0.1, 0.5), 0.1]) * on)


SOUNDS = {
    "siren": siren,
    "engine": engine,
    "rain": rain,
    "bell": bell,
    "birdsong": birds,
    "applause": applause,
    "speech": speech,
    "wind": wind,
    "knocking": knocking,
    "alarm": alarm,
}


def record(wave, rng, hard=1.0):
    """What a poor microphone does: background, other sounds, room, tone control, loudness."""
    n = len(wave)
    out = wave / (np.sqrt((wave**2).mean()) + 1e-6)
    if rng.random() < 0.4:
        out = room(rng, out, rng.uniform(0.1, 0.6), rng.uniform(0.2, 0.9))
    out = out + noise(rng, n, rng.uniform(-0.2, 1.8)) * 10 ** (-rng.uniform(3 - 3 * hard, 26) / 20)
    tilt = rng.uniform(-0.6, 0.6) * hard
    out = out + tilt * np.concatenate([[0], out[:-1]])
    if rng.random() < 0.25 * hard:  # cheap telephone: no treble
        a = rng.uniform(0.3, 0.75)
        out = lfilter([1 - a], [1, -a], out)
    out = out / (np.abs(out).max() + 1e-9) * 10 ** (-rng.uniform(0.5, 28) / 20)
    if rng.random() < 0.15 * hard:
        out = np.clip(out * rng.uniform(2, 5), -0.9, 0.9)
    return out.astype(np.float32)
