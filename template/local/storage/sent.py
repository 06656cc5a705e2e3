"""The JSON that a request brings, and what is wrong with it in the words of Storage's schemas."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from .errors import invalid_request


async def json_of(request: Request) -> dict[str, Any]:
    """Return the body of a request.

    Raises:
        StorageError: it is no JSON object.
    """
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        raise invalid_request("Body is not valid JSON") from None
    if not isinstance(body, dict):
        raise invalid_request("body must be object")
    return body  # pyright: ignore[reportUnknownVariableType]


def text(body: dict[str, Any], name: str) -> str:
    """Return a text of *body*, empty if it is not there.

    Raises:
        StorageError: it is something else.
    """
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise invalid_request(f"body/{name} must be string")
    return value


def required_text(body: dict[str, Any], name: str, place: str = "body") -> str:
    """Return a text of *body*, which is at *place* in the request.

    Raises:
        StorageError: it is not there, or something else.
    """
    if name not in body:
        raise invalid_request(f"{place} must have required property '{name}'")
    return text(body, name)


def integer(body: dict[str, Any], name: str, default: int | None = None, *, least: int) -> int:
    """Return a number of *body*, *default* if it is not there; one in quotes is one, too.

    Raises:
        StorageError: it is not there, none, or too small.
    """
    value = body.get(name, default)
    if value is None:
        raise invalid_request(f"body must have required property '{name}'")
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise invalid_request(f"body/{name} must be integer") from None
    if number < least:
        raise invalid_request(f"body/{name} must be >= {least}")
    return number
