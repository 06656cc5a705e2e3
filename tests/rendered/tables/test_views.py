"""Views, functions and triggers as a feature declares them, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, select

from my_supabase_service.supabase.tables.functions import Argument, declared_functions, function
from my_supabase_service.supabase.tables.grants import Grant
from my_supabase_service.supabase.tables.triggers import declared_triggers, trigger
from my_supabase_service.supabase.tables.views import (
    ViewIndex,
    declared_views,
    materialized_view,
    view,
)

SHOWN = {"authenticated": "select"}


@pytest.fixture
def metadata() -> MetaData:
    return MetaData()


def cards(metadata: MetaData) -> Table[Any]:
    return Table("cards", metadata, Column("id", Integer, primary_key=True), Column("title", Text))


def test_a_view_asks_as_its_caller_and_shows_itself_to_nobody(metadata: MetaData) -> None:
    view("titles", "select title from cards;\n", metadata=metadata)

    (said,) = declared_views(metadata)
    assert said.key == ("public", "titles")
    assert said.query == "select title from cards"
    assert said.options == (("security_invoker", "true"),)
    assert said.grants == frozenset()


def test_a_query_may_be_a_select_with_its_values(metadata: MetaData) -> None:
    table = cards(metadata)
    query = select(table.c.title).where(table.c.title.like("50%"), table.c.id > 1)

    said = view("titles", query, grants=SHOWN, metadata=metadata)

    assert said.query == (
        "SELECT cards.title\nFROM cards\nWHERE cards.title LIKE '50%' AND cards.id > 1"
    )
    assert said.grants == {Grant("authenticated", "select")}


def test_a_function_finds_nothing_by_a_search_path_and_is_nobodys(metadata: MetaData) -> None:
    body = """
        select exists (
            select from public.cards
        )
    """
    function("any", body, returns="boolean", arguments={"a": "int"}, metadata=metadata)

    (said,) = declared_functions(metadata)
    assert said.key == ("public", "any", ("int",))
    assert said.body == "select exists (\n    select from public.cards\n)"
    assert (said.settings, said.security, said.execute) == ((("search_path", ""),), "invoker", ())


def test_what_a_function_returns_by_its_arguments_is_no_part_of_its_name(
    metadata: MetaData,
) -> None:
    out = Argument("int", mode="out")

    said = function("f", "select 1", returns="int", arguments={"a": out}, metadata=metadata)

    assert said.types == ()


def test_a_trigger_calls_a_function_that_is_declared_or_named(metadata: MetaData) -> None:
    keep = function("keep", "begin end", returns="trigger", language="plpgsql", metadata=metadata)
    table = cards(metadata)

    trigger(table, "a", "before", ("update", "insert"), function=keep, metadata=metadata)
    trigger("auth.users", "b", "after", "insert", function="ours.greet", metadata=metadata)

    first, second = declared_triggers(metadata)
    assert (first.events, first.function) == (("insert", "update"), ("public", "keep"))
    assert second.key == ("auth", "users", "b")
    assert second.function == ("ours", "greet")


VIEW = ("v", "select 1")
refused_function = partial(function, "f", returns="int", metadata=MetaData())
refused_trigger = partial(trigger, name="t", function="f", metadata=MetaData())
REFUSED: dict[str, tuple[str, Callable[[], object]]] = {
    "a view of the owner's": (
        "public.v: it reads its tables as its owner, past their policies, and authenticated may",
        lambda: view(*VIEW, grants=SHOWN, security_invoker=False),
    ),
    "a reason of blanks": (
        "say because=",
        lambda: view(*VIEW, grants=SHOWN, security_invoker=False, because=" "),
    ),
    "a materialized view": (
        "and anon and authenticated may select from it: say because=",
        lambda: materialized_view(*VIEW, grants={"anon": "select", **SHOWN}),
    ),
    "rows that cannot be written": (
        "insert on it cannot be granted",
        lambda: materialized_view(*VIEW, grants={"loader": "insert"}),
    ),
    "everybody": ("PUBLIC", lambda: view(*VIEW, grants={"public": "select"})),
    "truncating a view": (
        "truncate on it cannot be granted",
        lambda: view(*VIEW, grants={"loader": "truncate"}),
    ),
    "no query": ("it has no query", lambda: view("v", " ; ")),
    "an index of nothing": (
        "the index i has no keys",
        lambda: materialized_view(*VIEW, indexes=[ViewIndex("i", " ")]),
    ),
    "a long name": ("63 bytes", lambda: view("v" * 64, "select 1")),
    "an owner's powers": (
        r"public.f\(uuid\): it acts as its owner, past policies, and authenticated may execute it",
        lambda: refused_function(
            "select 1",
            security="definer",
            arguments={"a": "uuid"},
            execute="authenticated",
        ),
    ),
    "powers on any path": (
        "leave search_path= as it is",
        lambda: refused_function("select 1", security="definer", search_path=None),
    ),
    "a setting twice": (
        "search_path is set twice",
        lambda: refused_function("select 1", settings={"search_path": "x"}),
    ),
    "a setting of two": (
        "no parameter of Postgres",
        lambda: refused_function("select 1", settings={"a to b": "x"}),
    ),
    "no body": ("body is empty", lambda: refused_function(" ")),
    "callers of any name": (
        "PUBLIC",
        lambda: refused_function("select 1", execute="PUBLIC"),
    ),
    "no such event": (
        "its events are some of",
        lambda: refused_trigger("cards", moment="before", events="select"),
    ),
    "columns of a delete": (
        "columns are for update",
        lambda: refused_trigger("cards", moment="before", events="delete", columns=["id"]),
    ),
    "no such column": (
        "public.cards: trigger 't': its table has no column 'x'",
        lambda: refused_trigger(cards(MetaData()), moment="before", events="update", columns=["x"]),
    ),
    "rows of a truncate": (
        'say each="statement"',
        lambda: refused_trigger("cards", moment="before", events="truncate"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_or_shows_too_much_is_refused(case: str) -> None:
    message, declare = REFUSED[case]

    with pytest.raises(ValueError, match=message):
        declare()


def test_what_shows_more_is_allowed_for_a_reason(metadata: MetaData) -> None:
    because = "the number of members is public"
    view(*VIEW, grants=SHOWN, security_invoker=False, because=because, metadata=metadata)
    materialized_view("m", "select 1", grants=SHOWN, because=because, metadata=metadata)
    function(
        "f",
        "select 1",
        returns="int",
        security="definer",
        execute=("authenticated", "anon"),
        because=because,
        metadata=metadata,
    )

    assert {each.because for each in declared_views(metadata)} == {because}
    assert declared_functions(metadata)[0].execute == ("anon", "authenticated")


def test_nothing_is_declared_twice(metadata: MetaData) -> None:
    one = partial(function, "f", "select 1", returns="int", metadata=metadata)
    one(arguments={"a": "int"})
    one(arguments={"a": "text"})
    view(*VIEW, metadata=metadata)

    with pytest.raises(ValueError, match=r"^public\.f\(int\): it is declared twice"):
        one(arguments={"b": "int"})
    with pytest.raises(ValueError, match=r"^public\.v: it is declared twice"):
        materialized_view(*VIEW, metadata=metadata)
