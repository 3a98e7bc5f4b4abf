/** `verify.py`: the recorded samples through this program, held against what was recorded. */
export const verifyProgram = `"""Runs the recorded samples of bundle.json and holds the answers against the recorded ones.

    python verify.py              through the compiled files, in this process
    python verify.py http://...   through a server that runs

Ends with 1 where an answer is further off than it may be.
"""
from __future__ import annotations

import base64
import json
import sys
import urllib.request
from pathlib import Path

import numpy as np

from service.compiled import HOME, Pipeline, load_data

# Another decoder, another resampler: levels of pictures may differ by one or two, samples by 5e-4.
DECODING = 5e-3
# Corners of boxes, in pixels.
PIXELS = 1.0


def packed(value, dtype) -> np.ndarray:
    if isinstance(value, dict):
        return np.frombuffer(base64.b64decode(value["base64"]), dtype=dtype)
    return np.array([float(x) for x in value], dtype=dtype)


def recorded_numbers(value: dict) -> tuple[np.ndarray, list | None]:
    """What was recorded of one value, flat, and the labels that go with it."""
    kind = value["kind"]
    if kind == "scores":
        return packed(value["data"], "<f4"), value["labels"]
    if kind == "boxes":
        return packed(value["coordinates"], "<f4"), packed(value["classes"], "<i4").tolist()
    if kind == "embedding":
        return packed(value["data"], "<f4"), None
    if kind == "tensor":
        return packed(value["data"], np.dtype(value["dtype"]).newbyteorder("<")).astype(np.float64), None
    if kind in ("image", "mask"):
        return packed(value["data"], "u1").astype(np.float64) / 255, None
    return np.concatenate([packed(channel, "<f4") for channel in value["channels"]]), None


def answered_numbers(kind: str, answer) -> tuple[np.ndarray, list | None]:
    if kind == "scores":
        order = sorted(answer["classes"], key=lambda one: one["class"])
        return np.array([float(one["score"]) for one in order]), [one["label"] for one in order]
    if kind == "boxes":
        corners = [[box[corner] for corner in ("x1", "y1", "x2", "y2")] for box in answer["boxes"]]
        return np.array(corners, dtype=np.float64).reshape(-1), [box["class"] for box in answer["boxes"]]
    if kind == "embedding":
        return np.array([float(x) for x in answer]), None
    if kind == "tensor":
        return np.array([float(x) for x in answer["data"]]), None
    data = base64.b64decode(answer["data"].split(",", 1)[1])
    if kind in ("image", "mask"):
        import io

        from PIL import Image

        return np.asarray(Image.open(io.BytesIO(data))).reshape(-1) / 255, None
    import io

    import soundfile

    return soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)[0].T.reshape(-1), None


def compare(recorded: dict, answer, allowed: float) -> str | None:
    """What is wrong with an answer; None where nothing is."""
    if recorded["status"] == "missing":
        return None if answer is None else "it was missing where it was recorded, and came now"
    if answer is None:
        return "it was recorded, and has no answer now"
    value = recorded["items"][0]["value"]
    before, names = recorded_numbers(value)
    now, labels = answered_numbers(value["kind"], answer)
    if names != labels:
        return f"{names} was recorded, and {labels} came"
    if before.shape != now.shape:
        return f"{before.size} numbers were recorded, and {now.size} came"
    difference = float(np.max(np.abs(before - now), initial=0))
    limit = PIXELS if value["kind"] == "boxes" else allowed * max(1.0, float(np.max(np.abs(before), initial=0)))
    print(f"  largest difference {difference:.2e}, allowed {limit:.2e}")
    return None if difference <= limit else f"it differs by {difference:.3g}"


def given_of(sample: dict, names) -> dict:
    given = {}
    for name, value in sample["inputs"].items():
        if name not in names:
            continue
        if "file" in value:
            given[name] = (HOME / value["file"]).read_bytes()
        else:
            given[name] = value.get("text", value.get("json"))
    return given


def asked(server: str, given: dict) -> dict:
    """POST /predict as JSON: files as base64."""
    inputs = {
        name: {"b64": base64.b64encode(x).decode()} if isinstance(x, bytes) else x for name, x in given.items()
    }
    body = json.dumps({"inputs": inputs}).encode()
    url = f"{server.rstrip('/')}/predict?top=100000"
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read())["outputs"]


def main() -> int:
    data = load_data()
    with open(Path(HOME) / "bundle.json", encoding="utf-8") as file:
        golden = json.load(file)["golden"]
    server = sys.argv[1] if len(sys.argv) > 1 else None
    pipeline = None if server else Pipeline()
    allowed = DECODING + sum(part["tolerance"] for part in data["parts"])
    wrong = 0
    for sample in golden["samples"]:
        if any("folder" in value for value in sample["inputs"].values()):
            print(f"{sample['name']}: left out, it is a folder")
            continue
        given = given_of(sample, {one["name"] for one in data["inputs"]})
        answers = asked(server, given) if server else pipeline.predict(given, top=100_000)
        with open(Path(HOME) / sample["recorded"], encoding="utf-8") as file:
            recorded = json.load(file)["outputs"]
        for output in data["outputs"]:
            name = output["name"]
            print(f"{sample['name']}, {name}:")
            problem = compare(recorded[name], answers[name], allowed)
            if problem is not None:
                wrong += 1
                print(f"  {problem}")
    print("all as recorded" if wrong == 0 else f"{wrong} answers are not as recorded")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
`;
