"""What is not this project's is left alone by migrations, and named."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from alembic.util import CommandError
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table

from my_supabase_service.tools.failure import Failure
from my_supabase_service.tools.migrations import environment

Act = Callable[..., Awaitable[str]]
Revise = Callable[[MetaData], Awaitable[str]]

THEIRS = """
    create table checkpoints (id int primary key);
    create table queue (id int, at date) partition by range (at);
    create table queue_2026 partition of queue for values from ('2026-01-01') to ('2027-01-01');
    create schema crm;
    create table crm.people (id int primary key);
    create index on crm.people (id);
"""


def cards() -> MetaData:
    """Return one table of this project's."""
    metadata = MetaData()
    Table("cards", metadata, Column("id", Integer, primary_key=True))
    return metadata


async def test_tables_that_nobody_here_made_are_left_alone_and_named(
    act: Act,
    revise: Revise,
    sql: asyncpg.Connection[asyncpg.Record],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Of libraries, of the dashboard, in another schema; partitions are their parent's."""
    await sql.execute(THEIRS)
    capfd.readouterr()

    upgrade = (await revise(cards())).partition("def downgrade")[0]

    assert "crm" not in upgrade
    assert "drop_table" not in upgrade
    assert (
        "left alone, as no model has it and no revision made it: crm.people, public.checkpoints,"
        " public.queue, public.queue_2026 (docs/database.md)\n"
    ) in capfd.readouterr().err
    await act(cards(), "check")


async def test_a_message_about_thousands_is_one_line(
    act: Act, sql: asyncpg.Connection[asyncpg.Record], capfd: pytest.CaptureFixture[str]
) -> None:
    tables = (f"create table x{number:03} ();" for number in range(300))
    await sql.execute("".join(tables))
    capfd.readouterr()

    await act(MetaData(), "check")

    told = capfd.readouterr().err
    assert "public.x000, public.x001, public.x002, public.x003, public.x004 and 29" in told
    assert len(told) < 300


async def test_the_table_of_a_model_that_is_gone_is_dropped_as_a_revision_made_it(
    act: Act, revise: Revise
) -> None:
    await revise(cards())

    with pytest.raises(CommandError, match="remove_table"):
        await act(MetaData(), "check")

    text = await revise(MetaData())
    upgrade, downgrade = text.split("def downgrade")
    assert "op.drop_table('cards')" in upgrade
    assert "op.create_table('cards'" in downgrade


async def test_what_only_a_downgrade_made_is_not_ours(
    act: Act, revise: Revise, sql: asyncpg.Connection[asyncpg.Record], tmp_path: Path
) -> None:
    """Another tool may have made one of that name since."""
    await revise(cards())
    await revise(MetaData())
    for revision in (tmp_path / "migrations/versions").glob("*.py"):
        upgrade, word, downgrade = revision.read_text().partition("def downgrade")
        upgrade = upgrade.replace("op.create_table('cards'", "make('cards'")
        revision.write_text(f"{upgrade}{word}{downgrade}")
    await sql.execute("create table cards (id int)")

    await act(MetaData(), "check")


async def test_a_key_to_a_table_without_a_model_stays(
    act: Act, revise: Revise, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    """Its model says nothing of the key; one that leads to a table with a model is dropped."""
    await sql.execute("create table teams (id int primary key)")
    await revise(cards())
    await sql.execute("alter table cards add foreign key (id) references teams")

    await act(cards(), "check")

    both = cards()
    Table("teams", both, Column("id", Integer, primary_key=True))
    with pytest.raises(CommandError, match="dropped constraint cards_id_fkey"):
        await act(both, "check")


async def test_what_the_project_names_is_left_alone_though_a_model_has_it(
    act: Act, revise: Revise, sql: asyncpg.Connection[asyncpg.Record], tmp_path: Path
) -> None:
    """A model of a table that others migrate is for reading it; a key to it can be said."""
    await revise(cards())
    (tmp_path / "migrations/left_alone.txt").write_text(
        "# Of the other team.\nteams*   # all of them\ncrm.*\ncards\n"
    )
    metadata = MetaData()
    Table("teams", metadata, Column("id", Integer, primary_key=True))
    Table("members", metadata, Column("team_id", Integer, ForeignKey("teams.id")))
    Table("people", metadata, Column("id", Integer, primary_key=True), schema="crm")
    await sql.execute("create table teams (id int primary key, name text)")

    text = await revise(metadata)

    upgrade = text.partition("def downgrade")[0]
    assert "op.create_table('members'" in upgrade
    assert "'teams.id'" in upgrade or "['teams']" in upgrade or "'teams'" in upgrade
    for said in ("add_column", "drop_", "crm", "cards", "on table teams", "table teams "):
        assert said not in upgrade
    await act(metadata, "check")


def test_a_table_of_another_base_is_an_error_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of SQLModel, or of a second DeclarativeBase: no migration would see it."""
    package = tmp_path / "their_service"
    (package / "heroes").mkdir(parents=True)
    (package / "heroes/model.py").write_text(
        "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\n\n"
        "class Base(DeclarativeBase): ...\n\n\n"
        "class Hero(Base):\n"
        '    __tablename__ = "heroes"\n'
        "    id: Mapped[int] = mapped_column(primary_key=True)\n"
    )
    monkeypatch.setattr(environment, "PACKAGE", package)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    importlib.invalidate_caches()

    with pytest.raises(Failure, match=r"heroes/model\.py: no migration would see Hero, which is"):
        environment.load_models()

    for name in [name for name in sys.modules if name.startswith("their_service")]:
        del sys.modules[name]
