"""Every hostile schema with its database and its models, made once for all proofs; and a shop."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path

import asyncpg
import pytest
from anyio.from_thread import BlockingPortal
from sqlalchemy import make_url
from tests.rendered.bench.versions import running
from tests.rendered.tools.models.bench import (
    BY_TABLE,
    SCHEMAS,
    SERVERS,
    Bench,
    Proof,
    by_tables,
    write,
)
from tests.rendered.tools.models.large import large
from tests.stand_in import at
from typer.testing import CliRunner, Result

from my_supabase_service.cli import app as service

MANY = "tables_500"


@pytest.fixture(scope="session")
def bench(scratch: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Bench]:
    """A server of each version."""
    with ExitStack() as stack:
        servers = {
            version: stack.enter_context(running(scratch / f"models-{version}", version))
            for version in SERVERS
        }
        yield Bench(servers, tmp_path_factory.mktemp("written"))


@pytest.fixture(scope="session")
def proofs(bench: Bench, root: Path) -> dict[str, Proof]:
    """What was read and written of each schema."""

    async def make() -> list[Proof]:
        made = [await bench.make(name, sql) for name, sql in SCHEMAS.items()]
        return [*made, await bench.make(MANY, large(500), alone=False)]

    made = asyncio.run(make())
    made += [by_tables(proof) for proof in made if proof.name in BY_TABLE]
    write(made, root)
    return {proof.name: proof for proof in made}


@pytest.fixture(scope="session")
def project(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project without a revision, so that every database is at its newest."""
    folder = tmp_path_factory.mktemp("project")
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text(text.replace("post_write_hooks", "no_hooks"))
    shutil.copytree(root / "migrations", folder / "migrations")
    for revision in (folder / "migrations" / "versions").glob("*.py"):
        revision.unlink()
    return folder


@pytest.fixture(scope="session")
def shop(migrated: str, portal: BlockingPortal) -> dict[str, str]:
    """The settings of a database with the sample's table of notes, a shop, and another schema."""

    async def make() -> str:
        url = at(migrated, "models_of_a_shop")
        for where, statements in (
            (at(migrated, "template1"), [_copy(migrated, "models_of_a_shop")]),
            (url, [SCHEMAS["shop"], "create schema crm", "create schema nothing"]),
            (url, ["create table crm.leads (id int primary key)"]),
        ):
            sql = await asyncpg.connect(where)
            for statement in statements:
                await sql.execute(statement)
            await sql.close()
        return url

    url = portal.call(make)
    return {
        "SUPABASE_URL": "https://abcdefghijklmnopqrst.supabase.co",
        "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_of_no_project",
        "DATABASE_URL": url,
        "MIGRATIONS_DATABASE_URL": url,
        "DATABASE_POOLING_MODE": "direct",
    }


def _copy(template: str, name: str) -> str:
    return f"create database {name} template {make_url(template).database} strategy file_copy"


@pytest.fixture
def folder(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder, where the test is, with nothing in it that could be imported."""
    shutil.copy(root / "pyproject.toml", tmp_path)
    (tmp_path / "migrations").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, shop: dict[str, str]) -> Callable[..., Result]:
    """Run `models` in that folder, on the shop unless other settings are named."""
    del folder

    def do(*arguments: str, **settings: str) -> Result:
        return CliRunner().invoke(service, ["models", *arguments], env=shop | settings)

    return do


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """A project with the sample feature, which a test may write into."""
    shutil.copy(root / "pyproject.toml", tmp_path)
    for folder in ("migrations", "src"):
        shutil.copytree(root / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture
def python(checkout: Path, shop: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Python in the checkout, where it imports what is there."""

    def do(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  # the service, and Alembic
            [sys.executable, *arguments],
            cwd=checkout,
            env=os.environ | shop | {"PYTHONPATH": str(checkout / "src")},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return do
