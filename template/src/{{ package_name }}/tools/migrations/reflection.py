"""The tables of every schema are read at once: Alembic reads those of a second one by one.

Of 500 tables, most are as they were; building and comparing each takes Alembic seconds.
"""

from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Table

from .alike import is_alike
from .column_domains import set_own
from .ours import Ours

PLUGIN = f"{__name__}.plugin"

KINDS = (
    "columns",
    "pk_constraint",
    "foreign_keys",
    "indexes",
    "unique_constraints",
    "table_comment",
    "check_constraints",
    "table_options",
)


def read_at_once(
    context: AutogenContext, upgrade: ops.UpgradeOps, schemas: set[str | None]
) -> PriorityDispatchResult:
    """Put what Alembic will ask for where it looks first; what is not there, it still reads."""
    del upgrade
    inspector = context.inspector
    default = inspector.default_schema_name
    for kind in KINDS:
        found: dict[Any, Any] = {}
        for schema in schemas:
            place = schema or default
            names = [t.name for t in context.sorted_tables if (t.schema or default) == place]
            if names:
                found |= getattr(inspector, f"get_multi_{kind}")(schema=schema, filter_names=names)
        if kind == "columns":
            set_own(context, found)
        inspector.info_cache[f"alembic_{kind}"] = found
    own: Ours = context.opts["ours"]
    own.alike.update(table.key for table in context.sorted_tables if _is_alike(context, table))
    return PriorityDispatchResult.CONTINUE


def _is_alike(context: AutogenContext, table: Table) -> bool:
    inspector = context.inspector
    key = (None if table.schema == inspector.default_schema_name else table.schema, table.name)
    found = {kind: inspector.info_cache[f"alembic_{kind}"].get(key) for kind in KINDS}
    return found["columns"] is not None and is_alike(table, found, inspector.dialect)


Plugin(PLUGIN).add_autogenerate_comparator(
    read_at_once, "schema", "read at once", priority=DispatchPriority.FIRST
)
