"""A cluster of an earlier version runs what is new in the schema, and keeps its rows."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
from local import cluster, programs, schema
from local.postgres import postgres

NEW = ("2_storage.sql", "3_extensions.sql")
STARTED = "stand-in-of-a-test"


class Killed(BaseException):
    """What no handler of the code catches: all that it leaves is on the disk."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of an earlier version's schema: the last two were not there yet."""
    folder = tmp_path_factory.mktemp("schema")
    for file in schema.HERE.glob("*.sql"):
        if file.name not in NEW:
            shutil.copy(file, folder)
    return folder


@pytest.fixture(scope="module")
async def aged(files: Path, scratch: Path) -> Path:
    """A cluster of that version with a row and a publication, whose server was killed."""
    folder = scratch / "aged" / "postgres"
    folder.parent.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "HERE", files)
        with postgres(folder) as server:
            await execute(server.url("postgres"), "create table kept (line text)")
            await execute(server.url("postgres"), "insert into kept values ('mine')")
            publication = "create publication supabase_realtime for table kept"
            await execute(server.url("postgres"), publication)
            server.process.kill()
    return folder


@pytest.fixture
def folder(aged: Path, scratch: Path) -> Generator[Path]:
    """The same, for one test; in memory, as each is a thousand files."""
    folder = scratch / "adopting" / "postgres"
    folder.parent.mkdir()
    copy_cluster(aged, folder)
    yield folder
    shutil.rmtree(folder.parent)


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of the schema, for a test that changes them."""
    folder = Path(shutil.copytree(schema.HERE, tmp_path / "later" / "schema"))
    monkeypatch.setattr(schema, "HERE", folder)
    return folder


def copy_cluster(source: Path, target: Path) -> None:
    cluster._copy(source, target)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def prepare(folder: Path) -> None:
    cluster.prepare(folder, fresh=False, mark=STARTED)


async def execute(url: str, statement: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def content(folder: Path) -> tuple[str, bool]:
    """Return the row that is kept, and whether the new part of the schema is there."""
    with postgres(folder, durable=False) as server:
        url = server.url("postgres")
        line = await execute(url, "select line from kept")
        return line, await execute(url, "select to_regclass('storage.objects') is not null")


async def test_what_is_new_is_run_once_and_rows_are_kept(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also after its server was killed: what that had written down is recovered first."""
    prepare(folder)
    assert capsys.readouterr().err == (
        f"local: ran {', '.join(NEW)}, new in local/schema/, on the data that were there\n"
    )
    prepare(folder)
    assert capsys.readouterr().err == ""

    assert [path.name for path in folder.parent.iterdir()] == ["postgres"]
    assert await content(folder) == ("mine", True)
    assert list(json.loads((folder / "schema.json").read_text())) == [*schema.read_schema()]


async def test_row_level_security_is_in_force_on_what_is_new(folder: Path) -> None:
    """Postgres never applies it to tables that have the numbers of its own."""
    prepare(folder)

    with postgres(folder, durable=False) as server:
        number = "select 'storage.objects'::regclass::oid::int"
        assert await execute(server.url("postgres"), number) >= cluster.FIRST_OID


async def test_extensions_are_there_afterwards_and_a_publication_stays(folder: Path) -> None:
    """A stand-in of before had no publication, and migrations made theirs."""
    prepare(folder)
    with postgres(folder, durable=False) as server:
        url = server.url("postgres")
        tables = "select tablename from pg_publication_tables where pubname = 'supabase_realtime'"
        assert await execute(url, tables) == "kept"
        sha1 = await execute(url, "select encode(digest(line, 'sha1'), 'hex') from kept")
        assert sha1 == "8034c43d15bb7ef42e2cc24255217acfc5f4b2f4"
        await execute(url, "create extension vector")


async def test_a_new_login_gets_its_password(
    folder: Path, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (later / "4_later.sql").write_text("create role later login;\n")
    monkeypatch.setattr(cluster, "LOGINS", (*cluster.LOGINS, "later"))

    prepare(folder)

    with postgres(folder, durable=False) as server:
        assert await execute(server.url("later"), "select current_user") == "later"
    assert await content(folder) == ("mine", True)


async def test_what_cannot_be_run_changes_nothing_and_is_told(
    folder: Path, later: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Here because the user has made by hand what the next version brings."""
    (later / "4_later.sql").write_text("create table before ();\n\ncreate table kept ();\n")

    for _ in range(2):
        prepare(folder)
        told = capsys.readouterr().err
        assert 'relation "kept" already exists' in told
        assert "dev --fresh" in told
        assert told.count("\n") == 1
    with postgres(folder, durable=False) as server:
        before = "select to_regclass('before') is null and to_regclass('storage.objects') is null"
        assert await execute(server.url("postgres"), before)
        assert await execute(server.url("postgres"), "select line from kept") == "mine"


@pytest.mark.parametrize("change", ["a file that differs", "no record"])
async def test_one_that_was_made_otherwise_is_left_alone(
    folder: Path, later: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    """What it ran is not what the new files stand on; it starts all the same."""
    if change == "no record":
        (folder / "schema.json").rename(folder / "born")
    else:
        first = later / "1_project.sql"
        first.write_text(first.read_text() + "\n\ncreate role late;\n")

    for _ in range(2):
        prepare(folder)
        told = capsys.readouterr().err
        assert "dev --fresh" in told
        assert told.count("\n") == 1
    assert await content(folder) == ("mine", False)


async def test_the_ends_of_lines_make_no_difference(
    folder: Path, later: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Git may write others on another machine."""
    prepare(folder)
    capsys.readouterr()
    for name, sql in schema.read_schema().items():
        (later / name).write_bytes(sql.replace("\n", "\r\n").encode())

    prepare(folder)

    assert capsys.readouterr().err == ""


async def test_a_kill_at_any_moment_leaves_a_whole_cluster(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before each step, and in the midst of a copy or a removal; the next start does the rest."""
    spare = folder.with_name("spare")
    copy_cluster(folder, spare)
    moment = 0
    for moment in itertools.count(1):
        with monkeypatch.context() as patch:
            kill_at(moment, patch)
            try:
                prepare(folder)
            except Killed:
                pass
            else:
                break
        prepare(folder)
        assert sorted(path.name for path in folder.parent.iterdir()) == ["postgres", "spare"]
        assert await content(folder) == ("mine", True), moment
        shutil.rmtree(folder)
        copy_cluster(spare, folder)
    assert moment == 10, "all of them were tried"


def kill_at(moment: int, patch: pytest.MonkeyPatch) -> None:
    """Let the step of this number, or half of it, be the last."""
    steps = itertools.count(1)

    def counted(
        do: Callable[..., Any], half: Callable[..., Any] | None = None
    ) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            if next(steps) == moment:
                raise Killed
            if half and next(steps) == moment:
                half(*arguments)
                raise Killed
            return do(*arguments, **options)

        return step

    def copy_half(source: Path, target: Path) -> None:
        target.mkdir()
        shutil.copytree(source / "data", target / "data")

    def remove_half(folder: Path) -> None:
        shutil.rmtree(folder / "data" / "base")

    its_shutil = SimpleNamespace(
        copytree=counted(shutil.copytree, copy_half),
        rmtree=counted(shutil.rmtree, remove_half),
        ignore_patterns=shutil.ignore_patterns,
    )
    patch.setattr(cluster, "shutil", its_shutil)
    patch.setattr(programs, "run", counted(programs.run))
    patch.setattr(Path, "rename", counted(Path.rename))
