"""Whether all processes together stay below what the pooling mode takes. Pure."""

import os

from ...supabase.database.address import Address
from ...supabase.database.settings import DatabaseSettings
from .facts import Facts
from .line import Line, fail, ok, warn

SMALLEST = {"session": 15, "transaction": 200, "dedicated": 200}
"""Clients that the poolers of the smallest plan take; no query tells a project's own number."""

PROBE = 1
"""Connections of a process beside its pool."""


def workers() -> int:
    """Return how many processes `serve` runs here."""
    said = os.environ.get("WEB_CONCURRENCY", "")
    return int(said) if said.isdecimal() and int(said) else 1


def check_limits(settings: DatabaseSettings, facts: Facts, processes: int) -> Line:
    """Multiply, and compare."""
    size, overflow = settings.database_pool_size, settings.database_max_overflow
    wanted = processes * (size + overflow + PROBE)
    counted = f"{processes} x ({size} + {overflow} + {PROBE}) = {wanted} connections"
    address = settings.address()
    limit = _limit(address, facts)
    known = address.mode == "direct" or not address.is_supabase
    where = f"{address.mode} mode" if address.is_supabase else "the database"
    if wanted > limit:
        says = f"{counted}, but {where} takes {limit}"
        remedy = (
            "lower DATABASE_POOL_SIZE, DATABASE_MAX_OVERFLOW or WEB_CONCURRENCY, or use"
            " transaction mode (port 6543)"
        )
        return fail(says, remedy) if known else warn(f"{says} on the smallest plan", remedy)
    free = facts.max_connections - facts.reserved - facts.connected
    if address.mode == "direct" and free < wanted:
        return warn(
            f"{counted}, but of the database's {facts.max_connections} only {free} are free now",
            "stop what else is connected (select * from pg_stat_activity), or lower"
            " DATABASE_POOL_SIZE",
        )
    return ok(f"{counted} of {limit} for {processes} process{'es' * (processes > 1)}")


def _limit(address: Address, facts: Facts) -> int:
    if address.is_supabase and address.mode != "direct":
        return SMALLEST[address.mode]
    if address.is_pooled:
        return SMALLEST["transaction"]
    limits = (facts.max_connections - facts.reserved, facts.login_limit, facts.database_limit)
    return min(limit for limit in limits if limit >= 0)
