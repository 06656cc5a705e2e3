"""Servers, and on them for each hostile schema its database and the one made of its models."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import asyncpg
from local import cluster
from local.postgres import Postgres
from sqlalchemy import make_url
from tests.rendered.bench.versions import installed
from tests.rendered.tools.models.dumps import Entry, dump
from tests.rendered.tools.models.live import read

from my_supabase_service.tools.migrations.exposure import Reachable
from my_supabase_service.tools.models.features import Files, by_schema, by_table
from my_supabase_service.tools.models.formatting import formatted
from my_supabase_service.tools.models.plan import plan
from my_supabase_service.tools.models.policies import refusal
from my_supabase_service.tools.schema.catalogue import Catalogue

HERE = Path(__file__).parent
SCHEMAS = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted((HERE / "hostile").glob("*.sql"))
}
BY_TABLE = {
    "many_to_many",
    "circles",
    "enums_of_one_name",
    "policies_of_ours",
    "names_like_imports",
}
"""Also written with a folder for each table."""

SHIM = '''"""The front door."""

from my_supabase_service.supabase import AsText as AsText
from my_supabase_service.supabase import Base as Base
from my_supabase_service.supabase import Domain as Domain
from my_supabase_service.supabase import Existing as Existing
from my_supabase_service.supabase import ExistingTable as ExistingTable
from my_supabase_service.supabase import Policy as Policy
from my_supabase_service.supabase import Vector as Vector
from my_supabase_service.supabase import View as View
from my_supabase_service.supabase import exposed as exposed
from my_supabase_service.supabase import secure as secure
from my_supabase_service.supabase import unmanaged as unmanaged
'''
FRONT_DOOR = {
    PurePath("__init__.py"): '"""A package."""\n',
    PurePath("supabase", "__init__.py"): SHIM,
}
"""For what lies beside it in no real package."""

MADE_BEFORE = re.compile(r"AS ENUM|CREATE DOMAIN")


SERVERS = ("15", "16", "17")


def version_of(name: str) -> str:
    """Return which server it is made on: Supabase's own version, unless that has no `vector`."""
    return "15" if name.endswith("_on_15") else "16" if name == "vectors" else "17"


@dataclass
class Proof:
    """One hostile schema, and what was made of it."""

    name: str
    live: str
    package: Path
    programs: Path
    catalogue: Catalogue
    open_beside: list[Reachable]
    files: Files
    alone: str = ""

    def job(self, project: Path) -> dict[str, object]:
        return {
            "name": self.name,
            "live": self.live,
            "alone": self.alone,
            "package": str(self.package),
            "project": str(project / "pyproject.toml"),
        }

    def text(self) -> str:
        """Return all that was written."""
        return "\n".join(self.files.values())


class Bench:
    """Makes databases on the servers."""

    def __init__(self, servers: dict[str, Postgres], folder: Path) -> None:
        self.servers = servers
        self.folder = folder

    def url(self, version: str, database: str) -> str:
        server = self.servers[version]
        password = cluster.password(server.folder, "supabase_admin")
        url = make_url(server.url("supabase_admin", password))
        return url.set(database=database).render_as_string(hide_password=False)

    async def make(self, name: str, sql: str, *, alone: bool = True) -> Proof:
        """Make the database of a hostile schema, and its models."""
        version = version_of(name)
        live = await self.database(version, f"live_{name[:40]}", sql)
        catalogue, open_beside = await read(live)
        package = self.folder / name / "my_supabase_service"
        files = by_schema(plan(catalogue), open_beside)
        programs = installed()[version]
        proof = Proof(name, live, package, programs, catalogue, open_beside, files)
        if not alone:
            return proof
        found = dump(live, proof.programs)
        proof.alone = await self.database(
            version, f"alone_{name[:40]}", _before(found, left_over(proof))
        )
        return proof

    async def database(self, version: str, name: str, sql: str) -> str:
        admin = await asyncpg.connect(self.url(version, "template1"))
        await admin.execute(f"create database {name} template postgres strategy file_copy")
        await admin.execute(f'alter database {name} set search_path = "$user", public, extensions')
        # A query of the catalogue would be compiled for longer than it runs.
        await admin.execute(f"alter database {name} set jit = off")
        await admin.close()
        url = self.url(version, name)
        connection = await asyncpg.connect(url)
        await connection.execute(sql)
        await connection.close()
        return url


def by_tables(proof: Proof) -> Proof:
    """Return the same schema with a folder for each table, to be compared and not to be made."""
    name = f"{proof.name}_by_table"
    package = proof.package.parent.with_name(name) / proof.package.name
    files = by_table(plan(proof.catalogue), proof.open_beside)
    return replace(proof, name=name, package=package, files=files, alone="")


def write(proofs: list[Proof], root: Path) -> None:
    """Format all that was written in one go, and put each into a package that has nothing else."""
    whole = {
        PurePath(proof.package.relative_to(proof.package.parents[1]), path): text
        for proof in proofs
        for path, text in {**proof.files, **FRONT_DOOR}.items()
    }
    for path, text in formatted(whole, root).items():
        file = proofs[0].package.parents[1] / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _before(found: dict[Entry, str], left: str) -> str:
    """Return what there is before the models are: schemas, extensions, functions and odd types."""
    kinds = ("SCHEMA", "EXTENSION", "TYPE", "FUNCTION", "DOMAIN")
    statements = [
        body
        for kind in kinds
        for (type_, schema, name), body in found.items()
        if type_ == kind
        and (not MADE_BEFORE.search(body) or f"the domain {schema}.{name}," in left)
    ]
    text = "\n".join(["set check_function_bodies = off;", *statements])
    return text.replace("CREATE SCHEMA extensions;", "").replace(
        "CREATE SCHEMA", "CREATE SCHEMA IF NOT EXISTS"
    )


def left_over(proof: Proof) -> str:
    """Return what the models say that they do not say, as one line."""
    comments = [line for line in proof.text().splitlines() if line.startswith("#")]
    return " ".join(line.removeprefix("#").strip() for line in comments)


async def complete(proof: Proof) -> dict[Entry, tuple[str | None, str | None]]:
    """Make in the other database what the models leave, by name; return what differs then."""
    text = left_over(proof)
    unmanaged = {
        (type_, schema.name, name)
        for schema in proof.catalogue.schemas
        for each in schema.relations
        if refusal(each)
        for type_ in ("ROW SECURITY", "POLICY", "ACL")
        for name in (
            each.name,
            f"TABLE {each.name}",
            *(f"{each.name} {p.name}" for p in each.policies),
        )
    }
    live, alone = dump(proof.live, proof.programs), dump(proof.alone, proof.programs)
    missing = [
        body
        for entry, body in live.items()
        if entry not in alone and (entry in unmanaged or _is_named(entry, text))
    ]
    connection = await asyncpg.connect(proof.alone)
    for statement in missing:
        with suppress(asyncpg.DuplicateObjectError):  # a check that is made with its table
            await connection.execute(statement)
    await connection.close()
    alone = dump(proof.alone, proof.programs)
    differ = {
        entry: (live.get(entry), alone.get(entry))
        for entry in {**live, **alone}
        if live.get(entry) != alone.get(entry)
    }
    return {entry: each for entry, each in differ.items() if not _is_named(entry, text)}


def _is_named(entry: Entry, text: str) -> bool:
    type_, schema, name = entry
    if type_ == "RULE":  # of a view that a key has to be there for
        name = name.removesuffix(" _RETURN")
    table, _, rest = name.replace('"', "").partition(" ")
    if f"that {schema}.{table} inherits" in text or f"{schema}.{name}" in text:
        return True
    return (rest or table).partition(" ON ")[0].split(".")[-1] in text


def prove(proofs: list[Proof], project: Path, root: Path) -> dict[str, str]:
    """Run `prove.py` on all of them; return what is wrong with each."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.rendered.tools.models.prove"],
        input=json.dumps([each.job(project) for each in proofs]),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        cwd=root,
        env=os.environ | {"SUPABASE_PUBLISHABLE_KEY": "sb_publishable_of_no_project"},
        check=True,
    )
    return json.loads(done.stdout)
