"""The preprocessing all samples share: the reference that the pipelines must reproduce."""
from __future__ import annotations

from pathlib import Path

import librosa
import numpy as np
from PIL import Image, ImageOps

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)
SAMPLE_RATE = 16000


def open_picture(path, alpha="drop") -> Image.Image:
    """Open as RGB, upright. Alpha: 'drop' (Pillow's convert), or laid over 'white' or 'black'."""
    image = ImageOps.exif_transpose(Image.open(path))
    if alpha != "drop" and image.mode in ("RGBA", "LA", "PA"):
        ground = Image.new("RGBA", image.size, (255,) * 4 if alpha == "white" else (0, 0, 0, 255))
        image = Image.alpha_composite(ground, image.convert("RGBA"))
    return image.convert("RGB")


def resize_and_crop(image: Image.Image, short=112, crop=96) -> Image.Image:
    """Shorter side to `short` (longer = floor), bilinear with antialias, then the centre square."""
    w, h = image.size
    size = (short, int(short * h / w)) if w <= h else (int(short * w / h), short)
    image = image.resize(size, Image.BILINEAR)
    left, top = int(round((image.width - crop) / 2.0)), int(round((image.height - crop) / 2.0))
    return image.crop((left, top, left + crop, top + crop))


def pixel_values(image: Image.Image) -> np.ndarray:
    """[3,96,96] float32, ImageNet-normalised."""
    px = np.asarray(resize_and_crop(image), np.float32) / 255.0
    return ((px - MEAN) / STD).transpose(2, 0, 1).astype(np.float32)


def load_sound(path) -> np.ndarray:
    """Mono float32 at 16 kHz (channels averaged, soxr_hq resampling)."""
    return librosa.load(str(Path(path)), sr=SAMPLE_RATE, mono=True)[0]


def log_mel(wave: np.ndarray) -> np.ndarray:
    """[1,64,frames] float32 in dB; frames = 1 + samples // 320."""
    mel = librosa.feature.melspectrogram(y=wave, sr=SAMPLE_RATE, n_fft=1024, hop_length=320, n_mels=64)
    return librosa.power_to_db(mel, ref=1.0, amin=1e-10, top_db=80.0)[None].astype(np.float32)


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)
