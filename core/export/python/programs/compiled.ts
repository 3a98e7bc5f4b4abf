/** `service/compiled.py`: the pipeline's compiled files, run by ONNX Runtime. */
export const compiledProgram = `"""The pipeline: its compiled files, run by ONNX Runtime one after the other.

What goes where stands in pipeline.json, which is data; this program is the same for every pipeline.
"""
from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path

# ONNX Runtime reports to its maker unless it is told not to before it is loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import numpy as np  # noqa: E402
import onnxruntime as ort  # noqa: E402

from .answers import answer_of  # noqa: E402
from .media import BadInput, array, picture, sound, text  # noqa: E402
from .tokens import tokens  # noqa: E402

HOME = Path(__file__).resolve().parent.parent
# Length of an axis of any length, where something stands in for an input that is missing.
STAND_IN = 64


def load_data(home: Path = HOME) -> dict:
    with open(home / "pipeline.json", encoding="utf-8") as file:
        return json.load(file)


def threads_each(running: int) -> int:
    """Threads for one run where so many run at once: together as many as there are cores."""
    told = int(os.environ.get("MODEL_THREADS", "0"))
    return told or max(1, (os.cpu_count() or 1) // running)


class Pipeline:
    """Takes public inputs by name, gives public outputs by name. Safe to call from several threads."""

    def __init__(self, home: Path = HOME, threads: int | None = None, providers: list[str] | None = None):
        self.home = home
        self.data = load_data(home)
        self.inputs = {one["name"]: one for one in self.data["inputs"]}
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads or threads_each(self.data["serving"]["running"])
        providers = providers or os.environ.get("MODEL_PROVIDERS", "CPUExecutionProvider").split(",")
        self.sessions = [
            ort.InferenceSession(str(home / part["file"]), options, providers=providers) for part in self.data["parts"]
        ]

    def predict(self, given: dict, top: int = 100) -> dict:
        """Answers by public name; None for one that has no answer. Raises BadInput."""
        answer = self.predict_many([given], [top])[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def predict_many(self, requests: list[dict], tops: list[int]) -> list:
        """For each request its answers, or what went wrong with it: one bad request fails alone."""
        results = self.run_many(requests)
        return [one if isinstance(one, Exception) else self.answers(one, top) for one, top in zip(results, tops)]

    def run_many(self, requests: list[dict]) -> list:
        """For each request the tensors of every output, by (part, name)."""
        found: list = []
        for given in requests:
            try:
                self.check(given)
                found.append({})
            except BadInput as error:
                found.append(error)
        for index, part in enumerate(self.data["parts"]):
            self.run_part(index, part, requests, found)
        return found

    def check(self, given: dict) -> None:
        for name in given:
            if name not in self.inputs:
                raise BadInput(f"There is no input \\"{name}\\"; the inputs are {', '.join(self.inputs)}.")
        for name, one in self.inputs.items():
            if one["required"] and given.get(name) is None:
                raise BadInput(f"The input \\"{name}\\" is missing. {one['doc']}".strip())

    def run_part(self, index: int, part: dict, requests: list[dict], found: list) -> None:
        """One file, for all requests; those whose tensors have one shape go through it together."""
        groups = defaultdict(list)
        feeds: dict[int, dict[str, np.ndarray]] = {}
        for at, given in enumerate(requests):
            if isinstance(found[at], Exception):
                continue
            try:
                feeds[at] = self.feeds_of(part, given, found[at])
            except BadInput as error:
                found[at] = error
                continue
            alike = at if not part["batch"] else tuple(sorted((name, x.shape[1:]) for name, x in feeds[at].items()))
            groups[alike].append(at)
        session = self.sessions[index]
        names = [output.name for output in session.get_outputs()]
        for places in groups.values():
            stacked = {name: np.concatenate([feeds[at][name] for at in places]) for name in feeds[places[0]]}
            try:
                results = dict(zip(names, session.run(names, stacked)))
            except Exception as error:
                if len(places) == 1:
                    found[places[0]] = error
                else:
                    for at in places:
                        alone = [found[at]]
                        self.run_part(index, part, [requests[at]], alone)
                        found[at] = alone[0]
                continue
            for row, at in enumerate(places):
                own = results if len(places) == 1 else {name: x[row : row + 1] for name, x in results.items()}
                found[at].update({(index, name): x for name, x in own.items()})

    def feeds_of(self, part: dict, given: dict, before: dict) -> dict[str, np.ndarray]:
        feeds = {}
        for one in part["inputs"]:
            source = one["source"]
            if source["from"] == "part":
                values = {tensor["name"]: before[(source["part"], tensor_of(one, tensor, source))] for tensor in one["tensors"]}
                there = True
            else:
                values, there = self.decoded(one, given)
            for tensor in one["tensors"]:
                name = tensor["name"]
                feeds[name] = values[name] if there else stand_in(tensor)
            if one["present"] is not None:
                feeds[one["present"]] = np.array([there])
        return feeds

    def decoded(self, one: dict, given: dict) -> tuple[dict[str, np.ndarray], bool]:
        """The tensors of one input; none where it was not given."""
        source, limits = one["source"], self.data["limits"]
        value = given.get(source["name"])
        if value is None:
            return {}, False
        first = one["tensors"][0]
        name = first["name"]
        if source["tokenise"] is not None:
            how = source["tokenise"]
            pair = given.get(source["pair"]) if source["pair"] is not None else None
            second = None if pair is None else text(pair, source["pair"], limits)
            row = tokens(text(value, source["name"], limits), second, str(self.home / how["file"]), how)
            return {name: row[np.newaxis] if len(first["shape"]) == 3 else row}, True
        if one["kind"] == "image":
            pixels = picture(value, one, limits)
            height, width, _ = pixels.shape
            rest = {
                # Where the pixels lie in the original: the picture is its own.
                tensor["name"]: np.array([[width, height, 1, 0, 0, 0, 1, 0]], dtype=tensor["dtype"])
                for tensor in one["tensors"][1:]
            }
            return {name: pixels[np.newaxis], **rest}, True
        if one["kind"] == "audio":
            return {name: sound(value, one, limits)[np.newaxis]}, True
        return {name: array(value, one)[np.newaxis]}, True

    def answers(self, results: dict, top: int) -> dict:
        answers = {one["name"]: None for one in self.data["outputs"]}
        for index, part in enumerate(self.data["parts"]):
            for output in part["outputs"]:
                if not output["publics"]:
                    continue
                own = {name: x for (at, name), x in results.items() if at == index}
                there = output["present"] is None or bool(own[output["present"]].all())
                for public in output["publics"]:
                    answers[public] = answer_of(output, own, top) if there else None
        return answers


def tensor_of(one: dict, tensor: dict, source: dict) -> str:
    """What an earlier file calls a tensor: its own name, with what stands behind it here."""
    return source["name"] + tensor["name"][len(one["name"]) :]


def stand_in(tensor: dict) -> np.ndarray:
    shape = [1 if axis == 0 and isinstance(n, str) else STAND_IN if isinstance(n, str) else n for axis, n in enumerate(tensor["shape"])]
    return np.zeros(shape, dtype=tensor["dtype"])
`;

/** `service/answers.py`: answers as JSON, in the same form as the pipeline's own server gives them. */
export const answersProgram = `"""Answers as JSON, in the same form as the pipeline's own server gives them."""
from __future__ import annotations

import base64
import io
import math

import numpy as np


def number(value):
    """The shortest decimal that is the same float32; NaN and infinities as texts."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return float(str(np.float32(value)))


def label_of(labels, place: int) -> str:
    return labels[place] if labels is not None and place < len(labels) else str(place)


def answer_of(output: dict, tensors: dict[str, np.ndarray], top: int):
    """One output of a compiled file, of one item."""
    name = output["name"]
    return {
        "scores": scores,
        "boxes": boxes,
        "embedding": embedding,
        "tensor": tensor,
        "image": image,
        "mask": mask,
        "audio": audio,
    }[output["kind"]](output, name, tensors, top)


def scores(output, name, tensors, top):
    values, labels = tensors[name][0], output["labels"]
    # Of scores that were chosen a further tensor says which class each is of.
    of = tensors[f"{name}.classes"][0] if output["chosen"] else np.arange(len(values))
    order = np.argsort(-np.where(np.isnan(values), -np.inf, values), kind="stable")[:top]
    classes = [
        {"label": label_of(labels, int(of[at])), "class": int(at), "score": number(values[at])} for at in order
    ]
    first = classes[0] if classes else {"label": None, "score": None}
    return {
        "label": first["label"],
        "score": first["score"],
        "form": output["form"],
        "count": len(values),
        "classes": classes,
    }


def boxes(output, name, tensors, top):
    width, height = tensors[f"{name}.imageSize"]
    rows = zip(tensors[f"{name}.classes"], tensors[f"{name}.scores"], tensors[f"{name}.coordinates"])
    found = [
        {
            "label": label_of(output["labels"], int(place)),
            "class": int(place),
            "score": number(score),
            **{corner: number(x) for corner, x in zip(("x1", "y1", "x2", "y2"), box)},
        }
        for place, score, box in rows
    ]
    return {"count": len(found), "imageWidth": int(width), "imageHeight": int(height), "boxes": found}


def embedding(output, name, tensors, top):
    return [number(x) for x in tensors[name][0]]


def tensor(output, name, tensors, top):
    value = tensors[name][0]
    flat = [number(x) if value.dtype.kind == "f" else x for x in value.reshape(-1).tolist()]
    return {"dtype": str(value.dtype), "shape": list(value.shape), "data": flat}


def data_url(mime: str, data: bytes) -> str:
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def png(pixels: np.ndarray) -> str:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.ndim == 3 and pixels.shape[-1] == 1 else pixels).save(file, "PNG")
    return data_url("image/png", file.getvalue())


def image(output, name, tensors, top):
    pixels = tensors[name][0]
    height, width, _ = pixels.shape
    shown = pixels[..., ::-1] if output["colour"] == "bgr" else pixels
    return {"width": width, "height": height, "data": png(np.ascontiguousarray(shown))}


def mask(output, name, tensors, top):
    pixels = tensors[name][0]
    height, width = pixels.shape[:2]
    places, counts = np.unique(pixels, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    classes = [
        {
            "class": int(places[at]),
            "label": label_of(output["labels"], int(places[at])),
            "share": float(counts[at] / pixels.size),
        }
        for at in order
    ]
    return {"width": width, "height": height, "classes": classes, "data": png(pixels.reshape(height, width))}


def audio(output, name, tensors, top):
    import soundfile

    samples, rate = tensors[name][0], output["sampleRateHz"]
    file = io.BytesIO()
    soundfile.write(file, samples.T, rate, format="WAV", subtype="FLOAT")
    return {
        "sampleRateHz": rate,
        "channels": samples.shape[0],
        "seconds": samples.shape[1] / rate,
        "data": data_url("audio/wav", file.getvalue()),
    }
`;
