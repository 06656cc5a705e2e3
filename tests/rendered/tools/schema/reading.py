"""The catalogue of a database of a test's own."""

from __future__ import annotations

from sqlalchemy import Connection

from my_supabase_service.supabase.database.address import parse
from my_supabase_service.tools.connect import connect
from my_supabase_service.tools.schema.catalogue import Catalogue, Schema
from my_supabase_service.tools.schema.read import read_catalogue
from my_supabase_service.tools.schema.relations import Relation


async def read(url: str, *schemas: str) -> Catalogue:
    """Read *schemas*, or those of the project."""
    async with connect(parse(url, otherwise="direct"), None, who="the test") as connection:

        def reading(connection: Connection) -> Catalogue:
            return read_catalogue(connection, schemas or None)

        return await connection.run_sync(reading)


def named(schema: Schema, name: str) -> Relation:
    """Return the relation of that *name*."""
    return next(relation for relation in schema.relations if relation.name == name)
