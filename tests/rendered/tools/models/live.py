"""What a live database has, as `models` reads it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sqlalchemy import MetaData, NullPool, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from my_supabase_service.tools.migrations.exposure import Reachable, beside_tables
from my_supabase_service.tools.migrations.ours import ours
from my_supabase_service.tools.models.exposed import exposures
from my_supabase_service.tools.schema.catalogue import Catalogue
from my_supabase_service.tools.schema.read import read_catalogue


async def read(url: str) -> tuple[Catalogue, list[Reachable]]:
    address = make_url(url).set(drivername="postgresql+asyncpg", query={})
    engine = create_async_engine(address, poolclass=NullPool)
    nobody = MetaData()
    look = partial(beside_tables, metadata=nobody, own=ours(nobody, Path(), ()))
    async with engine.connect() as connection:
        catalogue = await connection.run_sync(read_catalogue)
        open_beside = await connection.run_sync(look)
    await engine.dispose()
    relations = [each for schema in catalogue.schemas for each in schema.relations]
    return catalogue, exposures(open_beside, relations)
