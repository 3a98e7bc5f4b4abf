import type { PartFile } from '../../define/partFile.ts';
import { marker, usageOf } from './usage.ts';

/**
 * A program in Python that runs a compiled file with onnxruntime. What the file takes and gives the program reads from the
 * file's own metadata: nothing of a pipeline stands in it but the file's name, as a literal, and a comment of one line.
 */
export function pythonExample(name: string, program: string, file: PartFile): string {
  return `# ${marker}
# Needs: pip install onnxruntime numpy pillow soundfile
# ${usageOf('python', program, file)}
import json
import os
import sys

# ONNX Runtime reports to its maker unless it is told not to before it is loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import numpy as np
import onnxruntime as ort

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), ${pythonText(name)})
${body}`;
}

/** A string literal of Python: JSON's, with all but printable ASCII by Python's own escape. */
function pythonText(text: string): string {
  const signs = Array.from(text, (sign) => {
    const point = sign.codePointAt(0) ?? 0;
    if (point >= 0x20 && point < 0x7f) return JSON.stringify(sign).slice(1, -1);
    return `\\U${point.toString(16).padStart(8, '0')}`;
  });
  return `"${signs.join('')}"`;
}

const body = `

def picture(path, given):
    """uint8 [1, height, width, channels], turned as its EXIF says."""
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(Image.open(path))
    colour = given["type"]["colour"]
    modes = {"rgb": "RGB", "rgba": "RGBA", "grey": "L", "bgr": "RGB"}
    if colour not in modes:
        sys.exit(f"{given['name']} takes pictures in {colour}; give them as {given['name']}=path.npy.")
    pixels = np.asarray(image.convert(modes[colour]), dtype=np.uint8)
    pixels = pixels.reshape(1, image.height, image.width, -1)
    return np.ascontiguousarray(pixels[..., ::-1]) if colour == "bgr" else pixels


def sound(path, given):
    """float32 [1, channels, samples], from -1 to 1."""
    import soundfile

    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    wanted = given["type"]["sampleRateHz"]
    if rate != wanted:
        sys.exit(f"{path} is of {rate} Hz; resample it to {wanted} Hz first.")
    channels = given["type"]["channels"]
    if channels not in (None, samples.shape[1]):
        sys.exit(f"{path} has {samples.shape[1]} channels; mix it to {channels} first.")
    return np.ascontiguousarray(samples.T)[np.newaxis]


def array(path, tensor):
    """What the nodes in front of the file gave, saved by numpy.save; of one item, so an axis is put in front."""
    values = np.load(path).astype(tensor["dtype"])
    return values if values.ndim == len(tensor["shape"]) else values[np.newaxis]


def given_paths(part):
    names = [name for given in part["inputs"] for name in [given["name"], *(t["name"] for t in given["tensors"])]]
    paths = {}
    for argument in sys.argv[1:]:
        name, equals, path = argument.partition("=")
        if not equals or name not in names:
            sys.exit(f"{argument} is not name=path; the names are {', '.join(dict.fromkeys(names))}.")
        paths[name] = path
    return paths


def stand_in(tensor):
    shape = [n if isinstance(n, int) else 1 if n == "items" else 64 for n in tensor["shape"]]
    return np.zeros(shape, dtype=tensor["dtype"])


def feeds_of(part, paths):
    feeds = {}
    for given in part["inputs"]:
        path = paths.get(given["name"])
        if path is None and given["present"] is None:
            sys.exit(f"Give {given['name']}=path. {given['doc']}")
        if given["present"] is not None:
            feeds[given["present"]] = np.array([path is not None])
        for tensor in given["tensors"]:
            name, kind = tensor["name"], given["type"]["kind"]
            own = paths.get(name, path)
            if path is None:
                feeds[name] = stand_in(tensor)
            elif own.endswith(".npy"):
                feeds[name] = array(own, tensor)
            elif kind == "image" and name == given["name"]:
                feeds[name] = picture(path, given)
            elif kind == "image":
                _, height, width, _ = picture(path, given).shape
                feeds[name] = np.array([[width, height, 1, 0, 0, 0, 1, 0]], dtype=tensor["dtype"])
            elif kind == "audio":
                feeds[name] = sound(path, given)
            else:
                sys.exit(f"{name} is {tensor['dtype']}{tensor['shape']}: give it as {name}=path.npy. {given['doc']}")
    return feeds


def tell(answer, results, absent):
    present = answer["present"]
    lacking = [name for name in answer["needs"] if name in absent]
    if lacking:
        return f"no answer without {', '.join(lacking)}"
    if present is not None and not results[present].all():
        return "no answer: too little is there"
    name, carried = answer["name"], answer["carried"]
    if carried["kind"] == "boxes":
        found = zip(results[f"{name}.classes"], results[f"{name}.scores"], results[f"{name}.coordinates"])
        labels = carried["labels"] or []
        lines = [f"{labels[c] if c < len(labels) else c} {s:.3f} {[round(float(x), 1) for x in box]}" for c, s, box in found]
        return "\\n  ".join([f"{len(lines)} found", *lines[:10]])
    if carried["kind"] == "scores" and carried["labels"] and not carried["chosen"]:
        scores = results[name][0]
        best = np.argsort(-scores)[:5]
        return ", ".join(f"{carried['labels'][i]} {scores[i]:.4f}" for i in best)
    return "; ".join(f"{t['name']} {results[t['name']].dtype}{list(results[t['name']].shape)}" for t in answer["tensors"])


def main():
    session = ort.InferenceSession(FILE, providers=["CPUExecutionProvider"])
    part = json.loads(session.get_modelmeta().custom_metadata_map["tributary.part"])
    paths = given_paths(part)
    try:
        feeds = feeds_of(part, paths)
    except OSError as error:
        sys.exit(str(error))
    names = [output.name for output in session.get_outputs()]
    results = dict(zip(names, session.run(names, feeds)))
    absent = [given["name"] for given in part["inputs"] if given["name"] not in paths]
    for answer in part["outputs"]:
        print(f"{answer['name']}: {tell(answer, results, absent)}")


if __name__ == "__main__":
    main()
`;
