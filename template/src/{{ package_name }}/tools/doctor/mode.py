"""Whether what stands between is what the pooling mode says."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ...supabase.database.address import mode_of
from .facts import Facts
from .known import Known
from .line import Line, fail, ok
from .login import log_in


async def check_mode(known: Known) -> Line:
    """Compare the process that answers with the one that the login was told of."""
    facts, address = known.answers, known.address
    told = await _pid_of_login(known.session)
    by_address = mode_of(known.host, known.port)
    if by_address:
        return ok(f"{by_address} mode, by host and port")
    if address.is_pooled:
        return ok(f"{address.mode} mode" + (", with no pooler in between" * (told == facts.pid)))
    if told == facts.pid:
        return ok(f"{address.mode} mode, with no pooler in between")
    return await _with_pooler(known, facts)


async def _pid_of_login(connection: AsyncConnection) -> int:
    pooled = await connection.get_raw_connection()
    driver = pooled.driver_connection
    return int(driver.get_server_pid()) if driver is not None else 0


async def _with_pooler(known: Known, facts: Facts) -> Line:
    """A second login gets the first one's server connection only between transactions."""
    other = await log_in(known, known.address)
    if not isinstance(other, AsyncConnection):
        return ok(f"{known.address.mode} mode, behind a pooler")
    pid = (await other.execute(text("select pg_backend_pid()"))).scalar()
    await other.rollback()
    if pid != facts.pid:
        return ok(f"{known.address.mode} mode, behind a pooler that keeps sessions")
    return fail(
        f"{known.address.mode} mode is set, but a pooler in transaction mode answers: sessions and"
        " prepared statements get lost",
        "DATABASE_POOLING_MODE=transaction",
    )
