"""How a file leaves: as a whole, in part, or not again, and never as a script of ours."""

from __future__ import annotations

import pytest
from httpx import AsyncClient, Response

INLINE = {"inline": True}


@pytest.fixture
async def path(alice: AsyncClient, folder: str) -> str:
    """A file of ten bytes."""
    return await stored(alice, f"{folder}/ten ü.txt", b"0123456789")


async def stored(client: AsyncClient, path: str, content: bytes) -> str:
    answer = await client.post("/files", files={"file": ("x", content)}, data={"path": path})
    return answer.headers["Location"]


@pytest.mark.parametrize(
    ("asked", "content", "content_range"),
    [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
    ],
)
async def test_a_part_of_a_file_is_a_part(
    alice: AsyncClient, path: str, asked: str, content: bytes, content_range: str
) -> None:
    part = await alice.get(path, params=INLINE, headers={"Range": asked})

    assert (part.status_code, part.content) == (206, content)
    assert part.headers["Content-Range"] == content_range
    assert part.headers["Content-Length"] == str(len(content))


async def test_a_part_past_the_end_is_416(alice: AsyncClient, path: str) -> None:
    part = await alice.get(path, params=INLINE, headers={"Range": "bytes=100-"})

    assert part.status_code == part.json()["status"] == 416


async def test_a_part_of_what_may_have_changed_is_the_whole(alice: AsyncClient, path: str) -> None:
    headers = {"Range": "bytes=2-4", "If-Range": '"another"'}

    assert (await alice.get(path, params=INLINE, headers=headers)).content == b"0123456789"


async def test_what_has_not_changed_is_not_sent_again(alice: AsyncClient, path: str) -> None:
    first = await alice.get(path, params=INLINE)

    again = await alice.get(path, params=INLINE, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("content", "disposition"),
    [
        (b"<b>text</b> that is plain", "inline"),
        (b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + bytes(20), "inline"),
        (b"%PDF-1.7\n", "attachment"),
    ],
)
async def test_a_file_is_no_document_of_this_origin(
    alice: AsyncClient, folder: str, content: bytes, disposition: str
) -> None:
    path = await stored(alice, f"{folder}/dir/näme.x", content)

    answer = await alice.get(path, params=INLINE)

    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Content-Disposition"] == f"{disposition}; filename*=UTF-8''n%C3%A4me.x"


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/xhtml+xml"])
async def test_what_a_browser_put_there_itself_runs_no_script_either(
    alice: AsyncClient, folder: str, content_type: str
) -> None:
    """Its type is what the browser said; the bucket refuses most, this is for one that does not."""
    signed = (await alice.post("/files/signed-upload", json={"path": f"{folder}/a.html"})).json()
    content = b"<script>alert(document.cookie)</script>"
    await put(signed["url"], content, content_type)
    await put(signed["url"], content, "text/plain")

    answer = await alice.get(f"/files/{folder}/a.html", params=INLINE)

    assert answer.content == content
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def put(url: str, content: bytes, content_type: str = "text/plain") -> Response:
    """Upload as a browser does, without an access token."""
    async with AsyncClient(trust_env=False) as browser:
        return await browser.put(url, files={"file": ("x", content, content_type)})


async def fetch(url: str) -> Response:
    async with AsyncClient(trust_env=False) as browser:
        return await browser.get(url)


async def test_a_download_is_sent_to_a_url_of_its_own(alice: AsyncClient, path: str) -> None:
    answer = await alice.get(path)

    assert (answer.status_code, answer.headers["Cache-Control"]) == (307, "private, no-store")
    assert (await fetch(answer.headers["Location"])).content == b"0123456789"


async def test_a_signed_url_reads_one_file(alice: AsyncClient, folder: str, path: str) -> None:
    await stored(alice, f"{folder}/other.txt", b"another file")
    wanted = {"path": f"{folder}/ten ü.txt", "expires_in": 60, "download": True}

    signed = (await alice.post("/files/signed-url", json=wanted)).json()

    assert path
    assert signed["expires_in"] == 60
    found = await fetch(signed["url"])
    assert found.content == b"0123456789"
    assert "ten%20%C3%BC.txt" in found.headers["Content-Disposition"]
    elsewhere = signed["url"].replace("ten%20=C3=BC.txt", "other.txt")
    assert elsewhere != signed["url"]
    assert not (await fetch(elsewhere)).is_success
    assert not (await fetch(signed["url"].replace("token=e", "token=f"))).is_success


@pytest.mark.parametrize("seconds", [0, -1, 3601, 2**63])
async def test_a_signed_url_lasts_no_longer_than_the_settings_let_it(
    alice: AsyncClient, folder: str, path: str, seconds: int
) -> None:
    wanted = {"path": f"{folder}/ten ü.txt", "expires_in": seconds}

    assert path
    assert (await alice.post("/files/signed-url", json=wanted)).status_code == 422


async def test_a_browser_uploads_once_to_a_signed_url(alice: AsyncClient, folder: str) -> None:
    name = f"{folder}/fröm browser.txt"
    signed = (await alice.post("/files/signed-upload", json={"path": name})).json()

    assert (await put(signed["url"], b"hello")).is_success

    assert not (await put(signed["url"], b"again")).is_success
    assert (await alice.get(f"/files/{name}", params=INLINE)).content == b"hello"
    taken = await alice.post("/files/signed-upload", json={"path": name})
    assert taken.status_code == 409
