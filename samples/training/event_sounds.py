"""Sounds of the eight events, and the in-between sounds that could be either of two events.

The pairs differ from the pictures' pairs: storm/fire, harbour/night, parade/concert, accident/football.
"""
from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from sounds import SR, claps, clock, level, noise, place, room, siren, times, tone, voice, wander


def waves(rng, n, rate, low=80, high=2500):
    return noise(rng, n, 1.2, low, high) * (0.15 + 0.85 * wander(rng, n, rate) ** 2)


def thunder(rng, n):
    out = np.zeros(n)
    m = min(n, int(1.8 * SR))
    rumble = noise(rng, m, 2.0, 25, 300) * np.exp(-np.arange(m) / (0.5 * SR)) * (0.4 + 0.6 * wander(rng, m, 7))
    crack = noise(rng, m, 0.4, 300, 6000) * np.exp(-np.arange(m) / (0.05 * SR))
    place(out, rng.uniform(0, 0.5) * n, 2.5 * rumble + rng.uniform(0.2, 1.2) * crack)
    return out


def storm_sound(rng, n):
    out = waves(rng, n, 1.2) * 1.2 + noise(rng, n, 1.5, 60, 1200) * (0.4 + 0.6 * wander(rng, n, 1.5))
    out += 0.4 * noise(rng, n, 0, 900, 7500)
    if rng.random() < 0.8 or n > 3 * SR:
        for at in [0] if n <= 3 * SR else np.arange(0, n, 3 * SR):
            place(out, at, thunder(rng, min(n, 3 * SR)) * rng.uniform(0.8, 1.6))
    return level(out)


def crackle(rng, n, rate):
    out = np.zeros(n)
    for at in times(rng, n, rate):
        m = int(rng.uniform(0.001, 0.009) * SR)
        place(out, at, rng.exponential(1.0) * rng.standard_normal(m) * np.exp(-np.arange(m) / (m / 3)))
    return out


def fire_sound(rng, n):
    return level(0.45 * noise(rng, n, 1.4, 40, 1500) * (0.6 + 0.4 * wander(rng, n, 4)) + crackle(rng, n, rng.uniform(25, 70)) * rng.uniform(0.7, 1.4))


def roar(rng, n):
    """Storm or fire? A broad roar with a few crackles or drops in it."""
    return level(noise(rng, n, rng.uniform(1.0, 1.6), 50, rng.uniform(1500, 4000)) * (0.45 + 0.55 * wander(rng, n, rng.uniform(1, 3))) + 0.6 * crackle(rng, n, rng.uniform(2, 10)))


def gull(rng):
    m = int(rng.uniform(0.2, 0.45) * SR)
    u = np.linspace(0, 1, m)
    f = rng.uniform(900, 1300) * (1 + 0.5 * np.sin(np.pi * u ** 0.6)) * (1 + 0.02 * np.sin(2 * np.pi * 40 * u))
    return tone(rng, f, m, [0.6, 1, 0.7, 0.4, 0.2]) * np.sin(np.pi * u) ** 0.5


def harbour_sound(rng, n):
    out = 0.35 * waves(rng, n, 2.5, 250, 3000)
    for at in times(rng, n, rng.uniform(1.0, 2.6), 0.6):
        call, size = gull(rng), rng.uniform(0.3, 0.9)
        for k in range(rng.integers(1, 4)):
            place(out, at + k * 0.32 * SR, call * size)
    if rng.random() < 0.5:  # ship's horn
        m = int(0.9 * SR)
        place(out, rng.uniform(0, 0.5) * n, tone(rng, rng.uniform(90, 160), m, [1, 0.8, 0.7, 0.5, 0.4, 0.3]) * np.hanning(m) ** 0.3 * 0.6)
    for at in times(rng, n, 3):  # halyards on masts
        m = int(0.1 * SR)
        place(out, at, 0.25 * np.sin(2 * np.pi * rng.uniform(1900, 2600) * clock(m)) * np.exp(-np.arange(m) / (m / 5)))
    return level(out)


def cricket(rng, n):
    f, rate = rng.uniform(3600, 5200), rng.uniform(2.0, 3.4)
    t = clock(n)
    chirp = ((t * rate) % 1 < 0.4) * np.clip(np.sin(2 * np.pi * rng.uniform(24, 36) * t), 0, 1)
    return np.sin(2 * np.pi * f * t) * chirp


def night_sound(rng, n):
    out = sum(cricket(rng, n) * rng.uniform(0.2, 0.7) for _ in range(rng.integers(1, 4))) + 0.12 * noise(rng, n, 1.5, 60, 1200) * (0.4 + wander(rng, n, 1))
    if rng.random() < 0.5:  # owl
        for at in times(rng, n, 0.8, 0.3):
            for k, long in ((0, 0.18), (0.32, 0.45)):
                m = int(long * SR)
                place(out, at + k * SR, tone(rng, rng.uniform(360, 400), m, [1, 0.2, 0.05], 0.3) * np.hanning(m) * 0.8)
    return level(out)


def hush(rng, n):
    """Harbour or night? Soft lapping and a chirp now and then."""
    out = 0.5 * waves(rng, n, 2, 150, 1800)
    for at in times(rng, n, rng.uniform(0.8, 2.5)):
        m = int(rng.uniform(0.05, 0.15) * SR)
        place(out, at, 0.4 * np.sin(2 * np.pi * rng.uniform(1600, 3400) * clock(m)) * np.hanning(m))
    return level(out)


def kick(rng, m=3200):
    t = clock(m)
    return np.sin(2 * np.pi * (48 * t + 5.5 * (1 - np.exp(-t * 34)))) * np.exp(-t * 13)


def snare(rng, m=2400):
    return noise(rng, m, 0.2, 500, 7000) * np.exp(-np.arange(m) / (m / 6)) * 0.5


def murmur(rng, n):
    """Many people at once."""
    return noise(rng, n, 0.9, 250, 2600) * (0.55 + 0.45 * wander(rng, n, 3))


SCALE = np.array([0, 2, 4, 5, 7, 9, 11, 12])


def parade_sound(rng, n):
    out, beat = 0.25 * murmur(rng, n), 60 / rng.uniform(104, 124)
    base = rng.uniform(196, 330)
    k = 0
    t0 = rng.uniform(0, beat)
    while (t0 + k * beat / 4) * SR < n:
        at = (t0 + k * beat / 4) * SR
        if k % 4 == 0:
            place(out, at, 1.1 * kick(rng))
        if rng.random() < 0.8:
            place(out, at, snare(rng) * rng.uniform(0.4, 1.0))  # rolling drums
        if k % 2 == 0:
            m = int(beat / 2 * SR * 0.95)
            f = base * 2 ** (rng.choice(SCALE) / 12)
            place(out, at, 0.5 * tone(rng, f, m, [1, 0.9, 0.8, 0.6, 0.5, 0.35, 0.2]) / 2 * np.hanning(m) ** 0.3)  # brass
        k += 1
    return level(room(rng, out, 0.15))


def concert_sound(rng, n):
    out, beat = 0.2 * murmur(rng, n), 60 / rng.uniform(92, 140)
    root = rng.uniform(41, 62)
    t0, k = rng.uniform(0, beat), 0
    while (t0 + k * beat / 2) * SR < n:
        at = (t0 + k * beat / 2) * SR
        if k % 2 == 0:
            place(out, at, 1.4 * kick(rng))
        if k % 4 == 2:
            place(out, at, 1.2 * snare(rng, 3600))
        m = int(0.06 * SR)
        place(out, at, 0.25 * noise(rng, m, -0.5, 5000, 7900) * np.exp(-np.arange(m) / (m / 4)))
        m = int(beat / 2 * SR * 0.9)
        place(out, at, 0.8 * np.tanh(2 * tone(rng, root * 2 ** (rng.choice([0, 0, 5, 7]) / 12), m, [1, 0.6, 0.3])) * np.hanning(m) ** 0.2)
        k += 1
    chord = sum(np.tanh(3 * tone(rng, root * 4 * 2 ** (s / 12), n, [1, 0.5, 0.3])) for s in (0, 7, 12))  # electric guitars
    out += chord * 0.22 * (0.6 + 0.4 * wander(rng, n, 2))
    if rng.random() < 0.5:
        out += 0.5 * voice(rng, n, rng.uniform(160, 330), True)
    return level(room(rng, out, 0.3, 0.8))


def band(rng, n):
    """Parade or concert? A beat and a tune somewhere around the corner."""
    out, beat = 0.3 * murmur(rng, n), 60 / rng.uniform(98, 130)
    base, t0, k = rng.uniform(110, 280), rng.uniform(0, beat), 0
    while (t0 + k * beat / 2) * SR < n:
        at = (t0 + k * beat / 2) * SR
        if k % 2 == 0:
            place(out, at, kick(rng))
        elif rng.random() < 0.7:
            place(out, at, 0.7 * snare(rng))
        m = int(beat / 2 * SR)
        place(out, at, 0.35 * tone(rng, base * 2 ** (rng.choice(SCALE) / 12), m, [1, 0.5, 0.3]) * np.hanning(m) ** 0.3)
        k += 1
    return level(lfilter([0.35], [1, -0.65], room(rng, out, 0.4)))


def car_horn(rng, m):
    f = rng.uniform(330, 460)
    return (tone(rng, f, m, [1, 0.8, 0.7, 0.5, 0.4, 0.3]) + tone(rng, f * 1.26, m, [0.8, 0.7, 0.5, 0.4, 0.3])) / 3 * np.hanning(m) ** 0.15


def accident_sound(rng, n):
    out = siren(rng, n) * rng.uniform(0.5, 1) + 0.15 * noise(rng, n, 1.4, 40, 900)
    if rng.random() < 0.6:
        place(out, rng.uniform(0, 0.6) * n, 0.6 * car_horn(rng, int(rng.uniform(0.4, 1.2) * SR)))
    if rng.random() < 0.5:  # crash and glass
        m = int(0.7 * SR)
        crash = noise(rng, m, 0.5, 100, 7500) * np.exp(-np.arange(m) / (0.09 * SR))
        glass = np.zeros(m)
        for at in times(rng, m, 45):
            k = int(0.06 * SR)
            place(glass, at, np.sin(2 * np.pi * rng.uniform(3000, 7500) * clock(k)) * np.exp(-np.arange(k) / (k / 5)))
        place(out, rng.uniform(0, 0.4) * n, 1.4 * crash + 0.5 * glass)
    return level(room(rng, out, 0.15))


def football_sound(rng, n):
    out = murmur(rng, n) * (0.6 + 0.6 * wander(rng, n, 1.2))
    for at in times(rng, n, rng.uniform(0.6, 1.3), 0.5):  # referee
        m = int(rng.uniform(0.2, 0.7) * SR)
        pea = 1 + 0.03 * np.sign(np.sin(2 * np.pi * rng.uniform(28, 45) * clock(m)))
        place(out, at, 1.3 * tone(rng, rng.uniform(2300, 2900) * pea, m, [1, 0.2]) * np.hanning(m) ** 0.2)
    if rng.random() < 0.6:  # chant: voices on a slow rhythm
        out += 0.8 * sum(voice(rng, n, rng.uniform(110, 190), True) for _ in range(3)) / 2
    if rng.random() < 0.6:
        out += 0.6 * claps(rng, n, rng.uniform(40, 120))
    return level(room(rng, out, 0.3, 0.7))


def horns_and_shouts(rng, n):
    """Accident or football? Air horns and people shouting."""
    out = 0.5 * murmur(rng, n) + 0.6 * sum(voice(rng, n) for _ in range(2))
    for at in times(rng, n, rng.uniform(0.6, 1.4), 0.5):
        place(out, at, 0.8 * car_horn(rng, int(rng.uniform(0.3, 0.9) * SR)))
    return level(room(rng, out, 0.25))


def dead(rng, n):
    """A recording that tells nothing: silence, hum, hiss or a rubbed microphone."""
    kind = rng.integers(4)
    if kind == 0:
        return 1e-4 * rng.standard_normal(n)
    if kind == 1:
        return level(tone(rng, 50.0, n, [1, 0.3, 0.5, 0.1, 0.3]) + 0.02 * rng.standard_normal(n))
    if kind == 2:
        return level(rng.standard_normal(n))
    return level(noise(rng, n, 2.2, 15, 300) * wander(rng, n, 9) ** 3)


EVENT_SOUNDS = {
    "storm at sea": (storm_sound, roar),
    "harbour morning": (harbour_sound, hush),
    "street parade": (parade_sound, band),
    "traffic accident": (accident_sound, horns_and_shouts),
    "forest fire": (fire_sound, roar),
    "concert": (concert_sound, band),
    "football match": (football_sound, horns_and_shouts),
    "quiet night": (night_sound, hush),
}


def sound_of(event, kind, seconds, rng):
    clear, both = EVENT_SOUNDS[event]
    return {"clear": clear, "shared": both, "broken": dead}[kind](rng, int(seconds * SR))
