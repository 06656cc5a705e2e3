"""A real pooler before the database of a test, and the network that leads to it."""

from collections.abc import AsyncGenerator

import pytest
from tests.rendered.bench.pgbouncer import PgBouncer, pgbouncer
from tests.rendered.bench.proxy import Proxy, proxy


@pytest.fixture
def pool_size() -> int:
    """How many server connections the pooler has."""
    return 2


@pytest.fixture
async def bouncer(database_url: str, pool_size: int) -> AsyncGenerator[PgBouncer]:
    async with pgbouncer(database_url, pool_size=pool_size) as bouncer:
        yield bouncer


@pytest.fixture
async def network(bouncer: PgBouncer) -> AsyncGenerator[Proxy]:
    async with proxy("127.0.0.1", bouncer.port) as network:
        yield network
