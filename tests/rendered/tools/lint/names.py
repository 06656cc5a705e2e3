"""What the objects of a case are called: plain names, and names that need quotes everywhere."""

from __future__ import annotations

HOSTILE = "T.a\"b'c% {number} %s :x $1\\n Ü"

OLDER = {
    "pg_trgm": "drop extension pg_trgm; create extension pg_trgm schema public version '1.5'",
    "vector": "set local allow_system_table_mods = on;"
    " update pg_extension set extversion = '0.8.4' where extname = 'vector'",
}
"""How an extension of this Postgres gets to be an older version."""

PG_GRAPHQL = """
    set local allow_system_table_mods = on;
    insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
    select 99999, 'pg_graphql', 10, 'public'::regnamespace, true, '1'
    where not exists (select from pg_extension where extname = 'pg_graphql')
"""
"""Its row in the catalogue: no Postgres here has the extension itself."""


def quote(name: str) -> str:
    is_plain = name.isidentifier() and name.islower()
    return name if is_plain else '"' + name.replace('"', '""') + '"'


def plain(of: str, number: int, *, hostile: bool) -> str:
    """Return a name without quotes."""
    return f"{of} {HOSTILE.format(number=number)}" if hostile else f"{of}{number}"


def schema(*, hostile: bool) -> str:
    return "A 'schema' of.\"% :x" if hostile else "public"


def names(number: int, version: str, *, hostile: bool) -> dict[str, str]:
    """Return what each placeholder of a case of that *number* stands for."""
    named = {of: quote(plain(of, number, hostile=hostile)) for of in "cpifrtuv"}
    place = quote(schema(hostile=hostile))
    # The one extension of the stand-in's wheel, or one that other builds of Postgres bring.
    extension = "vector" if version in {"16", "18"} else "pg_trgm"
    bucket = f"b {number}'%\\" if hostile else f"b{number}"
    return {
        "<s>": place,
        **{f"<{of}>": f"{place}.{named[of]}" for of in "tuv"},
        **{f"<{of}>": named[of] for of in "cpifr"},
        "<q>": f"{'hostile' if hostile else 'plain'}{number}",
        "<b>": "'" + bucket.replace("'", "''") + "'",
        "<bucket>": quote(bucket),
        "<x>": extension,
        "<older x>": OLDER[extension],
        "<pg_graphql>": PG_GRAPHQL,
    }
