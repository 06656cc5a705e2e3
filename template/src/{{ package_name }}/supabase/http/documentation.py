"""`/openapi.json`: what every route answers besides its success, told by what the route takes."""

from collections.abc import Generator
from typing import Any

from fastapi import FastAPI

from .errors import (
    Conflict,
    Invalid,
    NotFound,
    Problem,
    Refused,
    TooLarge,
    Unauthorized,
    Unavailable,
)
from .problems import SCHEMA, SCHEMA_NAME, documented

TEXT = {"schema": {"type": "string"}}

EVERYWHERE = {
    "X-Request-ID": {"description": "Names the request in the log.", **TEXT},
    "Cache-Control": {"description": "Who may keep the answer, and for how long.", **TEXT},
}
"""Headers of every answer."""

OF_STATUS = {
    "401": {"WWW-Authenticate": {"description": "How to prove who you are.", **TEXT}},
    "503": {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
}
"""Headers of every answer with a status."""


def document(app: FastAPI) -> None:
    """Complete the documentation of *app*, routes of yours included; each may say more itself."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            complete(generate())
        return generate()

    app.openapi = openapi


def complete(document: dict[str, Any]) -> None:
    """Add to each operation of *document* what it does not say itself."""
    document.setdefault("components", {}).setdefault("schemas", {})[SCHEMA_NAME] = SCHEMA
    for operations in document.get("paths", {}).values():
        for operation in operations.values():
            responses = operation["responses"]
            for status, response in documented(*problems_of(operation)).items():
                responses.setdefault(str(status), response)
            for status, response in responses.items():
                headers = {**EVERYWHERE, **OF_STATUS.get(status, {})}
                response["headers"] = {**headers, **response.get("headers", {})}
            operation["responses"] = dict(sorted(responses.items()))


def problems_of(operation: dict[str, Any]) -> Generator[type[Problem]]:
    """Tell what can go wrong, by what an *operation* takes."""
    parameters = operation.get("parameters", [])
    yield Unavailable
    if "security" in operation:
        yield from (Unauthorized, Refused)
    if any(each["in"] == "path" for each in parameters):
        yield NotFound
    if "requestBody" in operation:
        yield from (Conflict, TooLarge, Invalid)
    elif parameters:
        yield Invalid
