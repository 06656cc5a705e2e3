"""Every hostile schema with its database and its models, made once for all proofs."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.rendered.bench.versions import running
from tests.rendered.tools.models.bench import BY_TABLE, SCHEMAS, Bench, Proof, by_tables, write
from tests.rendered.tools.models.large import large

MANY = "tables_500"


@pytest.fixture(scope="session")
def bench(scratch: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Bench]:
    """Servers of both kinds."""
    with ExitStack() as stack:
        servers = {
            version: stack.enter_context(running(scratch / f"models-{version}", version))
            for version in ("15", "16")
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
