"""The files of a feature, or of a schema, as text: its model, its policies, its package. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

from ..migrations.exposure import Reachable
from .circles import circles
from .exposed import exposed_source
from .left import leave_rest
from .module import Module
from .named_types import define
from .names import Names, attribute
from .plan import DEFAULT_SCHEMA, Key, Plan, Planned
from .policies import policies_source
from .relationships import Relationship, relationships
from .tables import table_source

Files = dict[PurePath, str]

ROOMS = ("cli", "features", "files", "main", "settings", "supabase", "tools")
"""What is in the package already and is no feature."""


def by_schema(plan: Plan, open_beside: Sequence[Reachable] = ()) -> Files:
    """Return a folder for each schema; the first also says what is *open_beside* tables."""
    homes = homes_by_schema(plan)
    titles = {homes[each]: f"schema {each[0]}" for each in plan.tables}
    return _files(plan, homes, titles, open_beside)


def by_table(plan: Plan, open_beside: Sequence[Reachable] = ()) -> Files:
    """Return a folder for each table; the first also says what is *open_beside* tables."""
    homes = homes_by_table(plan)
    titles = {homes[each]: f"table {each[1]}" for each in plan.tables}
    return _files(plan, homes, titles, open_beside)


def homes_by_schema(plan: Plan) -> dict[Key, str]:
    """Return the folder of each table, one for all tables of a schema."""
    names = Names(ROOMS)
    schemas = sorted({schema for schema, _ in plan.tables})
    folders = {schema: names.take(*_folder(schema)) for schema in schemas}
    return {table: folders[table[0]] for table in plan.tables}


def homes_by_table(plan: Plan) -> dict[Key, str]:
    """Return the folder of each table, its own."""
    names = Names(ROOMS)
    homes: dict[Key, str] = {}
    for schema, table in plan.tables:
        whole = table if schema == DEFAULT_SCHEMA else f"{schema}_{table}"
        homes[schema, table] = names.take(*_folder(whole))
    return homes


def _folder(name: str) -> tuple[str, str]:
    plain = attribute(name, "table")
    return plain, f"{plain}_table"


def _files(
    plan: Plan,
    homes: Mapping[Key, str],
    titles: Mapping[str, str],
    open_beside: Sequence[Reachable],
) -> Files:
    related, of_circle = relationships(plan), circles(plan)
    files: Files = {}
    for folder, title in titles.items():
        tables = [each for key, each in plan.tables.items() if homes[key] == folder]
        elsewhere = {key: f"..{home}.model" for key, home in homes.items() if home != folder}
        of = _title(title)
        files[PurePath(folder, "__init__.py")] = (
            f'"""Of the {of}. Yours; it imports `..supabase`."""\n'
        )
        module = Module(plan, elsewhere, of_circle)
        module.define = define
        files[PurePath(folder, "model.py")] = _model(module, tables, related, of)
        if policies := _policies(plan, tables, of, open_beside):
            files[PurePath(folder, "policies.py")] = policies
        open_beside = ()
    return files


def _title(title: str) -> str:
    kind, _, name = title.partition(" ")
    return f"{kind} `{name}`" if name.isascii() and name.isidentifier() else kind


def _model(
    module: Module,
    tables: Sequence[Planned],
    related: Mapping[Key, Sequence[Relationship]],
    of: str,
) -> str:
    bodies = [table_source(module, each, related.get(each.table, ())) for each in tables]
    if of.startswith("schema"):
        leave_rest(module, {each.relation.schema for each in tables})
    head = f'"""The {of}, as the database has it: written by `models`, and yours."""'
    return _text(head, module, [*module.definitions, *bodies], module.left_over())


def _policies(
    plan: Plan, tables: Sequence[Planned], of: str, open_beside: Sequence[Reachable]
) -> str:
    module = Module(plan)
    secured = [each for each in tables if not each.is_view]
    bodies = [policies_source(module, each) for each in secured]
    bodies += [exposed_source(module, each) for each in open_beside]
    for each in secured:
        module.imports.own(".model", each.name)
    head = f'"""Who may see and change what in the {of}, as the database has it."""'
    return _text(head, module, bodies, []) if bodies else ""


def _text(head: str, module: Module, bodies: Iterable[str], left: Sequence[str]) -> str:
    parts = [head, module.imports.source(), "\n".join(left), *bodies]
    return "\n\n".join(filter(None, parts)) + "\n"
