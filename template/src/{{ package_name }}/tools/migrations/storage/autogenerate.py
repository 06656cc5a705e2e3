"""Buckets and policies on their objects in `alembic revision --autogenerate` and `alembic check`.

A plugin for Alembic. Of Storage's tables it compares what a feature declares and nothing else:
other buckets and other policies are somebody else's.
"""

from dataclasses import dataclass
from typing import Any

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Connection, text

from ....supabase.storage.access import Bucket, Condition, ObjectPolicy, declared
from ..execute import execute
from .statements import close_bucket, create_bucket, create_policy, drop_policy

PLUGIN = "supabase.storage"
"""Its name among Alembic's `autogenerate_plugins`."""

WIDTH = 92
"""The room for a line of SQL in a revision."""

POLICIES = text("""
    select policyname, lower(cmd), qual, with_check, roles::text[], permissive = 'RESTRICTIVE'
    from pg_policies where schemaname = 'storage' and tablename = 'objects'
""")

IS_PUBLIC = text("select public is true from storage.buckets where id = :name")


@dataclass(frozen=True)
class SecureBucket(ops.MigrateOperation):
    """Statements about one bucket, and their undoing."""

    bucket: str
    do: list[str]
    undo: list[str]

    def reverse(self) -> "SecureBucket":
        """Return the same for the downgrade."""
        return SecureBucket(self.bucket, self.undo, self.do)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Name the statements: `alembic check` prints them."""
        return ("bucket", self.bucket, *self.do)


@renderers.dispatch_for(SecureBucket)
def render(_: AutogenContext, operation: SecureBucket) -> list[str]:
    """Write the statements themselves; what the catalogue said of a policy is one long line."""
    return [f"{execute(statement)}{_noqa(statement)}" for statement in operation.do]


def compare_buckets(
    context: AutogenContext, upgrade: ops.UpgradeOps, _: set[str | None]
) -> PriorityDispatchResult:
    """Add to *upgrade* what makes every bucket as it is declared."""
    if context.connection is not None:
        found = _read_policies(context.connection)
        for bucket in declared():
            public = context.connection.scalar(IS_PUBLIC, {"name": bucket.name})
            operation = _towards(bucket, public, found)
            upgrade.ops += [operation] if operation.do else []
    return PriorityDispatchResult.CONTINUE


Plugin(PLUGIN).add_autogenerate_comparator(
    compare_buckets, "schema", "buckets", priority=DispatchPriority.LAST
)


def _noqa(statement: str) -> str:
    too_long = any(len(line) > WIDTH for line in statement.splitlines())
    return "  # noqa: E501" if too_long else ""


def _read_policies(connection: Connection) -> dict[str, ObjectPolicy]:
    return {
        name: ObjectPolicy(
            name, command, _condition(using), _condition(check), tuple(to), restrictive
        )
        for name, command, using, check, to, restrictive in connection.execute(POLICIES)
    }


def _condition(stored: str | None) -> Condition | None:
    return Condition(stored, stored) if stored else None


def _towards(bucket: Bucket, public: bool | None, found: dict[str, ObjectPolicy]) -> SecureBucket:  # noqa: FBT001
    """Return what leads from what was *found* to *bucket*; *public* is None where it is not.

    Size and types of a bucket are no drift: they may be narrowed or widened in the dashboard, and
    the service looks at both itself. That it is public is: then no policy is asked.
    """
    do: list[str] = []
    undo: list[str] = []
    if public is None or not any(policy.name in found for policy in bucket.policies):
        # Also where a downgrade has left the bucket: another database may not have it.
        do += create_bucket(bucket)
    elif public:
        # The downgrade does not open it again.
        do.append(close_bucket(bucket))
    for policy in bucket.policies:
        was = found.get(policy.name)
        if was == policy:
            continue
        do += [drop_policy(policy)] if was else []
        do.append(create_policy(policy))
        undo.append(drop_policy(policy))
        undo += [create_policy(was)] if was else []
    return SecureBucket(bucket.name, do, undo)
