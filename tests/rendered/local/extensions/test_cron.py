"""Jobs as pg_cron keeps them: names, owners, refusals."""

from __future__ import annotations

from typing import TypeAlias

import asyncpg
import pytest

Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture
async def cron(sql: Sql) -> Sql:
    await sql.execute("create extension pg_cron with schema extensions")
    return sql


async def test_a_job_is_kept_with_its_owner_and_changed_by_its_name(cron: Sql) -> None:
    first = await cron.fetchval("select cron.schedule('nightly', '0 3 * * *', 'vacuum')")
    other = await cron.fetchval("select cron.schedule('0 4 * * *', 'analyze')")
    again = await cron.fetchval("select cron.schedule('nightly', '5 3 * * *', 'reindex')")

    jobs = await cron.fetch(
        "select jobid, jobname, schedule, command, nodename, username, active,"
        " database = current_database() from cron.job order by jobid"
    )
    assert again == first
    assert [tuple(job) for job in jobs] == [
        (first, "nightly", "5 3 * * *", "reindex", "localhost", "postgres", True, True),
        (other, None, "0 4 * * *", "analyze", "localhost", "postgres", True, True),
    ]

    await cron.execute("select cron.alter_job($1, schedule := '@daily', active := false)", first)
    assert await cron.fetchval("select cron.unschedule($1::bigint)", other) is True
    left = await cron.fetch("select schedule, command, active from cron.job")
    assert [tuple(job) for job in left] == [("@daily", "reindex", False)]
    assert await cron.fetchval("select cron.unschedule('nightly')") is True
    assert await cron.fetchval("select count(*) from cron.job") == 0


@pytest.mark.parametrize("job", ["'no-such'", "12"])
async def test_a_job_that_is_not_there_is_an_error(cron: Sql, job: str) -> None:
    with pytest.raises(
        asyncpg.InternalServerError, match=f"could not find valid entry for job {job}"
    ):
        await cron.execute(f"select cron.unschedule({job})")


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "nightly",
        "* * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * * 13 *",
        "* * * * 8",
        "0 seconds",
        "60 seconds",
        "* * * * * *",
        "a * * * *",
        "5- * * * *",
        "@never",
    ],
)
async def test_what_is_no_schedule_is_refused(cron: Sql, schedule: str) -> None:
    with pytest.raises(asyncpg.InvalidParameterValueError, match="invalid schedule") as refused:
        await cron.execute("select cron.schedule('x', $1, 'select 1')", schedule)

    assert "interval format" in str(refused.value.hint)


async def test_postgres_changes_jobs_by_functions_only(cron: Sql) -> None:
    """As on a hosted project, also after the grant that many migrations say."""
    await cron.execute("grant all privileges on all tables in schema cron to postgres")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await cron.execute("insert into cron.job (schedule, command) values ('* * * * *', 'x')")
    await cron.execute("delete from cron.job_run_details")


async def test_a_job_belongs_to_the_function_that_asked_for_it(cron: Sql) -> None:
    """A function of `postgres`, called by a user; the user reaches no job alone."""
    await cron.execute(
        """
        create function plan() returns bigint language sql security definer
            as $$ select cron.schedule('planned', '* * * * *', 'select 1') $$;
        set role authenticated;
        select plan();
        """
    )

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await cron.execute("select * from cron.job")
    await cron.execute("reset role")
    assert await cron.fetchval("select username from cron.job") == "postgres"


async def test_a_job_for_another_role_needs_a_superuser(cron: Sql) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await cron.execute(
            "select cron.schedule_in_database('x', '* * * * *', 'y', 'postgres', 'supabase_admin')"
        )


async def test_nothing_runs(cron: Sql) -> None:
    """Which the page says: a worker would be a process more, for jobs that a test calls itself."""
    await cron.execute("select cron.schedule('x', '1 second', 'create table made ()')")

    await cron.execute("select pg_sleep(1.2)")

    assert await cron.fetchval("select to_regclass('made')") is None
    assert await cron.fetchval("select count(*) from cron.job_run_details") == 0
