"""What the database has of what is compared here: one query a kind, for all tables. Reads only."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, text

Place = tuple[str, str]
"""Schema and name."""

COLUMNS = text("""
    select nspname, relname, attname, format_type(atttypid, atttypmod),
           case when attcollation <> typcollation then attcollation::regcollation::text end,
           attnotnull, attidentity <> '', attgenerated::text, pg_get_expr(adbin, adrelid),
           adbin is not null and exists (
               select from pg_depend
               join pg_class as sequences on sequences.oid = objid and sequences.relkind = 'S'
               where refclassid = 'pg_class'::regclass and refobjid = attrelid
                 and refobjsubid = attnum and classid = 'pg_class'::regclass
           )
    from pg_attribute
    join pg_class on pg_class.oid = attrelid and pg_class.relkind in ('r', 'p')
    join pg_namespace on pg_namespace.oid = relnamespace
    join pg_type on pg_type.oid = atttypid
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attnum > 0 and not attisdropped and nspname = any(:schemas)
""")

IDENTITIES = text("""
    select nspname, relname, attname, attidentity = 'a', seqstart, seqincrement, seqmin, seqmax,
           seqcache, seqcycle
    from pg_attribute
    join pg_class on pg_class.oid = attrelid and pg_class.relkind in ('r', 'p')
    join pg_namespace on pg_namespace.oid = relnamespace
    join pg_depend on refclassid = 'pg_class'::regclass and refobjid = attrelid
        and refobjsubid = attnum and classid = 'pg_class'::regclass and deptype = 'i'
    join pg_sequence on seqrelid = objid
    where attidentity <> '' and nspname = any(:schemas)
""")

CONSTRAINTS = text("""
    select nspname, relname, conname, contype::text, pg_get_constraintdef(made.oid),
           pg_get_expr(conbin, conrelid), conislocal, description,
           conindid::int8, case when contype = 'f' then array(
               select attname::text
               from unnest(conkey) with ordinality as keys (number, place)
               join pg_attribute on attrelid = conrelid and attnum = number
               order by place
           ) end, case when contype = 'f' then (
               select array[nspname, relname] from pg_class
               join pg_namespace on pg_namespace.oid = relnamespace
               where pg_class.oid = confrelid
           ) end, case when contype = 'f' then array(
               select attname::text
               from unnest(confkey) with ordinality as keys (number, place)
               join pg_attribute on attrelid = confrelid and attnum = number
               order by place
           ) end
    from pg_constraint as made
    join pg_class on pg_class.oid = conrelid
    join pg_namespace on pg_namespace.oid = relnamespace
    left join pg_description on objoid = made.oid and classoid = 'pg_constraint'::regclass
    where contype in ('c', 'f', 'p', 'u', 'x') and nspname = any(:schemas)
      -- A key to a partitioned table has a row for each of its partitions as well.
      and not exists (
          select from pg_constraint as parents
          where parents.oid = made.conparentid and parents.conrelid = made.conrelid
      )
""")

INDEXES = text("""
    select nspname, tables.relname, indexes.relname, pg_get_indexdef(indexrelid)
    from pg_index
    join pg_class as indexes on indexes.oid = indexrelid
    join pg_class as tables on tables.oid = indrelid and tables.relkind in ('r', 'p')
    join pg_namespace on pg_namespace.oid = tables.relnamespace
    where nspname = any(:schemas)
""")

DEPENDENTS = text("""
    select quote_ident(conname), pg_get_constraintdef(pg_constraint.oid), null, contype::text
    from pg_depend join pg_constraint on pg_constraint.oid = objid
    join pg_attribute on attrelid = refobjid and attnum = refobjsubid
    where classid = 'pg_constraint'::regclass and refclassid = 'pg_class'::regclass
      and refobjid = to_regclass(:table) and attname = :column
    union
    select objid::regclass::text, null, pg_get_indexdef(objid), relname::text
    from pg_depend join pg_index on indexrelid = objid
    join pg_class on pg_class.oid = objid
    join pg_attribute on attrelid = refobjid and attnum = refobjsubid
    where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass
      and refobjid = to_regclass(:table) and attname = :column
""")


class FoundColumn(NamedTuple):
    """A column, and what it has where no value is given."""

    type: str
    collation: str | None
    is_required: bool
    is_identity: bool
    generated: str
    """How it is computed: `s` for stored, `v` for virtual, nothing where it is not."""
    expression: str | None
    owns_sequence: bool


class FoundIdentity(NamedTuple):
    """How a column counts."""

    always: bool
    start: int
    increment: int
    minvalue: int
    maxvalue: int
    cache: int
    cycle: bool


class FoundConstraint(NamedTuple):
    """A key, a check or an exclusion."""

    kind: str
    """As in `pg_constraint`: `c`, `f`, `p`, `u` or `x`."""
    definition: str
    expression: str | None
    is_local: bool
    """False where it was inherited, and goes when the parent's goes."""
    comment: str | None
    of_index: int
    """The index of a key; of a foreign key, that of the key that it refers to."""
    columns: list[str] | None
    """Of a foreign key, as the two below."""
    target: list[str] | None
    """Schema and table that it refers to."""
    target_columns: list[str] | None


@dataclass
class FoundTable:
    """What a table has, by name."""

    columns: dict[str, FoundColumn] = field(default_factory=dict[str, FoundColumn])
    identities: dict[str, FoundIdentity] = field(default_factory=dict[str, FoundIdentity])
    constraints: dict[str, FoundConstraint] = field(default_factory=dict[str, FoundConstraint])
    indexes: dict[str, str] = field(default_factory=dict[str, str])


class Dependent(NamedTuple):
    """What goes with a column."""

    name: str
    constraint: str | None
    """How it is defined, where it is one."""
    index_definition: str | None
    kind: str
    """Of a constraint, as in `pg_constraint`; of an index, what it is called in its schema."""


def read(connection: Connection, schemas: Collection[str]) -> dict[Place, FoundTable]:
    """Return what every table of these *schemas* has."""
    found: dict[Place, FoundTable] = defaultdict(FoundTable)
    asked = {"schemas": sorted(schemas)}
    for schema, table, name, *rest in connection.execute(COLUMNS, asked):
        found[schema, table].columns[name] = FoundColumn(*rest)
    for schema, table, name, *rest in connection.execute(IDENTITIES, asked):
        found[schema, table].identities[name] = FoundIdentity(*rest)
    for schema, table, name, *rest in connection.execute(CONSTRAINTS, asked):
        found[schema, table].constraints[name] = FoundConstraint(*rest)
    for schema, table, name, definition in connection.execute(INDEXES, asked):
        found[schema, table].indexes[name] = definition
    return dict(found)


def read_dependents(connection: Connection, table: str, column: str) -> list[Dependent]:
    """Return the constraints and indexes that go when *column* of *table* is dropped."""
    rows = connection.execute(DEPENDENTS, {"table": table, "column": column})
    return [Dependent(*row) for row in rows]
