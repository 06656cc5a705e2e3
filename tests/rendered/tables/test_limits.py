"""The schemas of notes and the constraints on their table, character by character."""

from __future__ import annotations

import asyncpg
from pydantic import TypeAdapter

from my_supabase_service.notes.schemas import Title

STORABLE = [chr(code) for code in range(1, 0x10000) if not 0xD800 <= code < 0xE000]
"""The first plane: no other has a blank."""


async def kept(sql: asyncpg.Connection[asyncpg.Record], texts: list[str]) -> list[bool]:
    """Tell which titles every constraint on titles lets in, by its text in the database."""
    conditions = await sql.fetch("""
        select pg_get_expr(conbin, conrelid) from pg_constraint
        where conrelid = 'notes'::regclass and contype = 'c' and conname like '%title%'
    """)
    both = " and ".join(f"({row[0]})" for row in conditions)
    return await sql.fetchval(f"select array_agg({both}) from unnest($1::text[]) title", texts)


async def test_every_character_is_a_blank_to_both_or_to_neither(
    sql: asyncpg.Connection[asyncpg.Record],
) -> None:
    """What stands before or after a word, and what stands alone."""
    around = [f"{character}x{character}" for character in STORABLE]
    stripped = TypeAdapter(list[Title]).validate_python(around)

    assert stripped != around
    assert await kept(sql, around) == [a == b for a, b in zip(around, stripped, strict=True)]
    alone = await kept(sql, STORABLE)
    assert alone == [len(title) == len("xxx") for title in stripped]
