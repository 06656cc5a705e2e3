"""Buckets and policies on their objects in `alembic revision --autogenerate` and `alembic check`.

A plugin for Alembic. A policy on `storage.objects` that nobody declares could open any bucket: it
is dropped, unless `exposed()` names it. Other buckets are somebody else's.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Connection, MetaData, text

from ....supabase.storage.access import Bucket, Condition, ObjectPolicy, declared
from ....supabase.tables.exposed import all_exposed
from ....supabase.tables.policies import Grant, Policy
from ..execute import execute
from ..policies.catalogue import read
from ..policies.same import same_policies
from ..policies.statements import create_policy, drop_policy
from .statements import close_bucket, create_bucket

log = logging.getLogger(__name__)

PLUGIN = "supabase.storage"
"""Its name among Alembic's `autogenerate_plugins`."""

OBJECTS = "storage.objects"

WIDTH = 92
"""The room for a line of SQL in a revision."""

IS_PUBLIC = text("select public is true from storage.buckets where id = :name")
NAMES = text("""
    select polname, identity from pg_policy,
    lateral pg_identify_object('pg_policy'::regclass, pg_policy.oid, 0)
    where polrelid = to_regclass('storage.objects')
""")
"""How each is called where `exposed()` names it."""

DROPS = (
    "%s: no bucket declares it, so it is dropped; if it is meant, say so in a policies.py:"
    ' exposed(%r, grants=%r, because="...")'
)


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
    connection = context.connection
    if connection is None:
        return PriorityDispatchResult.CONTINUE
    found = _found(connection)
    wanted = {each: _policy(each) for bucket in declared() for each in bucket.policies}
    pairs = ((OBJECTS, each, found[each.name]) for each in wanted.values() if each.name in found)
    same = {policy for _, policy in same_policies(connection, pairs)}
    for bucket in declared():
        policies = [wanted[each] for each in bucket.policies]
        public = connection.scalar(IS_PUBLIC, {"name": bucket.name})
        is_new = public is None or not any(policy.name in found for policy in policies)
        do, undo = _towards_policies(policies, found, same)
        do = [*_towards_bucket(bucket, is_new=is_new, is_public=bool(public)), *do]
        upgrade.ops += [SecureBucket(bucket.name, do, undo)] if do else []
    upgrade.ops += [
        SecureBucket(OBJECTS, [drop_policy(OBJECTS, each)], [create_policy(OBJECTS, each)])
        for each in _undeclared(connection, found, context.opts["target_metadata"]).values()
    ]
    return PriorityDispatchResult.CONTINUE


Plugin(PLUGIN).add_autogenerate_comparator(
    compare_buckets, "schema", "buckets", priority=DispatchPriority.LAST
)


def _noqa(statement: str) -> str:
    too_long = any(len(line) > WIDTH for line in statement.splitlines())
    return "  # noqa: E501" if too_long else ""


def undeclared_policies(connection: Connection, metadata: MetaData) -> dict[str, Policy]:
    """Return each policy on objects that no bucket declares and `exposed()` does not name."""
    return _undeclared(connection, _found(connection), metadata)


def _undeclared(
    connection: Connection, found: Mapping[str, Policy], metadata: MetaData
) -> dict[str, Policy]:
    meant = all_exposed(metadata)
    declared_names = {policy.name for bucket in declared() for policy in bucket.policies}
    undeclared: dict[str, Policy] = {}
    identities = {name: f"policy {identity}" for name, identity in connection.execute(NAMES)}
    for name, policy in found.items():
        what = identities[name]
        to = frozenset(Grant(role, policy.command) for role in policy.roles)
        if name not in declared_names and meant.get(what) != to:
            log.warning(DROPS, what, what, dict.fromkeys(policy.roles, policy.command))
            undeclared[what] = policy
    return undeclared


def _found(connection: Connection) -> dict[str, Policy]:
    secured = read(connection, ()).get(("storage", "objects"))
    return {policy.name: policy for policy in (secured.policies if secured else ())}


def _policy(policy: ObjectPolicy) -> Policy:
    return Policy(
        policy.name,
        policy.command,
        using=_sql(policy.using),
        check=_sql(policy.check),
        to=policy.to,
        restrictive=policy.restrictive,
    )


def _sql(condition: str | Condition | None) -> str | None:
    return condition.written if isinstance(condition, Condition) else condition


def _towards_bucket(bucket: Bucket, *, is_new: bool, is_public: bool) -> list[str]:
    """Return what leads to *bucket*.

    Size and types of a bucket are no drift: they may be narrowed or widened in the dashboard, and
    the service looks at both itself. That it is public is: then no policy is asked.
    """
    if is_new:
        # Also where a downgrade has left the bucket: another database may not have it.
        return create_bucket(bucket)
    # The downgrade does not open it again.
    return [close_bucket(bucket)] if is_public else []


def _towards_policies(
    policies: list[Policy], found: Mapping[str, Policy], same: set[Policy]
) -> tuple[list[str], list[str]]:
    """Return what leads from what was *found* to *policies*, and back."""
    do: list[str] = []
    undo: list[str] = []
    for policy in policies:
        was = found.get(policy.name)
        if policy in same:
            continue
        do += [drop_policy(OBJECTS, policy)] if was else []
        do.append(create_policy(OBJECTS, policy))
        undo.append(drop_policy(OBJECTS, policy))
        undo += [create_policy(OBJECTS, was)] if was else []
    return do, undo
