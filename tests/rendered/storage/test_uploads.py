"""What is taken for a file, and what is refused before or after it is read."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from httpx import AsyncClient

TYPES = [
    (b"hello\n", "text/plain"),
    ("Grüße, 世界\n".encode() * 2000, "text/plain"),
    (b"a,b\n1,2\n", "text/plain"),
    (b"#!/bin/sh\necho\n", "text/plain"),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00", "image/jpeg"),
    (b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + bytes(20), "image/gif"),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(30), "image/webp"),
    (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + bytes(30), "image/avif"),
    (b"<!DOCTYPE html><script>alert(1)</script>", None),
    (b"  <script>alert(1)</script>", None),
    (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', None),
    (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', None),
    (b"MZ" + bytes(100), None),
    (b"\x7fELF\x02\x01\x01" + bytes(60), None),
    (b"PK\x03\x04" + bytes(40), None),
    (b"\x00\x01\x02\x03" * 10, None),
]


@pytest.mark.parametrize(("content", "content_type"), TYPES, ids=lambda each: ascii(each)[:30])
async def test_what_a_file_is_its_bytes_tell(
    alice: AsyncClient, folder: str, content: bytes, content_type: str | None
) -> None:
    """Not its name, and not what its sender says."""
    sent = {"file": (f"{folder}.png", content, "image/png")}

    answer = await alice.post("/files", files=sent)

    assert answer.status_code == (201 if content_type else 415)
    assert answer.json().get("content_type") == content_type


class TestLimit:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return settings.model_copy(update={"storage_max_file_bytes": 2_000_000})

    async def test_a_file_at_the_limit_is_stored(self, alice: AsyncClient, folder: str) -> None:
        """Past the limit of other requests, and past a megabyte, from where it waits on disk."""
        answer = await alice.post("/files", files={"file": (folder, b"x" * 2_000_000)})

        assert (answer.status_code, answer.json()["size"]) == (201, 2_000_000)

    async def test_a_byte_more_is_413(self, alice: AsyncClient, folder: str) -> None:
        answer = await alice.post("/files", files={"file": (folder, b"x" * 2_000_001)})

        assert answer.status_code == answer.json()["status"] == 413
        assert (await alice.get(f"/files/{folder}")).status_code == 404

    async def test_a_declared_size_over_the_limit_is_refused_unread(
        self, alice: AsyncClient
    ) -> None:
        headers = {"content-length": "2100000", "content-type": "multipart/form-data; boundary=x"}

        answer = await alice.post("/files", content=unread(), headers=headers)

        assert answer.status_code == 413

    @pytest.mark.parametrize("path", ["/files/signed-url", "/me", "/files/"])
    async def test_no_other_request_may_be_that_large(self, alice: AsyncClient, path: str) -> None:
        answer = await alice.post(path, content=b'{"title": "' + b"x" * 1_500_000 + b'"}')

        assert answer.status_code == 413


async def unread() -> AsyncGenerator[bytes]:
    raise AssertionError("the body was read")
    yield b""


async def test_without_a_token_nothing_is_read(client: AsyncClient) -> None:
    answer = await client.post(
        "/files", content=unread(), headers={"content-type": "multipart/form-data; boundary=x"}
    )

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"file": "x"}},
        {"data": {"file": "no file"}},
        {"files": {"other": ("a.txt", b"x")}},
        {"files": [("file", ("a.txt", b"x")), ("file", ("b.txt", b"x"))]},
        {"content": b"nonsense", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"nonsense", "headers": {"content-type": "multipart/form-data"}},
        {"content": b""},
    ],
    ids=lambda body: str(body)[:40],
)
async def test_what_is_no_form_with_one_file_is_422(
    alice: AsyncClient, body: dict[str, Any]
) -> None:
    assert (await alice.post("/files", **body)).status_code == 422


async def test_the_documentation_has_a_field_for_the_file(client: AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]

    [form] = paths["/files"]["post"]["requestBody"]["content"].items()
    assert form[0] == "multipart/form-data"
    assert form[1]["schema"]["properties"]["file"]["format"] == "binary"
