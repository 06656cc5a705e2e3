"""What a database has of its own: its schemas, and what it hung on tables of Supabase's."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from sqlalchemy import Connection, text

from ...supabase.tables.policies import Grant
from ..failure import Failure
from ..migrations.exposure import Reachable
from ..schema.catalogue import Catalogue, Function, Schema
from ..schema.read import read_catalogue
from ..schema.relations import PolicyFound, Relation, Trigger
from .words import quote

HUNG_ON = ("auth", "storage")
"""Schemas of Supabase's with tables that projects put triggers and policies on."""

SCHEMAS = text("select nspname from pg_namespace where nspname = any(:names)")


class Named(Protocol):
    """Anything that has a name."""

    @property
    def name(self) -> str:
        """Its own, without a schema."""
        ...


Thing = TypeVar("Thing", bound=Named)


@dataclass(frozen=True)
class Found:
    """What is in a database."""

    own: Catalogue
    supabases: Catalogue

    def relations(self) -> list[Relation]:
        """Return every table and view of the project's own, but partitions and an extension's."""
        return [
            relation
            for schema in self.own.schemas
            for relation in schema.relations
            if relation.extension is None
        ]


def read_found(connection: Connection, schemas: Sequence[str] | None = None) -> Found:
    """Read these *schemas*, or all of the project's own.

    Raises:
        Failure: one of them is not there.
    """
    there = connection.scalars(SCHEMAS, {"names": [*HUNG_ON]}).all()
    return Found(read_catalogue(connection, schemas), read_catalogue(connection, [*there]))


def beyond(found: Found, before: Found, *, is_left_alone: Callable[[str], bool]) -> Found:
    """Return what is *found* and was not there *before*, but what shall be left alone.

    Raises:
        Failure: a table was there before and has other columns.
    """
    _refuse_another(found, before)
    ours = {schema.name: schema for schema in before.own.schemas}
    schemas = [_without(it, ours.get(it.name), is_left_alone) for it in found.own.schemas]
    extensions = {extension.name for extension in before.own.extensions}
    own = replace(
        found.own,
        schemas=tuple(schemas),
        extensions=tuple(it for it in found.own.extensions if it.name not in extensions),
    )
    hung = {
        (schema.name, relation.name): relation
        for schema in before.supabases.schemas
        for relation in schema.relations
    }
    supabases = replace(
        found.supabases,
        schemas=tuple(
            replace(it, relations=tuple(_hung_on(each, hung) for each in it.relations))
            for it in found.supabases.schemas
        ),
    )
    return Found(own, supabases)


def on_objects(found: Found) -> list[Reachable]:
    """Return the policies on the objects of buckets, as things that somebody reaches."""
    tables = (each for schema in found.supabases.schemas for each in schema.relations)
    return [
        Reachable(
            "policy",
            f"{quote(policy.name)} on storage.objects",
            table.schema,
            table.name,
            can_be_closed=True,
            is_needed=False,
            parent=None,
            grants=frozenset(Grant(role, policy.command) for role in policy.roles),
        )
        for table in tables
        if (table.schema, table.name) == ("storage", "objects")
        for policy in table.policies
    ]


def _refuse_another(found: Found, before: Found) -> None:
    """A model can be of one of two tables only."""
    made = {
        (it.schema, it.name): {column.name for column in it.columns} for it in before.relations()
    }
    for relation in found.relations():
        columns = made.get((relation.schema, relation.name))
        if columns is not None and columns != {column.name for column in relation.columns}:
            raise Failure(
                f"adopt: the revisions of this project make {relation.schema}.{relation.name}, and"
                " the database has another one: take the sample feature out first, as AGENTS.md"
                " says, or name the table in migrations/left_alone.txt"
            )


def _without(schema: Schema, before: Schema | None, is_left_alone: Callable[[str], bool]) -> Schema:
    relations = [it for it in schema.relations if not is_left_alone(f"{schema.name}.{it.name}")]
    if before is None:
        return replace(schema, relations=tuple(relations))
    functions = {_signature(function) for function in before.functions}
    return replace(
        schema,
        grants=tuple(grant for grant in schema.grants if grant not in before.grants),
        comment=None if schema.comment == before.comment else schema.comment,
        relations=(*_new(relations, before.relations),),
        enums=(*_new(schema.enums, before.enums),),
        domains=(*_new(schema.domains, before.domains),),
        composites=(*_new(schema.composites, before.composites),),
        ranges=(*_new(schema.ranges, before.ranges),),
        sequences=(*_new(schema.sequences, before.sequences),),
        functions=tuple(it for it in schema.functions if _signature(it) not in functions),
    )


def _signature(function: Function) -> tuple[str, str]:
    return function.name, function.arguments


def _new(things: Iterable[Thing], before: Iterable[Named]) -> Iterator[Thing]:
    names = {thing.name for thing in before}
    return (thing for thing in things if thing.name not in names)


def _hung_on(relation: Relation, before: dict[tuple[str, str], Relation]) -> Relation:
    old = before.get((relation.schema, relation.name))
    triggers: Sequence[Trigger] = old.triggers if old else ()
    policies: Sequence[PolicyFound] = old.policies if old else ()
    return replace(
        relation,
        triggers=(*_new(relation.triggers, triggers),),
        policies=(*_new(relation.policies, policies),),
    )
