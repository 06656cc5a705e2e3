"""The tables of every schema are read at once: Alembic reads those of a second one by one."""

from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult

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
        inspector.info_cache[f"alembic_{kind}"] = found
    return PriorityDispatchResult.CONTINUE


Plugin(PLUGIN).add_autogenerate_comparator(
    read_at_once, "schema", "read at once", priority=DispatchPriority.FIRST
)
