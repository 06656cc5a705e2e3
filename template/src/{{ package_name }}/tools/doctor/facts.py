"""What the database says of itself and of a login, asked in one query."""

import time
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

ROLES = ("anon", "authenticated", "service_role")
"""What a request acts as, with row level security."""

BEGIN = ("reset all", "set local statement_timeout = '4s'", "set local search_path = pg_catalog")
"""Whatever another client of a pooler, or a setting of the login's, would do to these queries."""

# `pg_has_role` knows SET since version 16, before which every member could.
FACTS = text("""
    select
        current_setting('server_version_num')::int as version,
        session_user::text as login,
        pg_backend_pid() as pid,
        extract(epoch from clock_timestamp())::float8 as clock,
        pg_is_in_recovery() as is_replica,
        (select reset_val = 'on' from pg_settings
            where name = 'default_transaction_read_only') as is_read_only,
        (select reset_val::int from pg_settings
            where name = 'statement_timeout') as statement_timeout,
        (select setting::int from pg_settings where name = 'max_connections') as max_connections,
        (select sum(setting::int)::int from pg_settings where name in
            ('superuser_reserved_connections', 'reserved_connections')) as reserved,
        (select count(*)::int from pg_stat_activity
            where backend_type = 'client backend') as connected,
        (select rolconnlimit from pg_roles where rolname = session_user) as login_limit,
        (select datconnlimit from pg_database where datname = current_database())
            as database_limit,
        (select rolsuper from pg_roles where rolname = session_user) as is_superuser,
        (select rolbypassrls from pg_roles where rolname = session_user) as bypasses,
        array(select name from unnest(cast(:roles as text[])) as name
            where to_regrole(name) is null) as absent,
        array(select rolname::text from pg_roles where rolname = any(cast(:roles as text[]))
            and not pg_has_role(session_user, oid,
                case when current_setting('server_version_num')::int < 160000
                    then 'MEMBER' else 'SET' end)) as refused,
        array(select rolname::text from pg_roles where rolname = any(cast(:roles as text[]))
            and pg_has_role(session_user, oid, 'MEMBER')) as member_of
""")


@dataclass(frozen=True, slots=True)
class Facts:
    """One row of a database's answers."""

    version: int
    login: str
    pid: int
    """The server process behind the connection."""
    clock: float
    """Seconds that its clock is ahead of this machine's."""
    is_replica: bool
    is_read_only: bool
    statement_timeout: int
    """Milliseconds by default, 0 for none."""
    max_connections: int
    reserved: int
    connected: int
    """Clients at this moment, this one included."""
    login_limit: int
    """-1 for none, as for the next."""
    database_limit: int
    is_superuser: bool
    bypasses: bool
    absent: list[str]
    """Roles that are not there."""
    refused: list[str]
    """Roles that the login may not become."""
    member_of: list[str]
    """Roles that it is a member of, whether it may become them or not."""


async def ask_facts(connection: AsyncConnection) -> Facts:
    """Return what the database says; nothing of it stays."""
    for statement in BEGIN:
        await connection.exec_driver_sql(statement)
    began = time.time()
    row = (await connection.execute(FACTS, {"roles": [*ROLES]})).mappings().one()
    now = (began + time.time()) / 2
    await connection.rollback()
    values: dict[str, Any] = {each.name: row[each.name] for each in fields(Facts)}
    values["clock"] -= now
    return Facts(**values)
