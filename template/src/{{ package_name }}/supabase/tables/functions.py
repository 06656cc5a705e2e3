"""Functions, declared beside the model. Pure: values, no database.

A function runs as whoever calls it, finds nothing by a search path, and may be called by nobody
until its declaration says by whom. A migration makes, changes and drops what is declared here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from inspect import cleandoc
from typing import Literal

from sqlalchemy import MetaData

from .grants import about, of_the_api, refuse_name, refuse_role
from .model import Base

KEY, DEFAULT_SCHEMA = "functions", "public"

SETTING = re.compile(r"[a-z_]\w*(\.[a-z_]\w*)?", re.IGNORECASE)

Mode = Literal["in", "out", "inout", "variadic"]


@dataclass(frozen=True)
class Argument:
    """An argument of a function that is more than a name and a type; its *default* is SQL."""

    type: str
    default: str | None = None
    mode: Mode = "in"


@dataclass(frozen=True)
class DeclaredFunction:
    """A function as a feature declares it."""

    schema: str
    name: str
    returns: str
    language: str
    body: str
    arguments: tuple[tuple[str, Argument], ...] = ()
    volatility: str = "volatile"
    security: str = "invoker"
    parallel: str = "unsafe"
    strict: bool = False
    settings: tuple[tuple[str, str], ...] = ()
    """Parameters that it runs with; the search path is a list of schemas."""
    execute: tuple[str, ...] = ()
    """The roles that may call it."""
    because: str | None = None
    """Why it may act past policies."""

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """Its schema, its name and the types that it is called with, as they are declared."""
        return (self.schema, self.name, self.types)

    @property
    def types(self) -> tuple[str, ...]:
        """The types that it is called with."""
        return tuple(each.type for _, each in self.arguments if each.mode != "out")


def function(  # noqa: PLR0913  # each is one clause of CREATE FUNCTION
    name: str,
    body: str,
    *,
    returns: str,
    language: str = "sql",
    arguments: Mapping[str, str | Argument] | None = None,
    schema: str = DEFAULT_SCHEMA,
    volatility: Literal["volatile", "stable", "immutable"] = "volatile",
    security: Literal["invoker", "definer"] = "invoker",
    parallel: Literal["unsafe", "restricted", "safe"] = "unsafe",
    strict: bool = False,
    search_path: str | None = "",
    settings: Mapping[str, str] | None = None,
    execute: str | tuple[str, ...] = (),
    because: str | None = None,
    metadata: MetaData = Base.metadata,
) -> DeclaredFunction:
    """Declare a function, whose *body* stands in dollar quotes; the roles in *execute* may call it.

    *arguments* has the type of each by its name, or an `Argument`. *search_path* lists schemas;
    with None the caller's is used. With security "definer" it acts as its owner, past policies;
    where a role of the API may call it, *because* says what for.

    Raises:
        ValueError: the declaration is wrong, or lets somebody do more than it seems to.
    """
    said = DeclaredFunction(
        schema,
        name,
        returns=returns.strip(),
        language=language.strip().lower(),
        body=_lines(body),
        arguments=tuple((each, _argument(what)) for each, what in (arguments or {}).items()),
        volatility=volatility,
        security=security,
        parallel=parallel,
        strict=strict,
        settings=tuple(_settings(search_path, settings or {})),
        execute=(execute,) if isinstance(execute, str) else tuple(sorted(execute)),
        because=because,
    )
    with about(f"{schema}.{name}({', '.join(said.types)})"):
        _refuse(said, search_path)
        every = metadata.info.setdefault(KEY, {})
        if said.key in every:
            raise ValueError("it is declared twice")
        every[said.key] = said
    return said


def declared_functions(metadata: MetaData) -> tuple[DeclaredFunction, ...]:
    """Return every function that is declared, in the order in which features say so."""
    every: Mapping[object, DeclaredFunction] = metadata.info.get(KEY, {})
    return tuple(every.values())


def _argument(what: str | Argument) -> Argument:
    return Argument(what) if isinstance(what, str) else what


def _settings(search_path: str | None, settings: Mapping[str, str]) -> list[tuple[str, str]]:
    path = [] if search_path is None else [("search_path", search_path.strip())]
    return [*path, *settings.items()]


def _lines(body: str) -> str:
    """Return *body* as a revision can say it: indented from the margin on, no blanks at an end."""
    lines = cleandoc(body).strip().splitlines()
    return "\n".join(line if line.strip() else "" for line in lines)


def _refuse(said: DeclaredFunction, search_path: str | None) -> None:
    for name in (said.schema, said.name, *(name for name, _ in said.arguments)):
        refuse_name(name)
    for role in said.execute:
        refuse_role(role)
    types = {f"the type of {name}": each.type for name, each in said.arguments}
    needed = {"body": said.body, "returns": said.returns, "language": said.language, **types}
    for what, text in needed.items():
        if not text.strip():
            raise ValueError(f"{what} is empty")
    names = [name.lower() for name, _ in said.settings]
    for name in names:
        if not SETTING.fullmatch(name):
            raise ValueError(f"{name!r} is no parameter of Postgres")
        if names.count(name) > 1:
            raise ValueError(f"{name} is set twice")
    if said.security == "definer":
        _refuse_powers(said, search_path)


def _refuse_powers(said: DeclaredFunction, search_path: str | None) -> None:
    if search_path is None:
        raise ValueError(
            "with its owner's rights it would find what its caller's search path says: leave"
            " search_path= as it is, and write the schema of each name"
        )
    callers = of_the_api(said.execute)
    if callers and not (said.because or "").strip():
        raise ValueError(
            f"it acts as its owner, past policies, and {' and '.join(callers)} may execute it: say"
            " because= of what that is safe"
        )
