"""Views and materialized views in their states."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Integer, MetaData, Numeric, SmallInteger, Table, Text, func, select
from sqlalchemy.types import TypeEngine
from tests.rendered.tools.changes.kinds import Kind, State, nothing

from my_supabase_service.supabase.tables.functions import function
from my_supabase_service.supabase.tables.policies import Policy, secure
from my_supabase_service.supabase.tables.triggers import trigger
from my_supabase_service.supabase.tables.views import ViewIndex, materialized_view, view

SHOWN = {"authenticated": "select"}
PUBLIC = "these numbers are for everybody"


def cards(metadata: MetaData, name: str, *columns: Column[Any]) -> Table[Any]:
    """Declare a table; *columns* are more than it always has."""
    some = [Column("title", Text), Column("weight", Integer)]
    return Table(name, metadata, Column("id", Integer, primary_key=True), *some, *columns)


def over(query: str, **options: Any) -> State:
    """Declare a table and a view of it; `{t}` is its name."""

    def declare(metadata: MetaData, name: str) -> None:
        cards(metadata, name)
        view(f"{name}_v", query.format(t=name), metadata=metadata, **options)

    return declare


def kept(query: str, indexes: str = "", **options: Any) -> State:
    """Declare a table and a materialized view of it, with *indexes* on these columns."""

    def declare(metadata: MetaData, name: str) -> None:
        cards(metadata, name)
        made = [
            ViewIndex(f"{name}_{number}", keys, unique=number == 0)
            for number, keys in enumerate(filter(None, indexes.split(";")))
        ]
        materialized_view(
            f"{name}_v", query.format(t=name), indexes=made, metadata=metadata, **options
        )

    return declare


def chosen(metadata: MetaData, name: str) -> None:
    """Declare a view by a `select()`."""
    table = cards(metadata, name)
    query = select(table.c.id, func.upper(table.c.title).label("title"))
    view(f"{name}_v", query.where(table.c.title != "50%:x"), metadata=metadata)


def two(below: str, above: str, **options: Any) -> State:
    """Declare a view of a view, the upper one first."""

    def declare(metadata: MetaData, name: str) -> None:
        cards(metadata, name)
        query = above.format(t=f"{name}_v")
        view(f"{name}_upper", query, grants=SHOWN, metadata=metadata)
        view(f"{name}_v", below.format(t=name), metadata=metadata, **options)

    return declare


def retyped(type_: type[TypeEngine[Any]]) -> State:
    """Declare a view, a view of that and a policy over a column of this type."""

    def declare(metadata: MetaData, name: str) -> None:
        table = cards(metadata, name, Column("size", type_))
        other = cards(metadata, f"{name}_other")
        view(f"{name}_v", f"select id, size from {name}", grants=SHOWN, metadata=metadata)
        materialized_view(f"{name}_m", f"select max(id) from {name}_v", metadata=metadata)
        view(f"{name}_w", f"select size + 1 as more from {name}_v", metadata=metadata)
        big = Policy("big", "select", using="size > 1")
        secure(table, big, grants=SHOWN)
        seen = Policy("seen", "select", using=f"id in (select v.id from {name}_v v)")
        secure(other, seen, grants=SHOWN)

    return declare


def renamed(column: str) -> State:
    """Declare a view over a column of this name, which goes when it has another."""

    def declare(metadata: MetaData, name: str) -> None:
        cards(metadata, name, Column(column, Text))
        view(f"{name}_v", f"select {column} from {name}", grants=SHOWN, metadata=metadata)

    return declare


def written(body: str) -> State:
    """Declare a view that is written to by a trigger of its own."""

    def declare(metadata: MetaData, name: str) -> None:
        cards(metadata, name)
        view(f"{name}_v", f"select count(*) from {name}", metadata=metadata)
        act = function(f"{name}_f", body, returns="trigger", language="plpgsql", metadata=metadata)
        trigger(f"{name}_v", f"{name}_t", "instead of", "insert", function=act, metadata=metadata)

    return declare


def bare(metadata: MetaData, name: str) -> None:
    """Declare the table alone."""
    cards(metadata, name)


def kind(name: str, one: State, other: State, none: State = bare, **said: Any) -> Kind:
    """Return a kind of which the table is always there."""
    return Kind(name, none, one, other, **said)


IN_PLACE = ("create or replace view public.{t}_v with (security_invoker = true) as",)
DROPPED = ("drop view public.{t}_v",)
PLAIN = "select id, title from {t}"

VIEWS = [
    kind(
        "query",
        over(PLAIN),
        over("select id, title from {t} where title like '50%' -- and ''"),
        changed=IN_PLACE,
        removed=DROPPED,
        added=("-- views.py: view public.{t}_v", "revoke all on table public.{t}_v from anon"),
    ),
    kind("a_column", over(PLAIN), over("select id, title, weight from {t}"), changed=IN_PLACE),
    kind(
        "a_column_between", over(PLAIN), over("select id, weight, title from {t}"), changed=DROPPED
    ),
    kind("another_type", over(PLAIN), over("select id::text, title from {t}"), changed=DROPPED),
    kind("every_column", over("select * from {t}"), over("select 1 as one, {t}.* from {t}")),
    kind("names", over(PLAIN, columns=["a", "Größe"]), over(PLAIN, columns=["b", "Größe"])),
    kind(
        "quotes", over("""select 'it''s\n  "{t}"' as "a""b" """), over("""select 'x' as "a""b" """)
    ),
    kind(
        "its_reader",
        over(PLAIN),
        over(PLAIN, security_invoker=False, security_barrier=True),
        changed=("with (security_invoker = false, security_barrier = true)",),
    ),
    kind(
        "a_check",
        over("select * from {t} where id > 1", check_option="local"),
        over("select * from {t} where id > 1", check_option="cascaded"),
        changed=("create or replace view", "check_option = cascaded"),
    ),
    kind(
        "grants",
        over(PLAIN, grants={"authenticated": "select, update (title)", "anon": "select"}),
        over(PLAIN, grants={"authenticated": "select (id), insert"}),
        added=("grant select, update (title)",),
        changed=("grant select (id), insert",),
    ),
    kind(
        "for_a_reason",
        over(PLAIN, security_invoker=False, because=PUBLIC, grants=SHOWN),
        over(PLAIN, grants=SHOWN),
    ),
    kind(
        "a_view_of_a_view",
        two(PLAIN, "select * from {t}"),
        two("select id, title || '!' as title, weight from {t}", "select title from {t}"),
        changed=("drop view public.{t}_upper",),
    ),
    kind(
        "below_a_view",
        two(PLAIN, "select id from {t}"),
        two("select id, weight from {t}", "select id from {t}"),
        changed=("drop view public.{t}_upper", "grant select on table public.{t}_upper to"),
    ),
    kind(
        "a_column_below_a_view",
        two(PLAIN, "select id from {t}"),
        two("select id, title, weight from {t}", "select id from {t}"),
        changed=IN_PLACE,
    ),
    kind(
        "a_column_below_every_column",
        two(PLAIN, "select * from {t}"),
        two("select id, title, weight from {t}", "select * from {t}"),
        changed=("drop view public.{t}_upper",),
    ),
    kind(
        "a_type_below",
        retyped(Integer),
        retyped(Numeric),
        changed=("drop materialized view public.{t}_m", "drop policy seen on public.{t}_other"),
    ),
    kind("a_small_type_below", retyped(Integer), retyped(SmallInteger), none=retyped(Numeric)),
    kind("a_column_below", renamed("first"), renamed("second"), changed=DROPPED),
    kind("selected", chosen, over("select id, title from {t} where id <> 1")),
    kind("of_a_table_that_goes", over(PLAIN), over("select 1 as one from {t}"), none=nothing),
    kind(
        "kept",
        kept("select weight, count(*) as n from {t} group by 1", "weight;n desc, weight"),
        kept("select weight, sum(id) as n from {t} group by 1", "weight;n desc, weight"),
        added=("create materialized view public.{t}_v as", "create unique index"),
        changed=("drop materialized view public.{t}_v",),
    ),
    kind(
        "indexes",
        kept("select weight, count(*) as n from {t} group by 1", "weight;n desc, weight"),
        kept("select weight, count(*) as n from {t} group by 1", "weight;n, (weight + n)"),
        changed=("drop index public.",),
    ),
    kind(
        "shown",
        kept("select count(*) from {t}", grants=SHOWN, because=PUBLIC),
        kept("select count(*) from {t}", grants={"service_role": "select"}, because=PUBLIC),
        changed=("grant select on table public.{t}_v to service_role",),
    ),
    kind("becomes_kept", over(PLAIN, grants=SHOWN), kept(PLAIN), changed=DROPPED),
    kind("written_to", written("begin return null; end"), written("begin return new; end")),
]
