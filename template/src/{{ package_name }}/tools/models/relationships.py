"""Relationships: what a key leads to, and what leads back. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from ..schema.relations import Constraint, Index
from .keys import foreign_keys
from .literals import call, literal
from .module import Module
from .names import LONGEST, attribute, singular
from .plan import DEFAULT_SCHEMA, Key, Plan, Planned, is_association, primary

OF_A_KEY = ("_id", "_uuid", "_fk", "_key")
"""How columns end that hold the key of another row."""


@dataclass(frozen=True)
class Relationship:
    """One attribute of a class."""

    of: Key
    name: str
    target: Key
    options: tuple[tuple[str, str], ...]
    is_list: bool = False
    is_null: bool = False


def relationships(plan: Plan) -> dict[Key, list[Relationship]]:
    """Return what each class is related to, in pairs that know each other."""
    found: dict[Key, list[Relationship]] = defaultdict(list)
    between = _count(plan)
    for planned in plan.tables.values():
        if is_association(planned.relation):
            pairs = _many_to_many(plan, planned)
        elif planned.is_class and not planned.is_view:
            pairs = _of_keys(plan, planned, between)
        else:
            continue
        for each in pairs:
            found[each.of].append(each)
    return found


def write(module: Module, relationship: Relationship) -> str:
    """Return the line of a class that declares it."""
    target = module.class_name(relationship.target)
    inner = f'"{target}"'
    if relationship.is_list:
        inner = f'list["{target}"]'
    elif relationship.is_null:
        inner = f'"{target} | None"'
    if "lambda" in dict(relationship.options).get("secondary", ""):
        module.imports.name("..supabase", "Base")
    mapped = module.imports.name("sqlalchemy.orm", "Mapped")
    function = module.imports.name("sqlalchemy.orm", "relationship")
    return (
        f"{relationship.name}: {mapped}[{inner}] = {call(function, **dict(relationship.options))}"
    )


def _count(plan: Plan) -> dict[frozenset[Key], list[tuple[Key, Constraint]]]:
    """Return the keys between each two tables, in either direction."""
    between: dict[frozenset[Key], list[tuple[Key, Constraint]]] = defaultdict(list)
    for planned in plan.tables.values():
        for key in _distinct(planned):
            if key.target:
                between[frozenset({planned.table, key.target})].append((planned.table, key))
    return between


def _distinct(planned: Planned) -> list[Constraint]:
    """Return the keys of a table, of two that say the same the first."""
    seen = dict[tuple[object, ...], Constraint]()
    for key in foreign_keys(planned):
        pairs = frozenset(zip(key.columns, key.target_columns, strict=True))
        seen.setdefault((pairs, key.target), key)
    return [*seen.values()]


def _of_keys(
    plan: Plan, planned: Planned, between: dict[frozenset[Key], list[tuple[Key, Constraint]]]
) -> Iterator[Relationship]:
    written = set[str]()
    for key in _distinct(planned):
        target = plan.tables.get(key.target or ("", ""))
        if target is None or not target.is_class or target.is_view:
            continue
        rivals = between[frozenset({planned.table, target.table})]
        # Of two that would write the same column, the second only reads.
        reads = bool(written & {*key.columns})
        written |= {*key.columns}
        yield from _pair(planned, target, key, rivals=len(rivals), reads=reads)


def _pair(
    planned: Planned, target: Planned, key: Constraint, *, rivals: int, reads: bool
) -> Iterator[Relationship]:
    is_self = planned.table == target.table
    to_one = _to_one_name(planned, target, key)
    is_one = _is_unique(planned, key)
    has_back = not (is_self and len(key.columns) > 1)
    back = _back_name(planned, target, to_one, is_one=is_one, rivals=rivals) if has_back else ""
    common = _common(planned, target, key, rivals=rivals, reads=reads)
    there = [f"{target.name}.{target.attributes[column]}" for column in key.target_columns]
    remote = (("remote_side", literal(_listed(there))),) if is_self else ()
    back_populates = (("back_populates", literal(back)),) if back else ()
    is_null = any(c.nullable for c in planned.relation.columns if c.name in key.columns)
    to_other = (*common, *remote, *back_populates)
    yield Relationship(planned.table, to_one, target.table, to_other, is_null=is_null)
    if not back:
        return
    deleted = (
        (("passive_deletes", "True"),) if key.on_delete not in {"no action", "restrict"} else ()
    )
    if reads:
        deleted = ()
    to_these = (*common, ("back_populates", literal(to_one)), *deleted)
    yield Relationship(
        target.table, back, planned.table, to_these, is_list=not is_one, is_null=is_one
    )


def _common(
    planned: Planned, target: Planned, key: Constraint, *, rivals: int, reads: bool
) -> tuple[tuple[str, str], ...]:
    here = [f"{planned.name}.{planned.attributes[column]}" for column in key.columns]
    options: list[tuple[str, str]] = []
    if rivals > 1:
        options.append(("foreign_keys", literal(_listed(here))))
        if len(key.columns) > 1 or reads:
            there = [f"{target.name}.{target.attributes[name]}" for name in key.target_columns]
            parts = [f"{one} == {other}" for one, other in zip(here, there, strict=True)]
            join = f"and_({', '.join(parts)})" if len(parts) > 1 else parts[0]
            options.append(("primaryjoin", literal(join)))
    if reads:
        options.append(("viewonly", "True"))
    return tuple(options)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _to_one_name(planned: Planned, target: Planned, key: Constraint) -> str:
    one = singular(target.relation.name)
    column = attribute(key.columns[0])
    candidates = [f"{one}_by_{'_and_'.join(map(attribute, key.columns))}"]
    if len(key.columns) == 1:
        ending = next((each for each in OF_A_KEY if column.endswith(each) and column != each), "")
        stem = column.removesuffix(ending)
        candidates = [*([stem] if stem != column else []), f"{stem}_{one}", *candidates]
        if stem == column:
            candidates.insert(0, one)
    else:
        candidates.insert(0, one)
    return planned.names.take(*candidates)


def _back_name(planned: Planned, target: Planned, to_one: str, *, is_one: bool, rivals: int) -> str:
    table = planned.relation.name
    plain = singular(table) if is_one else attribute(table, "table")
    by = f"{plain}_by_{to_one}"
    if planned.table == target.table and to_one == "parent" and not is_one:
        return target.names.take("children", by)
    names = [by] if len(by) <= LONGEST else [plain]
    return target.names.take(*([plain, *names] if rivals == 1 else names))


def _is_unique(planned: Planned, key: Constraint) -> bool:
    """Whether at most one row can have the same values there."""
    columns = {*key.columns}
    constraints = [
        each for each in planned.relation.constraints if each.kind in {"primary", "unique"}
    ]
    if any({*each.columns} <= columns for each in constraints):
        return True
    return any(_is_whole(index, columns) for index in planned.relation.indexes)


def _is_whole(index: Index, columns: set[str]) -> bool:
    named = {key.column for key in index.keys}
    return index.unique and index.predicate is None and None not in named and named <= columns


def _many_to_many(plan: Plan, between: Planned) -> Iterator[Relationship]:
    keys = foreign_keys(between)
    sides = [plan.tables.get(key.target or ("", "")) for key in keys]
    one, other = sides
    key = primary(between.relation)
    if one is None or other is None or key is None or not (one.is_class and other.is_class):
        return
    schema, table = between.table
    name = table if schema == DEFAULT_SCHEMA else f"{schema}.{table}"
    words = name.split(".")
    is_plain = all(word.isidentifier() for word in words)
    secondary = literal(name) if is_plain else f"lambda: Base.metadata.tables[{literal(name)}]"
    by = f"_by_{attribute(table, 'table')}"
    to_other = _plural(one, other, by)
    to_one = _plural(other, one, by)
    for of, names, target, back in ((one, to_other, other, to_one), (other, to_one, one, to_other)):
        options = (("secondary", secondary), ("back_populates", literal(back)))
        yield Relationship(of.table, names, target.table, options, is_list=True)


def _plural(of: Planned, target: Planned, by: str) -> str:
    name = attribute(target.relation.name, "table")
    return of.names.take(name, f"{name}{by}")
