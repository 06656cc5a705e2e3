"""The loop of a schema change as the docs have it: `revision`, then `migrate --local`."""

import os
import socket
import subprocess
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest

from tests.running import UV_RUN

Render = Callable[..., Path]
Run = Callable[..., str]
StandIn = Callable[[Path], AbstractContextManager[dict[str, str]]]

MODEL = "src/my_supabase_service/notes/model.py"
COLOUR = "    colour: Mapped[str | None] = mapped_column(Text)\n"


class Service:
    """A rendered project, and its command."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder = folder
        self.run = run

    def command(
        self, *words: str, expect: int = 0, variables: dict[str, str] | None = None
    ) -> list[str]:
        """Run the command; return its lines, without the progress of migrations."""
        program = self.folder / ".venv/bin/my-supabase-service"
        told = self.run(
            program, *words, cwd=self.folder, expect=expect, env=os.environ | (variables or {})
        )
        return [line for line in told.splitlines() if not line.startswith("migrate: applied")]

    def revisions(self) -> set[Path]:
        return {*(self.folder / "migrations" / "versions").glob("*.py")}

    def add(self, line: str) -> None:
        model = self.folder / MODEL
        model.write_text(model.read_text() + line)


@pytest.fixture
def service(install: Render, run: Run) -> Service:
    """A project as it was rendered, without local data."""
    return Service(install(), run)


@pytest.fixture
def least(install: Render, run: Run) -> Service:
    """The smallest shape."""
    return Service(install(include_rls=False, include_storage=False), run)


@pytest.fixture
def real_project() -> Generator[tuple[str, list[object]]]:
    """Where a real project's database would be, and everybody who knocked there."""
    visitors: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            with suppress(OSError):
                while True:
                    visitors.append(listener.accept())

        threading.Thread(target=listen, daemon=True).start()
        port = listener.getsockname()[1]
        yield f"postgresql://postgres:secret@127.0.0.1:{port}/postgres?sslmode=disable", visitors


@pytest.mark.parametrize("shape", ["service", "least"])
def test_a_change_of_a_model_becomes_a_revision_without_dev(
    shape: str, request: pytest.FixtureRequest, real_project: tuple[str, list[object]]
) -> None:
    """And whatever names a real project, in the shell or in `.env`, is never asked."""
    service: Service = request.getfixturevalue(shape)
    real, visitors = real_project
    dotenv = f"DATABASE_URL={real}\nMIGRATIONS_DATABASE_URL={real}\nDATABASE_POOL_SIZE=none\n"
    (service.folder / ".env").write_text(dotenv)
    shell = {
        "DATABASE_URL": real,
        "database_url": real,
        "MIGRATIONS_DATABASE_URL": real,
        "SUPABASE_URL": "nonsense",
        "STORAGE_MAX_FILE_BYTES": "nonsense",
    }
    before = service.revisions()

    nothing = service.command("revision", "-m", "nothing", variables=shell)
    assert nothing == ["revision: the models have nothing new; none is written"]
    assert service.revisions() == before

    service.add(COLOUR)
    path, hint = service.command("revision", "-m", 'the "colour" of notes', variables=shell)
    [added] = service.revisions() - before
    assert service.folder / path == added
    assert "migrate --local" in hint
    service.run(*UV_RUN, "ruff", "format", "--check", ".", cwd=service.folder)
    service.run(*UV_RUN, "ruff", "check", ".", cwd=service.folder)

    done = service.command("migrate", "--local", variables=shell)
    assert done == ["migrate: the database is at the newest migration"]
    assert service.command("revision", "--message", "again", variables=shell) == nothing
    assert visitors == []


HOLD = """
import pathlib, time
from local.folder import claimed
with claimed(pathlib.Path(".local")):
    print("held", flush=True), time.sleep(20)
"""


def test_a_stand_in_that_only_begins_to_start_is_waited_for(
    service: Service, real_project: tuple[str, list[object]]
) -> None:
    """It has not said yet where it is: nothing else may be taken for it, least of all `.env`."""
    real, visitors = real_project
    (service.folder / ".env").write_text(f"MIGRATIONS_DATABASE_URL={real}\n")
    python = service.folder / ".venv/bin/python"
    with subprocess.Popen(
        [python, "-c", HOLD], cwd=service.folder, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"

        done = service.command("migrate", "--local")

    assert done == ["migrate: the database is at the newest migration"]
    assert visitors == []


def test_what_runs_already_is_used(service: Service, stand_in: StandIn) -> None:
    service.add(COLOUR)
    with stand_in(service.folder) as environment:
        service.command("migrate", variables=environment)
        service.command("revision", "-m", "colour")
        service.command("migrate", "--local")

        check = (*UV_RUN, "--env-file", ".local/env", "alembic", "check")
        assert "No new upgrade" in service.run(*check, cwd=service.folder)


def test_an_empty_revision_is_written_for_who_asks(service: Service) -> None:
    """It needs no database, and nothing that names one."""
    before = service.revisions()

    path, _ = service.command(
        "revision", "--empty", "-m", "by hand", variables={"DATABASE_URL": "nonsense"}
    )

    assert {service.folder / path} == service.revisions() - before


def test_a_mistake_is_told_in_one_line(service: Service) -> None:
    service.add("    colour: Maped[str]\n")

    [told] = service.command("revision", "-m", "colour", expect=1)
    assert told.startswith("migrate: notes/model.py, line ")
    assert "Maped" in told


def test_two_revisions_after_the_same_one_are_told_with_a_remedy(service: Service) -> None:
    first, _ = service.command("revision", "--empty", "-m", "one")
    twin = service.folder / first.replace("one", "two")
    text = (service.folder / first).read_text()
    revision = first.removesuffix(".py").rpartition("_")[2]
    twin.write_text(text.replace(f'revision = "{revision}"', 'revision = "0123456789ab"', 1))

    [told] = service.command("revision", "-m", "three", expect=1)
    assert "set down_revision to the other" in told


def test_a_revision_that_was_removed_is_told_with_a_remedy(service: Service) -> None:
    path, _ = service.command("revision", "--empty", "-m", "regretted")
    service.command("migrate", "--local")
    (service.folder / path).unlink()

    [told] = service.command("revision", "-m", "better", expect=1)
    assert "dev --fresh" in told


ROUTE = '''"""A list with filters."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter

from ..supabase import CurrentUser, Limit, ReadOnlySession

router = APIRouter(prefix="/things")


@router.get("")
async def list_things(
    user: CurrentUser,
    session: ReadOnlySession,
    since: date | None = None,
    until: date | None = None,
    colour: str = "",
    owner: UUID | None = None,
    limit: Limit = 20,
    is_done: bool | None = None,
    with_closed: bool = False,
    order: str = "name",
) -> list[str]:
    """List them."""
    asked = (since, until, colour, owner, limit, is_done, with_closed, order)
    return [repr((user, session, *asked))]
'''


def tables(number: int) -> str:
    """Declare so many tables, and one of as many columns."""
    lines = ['"""A large schema."""', "", "from sqlalchemy import CheckConstraint, Text"]
    lines += ["from sqlalchemy.orm import Mapped, mapped_column", ""]
    lines += ["from ..supabase import Base", ""]
    long = " or ".join(f"name ~ 'a long condition, {each}'" for each in range(9))
    for each in range(number):
        lines += ["", f"class Thing{each}(Base):", '    """A thing."""', ""]
        lines += [f'    __tablename__ = "thing_{each}"']
        lines += [f'    __table_args__ = (CheckConstraint("{long}", name="name"),)', ""]
        lines += ["    id: Mapped[int] = mapped_column(primary_key=True)"]
        lines += ["    name: Mapped[str] = mapped_column(Text, index=True)"]
    lines += ["", "class Wide(Base):", '    """A thing."""', "", '    __tablename__ = "wide"', ""]
    lines += ["    id: Mapped[int] = mapped_column(primary_key=True)"]
    names = [f"a_column_with_a_name_that_is_as_long_as_they_may_be_{n}" for n in range(number)]
    lines += [f"    {name}: Mapped[str | None] = mapped_column(Text)" for name in names]
    return "\n".join(lines) + "\n"


def test_a_revision_of_any_size_and_a_list_with_filters_pass_the_lints(service: Service) -> None:
    things = service.folder / "src/my_supabase_service/things"
    things.mkdir()
    (things / "__init__.py").write_text('"""Things."""\n')
    (things / "model.py").write_text(tables(60))
    (things / "routes.py").write_text(ROUTE)

    [path] = [line for line in service.command("revision", "-m", "things") if ".py" in line[-3:]]

    checked = (path, "src/my_supabase_service/things/routes.py")
    for lint in (("format", "--check"), ("check",)):
        service.run(*UV_RUN, "ruff", *lint, *checked, cwd=service.folder)
