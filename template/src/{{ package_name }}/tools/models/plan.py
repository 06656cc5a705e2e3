"""Which tables become what, and what all is called, before a line is written. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from ..failure import Failure
from ..schema.catalogue import Catalogue, Composite, Domain, Enum, Range, Schema, Sequence
from ..schema.relations import Column, Constraint, Relation
from .names import NOT_FOR_CLASSES, Names, attribute, attributes, class_name, singular

Key = tuple[str, str]
"""Schema and name."""

DEFAULT_SCHEMA = "public"
"""What a name without a schema is in."""

READ_ONLY = {"view", "materialized view", "foreign table"}

NO_HASH = {"json", "jsonb", "hstore"}
"""Types whose values cannot tell one row from another in Python."""


@dataclass(frozen=True)
class Planned:
    """A table or view that a module will have."""

    relation: Relation
    name: str
    """Of the class, or of the variable of a `Table`."""
    attributes: Mapping[str, str]
    """Of each column."""
    names: Names
    """What else may be called on the class."""
    key: tuple[str, ...] = ()
    """The columns that tell the rows of a class apart; none for a `Table`."""

    @property
    def is_view(self) -> bool:
        """Whether it is never written."""
        return self.relation.kind in READ_ONLY

    @property
    def is_class(self) -> bool:
        """Whether it is mapped, not a bare `Table`."""
        return bool(self.key)

    @property
    def table(self) -> Key:
        """Where it is."""
        return self.relation.schema, self.relation.name


@dataclass(frozen=True)
class NamedType:
    """An enum or a domain, as the constant that columns share, and the alias of an enum's words."""

    of: Enum | Domain
    constant: str
    alias: str = ""


@dataclass(frozen=True)
class Plan:
    """Everything that is written, by its place in the database."""

    catalogue: Catalogue
    tables: dict[Key, Planned]
    types: dict[Key, NamedType]
    sequences: dict[Key, Sequence]
    others: dict[Key, Composite | Range] = field(default_factory=dict[Key, Composite | Range])
    elsewhere: Collection[Key] = ()
    """The tables that other files of the project model already."""

    def has(self, table: Key) -> bool:
        """Return whether a file of the project has a model of it, this one or another."""
        return table in self.tables or table in self.elsewhere

    def taken(self) -> set[str]:
        """Return every name of a module that attributes and imports must leave alone."""
        types = {name for each in self.types.values() for name in (each.constant, each.alias)}
        return {*(each.name for each in self.tables.values()), *types}

    def of_attributes(self) -> set[str]:
        """Return the names of all attributes."""
        return {name for each in self.tables.values() for name in each.names.taken}


def plan(
    catalogue: Catalogue, tables: Collection[str] = (), elsewhere: Mapping[Key, str] | None = None
) -> Plan:
    """Choose *tables*, all when none is named, and give everything its name.

    *elsewhere* names the classes of tables that other files of the project model already.

    Raises:
        Failure: one of them is not there.
    """
    elsewhere = elsewhere or {}
    relations = [each for each in _choose(catalogue, tables) if _key(each) not in elsewhere]
    classes = Names({*NOT_FOR_CLASSES, *elsewhere.values()})
    named = {_key(each): _name(classes, each) for each in relations}
    types = {_key(each): _named_type(classes, each) for each in _types(catalogue.schemas)}
    reserved = {*named.values(), *(t.constant for t in types.values())}
    reserved |= {t.alias for t in types.values()}
    planned = {
        _key(each): Planned(each, named[_key(each)], *_attributes(each, reserved), _row_key(each))
        for each in relations
    }
    sequences = {_key(s): s for schema in catalogue.schemas for s in schema.sequences}
    others = {_key(o): o for s in catalogue.schemas for o in (*s.composites, *s.ranges)}
    return Plan(catalogue, planned, types, sequences, others, elsewhere.keys())


def _key(thing: Relation | Enum | Domain | Sequence | Composite | Range) -> Key:
    return thing.schema, thing.name


def _choose(catalogue: Catalogue, tables: Collection[str]) -> list[Relation]:
    every = [
        relation
        for schema in catalogue.schemas
        for relation in schema.relations
        if not relation.partition_of and not relation.extension
    ]
    if not tables:
        return every
    chosen: list[Relation] = []
    for name in tables:
        found = [each for each in every if name in {each.name, f"{each.schema}.{each.name}"}]
        if not found:
            schemas = ", ".join(schema.name for schema in catalogue.schemas)
            raise Failure(
                f"models: there is no table {name} in {schemas}: `schema --table` lists them all,"
                " and --schema names the schemas to look in"
            )
        chosen += [each for each in found if each not in chosen]
    return sorted(chosen, key=_key)


def _name(names: Names, relation: Relation) -> str:
    one, many = class_name(singular(relation.name)), class_name(relation.name)
    whole = class_name(f"{relation.schema}_{relation.name}")
    is_class = bool(_row_key(relation))
    if not is_class:
        return names.take(attribute(relation.name, "table"), f"{attribute(relation.name)}_table")
    return names.take(one, many, whole, last="{}{}")


def _types(schemas: tuple[Schema, ...]) -> Iterator[Enum | Domain]:
    for schema in schemas:
        yield from (each for each in (*schema.enums, *schema.domains) if not each.extension)


def _named_type(names: Names, of: Enum | Domain) -> NamedType:
    plain = class_name(of.name)
    whole = class_name(f"{of.schema}_{of.name}")
    constants = (attribute(of.name, "type").upper(), attribute(f"{of.schema}_{of.name}").upper())
    constant = names.take(*constants)
    if isinstance(of, Domain):
        return NamedType(of, constant)
    return NamedType(of, constant, names.take(plain, f"{plain}Word", whole, last="{}{}"))


def _attributes(relation: Relation, reserved: set[str]) -> tuple[dict[str, str], Names]:
    return attributes([column.name for column in relation.columns], reserved)


def primary(relation: Relation) -> Constraint | None:
    """Return its primary key."""
    return next((each for each in relation.constraints if each.kind == "primary"), None)


def _row_key(relation: Relation) -> tuple[str, ...]:
    """Return what tells rows apart: of a view, what can be expected to."""
    if key := primary(relation):
        return () if is_association(relation) else key.columns
    if relation.kind not in READ_ONLY:
        return ()
    for index in relation.indexes:
        columns = [key.column for key in index.keys]
        if index.unique and index.predicate is None and None not in columns:
            return tuple(name for name in columns if name)
    usable = [column for column in relation.columns if _has_hash(column)]
    named_id = [column.name for column in usable if column.name == "id"]
    return tuple(named_id or [column.name for column in usable])


def _has_hash(column: Column) -> bool:
    return not column.type.dimensions and column.type.name not in NO_HASH


def is_association(relation: Relation) -> bool:
    """Return whether its rows are pairs of two other tables' rows, and nothing else."""
    key = primary(relation)
    keys = [each for each in relation.constraints if each.kind == "foreign"]
    if not key or len(keys) != 2 or relation.kind != "table":  # noqa: PLR2004  # a pair
        return False
    one, other = keys
    columns = [*one.columns, *other.columns]
    whole = {column.name for column in relation.columns}
    is_pair = len(columns) == len(whole) and {*columns} == whole == {*key.columns}
    ours = "auth" not in {one.target and one.target[0], other.target and other.target[0]}
    return is_pair and ours and one.target != other.target
