"""All cases of one version of Postgres in one database: there, and back, and there again."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from local.postgres import Postgres
from pydantic import SecretStr
from sqlalchemy import MetaData, make_url
from tests.rendered.bench.versions import installed
from tests.rendered.tools.changes.kinds import Case
from tests.rendered.tools.models.dumps import Entry, dump

from my_supabase_service.settings import Settings
from my_supabase_service.tools.migrations import environment

Dump = dict[Entry, str]

NAME = "c{number:03}_{case}"
"""How a case is called in the database; none begins like another."""
BEGUN = re.compile(r"c\d{3,}_")


@dataclass
class Run:
    """What came of all cases."""

    names: dict[str, str]
    """What each case is called."""
    revision: str = ""
    """That leads from before to after."""
    complaints: dict[str, str] = field(default_factory=dict[str, str])
    """What `check` said at each moment."""
    dumps: dict[str, Dump] = field(default_factory=dict[str, Dump])

    def upgrade(self) -> str:
        return self.revision.partition("def downgrade")[0]

    def dumped(self, moment: str, case: Case) -> Dump:
        """Return what the database had of *case* then."""
        name = self.names[case.name]
        begun = name.partition("_")[0] + "_"
        return {entry: text for entry, text, words in self._by_case[moment, begun] if name in words}

    @cached_property
    def _by_case(self) -> dict[tuple[str, str], list[tuple[Entry, str, str]]]:
        """What was dumped, by how the cases are called in it: to look at all of it is slow."""
        found: dict[tuple[str, str], list[tuple[Entry, str, str]]] = defaultdict(list)
        for moment, dumped in self.dumps.items():
            for entry, text in dumped.items():
                words = " ".join((*entry, text))
                for begun in {*BEGUN.findall(words)}:
                    found[moment, begun].append((entry, text, words))
        return found


class Project:
    """A project of these models, on a database of its own."""

    def __init__(self, root: Path, folder: Path, server: Postgres, database: str) -> None:
        self.url = (
            make_url(server.url("postgres"))
            .set(database=database)
            .render_as_string(hide_password=False)
        )
        self.folder = folder
        folder.mkdir()
        text = (root / "pyproject.toml").read_text(encoding="utf-8")
        (folder / "pyproject.toml").write_text(text.replace("post_write_hooks", "no_hooks"))
        shutil.copytree(root / "migrations", folder / "migrations")
        for revision in (folder / "migrations" / "versions").glob("*.py"):
            revision.unlink()
        # Storage needs a newer Postgres than some of these.
        env = folder / "migrations" / "env.py"
        env.write_text(env.read_text(encoding="utf-8").replace(", storage.PLUGIN", ""))

    def act(self, metadata: MetaData, name: str, *arguments: str, **options: Any) -> None:
        """Run a command of Alembic's where the models are these."""
        settings = Settings(
            supabase_url="https://abcdefghijklmnopqrst.supabase.co",
            database_url=SecretStr(self.url),
            database_pooling_mode="direct",
            migrations_database_url=SecretStr(self.url),
        )
        config = Config(
            toml_file=self.folder / "pyproject.toml",
            attributes={"settings": settings, "stopped": True},
        )
        before, environment.load_models = environment.load_models, lambda: metadata
        try:
            getattr(command, name)(config, *arguments, **options)
        finally:
            environment.load_models = before

    def revise(self, metadata: MetaData, message: str) -> str:
        """Write what the models have beyond the database, and run it."""
        self.act(metadata, "revision", autogenerate=True, message=message)
        self.act(metadata, "upgrade", "head")
        newest = max((self.folder / "migrations" / "versions").glob("*.py"))
        return newest.read_text(encoding="utf-8")

    def complaint(self, metadata: MetaData) -> str:
        """Return what `check` finds, nothing where it is content."""
        try:
            self.act(metadata, "check")
        except CommandError as error:
            return str(error)
        return ""


async def new_database(server: Postgres, name: str) -> None:
    connection = await asyncpg.connect(server.url("postgres"))
    await connection.execute(f"create database {name} template template1 strategy file_copy")
    await connection.close()


def metadata_of(side: str, cases: list[Case], names: dict[str, str]) -> MetaData:
    metadata = MetaData()
    for case in cases:
        getattr(case, side)(metadata, names[case.name])
    return metadata


def run(cases: list[Case], there: Project, alone: Project, version: str) -> Run:
    """Do all of it."""
    names = {
        case.name: NAME.format(number=number, case=case.name) for number, case in enumerate(cases)
    }
    done = Run(names)
    declared = partial(metadata_of, cases=cases, names=names)
    programs = installed()[version]

    def look(moment: str, side: str) -> None:
        done.complaints[moment] = there.complaint(declared(side))
        done.dumps[moment] = sorted_dump(there.url, programs)

    there.revise(declared("before"), "1 before")
    look("before", "before")
    done.revision = there.revise(declared("after"), "2 after")
    look("after", "after")
    there.act(declared("after"), "downgrade", "-1")
    look("back", "before")
    there.act(declared("after"), "upgrade", "head")
    look("again", "after")
    alone.revise(declared("after"), "1 alone")
    done.dumps["alone"] = sorted_dump(alone.url, programs)
    return done


def sorted_dump(url: str, programs: Path) -> Dump:
    """Return what is dumped, wherever a column stands: one that is made anew is the last."""
    found = dump(url, programs)
    return {entry: _in_order(entry, text) for entry, text in found.items()}


def _in_order(entry: Entry, text: str) -> str:
    if entry[0] != "TABLE":
        return text
    return "\n".join(sorted(re.sub(r",$", "", line) for line in text.splitlines()))
