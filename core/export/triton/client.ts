/** The client's data beside it; the program has no name of any pipeline in it. */
export const clientDataName = 'pipeline.json';
export const clientName = 'client.py';

/**
 * A program in Python that asks the models by the Open Inference Protocol: decodes pictures and sound, tokenises text, sends
 * tensors as binary, and tells the answers with their labels.
 */
export const clientProgram = `#!/usr/bin/env python3
"""Asks the models of this repository on a Triton Inference Server.

Needs: pip install numpy, and as the inputs ask for it: pillow, soundfile, tokenizers.
What the models take and give stands in pipeline.json beside this file.
"""
import argparse
import json
import os
import shlex
import struct
import sys
import urllib.error
import urllib.parse
import urllib.request

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
DTYPES = {
    "BOOL": "?", "UINT8": "u1", "UINT16": "<u2", "UINT32": "<u4", "UINT64": "<u8", "INT8": "i1", "INT16": "<i2",
    "INT32": "<i4", "INT64": "<i8", "FP16": "<f2", "FP32": "<f4", "FP64": "<f8",
}
# Length of an axis of any length, where something stands in for an input that is missing.
STAND_IN = 64


def picture(path, given):
    """uint8 [height, width, channels], turned as its EXIF says."""
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(Image.open(path))
    colour = given["colour"]
    modes = {"rgb": "RGB", "rgba": "RGBA", "grey": "L", "bgr": "RGB"}
    if colour not in modes:
        sys.exit(f"{given['argument']} takes pictures in {colour}: give them as {given['argument']}=path.npy.")
    if image.mode == "CMYK":
        sys.exit(f"{path} is in CMYK: convert it to RGB first.")
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
    transparent = image.has_transparency_data and image.convert("RGBA").getchannel("A").getextrema()[0] < 255
    if transparent and given["opaque"]:
        sys.exit(f"{path} is partly transparent, which the model cannot weigh: put it on a background first.")
    pixels = np.asarray(image.convert(modes[colour]), dtype=np.uint8).reshape(image.height, image.width, -1)
    return np.ascontiguousarray(pixels[..., ::-1]) if colour == "bgr" else pixels


def sound(path, given):
    """float32 [channels, samples], from -1 to 1."""
    import soundfile

    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    wanted, channels = given["sampleRateHz"], given["channels"]
    if rate != wanted or channels not in (None, samples.shape[1]):
        mix = "" if channels is None else f" -ac {channels}"
        sys.exit(
            f"{path} has {samples.shape[1]} channels of {rate} Hz; the model takes {channels or 'any number'} of {wanted} Hz."
            f" For example: ffmpeg -i {shlex.quote(path)}{mix} -ar {wanted} -c:a pcm_f32le converted.wav"
        )
    return np.ascontiguousarray(samples.T)


def tokens(text, pair, how):
    """int64 [1, tokens]: ids, mask or types, as the pipeline's own node makes them."""
    from tokenizers import Tokenizer

    path = os.path.join(HERE, how["file"])
    tokenizer = Tokenizer.from_file(path)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if how.get("maxLength") is not None:
        strategy = {"longestFirst": "longest_first", "onlyFirst": "only_first", "onlySecond": "only_second"}
        tokenizer.enable_truncation(
            how["maxLength"], strategy=strategy[how["truncation"]], direction=how["truncationSide"]
        )
    encoded = tokenizer.encode(text, pair, add_special_tokens=how["addSpecialTokens"])
    rows = {
        "input_ids": encoded.ids,
        "attention_mask": [1] * len(encoded.ids),
        "token_type_ids": encoded.type_ids,
    }
    if how["output"] not in rows:
        sys.exit(f"{how['output']} of the tokenizer is not known to this client.")
    row, count = rows[how["output"]], len(encoded.ids)
    length = count
    if how["padding"] == "fixed":
        length = how["padLength"]
    if how["padding"] == "multiple":
        length = -(-count // how["padLength"]) * how["padLength"]
    if count > length:
        sys.exit(f"The text has {count} tokens, more than the fixed length of {length}.")
    filler = pad_id(tokenizer, path, how) if how["output"] == "input_ids" and count < length else 0
    fill = [filler] * (length - count)
    return np.array([fill + row if how["padSide"] == "left" else row + fill], dtype=np.int64)


def pad_id(tokenizer, path, how):
    if how.get("padId") is not None:
        return how["padId"]
    with open(path, encoding="utf-8") as file:
        padding = json.load(file).get("padding") or {}
    named = [tokenizer.token_to_id(name) for name in ("[PAD]", "<pad>", "<|pad|>", "<PAD>")]
    found = [one for one in [padding.get("pad_id"), *named] if one is not None]
    if not found:
        sys.exit("Rows must be padded, but the tokenizer names no padding token.")
    return found[0]


def array(path, tensor):
    """Saved by numpy.save; of one item, so an axis is put in front where it lacks one."""
    values = np.load(path)
    return values if values.ndim == len(tensor["shape"]) else values[np.newaxis]


def text_of(argument):
    if not argument.startswith("@"):
        return argument
    with open(argument[1:], encoding="utf-8") as file:
        return file.read()


def values_of(given, arguments):
    """The tensors of one input, by name; None where it is missing."""
    argument = arguments.get(given["argument"])
    named = [tensor["name"] for tensor in given["tensors"] if tensor["name"] in arguments]
    if argument is None and not named:
        if given["present"] is None:
            sys.exit(f"Give {given['argument']}=... {given['doc']}")
        return None
    values = {}
    for index, tensor in enumerate(given["tensors"]):
        own = arguments.get(tensor["name"], argument)
        if own is None:
            sys.exit(f"Give {tensor['name']}=path.npy too.")
        if given["tokenise"] is not None:
            pair = given["tokenise"]["pair"]
            second = None if pair is None else text_of(arguments.get(pair, ""))
            values[tensor["name"]] = tokens(text_of(own), second, given["tokenise"])
        elif own.endswith(".npy"):
            values[tensor["name"]] = array(own, tensor)
        elif given["kind"] == "image" and index == 0:
            values[tensor["name"]] = picture(own, given)[np.newaxis]
        elif given["kind"] == "image":
            # Where the pixels lie in the original: the picture is its own.
            height, width, _ = picture(own, given).shape
            values[tensor["name"]] = np.array([[width, height, 1, 0, 0, 0, 1, 0]])
        elif given["kind"] == "audio":
            values[tensor["name"]] = sound(own, given)[np.newaxis]
        else:
            sys.exit(f"{tensor['name']} is {tensor['datatype']} {tensor['shape']}: give it as {tensor['name']}=path.npy.")
    return values


def feeds_of(model, arguments):
    """The tensors of a request, and the inputs that are missing with their arguments."""
    feeds, absent = [], {}
    for given in model["inputs"]:
        values = values_of(given, arguments)
        if values is None:
            absent[given["name"]] = given["argument"]
        if values is not None and given["leftToCaller"]:
            steps = ", ".join(given["leftToCaller"])
            print(f"Note: in the pipeline {given['argument']} goes through {steps} first; not here.", file=sys.stderr)
        for tensor in given["tensors"]:
            shape = [1 if axis == 0 and size < 0 else STAND_IN if size < 0 else size for axis, size in enumerate(tensor["shape"])]
            feeds.append((tensor, np.zeros(shape) if values is None else values[tensor["name"]]))
        if given["present"] is not None:
            feeds.append((given["present"], np.full([1] * len(given["present"]["shape"]), values is not None)))
    return feeds, absent


def infer(server, model, feeds, wanted):
    """One request of the protocol's binary form; gives the outputs by name."""
    blobs = [np.ascontiguousarray(values, dtype=DTYPES[tensor["datatype"]]) for tensor, values in feeds]
    head = json.dumps({
        "inputs": [
            {
                "name": tensor["name"],
                "shape": list(blob.shape),
                "datatype": tensor["datatype"],
                "parameters": {"binary_data_size": blob.nbytes},
            }
            for (tensor, _), blob in zip(feeds, blobs)
        ],
        "outputs": [{"name": name, "parameters": {"binary_data": True}} for name in wanted],
    }).encode()
    body = b"".join([head, *(blob.tobytes() for blob in blobs)])
    url = f"{server.rstrip('/')}/v2/models/{urllib.parse.quote(model, safe='')}/infer"
    headers = {"Content-Type": "application/octet-stream", "Inference-Header-Content-Length": str(len(head))}
    request = urllib.request.Request(url, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            size = response.headers.get("Inference-Header-Content-Length")
            data = response.read()
    except urllib.error.HTTPError as error:
        sys.exit(f"{url}: {error.code} {error.read().decode(errors='replace')}")
    except urllib.error.URLError as error:
        sys.exit(f"{url}: {error.reason}")
    at = len(data) if size is None else int(size)
    results = {}
    for output in json.loads(data[:at])["outputs"]:
        size = output.get("parameters", {}).get("binary_data_size")
        if size is None:
            flat = np.array(output["data"])
        elif output["datatype"] == "BYTES":
            flat = np.array(strings(data[at:at + size]), dtype=object)
        else:
            flat = np.frombuffer(data[at:at + size], dtype=DTYPES[output["datatype"]])
        at += size or 0
        results[output["name"]] = flat.reshape(output["shape"])
    return results


def strings(data):
    found, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at)
        found.append(data[at + 4:at + 4 + length].decode(errors="replace"))
        at += 4 + length
    return found


def tell(answer, results, absent):
    """One answer for people."""
    lacking = dict.fromkeys(absent[name] for name in answer["needs"] if name in absent)
    if lacking:
        return f"no answer without {', '.join(lacking)}"
    name, labels = answer["name"], answer.get("labels") or []
    label = lambda place: labels[place] if place < len(labels) else str(place)
    if answer["present"] is not None and not results[answer["present"]["name"]].all():
        return "no answer: too little is there"
    if answer["kind"] == "scores" and answer["chosen"]:
        pairs = zip(results[f"{name}.classes"][0], results[name][0])
        return ", ".join(f"{label(int(place))} {score:.4f}" for place, score in pairs)
    if answer["kind"] == "scores":
        scores = results[name][0]
        return ", ".join(f"{label(int(place))} {scores[place]:.4f}" for place in np.argsort(-scores, kind="stable")[:5])
    if answer["kind"] == "boxes":
        found = zip(results[f"{name}.classes"], results[f"{name}.scores"], results[f"{name}.coordinates"])
        lines = [f"{label(int(c))} {score:.3f} {[round(float(x), 1) for x in box]}" for c, score, box in found]
        return "\\n  ".join([f"{len(lines)} found: label, score, left top right bottom in pixels", *lines])
    return "; ".join(f"{one['name']} {one['datatype']} {list(results[one['name']].shape)}" for one in answer["tensors"])


def main():
    with open(os.path.join(HERE, "${clientDataName}"), encoding="utf-8") as file:
        data = json.load(file)
    parser = argparse.ArgumentParser(description="Ask the models of this repository on a Triton Inference Server.")
    parser.add_argument("--server", default=data["server"], help="default: %(default)s")
    parser.add_argument("--model", choices=[model["model"] for model in data["models"]], help="default: the first")
    parser.add_argument("--json", action="store_true", help="print all numbers")
    parser.add_argument("inputs", nargs="*", metavar="name=value", help="a file, for text the text itself or @file")
    options = parser.parse_args()
    model = next(one for one in data["models"] if options.model in (None, one["model"]))
    names = [name for given in model["inputs"] for name in names_of(given)]
    arguments = {}
    for argument in options.inputs:
        name, equals, value = argument.partition("=")
        if not equals or name not in names:
            parser.error(f"{argument} is not name=value; the names are {', '.join(dict.fromkeys(names))}.")
        arguments[name] = value
    try:
        feeds, absent = feeds_of(model, arguments)
    except OSError as error:
        sys.exit(str(error))
    wanted = [tensor["name"] for answer in model["outputs"] for tensor in [answer["present"], *answer["tensors"]] if tensor]
    results = infer(options.server, model["model"], feeds, wanted)
    if options.json:
        print(json.dumps({name: values.tolist() for name, values in results.items()}))
        return
    for answer in model["outputs"]:
        print(f"{answer['name']}: {tell(answer, results, absent)}")


def names_of(given):
    pair = given["tokenise"]["pair"] if given["tokenise"] is not None else None
    return [given["argument"], *([] if pair is None else [pair]), *(tensor["name"] for tensor in given["tensors"])]


if __name__ == "__main__":
    main()
`;
