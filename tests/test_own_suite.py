"""The tests that a rendered project carries go on passing while its owner makes it their own."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.running import UV_RUN

Render = Callable[..., Path]
Run = Callable[..., str]
StandIn = Callable[[Path], AbstractContextManager[dict[str, str]]]

PACKAGE = Path("src/my_supabase_service")
SMALLEST = {"include_rls": False, "include_storage": False}


def check(folder: Path, run: Run) -> str:
    """Run the whole suite of the project, and return what it says."""
    told = run(*UV_RUN, "pytest", "--quiet", cwd=folder)
    assert " passed" in told
    assert " skipped" not in told
    return told


def delete_notes(folder: Path) -> None:
    """Delete the sample feature, its tests and its router; AGENTS.md tells how."""
    shutil.rmtree(folder / PACKAGE / "notes")
    shutil.rmtree(folder / "tests" / "notes")
    features = folder / PACKAGE / "features.py"
    lines = features.read_text().splitlines(keepends=True)
    features.write_text("".join(line for line in lines if "notes" not in line))


def revision_of_notes(folder: Path) -> Path:
    [revision] = (folder / "migrations" / "versions").glob("*_notes.py")
    return revision


@pytest.mark.parametrize("shape", [{}, SMALLEST], ids=["default", "smallest"])
def test_it_passes_without_notes(install: Render, run: Run, shape: dict[str, bool]) -> None:
    """Before the first deployment: as if there had never been a sample."""
    folder = install(**shape)
    delete_notes(folder)
    revision_of_notes(folder).unlink()

    check(folder, run)


def test_it_passes_when_a_revision_drops_notes(service: Path, run: Run, stand_in: StandIn) -> None:
    """After a deployment, revisions stay: the next one is written by `alembic`."""
    alembic = (*UV_RUN, "--env-file", ".local/env", "alembic")
    with stand_in(service):
        run(*UV_RUN, "--env-file", ".local/env", "my-supabase-service", "migrate", cwd=service)
        delete_notes(service)
        run(*alembic, "revision", "--autogenerate", "-m", "no notes any more", cwd=service)

    check(service, run)
    run(*UV_RUN, "ruff", "check", cwd=service)
    run(*UV_RUN, "ruff", "format", "--check", cwd=service)


def test_without_that_revision_the_suite_says_what_is_missing(service: Path, run: Run) -> None:
    """The table is named: it has no model, and whoever had a grant on it has it still."""
    delete_notes(service)

    told = run(*UV_RUN, "pytest", "--quiet", cwd=service, expect=1)

    assert "remove_table" in told
    failed = [line.split(" - ")[0] for line in told.splitlines() if line.startswith("FAILED ")]
    assert failed == [
        "FAILED tests/test_migrations.py::test_the_models_and_the_migrations_agree",
        "FAILED tests/test_migrations.py::test_every_revision_can_be_undone_and_applied_again",
        "FAILED tests/test_reachable.py::test_nobody_reaches_what_nobody_declares",
    ]


def test_it_passes_with_notes_under_another_name(service: Path, run: Run) -> None:
    """The folder, its tests, the routes, the table and its revision."""
    (service / PACKAGE / "notes").rename(service / PACKAGE / "memos")
    (service / "tests" / "notes").rename(service / "tests" / "memos")
    revision = revision_of_notes(service)
    files = [*(service / PACKAGE / "memos").glob("*.py"), *(service / "tests/memos").glob("*.py")]
    for file in (*files, service / PACKAGE / "features.py", revision):
        text = file.read_text()
        file.write_text(text.replace("note", "memo").replace("Note", "Memo"))
    revision.rename(revision.with_name(revision.name.replace("notes", "memos")))

    told = check(service, run)

    assert "notes" not in told


ODD = """
import pytest
from local.people import ALICE
from starlette.testclient import TestClient


def test_without_a_loop(app):
    assert app.title


def test_with_what_needs_one(client):
    assert client.get("/me").status_code == 401


def test_with_a_client_that_brings_a_loop(app, token):
    headers = {"Authorization": f"Bearer {token(ALICE)}"}
    with TestClient(app, headers=headers) as client:
        assert client.get("/me").status_code == 200
        assert client.get("/notes").status_code == 200


async def test_with_both(app, token, alice):
    with TestClient(app, headers={"Authorization": f"Bearer {token(ALICE)}"}) as client:
        assert client.get("/notes").json() == (await alice.get("/notes")).json()


async def test_as_it_should_be(alice):
    assert (await alice.get("/notes")).status_code == 200
"""

OF_ANOTHER_PLUGIN = """
import pytest
import pytest_asyncio


@pytest_asyncio.fixture
async def title(alice):
    return (await alice.post("/notes", json={"title": "milk"})).json()["title"]


@pytest.mark.asyncio
async def test_with_its_mark_and_fixture(title, client):
    assert (title, (await client.get("/me")).status_code) == ("milk", 401)
"""

REFUSED = (
    "test_with_what_needs_one: `client` needs `async def test_with_what_needs_one`; a test without"
    " await asks for `app`, and speaks to it in `with TestClient(app) as client:`"
)


def test_what_an_odd_test_asks_for_is_its_own_affair(service: Path, run: Run) -> None:
    """No other test is red, and the one that asked for too much says what to do, in one line."""
    (service / "tests" / "odd").mkdir()
    (service / "tests" / "odd" / "test_odd.py").write_text(ODD)

    among = ("tests/odd", "tests/notes", "tests/test_main.py")
    told = run(*UV_RUN, "pytest", "--quiet", *among, cwd=service, expect=1)

    assert f"\n{REFUSED}\n" in told
    assert " 1 error in " in told
    assert " failed" not in told


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_another_plugin_for_async_tests_may_be_there(service: Path, run: Run, mode: str) -> None:
    """What is written for it runs, too."""
    (service / "tests" / "odd").mkdir()
    (service / "tests" / "odd" / "test_odd.py").write_text(OF_ANOTHER_PLUGIN)
    pytest_ = (*UV_RUN, "--with", "pytest-asyncio", "pytest", "--quiet")

    told = run(*pytest_, "-o", f"asyncio_mode={mode}", "tests/odd", "tests/notes", cwd=service)

    assert " passed" in told
    assert " error" not in told
