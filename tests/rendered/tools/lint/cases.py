"""One way to break what each advisory looks at: the files of `broken/`, for two kinds of names.

<t>, <u> and <v> stand for a table, a view or a function with its schema, <c> for a column, <p> for
a policy or a key, <i> for an index; `names.py` has all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, Table, Uuid
from tests.rendered.tools.lint.names import names, plain, schema

from my_supabase_service.supabase.tables.policies import secure

BROKEN = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parent / "broken").glob("*.sql"))
}
HEAD = re.compile(r"-- finds: (?P<object>.*)\n(?:-- by: (?P<by>\w+)\n)?")
"""What is found, and who breaks and mends it: on Supabase `postgres` may do more than here."""

DECLARED = "grants_beyond_declared"


@dataclass(frozen=True)
class Case:
    """One way to break what an advisory looks at."""

    advisory: str
    broken: str
    object: str
    by: str


def cases(version: str) -> dict[str, Case]:
    """Return every case by its name."""
    return {
        f"{advisory}-{'hostile' if hostile else 'plain'}": _case(
            advisory, names(number, version, hostile=hostile)
        )
        for number, advisory in enumerate(BROKEN)
        for hostile in (False, True)
    }


def declarations() -> MetaData:
    """Return what is declared of the tables that have other grants than these."""
    metadata = MetaData()
    number = [*BROKEN].index(DECLARED)
    for hostile in (False, True):
        column = plain("c", number, hostile=hostile)
        table = Table(
            plain("t", number, hostile=hostile),
            metadata,
            Column(column, Uuid),
            Column("id", Integer),
            schema=schema(hostile=hostile) if hostile else None,
        )
        quoted = "id" if hostile else f"id, {column}"
        secure(
            table, grants={"authenticated": f"select, update ({quoted})", "service_role": "select"}
        )
    return metadata


def _case(advisory: str, said: dict[str, str]) -> Case:
    head = HEAD.match(BROKEN[advisory])
    assert head
    texts = [BROKEN[advisory], head["object"]]
    for placeholder, name in said.items():
        texts = [text.replace(placeholder, name) for text in texts]
    return Case(advisory, *texts, by=head["by"] or "postgres")
