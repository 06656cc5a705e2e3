"""Postgres is stopped and started again, below a service that is a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from anyio import to_thread
from httpx import AsyncClient, TransportError
from local.people import ALICE, seed
from local.postgres import postgres
from tests.rendered.bench.pgbouncer import pgbouncer
from tests.rendered.bench.ports import free_port
from tests.rendered.database.load import is_well, under_load
from tests.rendered.memos.table import make_memos


async def test_postgres_itself_is_stopped_and_started_again(
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
    stand_in: dict[str, str],
    token: Callable[..., str],
) -> None:
    """Behind a PgBouncer that still lets clients in, as Supabase's pooler does."""
    monkeypatch.setattr("local.postgres.USUAL_PORT", free_port())
    folder = scratch / "own"
    with postgres(folder, durable=False) as first:
        url = first.url("postgres")
        async with pgbouncer(url) as bouncer:
            service = Path(sys.executable).with_name("my-supabase-service")
            environment = os.environ | {
                "DATABASE_URL": bouncer.url,
                "DATABASE_POOL_TIMEOUT": "1",
                "MIGRATIONS_DATABASE_URL": url,
                "SUPABASE_URL": stand_in["SUPABASE_URL"],
                "SUPABASE_PUBLISHABLE_KEY": stand_in["SUPABASE_PUBLISHABLE_KEY"],
            }
            await to_thread.run_sync(
                partial(subprocess.run, [service, "migrate"], env=environment, check=True)
            )
            await make_memos(url)
            port = str(free_port())
            serving = subprocess.Popen(  # noqa: ASYNC220, S603
                [sys.executable, "-m", "tests.rendered.bench.served", port],
                env=environment,
            )
            try:
                async with AsyncClient(
                    base_url=f"http://127.0.0.1:{port}",
                    headers={"Authorization": f"Bearer {token(ALICE)}"},
                    trust_env=False,
                ) as client:
                    await _answers(client)
                    await seed(url, "of nobody")
                    assert await is_well(client)
                    first.process.send_signal(signal.SIGINT)
                    await to_thread.run_sync(first.process.wait)
                    assert set(await under_load(client, 1)) == {503}
                    assert (await client.get("/health/ready")).status_code == 503
                    with postgres(folder, durable=False) as second:
                        assert second.port == first.port
                        assert await is_well(client)
                        assert (await client.get("/health/ready")).status_code == 200
            finally:
                serving.terminate()
                serving.wait()


async def _answers(client: AsyncClient) -> None:
    async with asyncio.timeout(60):
        while True:
            with suppress(TransportError):
                await client.get("/health/live")
                return
            await asyncio.sleep(0.05)
