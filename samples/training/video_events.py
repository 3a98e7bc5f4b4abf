"""samples/video-events: eight seconds of video with sound, through four events.   python video_events.py [media|reference|all]

Picture and sound change every two seconds. In the first and third part the sound could be two
things and the picture decides; in the second it is the other way round; the last is plain to both.
"""
from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import torch
from PIL import Image

from event_detector import NAMES, product
from event_scenes import paint_event
from event_sounds import sound_of
from features import SAMPLE_RATE, load_sound, log_mel, pixel_values, softmax
from fitting import SAMPLES, ranked, session_for, versions
from sounds import noise

FOLDER = SAMPLES / "video-events"
RATE, WIDTH, HEIGHT, SECONDS = 20, 320, 240, 8
# start, end, event, kind of picture, kind of sound, seed
PICTURE = [(0.0, 2.0, "storm at sea", "clear", 7), (2.0, 4.0, "forest fire", "shared", 7), (4.0, 6.0, "street parade", "clear", 9), (6.0, 8.0, "quiet night", "clear", 4)]
SOUND = [(0.0, 2.0, "storm at sea", "shared", 1), (2.0, 4.0, "forest fire", "clear", 2), (4.0, 6.0, "street parade", "shared", 3), (6.0, 8.0, "quiet night", "clear", 4)]


def frames():
    """The camera drifts over a larger painting; a blink of cross-fade at each change."""
    wide, high = int(WIDTH * 1.25), int(HEIGHT * 1.25)
    paintings = [np.asarray(paint_event(event, kind, wide, high, [790, seed]).image(0.0), np.float32) for _, _, event, kind, seed in PICTURE]
    rng = np.random.default_rng(791)
    for k in range(RATE * SECONDS):
        t = k / RATE
        part = next(i for i, p in enumerate(PICTURE) if p[0] <= t < p[1])
        u = (t - PICTURE[part][0]) / (PICTURE[part][1] - PICTURE[part][0])
        zoom = 1 + 0.12 * (u if part % 2 == 0 else 1 - u)
        w, h = WIDTH * 1.25 / zoom, HEIGHT * 1.25 / zoom
        dx, dy = (wide - w) * (0.5 + 0.45 * np.sin(2.2 * u + part)), (high - h) * (0.5 + 0.3 * np.cos(2 * u + part))
        picture = paintings[part]
        if part and t - PICTURE[part][0] < 0.15:
            picture = picture * (0.5 + 0.5 * (t - PICTURE[part][0]) / 0.15) + paintings[part - 1] * (0.5 - 0.5 * (t - PICTURE[part][0]) / 0.15)
        flicker = 1 + 0.03 * rng.standard_normal() * (PICTURE[part][2] in ("storm at sea", "forest fire"))
        image = Image.fromarray(np.clip(picture * flicker, 0, 255).astype(np.uint8))
        yield image.transform((WIDTH, HEIGHT), Image.AFFINE, (w / WIDTH, 0, dx, 0, h / HEIGHT, dy), Image.BICUBIC)


def soundtrack():
    parts = []
    for start, end, event, kind, seed in SOUND:
        rng = np.random.default_rng([792, seed])
        wave = 0.7 * sound_of(event, kind, end - start, rng)
        ramp = np.minimum(1, np.minimum(np.arange(len(wave)), np.arange(len(wave))[::-1]) / (0.02 * SAMPLE_RATE))
        parts.append(wave * ramp)
    wave = np.concatenate(parts)
    return (wave + 0.004 * noise(np.random.default_rng(793), len(wave), 1.0)).astype(np.float32)


def media():
    out = FOLDER / "media"
    out.mkdir(parents=True, exist_ok=True)
    (FOLDER / "models").mkdir(exist_ok=True)
    for name in ("image.onnx", "sound.onnx", "labels.txt"):
        shutil.copyfile(SAMPLES / "event-detector" / "models" / name, FOLDER / "models" / name)
    with tempfile.TemporaryDirectory() as folder:
        track = Path(folder) / "track.wav"
        soundfile.write(track, soundtrack(), SAMPLE_RATE, subtype="PCM_16")
        raw = b"".join(np.asarray(f, np.uint8).tobytes() for f in frames())
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE), "-i", "-", "-i", str(track),
             "-c:v", "libx264", "-preset", "slow", "-crf", "24", "-pix_fmt", "yuv420p", "-g", str(RATE), "-c:a", "aac", "-b:a", "96k", "-ar", "44100",
             "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-movflags", "+faststart", str(out / "day.mp4")],
            input=raw, check=True,
        )
        soundfile.write(out / "day.wav", soundtrack(), SAMPLE_RATE, subtype="PCM_16")
    for k, frame in enumerate(frames()):
        if k in (10, 50, 90, 130):
            frame.save(out / f"frame-{k // 20}s.jpg", quality=88)
    (FOLDER / "truth.json").write_text(json.dumps({
        "duration": SECONDS, "frames_per_second": RATE,
        "events": [{"start": a, "end": b, "event": e, "picture": k, "sound": SOUND[i][3]} for i, (a, b, e, k, _) in enumerate(PICTURE)],
    }, indent=1) + "\n")


def reference():
    """Every half second: the frame there, and one second of sound around it; fused by the product."""
    image, sound = (session_for(FOLDER / "models" / f"{p}.onnx") for p in ("image", "sound"))
    truth = json.loads((FOLDER / "truth.json").read_text())["events"]
    video = FOLDER / "media" / "day.mp4"
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", str(video), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], capture_output=True, check=True).stdout
    pictures = np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)
    with tempfile.TemporaryDirectory() as folder:
        track = Path(folder) / "track.wav"
        subprocess.run(["ffmpeg", "-v", "error", "-i", str(video), "-vn", "-c:a", "pcm_f32le", str(track)], check=True)
        wave = load_sound(track)
    rows, right = [], {"image": 0, "sound": 0, "product of experts": 0}
    moments = np.arange(0.25, SECONDS, 0.5)
    for t in moments:
        p = softmax(image.run(["logits"], {"pixel_values": pixel_values(Image.fromarray(pictures[int(t * RATE)]))[None]})[0])
        a, b = int(max(0, t - 0.5) * SAMPLE_RATE), int(min(SECONDS, t + 0.5) * SAMPLE_RATE)
        q = softmax(sound.run(["logits"], {"features": log_mel(wave[a:b])[None]})[0])
        both = product([p, q], [1, 1])
        event = next(e["event"] for e in truth if e["start"] <= t < e["end"])
        row = {"time": float(t), "event": event, "image": ranked(p[0], NAMES, 2), "sound": ranked(q[0], NAMES, 2), "product of experts": ranked(both[0], NAMES, 2)}
        for key in right:
            right[key] += row[key][0]["label"] == event
        rows.append(row)
        print(f"  {t:.2f} {event}: " + "; ".join(f"{k} {row[k][0]['label']} {row[k][0]['probability']:.2f}" for k in right))
    print("  right of", len(rows), right)
    (FOLDER / "reference.json").write_text(json.dumps({
        "versions": versions("pillow", "librosa"), "note": "Frame floor(time * 20); sound from half a second before to half a second after, within the film; equal weights.",
        "moments": len(rows), "right": right, "results": rows}, indent=1) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    for step in (media, reference):
        if wanted in (step.__name__, "all"):
            step()
