"""Large files and broken ones, through the service as a process of its own."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import psutil
import pytest
from httpx import AsyncClient, TransportError
from local.people import ALICE
from tests.rendered.bench.ports import free_port
from tests.rendered.bench.uploads import (
    BLOCK,
    MEBIBYTE,
    Service,
    broken_off,
    form,
    memory_of,
    pieces,
)

LARGE = 200 * MEBIBYTE
USERS, UPLOADS = 32, 1000


@pytest.fixture(scope="module")
async def bucket(migrated: str) -> AsyncGenerator[Any]:
    """The rows of Storage's tables; it and its bucket take large files for once."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("UPLOAD_FILE_SIZE_LIMIT", str(2 * LARGE))
        connection = await asyncpg.connect(migrated)
        await connection.execute("update storage.buckets set file_size_limit = null")
        yield connection
        await connection.execute("update storage.buckets set file_size_limit = 52428800")
        await connection.close()


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the service keeps what it has of an upload."""
    return tmp_path_factory.mktemp("spool")


@pytest.fixture(scope="module")
async def service(stand_in: dict[str, str], bucket: Any, spool: Path) -> AsyncGenerator[Service]:
    assert bucket
    async with running(stand_in, spool) as service:
        yield service


@pytest.fixture
async def doomed(stand_in: dict[str, str], bucket: Any, tmp_path: Path) -> AsyncGenerator[Service]:
    """One that a test may kill."""
    assert bucket
    async with running(stand_in, tmp_path) as service:
        yield service


@asynccontextmanager
async def running(stand_in: dict[str, str], spool: Path) -> AsyncGenerator[Service]:
    port = free_port()
    serving = subprocess.Popen(  # noqa: ASYNC220, S603
        [Path(sys.executable).with_name("my-supabase-service"), "serve", "--port", str(port)],
        env=os.environ
        | stand_in
        | {"STORAGE_MAX_FILE_BYTES": str(2 * LARGE), "TMPDIR": str(spool)},
    )
    service = Service(f"http://127.0.0.1:{port}", psutil.Process(serving.pid))
    try:
        async with service.client("") as client, asyncio.timeout(60):
            while True:
                with suppress(TransportError):
                    await client.get("/health/live")
                    break
                await asyncio.sleep(0.05)
        yield service
    finally:
        serving.kill()
        serving.wait()


async def test_a_large_file_passes_through_little_memory(
    service: Service, token: Callable[..., str]
) -> None:
    async with service.client(token(ALICE)) as alice:
        path = str(uuid4())
        await alice.post("/files", files={"file": (f"{path} first", b"warm")})

        async with memory_of(service.process) as up:
            created = await alice.post("/files", **form(LARGE, path))
        async with memory_of(service.process) as down:
            digest = hashlib.sha256()
            async with alice.stream("GET", f"/files/{path}?inline=true") as answer:
                async for chunk in answer.aiter_raw():
                    digest.update(chunk)
        await alice.delete(f"/files/{path}")

    assert (created.status_code, created.json().get("size")) == (201, LARGE), created.text
    assert digest.digest() == hashlib.sha256(BLOCK * (LARGE // MEBIBYTE)).digest()
    assert max(up) - up[0] < 60 * MEBIBYTE
    assert max(down) - up[0] < 60 * MEBIBYTE


async def test_the_service_answers_others_while_a_large_file_passes(
    service: Service, token: Callable[..., str]
) -> None:
    """Nothing holds the event loop for long, neither reading nor writing the file."""
    async with service.client(token(ALICE)) as alice, service.client("") as other:
        waits: list[float] = []

        async def ping() -> None:
            clock = asyncio.get_running_loop().time
            while True:
                began = clock()
                await other.get("/health/live")
                waits.append(clock() - began)
                await asyncio.sleep(0.01)

        pinging = asyncio.create_task(ping())
        path = str(uuid4())
        assert (await alice.post("/files", **form(LARGE // 2, path))).status_code == 201
        pinging.cancel()
        await alice.delete(f"/files/{path}")

    assert sorted(waits)[len(waits) * 95 // 100] < 0.25


async def test_an_upload_whose_client_goes_leaves_no_object(
    service: Service, token: Callable[..., str], bucket: Any, spool: Path
) -> None:
    path = str(uuid4())
    async with service.client(token(ALICE)) as alice:
        request = form(20 * MEBIBYTE, path)
        await broken_off(service, request, token(ALICE), after=10 * MEBIBYTE)
        await all_gone(spool, "*")
        assert (await alice.get(f"/files/{path}")).status_code == 404
    assert await rows(bucket, path) == []
    assert service.process.is_running()


async def test_a_service_that_is_killed_between_leaves_no_object(
    doomed: Service,
    token: Callable[..., str],
    bucket: Any,
    scratch: Path,
) -> None:
    path = str(uuid4())
    async with doomed.client(token(ALICE)) as alice:
        upload = asyncio.create_task(alice.post("/files", **form(LARGE, path)))
        while not any(map(is_growing, files(scratch, "incoming/*"))):
            assert not upload.done(), (await upload).text
            await asyncio.sleep(0.001)
        doomed.process.kill()
        with pytest.raises(TransportError):
            await upload

    await all_gone(scratch, "incoming/*")
    assert await rows(bucket, path) == []


async def all_gone(folder: Path, pattern: str) -> None:
    """Wait until such files are gone: a server hears a little later that its client has left."""
    async with asyncio.timeout(30):
        while files(folder, pattern):
            await asyncio.sleep(0.01)


def files(folder: Path, pattern: str) -> list[Path]:
    return [*folder.rglob(pattern)]


def is_growing(file: Path) -> bool:
    with suppress(FileNotFoundError):
        return file.stat().st_size > MEBIBYTE
    return False


async def test_each_of_a_thousand_uploads_is_whole_or_absent(
    service: Service, token: Callable[..., str], bucket: Any
) -> None:
    """Thirty-two users at once, and every fifth upload is broken off somewhere."""
    dice = random.Random(2)  # noqa: S311
    users = [uuid4() for _ in range(USERS)]
    folder = str(uuid4())
    sent: dict[str, tuple[bytes, bool]] = {}

    async def upload(user: UUID, client: AsyncClient, name: str) -> None:
        content = f"{user} {name} ".encode() * dice.randrange(1, 4000)
        path = f"{folder}/{name}"
        request = client.build_request(
            "POST", "/files", files={"file": ("x", content)}, data={"path": path}
        )
        whole = dice.random() > 0.2
        sent[f"{user}/{path}"] = (content, whole)
        if whole:
            answer = await client.send(request)
            assert answer.status_code == 201, answer.text
        else:
            raw = {"content": pieces(request.read()), "headers": dict(request.headers)}
            await broken_off(service, raw, token(user), after=dice.randrange(len(request.read())))

    async def use(user: UUID) -> None:
        async with service.client(token(user)) as client:
            for number in range(UPLOADS // USERS + 1):
                await upload(user, client, f"{number}.txt")

    await asyncio.gather(*map(use, users))

    stored = {row["name"]: row for row in await rows(bucket, folder)}
    assert {key for key, (_, whole) in sent.items() if whole} == stored.keys()
    for key, row in stored.items():
        content = sent[key][0]
        assert row["size"] == len(content)
        assert row["etag"] == f'"{hashlib.md5(content).hexdigest()}"'  # noqa: S324  # Storage's own
    for user in users:
        key = next(key for key in stored if key.startswith(str(user)))
        async with service.client(token(user)) as client:
            found = await client.get(f"/files/{key.partition('/')[2]}?inline=true")
        assert found.content == sent[key][0]
        assert found.headers["ETag"] == stored[key]["etag"]


async def rows(bucket: Any, path: str) -> list[Any]:
    return await bucket.fetch(
        "select name, (metadata ->> 'size')::int as size, metadata ->> 'eTag' as etag"
        " from storage.objects where name like '%' || $1 || '%'",
        path,
    )
