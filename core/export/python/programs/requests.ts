/** `service/requests.py`: what an HTTP request brings, for FastAPI and Ray Serve alike. */
export const requestsProgram = `"""What an HTTP request brings: files, JSON, or a form with a part for each input."""
from __future__ import annotations

import base64
import binascii
import json

from starlette.requests import Request

from .media import BadInput


async def read(request: Request, data: dict) -> tuple[dict, int]:
    """Inputs by name, and how many classes are wanted. Raises BadInput."""
    kinds = {one["name"]: one["kind"] for one in data["inputs"]}
    length = request.headers.get("content-length")
    most = data["limits"]["bodyBytes"]
    if length is None or not length.isdigit():
        raise BadInput("Say how long the body is (Content-Length).")
    if int(length) > most:
        raise BadInput(f"The body has {length} bytes; {most} is the limit.")
    try:
        top = max(1, int(request.query_params.get("top", "100")))
    except ValueError as error:
        raise BadInput("\\"top\\" is a whole number.") from error
    mime = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if mime == "multipart/form-data":
        given: dict = {}
        async with request.form() as form:
            for name, value in form.multi_items():
                if name in given:
                    raise BadInput(f"The input \\"{name}\\" was sent twice.")
                given[name] = value if isinstance(value, str) else await value.read()
        return {name: value_of(kinds.get(name), name, value) for name, value in given.items()}, top
    if mime == "application/json":
        try:
            body = json.loads(await request.body())
        except (ValueError, RecursionError) as error:
            raise BadInput(f"The body is not JSON: {error}") from error
        fields = body.get("inputs", body) if isinstance(body, dict) else None
        if not isinstance(fields, dict):
            raise BadInput("Send {\\"inputs\\": {...}}.")
        return {name: value_of(kinds.get(name), name, value, coded=True) for name, value in fields.items()}, top
    raise BadInput("Send multipart/form-data or application/json.")


def value_of(kind: str | None, name: str, value, coded: bool = False):
    """What was sent for one input: media as bytes (in JSON as base64 or a data URL), text and numbers as they are."""
    if kind is None or isinstance(value, bytes):
        return value
    if isinstance(value, dict) and isinstance(value.get("b64"), str):
        return decoded(name, value["b64"])
    if kind == "text":
        return value
    if kind == "tensor" and not (coded and isinstance(value, str)):
        return json_of(name, value) if isinstance(value, str) else value
    if not isinstance(value, str):
        raise BadInput(f"The input \\"{name}\\" takes a file, or base64 in JSON.")
    return decoded(name, value)


def decoded(name: str, text: str) -> bytes:
    try:
        return base64.b64decode(text.split(",", 1)[1] if text.startswith("data:") else text, validate=True)
    except (binascii.Error, ValueError, IndexError) as error:
        raise BadInput(f"The input \\"{name}\\" is no base64: {error}") from error


def json_of(name: str, text: str):
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The input \\"{name}\\" is not JSON: {error}") from error
`;
