"""The access log of a deployed service, as a collector reads it off its standard error."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from local.people import ALICE
from tests.rendered.bench.ports import free_port


class Service:
    """The service as a process of its own, with routes that end in every way."""

    def __init__(self, environment: dict[str, str], log: Path, log_format: str) -> None:
        self.port = free_port()
        self.log = log
        with log.open("w") as stderr:
            self.process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "tests.rendered.http.ending_routes", str(self.port)],
                env=os.environ | environment | {"LOG_FORMAT": log_format},
                stderr=stderr,
            )

    async def is_up(self) -> None:
        async with asyncio.timeout(90):
            while self.process.poll() is None:
                with suppress(OSError):
                    socket.create_connection(("127.0.0.1", self.port)).close()
                    return
                await asyncio.sleep(0.05)
        pytest.fail(self.log.read_text())

    async def lines_of(self, request_id: str, last: str = " ms") -> list[str]:
        """Wait for the access log of a request; return what else there is of it, too."""
        async with asyncio.timeout(30):
            while True:
                # The last one may be half written.
                *whole, _ = self.log.read_text().split("\n")
                lines = [line for line in whole if request_id in line]
                if any(last in line for line in lines):
                    return lines
                await asyncio.sleep(0.05)

    async def access(self, request_id: str) -> dict[str, Any]:
        """Return the one line of the access log about a request."""
        records = [json.loads(line) for line in await self.lines_of(request_id)]
        [line] = [each for each in records if each["name"] == "access"]
        return line


@pytest.fixture(scope="module")
async def environment(stand_in: dict[str, str], migrated: str) -> dict[str, str]:
    return stand_in | {"DATABASE_URL": migrated, "MIGRATIONS_DATABASE_URL": migrated}


@pytest.fixture(scope="module")
async def service(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Service]:
    service = Service(environment, tmp_path_factory.mktemp("log") / "stderr", "json")
    try:
        await service.is_up()
        yield service
    finally:
        service.process.kill()
        service.process.wait()


class Client:
    """Sends requests under an id of their own, and returns their line of the log."""

    def __init__(self, service: Service, token: str) -> None:
        self.service = service
        self.token = token

    async def logged(self, method: str, path: str, *, signed_in: bool = True) -> dict[str, Any]:
        request_id = uuid4().hex
        headers = {"X-Request-ID": request_id}
        if signed_in:
            headers["Authorization"] = f"Bearer {self.token}"
        base = f"http://127.0.0.1:{self.service.port}"
        async with httpx.AsyncClient(base_url=base, trust_env=False) as client:
            with suppress(httpx.RemoteProtocolError):
                await client.request(method, path, headers=headers)
        return await self.service.access(request_id)

    async def leaves(self, path: str, *, after: float) -> dict[str, Any]:
        """Leave some seconds *after* the service has begun to answer."""
        request_id = uuid4().hex
        reader, writer = await asyncio.open_connection("127.0.0.1", self.service.port)
        head = f"GET {path} HTTP/1.1\r\nHost: a\r\nX-Request-ID: {request_id}\r\n\r\n"
        writer.write(head.encode())
        if path.endswith("endless"):
            assert await reader.read(1)
        else:
            await self.service.lines_of(request_id, "begun")
        await asyncio.sleep(after)
        writer.transport.abort()
        return await self.service.access(request_id)


@pytest.fixture
def client(service: Service, token: Callable[..., str]) -> Client:
    return Client(service, token(ALICE))


def told(line: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(line[name] for name in names)


async def test_each_field_is_there(client: Client) -> None:
    before = datetime.now().astimezone()

    line = await client.logged("GET", "/me")

    assert told(line, "method", "route", "path", "status") == ("GET", "/me", "/me", 200)
    assert told(line, "user_id", "client", "ended") == (str(ALICE), "127.0.0.1", "whole")
    assert 0 < line["duration_ms"] < 10_000
    time = datetime.fromisoformat(line["asctime"])
    assert time.utcoffset() == timedelta(0)
    assert -1 < (time - before).total_seconds() < 60


ANSWERED = {
    "a path with a parameter": ("GET", "/notes/1b4e", "/notes/{note_id}", 422),
    "one that a literal path shadows": ("DELETE", "/notes/export", "/notes/export", 405),
    "a method that is not there": ("POST", "/notes/1b4e", "/notes/{note_id}", 405),
    "no such path": ("GET", "/nowhere/%0d%0aGET%20/me", None, 404),
    "HEAD": ("HEAD", "/outer/inner/3/slow", "/outer/inner/{number}/slow", 200),
    "HEAD of a mistake": ("HEAD", "/outer/inner/3/fails", "/outer/inner/{number}/fails", 500),
    "OPTIONS": ("OPTIONS", "/me", "/me", 204),
    "a page of the documentation": ("GET", "/docs", "/docs", 200),
    "routers in routers": ("GET", "/outer/inner/3/slow", "/outer/inner/{number}/slow", 200),
    "a mistake": ("GET", "/outer/inner/3/fails", "/outer/inner/{number}/fails", 500),
}


@pytest.mark.parametrize("what", ANSWERED)
async def test_a_request_is_one_line_with_its_route(client: Client, what: str) -> None:
    """The path is as it was sent, so that it is never two lines."""
    method, path, route, status = ANSWERED[what]

    line = await client.logged(method, path)

    sent = path.replace("%0d%0a", "%0D%0A")
    assert told(line, "method", "path", "route", "status") == (method, sent, route, status)
    assert line["ended"] == "whole"


async def test_a_request_without_a_token_is_nobodys(client: Client) -> None:
    """Also on a connection that somebody used before."""
    line = await client.logged("GET", "/me", signed_in=False)

    assert told(line, "status", "user_id") == (401, None)


async def test_an_answer_that_is_cut_short_does_not_look_whole(client: Client) -> None:
    line = await client.logged("GET", "/outer/inner/3/cut")

    assert told(line, "status", "ended") == (200, "cut")


@pytest.mark.parametrize("path", ["/outer/inner/3/endless", "/outer/inner/3/slower"])
async def test_a_client_that_leaves_is_told(client: Client, path: str) -> None:
    """In the middle of a stream, and before there was an answer."""
    line = await client.leaves(path, after=0.3)

    assert line["ended"] == "left"
    assert 250 < line["duration_ms"] < 10_000


SECRET = "hunter2"  # noqa: S105  # of no use


async def test_a_query_and_a_token_are_never_logged(client: Client) -> None:
    for path in ("/me", "/nowhere", "/notes", "/outer/inner/3/fails"):
        await client.logged("GET", f"{path}?access_token={SECRET}&q={SECRET}")

    log = client.service.log.read_text()
    assert SECRET not in log
    assert client.token not in log


async def test_people_read_a_short_line(
    environment: dict[str, str], tmp_path: Path, token: Callable[..., str]
) -> None:
    service = Service(environment, tmp_path / "stderr", "text")
    try:
        await service.is_up()
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        head = "GET /me HTTP/1.1\r\nHost: a\r\nX-Request-ID: this-one\r\nConnection: close\r\n"
        writer.write(f"{head}Authorization: Bearer {token(ALICE)}\r\n\r\n".encode())
        await reader.read()
        writer.close()
        [line] = await service.lines_of("this-one")
    finally:
        service.process.kill()
        service.process.wait()

    assert re.fullmatch(r"\S{8} INFO access \[this-one\] 127.0.0.1 GET /me 200 in [\d.]+ ms", line)
