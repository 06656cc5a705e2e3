"""Views and materialized views, declared beside the model. Pure: values, no database.

A view reads its tables as whoever asks it, so their policies hold; one that reads them as its
owner shows every row, and says why. A migration makes, changes and drops what is declared here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from typing import Literal, cast

from sqlalchemy import MetaData, SelectBase, Table
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.exc import CompileError

from .grants import ROWS, Grant, about, of_the_api, read_grants, refuse_name
from .model import Base, View

KEY, DEFAULT_SCHEMA = "views", "public"

AS_OWNER = (
    "it reads its tables as its owner, past their policies, and {} may select from it: say because="
    " of what every row is for them"
)


@dataclass(frozen=True)
class ViewIndex:
    """An index on a materialized view, its *keys* in SQL: `ViewIndex("totals_day", "day desc")`.

    With a *unique* one the view can be refreshed while it is read.
    """

    name: str
    keys: str
    unique: bool = False
    using: str = "btree"
    where: str | None = None


@dataclass(frozen=True)
class DeclaredView:
    """A view as a feature declares it."""

    schema: str
    name: str
    query: str
    columns: tuple[str, ...] = ()
    """Names for the query's columns; without any they have their own."""
    options: tuple[tuple[str, str], ...] = ()
    materialized: bool = False
    indexes: tuple[ViewIndex, ...] = ()
    grants: frozenset[Grant] = frozenset()
    because: str | None = None
    """Why rows may be seen past policies."""

    @property
    def key(self) -> tuple[str, str]:
        """Its schema and its name."""
        return (self.schema, self.name)


def view(  # noqa: PLR0913  # each is one clause of CREATE VIEW
    what: type[View] | str,
    query: str | SelectBase,
    *,
    schema: str | None = None,
    columns: Sequence[str] = (),
    grants: Mapping[str, str] | None = None,
    security_invoker: bool = True,
    security_barrier: bool = False,
    check_option: Literal["local", "cascaded"] | None = None,
    because: str | None = None,
    metadata: MetaData = Base.metadata,
) -> DeclaredView:
    """Declare a view: a class of `View` to query it by, or a name, and its *query*.

    The query is SQL, or a `select()` of models. *grants* names for each role what it may do,
    `{"authenticated": "select"}`. Without *security_invoker* the tables are read as the view's
    owner; where a role of the API may, *because* says what for.

    Raises:
        ValueError: the declaration is wrong, or shows more than it seems to.
    """
    options = {"security_invoker": _word(said=security_invoker)}
    if security_barrier:
        options["security_barrier"] = _word(said=True)
    if check_option:
        options["check_option"] = check_option
    name, schema = _named(what, schema)
    with about(f"{schema}.{name}"):
        granted = frozenset(read_grants(grants or {}, _columns_of(what)))
        _refuse_what_is_not_for_rows(granted, ROWS)
        if not security_invoker:
            _insist_on_a_reason(granted, because)
        said = _written(query), tuple(columns), tuple(options.items())
        return _declare(
            metadata, DeclaredView(schema, name, *said, grants=granted, because=because)
        )


def materialized_view(  # noqa: PLR0913  # each is one clause of CREATE MATERIALIZED VIEW
    what: type[View] | str,
    query: str | SelectBase,
    *,
    schema: str | None = None,
    columns: Sequence[str] = (),
    indexes: Sequence[ViewIndex] = (),
    grants: Mapping[str, str] | None = None,
    because: str | None = None,
    metadata: MetaData = Base.metadata,
) -> DeclaredView:
    """Declare a view that keeps its rows until it is refreshed, with its *indexes*.

    The rows are those that its owner saw: no policy binds them. So for each role of the API that
    may select them, *because* says what for.

    Raises:
        ValueError: the declaration is wrong, or shows more than it seems to.
    """
    name, schema = _named(what, schema)
    with about(f"{schema}.{name}"):
        granted = frozenset(read_grants(grants or {}, _columns_of(what)))
        _refuse_what_is_not_for_rows(granted, ("select",))
        _insist_on_a_reason(granted, because)
        for index in indexes:
            refuse_name(index.name)
            if not index.keys.strip():
                raise ValueError(f"the index {index.name} has no keys")
        if len({index.name for index in indexes}) < len(indexes):
            raise ValueError("two indexes have one name")
        said = DeclaredView(
            schema,
            name,
            _written(query),
            tuple(columns),
            materialized=True,
            indexes=tuple(indexes),
            grants=granted,
            because=because,
        )
        return _declare(metadata, said)


def declared_views(metadata: MetaData) -> tuple[DeclaredView, ...]:
    """Return every view that is declared, in the order in which features say so."""
    every: Mapping[tuple[str, str], DeclaredView] = metadata.info.get(KEY, {})
    return tuple(every.values())


def _declare(metadata: MetaData, declared: DeclaredView) -> DeclaredView:
    for name in (declared.schema, declared.name, *declared.columns):
        refuse_name(name)
    every = metadata.info.setdefault(KEY, {})
    if declared.key in every:
        raise ValueError("it is declared twice")
    every[declared.key] = declared
    return declared


def _named(what: type[View] | str, schema: str | None) -> tuple[str, str]:
    if isinstance(what, str):
        return what, schema or DEFAULT_SCHEMA
    table = cast("Table", what.__table__)
    if schema is not None:
        raise ValueError(f"{table.key}: its class says the schema: leave out schema=")
    return table.name, table.schema or DEFAULT_SCHEMA


def _columns_of(what: type[View] | str) -> Sequence[str] | None:
    return None if isinstance(what, str) else what.__table__.columns.keys()


def _written(query: str | SelectBase) -> str:
    """Return the SQL of *query*, as a revision says it."""
    if not isinstance(query, str):
        try:
            options = {"literal_binds": True}
            query = str(query.compile(dialect=asyncpg.dialect(), compile_kwargs=options))
        except CompileError as error:
            raise ValueError(f"its select() cannot be written as SQL: {error}") from None
    written = cleandoc(query).strip().removesuffix(";").rstrip()
    if not written:
        raise ValueError("it has no query")
    return "\n".join(line.rstrip() for line in written.splitlines())


def _refuse_what_is_not_for_rows(grants: frozenset[Grant], known: Sequence[str]) -> None:
    for grant in grants:
        if grant.privilege not in known:
            raise ValueError(f"{grant.privilege} on it cannot be granted: {', '.join(known)} can")


def _insist_on_a_reason(grants: frozenset[Grant], because: str | None) -> None:
    shown = of_the_api(grant.role for grant in grants)
    if shown and not (because or "").strip():
        raise ValueError(AS_OWNER.format(" and ".join(shown)))


def _word(*, said: bool) -> str:
    return "true" if said else "false"
