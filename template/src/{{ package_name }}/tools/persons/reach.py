"""What a query may run by naming it, and what of that could undo the name it runs in.

A read-only transaction keeps Postgres from writing, but not from changing the role or the claims
within it. So every function is looked at whose name stands in the text, or in what that reaches.
The words are taken wherever they stand, in a string or a comment too: that refuses a little too
much, and needs no knowledge of SQL's grammar to miss nothing.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ..failure import Failure

SQL = {path.stem: text(path.read_text("utf-8")) for path in Path(__file__).parent.glob("sql/*.sql")}

WORD = re.compile(r"[A-Za-z_\x80-\U0010ffff][\w$\x80-\U0010ffff]*")
ESCAPED_NAME = re.compile(r"u&[\"']", re.IGNORECASE)
LONGEST_NAME = 63

HARMLESS = re.compile(
    r"random|random_normal|gen_random_\w+|clock_timestamp|timeofday|gen_salt|uuid_generate_\w+"
    r"|pg_sleep\w*|pg_\w+_size|pg_partition_\w+|pg_lock_status|pg_blocking_pids|current_query"
    r"|currval|lastval|array_sample|array_shuffle|pg_stat_get_\w+|pg_is_in_recovery|uuidv[47]"
    r"|pgp_\w+|crypt|(?:en|de)crypt\w*"
)
"""Volatile functions of Postgres and its extensions that change nothing outside their answer."""

RUNS_TEXT = re.compile(
    r"crosstab\w*|connectby\w*|xpath_table|dblink\w*|query_to_xml\w*|cursor_to_xml\w*|ts_stat"
    r"|http\w*|pg_prewarm|lo_\w+|txid_current|pg_current_xact_id"
)
"""Functions of Postgres and its extensions that run a text, reach outside or take a number of a
transaction, whatever they say of themselves."""

CHANGES_PERSON = re.compile(r"\b(?:role|session_authorization|request\.)", re.IGNORECASE)
UNSEEN = {"execute", "set", "reset", "discard", "set_config"}
"""Words of a function's body that may change for whom it acts, or run a text made up by then."""


async def insist_on_reading(connection: AsyncConnection, query: str) -> None:
    """Refuse a *query* that may reach more than reading in the name that it runs in.

    Raises:
        Failure: which function does, and what.
    """
    implicit: str = await connection.scalar(SQL["implicit"]) or ""
    texts, seen, read = [query, implicit], set[str](), set[str]()
    while texts:
        if any(ESCAPED_NAME.search(each) for each in texts):
            raise Failure('sql: refused: a name in U&"" hides what is called: write it plainly')
        words = set(words_of(texts)) - seen
        seen |= words
        whole = "\n".join(texts)
        rows = await connection.execute(SQL["reachable"], {"words": sorted(words), "text": whole})
        found = rows.mappings().all()
        for row in found:
            if danger := danger_of(row):
                raise Failure(f"sql: refused: {danger}")
        bodies = {row["body"] for row in found if row["body"]}
        texts, read = sorted(bodies - read), read | bodies


def words_of(texts: Iterable[str]) -> set[str]:
    """Return every word of *texts* that can name something, as Postgres would fold and cut it."""
    words = {word for text in texts for word in WORD.findall(text)}
    words |= {_lower(word) for word in words}
    return words | {word.encode()[:LONGEST_NAME].decode(errors="ignore") for word in words}


def _lower(word: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in word)


def danger_of(row: Mapping[Any, Any]) -> str | None:
    """Say what the function of this *row* might do besides reading."""
    if row["kind"] != "function":
        return None
    name = row["name"]
    if row["trusted"]:
        is_plain = HARMLESS.fullmatch(name) or not (row["volatile"] or RUNS_TEXT.fullmatch(name))
        return None if is_plain else f"{name} does more than to read, or might"
    called = f"the function {row['schema']}.{name}"
    if row["language"] not in {"sql", "plpgsql"}:
        return f"{called} is in {row['language']}: what it does cannot be read"
    if CHANGES_PERSON.search(row["settings"] or ""):
        return f"{called} brings a role or claims of its own"
    hidden = sorted({word.lower() for word in WORD.findall(row["body"])} & UNSEEN)
    return f"{called} says {hidden[0]!r}: it may write, or change its role" if hidden else None
