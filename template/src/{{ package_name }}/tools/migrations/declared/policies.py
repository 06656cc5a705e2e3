"""Where policies meet the views and functions that they read: what leaves before what."""

from collections.abc import Iterable
from dataclasses import replace

from alembic.operations import ops
from sqlalchemy import MetaData, Table

from ....supabase.tables.policies import security
from ..policies.autogenerate import SecureTable
from ..policies.statements import drop_policy, table_name
from .found import Found
from .order import bare, mentions


def is_dropped(upgrade: ops.UpgradeOps, found: Found) -> bool:
    """Whether the plugin for policies drops this one, and makes it again if it is to be there."""
    if found.kind != "policy":
        return False
    name, table = found.name.removesuffix(f" on {found.place}"), found.place
    quoted = name if name.startswith('"') else f'"{name}"'
    drops = {f"drop policy {quoted} on {place}" for place in (table, table.partition(".")[2])}
    said = (each.do for each in upgrade.ops if isinstance(each, SecureTable))
    return any(drops & {*statements} for statements in said)


def leave_before(upgrade: ops.UpgradeOps, metadata: MetaData, made: Iterable[str]) -> None:
    """Let the downgrade drop a new table's policies before what they read, not with the table."""
    names = {*map(bare, made)}
    tables = {table_name(table): table for table in metadata.tables.values()}
    for at, each in enumerate(upgrade.ops):
        if isinstance(each, SecureTable) and each.side == "declared" and not each.undo:
            table = tables.get(each.table)
            undo = [] if table is None else _reading(table, names)
            upgrade.ops[at] = replace(each, undo=undo)


def _reading(table: Table, names: set[str]) -> list[str]:
    said = security(table)
    return [
        drop_policy(table_name(table), policy)
        for policy in (said.policies if said else ())
        if mentions(f"{policy.using} {policy.check}", names)
    ]
