"""Ordinary work is allowed by the rendered project's own rules, and what breaks them is found."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.running import UV_RUN

Render = Callable[..., Path]
Run = Callable[..., str]
StandIn = Callable[[Path], AbstractContextManager[dict[str, str]]]

PACKAGE = Path("src/my_supabase_service")

WORKER = '''"""Counts notes, as a process of its own."""

import asyncio

from sqlalchemy import func, select

from .notes.model import Note
from .settings import Settings
from .supabase import service_transaction
from .supabase.database.engine import open_database
from .supabase.settings import read_settings


async def count() -> int:
    """Return how many notes there are."""
    async with (
        open_database(read_settings(Settings)) as database,
        service_transaction(database, reason="count") as session,
    ):
        return await session.scalar(select(func.count()).select_from(Note)) or 0


if __name__ == "__main__":
    print(asyncio.run(count()))  # noqa: T201
'''

TAGS = {
    "tags/__init__.py": '"""Tags of notes."""\n',
    "tags/routes.py": '''"""The HTTP surface of tags."""

from fastapi import APIRouter

from ..notes.model import Note
from ..settings import AppSettings, Settings


def tags_router(made_with: Settings) -> APIRouter:
    """Return the routes, as the settings ask for them."""
    router = APIRouter(prefix="/tags", tags=["tags"])

    @router.get("")
    async def read_tags(settings: AppSettings) -> list[str]:
        """List the tags that there are."""
        return [Note.__tablename__, made_with.favourite_tag, settings.favourite_tag]

    return router
''',
}

SETTING = '''
    favourite_tag: str = "urgent"
    """The tag that is proposed. Yours to choose."""
'''

COMMAND = '''

@app.command()
def tags() -> None:
    """Print the tags."""
    from .settings import Settings
    from .supabase.settings import read_settings
    from .tags.routes import tags_router

    typer.echo(tags_router(read_settings(Settings)).prefix)
'''


@pytest.fixture
def busy(install: Render) -> Path:
    """A project in which somebody did what everybody does; test_checks.py looks at its types."""
    return do_ordinary_work(install())


def do_ordinary_work(folder: Path) -> Path:
    """Add a feature, a worker, a setting, a router and a command."""
    package = folder / PACKAGE
    for name, text in TAGS.items():
        (package / name).parent.mkdir(exist_ok=True)
        (package / name).write_text(text)
    (package / "worker.py").write_text(WORKER)
    add(package / "settings.py", SETTING, before="\n\ndef settings_of")
    add(package / "features.py", "    app.include_router(tags_router(settings))\n")
    add(package / "features.py", "from .tags.routes import tags_router\n", before="\n\ndef include")
    add(package / "cli.py", COMMAND)
    add(folder / ".env.example", "# FAVOURITE_TAG=urgent\n")
    return folder


def add(file: Path, text: str, before: str = "") -> None:
    """Write *text* into *file*, at its end or *before* something in it."""
    old = file.read_text()
    place = old.index(before) if before else len(old)
    file.write_text(old[:place] + text + old[place:])


def test_ordinary_work_is_allowed(busy: Path, run: Run, stand_in: StandIn) -> None:
    """A command that calls a feature, a worker, a setting, two features, a router factory."""
    run(*UV_RUN, "ruff", "check", "--fix", "--quiet", "src", cwd=busy)
    assert " passed" in run(*UV_RUN, "pytest", "--quiet", "tests/test_house.py", cwd=busy)
    with stand_in(busy):
        env_file = (*UV_RUN, "--env-file", ".local/env")
        run(*env_file, "my-supabase-service", "migrate", cwd=busy)
        run(*env_file, "python", "-m", "local", "seed", cwd=busy)
        assert run(*env_file, "my-supabase-service", "tags", cwd=busy).strip() == "/tags"
        counted = run(*env_file, "python", "-m", "my_supabase_service.worker", cwd=busy)
        assert counted.strip().splitlines()[-1] == "0"
