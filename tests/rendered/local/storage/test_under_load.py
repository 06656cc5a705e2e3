"""What the stand-in of Storage keeps when it is large, when many write, and when it is killed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import psutil
import pytest
from httpx import HTTPError, ReadError
from tests.rendered.bench.project import Project

Start: TypeAlias = Callable[[], Project]

MEGABYTE = 2**20

OWN_FOLDER = """
    insert into storage.buckets (id, name) values ('b', 'b') on conflict do nothing;
    drop policy if exists own on storage.objects;
    create policy own on storage.objects to authenticated
        using ((storage.foldername(name))[1] = auth.uid()::text)
"""


@pytest.fixture
def start(tmp_path: Path) -> Generator[Start]:
    """Start the stand-in, each time in the same folder."""
    started: list[subprocess.Popen[str]] = []
    folder = tmp_path / ".local"

    def start() -> Project:
        process = subprocess.Popen(  # noqa: S603 - this Python
            [sys.executable, "-m", "local", "--folder", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"UPLOAD_FILE_SIZE_LIMIT": str(1000 * MEGABYTE)},
        )
        started.append(process)
        assert process.stdout is not None
        return Project(process, folder, json.loads(process.stdout.readline()))

    yield start
    for process in started:
        process.communicate()


@pytest.mark.parametrize("as_form", [True, False])
async def test_a_large_object_passes_through_little_memory(start: Start, *, as_form: bool) -> None:
    project = start()
    await project.run(OWN_FOLDER)
    process = psutil.Process(project.process.pid)
    size = 200 * MEGABYTE
    before = peak = process.memory_info().rss

    async def content() -> AsyncGenerator[bytes]:
        nonlocal peak
        if as_form:
            yield b'--x\r\nContent-Disposition: form-data; name=""; filename="f"\r\n\r\n'
        for _ in range(size // MEGABYTE):
            peak = max(peak, process.memory_info().rss)
            yield bytes(MEGABYTE)
        if as_form:
            yield b"\r\n--x--\r\n"

    sent = "multipart/form-data; boundary=x" if as_form else "application/octet-stream"
    async with project.client() as client:
        answer = await client.post(
            "/object/b/large", content=content(), headers={"Content-Type": sent}
        )
        assert answer.status_code == 200
        received = 0
        async with client.stream("GET", "/object/b/large") as download:
            async for chunk in download.aiter_bytes(MEGABYTE):
                received += len(chunk)
                peak = max(peak, process.memory_info().rss)

    assert received == size
    assert peak - before < 60 * MEGABYTE


async def test_each_of_a_thousand_uploads_is_whole_or_absent(start: Start) -> None:
    """32 users at once, each twice and on the same names; every fifth upload breaks off."""
    project = start()
    await project.run(OWN_FOLDER)
    sent: dict[str, set[str]] = {}

    async def work(user: UUID) -> None:
        dice = random.Random()  # noqa: S311 - it is no secret
        async with project.client(user) as client:
            for number in range(16):
                name = f"{user}/{number % 10}"
                breaks = number % 5 == 4
                if not breaks:
                    body = dice.randbytes(dice.randrange(1, 200_000))
                    sent.setdefault(name, set()).add(hashlib.md5(body).hexdigest())  # noqa: S324
                    upload = client.post(
                        f"/object/b/{name}", content=body, headers={"x-upsert": "true"}
                    )
                    assert (await upload).status_code == 200
                    continue
                with pytest.raises(ReadError):
                    await client.post(
                        f"/object/b/{name}", content=broken(dice), headers={"x-upsert": "true"}
                    )

    await asyncio.gather(*(work(user) for user in [uuid4() for _ in range(32)] * 2))

    rows = await project.fetch("select name, version, metadata from storage.objects")
    assert {row["name"] for row in rows} == set(sent)
    for row in rows:
        digest = assert_agrees(project, row)
        assert digest in sent[row["name"]]
    async with asyncio.timeout(60):  # what was replaced goes a little later
        while project.files() != {row["version"] for row in rows}:
            await asyncio.sleep(0.1)


async def test_a_kill_in_the_middle_leaves_whole_objects_and_nothing_else(start: Start) -> None:
    project = start()
    await project.run(OWN_FOLDER)
    done: set[str] = set()

    async def work() -> None:
        user = uuid4()
        async with project.client(user) as client:
            for number in range(1000):
                name = f"{user}/{number}"
                body = os.urandom(50_000)
                await client.post(f"/object/b/{name}", content=body)
                done.add(name)
                if number % 3 == 0:
                    await client.put(f"/object/b/{name}", content=body * 2)

    working = [asyncio.create_task(work()) for _ in range(8)]
    while len(done) < 60:
        await asyncio.sleep(0.01)
    project.process.kill()
    ends = await asyncio.gather(*working, return_exceptions=True)
    assert all(isinstance(end, HTTPError) for end in ends)

    again = start()
    rows = await again.fetch("select name, version, metadata from storage.objects")
    assert {row["name"] for row in rows} >= done
    for row in rows:
        assert_agrees(again, row)
    assert again.files() == {row["version"] for row in rows}


async def test_bob_reaches_an_object_of_alices_by_no_route(start: Start) -> None:
    project = start()
    await project.run(OWN_FOLDER)
    alice, bob = uuid4(), uuid4()
    theirs, mine = f"{alice}/secret", f"{bob}/mine"
    upsert = {"x-upsert": "true"}
    there = {"sourceKey": mine, "destinationKey": theirs}
    here = {"sourceKey": theirs, "destinationKey": f"{bob}/stolen"}
    attempts: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", f"/object/b/{theirs}", {}),
        ("HEAD", f"/object/b/{theirs}", {}),
        ("GET", f"/object/authenticated/b/{theirs}", {}),
        ("GET", f"/object/public/b/{theirs}", {}),
        ("GET", f"/object/info/b/{theirs}", {}),
        ("GET", f"/object/info/authenticated/b/{theirs}", {}),
        ("GET", f"/object/info/public/b/{theirs}", {}),
        ("GET", f"/object/sign/b/{theirs}", {"params": {"token": "x"}}),
        ("POST", f"/object/sign/b/{theirs}", {"json": {"expiresIn": 60}}),
        ("POST", f"/object/upload/sign/b/{theirs}", {}),
        ("POST", f"/object/upload/sign/b/{theirs}", {"headers": upsert}),
        ("PUT", f"/object/upload/sign/b/{theirs}", {"params": {"token": "x"}}),
        ("POST", f"/object/b/{theirs}", {"content": b"x"}),
        ("POST", f"/object/b/{theirs}", {"content": b"x", "headers": upsert}),
        ("PUT", f"/object/b/{theirs}", {"content": b"x"}),
        ("DELETE", f"/object/b/{theirs}", {}),
        ("POST", "/object/move", {"json": {"bucketId": "b", **there}}),
        ("POST", "/object/move", {"json": {"bucketId": "b", **here}}),
        ("POST", "/object/copy", {"json": {"bucketId": "b", **there}}),
        ("POST", "/object/copy", {"json": {"bucketId": "b", **there}, "headers": upsert}),
        ("POST", "/object/copy", {"json": {"bucketId": "b", **here}}),
        ("POST", "/bucket/b/empty", {}),
        ("DELETE", "/bucket/b", {}),
        ("PUT", "/bucket/b", {"json": {"public": True}}),
    ]
    async with project.client(alice) as owner, project.client(bob) as other:
        await owner.post(f"/object/b/{theirs}", content=b"secret")
        await other.post(f"/object/b/{mine}", content=b"mine")
        before = await project.fetch("select * from storage.objects order by name")

        for method, path, sent in attempts:
            answer = await other.request(method, path, **sent)
            assert (method, path, answer.status_code) == (method, path, 400)
        listed = await other.post("/object/list/b", json={"prefix": str(alice)})
        many = await other.post("/object/sign/b", json={"paths": [theirs], "expiresIn": 60})
        removed = await other.request("DELETE", "/object/b", json={"prefixes": [theirs]})

        assert (listed.json(), removed.json()) == ([], [])
        assert [each["signedURL"] for each in many.json()] == [None]
        assert await project.fetch("select * from storage.objects order by name") == before
        assert (await owner.get(f"/object/b/{theirs}")).content == b"secret"


async def broken(dice: random.Random) -> AsyncGenerator[bytes]:
    """Send a part, and break off."""
    yield dice.randbytes(dice.randrange(1, 200_000))
    raise ReadError("killed")


def assert_agrees(project: Project, row: asyncpg.Record) -> str:
    """Return the digest of an object's bytes, which are those that its row tells of."""
    content = (project.folder / "storage" / "objects" / row["version"]).read_bytes()
    metadata = json.loads(row["metadata"])
    digest = hashlib.md5(content).hexdigest()  # noqa: S324 - as the row says it
    assert (metadata["size"], metadata["eTag"]) == (len(content), f'"{digest}"')
    return digest
