"""Functions and triggers in their states."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table, Text, text
from tests.rendered.tools.changes.kinds import Kind, State, nothing
from tests.rendered.tools.declared.views import bare, cards, kind

from my_supabase_service.supabase.tables.functions import Argument, function
from my_supabase_service.supabase.tables.policies import Policy, secure
from my_supabase_service.supabase.tables.triggers import trigger
from my_supabase_service.supabase.tables.views import view

BODY = r"""
    declare
      said text := 'a:b :c \d \: 50% %I "x" {q}';
    begin

      -- it's one line, and an indented one
        return said || E'\n' || $q$ {t}
    as it stands$q$;
    end
"""
DIGITS = {"a": "int"}


def doing(body: str = "select 1", **options: Any) -> State:
    """Declare a function; `{t}` in its body is the name of the case."""

    def declare(metadata: MetaData, name: str) -> None:
        said: dict[str, Any] = {"returns": "int", **options}
        function(
            f"{name}_f", body.replace("{t}", name).replace("{q}", '"""'), metadata=metadata, **said
        )

    return declare


def relied_on(returns: str, **options: Any) -> State:
    """Declare a function that everything else calls."""

    def declare(metadata: MetaData, name: str) -> None:
        call = f"{name}_f({'1' if options else ''})"
        made = [
            Column("size", Integer, server_default=text(f"({call})::int")),
            CheckConstraint(f"size < ({call})::int + 9", name="small"),
        ]
        table = Table(name, metadata, Column("id", Integer, primary_key=True), *made)
        secure(
            table,
            Policy("p", "select", using=f"id = ({call})::int"),
            grants={"authenticated": "select"},
        )
        function(
            f"{name}_f",
            "select 1",
            returns=returns,
            volatility="immutable",
            metadata=metadata,
            **options,
        )
        view(f"{name}_v", f"select ({call})::int as one", metadata=metadata)

    return declare


def rows_of(column: str) -> State:
    """Declare a function that returns rows of a table, and reads a column that changes."""

    def declare(metadata: MetaData, name: str) -> None:
        Table(name, metadata, Column("id", Integer, primary_key=True), Column(column, Text))
        body = f"select * from public.{name} where {column} = 'x'"
        function(f"{name}_f", body, returns=f"setof public.{name}", metadata=metadata)
        view(f"{name}_v", f"select id from {name}_f()", metadata=metadata)

    return declare


def calling(metadata: MetaData, name: str) -> None:
    """Declare a function that calls another, which is declared later."""
    function(f"{name}_a", f"select public.{name}_b()", returns="int", metadata=metadata)
    function(f"{name}_b", "select 2", returns="int", metadata=metadata)


def fired(moment: Any = "before", events: Any = "update", **options: Any) -> State:
    """Declare a trigger."""

    def declare(metadata: MetaData, name: str) -> None:
        table = cards(metadata, name)
        body = "begin return new; end"
        for which in ("f", "g"):
            function(
                f"{name}_{which}", body, returns="trigger", language="plpgsql", metadata=metadata
            )
        said: dict[str, Any] = {"function": f"{name}_f", **options}
        said["function"] = said["function"].replace("{t}", name)
        trigger(table, f"{name}_t", moment, events, metadata=metadata, **said)

    return declare


def watched(column: str) -> State:
    """Declare a trigger that watches a column, which goes when it has another name."""

    def declare(metadata: MetaData, name: str) -> None:
        table = cards(metadata, name, Column(column, Text))
        body = f"begin new.{column} = 'x'; return new; end"
        act = function(f"{name}_f", body, returns="trigger", language="plpgsql", metadata=metadata)
        when = f"new.{column} is distinct from 'x'"
        options: dict[str, Any] = {"columns": [column], "when": when, "metadata": metadata}
        trigger(table, f"{name} t", "before", "update", function=act, **options)

    return declare


def of(name: str, one: State, other: State, none: State = nothing, **said: Any) -> Kind:
    """Return a kind of which nothing is always there."""
    return Kind(name, none, one, other, **said)


TABLES: dict[str, Any] = {"old_table": "was", "new_table": "is_"}

FUNCTIONS = [
    of(
        "body",
        doing(),
        doing("select 2"),
        added=("create function public.{t}_f()", "from anon, authenticated, service_role, public"),
        changed=("create or replace function public.{t}_f()", "set search_path = ''"),
        removed=("drop function public.{t}_f()",),
    ),
    of(
        "procedural",
        doing(BODY, language="plpgsql", returns="text"),
        doing(BODY.replace("50%", "  60%"), language="plpgsql", returns="text"),
        changed=("create or replace function",),
    ),
    of(
        "blanks",
        doing("select\n  \n\n'a'", returns="text"),
        doing("select 'b\n   \nc'", returns="text"),
    ),
    of("volatility", doing(volatility="stable"), doing(volatility="immutable")),
    of("owner", doing(), doing(security="definer"), changed=("language sql security definer",)),
    of("parallel", doing(parallel="safe", strict=True), doing()),
    of("path", doing(search_path="public, extensions"), doing(), changed=("search_path = ''",)),
    of("no_path", doing(search_path=None), doing(), changed=("create or replace function",)),
    of(
        "settings",
        doing(settings={"work_mem": "8MB", "application_name": "it's\\"}),
        doing(settings={"work_mem": "9MB"}),
    ),
    of("default", doing(arguments=DIGITS), doing(arguments={"a": Argument("int", "2 * 3")})),
    of(
        "argument",
        doing(arguments=DIGITS),
        doing(arguments={"b": "int"}),
        changed=("drop function",),
    ),
    of("type", doing(arguments=DIGITS), doing(arguments={"a": "text"})),
    of("more", doing(arguments=DIGITS), doing(arguments={**DIGITS, "b": "numeric(8, 2)[]"})),
    of("any", doing(arguments={"a": Argument("int[]", mode="variadic")}), doing(arguments=DIGITS)),
    of("out", doing(arguments={"a": Argument("int", mode="out")}), doing()),
    of(
        "columns",
        doing(returns="table (a int)"),
        doing(returns="table (a int, b int)", body="select 1, 2"),
    ),
    of(
        "execute",
        doing(execute="authenticated"),
        doing(execute=("anon", "service_role")),
        changed=("grant execute on function public.{t}_f() to anon, service_role",),
    ),
    of("because", doing(security="definer", execute="anon", because="x"), doing(execute="anon")),
    of("calls", calling, doing()),
    of(
        "result",
        relied_on("int"),
        relied_on("bigint"),
        none=nothing,
        changed=("drop function", "alter column size drop default", "drop view public.{t}_v"),
    ),
    of("rows", rows_of("first"), rows_of("second")),
    kind("trigger", fired(), fired("after"), changed=("create or replace trigger",)),
    kind("events", fired(events=("insert", "update")), fired(events=("update", "delete"))),
    kind("watched", fired(columns=["title"]), fired(columns=["title", "weight"])),
    kind("when", fired(when="old.* is distinct from new.*"), fired(when="new.title = '50%'")),
    kind("calling", fired(), fired(function="public.{t}_g"), none=bare),
    kind("given", fired(arguments=["it's"]), fired(arguments=["a", "\\b"])),
    kind(
        "constraint_trigger",
        fired("after", constraint="immediate"),
        fired("after", constraint="deferred"),
        none=fired("after"),
        changed=("drop trigger {t}_t on", "deferrable initially deferred"),
    ),
    kind("each", fired("after", each="statement"), fired("after", each="statement", **TABLES)),
    of("watched_column", watched("first"), watched("second")),
]
