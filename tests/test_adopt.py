"""A database that was there before becomes a project's, by the three commands of the page."""

import os
import subprocess
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from tests.running import running_stand_in

Render = Callable[..., Path]
Run = Callable[..., str]

SHOP = Path(__file__).with_name("shop.sql")
MODEL = "src/my_supabase_service/public/model.py"
ASK = """
import asyncio, asyncpg, sys
async def ask():
    connection = await asyncpg.connect(sys.argv[1])
    if (script := sys.stdin.read()).startswith("select"):
        print(*(row[0] for row in await connection.fetch(script)), sep="\\n")
    else:
        await connection.execute(script)
    await connection.close()
asyncio.run(ask())
"""


class Service:
    """A rendered project, and its command."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder = folder
        self.run = run
        self.live: dict[str, str] = {}

    def command(self, *words: str | Path, expect: int = 0) -> list[str]:
        program = self.folder / ".venv/bin/my-supabase-service"
        env = os.environ | self.live
        told = self.run(program, *words, cwd=self.folder, expect=expect, env=env)
        return [line for line in told.splitlines() if not line.startswith("migrate: applied")]

    def alembic(self, *words: str) -> str:
        program = self.folder / ".venv/bin/alembic"
        return self.run(program, *words, cwd=self.folder, env=os.environ | self.live)

    def sql(self, script: str) -> list[str]:
        """Run it on the live database, and return the first column of a query."""
        done = subprocess.run(
            [self.folder / ".venv/bin/python", "-c", ASK, self.live["MIGRATIONS_DATABASE_URL"]],
            input=script,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout.splitlines()

    def written(self) -> list[str]:
        """Return the files that are not in Git."""
        status = self.run("git", "status", "--porcelain", "-uall", cwd=self.folder)
        return [line[3:] for line in status.splitlines()]


@pytest.fixture
def service(
    install: Render, run: Run, commit: Callable[[Path, str], None], tmp_path: Path
) -> Generator[Service]:
    """A project as it was rendered, with a live database, an empty one, in its environment."""
    service = Service(install(), run)
    commit(service.folder, "Begin")
    with running_stand_in(service.folder, tmp_path / "live") as service.live:
        yield service


def test_a_live_database_is_adopted_by_three_commands(service: Service) -> None:
    service.sql(SHOP.read_text())

    service.sql("create aggregate total(int) (sfunc = int4pl, stype = int, initcond = '0')")

    told = service.command("adopt")

    written = service.written()
    assert [line for line in told if not line.startswith("adopt: ")] == written
    assert [line for line in told if line.startswith("adopt: ")] == [
        "adopt: not in the baseline as the database has it: aggregate public.total(integer)",
        "adopt: read them, then: my-supabase-service migrate",
    ]
    assert len([name for name in written if "_baseline_" in name]) == 3
    assert {name for name in written if "_baseline_" not in name} == {
        f"src/my_supabase_service/public/{name}.py" for name in ("__init__", "model", "policies")
    }
    # What it tried, it took back.
    assert "migrate: all of it is there: only noted" not in service.command("migrate", "--local")

    assert "migrate: all of it is there: only noted" in service.command("migrate")
    assert service.sql("select name from customers") == ["Ada"]
    assert "No new upgrade operations" in service.alembic("check")

    model = service.folder / MODEL
    line = "    name: Mapped[str] = mapped_column(Text, unique=True)\n\n    products:"
    assert line in model.read_text()
    colour = line.replace("\n\n", "\n    colour: Mapped[str | None] = mapped_column(Text)\n\n")
    model.write_text(model.read_text().replace(line, colour))
    [revision, *_] = service.command("revision", "-m", "colours")
    text = service.folder.joinpath(revision).read_text()
    assert text.count("op.") == 4  # a time-out and a column, there and back
    assert 'op.add_column("tags", sa.Column("colour", sa.Text(), nullable=True))' in text
    service.command("migrate")
    assert service.sql("select coalesce(colour, 'none') from tags") == ["none"]

    samples = service.folder / "tests/samples.py"
    samples.write_text(samples.read_text().replace("set()", '{"customers"}'))
    service.run("uv", "run", "--no-sync", "ruff", "check", "--quiet", cwd=service.folder)
    service.run("uv", "run", "basedpyright", "migrations", cwd=service.folder)
    # What the database had open stays so, and is told until a revision mends it.
    suite = ("uv", "run", "--no-sync", "pytest", "--quiet")
    told = service.run(*suite, cwd=service.folder, expect=1)
    failed = [line.split(" - ")[0] for line in told.splitlines() if line.startswith("FAILED ")]
    assert failed == ["FAILED tests/test_lint.py::test_lint_finds_no_error"]
    assert "truncate_granted, table public.orders" in told

    # What it did not make, it does not drop.
    service.alembic("downgrade", "-2")
    assert service.sql("select name from customers") == ["Ada"]


def test_what_cannot_be_adopted_is_told_and_nothing_is_written(
    service: Service, tmp_path: Path
) -> None:
    def refusal(*words: str | Path) -> str:
        told = "\n".join(service.command("adopt", *words, expect=1))
        assert service.written() == []
        return told

    service.sql("create table places (id int primary key)")
    left_alone = service.folder / "migrations/left_alone.txt"
    left_alone.write_text("places\n")
    told = service.command("adopt", expect=1)
    assert told == ["adopt: there is no table that this project does not have already"]
    left_alone.unlink()

    service.sql("create table notes (id int primary key, author text)")
    assert "the revisions of this project make public.notes" in refusal()

    dump = tmp_path / "dump.sql"
    dump.write_text("create extension postgis;\ncreate table places (at geometry);\n")
    assert 'dump.sql, line 2: type "geometry" does not exist' in refusal("--from", dump)

    folder = tmp_path / "migrations"
    folder.mkdir()
    folder.joinpath("1_shop.sql").write_text(SHOP.read_text())
    folder.joinpath("2_more.sql").write_text("alter table tags add column more text;")
    service.command("adopt", "--from", folder)
    assert "    more: Mapped[str | None]" in service.folder.joinpath(MODEL).read_text()
    service.command("migrate", "--local")
    assert service.command("revision", "-m", "nothing") == [
        "revision: the models have nothing new; none is written"
    ]


def test_a_table_under_row_level_security_asks_for_a_project_with_it(
    install: Render, run: Run, tmp_path: Path
) -> None:
    service = Service(install(include_rls=False, include_storage=False), run)
    dump = tmp_path / "dump.sql"
    dump.write_text(
        "create table t (id int primary key);\nalter table t enable row level security;"
    )

    [told] = service.command("adopt", "--from", dump, expect=1)

    assert "public.t is under row level security, and this project is without" in told
    assert "--data include_rls=true" in told
