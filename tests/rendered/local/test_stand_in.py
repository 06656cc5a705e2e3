"""What the stand-in does about a port that is taken and a folder that is not as it should be."""

import socket
from contextlib import ExitStack, suppress
from pathlib import Path

import asyncpg
import pytest
from local.postgres import USUAL_PORT
from local.problem import Problem
from local.stand_in import stand_in


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("project") / ".local"


async def test_a_taken_port_is_no_obstacle(folder: Path) -> None:
    with ExitStack() as others:
        with suppress(OSError):  # somebody else has it already, which is as good
            others.enter_context(socket.create_server(("127.0.0.1", USUAL_PORT)))

        async with stand_in(folder, durable=False) as environment:
            assert f":{USUAL_PORT}/" not in environment["MIGRATIONS_DATABASE_URL"]
            await tables(environment)


async def test_only_fresh_drops_the_data(folder: Path) -> None:
    async with stand_in(folder, durable=False) as environment:
        connection = await asyncpg.connect(environment["MIGRATIONS_DATABASE_URL"])
        await connection.execute("create table public.kept ()")
        await connection.close()

    async with stand_in(folder, durable=False) as environment:
        assert await tables(environment) == ["kept"]
    async with stand_in(folder, durable=False, fresh=True) as environment:
        assert await tables(environment) == []


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(Problem, match="cannot be written") as problem:
        async with stand_in(file / ".local"):
            pass
    assert str(file / ".local") in str(problem.value)


async def test_the_line_that_matters_is_shown_when_postgres_does_not_start(folder: Path) -> None:
    """Here a folder that another major version of Postgres made."""
    async with stand_in(folder, durable=False):
        pass
    version = folder / "postgres" / "data" / "PG_VERSION"
    version.write_text("9.6\n", encoding="ascii")

    with pytest.raises(Problem, match=r"FATAL: .* incompatible .* --fresh"):
        async with stand_in(folder):
            pass


async def tables(environment: dict[str, str]) -> list[str]:
    connection = await asyncpg.connect(environment["MIGRATIONS_DATABASE_URL"])
    rows = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    await connection.close()
    return [row["tablename"] for row in rows]
