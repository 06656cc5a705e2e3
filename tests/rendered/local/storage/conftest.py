"""Alice, Bob, and a bucket in which everybody has a folder."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from uuid import uuid4

import pytest
from httpx import AsyncClient
from storage3.exceptions import StorageApiError
from tests.rendered.local.storage.servers import Person, Server, another_server


@pytest.fixture(scope="session")
async def storage(stand_in: dict[str, str], token: Callable[..., str]) -> AsyncGenerator[Server]:
    """The stand-in, unless the environment names another."""
    url = os.environ.get("STORAGE_CONFORMANCE_URL", stand_in["SUPABASE_URL"])
    async with AsyncClient(base_url=f"{url}/storage/v1", trust_env=False) as http:
        if "STORAGE_CONFORMANCE_URL" in os.environ:
            yield another_server(http)
            return
        keys = stand_in["SUPABASE_PUBLISHABLE_KEY"], stand_in["SUPABASE_SECRET_KEY"]
        yield Server(url, *keys, stand_in["MIGRATIONS_DATABASE_URL"], token, http)


@pytest.fixture
async def alice(storage: Server) -> Person:
    """A user with an empty folder."""
    return await storage.user()


@pytest.fixture
async def bob(storage: Server) -> Person:
    """The other person."""
    return await storage.user()


@pytest.fixture(scope="session")
async def nobody(storage: Server) -> Person:
    """Whoever has the publishable key and no token."""
    return await storage.caller(storage.publishable)


@pytest.fixture(scope="session")
async def service(storage: Server) -> Person:
    """Whoever has the secret key."""
    return await storage.caller(storage.secret)


# Gone after each module: the databases of other tests are copied from the one that it is in.
@pytest.fixture(scope="module")
async def bucket(storage: Server, service: Person) -> AsyncGenerator[str]:
    """A private bucket; who is signed in works in the folder that is called by their id."""
    name = f"conformance-{uuid4().hex[:8]}"
    await service.storage.create_bucket(name)
    own = f"bucket_id = '{name}' and (storage.foldername(name))[1] = (select auth.uid()::text)"
    policy = f'policy "{name}" on storage.objects'
    await storage.run(f"create {policy} to authenticated using ({own}) with check ({own})")
    yield name
    await storage.run(f"drop {policy}")
    await service.storage.empty_bucket(name)
    await service.storage.delete_bucket(name)


@pytest.fixture
async def new_bucket(service: Person) -> AsyncGenerator[str]:
    """The name for a bucket of this test's own."""
    name = f"conformance-{uuid4().hex[:8]}"
    yield name
    with suppress(StorageApiError):  # the test made none, or has removed it
        await service.storage.empty_bucket(name)
        await service.storage.delete_bucket(name)
