"""What hangs on the tables and functions of a catalogue, as the statements that make it. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from ...supabase.tables.policies import API_ROLES, Grant
from ..migrations.policies.statements import create_policy, set_grants
from ..models.policies import as_declared
from ..schema.catalogue import Function, Schema
from ..schema.relations import Constraint, GrantFound, Relation, Trigger
from .words import full, literal, quote

ROLES = (*API_ROLES, "public")
"""Whose grants are kept: a role of the database's own may not be there on another one."""

FIRES = {"always": "enable always", "replica": "enable replica", "disabled": "disable"}
"""What is said of a trigger that does not fire as usual."""


def flat(relations: Iterable[Relation]) -> Iterator[Relation]:
    """Yield each relation that no extension brought, and its partitions after it."""
    for relation in relations:
        if relation.extension is None:
            yield relation
            yield from flat(relation.partitions)


def keys(relation: Relation) -> Iterator[str]:
    """Yield its constraints but for foreign keys, its indexes, and what is set by column."""
    table = full(relation.schema, relation.name)
    for column in relation.columns:
        alter = f"alter table {table} alter column {quote(column.name)}"
        if column.statistics is not None:
            yield f"{alter} set statistics {column.statistics}"
        if column.options:
            yield f"{alter} set ({', '.join(column.options)})"
    yield from _constraints(table, (it for it in relation.constraints if it.kind != "foreign"))
    for index in relation.indexes:
        if index.valid and not index.inherited:
            # On a partitioned table it shall make those of the partitions, too.
            yield index.definition.replace(" ON ONLY ", " ON ", 1)
    if "table" in relation.kind and relation.replica_identity in {"full", "nothing"}:
        yield f"alter table {table} replica identity {relation.replica_identity}"


def foreign_keys(relation: Relation) -> Iterator[str]:
    """Yield its foreign keys."""
    table = full(relation.schema, relation.name)
    yield from _constraints(table, (it for it in relation.constraints if it.kind == "foreign"))


def _constraints(table: str, constraints: Iterable[Constraint]) -> Iterator[str]:
    for constraint in constraints:
        if constraint.kind != "not null" and not constraint.inherited:
            name = quote(constraint.name)
            yield f"alter table {table} add constraint {name} {_definition(constraint)}"


def _definition(constraint: Constraint) -> str:
    """Return it with the options of its index, which Postgres leaves out of a key."""
    if not constraint.options or constraint.kind not in {"primary", "unique"}:
        return constraint.definition
    options = f" WITH ({', '.join(constraint.options)})"
    before, when, after = constraint.definition.partition(" DEFERRABLE")
    return f"{before}{options}{when}{after}"


def triggers(table: str, every: Iterable[Trigger]) -> Iterator[str]:
    """Yield the triggers of *table*."""
    for trigger in every:
        yield trigger.definition
        if trigger.enabled in FIRES:
            yield f"alter table {table} {FIRES[trigger.enabled]} trigger {quote(trigger.name)}"


def security(relation: Relation) -> Iterator[str]:
    """Yield row level security, its policies and the grants of the API's roles."""
    table = full(relation.schema, relation.name)
    if relation.row_security:
        yield f"alter table {table} enable row level security"
    if relation.row_security_forced:
        yield f"alter table {table} force row level security"
    yield from policies(relation)
    found = [_grant(each) for each in relation.grants if each.role in ROLES]
    yield from set_grants(f"table {table}", found, ROLES) if found else []


def policies(relation: Relation) -> Iterator[str]:
    """Yield the policies of a table."""
    table = full(relation.schema, relation.name)
    yield from (create_policy(table, as_declared(found)) for found in relation.policies)


def _grant(found: GrantFound) -> Grant:
    return Grant(found.role, found.privilege, found.column, found.grantable)


def other_grants(schema: Schema) -> Iterator[str]:
    """Yield who may use the schema, its sequences and its functions."""
    yield from _granted(f"schema {quote(schema.name)}", schema.grants)
    for sequence in schema.sequences:
        if sequence.extension is None:
            yield from _granted(f"sequence {full(schema.name, sequence.name)}", sequence.grants)
    for function in own(schema.functions):
        signed = signature(function)
        if not any(grant.role == "public" for grant in function.grants):
            yield f"revoke all on {signed} from public"
        roles = [grant for grant in function.grants if grant.role != "public"]
        yield from _granted(signed, roles)


def _granted(thing: str, grants: Sequence[GrantFound]) -> Iterator[str]:
    for grant in grants:
        if grant.role in ROLES:
            option = " with grant option" if grant.grantable else ""
            role = grant.role if grant.role == "public" else quote(grant.role)
            yield f"grant {grant.privilege} on {thing} to {role}{option}"


def owned_sequences(schema: Schema) -> Iterator[str]:
    """Yield which sequences go with a column."""
    for sequence in schema.sequences:
        if sequence.owned_by and sequence.extension is None:
            *table, column = sequence.owned_by
            name = full(schema.name, sequence.name)
            yield f"alter sequence {name} owned by {full(*table)}.{quote(column)}"


def own(functions: Iterable[Function]) -> Iterator[Function]:
    """Yield the functions that can be written down and are no extension's."""
    return (it for it in functions if it.extension is None and it.definition is not None)


def signature(function: Function) -> str:
    """Return what tells *function* from all others."""
    kind = "procedure" if function.kind == "procedure" else "function"
    return f"{kind} {named(function)}"


def named(function: Function) -> str:
    """Return its name, and the arguments that tell it from others of that name."""
    return f"{full(function.schema, function.name)}({function.arguments})"


def comments(schema: Schema) -> Iterator[str]:
    """Yield what was said of everything in the schema."""
    for kind, things in (
        ("type", (*schema.enums, *schema.composites, *schema.ranges)),
        ("domain", schema.domains),
        ("sequence", schema.sequences),
    ):
        for thing in things:
            if thing.extension is None:
                yield from said(f"{kind} {full(schema.name, thing.name)}", thing.comment)
    for function in own(schema.functions):
        yield from said(signature(function), function.comment)
    for relation in flat(schema.relations):
        yield from _of_relation(relation)


def _of_relation(relation: Relation) -> Iterator[str]:
    name = full(relation.schema, relation.name)
    kind = "table" if "table" in relation.kind else relation.kind
    yield from said(f"{kind} {name}", relation.comment)
    for column in relation.columns:
        yield from said(f"column {name}.{quote(column.name)}", column.comment)
    for word, things in (
        ("constraint", relation.constraints),
        ("trigger", relation.triggers),
        ("policy", relation.policies),
    ):
        for thing in things:
            yield from said(f"{word} {quote(thing.name)} on {name}", thing.comment)
    for index in relation.indexes:
        yield from said(f"index {full(relation.schema, index.name)}", index.comment)


def said(thing: str, comment: str | None) -> Iterator[str]:
    """Yield what was said of *thing*, if anything was."""
    if comment is not None:
        yield f"comment on {thing} is {literal(comment)}"
