"""Every test in this folder runs in each pooling mode, through a pooler where the mode pools.

The tests of notes are copied here when a project is made ready for these proofs.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url
from tests.rendered.bench.pgbouncer import PgBouncer, pgbouncer

POOLS = {"transaction": "transaction", "dedicated": "transaction", "session": "session"}


@pytest.fixture(scope="session")
async def bouncers(stand_in: dict[str, str], migrated: str) -> AsyncGenerator[dict[str, PgBouncer]]:
    """A PgBouncer for each of its own modes, which logs in as the service does."""
    assert migrated
    url = stand_in["DATABASE_URL"]
    async with AsyncExitStack() as stack:
        yield {
            mode: await stack.enter_async_context(pgbouncer(url, pool_size=5, mode=mode))
            for mode in set(POOLS.values())
        }


@pytest.fixture(params=["transaction", "session", "direct", "dedicated"])
def settings(request: pytest.FixtureRequest, settings: Any, bouncers: dict[str, PgBouncer]) -> Any:
    mode = request.param
    changes: dict[str, Any] = {"database_pooling_mode": mode}
    if mode in POOLS:
        own = make_url(settings.database_url.get_secret_value())
        pooled = make_url(bouncers[POOLS[mode]].url).set(database=own.database)
        url = pooled.render_as_string(hide_password=False)
        changes["database_url"] = SecretStr(url)
    return settings.model_copy(update=changes)
