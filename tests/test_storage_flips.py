"""Storage goes and comes back: databases, revisions and rows of the time before stay good."""

import shutil
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

Render = Callable[..., Path]
Run = Callable[..., str]
Commit = Callable[[Path, str], None]
StandIn = Callable[[Path], AbstractContextManager[dict[str, str]]]

IN_PROJECT = ("uv", "run", "--no-sync", "--env-file", ".local/env")
ADD_NOTE = """
import asyncio, asyncpg, os
async def main():
    connection = await asyncpg.connect(os.environ["MIGRATIONS_DATABASE_URL"])
    add = "insert into notes (owner_id, title) select id, 'kept' from auth.users"
    await connection.execute(add)
    print(await connection.fetchval("select count(*) from notes"))
asyncio.run(main())
"""


def test_storage_goes_and_comes_back_with_the_data_of_dev(
    install: Render, run: Run, commit: Commit, stand_in: StandIn
) -> None:
    """The revision that makes a bucket is the user's and stays: so must what it stands on."""
    folder = install()
    commit(folder, "Start")
    with stand_in(folder):
        run(*IN_PROJECT, "my-supabase-service", "migrate", cwd=folder)
        run(*IN_PROJECT, "python", "-m", "local", "seed", cwd=folder)
        assert add_notes(folder, run) == 2

    flip(folder, run, commit, include_storage=False)
    with stand_in(folder):
        run(*IN_PROJECT, "my-supabase-service", "migrate", cwd=folder)
        run(*IN_PROJECT, "alembic", "check", cwd=folder)
        assert add_notes(folder, run) == 4
    kept = (folder / ".local").rename(folder / ".kept")
    with stand_in(folder):  # a colleague's, who begins here
        run(*IN_PROJECT, "my-supabase-service", "migrate", cwd=folder)
    shutil.rmtree(folder / ".local")
    kept.rename(folder / ".local")

    flip(folder, run, commit, include_storage=True)
    with stand_in(folder):
        run(*IN_PROJECT, "alembic", "check", cwd=folder)
        assert add_notes(folder, run) == 6


def flip(folder: Path, run: Run, commit: Commit, *, include_storage: bool) -> None:
    answer = f"include_storage={str(include_storage).lower()}"
    update = ("update", "--vcs-ref=:current:", "--defaults", "--data", answer)
    run(sys.executable, "-m", "copier", *update, cwd=folder)
    run("uv", "sync", "--quiet", cwd=folder)
    commit(folder, "Flip")


def add_notes(folder: Path, run: Run) -> int:
    """Add a note for each person to the database of dev, and tell how many there are."""
    return int(run(*IN_PROJECT, "python", "-c", ADD_NOTE, cwd=folder))
