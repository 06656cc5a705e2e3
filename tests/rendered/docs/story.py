"""A page as a reader follows it: from the top, in a project of the reader's own.

The project is a copy, with the dependencies of the one that runs this. There is one stand-in for
the page: what `dev` in it starts, or else one of ours.
"""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path

import asyncpg
import httpx
from dotenv import dotenv_values
from sqlalchemy import make_url
from tests.rendered.bench.ports import free_port
from tests.rendered.docs.blocks import Block, command_of
from tests.rendered.docs.copies import PROJECT, copy_project, environment_of
from tests.rendered.docs.elsewhere import AS_RENDERED
from tests.rendered.docs.printed import assert_like, assert_printed

SLUG = "my-supabase-service"
SERVES = re.compile(rf"^(?:\w+=\S+ )*uv run {SLUG} (?:dev|serve)\b.*$", re.MULTILINE)
ADDRESS = "http://127.0.0.1:8000"
"""Where a page says that the service is; here it is on a port that is free."""
WITHIN = 900
"""Seconds for a block."""


class Story:
    """A project in *folder* that the blocks of a page are done in."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder, self.printed = folder, ""
        self.environment = environment_of(root, folder)
        self.serving: list[subprocess.Popen[bytes]] = []
        self.address = ADDRESS
        copy_project(root, folder)

    async def do(self, block: Block) -> None:
        """Do what *block* says; what it prints is `printed` then."""
        if block.file:
            self.write(block)
            return
        match block.language:
            case "bash":
                self.bash(block)
            case "sql":
                await self.sql(block)
            case "env":
                self.env(block)
            case "text":
                assert_printed(block, self.printed)
            case "json":
                assert_like(block, json.loads(block.text), json.loads(self.printed))
            case "" | "bash elsewhere":
                pass
            case _:
                raise AssertionError(f"{block}: nothing runs {block.language!r}")

    def write(self, block: Block) -> None:
        """Write the file that it is."""
        path = self.folder / (block.file or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        text = block.text.partition("\n")[2].lstrip("\n")
        if block.below:
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            [place] = [number for number, line in enumerate(lines, 1) if block.below in line]
            text = "".join([*lines[:place], text, *lines[place:]])
        path.write_text(text, encoding="utf-8")

    def bash(self, block: Block) -> None:
        """Run it; a last line that serves goes on running."""
        lines = block.text.splitlines()
        serving = [command_of(line) for line in lines if SERVES.match(line)]
        rest = [
            line for line in lines if not (SERVES.match(line) or command_of(line) in AS_RENDERED)
        ]
        script = "\n".join(rest).replace(ADDRESS, self.address)
        self.printed = self.run("bash", "-euo", "pipefail", "-c", script) if script.strip() else ""
        for line in serving:
            self.serve(line)

    def run(self, *command: str) -> str:
        """Run a command to its end, and return what it printed."""
        done = subprocess.run(  # noqa: S603  # text of this project
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=WITHIN,
            check=False,
        )
        assert done.returncode == 0, f"{command[-1]}\nexited with {done.returncode}\n{done.stdout}"
        return done.stdout

    def serve(self, line: str) -> None:
        """Let what serves run in the background; return when it answers."""
        port = free_port()
        here = re.sub(r"PORT=\d+", f"PORT={port}", line)
        command = f"exec env {here if here != line else f'{line} --port {port}'}"
        self.serving.append(
            subprocess.Popen(  # noqa: S603  # text of this project
                ["bash", "-c", command],  # noqa: S607
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        )
        self.address = f"http://127.0.0.1:{port}"
        give_up = time.monotonic() + WITHIN
        while time.monotonic() < give_up and self.serving[-1].poll() is None:
            try:
                httpx.get(f"{self.address}/health/live", trust_env=False)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"{line}: it does not answer")

    async def sql(self, block: Block) -> None:
        """Run it as the dashboard's SQL editor does; one statement's rows are printed."""
        known = self.environment if "DATABASE_URL" in self.environment else self.local()
        connection = await asyncpg.connect(known["MIGRATIONS_DATABASE_URL"])
        try:
            if block.text.count(";") == 1:
                rows = await connection.fetch(block.text)
                self.printed = "\n".join(" | ".join(map(str, row.values())) for row in rows)
            else:
                self.printed = await connection.execute(block.text)
        finally:
            await connection.close()

    def local(self) -> dict[str, str]:
        """Return the environment of the stand-in that `dev` started."""
        told = dotenv_values(self.folder / ".local" / "env")
        return {name: value or "" for name, value in told.items()}

    def env(self, block: Block) -> None:
        """Read the settings from it, as a start of the service does."""
        path = self.folder / ".env"
        path.write_text(block.text, encoding="utf-8")
        keep = {
            name: value for name, value in self.environment.items() if not name.startswith(PROJECT)
        }
        program = (
            "from my_supabase_service.settings import Settings\n"
            "from my_supabase_service.supabase.settings import read_settings\n"
            "read_settings(Settings)"
        )
        command = [sys.executable, "-c", program]
        done = subprocess.run(  # noqa: S603  # text of this project
            command,
            cwd=self.folder,
            env=keep | {"SUPABASE_PUBLISHABLE_KEY": "sb_publishable_x"},
            capture_output=True,
            text=True,
            check=False,
        )
        path.unlink()
        assert done.returncode == 0, f"{block}\n{done.stderr}"

    def end(self) -> None:
        """Stop what serves."""
        for each in self.serving:
            if each.poll() is None:
                each.send_signal(signal.SIGINT)
        for each in self.serving:
            each.wait(60)


@asynccontextmanager
async def story(
    root: Path, folder: Path, stood: Path | None, *, has_project: bool = False
) -> AsyncGenerator[Story]:
    """A story in *folder*; its stand-in goes on from what has *stood* before, if that is told.

    The settings name the stand-in; if the reader *has a project*, another database that is new.
    """
    told = Story(root, folder)
    if stood:
        # With its owner, who is not root: Postgres refuses to be.
        told.run("cp", "--archive", str(stood), ".local")
    with stand_in(told) if stood else nullcontext(dict[str, str]()) as environment:
        told.environment |= project_of(environment) if has_project else environment
        try:
            yield told
        finally:
            told.end()


@contextmanager
def stand_in(told: Story) -> Generator[dict[str, str]]:
    """The stand-in of the project in *told*, and its environment."""
    local = subprocess.Popen(
        [sys.executable, "-m", "local"],
        cwd=told.folder,
        env=told.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert local.stdout
        yield json.loads(local.stdout.readline())
    finally:
        local.communicate()


def stand(root: Path, folder: Path) -> Path:
    """Make a stand-in that is migrated, and has its people; return where it keeps its state.

    Each page goes on from a copy: it takes seconds to make. Beside it is a project at birth.
    """
    told = Story(root, folder)
    with stand_in(told) as environment:
        told.environment |= environment
        asyncio.run(bear(environment))
        told.run(SLUG, "migrate", "--local")
    return folder / ".local"


async def bear(environment: dict[str, str]) -> None:
    """Make a database as a project has it at birth, before any migration."""
    url = make_url(environment["MIGRATIONS_DATABASE_URL"])
    beside = url.set(database="template1").render_as_string(hide_password=False)
    connection = await asyncpg.connect(beside)
    await connection.execute(f"create database project template {url.database}")
    await connection.close()


def project_of(environment: dict[str, str]) -> dict[str, str]:
    """Return the settings that name it."""
    url = make_url(environment["MIGRATIONS_DATABASE_URL"]).set(database="project")
    project = url.render_as_string(hide_password=False)
    return {**environment, "DATABASE_URL": project, "MIGRATIONS_DATABASE_URL": project}
