"""The statements that are tried on one table or view. Pure."""

# ruff: noqa: S608  # names that the catalogue quoted, and literals that Postgres wrote

from collections.abc import Iterator, Mapping

from .target import Column, Person, Target

MANY = 1000
"""Rows of a table on which a write is tried as it stands; a larger one is looked at in part."""


ANOTHER = "'00000000-0000-4000-8000-000000000000'"
"""Nobody: a key to people would refuse them, after the policies have let them through."""


def count(target: Target) -> str:
    """Return how many rows there are, as far as it matters."""
    return f"select count(*) from (select from {target.name} limit {MANY + 1}) as seen"


def lock(target: Target) -> str:
    """Return how many of the first rows somebody may change: it asks the policies for updates."""
    rows = f"select from {target.name} limit {MANY} for key share skip locked"
    return f"select count(*) from ({rows}) as seen"


def sample(target: Target, person: Person) -> str:
    """Return a row as literals, of somebody else if there is one and a column says whose it is."""
    literals = (f"format('%L', {each.name}::text)" for each in target.columns)
    owned = next((each.name for each in target.columns if each.is_owner), None)
    # The first of them all, so that a large table is not sorted.
    some = f"(select * from {target.name} limit {MANY}) as seen"
    order = f" order by {owned} is not distinct from '{person.sub}'" if owned and person.sub else ""
    return f"select {', '.join(literals)} from {some}{order} limit 1"


def owner(target: Target) -> str | None:
    """Return what names somebody who has a row there; None where no column says."""
    for each in target.columns:
        if each.is_owner:
            where = f"where {each.name} is not null limit 1"
            return f"select {each.name}::text from {target.name} {where}"
    return None


def insert(target: Target, person: Person, row: Mapping[str, str], *, own: bool) -> str | None:
    """Return what adds *row* once more, as theirs or as another's; None where it cannot be.

    Every column that the role may set is named, so that no default takes a number of a sequence.
    """
    columns = [each for each in target.columns if person.role in each.insert]
    says_whose = any(each.is_owner for each in target.columns)
    may_say = any(each.is_owner for each in columns)
    is_told = person.sub is not None and says_whose
    if not columns or (own and not is_told) or (not own and is_told and not may_say):
        return None
    theirs = f"'{person.sub}'"
    values = ", ".join(f"{_value(each, row, theirs, own=own)}::{each.type}" for each in columns)
    names = ", ".join(each.name for each in columns)
    return f"insert into {target.name} ({names}) overriding system value values ({values})"


def _value(column: Column, row: Mapping[str, str], theirs: str, *, own: bool) -> str:
    if not column.is_owner:
        return row[column.name]
    if own:
        return theirs
    return row[column.name] if row[column.name] != theirs else ANOTHER


def updates(target: Target, person: Person, row: Mapping[str, str]) -> Iterator[str]:
    """Yield what changes every row that they may: without a condition it needs not be read.

    The first that is a statement at all will do: a number that is generated cannot be set.
    """
    columns = (each for each in target.columns if person.role in each.update)
    for each in sorted(columns, key=_unsuitable):
        yield f"update {target.name} set {each.name} = {row[each.name]}::{each.type}"


def delete(target: Target, person: Person) -> str | None:
    """Return what takes away every row that they may."""
    return f"delete from {target.name}" if person.role in target.may_delete else None


def without_triggers(target: Target) -> Iterator[str]:
    """Yield what keeps triggers from doing what a rollback would not take back."""
    for name in target.triggers:
        yield f"alter table {name} disable trigger user"


def _unsuitable(column: Column) -> tuple[bool, bool]:
    """Order what can have one value in every row before what cannot."""
    return (column.is_owner, column.is_key)
