"""Every variant boots as its image does: requests over a real socket, a real Postgres."""

import itertools
import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.running import booted, image_command

Render = Callable[..., Path]
Run = Callable[..., str]
StandIn = Callable[[Path], AbstractContextManager[dict[str, str]]]

MODES = ("transaction", "session", "direct", "dedicated")
OTHERS = {(True, False): MODES[:2], (False, True): MODES[1:3], (False, False): MODES[2:]}
"""Where a shape leaves something out, no mode knows of it: each is booted there once more."""
# A project id only sets defaults of addresses, which every mode reads: one shape has it.
SHAPES = [
    {
        "include_rls": rls,
        "include_storage": storage,
        "supabase_project_id": "" if rls else "abcdefghijklmnopqrst",
    }
    for rls, storage in itertools.product((True, False), repeat=2)
]
MEBIBYTE = 2**20


def sign_up(folder: Path, run: Run) -> None:
    """Do what `dev` does after it has migrated."""
    run(folder / ".venv/bin/python", "-m", "local", "seed", cwd=folder)


def token(folder: Path, run: Run) -> str:
    return run(folder / ".venv/bin/my-supabase-service", "token", cwd=folder).strip()


@pytest.mark.parametrize("answers", SHAPES, ids=str)
def test_variants_of_a_shape_boot_and_answer(
    rendered: Render, install: Render, run: Run, stand_in: StandIn, answers: dict[str, Any]
) -> None:
    """In pooling modes that it is rendered for, with the defaults of its own settings."""
    folder = install(**answers)
    migrate = (folder / ".venv/bin/my-supabase-service", "migrate")

    with stand_in(folder) as local:
        environment = os.environ | local
        del environment["DATABASE_POOLING_MODE"]
        run(*migrate, cwd=folder, env=environment)
        sign_up(folder, run)
        # One for all: a mode changes nothing that is read for it.
        alice = {"Authorization": f"Bearer {token(folder, run)}"}
        shape = (answers["include_rls"], answers["include_storage"])
        for mode in OTHERS.get(shape, MODES):
            shutil.copytree(rendered(**answers, pooling_mode=mode), folder, dirs_exist_ok=True)
            with booted(folder, environment) as (client, _):
                assert client.get("/health/ready").status_code == 200
                assert client.get("/notes").status_code == 401
                client.headers.update(alice)
                assert client.get("/me").json()["email"] == "alice@example.com"
                note = client.post("/notes", json={"title": mode}).json()
                assert client.get(f"/notes/{note['id']}").json() == note
                assert client.get("/notes/export").json() == note
                assert client.delete(f"/notes/{note['id']}").status_code == 204
                if answers["include_storage"]:
                    stored = client.post("/files", files={"file": (mode, b"milk")})
                    assert stored.status_code == 201
                    assert client.get(f"/files/{mode}?inline=true").text == "milk"


def test_the_service_is_small(project: Path, run: Run, stand_in: StandIn) -> None:
    with stand_in(project) as local:
        environment = os.environ | local
        run(project / ".venv/bin/my-supabase-service", "migrate", cwd=project, env=environment)
        sign_up(project, run)
        with booted(project, environment) as (client, process):
            client.headers["Authorization"] = f"Bearer {token(project, run)}"
            for _ in range(50):
                client.post("/notes", json={"title": "milk"})
                client.get("/notes")
            resident = process.memory_info().rss / MEBIBYTE

    assert resident < 130


def test_a_service_without_settings_says_what_it_needs(project: Path, run: Run) -> None:
    """Each problem with its variable's name and where the value is found, and no traceback."""
    told = run(*image_command(project), cwd=project, expect=2)

    assert "DATABASE_URL is not set" in told
    assert "Dashboard: Connect." in told
    assert "Traceback" not in told


def test_a_wrong_setting_stops_a_command_too(project: Path, run: Run) -> None:
    command = (project / ".venv/bin/my-supabase-service", "migrate")
    environment = os.environ | {"DATABASE_URL": "nonsense", "DATABASE_POOL_SIZE": "0"}

    told = run(*command, cwd=project, expect=2, env=environment)

    assert "DATABASE_URL is not of the form" in told
    assert "DATABASE_POOL_SIZE" in told
    assert "Traceback" not in told
