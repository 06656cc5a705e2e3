"""Names, texts and lists as SQL. Pure."""

from collections.abc import Iterable

from sqlalchemy.dialects.postgresql import asyncpg

# As the driver is told: with another's, a `%` in a name would be written twice.
_names = asyncpg.dialect().identifier_preparer


def quote(name: str) -> str:
    """Return a name as SQL."""
    return _names.quote(name)


def full(schema: str, name: str) -> str:
    """Return a name with its schema."""
    return f"{quote(schema)}.{quote(name)}"


def literal(text: str) -> str:
    """Return a text as SQL, whatever `standard_conforming_strings` says."""
    escaped = text.replace("'", "''")
    if "\\" not in text:
        return f"'{escaped}'"
    return "E'" + escaped.replace("\\", "\\\\") + "'"


def listed(parts: Iterable[str]) -> str:
    """Return *parts* in parentheses, each on a line of its own."""
    lines = ",\n    ".join(parts)
    return f"(\n    {lines}\n)" if lines else "()"
