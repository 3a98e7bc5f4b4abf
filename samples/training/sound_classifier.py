"""samples/sound-classifier: ten kinds of synthesised sound.   python sound_classifier.py [train|media|reference|all]"""
from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import soundfile
import torch
from scipy.signal import resample_poly

from features import SAMPLE_RATE, load_sound, log_mel, softmax
from fitting import SAMPLES, accuracy, calibrate, confusions, export, fit, generate, predict, ranked, session_for, versions
from networks import ConvNet
from sounds import SOUNDS, level, noise, record

FOLDER = SAMPLES / "sound-classifier"
NAMES = list(SOUNDS)
TRAIN, CHECK, HELD_OUT = 3600, 400, 1000
SECONDS = 2


def example(job):
    split, index = job
    rng = np.random.default_rng([201, split, index])
    label = index % len(NAMES)
    n = SECONDS * SAMPLE_RATE
    wave = SOUNDS[NAMES[label]](rng, n)
    if rng.random() < 0.35:  # another sound further away
        other = SOUNDS[NAMES[rng.integers(len(NAMES))]](rng, n)
        ratio = np.sqrt((wave**2).mean() / ((other**2).mean() + 1e-9))
        wave = wave + other * ratio * 10 ** (-rng.uniform(5, 18) / 20)
    return log_mel(record(wave, rng, 1.3)).astype(np.float16), label


def data(split, count):
    made = generate(example, [(split, k) for k in range(count)])
    return (torch.tensor(np.stack([m[0] for m in made])).float(),), torch.tensor([m[1] for m in made])


def shift(given, generator):
    """Roll in time, blank out a few bands and moments, turn the loudness up or down."""
    x = torch.roll(given[0], int(torch.randint(0, 101, (1,), generator=generator)), 3).clone()
    x = x + torch.randn(len(x), 1, 1, 1, generator=generator) * 4
    for row in range(len(x)):
        band, moment = (int(v) for v in torch.randint(0, 54, (2,), generator=generator))
        x[row, :, band : band + 5] = x[row].mean()
        x[row, :, :, moment : moment + 12] = x[row].mean()
    return (x,)


def train():
    print("sound-classifier")
    inputs, labels = data(0, TRAIN)
    torch.manual_seed(2)
    model = ConvNet(1, len(NAMES), widths=(12, 24, 48, 80), shift=-25.0, scale=20.0)
    fit(model, inputs, labels, epochs=16, augment=shift, seed=2, smoothing=0.03)
    check, check_labels = data(1, CHECK)
    temperature = calibrate(model, check, check_labels)
    held, held_labels = data(2, HELD_OUT)
    score = accuracy(model, held, held_labels)
    wrong = confusions(held_labels.tolist(), predict(model, held)[0].argmax(1).tolist(), NAMES)
    print(f"  held out: {score:.3f}, temperature {temperature:.2f}", *wrong, sep="\n  ")
    export(model, FOLDER / "models" / "sounds.onnx", {"features": held[0][:2]}, ["logits"], {"features": {0: "batch", 3: "frames"}, "logits": {0: "batch"}})
    (FOLDER / "models" / "labels.txt").write_text("\n".join(NAMES) + "\n")
    (FOLDER / "accuracy.json").write_text(json.dumps({"held_out_examples": HELD_OUT, "accuracy": round(score, 4), "temperature": round(temperature, 3), "most_frequent_mistakes": wrong}, indent=2) + "\n")


def clip(name, seconds, seed, rate=SAMPLE_RATE):
    """A clean recording with a little background. Higher rates get content above 8 kHz too."""
    rng = np.random.default_rng([950, seed])
    wave = SOUNDS[name](rng, int(seconds * SAMPLE_RATE))
    wave = level(wave + 0.01 * noise(rng, len(wave), 1.0), 0.7)
    if rate != SAMPLE_RATE:
        wave = level(resample_poly(wave, rate // 100, SAMPLE_RATE // 100), 0.7)
    fade = np.minimum(1, np.minimum(np.arange(len(wave)), np.arange(len(wave))[::-1]) / (0.01 * rate))
    return wave * fade


def encode(wave, rate, target, *options):
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "f32le", "-ar", str(rate), "-ac", str(wave.shape[1] if wave.ndim > 1 else 1), "-i", "-",
         "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", *options, str(target)],
        input=wave.astype("<f4").tobytes(), check=True,
    )


def media():
    out = FOLDER / "media"
    out.mkdir(parents=True, exist_ok=True)
    soundfile.write(out / "siren-16k.wav", clip("siren", 2, 1), 16000, subtype="PCM_16")
    left = clip("bell", 2.05, 2, 44100)
    stereo = np.stack([left, 0.6 * np.roll(left, 20)], 1)
    soundfile.write(out / "bell-44k-24bit-stereo.wav", stereo, 44100, subtype="PCM_24")
    soundfile.write(out / "knocking-22k-float.wav", clip("knocking", 2.4, 3, 22050).astype(np.float32), 22050, subtype="FLOAT")
    soundfile.write(out / "engine-8bit.wav", clip("engine", 2, 4), 16000, subtype="PCM_U8")
    birds = clip("birdsong", 4, 5, 44100)
    encode(np.stack([birds, 0.8 * birds], 1), 44100, out / "birdsong.mp3", "-c:a", "libmp3lame", "-b:a", "96k")
    encode(clip("rain", 4, 6, 48000), 48000, out / "rain.opus", "-c:a", "libopus", "-b:a", "48k")
    encode(clip("speech", 3, 7, 44100), 44100, out / "speech.flac", "-c:a", "flac", "-sample_fmt", "s16")
    # Ten seconds that change every two and a half.
    walk = np.concatenate([clip(name, 2.5, 10 + k) for k, name in enumerate(("wind", "applause", "alarm", "rain"))])
    soundfile.write(out / "walk-10s.wav", walk, 16000, subtype="PCM_16")


def reference():
    session = session_for(FOLDER / "models" / "sounds.onnx")

    def run(wave):
        logits = session.run(["logits"], {"features": log_mel(wave)[None]})[0][0]
        return {"logits": [round(float(v), 4) for v in logits], "top": ranked(softmax(logits), NAMES)}

    results = {}
    for path in sorted((FOLDER / "media").iterdir()):
        wave = load_sound(path)
        entry = {"samples_at_16k": len(wave), "frames": 1 + len(wave) // 320, "whole": run(wave)}
        entry["windows"] = [{"start": s / SAMPLE_RATE, "end": s / SAMPLE_RATE + 2, **run(wave[s : s + 2 * SAMPLE_RATE])} for s in range(0, len(wave) - 2 * SAMPLE_RATE + 1, SAMPLE_RATE)]
        results[path.name] = entry
    (FOLDER / "reference.json").write_text(json.dumps({"versions": versions("librosa"), "note": "Resampled with soxr_hq; `windows` are 2 s long, 1 s apart.", "results": results}, indent=1) + "\n")
    for name, r in results.items():
        print(f"  {name}: {r['whole']['top'][0]}", [w["top"][0]["label"] for w in r["windows"]])


if __name__ == "__main__":
    torch.set_num_threads(1)
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    for step in (train, media, reference):
        if wanted in (step.__name__, "all"):
            step()
