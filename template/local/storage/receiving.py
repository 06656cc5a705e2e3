"""An upload as it comes in: first what is said of it, then its bytes, never all at once."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from .errors import invalid_request, no_content

MOST_OF_A_FIELD = 1024 * 1024
"""Bytes of a field that is not the file; the user's metadata is one."""


@dataclass(frozen=True)
class Upload:
    """What somebody sends."""

    content_type: str
    cache_control: str
    user_metadata: dict[str, Any] | None
    chunks: AsyncIterable[bytes]
    """The bytes; they can be read once."""


async def receive(request: Request) -> Upload:
    """Read *request* up to the first byte of the file in it.

    Raises:
        StorageError: it is not an upload.
    """
    said = request.headers.get("content-type", "application/octet-stream")
    if said.startswith("multipart/form-data"):
        return await _receive_form(request, said)
    return Upload(
        said,
        request.headers.get("cache-control", "no-cache"),
        _decoded(request.headers.get("x-metadata")),
        request.stream(),
    )


async def _receive_form(request: Request, content_type: str) -> Upload:
    events = _parts(request.stream(), _parameter(content_type, "boundary"))
    fields: dict[str, bytes] = {}
    name = ""
    async for event in events:
        if isinstance(event, bytes):
            fields[name] = fields.get(name, b"") + event
            if len(fields[name]) > MOST_OF_A_FIELD:
                raise invalid_request("a field of the form is too large")
        elif event.is_file:
            age = fields.get("cacheControl")
            said = fields.get("contentType", b"").decode("utf-8", "replace")
            return Upload(
                said or event.content_type,
                f"max-age={age.decode()}" if age else "no-cache",
                _metadata(fields.get("metadata")),
                _only_bytes(events),
            )
        else:
            name = event.name
    raise no_content()


@dataclass
class Part:
    """The headers of one part of a form."""

    headers: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def name(self) -> str:
        """The field that it is."""
        return _parameter(self._disposition, "name")

    @property
    def is_file(self) -> bool:
        """Whether it has the name of a file."""
        return bool(_parameter(self._disposition, "filename")) or self.name in ("", "file")

    @property
    def content_type(self) -> str:
        """What it says that it is."""
        return self.headers.get("content-type", "application/octet-stream")

    @property
    def _disposition(self) -> str:
        return self.headers.get("content-disposition", "")


async def _parts(stream: AsyncIterable[bytes], boundary: str) -> AsyncIterator[Part | bytes]:
    """Yield each part of a form, followed by its bytes, as they come in.

    Raises:
        StorageError: the form is none, or ends before its end.
    """
    found: list[Part | bytes] = []
    ended: list[bool] = []
    part = Part()
    name = value = b""

    def begin() -> None:
        nonlocal part
        part = Part()

    def name_goes_on(data: bytes, start: int, end: int) -> None:
        nonlocal name
        name += data[start:end]

    def value_goes_on(data: bytes, start: int, end: int) -> None:
        nonlocal value
        value += data[start:end]

    def end_header() -> None:
        nonlocal name, value
        part.headers[name.decode("latin-1").lower()] = value.decode("utf-8", "replace")
        name = value = b""

    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": begin,
                "on_header_field": name_goes_on,
                "on_header_value": value_goes_on,
                "on_header_end": end_header,
                "on_headers_finished": lambda: found.append(part),
                "on_part_data": lambda data, start, end: found.append(data[start:end]),
                "on_end": lambda: ended.append(True),
            },
        )
        async for chunk in stream:
            parser.write(chunk)
            for event in found:
                yield event
            found.clear()
    except FormParserError as error:
        raise no_content("Unexpected end of form") from error
    if not ended:
        raise no_content("Unexpected end of form")


async def _only_bytes(events: AsyncIterable[Part | bytes]) -> AsyncIterator[bytes]:
    async for event in events:
        if isinstance(event, Part):
            raise invalid_request("the file is the last part of the form")
        yield event


def _parameter(header: str, name: str) -> str:
    _, parameters = parse_options_header(header)
    return parameters.get(name.encode(), b"").decode("utf-8", "replace")


def _metadata(text: bytes | str | None) -> dict[str, Any] | None:
    """Read what somebody says of the file; what is no JSON says nothing."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


def _decoded(header: str | None) -> dict[str, Any] | None:
    try:
        return _metadata(base64.b64decode(header)) if header else None
    except binascii.Error:
        return None
