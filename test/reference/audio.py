"""Records what other libraries make of test/reference/speech.wav; writes audio.json. Run by hand: python audio.py

speech.wav is made by `python audio.py speech`, which needs espeak-ng on the PATH: two sentences, 22050 Hz, brought to
16 kHz by soxr. Values are a subset of each result (every `step`-th of each axis) with the mean and the root of the mean
square of all of it, so that the file stays small.
"""
import base64
import io
import json
import subprocess
import sys
from pathlib import Path

import librosa
import numpy as np
import scipy
import scipy.signal
import soundfile
import soxr
import torch
import transformers
from transformers import Wav2Vec2FeatureExtractor, WhisperFeatureExtractor

here = Path(__file__).parent
RATE = 16000


def make_speech():
    text = "The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background."
    raw = subprocess.run(["espeak-ng", "-s", "165", "--stdout", text], check=True, capture_output=True).stdout
    wave, rate = soundfile.read(io.BytesIO(raw), dtype="float32")
    wave = soxr.resample(wave, rate, RATE)[: 5 * RATE]
    # A room's noise, so that no frame is digital silence.
    wave = 0.7 * wave + np.random.default_rng(0).normal(0, 1e-3, len(wave))
    soundfile.write(here / "speech.wav", wave, RATE, subtype="PCM_16")


def thin(values, most=1200):
    """A subset of an array: the steps on each axis, the values, and figures of the whole."""
    values = np.asarray(values, np.float64)
    steps = [1] * values.ndim
    while np.prod([-(-n // s) for n, s in zip(values.shape, steps)]) > most:
        axis = int(np.argmax([n / s for n, s in zip(values.shape, steps)]))
        steps[axis] += 1
    picked = values[tuple(slice(None, None, s) for s in steps)]
    return {
        "shape": list(values.shape),
        "steps": steps,
        "values": [float(f"{v:.8g}") for v in picked.ravel()],
        "mean": float(values.mean()),
        "rms": float(np.sqrt((values**2).mean())),
    }


def whisper(y):
    def features(mels, **more):
        extractor = WhisperFeatureExtractor(feature_size=mels)
        return thin(extractor(y, sampling_rate=RATE, return_tensors="np", **more).input_features)

    return {"80": features(80), "128": features(128), "unpadded": features(80, padding=False)}


def librosa_cases(y):
    cases = [
        dict(n_fft=1024, hop_length=320, n_mels=64),
        dict(n_fft=2048, hop_length=512, n_mels=128),
        dict(n_fft=512, hop_length=160, n_mels=40, fmin=20.0, fmax=7600.0, htk=True, norm=None, pad_mode="reflect"),
        dict(n_fft=400, hop_length=200, n_mels=32, center=False),
    ]
    out = []
    for case in cases:
        mel = librosa.feature.melspectrogram(y=y, sr=RATE, **case)
        out.append(
            {
                "options": {k: ("none" if v is None else v) for k, v in case.items()},
                "mel": thin(mel),
                "db": thin(librosa.power_to_db(mel, ref=1.0, amin=1e-10, top_db=80.0)),
                "dbLargest": thin(librosa.power_to_db(mel, ref=np.max, top_db=None), 300),
            }
        )
    return out


def mfcc_cases(y):
    cases = [
        dict(n_mfcc=20),
        dict(n_mfcc=13, lifter=22, n_fft=512, hop_length=160, n_mels=40, fmin=20.0, fmax=7600.0, htk=True),
    ]
    return [{"options": case, "mfcc": thin(librosa.feature.mfcc(y=y, sr=RATE, **case))} for case in cases]


def stft_cases(y):
    out = []
    for n_fft, hop, win, window, pad in [
        (400, 160, 400, "hann", "reflect"),
        (512, 128, 400, "hamming", "reflect"),
        (1000, 250, 1000, "blackman", "constant"),
        (486, 200, 486, "hann", "constant"),
        (509, 200, 509, "hann", "constant"),
        (1022, 300, 800, "bartlett", "constant"),
        (77, 40, 77, "boxcar", "constant"),
    ]:
        spectrum = librosa.stft(
            y.astype(np.float64), n_fft=n_fft, hop_length=hop, win_length=win, window=window, pad_mode=pad, dtype=np.complex128
        )
        if pad == "reflect":
            shape = {"hann": torch.hann_window, "hamming": torch.hamming_window}[window](win, dtype=torch.float64)
            other = torch.stft(torch.from_numpy(y).double(), n_fft, hop, win, shape, return_complex=True).numpy()
            assert np.abs(other - spectrum).max() < 1e-9
        out.append(
            {
                "fftLength": n_fft,
                "hop": hop,
                "windowLength": win,
                "window": window,
                "pad": pad,
                "complex": thin(np.stack([spectrum.real, spectrum.imag], -1), 700),
                "power": thin(np.abs(spectrum) ** 2, 300),
            }
        )
    return out


def resample_cases(y):
    out = []
    wide = soxr.resample(y, RATE, 44100)
    for source, rate, new in [(wide, 44100, RATE), (y, RATE, 44100), (y, RATE, 8000), (y, RATE, 22050), (y, RATE, 15991)]:
        gcd = np.gcd(rate, new)
        piece = source[: 2 * rate].astype(np.float32)
        case = {"from": rate, "to": int(new), "soxr_hq": thin(soxr.resample(piece, rate, new, quality="HQ"))}
        if new != 15991:
            poly = scipy.signal.resample_poly(piece.astype(np.float64), new // gcd, rate // gcd)
            case["resample_poly"] = thin(poly)
        if rate == 44100:
            # The test must have the same input: it is stored in 16 bits.
            stored = np.round(piece[:44100] * 32767).astype(np.int16)
            piece = stored.astype(np.float32) / 32768
            case["input"] = base64.b64encode(stored.tobytes()).decode()
            case["soxr_hq"] = thin(soxr.resample(piece, rate, new, quality="HQ"))
            case["resample_poly"] = thin(scipy.signal.resample_poly(piece.astype(np.float64), new // gcd, rate // gcd))
        out.append(case)
    return out


def windows():
    names = {"hann": "hann", "hamming": "hamming", "blackman": "blackman", "bartlett": "bartlett", "rectangular": "boxcar"}
    return {
        ours: {
            f"{'periodic' if periodic else 'symmetric'}{n}": scipy.signal.get_window(theirs, n, fftbins=periodic).tolist()
            for periodic in (True, False)
            for n in (7, 8)
        }
        for ours, theirs in names.items()
    }


def wav_files():
    wave = np.array([[0, 1 - 2**-20], [0.5, -0.25], [-1, 0.125], [0.1, -0.3], [1 / 3, -2 / 3]])
    out = []
    for subtype in ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"]:
        for form in ["WAV", "WAVEX"]:
            file = io.BytesIO()
            soundfile.write(file, wave, 11025, format=form, subtype=subtype)
            read, rate = soundfile.read(io.BytesIO(file.getvalue()), dtype="float32")
            out.append(
                {
                    "subtype": subtype,
                    "form": form,
                    "rate": rate,
                    "file": base64.b64encode(file.getvalue()).decode(),
                    "channels": read.T.astype(float).tolist(),
                }
            )
    return out


def trims(y):
    padded = np.concatenate([np.zeros(7000, np.float32), y[:40000], 1e-4 * np.sin(np.arange(9000)).astype(np.float32)])
    stereo = np.stack([padded, np.concatenate([np.zeros(30000, np.float32), 0.1 * y[:26000]])])
    return {
        "mono": [{"topDb": d, "span": librosa.effects.trim(padded, top_db=d)[1].tolist()} for d in (60, 40, 20, 10)],
        "stereo": [{"topDb": d, "span": librosa.effects.trim(stereo, top_db=d)[1].tolist()} for d in (60, 30)],
    }


def main():
    y, _ = soundfile.read(here / "speech.wav", dtype="float32")
    short = y[8000:8012]
    norm = Wav2Vec2FeatureExtractor(do_normalize=True)(short, sampling_rate=RATE, return_tensors="np").input_values[0]
    result = {
        "versions": {
            "librosa": librosa.__version__,
            "transformers": transformers.__version__,
            "torch": torch.__version__,
            "scipy": scipy.__version__,
            "numpy": np.__version__,
            "soxr": soxr.__version__,
            "soundfile": soundfile.__version__,
        },
        "whisper": whisper(y),
        "librosa": librosa_cases(y),
        "mfcc": mfcc_cases(y),
        "stft": stft_cases(y),
        "windows": windows(),
        "trim": trims(y),
        "preEmphasis": {"input": short.tolist(), "librosa": librosa.effects.preemphasis(short, coef=0.97).tolist()},
        "wav2vec2": norm.tolist(),
    }
    (here / "audio.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
    sound = {"versions": result["versions"], "resample": resample_cases(y), "wav": wav_files()}
    (here / "audio-files.json").write_text(json.dumps(sound, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    make_speech() if sys.argv[1:] == ["speech"] else main()
