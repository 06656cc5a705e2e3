"""However silent somebody is: each check ends in its time, and so does all of it."""

from __future__ import annotations

import asyncio
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from sqlalchemy import make_url
from tests.rendered.bench.proxy import proxy
from tests.rendered.tools.doctor.conftest import MORE, Hosts, Look
from tests.rendered.tools.doctor.said import Said

from my_supabase_service.tools.doctor import checkup, doctor
from my_supabase_service.tools.doctor.checkup import Check, run
from my_supabase_service.tools.doctor.known import Known


@pytest.fixture
async def silence() -> AsyncGenerator[int]:
    """Takes connections, and never answers."""

    async def wait(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(wait, "127.0.0.1", 0) as server:
        yield int(server.sockets[0].getsockname()[1])


async def test_silence_instead_of_tls_and_of_an_api_ends_in_seconds(
    look: Look, silence: int
) -> None:
    began = time.monotonic()
    said = await look(
        DATABASE_URL=f"postgresql://postgres:secret@127.0.0.1:{silence}/postgres",
        SUPABASE_URL=f"http://127.0.0.1:{silence}",
    )

    assert time.monotonic() - began < 15
    assert said["tls"].says == f"127.0.0.1:{silence} does not answer"
    assert said["api"].level == "FAIL"


async def test_silence_instead_of_a_login_ends_in_seconds(
    look: Look, silence: int, hosts: Hosts
) -> None:
    """And a resolver that hangs keeps nobody from leaving."""
    hosts["silent.supabase.co"] = 12.0
    began = time.monotonic()
    said = await look(
        DATABASE_URL=f"postgresql://postgres:secret@127.0.0.1:{silence}/postgres?sslmode=disable",
        SUPABASE_URL="https://silent.supabase.co",
    )

    assert time.monotonic() - began < 10
    assert said["login"].says == f"127.0.0.1:{silence} does not answer"
    assert said["api"].level == "FAIL"


async def test_a_network_that_falls_silent_after_the_login_lets_nobody_wait(
    look: Look, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_url(database_url)
    [region] = [check for check in doctor.CHECKS if check.name == "region"]
    async with proxy("127.0.0.1", url.port or 0) as network:
        far = url.set(port=network.port).render_as_string(hide_password=False)

        async def fall_silent(known: Known) -> Any:
            network.swallow = True
            return await region.look(known)

        silent = replace(region, look=fall_silent, within=0.5)
        checks = tuple(silent if check is region else check for check in doctor.CHECKS)
        monkeypatch.setattr(doctor, "CHECKS", checks)
        began = time.monotonic()
        said = await look(DATABASE_URL=far)

    assert time.monotonic() - began < 20
    assert said["region"].says == "no answer within 0.5 s"
    assert said["region"].level == "warn"


async def never(_: object) -> NoReturn:
    await asyncio.Event().wait()
    raise AssertionError


async def test_each_check_has_seconds_of_its_own() -> None:
    every: list[Check[Any]] = [*doctor.CHECKS, *MORE]
    slow = [replace(it, look=never, needs=(), after=(), within=0.05) for it in every]

    said = Said(await run(slow, None))

    for check in every:
        assert said[check.name].says == "no answer within 0.05 s"
        assert said[check.name].level == check.late
        assert check.within <= 20


async def test_all_of_them_have_an_end() -> None:
    checks: list[Check[Any]] = [Check("one", never), Check("two", never, after=("one",))]

    said = Said(await run(checks, None, within=0.05))

    assert said.lines("FAIL") == ["one", "two"]
    assert said["two"].says == "not done when the 0.05 s of all checks were over"
    assert checkup.WITHIN <= 40


async def test_a_check_that_fails_itself_hides_no_other() -> None:
    async def fail(_: object) -> NoReturn:
        raise ZeroDivisionError("of a test")

    async def well(_: object) -> doctor.Line:
        return doctor.skip("nothing to see")

    said = Said(await run([Check("bad", fail), Check("good", well)], None))

    assert said["bad"].says == "the check itself failed: ZeroDivisionError: of a test"
    assert said["good"].level == "skip"
