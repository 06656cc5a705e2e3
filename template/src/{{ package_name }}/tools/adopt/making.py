"""What a catalogue holds as the statements that make it: types, sequences, functions, relations.

Pure. Keys, indexes and what else hangs on a table are in `hanging.py`, since they come after all
tables.
"""

from collections.abc import Iterator

from ..schema.catalogue import Composite, Domain, Enum, Function, Range, Schema, Sequence
from ..schema.relations import Column, Identity, Relation
from .order import Made
from .words import full, listed, literal, quote

TABLES = ("table", "partitioned table")

MOST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
"""What a sequence of each type counts to."""


def made_in(schema: Schema) -> Iterator[Made]:
    """Yield what makes everything in *schema* that has a name of its own, but an extension's."""
    for each in (*schema.enums, *schema.composites, *schema.domains, *schema.ranges):
        if each.extension is None:
            yield Made((schema.name, each.name), _type(each))
    for sequence in schema.sequences:
        if sequence.extension is None:
            yield Made((schema.name, sequence.name), _sequence(sequence))
    for function in schema.functions:
        if function.extension is None and function.definition is not None:
            yield _function(function)
    for relation in schema.relations:
        if relation.extension is None:
            yield from _relation(relation)


def _type(each: Enum | Composite | Domain | Range) -> str:
    name = full(each.schema, each.name)
    match each:
        case Enum():
            return f"create type {name} as enum ({', '.join(map(literal, each.values))})"
        case Composite():
            return f"create type {name} as {listed(_field(field) for field in each.fields)}"
        case Domain():
            words = [f"create domain {name} as {each.type.sql}"]
            words += [f"collate {each.collation}"] if each.collation else []
            words += [f"default {each.default}"] if each.default else []
            words += [] if each.nullable else ["not null"]
            for check in each.checks:
                words.append(f"constraint {quote(check.name)} check ({check.expression})")
            return "\n    ".join(words)
        case Range():
            parts = {
                "subtype": each.subtype.sql,
                "subtype_opclass": each.opclass,
                "collation": each.collation,
                "subtype_diff": each.subtype_diff,
                "multirange_type_name": each.multirange,
            }
            told = [f"{key} = {value}" for key, value in parts.items() if value]
            return f"create type {name} as range {listed(told)}"


def _field(column: Column) -> str:
    collated = f" collate {column.collation}" if column.collation else ""
    return f"{quote(column.name)} {column.type.sql}{collated}"


def _sequence(sequence: Sequence) -> str:
    kind = "unlogged sequence" if sequence.unlogged else "sequence"
    name = full(sequence.schema, sequence.name)
    words = [f"create {kind} {name} as {sequence.type}", *_numbers(sequence, sequence.type)]
    return " ".join(words)


def _numbers(numbers: Sequence | Identity, type_: str) -> Iterator[str]:
    """Yield what is not as Postgres would have it anyway."""
    most = MOST.get(type_, MOST["bigint"])
    up = numbers.increment > 0
    usual_minimum, usual_maximum = (1, most) if up else (-most - 1, -1)
    if numbers.increment != 1:
        yield f"increment by {numbers.increment}"
    if numbers.minimum != usual_minimum:
        yield f"minvalue {numbers.minimum}"
    if numbers.maximum != usual_maximum:
        yield f"maxvalue {numbers.maximum}"
    if numbers.start != (numbers.minimum if up else numbers.maximum):
        yield f"start with {numbers.start}"
    if numbers.cache != 1:
        yield f"cache {numbers.cache}"
    if numbers.cycle:
        yield "cycle"


def _function(function: Function) -> Made:
    statement = (function.definition or "").rstrip()
    # A body in quotes is read when it is called; one that is not is read now.
    head = statement.replace(function.source, "") if "AS $" in statement else statement
    return Made((function.schema, function.name), statement, mentions=head)


def _relation(relation: Relation) -> Iterator[Made]:
    name = (relation.schema, relation.name)
    if relation.definition is not None:
        yield Made(name, _view(relation), is_late=True)
    elif relation.kind in TABLES:
        yield Made(name, _table(relation))
        for partition in relation.partitions:
            yield from _relation(partition)


def _view(relation: Relation) -> str:
    words = [f"create {relation.kind} {full(relation.schema, relation.name)}"]
    words += [f"with ({', '.join(relation.options)})"] if relation.options else []
    definition = (relation.definition or "").strip().rstrip(";")
    return f"{' '.join(words)} as\n{definition}"


def _table(relation: Relation) -> str:
    words = ["create unlogged table" if relation.unlogged else "create table"]
    words.append(full(relation.schema, relation.name))
    if relation.partition_of:
        words.append(f"partition of {full(*relation.partition_of)} {relation.partition_bound}")
    else:
        own = [column for column in relation.columns if not column.inherited]
        words.append(listed(_column(relation, column) for column in own))
    if relation.inherits:
        words.append(f"inherits ({', '.join(full(*parent) for parent in relation.inherits)})")
    words += [f"partition by {relation.partition_key}"] if relation.partition_key else []
    words += [f"using {relation.access_method}"] if relation.access_method else []
    words += [f"with ({', '.join(relation.options)})"] if relation.options else []
    return " ".join(words)


def _column(relation: Relation, column: Column) -> str:
    words = [quote(column.name), column.type.sql]
    words += [f"storage {column.storage}"] if column.storage else []
    words += [f"compression {column.compression}"] if column.compression else []
    words += [f"collate {column.collation}"] if column.collation else []
    if column.generated is not None:
        kind = "stored" if column.stored else "virtual"
        words.append(f"generated always as ({column.generated}) {kind}")
    elif column.identity is not None:
        identity = column.identity
        when = "always" if identity.always else "by default"
        # Postgres's own name for it may be taken by then.
        named = identity.sequence != full(relation.schema, f"{relation.name}_{column.name}_seq")
        name = [f"sequence name {identity.sequence}"] if named else []
        numbers = " ".join([*name, *_numbers(identity, column.type.sql)])
        words.append(f"generated {when} as identity" + (f" ({numbers})" if numbers else ""))
    elif column.default is not None:
        words.append(f"default {column.default}")
    words += [] if column.nullable else ["not null"]
    return " ".join(words)
