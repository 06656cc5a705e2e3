"""Whatever the body of a request holds: no answer is a 500, and each error a problem."""

from __future__ import annotations

import pytest
from tests.rendered.http.sockets import Socket, is_sound

BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"x"',
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b'{"title": "x"}'.decode().encode("utf-16"),
    b'{"title": "\xff"}',
    b'{"title": "\\u0000"}',
    b'{"title": "x", "body": "\\u0000"}',
    b'{"title": "\\ud800"}',
    b'{"\\ud800": 1, "title": 7}',
    b'{"title": NaN}',
    b'{"title": Infinity, "body": -Infinity}',
    b'{"title": ' + b"9" * 5000 + b"}",
    b'{"title": 1e999}',
    b'{"title": ' + b"[" * 50_000 + b"}",
    b'{"title": ' + b'{"a":' * 50_000 + b"}",
    b'{"title": "a", "title": 7}',
    b'{"path": "\\u0000", "expires_in": 1e400}',
    b'{"path": "\\ud800"}',
    b'{"path": "a", "expires_in": ' + b"9" * 4000 + b"}",
    b'{"path": "a", "expires_in": true, "download": "maybe"}',
    b"--x\r\n\r\n--x--",
    b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nno file\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xff\x00"\r\n\r\n\r\n--x--',
    b'--x\r\nContent-Disposition: form-data; name="path"\r\n\r\n\xff\xfe\r\n--x--\r\n',
    b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--\r\n",
    b"--x\r\n" + b"A: b\r\n" * 5000 + b"\r\n--x--",
    b"--x",
    b"x=1&x=2&" + b"%zz=%00&" * 2000,
]
KINDS = [
    b"application/json",
    b"application/json; charset=utf-16",
    b"application/problem+json",
    b"text/plain",
    b"application/x-www-form-urlencoded",
    b"multipart/form-data; boundary=x",
    b"multipart/form-data; boundary=x; charset=undefined",
    b"multipart/form-data; boundary=x; charset=idna",
    b"multipart/form-data",
    b"",
]


@pytest.mark.parametrize("path", ["/memos", "/files", "/files/signed-url", "/files/signed-upload"])
async def test_a_body_may_hold_anything(socket: Socket, path: str) -> None:
    for kind in KINDS:
        for body in BODIES:
            answer = await socket.ask("POST", path.encode(), [("Content-Type", kind)], body)
            assert is_sound(*answer), (kind, body[:80], answer)
