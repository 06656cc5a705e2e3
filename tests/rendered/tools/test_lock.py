"""A migration runs where its session is its own, and says so where it is not."""

from __future__ import annotations

import socket
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from anyio import to_thread
from pydantic import SecretStr
from tests.rendered.bench.pgbouncer import pgbouncer
from tests.rendered.bench.refusals import REFUSALS
from tests.rendered.bench.supavisor import Supavisor, supavisor

from my_supabase_service.tools.failure import Failure
from my_supabase_service.tools.migrations import lock
from my_supabase_service.tools.migrations.upgrade import upgrade

LOCKS = """
    select count(*) from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database())
"""


async def migrate(root: Path, settings: Any, url: str) -> None:
    changes = {"migrations_database_url": SecretStr(url)}
    await to_thread.run_sync(upgrade, root, settings.model_copy(update=changes))


@pytest.fixture
async def pooler(owner_url: str) -> AsyncGenerator[Supavisor]:
    async with supavisor(owner_url, pool_size=2) as pooler:
        yield pooler


@pytest.mark.parametrize("extra", [{}, {"server_round_robin": 1}], ids=["last", "first"])
@pytest.mark.parametrize("size", [1, 2, 20])
async def test_a_pooler_in_transaction_mode_is_refused_before_a_lock_is_taken(  # noqa: PLR0913, PLR0917  # each is a part of the network
    root: Path,
    settings: Any,
    owner_url: str,
    sql: asyncpg.Connection[asyncpg.Record],
    size: int,
    extra: dict[str, int],
) -> None:
    """Whichever of its connections the pooler hands out next, the last or the first."""
    async with pgbouncer(owner_url, pool_size=size, extra=extra) as bouncer:
        for _ in range(2):
            with pytest.raises(Failure, match="MIGRATIONS_DATABASE_URL leads to a pooler in trans"):
                await migrate(root, settings, bouncer.url)

        assert await sql.fetchval(LOCKS) == 0


async def test_a_lock_that_stayed_in_the_pooler_is_noticed_and_given_back(
    root: Path,
    settings: Any,
    pooler: Supavisor,
    sql: asyncpg.Connection[asyncpg.Record],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lock, "ROUNDS", 0)

    for _ in range(2):
        with pytest.raises(Failure, match="pooler in transaction mode"):
            await migrate(root, settings, pooler.url)
        assert await sql.fetchval(LOCKS) == 0


@pytest.mark.parametrize("size", [1, 3])
async def test_a_pooler_in_session_mode_will_do(
    root: Path, settings: Any, owner_url: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also its last session: then nobody else can be given it."""
    monkeypatch.setattr(lock, "ANOTHER_WITHIN", 0.3)
    async with pgbouncer(owner_url, pool_size=size, mode="session") as bouncer:
        await migrate(root, settings, bouncer.url)


@pytest.mark.parametrize("refusal", sorted(REFUSALS))
async def test_a_refused_login_is_one_line_with_its_remedy(
    root: Path, settings: Any, pooler: Supavisor, refusal: str
) -> None:
    pooler.refuse = refusal

    with pytest.raises(Failure, match="migrations cannot log in: ") as failure:
        await migrate(root, settings, pooler.url)

    assert "\n" not in str(failure.value)
    assert str(failure.value) != f"migrations cannot log in: {REFUSALS[refusal].text}"


async def test_a_port_where_nobody_listens_is_named(
    root: Path, settings: Any, owner_url: str
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        url = asyncpg_url(owner_url, port)
        with pytest.raises(Failure, match=rf"nothing listens at 127\.0\.0\.1:{port}"):
            await migrate(root, settings, url)


def asyncpg_url(url: str, port: int) -> str:
    """Return *url* with another *port*."""
    head, _, tail = url.rpartition(":")
    return f"{head}:{port}/{tail.partition('/')[2]}"
