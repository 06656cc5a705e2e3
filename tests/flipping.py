"""A project that is lived in, whose answers are flipped: its features, people and rows."""

import json
import os
import re
import shutil
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import copier

from tests.copying import run_copier
from tests.running import booted

PACKAGE = Path("src/my_supabase_service")
PEOPLE = ("alice", "bob")
MARKER = b"\n<<<<<<< before updating\n"

ALL = f"""
import json, sys
from {PACKAGE.name}.cli import app
for command in json.loads(sys.argv[1]):
    app(command, standalone_mode=False)
"""


LOCAL = """
import json, sys
from local.__main__ import main
for words in json.loads(sys.argv[1]):
    sys.argv[1:] = words
    if main():
        sys.exit(1)
"""


@dataclass
class Lived:
    """A project under Git, with its dependencies."""

    folder: Path
    run: Callable[..., str]
    commit: Callable[[Path, str], None]
    sync: Callable[[Path], None]
    stand_in: Callable[[Path], AbstractContextManager[dict[str, str]]]
    local: dict[str, str] = field(default_factory=dict[str, str])
    """What the stand-in answers with, while it runs."""
    tokens: dict[str, str] = field(default_factory=dict[str, str])
    """Everybody's, as long as the stand-in that gave them runs."""

    @property
    def package(self) -> Path:
        return self.folder / PACKAGE

    def add_feature(self, name: str, *, declared: bool) -> None:
        """Do what README says: copy notes, and add the router; with its policies, or without."""
        self.package.joinpath(name).mkdir()
        for file in self.package.joinpath("notes").glob("*.py"):
            text = re.sub("note", name.removesuffix("s"), file.read_text())
            text = text.replace("Note", name.removesuffix("s").capitalize())
            if declared or file.stem != "policies":
                self.package.joinpath(name, file.name).write_text(text)
        features = self.package / "features.py"
        imported = f"from .{name}.routes import router as {name}\n"
        text = features.read_text().replace("from .settings", f"{imported}from .settings", 1)
        features.write_text(f"{text}    app.include_router({name})\n")

    def do_without_notes(self) -> None:
        """Do what AGENTS.md says."""
        shutil.rmtree(self.package / "notes")
        shutil.rmtree(self.folder / "tests/notes")
        [revision] = (self.folder / "migrations/versions").glob("*_notes.py")
        revision.unlink()
        features = self.package / "features.py"
        lines = features.read_text().splitlines(keepends=True)
        features.write_text("".join(line for line in lines if "notes" not in line))

    @contextmanager
    def running(self) -> Generator[None]:
        """Run its stand-in, which each command would start for the moment, with its people."""
        self.sync(self.folder)
        self.tokens.clear()
        with self.stand_in(self.folder) as self.local:
            yield

    def flip(self, **answers: Any) -> str:
        """Change answers, and return what the user is told; no file is left to be merged."""
        self.commit(self.folder, "Before the flip")
        data = [word for item in answers.items() for word in ("--data", "=".join(map(str, item)))]
        flip = ("--vcs-ref=:current:", "--defaults", *data)
        told = run_copier("update", *flip, cwd=self.folder)
        self.is_merged()
        return told

    def update(self, **answers: Any) -> None:
        """Go to the newest version, and change answers at once."""
        self.commit(self.folder, "Before the update")
        copier.run_update(
            self.folder, data=answers, defaults=True, overwrite=True, quiet=True, unsafe=False
        )
        self.is_merged()

    def is_merged(self) -> None:
        """Nothing is left that a person has to merge."""
        changed = self.run("git", "status", "--porcelain", "-uall", cwd=self.folder).splitlines()
        assert not [line for line in changed if line.startswith("UU") or line.endswith(".rej")]
        for line in changed:
            file = self.folder / line[3:]
            assert not file.is_file() or MARKER not in file.read_bytes()

    def revise(self) -> str:
        """Write what the database lacks into one revision, apply it, and return it."""
        versions = self.folder / "migrations/versions"
        before = {*versions.glob("*.py")}
        told = self.commands(
            ("revision", "-m", "flip"), ("migrate", "--local"), ("revision", "-m", "again")
        )
        written = {*versions.glob("*.py")} - before
        assert len(written) <= 1
        assert told[-1].endswith("nothing new; none is written")
        return "".join(file.read_text() for file in written)

    def command(self, *arguments: str, **keywords: Any) -> str:
        """Run a command of the service's."""
        program = self.folder / ".venv/bin/my-supabase-service"
        return self.run(program, *arguments, cwd=self.folder, **keywords)

    def commands(self, *commands: tuple[str, ...]) -> list[str]:
        """Run commands after each other in one process: each would import all of it again."""
        python = self.folder / ".venv/bin/python"
        return self.run(python, "-c", ALL, json.dumps(commands), cwd=self.folder).splitlines()

    def prove(self) -> None:
        """Run those of its tests that look at its tables."""
        paths = ("test_migrations.py", "test_house.py", "test_grants.py", "matrix")
        found = [f"tests/{path}" for path in paths if (self.folder / "tests" / path).exists()]
        command = ("uv", "run", "--no-sync", "pytest", "--quiet", *found)
        assert " passed" in self.run(*command, cwd=self.folder)

    def sign_in(self) -> dict[str, str]:
        """Sign everybody up, unless they are, and return their tokens."""
        if not self.tokens:
            words = [("seed",), *(("token", who) for who in PEOPLE)]
            python = self.folder / ".venv/bin/python"
            told = self.run(python, "-c", LOCAL, json.dumps(words), cwd=self.folder)
            self.tokens.update(zip(PEOPLE, told.splitlines(), strict=True))
        return self.tokens

    def use(self, *features: str, title: str = "", stored: str = "") -> dict[str, set[str]]:
        """Boot it, let everybody write one row of this title, and return what each of them sees."""
        seen: dict[str, set[str]] = {}
        tokens = self.sign_in()  # which lets the service log in, too
        with booted(self.folder, os.environ | self.local) as (client, _):
            assert client.get("/health/ready").status_code == 200
            for who in PEOPLE:
                headers = {"Authorization": f"Bearer {tokens[who]}"}
                for feature in features:
                    assert client.get(f"/{feature}").status_code == 401
                    if title:
                        new = {"title": f"{who}: {title}"}
                        sent = client.post(f"/{feature}", json=new, headers=headers)
                        assert sent.status_code == 201, sent.text
                    items = client.get(f"/{feature}", headers=headers).json()["items"]
                    seen[f"{who}'s {feature}"] = {item["title"] for item in items}
                if stored:
                    files = {"file": (stored, who.encode())}
                    client.post("/files", files=files, headers=headers).raise_for_status()
                    got = client.get(f"/files/{stored}?inline=true", headers=headers)
                    assert got.text == who
        return seen


def everybodys(*features: str, titles: tuple[str, ...]) -> dict[str, set[str]]:
    """Tell what `use` returns when everybody sees exactly their own rows."""
    return {
        f"{who}'s {feature}": {f"{who}: {title}" for title in titles}
        for who in PEOPLE
        for feature in features
    }
