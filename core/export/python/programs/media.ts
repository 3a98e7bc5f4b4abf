/** `service/media.py`: what callers send, as the tensors that the compiled files take. */
export const mediaProgram = `"""What callers send, decoded into the tensors that the compiled files take."""
from __future__ import annotations

import io
import warnings

import numpy as np


class BadInput(ValueError):
    """What was sent cannot be used; the message says why, and what to send."""


def picture(data: bytes, given: dict, limits: dict) -> np.ndarray:
    """uint8 [height, width, channels], turned as its EXIF says."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    name = given["source"]["name"]
    modes = {"rgb": "RGB", "rgba": "RGBA", "grey": "L", "bgr": "RGB"}
    try:
        # The size is known from the header: nothing is decoded before it was looked at.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(data))
        if opened.width * opened.height > limits["imagePixels"]:
            raise BadInput(
                f"The picture \\"{name}\\" has {opened.width} x {opened.height} pixels; {limits['imagePixels']} is the limit."
            )
        image = ImageOps.exif_transpose(opened)
        if image.mode == "CMYK":
            raise BadInput(f"The picture \\"{name}\\" is in CMYK: convert it to RGB first.")
        if image.mode.startswith("I"):
            image = Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
        if given["opaque"] and image.has_transparency_data:
            if image.convert("RGBA").getchannel("A").getextrema()[0] < 255:
                raise BadInput(f"The picture \\"{name}\\" is partly transparent: put it on a background first.")
        pixels = np.asarray(image.convert(modes[given["colour"]]), dtype=np.uint8)
    except UnidentifiedImageError as error:
        raise BadInput(f"The picture \\"{name}\\" is in no format that is known.") from error
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadInput(f"The picture \\"{name}\\" cannot be decoded: {error}") from error
    pixels = pixels.reshape(image.height, image.width, -1)
    return np.ascontiguousarray(pixels[..., ::-1]) if given["colour"] == "bgr" else pixels


def sound(data: bytes, given: dict, limits: dict) -> np.ndarray:
    """float32 [channels, samples], from -1 to 1, at the rate that the compiled file takes."""
    import soundfile

    name, wanted, channels = given["source"]["name"], given["sampleRateHz"], given["channels"]
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            if file.frames > limits["audioSeconds"] * file.samplerate:
                raise BadInput(f"The sound \\"{name}\\" is longer than {limits['audioSeconds']} s.")
            samples, rate = file.read(dtype="float32", always_2d=True), file.samplerate
    except soundfile.SoundFileError as error:
        raise BadInput(f"The sound \\"{name}\\" cannot be decoded: {error}") from error
    if len(samples) == 0:
        raise BadInput(f"The sound \\"{name}\\" has no samples.")
    if channels is not None and samples.shape[1] != channels:
        raise BadInput(f"The sound \\"{name}\\" has {samples.shape[1]} channels; {channels} are taken.")
    if rate != wanted:
        # Within 5e-4 of the pipeline's own filter. Send the rate that is wanted for the very same answer.
        import soxr

        samples = soxr.resample(samples, rate, wanted, quality="HQ").astype(np.float32, copy=False)
    return np.ascontiguousarray(samples.T)


def array(value, given: dict) -> np.ndarray:
    """A tensor: bytes of a .npy file, nested lists of numbers, or a dict with shape and flat data."""
    name, tensor = given["source"]["name"], given["tensors"][0]
    try:
        if isinstance(value, (bytes, bytearray)):
            values = np.load(io.BytesIO(value), allow_pickle=False)
        elif isinstance(value, dict):
            values = np.asarray(value["data"]).reshape(value["shape"])
        else:
            values = np.asarray(value)
        values = values.astype(tensor["dtype"])
    except (ValueError, TypeError, KeyError, EOFError) as error:
        raise BadInput(f"The tensor \\"{name}\\" cannot be read: {error}") from error
    wanted = tensor["shape"][1:]
    fits = values.ndim == len(wanted) and all(isinstance(w, str) or w == n for w, n in zip(wanted, values.shape))
    if not fits:
        raise BadInput(f"The tensor \\"{name}\\" has the shape {list(values.shape)}; {wanted} is taken.")
    return values


def text(value, name: str, limits: dict) -> str:
    if isinstance(value, (bytes, bytearray)):
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadInput(f"The text \\"{name}\\" is not UTF-8: {error}") from error
    if not isinstance(value, str):
        raise BadInput(f"The input \\"{name}\\" takes text.")
    if len(value) > limits["textCharacters"]:
        raise BadInput(f"The text \\"{name}\\" is longer than {limits['textCharacters']} characters.")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInput(f"The text \\"{name}\\" is not valid Unicode: {error}") from error
    return value
`;

/** `service/tokens.py`: text as token ids, as the pipeline's own node makes them. */
export const tokensProgram = `"""Text as token ids, the same as the pipeline's own node makes."""
from __future__ import annotations

import functools
import json

import numpy as np

from .media import BadInput

STRATEGIES = {"longestFirst": "longest_first", "onlyFirst": "only_first", "onlySecond": "only_second"}


@functools.lru_cache(maxsize=None)
def loaded(path: str, max_length: int | None, strategy: str, direction: str):
    """The tokenizer as it is asked for, and what its file says of padding."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(path)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if max_length is not None:
        tokenizer.enable_truncation(max_length, strategy=STRATEGIES[strategy], direction=direction)
    with open(path, encoding="utf-8") as file:
        return tokenizer, json.load(file).get("padding") or {}


def tokens(text: str, pair: str | None, path: str, how: dict) -> np.ndarray:
    """int64 [1, tokens]: ids, mask or types."""
    tokenizer, padding = loaded(path, how.get("maxLength"), how["truncation"], how["truncationSide"])
    encoded = tokenizer.encode(text, pair, add_special_tokens=how["addSpecialTokens"])
    rows = {
        "input_ids": encoded.ids,
        "attention_mask": [1] * len(encoded.ids),
        "token_type_ids": encoded.type_ids,
    }
    row, count = rows[how["output"]], len(encoded.ids)
    length = count
    if how["padding"] == "fixed":
        length = how["padLength"]
    if how["padding"] == "multiple":
        length = -(-count // how["padLength"]) * how["padLength"]
    if count > length:
        raise BadInput(f"The text has {count} tokens, more than the fixed length of {length}.")
    filler = pad_id(tokenizer, padding, how) if how["output"] == "input_ids" and count < length else 0
    fill = [filler] * (length - count)
    return np.array([fill + row if how["padSide"] == "left" else row + fill], dtype=np.int64)


def pad_id(tokenizer, padding: dict, how: dict) -> int:
    if how.get("padId") is not None:
        return how["padId"]
    named = [tokenizer.token_to_id(name) for name in ("[PAD]", "<pad>", "<|pad|>", "<PAD>")]
    found = [one for one in [padding.get("pad_id"), *named] if one is not None]
    if not found:
        raise BadInput("Rows must be padded, but the tokenizer names no padding token.")
    return found[0]
`;
